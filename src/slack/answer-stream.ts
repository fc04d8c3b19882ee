import type { Answer, CheckedSentence } from '../domain/answer.ts'
import type { AnswerStream } from '../ports/analyst.ts'
import type { Log } from '../ports.ts'
import { AnswerMessage, type AnswerPlace } from './answer-message.ts'
import type { AnswerTurn } from './answer-turns.ts'
import type { BlockSwitch } from './block-switch.ts'
import type { SlackIdentity } from './identity.ts'
import type { SlackApi } from './slack-api.ts'
import type { UseCases } from './use-cases.ts'
import { answerEnding, ownParagraph, sentenceParagraph } from './views/answer.ts'
import type { AnswerBlock } from './views/answer-data.ts'
import { cardUrl } from './views/case-text.ts'

/** Cards of one answer that are looked up at most; further grants have no link. */
const CARDS_MAX = 60
/** The analyst's own first step has the same id, and ends it. */
const FIRST_STEP = 'question'
const WAITING_STEP = 'turn'

/** An answer in a thread, from the moment its question was heard. */
export interface OpenAnswer {
  readonly stream: AnswerStream
  /** Says that answers before this one are awaited, or that they are done. */
  waiting(ahead: number): void
  begun(): void
  /** Ends the message with a sentence of ours instead of an answer. */
  abandon(sentence: string): Promise<void>
  /** Whether it could not be shown, since the thread or channel takes no messages any more. */
  isLost(): boolean
}

export type OpensAnswers = (input: {
  readonly tenantId: string
  readonly place: AnswerPlace
  readonly turn: AnswerTurn
}) => OpenAnswer

interface StreamPorts {
  readonly useCases: Pick<UseCases, 'reviewCase' | 'keepPrepared'>
  readonly tables: BlockSwitch
  readonly charts: BlockSwitch
  readonly log: Log
  identity(): Promise<SlackIdentity>
}

export function createAnswers(api: SlackApi, ports: StreamPorts): OpensAnswers {
  return ({ tenantId, place, turn }) => {
    const message = new AnswerMessage({ api, log: ports.log, place, onLost: () => turn.stop() })
    turn.stopped.addEventListener('abort', () => {
      if (turn.stopped.reason === 'person') message.streamStopped()
    })
    const links = cardLinks(ports, tenantId)
    const said = new Set<CheckedSentence>()
    const say = async (sentence: CheckedSentence): Promise<void> => {
      said.add(sentence)
      await links.add(sentence.cites.map(({ grantId }) => grantId))
      message.say(sentenceParagraph(sentence, links.urls))
    }
    const stream: AnswerStream = {
      stopped: turn.stopped,
      async step(step) {
        message.step(step)
      },
      sentence: say,
      async finish(answer) {
        for (const sentence of answer.sentences) if (!said.has(sentence)) await say(sentence)
        const { prepared } = answer
        if (prepared !== null) await ports.useCases.keepPrepared({ tenantId, answerId: answer.id, prepared })
        await finishWith(ports, { message, answer, urls: links.urls })
      },
    }
    return {
      stream,
      waiting(ahead) {
        const title = ahead === 1 ? 'Waits for the answer before it' : `Waits for ${ahead} answers before it`
        message.step({ id: WAITING_STEP, title, state: 'running' })
      },
      begun() {
        if (turn.ahead > 0)
          message.step({ id: WAITING_STEP, title: 'Waited for the answers before it', state: 'done' })
        message.step({ id: FIRST_STEP, title: 'Reading the question', state: 'running' })
      },
      async abandon(sentence) {
        message.say(ownParagraph(sentence))
        await message.end([], 'failed')
      },
      isLost: () => message.isLost,
    }
  }
}

/** First with every block, then without those that this workspace may not know yet. */
async function finishWith(
  { tables, charts }: StreamPorts,
  {
    message,
    answer,
    urls,
  }: { message: AnswerMessage; answer: Answer; urls: ReadonlyMap<string, string | null> },
): Promise<void> {
  const hasTable = answer.table !== null && tables.isOn()
  const hasChart = answer.chart !== null && charts.isOn()
  const shapes = [
    { tables: hasTable, charts: hasChart },
    ...(hasTable && hasChart ? [{ tables: true, charts: false }] : []),
    ...(hasTable || hasChart ? [{ tables: false, charts: false }] : []),
  ]
  const endings: readonly (readonly AnswerBlock[])[] = shapes.map((shape) =>
    answerEnding(answer, { urls, ...shape }),
  )
  const taken = shapes[(await message.end(endings)) ?? 0]
  if (hasChart && taken?.charts === false) charts.switchOff()
  if (hasTable && taken?.tables === false) tables.switchOff()
}

interface CardLinks {
  readonly urls: ReadonlyMap<string, string | null>
  add(grantIds: readonly (string | null)[]): Promise<void>
}

/** Where the cards of cited grants are, each looked up once. */
function cardLinks({ useCases, identity }: StreamPorts, tenantId: string): CardLinks {
  const urls = new Map<string, string | null>()
  return {
    urls,
    async add(grantIds) {
      for (const grantId of grantIds) {
        if (grantId === null || urls.has(grantId) || urls.size >= CARDS_MAX) continue
        const reviewCase = await useCases.reviewCase(tenantId, grantId)
        urls.set(grantId, cardUrl((await identity()).teamUrl, reviewCase?.card ?? null))
      }
    },
  }
}
