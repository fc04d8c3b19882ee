import type { Tier } from './grant.ts'

/** Counts of acts by hour of day (24) or day of week (7), on the actor's clock. */
export type Histogram = readonly number[]

/** What the ledger knows of a person as giver of roles before a moment. Times are epoch milliseconds. */
export interface GrantorProfile {
  readonly grants: number
  readonly firstAt: number
  readonly lastAt: number
  readonly byHour: Histogram
  readonly byDay: Histogram
  /** Grants given per role id and per tier. */
  readonly byRole: ReadonlyMap<string, number>
  readonly byTier: ReadonlyMap<Tier, number>
  readonly withJustification: number
}

/** What the ledger knows of a person as receiver of roles before a moment. */
export interface GranteeProfile {
  readonly grants: number
  readonly firstAt: number
  readonly lastAt: number
  readonly byTier: ReadonlyMap<Tier, number>
  readonly byFeed: ReadonlyMap<string, number>
}

/** The past that bears on a batch of grants, as of the batch's earliest event. */
export interface HistoryProfile {
  readonly grantors: ReadonlyMap<string, GrantorProfile>
  readonly grantees: ReadonlyMap<string, GranteeProfile>
}
