import type { Grant, GrantKind } from './grant.ts'

/** What happened around a grant that gives nothing itself: resets, tokens, providers, weakened controls, approvals. */

export interface ContextRow {
  readonly id: string
  readonly at: number
  readonly feedId: string
  readonly kind: Extract<GrantKind, 'context' | 'control_weakened'>
  /** Which context or control, e.g. `mfa-reset`. */
  readonly what: string
  readonly scope: string
  /** Whom it concerns, and who did it, as persons after aliases. */
  readonly person: string
  readonly by: string | null
  readonly byName: string | null
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Accounts count as new for longer than a reset or a token is news. */
const CONTEXT_BEFORE_MS = DAY_MS
export const ACCOUNT_NEW_MS = 7 * DAY_MS
/** What comes soon after belongs to the same story. */
export const CONTEXT_AFTER_MS = HOUR_MS

export function contextRowOf(grant: Grant): ContextRow | null {
  if (grant.kind !== 'context' && grant.kind !== 'control_weakened') return null
  return {
    id: grant.id,
    at: grant.occurredAt,
    feedId: grant.feedId,
    kind: grant.kind,
    what: grant.role.id,
    scope: grant.role.scope,
    person: grant.granteePerson,
    by: grant.grantorPerson,
    byName: grant.grantor === null ? null : (grant.grantor.name ?? grant.grantor.email ?? grant.grantor.id),
  }
}

/** Concerns everybody: a new way to sign in, or a control that held for all. */
function concernsAll(row: Pick<ContextRow, 'kind' | 'what'>): boolean {
  return row.kind === 'control_weakened' || row.what === 'identity-provider'
}

type Around = Pick<Grant, 'id' | 'feedId' | 'granteePerson' | 'grantorPerson' | 'occurredAt'>

/** The context of a grant, oldest first: of its people, and of everybody in its feed. */
export function contextOf(rows: readonly ContextRow[], row: Around): readonly ContextRow[] {
  const people = [row.granteePerson, row.grantorPerson].filter((person) => person !== null)
  return rows
    .filter((one) => {
      if (one.id === row.id) return false
      const before = one.what === 'account-created' ? ACCOUNT_NEW_MS : CONTEXT_BEFORE_MS
      if (one.at < row.occurredAt - before || one.at > row.occurredAt + CONTEXT_AFTER_MS) return false
      if (concernsAll(one)) return one.feedId === row.feedId
      return people.includes(one.person) || (one.by !== null && people.includes(one.by))
    })
    .toSorted((one, other) => one.at - other.at)
}

/** Which grants a later event may throw a new light on: of its people, or of its whole feed, within these times. */
export interface Reach {
  /** Null reaches everybody in the feed. */
  readonly people: readonly string[] | null
  readonly feedId: string
  readonly from: number
  readonly to: number
}

/** Context speaks for what came after it, and for what came just before; a removal for what it took so soon. */
export function reachOf(grant: Grant): Reach | null {
  const context = contextRowOf(grant)
  const { feedId, occurredAt: at } = grant
  if (context === null)
    return grant.kind === 'removal'
      ? { people: [grant.granteePerson], feedId, from: at - CONTEXT_BEFORE_MS, to: at }
      : null
  const after = context.what === 'account-created' ? ACCOUNT_NEW_MS : CONTEXT_BEFORE_MS
  const people = [context.person, ...(context.by === null ? [] : [context.by])]
  return { people: concernsAll(context) ? null : people, feedId, from: at - CONTEXT_AFTER_MS, to: at + after }
}
