import type { Band } from './evidence.ts'
import type { ReviewOrigin } from './review.ts'

/** How good the judging was, by what people decided in the end. */

/** One decided review: what asked for it, what the model advised, and the last approve or revoke. */
export interface Outcome {
  readonly origin: ReviewOrigin
  /** The verdict, not what a blind card showed. */
  readonly band: Band
  readonly recommendation: string | null
  readonly action: 'approve' | 'revoke'
}

export interface Share {
  readonly part: number
  readonly whole: number
  /** 95% confidence interval of the share, 0-1; null when there is nothing to count. */
  readonly interval: readonly [number, number] | null
}

export interface Quality {
  /** Of what the policy asked about, by band: how much people revoked. */
  readonly precision: Readonly<Record<'medium' | 'high', Share>>
  /** Of what would have been let through and was shown blind: how much people revoked. */
  readonly misses: Share
  /** Of decisions on which the model had advised to approve or to revoke: how often people did the other. */
  readonly overrides: Share
}

export function qualityOf(outcomes: readonly Outcome[]): Quality {
  const revoked = (among: readonly Outcome[]) =>
    shareOf(among.filter(({ action }) => action === 'revoke').length, among.length)
  const asked = outcomes.filter(({ origin }) => origin !== 'sample')
  const advised = outcomes.filter(
    ({ recommendation }) => recommendation === 'approve' || recommendation === 'revoke',
  )
  return {
    precision: {
      medium: revoked(asked.filter(({ band }) => band === 'medium')),
      high: revoked(asked.filter(({ band }) => band === 'high')),
    },
    misses: revoked(outcomes.filter(({ origin }) => origin === 'sample')),
    overrides: shareOf(
      advised.filter(({ recommendation, action }) => recommendation !== action).length,
      advised.length,
    ),
  }
}

/** 97.5% quantile of the normal distribution. */
const Z = 1.959964

/** A share with Wilson's score interval (Wilson 1927), which holds for few cases and for shares near 0. */
export function shareOf(part: number, whole: number): Share {
  if (whole === 0) return { part, whole, interval: null }
  const share = part / whole
  const scale = 1 + Z ** 2 / whole
  const centre = (share + Z ** 2 / (2 * whole)) / scale
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / whole + Z ** 2 / (4 * whole ** 2))
  return { part, whole, interval: [Math.max(0, centre - half), Math.min(1, centre + half)] }
}
