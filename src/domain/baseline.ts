import { type Baseline, bandOf } from './evidence.ts'
import type { EvidenceInput } from './evidence-rule.ts'
import { measureEvidence } from './measure-evidence.ts'
import { scoreOf } from './score.ts'
import { opensReview } from './verdict.ts'

/** How unusual a grant is, from evidence alone. What gives nothing and weakens nothing has no evidence. */
export function baselineOf(input: EvidenceInput): Baseline {
  const { grant, policy } = input
  const evidence = opensReview(grant.kind) ? measureEvidence(input).evidence : []
  const score = scoreOf(evidence)
  return { score, band: bandOf(score, policy.thresholds), evidence }
}
