import PQueue from 'p-queue'
import type { ModelAnswer, ModelOpinion } from '../domain/assessment.ts'
import type { Baseline } from '../domain/evidence.ts'
import { type Grant, TIERS } from '../domain/grant.ts'
import type { Policy } from '../domain/policy.ts'
import { presetFor } from '../domain/presets/registry.ts'
import { buildScoringPrompt } from '../domain/scoring-prompt.ts'
import type { SimilarGrant } from '../domain/similar.ts'
import type { Ports, ScoringRequest } from '../ports.ts'

/** Room for a model that reasons before it answers; the answer itself needs a few hundred. */
const OUTPUT_TOKENS_MAX = 4_000
const OUTPUT_TOKENS_MIN = 500
/** An estimate on the safe side for English and JSON; the provider's own count is what is recorded. */
const CHARACTERS_PER_TOKEN = 3

export interface Asked {
  readonly grant: Grant
  readonly baseline: Baseline
}

interface Asking<T extends Asked> {
  readonly policy: Policy
  readonly signal: AbortSignal
  readonly candidates: readonly T[]
  readonly precedents: readonly SimilarGrant[]
  /** Takes answers as they come, in portions; never called twice at the same time. */
  readonly write: (
    answered: readonly { readonly candidate: T; readonly answer: ModelAnswer }[],
  ) => Promise<void>
}

/**
 * Asks the model about each act, so many at once; answers are written as they come, not after the slowest. At a stop,
 * or when nothing can be written, the rest stays in the queue for the next run.
 */
export async function askModel<T extends Asked>(
  ports: Pick<Ports, 'scorer'>,
  asking: Asking<T>,
): Promise<void> {
  const { policy, signal, write } = asking
  const queue = new PQueue({ concurrency: policy.models.concurrency })
  let answered: { candidate: T; answer: ModelAnswer }[] = []
  let writing: Promise<void> = Promise.resolve()
  let failure: { readonly error: unknown } | null = null
  const flush = async () => {
    if (answered.length === 0 || failure !== null) return
    const batch = answered
    answered = []
    await write(batch)
  }
  const ask = async (members: readonly T[]) => {
    if (signal.aborted || failure !== null) return
    // Awaited first: by then others may have been written, and `answered` is another list.
    const answers = await answersFor(ports, asking, members)
    answered.push(...answers)
    writing = writing.then(flush).catch((error: unknown) => {
      failure ??= { error }
    })
  }
  await queue.addAll(actsOf(asking.candidates).map((members) => () => ask(members)))
  await writing
  if (failure !== null) throw (failure as { readonly error: unknown }).error
}

/** Candidates by act: what one action gave is asked about once. */
function actsOf<T extends Asked>(candidates: readonly T[]): readonly (readonly T[])[] {
  const acts = new Map<string, T[]>()
  for (const candidate of candidates) {
    const { feedId, act, grantorPerson } = candidate.grant
    const key = JSON.stringify([feedId, act, grantorPerson])
    const members = acts.get(key) ?? []
    members.push(candidate)
    acts.set(key, members)
  }
  return [...acts.values()]
}

async function answersFor<T extends Asked>(
  ports: Pick<Ports, 'scorer'>,
  asking: Asking<T>,
  members: readonly T[],
): Promise<readonly { candidate: T; answer: ModelAnswer }[]> {
  const [strongest, ...others] = members.toSorted(byStrength)
  if (strongest === undefined) return []
  const request = requestOf(asking, strongest, others)
  const answer: ModelAnswer =
    request === null ? { kind: 'no-answer', why: 'over-budget' } : await ports.scorer.assess(request)
  return [
    { candidate: strongest, answer },
    ...others.map((candidate) => ({ candidate, answer: sharedAnswer(answer, candidate) })),
  ]
}

/** The oddest grant of an act speaks for it, and of equals the one with the farthest reach. */
function byStrength(one: Asked, other: Asked): number {
  return (
    other.baseline.score - one.baseline.score ||
    TIERS.indexOf(one.grant.role.tier) - TIERS.indexOf(other.grant.role.tier)
  )
}

/** One answer for another member of the act: paid for once, and only reasons that rest on its own evidence. */
function sharedAnswer(answer: ModelAnswer, { baseline }: Asked): ModelAnswer {
  if (answer.kind !== 'opinion') return answer
  const own = new Set(baseline.evidence.map(({ id }) => id))
  const opinion: ModelOpinion = {
    ...answer.opinion,
    reasons: answer.opinion.reasons.filter(({ evidenceIds }) => evidenceIds.every((id) => own.has(id))),
    usage: { ...answer.opinion.usage, inputTokens: 0, cachedTokens: 0, outputTokens: 0 },
  }
  return { kind: 'opinion', opinion }
}

/** The question about one act; null when what it may cost would not pay for the question itself. */
function requestOf<T extends Asked>(
  { policy, precedents }: Asking<T>,
  strongest: T,
  others: readonly T[],
): ScoringRequest | null {
  const prompt = buildScoringPrompt({
    grant: strongest.grant,
    baseline: strongest.baseline,
    similar: precedents,
    sameAct: others.map(({ grant }) => grant),
    policy,
    sourceTitle: presetFor(policy, strongest.grant.source)?.title ?? strongest.grant.source,
  })
  const asked = Math.ceil((prompt.instructions.length + prompt.input.length) / CHARACTERS_PER_TOKEN)
  const left = policy.models.tokensPerGrant - asked
  if (left < OUTPUT_TOKENS_MIN) return null
  return {
    ...prompt,
    // The configuration refuses the model scorer without a model, so an empty name never leaves here.
    model: policy.models.scoring ?? '',
    timeoutMs: policy.models.timeoutMs,
    outputTokensMax: Math.min(left, OUTPUT_TOKENS_MAX),
  }
}
