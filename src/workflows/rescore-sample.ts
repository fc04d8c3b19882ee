import type { Assessment, ModelAnswer } from '../domain/assessment.ts'
import type { Band } from '../domain/evidence.ts'
import { type Grant, shortCode } from '../domain/grant.ts'
import type { Policy } from '../domain/policy.ts'
import { isBlind } from '../domain/review.ts'
import type { Ports } from '../ports.ts'
import { askModel } from './ask-model.ts'
import { precedentsOf } from './precedents.ts'

/** Asks the model about grants of late by another prompt, model or redaction, and records nothing. */

const SAMPLE_MAX = 20
const LOOKED_AT = 200
/** Where no earlier answer says what one costs. */
const TOKENS_GUESSED = 3_000

export interface RescoreEstimate {
  readonly questions: number
  readonly tokens: number
}

export interface Rescored {
  readonly questions: number
  readonly answered: number
  /** Answers whose band is the one of before. */
  readonly agreed: number
  readonly tokens: number
  readonly differences: readonly {
    readonly grantId: string
    readonly code: string
    readonly before: Band
    readonly after: Band
  }[]
}

type RescorePorts = Pick<Ports, 'store' | 'scorer'>

interface Sampled {
  readonly grant: Grant
  readonly baseline: Assessment['baseline']
  readonly before: Band
  readonly tokens: number
}

/** Whether a change makes the model answer otherwise. */
export function isRescored(before: Policy, after: Policy): boolean {
  const asked = ({ prompts, models, redactedFields }: Policy) =>
    JSON.stringify([prompts.scoring, models.scoring, redactedFields])
  return after.scorer === 'model' && after.models.scoring !== null && asked(before) !== asked(after)
}

export async function estimateRescore(ports: RescorePorts, tenantId: string): Promise<RescoreEstimate> {
  const sample = await sampleOf(ports, tenantId)
  return { questions: sample.length, tokens: sample.reduce((sum, { tokens }) => sum + tokens, 0) }
}

/** `progress` is told after each portion of answers. */
export async function rescoreSample(
  ports: RescorePorts,
  input: {
    readonly tenantId: string
    readonly policy: Policy
    readonly progress: (done: number, of: number) => Promise<void>
  },
): Promise<Rescored> {
  const { tenantId, policy, progress } = input
  const candidates = await sampleOf(ports, tenantId)
  const answers: { readonly candidate: Sampled; readonly answer: ModelAnswer }[] = []
  await askModel(ports, {
    policy,
    signal: new AbortController().signal,
    candidates,
    precedents: await precedentsOf(ports.store.records, tenantId),
    async write(answered) {
      answers.push(...answered)
      await progress(answers.length, candidates.length)
    },
  })
  const opinions = answers.flatMap(({ candidate, answer }) =>
    answer.kind === 'opinion' ? [{ candidate, opinion: answer.opinion }] : [],
  )
  const differing = opinions.filter(({ candidate, opinion }) => candidate.before !== opinion.band)
  return {
    questions: candidates.length,
    answered: opinions.length,
    agreed: opinions.length - differing.length,
    tokens: opinions.reduce(
      (sum, { opinion }) => sum + opinion.usage.inputTokens + opinion.usage.outputTokens,
      0,
    ),
    differences: differing.map(({ candidate, opinion }) => ({
      grantId: candidate.grant.id,
      code: shortCode(candidate.grant.id),
      before: candidate.before,
      after: opinion.band,
    })),
  }
}

/** The newest grants, those with an answer of the model first; what people are to judge blind is left out. */
async function sampleOf(ports: Pick<Ports, 'store'>, tenantId: string): Promise<readonly Sampled[]> {
  const { records } = ports.store
  const recent = await records.assessments.recent({
    tenantId,
    dispositions: ['review', 'auto_resolved', 'shadow'],
    limit: LOOKED_AT,
  })
  const ids = recent.map(({ grantId }) => grantId)
  const reviews = await records.reviews.byIds(tenantId, ids)
  const blind = new Set(reviews.filter(isBlind).map(({ grantId }) => grantId))
  const chosen = recent
    .filter(({ grantId }) => !blind.has(grantId))
    .toSorted((one, other) => Number(hasOpinion(other)) - Number(hasOpinion(one)))
    .slice(0, SAMPLE_MAX)
  const grants = new Map(
    (
      await records.ledger.byIds(
        tenantId,
        chosen.map(({ grantId }) => grantId),
      )
    ).map((grant) => [grant.id, grant]),
  )
  return chosen.flatMap(({ grantId, baseline, model, verdict }) => {
    const grant = grants.get(grantId)
    if (grant === undefined) return []
    const opinion = model.kind === 'opinion' ? model.opinion : null
    const used = opinion === null ? 0 : opinion.usage.inputTokens + opinion.usage.outputTokens
    const tokens = used === 0 ? TOKENS_GUESSED : used
    return [{ grant, baseline, before: opinion?.band ?? verdict.band, tokens }]
  })
}

function hasOpinion({ model }: Assessment): boolean {
  return model.kind === 'opinion'
}
