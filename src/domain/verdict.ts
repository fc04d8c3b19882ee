import type { Disposition, Floor, ModelAnswer, ModelOpinion, Verdict } from './assessment.ts'
import { type Band, type Baseline, bandOf, bandRank, type Evidence, higherBand } from './evidence.ts'
import type { EvidenceId } from './evidence-catalogue.ts'
import type { PresentGrant, SelfFacts } from './evidence-rule.ts'
import { directionOf, type GrantKind } from './grant.ts'
import type { FloorId, Policy } from './policy.ts'

/** Floors that stand or fall with one piece of evidence; the id is the same. */
const EVIDENCE_FLOORS = [
  'self_grant',
  'break_glass',
  'outside_path',
  'external_grantee',
  'regrant_after_revoke',
  'fresh_grantor',
  'control_weakened',
] as const satisfies readonly (FloorId & EvidenceId)[]

/** What the code itself found to speak for a grant: the only ground on which a model may talk a medium down. */
const MITIGATING = [
  'expected_exception',
  'approved_before',
  'source_approval',
] as const satisfies readonly EvidenceId[]

/** Whether a kind may ask people at all: what was given, and weakened controls; never removals, expiry or context. */
export function opensReview(kind: GrantKind): boolean {
  return directionOf(kind) === 'given' || kind === 'control_weakened'
}

type FloorGrant = Pick<PresentGrant, 'kind' | 'role' | 'standing' | 'expiresAt' | 'granteePerson'>

interface FloorFacts {
  readonly grantee: Pick<SelfFacts['grantee'], 'eligibility'>
}

/**
 * The floors that apply to a grant, in the order of the policy. Whether activating counts as giving to oneself is
 * settled by the evidence. A floor of `low` is off.
 */
export function floorsOf(
  grant: FloorGrant,
  evidence: readonly Pick<Evidence, 'id'>[],
  facts: FloorFacts,
  policy: Pick<Policy, 'floors'>,
): readonly Floor[] {
  if (!opensReview(grant.kind)) return []
  const found = new Set(evidence.map(({ id }) => id))
  const ids: FloorId[] = EVIDENCE_FLOORS.filter((id) => found.has(id))
  if (isStandingT0(grant, facts)) ids.unshift('standing_t0')
  return ids.map((id) => ({ id, band: policy.floors[id] })).filter(({ band }) => band !== 'low')
}

/** An activation without end of an eligibility that people gave themselves is as good as a standing grant. */
function isStandingT0(grant: FloorGrant, facts: FloorFacts): boolean {
  if (grant.role.tier !== 'T0' || directionOf(grant.kind) !== 'given') return false
  if (grant.kind !== 'activate') return grant.standing
  return grant.expiresAt === null && facts.grantee.eligibility?.by === grant.granteePerson
}

/** As much of the model's answer as the verdict depends on. */
export type BoundAnswer =
  | Exclude<ModelAnswer, { kind: 'opinion' }>
  | { readonly kind: 'opinion'; readonly opinion: Pick<ModelOpinion, 'band'> }

export interface VerdictInput {
  readonly baseline: Pick<Baseline, 'score'> & { readonly evidence: readonly Pick<Evidence, 'id'>[] }
  readonly floors: readonly Floor[]
  readonly answer: BoundAnswer
  /** Its thresholds draw the bands, so that a stored score can be judged by another policy. */
  readonly policy: Pick<Policy, 'thresholds'>
}

/** The policy's verdict: a model may raise a grant freely, but lowers it no further than the code allows. */
export function verdictOf(input: VerdictInput): Verdict {
  const { baseline, floors, answer, policy } = input
  const measured = bandOf(baseline.score, policy.thresholds)
  const judged =
    answer.kind === 'opinion' ? bounded(measured, answer.opinion.band, baseline.evidence) : measured
  const floor = floors.reduce<Floor | null>(stronger, null)
  const band = floor === null ? judged : higherBand(floor.band, judged)
  return { band, floor, waits: answer.kind === 'no-answer' && band === 'low' }
}

function stronger(best: Floor | null, floor: Floor): Floor {
  return best === null || bandRank(floor.band) > bandRank(best.band) ? floor : best
}

function bounded(measured: Band, model: Band, evidence: readonly Pick<Evidence, 'id'>[]): Band {
  if (bandRank(model) >= bandRank(measured)) return model
  if (measured === 'high') return 'medium'
  return isMitigated(evidence) ? 'low' : 'medium'
}

function isMitigated(evidence: readonly Pick<Evidence, 'id'>[]): boolean {
  return evidence.some(({ id }) => MITIGATING.some((mitigating) => mitigating === id))
}

/** What becomes of a grant that was judged as it happened. `isDrawn`: should it be let through, people see it as a sample. */
export function dispositionOf(
  policy: Pick<Policy, 'mode' | 'feeds' | 'autoResolve'>,
  judged: { readonly feedId: string; readonly verdict: Verdict; readonly isDrawn: boolean },
): Exclude<Disposition, 'history'> {
  const { feedId, verdict, isDrawn } = judged
  const feed = policy.feeds.find(({ id }) => id === feedId)
  if (policy.mode === 'shadow' || feed?.shadow === true) return 'shadow'
  if (verdict.band !== 'low') return 'review'
  if (verdict.waits) return 'waiting'
  if (!policy.autoResolve.enabled) return 'review'
  return isDrawn ? 'sample' : 'auto_resolved'
}
