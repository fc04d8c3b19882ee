import type { Role } from './grant.ts'

/** The sets of roles that one grantee was seen to hold, in order of event time. */

export interface Snapshot {
  readonly granteeKey: string
  readonly act: string
  readonly occurredAt: number
  readonly roles: readonly Role[]
}

export type RoleSet = ReadonlyMap<string, Role>

/**
 * What was held at one moment. Several snapshots of one instant are joined, since their order is not known: a grant
 * is never lost that way, and no removal concluded that nobody stated. An empty one comes last in its instant.
 */
export interface Moment {
  readonly occurredAt: number
  readonly acts: readonly string[]
  readonly roles: RoleSet
}

export function roleKey(role: Pick<Role, 'id' | 'scope'>): string {
  return JSON.stringify([role.id, role.scope])
}

export function roleSet(roles: readonly Role[]): RoleSet {
  return new Map(roles.map((role) => [roleKey(role), role]))
}

/** Whether the same act stated the same roles (or more) of this grantee at this time already. */
export function isStored(stored: readonly Snapshot[], snapshot: Snapshot): boolean {
  return stored.some(
    (row) =>
      row.act === snapshot.act &&
      row.occurredAt === snapshot.occurredAt &&
      (row.roles.length === 0) === (snapshot.roles.length === 0) &&
      snapshot.roles.every((role) => row.roles.some((held) => roleKey(held) === roleKey(role))),
  )
}

interface Instant {
  readonly occurredAt: number
  readonly isEmpty: boolean
}

function instantOf(snapshot: Snapshot): Instant {
  return { occurredAt: snapshot.occurredAt, isEmpty: snapshot.roles.length === 0 }
}

function compareInstants(one: Instant, other: Instant): number {
  return one.occurredAt - other.occurredAt || Number(one.isEmpty) - Number(other.isEmpty)
}

export interface Place {
  /** The moment before, the same moment as it stood, and the one after. */
  readonly before: Moment | null
  readonly here: Moment | null
  readonly after: Moment | null
}

/** Where a new snapshot falls among those known. */
export function placeOf(stored: readonly Snapshot[], snapshot: Snapshot): Place {
  const at = instantOf(snapshot)
  let before: Instant | null = null
  let after: Instant | null = null
  for (const row of stored) {
    const instant = instantOf(row)
    const order = compareInstants(instant, at)
    if (order < 0 && (before === null || compareInstants(instant, before) > 0)) before = instant
    if (order > 0 && (after === null || compareInstants(instant, after) < 0)) after = instant
  }
  return { before: momentAt(stored, before), here: momentAt(stored, at), after: momentAt(stored, after) }
}

/** All snapshots of one instant as one set. */
function momentAt(stored: readonly Snapshot[], instant: Instant | null): Moment | null {
  if (instant === null) return null
  const rows = stored.filter((row) => compareInstants(instantOf(row), instant) === 0)
  if (rows.length === 0) return null
  return {
    occurredAt: instant.occurredAt,
    acts: rows.map((row) => row.act),
    roles: roleSet(rows.flatMap((row) => row.roles)),
  }
}

export interface RoleChange {
  readonly direction: 'given' | 'taken'
  readonly role: Role
}

/** What must have changed between two sets; with no set before, every role is given (and only first seen). */
export function diffOf(before: RoleSet | null, after: RoleSet): ReadonlyMap<string, RoleChange> {
  const changes = new Map<string, RoleChange>()
  for (const [key, role] of after)
    if (before === null || !before.has(key)) changes.set(`given ${key}`, { direction: 'given', role })
  // A role that now holds everywhere has been widened, not taken away.
  for (const [key, role] of before ?? [])
    if (!after.has(key) && !after.has(roleKey({ id: role.id, scope: '*' })))
      changes.set(`taken ${key}`, { direction: 'taken', role })
  return changes
}

/**
 * Adds a snapshot to those of its grantee and answers with the row to save. One act has one row for a moment: what
 * it states twice is joined, and an empty set wins, so that whatever is held later counts as given again.
 */
export function addSnapshot(stored: Snapshot[], snapshot: Snapshot): Snapshot {
  const index = stored.findIndex((row) => row.act === snapshot.act && row.occurredAt === snapshot.occurredAt)
  const known = stored[index]
  if (known === undefined) {
    stored.push(snapshot)
    return snapshot
  }
  const isEmpty = known.roles.length === 0 || snapshot.roles.length === 0
  const roles = isEmpty ? [] : [...roleSet([...known.roles, ...snapshot.roles]).values()]
  const joined = { ...snapshot, roles }
  stored[index] = joined
  return joined
}
