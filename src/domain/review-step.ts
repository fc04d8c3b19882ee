import { createHash } from 'node:crypto'
import type { Assessment } from './assessment.ts'
import type { Actor } from './decision.ts'
import type { Grant } from './grant.ts'
import { partyLabel } from './party.ts'
import { isBlind, type Review, type ReviewState } from './review.ts'
import type { ChainedEventName, DetailValue, ReviewEventBody } from './review-event.ts'

/** One step of a review, as workflows state it; `reviewStepEvent` makes the flat event of it. */
export interface ReviewStep {
  readonly event: ChainedEventName
  readonly tenantId: string
  readonly at: number
  readonly grant?: Grant
  readonly assessment?: Assessment | null
  readonly before?: ReviewState | null
  readonly review?: Review | null
  readonly actor?: Actor | null
  readonly reason?: string | null
  readonly policyVersion?: number | null
  readonly detail?: { readonly [key: string]: DetailValue }
  /** What makes the event unique besides name, grant and review version. */
  readonly key?: string
}

const FIELD_CHARACTERS_MAX = 1_000

const clipped = (text: string | null | undefined): string | null =>
  text === null || text === undefined ? null : text.toWellFormed().slice(0, FIELD_CHARACTERS_MAX)

function eventIdOf(step: ReviewStep): string {
  const parts = [
    step.tenantId,
    step.event,
    step.grant?.id ?? '',
    step.review?.version ?? 0,
    step.at,
    step.key ?? '',
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

function scorerOf(assessment: Assessment): string {
  if (assessment.model.kind === 'opinion') return assessment.model.opinion.usage.model
  return assessment.model.kind === 'rules' ? 'rules' : `none: ${assessment.model.why}`
}

/** The flat event of a step, fields in fixed types; evidence and model usage go into the one map field. */
export function reviewStepEvent(step: ReviewStep): ReviewEventBody {
  const { grant, review } = step
  // Whoever reads the review dataset must not learn the verdict before deciding; the decision's event has it.
  const blind = isBlind(review ?? null)
  const assessment = blind ? null : step.assessment
  return {
    _time: new Date(step.at).toISOString(),
    event: step.event,
    event_id: eventIdOf(step),
    schema: 1,
    tenant: step.tenantId,
    grant_id: grant?.id ?? null,
    feed: grant?.feedId ?? null,
    source: grant?.source ?? null,
    kind: grant?.kind ?? null,
    occurred_at: grant === undefined ? null : new Date(grant.occurredAt).toISOString(),
    grantee: grant === undefined ? null : clipped(partyLabel(grant.grantee)),
    grantor: grant === undefined || grant.grantor === null ? null : clipped(partyLabel(grant.grantor)),
    role: clipped(grant?.role.name),
    role_id: clipped(grant?.role.id),
    scope: clipped(grant?.role.scope),
    tier: grant?.role.tier ?? null,
    standing: grant?.standing ?? null,
    state_before: step.before ?? null,
    state_after: review?.state ?? null,
    band: blind ? null : (assessment?.verdict.band ?? review?.band ?? null),
    baseline_score: assessment?.baseline.score ?? null,
    floor: assessment?.verdict.floor?.id ?? null,
    scorer: assessment === undefined || assessment === null ? null : scorerOf(assessment),
    actor: step.actor?.slackUserId ?? null,
    actor_name: clipped(step.actor?.name),
    actor_email: clipped(step.actor?.email),
    reason: clipped(step.reason),
    policy_version: step.policyVersion ?? assessment?.policyVersion ?? review?.policyVersion ?? null,
    detail: {
      ...assessmentDetail(assessment),
      ...(blind ? { blind } : {}),
      ...(review?.origin === 'sample' && !blind ? { origin: 'sample' } : {}),
      ...step.detail,
    },
  }
}

function assessmentDetail(assessment: Assessment | null | undefined): { [key: string]: DetailValue } {
  if (assessment === null || assessment === undefined) return {}
  // Strings, not objects: Axiom takes arrays of objects apart where the field is no map field.
  const evidence = assessment.baseline.evidence.map(({ id, weight }) => `${id}:${weight}`)
  if (assessment.model.kind !== 'opinion') return { evidence }
  const { opinion } = assessment.model
  return {
    evidence,
    model_band: opinion.band,
    model_summary: clipped(opinion.summary),
    model_recommendation: opinion.recommendation,
    dropped_reasons: opinion.droppedReasons,
    numbers_contradict: opinion.numbersContradict,
    prompt_hash: opinion.promptHash,
    input_tokens: opinion.usage.inputTokens,
    cached_tokens: opinion.usage.cachedTokens,
    output_tokens: opinion.usage.outputTokens,
    latency_ms: opinion.usage.latencyMs,
  }
}
