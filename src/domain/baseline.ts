import { type Baseline, bandOf, type Evidence } from './evidence.ts'
import { measureEvidence } from './evidence-catalogue.ts'
import type { EvidenceInput } from './evidence-rule.ts'
import { opensReview } from './verdict.ts'

/** Points at which the score stands at 50. */
const HALF_WAY_POINTS = 26.5
/** How steep the score is there: medium (35) begins at about 22 points, high (70) at about 35. */
const STEEPNESS = 3

/** How unusual a grant is, from evidence alone. What gives nothing and weakens nothing has no evidence. */
export function baselineOf(input: EvidenceInput): Baseline {
  const { grant, policy } = input
  const evidence = opensReview(grant.kind) ? measureEvidence(input).evidence : []
  const score = scoreOf(evidence)
  return { score, band: bandOf(score, policy.thresholds), evidence }
}

/** 0-100: grows with every aggravating point, slowly at first and at last, so that odds and ends add up to little. */
export function scoreOf(evidence: readonly Pick<Evidence, 'weight'>[]): number {
  const points = evidence.reduce((sum, { weight }) => sum + weight, 0)
  const odds = (Math.max(0, points) / HALF_WAY_POINTS) ** STEEPNESS
  return Math.round((100 * odds) / (1 + odds))
}
