/** Piece of a sentence: plain words of ours, or a value that a view escapes and formats. */
export type SentencePart =
  | string
  | { readonly person: string }
  | { readonly text: string }
  | { readonly count: number }
  | { readonly at: number }
  | { readonly hour: number }
  | { readonly durationMs: number }

export interface Evidence {
  /** Stable, from the catalogue, e.g. `self_grant`. */
  readonly id: string
  /** Points on the baseline; negative is mitigating, 0 is context or still learning. */
  readonly weight: number
  readonly sentence: readonly SentencePart[]
}

export const BANDS = ['low', 'medium', 'high'] as const
export type Band = (typeof BANDS)[number]

export function bandRank(band: Band): number {
  return BANDS.indexOf(band)
}

export function higherBand(one: Band, other: Band): Band {
  return bandRank(one) >= bandRank(other) ? one : other
}

/** The band of a score, by the scores from which medium and high begin. */
export function bandOf(score: number, thresholds: { readonly medium: number; readonly high: number }): Band {
  if (score >= thresholds.high) return 'high'
  return score >= thresholds.medium ? 'medium' : 'low'
}

export interface Baseline {
  /** 0-100, from evidence alone. */
  readonly score: number
  readonly band: Band
  readonly evidence: readonly Evidence[]
}
