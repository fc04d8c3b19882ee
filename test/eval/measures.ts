import { type AttackKind, GATED_KINDS } from './attacks.ts'
import type { Outcome } from './protocol.ts'

/** From which score on an alert is raised so that no more than so many of 100 scores lie there. */
export function thresholdAt(scores: readonly number[], per100: number): number {
  const most = Math.floor((scores.length * per100) / 100)
  const sorted = scores.toSorted((one, other) => other - one)
  const over = sorted[most] ?? Number.NEGATIVE_INFINITY
  return sorted.slice(0, most).findLast((score) => score > over) ?? Number.POSITIVE_INFINITY
}

export function evaluatedScores(outcome: Outcome, detector: number): readonly number[] {
  return outcome.benign.slice(outcome.evaluationFrom).map(({ scores }) => scores[detector] ?? 0)
}

export function recallOf(outcome: Outcome, detector: number, kind: AttackKind, threshold: number): number {
  const attacks = outcome.attacks.filter((attack) => attack.kind === kind)
  return attacks.filter(({ scores }) => (scores[detector] ?? 0) >= threshold).length / attacks.length
}

/** The mean over kinds of attack, those that never found an occasion left out. */
export function meanRecall(
  outcome: Outcome,
  detector: number,
  threshold: number,
  kinds: readonly AttackKind[] = GATED_KINDS,
): number {
  const recalls = kinds
    .map((kind) => recallOf(outcome, detector, kind, threshold))
    .filter((recall) => !Number.isNaN(recall))
  return recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length
}

export function alertRate(scores: readonly number[], threshold: number): number {
  return (100 * scores.filter((score) => score >= threshold).length) / scores.length
}
