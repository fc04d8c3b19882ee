import { type Grant, TIERS, type Tier } from './grant.ts'
import {
  ACT_SPREAD_MS,
  countBefore,
  type HistoryProfile,
  LOOK_BACK_ROWS,
  type Log,
  type LogKind,
  logKeyOf,
  logSubjectOf,
  outcomeKeyOf,
  type PastGrant,
  pastGrantOf,
} from './history-log.ts'
import { DAYS, type Histogram, HOURS } from './rhythm.ts'

export { emptyProfile, type HistoryProfile, isJustified, learn } from './history-log.ts'

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/** How a person or a whole feed gives roles; counts reach no further back than LOOK_BACK_ROWS. */
export interface Behaviour {
  readonly grants: number
  readonly acts: number
  /** Acts by hour and by day, on the actor's clock. */
  readonly byHour: Histogram
  readonly byDay: Histogram
  /** Grants with a written reason; with a ticket. */
  readonly reasoned: number
  readonly ticketed: number
}

/** The first time that somebody is seen with this much power: a role stronger than any they held or gave before. */
export interface Rise {
  readonly at: number
  readonly tier: Tier
  readonly from: string | null
}

export interface GrantorFacts extends Behaviour {
  readonly firstAt: number | null
  readonly lastAt: number | null
  readonly byRole: ReadonlyMap<string, number>
  readonly byRoleKind: ReadonlyMap<string, number>
  readonly byTier: Readonly<Record<Tier, number>>
  /** Grants in the hour before this one, other than those of its act. */
  readonly grantsInHour: number
  readonly failuresInHour: number
  /** Earlier acts, and those of them after which as many grants lay within an hour as after this one. */
  readonly actsAsBusy: number
  readonly riseInDay: Rise | null
}

export interface GranteeFacts {
  readonly grants: number
  readonly grantsInFeed: number
  /** The strongest tier ever given, or null when nothing was. */
  readonly strongestTier: Tier | null
  readonly lastSeenAt: number | null
  /** Different roles and scopes given in the day before this act. */
  readonly rolesInDay: number
  /** The same role and scope in the same feed. */
  readonly sameRole: {
    readonly givenAt: number | null
    readonly takenAt: number | null
    readonly takenBy: string | null
  }
  /** Who last made the grantee eligible for this role and scope; null when no such record is known. */
  readonly eligibility: { readonly at: number; readonly by: string | null } | null
}

/** What the ledger says about the past of one grant: facts, not yet evidence. Strictly earlier events only. */
export interface HistoryFacts {
  readonly feed: Behaviour & {
    /** Earliest event of the feed; null when this is the first. */
    readonly firstAt: number | null
  }
  readonly grantor: GrantorFacts | null
  readonly grantee: GranteeFacts
  readonly pair: { readonly grants: number; readonly lastAt: number | null } | null
  readonly role: { readonly grants: number; readonly lastAt: number | null }
  /** The act that this grant is part of, itself included. */
  readonly act: { readonly grants: number; readonly rolesForGrantee: number }
  /** Reviewers' last word on earlier grants of this role and scope to this person. */
  readonly outcome: { readonly approvedAt: number | null; readonly revokedAt: number | null }
}

/** Facts about one grant. Members of its own act are never its history: they count for the size of the act alone. */
export function factsOf(profile: HistoryProfile, grant: Grant): HistoryFacts {
  const row = pastGrantOf(grant)
  const team = earlier(profile, 'feed', row).rows
  const act = actFacts(profile, row)
  const pair = earlier(profile, 'pair', row).rows
  const role = earlier(profile, 'role', row).rows
  const since = profile.feedsSince.get(row.feedId)
  return {
    feed: {
      ...behaviourOf(team),
      firstAt: since !== undefined && since < row.occurredAt ? since : null,
    },
    grantor: grantorFacts(profile, row, act.grants),
    grantee: granteeFacts(profile, row),
    pair: row.grantorPerson === null ? null : { grants: pair.length, lastAt: lastAt(pair) },
    role: { grants: role.length, lastAt: lastAt(role) },
    act,
    outcome: outcomeFacts(profile, row),
  }
}

/** The part of a role id that says what kind of role it is: `team` of `team:infra`; else the whole. */
export function roleKindOf(roleId: string): string {
  return roleId.split(/[:/]/, 1)[0] ?? roleId
}

interface Earlier {
  readonly rows: readonly PastGrant[]
  readonly firstAt: number | null
}

const NOTHING: Earlier = { rows: [], firstAt: null }

function logOf(profile: HistoryProfile, kind: LogKind, row: PastGrant): Log | undefined {
  const subject = logSubjectOf(kind, row)
  return subject === null ? undefined : profile.logs.get(logKeyOf(kind, subject))
}

/** The newest rows strictly before a grant, without its own act. */
function earlier(profile: HistoryProfile, kind: LogKind, row: PastGrant): Earlier {
  const log = logOf(profile, kind, row)
  if (log === undefined) return NOTHING
  const end = countBefore(log.rows, row.occurredAt)
  const rows = log.rows
    .slice(Math.max(0, end - LOOK_BACK_ROWS[kind]), end)
    .filter((past) => !isSameAct(past, row))
  return { rows, firstAt: rows.length === 0 ? null : log.firstAt }
}

function isSameAct(past: PastGrant, row: PastGrant): boolean {
  return past.act === row.act && past.feedId === row.feedId
}

function lastAt(rows: readonly PastGrant[]): number | null {
  return rows.at(-1)?.occurredAt ?? null
}

function behaviourOf(rows: readonly PastGrant[]): Behaviour {
  const byHour = new Array<number>(HOURS).fill(0)
  const byDay = new Array<number>(DAYS).fill(0)
  const acts = new Set<string>()
  let reasoned = 0
  let ticketed = 0
  for (const row of rows) {
    if (row.reasoned) reasoned += 1
    if (row.ticketed) ticketed += 1
    const act = actKeyOf(row)
    if (acts.has(act)) continue
    acts.add(act)
    byHour[row.localHour] = (byHour[row.localHour] ?? 0) + 1
    byDay[row.localDay] = (byDay[row.localDay] ?? 0) + 1
  }
  return { grants: rows.length, acts: acts.size, byHour, byDay, reasoned, ticketed }
}

function actKeyOf(row: PastGrant): string {
  return `${row.feedId}\u001f${row.act}`
}

function grantorFacts(profile: HistoryProfile, row: PastGrant, actGrants: number): GrantorFacts | null {
  if (row.grantorPerson === null) return null
  const { rows, firstAt } = earlier(profile, 'grantor', row)
  const failures = earlier(profile, 'failures', row).rows
  const hourAgo = row.occurredAt - HOUR_MS
  const grantsInHour = rows.length - countBefore(rows, hourAgo)
  return {
    ...behaviourOf(rows),
    firstAt,
    lastAt: lastAt(rows),
    byRole: tally(rows, (past) => past.roleId),
    byRoleKind: tally(rows, (past) => roleKindOf(past.roleId)),
    byTier: tiersOf(rows),
    grantsInHour,
    failuresInHour: failures.length - countBefore(failures, hourAgo),
    actsAsBusy: actsAsBusy(rows, grantsInHour + actGrants),
    riseInDay: riseInDay(profile, row, rows),
  }
}

function tally(rows: readonly PastGrant[], keyOf: (row: PastGrant) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) + 1)
  return counts
}

function tiersOf(rows: readonly PastGrant[]): Record<Tier, number> {
  const counts: Record<Tier, number> = { T0: 0, T1: 0, T2: 0 }
  for (const row of rows) counts[row.tier] += 1
  return counts
}

/** Of the acts among these rows, how many had at least so many grants in the hour that ended with them. */
function actsAsBusy(rows: readonly PastGrant[], load: number): number {
  const busy = new Set<string>()
  let start = 0
  rows.forEach((row, index) => {
    for (let first = rows[start]; first !== undefined; first = rows[start]) {
      if (first.occurredAt >= row.occurredAt - HOUR_MS) break
      start += 1
    }
    if (index - start + 1 >= load) busy.add(actKeyOf(row))
  })
  return busy.size
}

/**
 * An activation uses power that was given before, so it is no rise; nor is a role no stronger than what the person
 * held or gave earlier, which shows that they had such power already.
 */
function riseInDay(profile: HistoryProfile, row: PastGrant, given: readonly PastGrant[]): Rise | null {
  if (row.grantorPerson === null) return null
  const asGrantee: PastGrant = { ...row, granteePerson: row.grantorPerson }
  const received = earlier(profile, 'grantee', asGrantee).rows.filter((past) => past.direction === 'given')
  const dayAgo = row.occurredAt - DAY_MS
  let strongest: Tier | null = null
  let rise: Rise | null = null
  for (const past of received) {
    const isNew = isStronger(past.tier, strongest)
    if (isNew) strongest = past.tier
    if (!isNew || past.occurredAt < dayAgo || past.firstSeen) continue
    if (past.kind === 'activate' || past.kind === 'extend') continue
    const gaveBefore = given.some(
      (gift) => gift.occurredAt < past.occurredAt && !isStronger(past.tier, gift.tier),
    )
    if (!gaveBefore) rise = { at: past.occurredAt, tier: past.tier, from: past.grantorPerson }
  }
  return rise
}

export function isStronger(tier: Tier, than: Tier | null): boolean {
  return than === null || TIERS.indexOf(tier) < TIERS.indexOf(than)
}

function granteeFacts(profile: HistoryProfile, row: PastGrant): GranteeFacts {
  const seen = earlier(profile, 'grantee', row).rows
  const given = seen.filter((past) => past.direction === 'given')
  const strongest = TIERS.find((tier) => given.some((past) => past.tier === tier))
  const holding = earlier(profile, 'holding', row).rows
  const taken = holding.findLast((past) => past.direction === 'taken')
  const eligible = holding.findLast((past) => past.kind === 'eligible')
  const today = given.filter((past) => past.occurredAt >= row.occurredAt - DAY_MS && !past.firstSeen)
  return {
    grants: given.length,
    grantsInFeed: given.filter((past) => past.feedId === row.feedId).length,
    strongestTier: strongest ?? null,
    lastSeenAt: lastAt(seen),
    rolesInDay: differentRoles(today),
    sameRole: {
      givenAt: holding.findLast((past) => past.direction === 'given')?.occurredAt ?? null,
      takenAt: taken?.occurredAt ?? null,
      takenBy: taken?.grantorPerson ?? null,
    },
    eligibility: eligible === undefined ? null : { at: eligible.occurredAt, by: eligible.grantorPerson },
  }
}

function differentRoles(rows: readonly PastGrant[]): number {
  return new Set(rows.map((row) => `${row.feedId}\u001f${row.roleId}\u001f${row.scope}`)).size
}

function actFacts(profile: HistoryProfile, row: PastGrant): HistoryFacts['act'] {
  const given = membersOf(logOf(profile, 'feed', row), row)
  const forGrantee = membersOf(logOf(profile, 'grantee', row), row).filter(
    (past) => past.direction === 'given' && past.granteePerson === row.granteePerson,
  )
  return { grants: given.length, rolesForGrantee: differentRoles(forGrantee) }
}

/** The grants of one act, whenever within its spread they were recorded; the row itself once. */
function membersOf(log: Log | undefined, row: PastGrant): PastGrant[] {
  const members = [row]
  const rows = log?.rows ?? []
  for (let index = countBefore(rows, row.occurredAt - ACT_SPREAD_MS); index < rows.length; index += 1) {
    const past = rows[index]
    if (past === undefined || past.occurredAt > row.occurredAt + ACT_SPREAD_MS) break
    if (past.id !== row.id && isSameAct(past, row) && !past.firstSeen) members.push(past)
  }
  return members
}

function outcomeFacts(profile: HistoryProfile, row: PastGrant): HistoryFacts['outcome'] {
  const outcomes = (profile.outcomes.get(outcomeKeyOf(row)) ?? []).filter(({ at }) => at < row.occurredAt)
  const newest = (action: 'approve' | 'revoke') => {
    const times = outcomes.filter((outcome) => outcome.action === action).map(({ at }) => at)
    return times.length === 0 ? null : Math.max(...times)
  }
  return { approvedAt: newest('approve'), revokedAt: newest('revoke') }
}
