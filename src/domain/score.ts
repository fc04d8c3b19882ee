import type { Evidence } from './evidence.ts'

/** Points at which the score stands at 50. */
const HALF_WAY_POINTS = 26.5
/** How steep the score is there: medium (35) begins at about 22 points, high (70) at about 35. */
const STEEPNESS = 3

/** 0-100: grows with every aggravating point, slowly at first and at last, so that odds and ends add up to little. */
export function scoreOf(evidence: readonly Pick<Evidence, 'weight'>[]): number {
  const points = evidence.reduce((sum, { weight }) => sum + weight, 0)
  const odds = (Math.max(0, points) / HALF_WAY_POINTS) ** STEEPNESS
  return Math.round((100 * odds) / (1 + odds))
}

/** The points that make such a score. */
export function pointsOf(score: number): number {
  return HALF_WAY_POINTS * (score / (100 - score)) ** (1 / STEEPNESS)
}
