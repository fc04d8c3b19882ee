import type { Evidence } from './evidence.ts'
import { CATALOGUE, EVIDENCE_IDS, type EvidenceId } from './evidence-catalogue.ts'
import { isLearning } from './evidence-record.ts'
import type { EvidenceInput, EvidenceRule } from './evidence-rule.ts'

export interface Measurement {
  readonly evidence: readonly Evidence[]
  /** What could not be measured, for want of data. */
  readonly unknown: readonly EvidenceId[]
}

/** Measures everything in the catalogue about one grant. */
export function measureEvidence(input: EvidenceInput): Measurement {
  const evidence: Evidence[] = []
  const unknown: EvidenceId[] = []
  const learning = isLearning(input)
  for (const id of EVIDENCE_IDS) {
    const rule: EvidenceRule = CATALOGUE[id]
    const measured = rule.measure(input)
    if (measured === 'unknown') unknown.push(id)
    if (typeof measured === 'string') continue
    const discounted = rule.novelty && learning
    evidence.push({
      id,
      weight: discounted ? 0 : weightOf(rule, measured.strength),
      sentence: discounted ? [...measured.sentence, STILL_LEARNING] : measured.sentence,
    })
  }
  return { evidence, unknown }
}

const STILL_LEARNING = ' (still learning, so it counts for nothing yet)'

/** The points of a rule at some strength; negative where it mitigates. */
export function weightOf(rule: EvidenceRule, strength: number): number {
  const points = Math.round(rule.weight * strength)
  return rule.direction === 'mitigating' ? 0 - points : points
}
