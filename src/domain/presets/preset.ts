import type { ActFacts, Grant, GrantKind, Role } from '../grant.ts'

/** One change the source states: a role was given or taken, a control weakened, context seen. */
export interface ChangeObservation extends ActFacts {
  readonly form: 'change'
  readonly kind: GrantKind
  readonly role: Role
}

/** The full set of privileged roles a grantee now has; changes follow from the one before it. */
export interface SnapshotObservation extends ActFacts {
  readonly form: 'snapshot'
  readonly roles: readonly Role[]
  /** Roles the event itself says were taken, for when no earlier snapshot is known. */
  readonly taken: readonly Role[]
  /** Whether roles that count for nothing are held or were taken: then an empty list is no news of privileged ones. */
  readonly hasOrdinary?: boolean
}

export type Observation = ChangeObservation | SnapshotObservation

/** What a preset makes of one event. `skipped` is a short, fixed reason fit for counting, never text of the event. */
export type Reading = { readonly observations: readonly Observation[] } | { readonly skipped: string }

/** One test of an Axiom query. */
export interface Condition {
  /** Dotted path; the query escapes it and finds it nested and flattened. */
  readonly field: string
  /** `in` compares exactly; `starts-with` and `contains` pay no heed to case. */
  readonly op: 'in' | 'starts-with' | 'contains' | 'exists'
  readonly values: readonly string[]
}

export interface ReadOptions {
  /** As configured for the feed. */
  readonly prefix: string | null
  /** When the event was received: its time if it states none. Without it such an event is skipped. */
  readonly receivedAt?: number
}

/** The reason for skipping an event that states no time. */
export const TIME_NOT_STATED = 'time not stated'

export interface Preset {
  readonly name: string
  /** What people call the source, e.g. `Okta`. */
  readonly title: string
  /** What its rules rest on: at least five real events that give a role, the vendor's words quoted beside the rules, the team that described it, or nothing yet. */
  readonly proof: 'real events' | 'vendor text' | 'the team' | 'unproven'
  /** Any of these, each field tested in nested and flattened form: a wide net, since `read` decides. */
  readonly filter: readonly Condition[]
  /** Records under another act within this time are the same grant; 0 when every act is its own. */
  readonly settleWindowMs: number
  /** How far before the cursor each poll reads again, by ingest time. */
  readonly overlapMs: number
  /** How far before the poll an event's own time may lie, and how far ahead a skewed clock may set it. */
  readonly latestEventAgeMs: number
  readonly futureSkewMs: number
  /** What the source is able to carry: absence counts as evidence only then. */
  readonly carries: Readonly<Record<'justification' | 'ticket' | 'expiry' | 'ip', boolean>>
  /** Whether the source has a tier of its own for the role; without it, whatever is not T2 counts as such. */
  isCatalogued?(role: Role): boolean
  /** Pure and total: any JSON value in, never throws. */
  read(event: unknown, options: ReadOptions): Reading
  /** The command that takes the role away at the source, safe to paste into a POSIX shell; null if there is none. */
  runbook(grant: Grant): string | null
}
