import { type ActFacts, EVERY_ROLE, type Grant, type GrantKind } from './grant.ts'

/** When two records under different acts are one grant, and what the later one adds. */

/** The plain kinds: a companion record of another kind knows better. Others never stand for one another. */
const PLAIN_KINDS: readonly GrantKind[] = ['grant', 'removal']
const APART_KINDS: readonly GrantKind[] = ['indirect', 'role_widened']

/** The kind that two records of one grant agree on, or null when they speak of different things. */
function commonKind(one: GrantKind, other: GrantKind): GrantKind | null {
  if (one === other) return one
  if (APART_KINDS.includes(one) || APART_KINDS.includes(other)) return null
  if (PLAIN_KINDS.includes(one)) return other
  return PLAIN_KINDS.includes(other) ? one : null
}

function concernsSameRole(row: Grant, role: Grant['role']): boolean {
  if (row.role.id === role.id && row.role.scope === role.scope) return true
  return row.role.id === EVERY_ROLE && row.direction === 'taken'
}

/** Whether a row of the opposite direction lies between two moments: then the role was given or taken anew. */
export function isInterrupted(
  rows: ReadonlyMap<string, Grant>,
  moments: readonly [number, number],
  change: Pick<Grant, 'direction' | 'role'>,
): boolean {
  const from = Math.min(...moments)
  const to = Math.max(...moments)
  for (const row of rows.values()) {
    const isOpposite = row.direction !== 'none' && row.direction !== change.direction
    const isBetween = row.occurredAt >= from && row.occurredAt <= to
    if (isOpposite && isBetween && concernsSameRole(row, change.role)) return true
  }
  return false
}

/** The row that a new record of the same grantee belongs to, the nearest in time; null when it stands alone. */
export function settledRow(
  rows: ReadonlyMap<string, Grant>,
  fresh: Grant,
  settleWindowMs: number,
): Grant | null {
  if (settleWindowMs <= 0 || fresh.direction === 'none') return null
  let nearest: Grant | null = null
  for (const row of rows.values()) {
    if (row.direction !== fresh.direction || row.act === fresh.act) continue
    if (row.role.id !== fresh.role.id || row.role.scope !== fresh.role.scope) continue
    if (commonKind(row.kind, fresh.kind) === null) continue
    const distance = Math.abs(row.occurredAt - fresh.occurredAt)
    if (distance > settleWindowMs) continue
    if (nearest !== null && Math.abs(nearest.occurredAt - fresh.occurredAt) <= distance) continue
    if (!isInterrupted(rows, [row.occurredAt, fresh.occurredAt], fresh)) nearest = row
  }
  return nearest
}

type Optional = Exclude<
  keyof ActFacts,
  'act' | 'occurredAt' | 'grantee' | 'mechanism' | 'outcome' | 'localOffsetMinutes' | 'path' | 'holding'
>
const OPTIONAL_FACTS: readonly Optional[] = [
  'grantor',
  'ip',
  'country',
  'asn',
  'userAgent',
  'session',
  'justification',
  'ticket',
  'expiresAt',
]

/** The row with what the other record adds: missing facts, the earlier time, the more telling kind. */
export function enriched(row: Grant, fresh: Grant): Grant {
  const filled = Object.fromEntries(OPTIONAL_FACTS.map((name) => [name, row[name] ?? fresh[name]]))
  const earlier = fresh.occurredAt < row.occurredAt ? fresh : row
  const kind = commonKind(row.kind, fresh.kind) ?? row.kind
  const grantee = {
    ...row.grantee,
    email: row.grantee.email ?? fresh.grantee.email,
    name: row.grantee.name ?? fresh.grantee.name,
    type: row.grantee.type === 'unknown' ? fresh.grantee.type : row.grantee.type,
  }
  const merged: Grant = {
    ...row,
    ...filled,
    path: row.path === 'outside' ? row.path : (fresh.path ?? row.path),
    grantee,
    kind,
    occurredAt: earlier.occurredAt,
    localOffsetMinutes: earlier.localOffsetMinutes,
    localHour: earlier.localHour,
    localDay: earlier.localDay,
    mechanism: row.mechanism === 'unknown' ? fresh.mechanism : row.mechanism,
    grantorPerson: row.grantor === null ? fresh.grantorPerson : row.grantorPerson,
    granteePerson: row.grantee.email === null ? fresh.granteePerson : row.granteePerson,
    firstSeen: row.firstSeen && fresh.firstSeen,
  }
  return { ...merged, standing: isStanding(merged) }
}

export function isStanding(grant: Pick<Grant, 'kind' | 'expiresAt'>): boolean {
  return grant.expiresAt === null && grant.kind !== 'activate'
}
