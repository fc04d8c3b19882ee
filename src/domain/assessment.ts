import type { Band, Baseline } from './evidence.ts'

export interface Reason {
  readonly text: string
  readonly evidenceIds: readonly string[]
}

export const RECOMMENDATIONS = ['approve', 'revoke', 'escalate', 'ask'] as const
export type Recommendation = (typeof RECOMMENDATIONS)[number]

export interface ModelUsage {
  readonly model: string
  readonly inputTokens: number
  readonly cachedTokens: number
  readonly outputTokens: number
  readonly latencyMs: number
}

/** What the model says, after checks: reasons whose citations do not exist are dropped and counted. */
export interface ModelOpinion {
  readonly band: Band
  readonly summary: string
  readonly reasons: readonly Reason[]
  readonly questions: readonly string[]
  readonly recommendation: Recommendation
  readonly droppedReasons: number
  /** True when the summary or a reason names a number that is nowhere in what the model was shown. */
  readonly numbersContradict: boolean
  readonly promptHash: string
  readonly usage: ModelUsage
}

const NO_ANSWERS = [
  'unset',
  'down',
  'refused',
  'truncated',
  'malformed',
  'timeout',
  'over-budget',
  'breaker',
] as const
export type NoAnswer = (typeof NO_ANSWERS)[number]

/** A model's opinion, the reason there is none, or the user's choice to run without one. */
export type ModelAnswer =
  | { readonly kind: 'opinion'; readonly opinion: ModelOpinion }
  | { readonly kind: 'no-answer'; readonly why: NoAnswer }
  | { readonly kind: 'rules' }

const DISPOSITIONS = ['history', 'shadow', 'auto_resolved', 'waiting', 'review', 'sample'] as const
export type Disposition = (typeof DISPOSITIONS)[number]

/** A floor that applied: which rule, and the band below which the verdict may not fall. */
export interface Floor {
  readonly id: string
  readonly band: Band
}

/** What the policy makes of baseline and model. */
export interface Verdict {
  readonly band: Band
  /** The strongest floor that applied, even where the rest was as high. */
  readonly floor: Floor | null
  /** True when low must wait for the model instead of resolving. */
  readonly waits: boolean
}

/** Everything judged about one grant at one time, as stored. */
export interface Assessment {
  readonly tenantId: string
  readonly grantId: string
  /** 1, 2, ...: a later record or later evidence assesses again. */
  readonly revision: number
  readonly assessedAt: number
  readonly policyVersion: number
  readonly baseline: Baseline
  readonly model: ModelAnswer
  readonly verdict: Verdict
  readonly disposition: Disposition
}
