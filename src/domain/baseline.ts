import { type Baseline, bandOf, type Evidence } from './evidence.ts'
import { measureEvidence } from './evidence-catalogue.ts'
import type { EvidenceInput } from './evidence-rule.ts'
import { opensReview } from './verdict.ts'

/** Points at which the score has covered 63 of the 100: from there on it saturates. */
const SATURATION_POINTS = 50

/** How unusual a grant is, from evidence alone. What gives nothing and weakens nothing has no evidence. */
export function baselineOf(input: EvidenceInput): Baseline {
  const { grant, policy } = input
  const evidence = opensReview(grant.kind) ? measureEvidence(input).evidence : []
  const score = scoreOf(evidence)
  return { score, band: bandOf(score, policy.thresholds), evidence }
}

/** 0-100: grows with every aggravating point, ever more slowly, so that no one kind of evidence decides alone. */
export function scoreOf(evidence: readonly Pick<Evidence, 'weight'>[]): number {
  const points = evidence.reduce((sum, { weight }) => sum + weight, 0)
  return Math.round(100 * (1 - Math.exp(-Math.max(0, points) / SATURATION_POINTS)))
}
