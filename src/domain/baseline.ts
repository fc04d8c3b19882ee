import { type Calibration, type CalibrationRow, outermost } from './calibration.ts'
import { type Baseline, bandOf, type Evidence } from './evidence.ts'
import { CATALOGUE, type EvidenceId } from './evidence-catalogue.ts'
import { isLearning } from './evidence-record.ts'
import type { EvidenceInput, EvidenceRule } from './evidence-rule.ts'
import { COMPARED_CHANGES_MIN } from './evidence-together.ts'
import { actKeyOf } from './history-log.ts'
import { measureEvidence } from './measure-evidence.ts'
import { type Oddity, oddityOf, oddityScore } from './oddity.ts'
import { type Levels, levelsOf } from './oddity-values.ts'
import { pointsOf, scoreOf } from './score.ts'
import { opensReview } from './verdict.ts'

/** A baseline with what the calibration keeps of it. */
export interface Comparison {
  readonly baseline: Baseline
  readonly levels: Levels
  readonly oddity: Oddity
}

/** So many changes of its own outweigh the points set by hand. */
const OWN_CHANGES = 25

/** How unusual a grant is, from evidence alone. What gives nothing and weakens nothing has no evidence. */
export function baselineOf(input: EvidenceInput): Baseline {
  const evidence = opensReview(input.grant.kind) ? measureEvidence(input).evidence : []
  return baselineFrom(input, evidence)
}

/** The same, compared with the tenant's own past changes. */
export function compareWithPast(input: EvidenceInput, calibration: Calibration): Comparison {
  const { grant } = input
  const levels = levelsOf(input)
  const change = { act: actKeyOf(grant.feedId, grant.act), at: grant.occurredAt }
  const oddity = oddityOf(calibration, change, levels)
  const evidence = opensReview(grant.kind) ? measureEvidence({ ...input, oddity }).evidence : []
  const baseline = baselineFrom(input, isLearning(input) ? evidence : weighed(evidence, oddity))
  return { baseline, levels, oddity }
}

/** What the calibration keeps of a change, from the comparisons of its grants. */
export function calibrationRowOf(
  change: Pick<CalibrationRow, 'act' | 'at' | 'by' | 'learnedAt'>,
  comparisons: readonly Pick<Comparison, 'levels' | 'oddity'>[],
): CalibrationRow {
  const bits = (comparisons[0]?.oddity.bits ?? []).map((_, place) =>
    Math.max(...comparisons.map(({ oddity }) => oddity.bits[place] ?? 0)),
  )
  const raw = Math.max(0, ...comparisons.map(({ oddity }) => oddity.raw))
  return { ...change, levels: outermost(comparisons.map(({ levels }) => levels)), bits, raw }
}

function baselineFrom({ policy }: EvidenceInput, evidence: readonly Evidence[]): Baseline {
  const score = scoreOf(evidence)
  return { score, band: bandOf(score, policy.thresholds), evidence }
}

/**
 * Points set by hand give way to what the tenant's own past says as that grows. Where it says more than they do, the
 * rest goes to what came together; where it says less, they shrink.
 */
function weighed(evidence: readonly Evidence[], oddity: Oddity): readonly Evidence[] {
  if (oddity.of < COMPARED_CHANGES_MIN) return evidence
  const together: EvidenceId = 'unusual_together'
  const byHand = evidence.reduce(
    (sum, one) => (isCompared(one) && one.id !== together ? sum + one.weight : sum),
    0,
  )
  const own = oddity.of / (oddity.of + OWN_CHANGES)
  const due = own * pointsOf(oddityScore(oddity)) + (1 - own) * byHand
  const shrink = byHand > due ? due / byHand : 1
  const shrunk = evidence.map((one) =>
    isCompared(one) && one.id !== together ? { ...one, weight: Math.floor(one.weight * shrink) } : one,
  )
  const left =
    due - shrunk.reduce((sum, one) => (isCompared(one) && one.id !== together ? sum + one.weight : sum), 0)
  return shrunk.map((one) => (one.id === together ? { ...one, weight: Math.round(left * 10) / 10 } : one))
}

function isCompared({ id }: Evidence): boolean {
  const rules: Readonly<Record<string, EvidenceRule>> = CATALOGUE
  return rules[id]?.compared === true
}
