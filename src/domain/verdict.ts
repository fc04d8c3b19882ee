import type { Floor, ModelAnswer, Verdict } from './assessment.ts'
import { type Band, type Baseline, bandOf, bandRank, type Evidence, higherBand } from './evidence.ts'
import type { EvidenceId } from './evidence-catalogue.ts'
import { directionOf, type Grant, type GrantKind } from './grant.ts'
import type { HistoryFacts } from './history.ts'
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

/**
 * The floors that apply to a grant, in the order of the policy. Whether activating counts as giving to oneself is
 * settled by the evidence. A floor of `low` is off.
 */
export function floorsOf(
  grant: Grant,
  evidence: readonly Evidence[],
  facts: HistoryFacts,
  policy: Policy,
): readonly Floor[] {
  if (!opensReview(grant.kind)) return []
  const found = new Set(evidence.map(({ id }) => id))
  const ids: FloorId[] = EVIDENCE_FLOORS.filter((id) => found.has(id))
  if (isStandingT0(grant, facts)) ids.unshift('standing_t0')
  return ids.map((id) => ({ id, band: policy.floors[id] })).filter(({ band }) => band !== 'low')
}

/** An activation without end of an eligibility that people gave themselves is as good as a standing grant. */
function isStandingT0(grant: Grant, facts: HistoryFacts): boolean {
  if (grant.role.tier !== 'T0' || directionOf(grant.kind) !== 'given') return false
  if (grant.kind !== 'activate') return grant.standing
  return grant.expiresAt === null && facts.grantee.eligibility?.by === grant.granteePerson
}

export interface VerdictInput {
  readonly baseline: Baseline
  readonly floors: readonly Floor[]
  readonly answer: ModelAnswer
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

function bounded(measured: Band, model: Band, evidence: readonly Evidence[]): Band {
  if (bandRank(model) >= bandRank(measured)) return model
  if (measured === 'high') return 'medium'
  return isMitigated(evidence) ? 'low' : 'medium'
}

function isMitigated(evidence: readonly Evidence[]): boolean {
  return evidence.some(({ id }) => MITIGATING.some((mitigating) => mitigating === id))
}
