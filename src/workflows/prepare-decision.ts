import type { DraftAnswer, NotPrepared, PreparedDecision } from '../domain/answer.ts'
import { idPrefixOf } from '../domain/grant.ts'
import { actionAskedFor, codesIn, reasonIn } from '../domain/question.ts'
import { type DecidePorts, mayDecide } from './decide.ts'
import { findCases } from './find-cases.ts'

interface Preparation {
  readonly prepared: PreparedDecision | null
  readonly notPrepared: NotPrepared | null
}

const NOTHING_ASKED: Preparation = { prepared: null, notPrepared: null }

/** Shorter reasons occur in any sentence by chance. */
const REASON_CHARACTERS_MIN = 3

/**
 * A decision laid before the person who asked for it: the action they named, on the case they named or whose thread
 * they are in, if they may take it now. Nothing but their own words makes it, whatever the model drafts.
 */
export async function preparedOf(
  ports: DecidePorts,
  input: {
    readonly question: {
      readonly tenantId: string
      readonly slackUserId: string
      readonly text: string
      readonly grantId: string | null
    }
    readonly prepare: DraftAnswer['prepare']
  },
): Promise<Preparation> {
  const { question, prepare } = input
  const action = actionAskedFor(question.text)
  if (action === null) return NOTHING_ASKED
  const grantId = await namedGrant(ports, question)
  if (grantId === null) return { prepared: null, notPrepared: { grantId, why: 'which-case' } }
  const ruling = await mayDecide(ports, {
    tenantId: question.tenantId,
    grantId,
    action,
    slackUserId: question.slackUserId,
    channel: null,
    messageTs: null,
  })
  if (ruling.kind !== 'may-decide')
    return {
      prepared: null,
      notPrepared: { grantId, why: ruling.kind === 'barred' ? ruling.why : 'settled' },
    }
  if (prepare === null || prepare.action !== action || !isSameGrant(grantId, prepare.grant))
    return NOTHING_ASKED
  const reason = reasonOf(question.text, prepare.reason)
  return { prepared: { grantId, action, reason }, notPrepared: null }
}

/** The one grant that the question names by its code, else the case of the thread. */
async function namedGrant(
  ports: Pick<DecidePorts, 'store'>,
  question: { readonly tenantId: string; readonly text: string; readonly grantId: string | null },
): Promise<string | null> {
  const codes = codesIn(question.text)
  if (codes.length === 0) return question.grantId
  const [code] = codes
  if (code === undefined || codes.length > 1) return null
  const found = await findCases(ports, question.tenantId, code)
  return found.kind === 'one' ? found.reviewCase.grant.id : null
}

function isSameGrant(grantId: string, text: string): boolean {
  const prefix = idPrefixOf(text)
  return prefix !== null && grantId.startsWith(prefix)
}

/** A reason that the person did not type is none of theirs. */
function reasonOf(question: string, drafted: string): string {
  const plain = (text: string) => text.toLowerCase().replaceAll(/\s+/g, ' ').trim()
  const isTheirs = drafted.trim().length >= REASON_CHARACTERS_MIN && plain(question).includes(plain(drafted))
  return reasonIn(isTheirs ? drafted : question)
}
