import { type Grant, TIERS, type Tier } from './grant.ts'
import {
  ACT_SPREAD_MS,
  countBefore,
  type Gift,
  type HistoryProfile,
  type Holding,
  LOOK_BACK_ROWS,
  type LogKind,
  type LogRows,
  logKeyOf,
  logSubjectOf,
  type Mark,
  type PastGrant,
  pastGrantOf,
} from './history-log.ts'
import { DAYS, type Histogram, HOURS } from './rhythm.ts'

export { emptyProfile, type HistoryProfile, isJustified, learn } from './history-log.ts'

const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/** How a person or a whole feed gives roles; counts reach no further back than LOOK_BACK_ROWS. */
export interface Behaviour {
  readonly grants: number
  readonly acts: number
  /** Acts by hour and by day, on the actor's clock. */
  readonly byHour: Histogram
  readonly byDay: Histogram
  /** Grants with a ticket or a written reason; with a ticket. */
  readonly justified: number
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
  readonly byTier: Readonly<Record<Tier, number>>
  /** Earlier grants of roles of the same kind, such as `team` in `team:infra`. */
  readonly sameRoleKind: number
  /** Grants in the hour before this one, other than those of its act. */
  readonly grantsInHour: number
  readonly failuresInHour: number
  /** Of their earlier acts, those after which at least as many grants lay within an hour as calls do after this one. */
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
  const act = actFacts(profile, row)
  const pair = earlier(profile, 'pair', row)
  const role = earlier(profile, 'role', row)
  const since = profile.feedsSince.get(row.feedId)
  return {
    feed: {
      ...behaviourOf(earlier(profile, 'feed', row)),
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

export function isStronger(tier: Tier, than: Tier | null): boolean {
  return than === null || TIERS.indexOf(tier) < TIERS.indexOf(than)
}

function logOf<K extends LogKind>(profile: HistoryProfile, kind: K, row: PastGrant): readonly LogRows[K][] {
  const subject = logSubjectOf(kind, row)
  const logs: ReadonlyMap<string, readonly LogRows[K][]> = profile.logs[kind]
  return subject === null ? [] : (logs.get(logKeyOf(subject)) ?? [])
}

/** The newest rows strictly before a grant, without its own act. */
function earlier<K extends LogKind>(profile: HistoryProfile, kind: K, row: PastGrant): readonly LogRows[K][] {
  const log = logOf(profile, kind, row)
  const end = countBefore(log, row.occurredAt)
  return log.slice(Math.max(0, end - LOOK_BACK_ROWS[kind]), end).filter((past) => past.act !== row.act)
}

function lastAt(rows: readonly Mark[]): number | null {
  return rows.at(-1)?.occurredAt ?? null
}

function behaviourOf(rows: readonly Gift[]): Behaviour {
  const byHour = new Array<number>(HOURS).fill(0)
  const byDay = new Array<number>(DAYS).fill(0)
  const acts = new Set<string>()
  let justified = 0
  let ticketed = 0
  for (const row of rows) {
    if (row.justified) justified += 1
    if (row.ticketed) ticketed += 1
    if (acts.has(row.act)) continue
    acts.add(row.act)
    byHour[row.localHour] = (byHour[row.localHour] ?? 0) + 1
    byDay[row.localDay] = (byDay[row.localDay] ?? 0) + 1
  }
  return { grants: rows.length, acts: acts.size, byHour, byDay, justified, ticketed }
}

function grantorFacts(profile: HistoryProfile, row: PastGrant, actGrants: number): GrantorFacts | null {
  if (row.grantorPerson === null) return null
  const rows = earlier(profile, 'grantor', row)
  const failures = earlier(profile, 'failures', row)
  const hourAgo = row.occurredAt - HOUR_MS
  const grantsInHour = rows.length - countBefore(rows, hourAgo)
  const failuresInHour = failures.length - countBefore(failures, hourAgo)
  const kindStart = roleKindOf(row.roleId)
  const byTier: Record<Tier, number> = { T0: 0, T1: 0, T2: 0 }
  for (const past of rows) byTier[past.tier] += 1
  return {
    ...behaviourOf(rows),
    firstAt: rows.length === 0 ? null : (profile.grantorsSince.get(row.grantorPerson) ?? null),
    lastAt: lastAt(rows),
    byTier,
    sameRoleKind: rows.filter((past) => past.roleId.startsWith(kindStart)).length,
    grantsInHour,
    failuresInHour,
    actsAsBusy: actsAsBusy(rows, grantsInHour + failuresInHour + actGrants),
    riseInDay: riseInDay(profile, row, rows),
  }
}

/** The part of a role id that says what kind of role it is: `team:` of `team:infra`; else the whole. */
function roleKindOf(roleId: string): string {
  return roleId.slice(0, roleId.search(/[:/]/) + 1) || roleId
}

/** Of the acts among these rows, how many had at least so many grants in the hour that ended with them. */
function actsAsBusy(rows: readonly Mark[], load: number): number {
  const busy = new Set<string>()
  let start = 0
  rows.forEach((row, index) => {
    for (let first = rows[start]; first !== undefined; first = rows[start]) {
      if (first.occurredAt >= row.occurredAt - HOUR_MS) break
      start += 1
    }
    if (index - start + 1 >= load) busy.add(row.act)
  })
  return busy.size
}

/**
 * An activation uses power that was given before, so it is no rise; nor is a role no stronger than what the person
 * held or gave earlier, which shows that they had such power already.
 */
function riseInDay(profile: HistoryProfile, row: PastGrant, gifts: readonly Gift[]): Rise | null {
  if (row.grantorPerson === null) return null
  const dayAgo = row.occurredAt - DAY_MS
  let strongest: Tier | null = null
  let rise: Rise | null = null
  for (const past of earlier(profile, 'grantee', { ...row, granteePerson: row.grantorPerson })) {
    if (past.direction !== 'given' || !isStronger(past.tier, strongest)) continue
    strongest = past.tier
    if (past.occurredAt < dayAgo || past.firstSeen || past.kind === 'activate' || past.kind === 'extend')
      continue
    const gaveBefore = gifts.some(
      (gift) => gift.occurredAt < past.occurredAt && !isStronger(past.tier, gift.tier),
    )
    if (!gaveBefore) rise = { at: past.occurredAt, tier: past.tier, from: past.grantorPerson }
  }
  return rise
}

function granteeFacts(profile: HistoryProfile, row: PastGrant): GranteeFacts {
  const seen = earlier(profile, 'grantee', row)
  const given = seen.filter((past) => past.direction === 'given')
  const holding = earlier(profile, 'holding', row)
  const taken = holding.findLast((past) => past.direction === 'taken')
  const eligible = holding.findLast((past) => past.kind === 'eligible')
  const today = given.filter((past) => past.occurredAt >= row.occurredAt - DAY_MS && !past.firstSeen)
  return {
    grants: given.length,
    grantsInFeed: given.filter((past) => past.feedId === row.feedId).length,
    strongestTier: TIERS.find((tier) => given.some((past) => past.tier === tier)) ?? null,
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

function differentRoles(rows: readonly Holding[]): number {
  return new Set(rows.map((row) => JSON.stringify([row.feedId, row.roleId, row.scope]))).size
}

function actFacts(profile: HistoryProfile, row: PastGrant): HistoryFacts['act'] {
  const others = othersOfAct(logOf(profile, 'feed', row), row)
  const forGrantee = othersOfAct(logOf(profile, 'grantee', row), row).filter(
    (past) => past.direction === 'given' && !past.firstSeen,
  )
  return { grants: others.length + 1, rolesForGrantee: differentRoles([...forGrantee, row]) }
}

/** The other records of one act, whenever within its spread they were made. */
function othersOfAct<Row extends Mark>(rows: readonly Row[], row: PastGrant): readonly Row[] {
  const from = countBefore(rows, row.occurredAt - ACT_SPREAD_MS)
  const until = countBefore(rows, row.occurredAt + ACT_SPREAD_MS + 1)
  return rows.slice(from, until).filter((past) => past.act === row.act && past.id !== row.id)
}

function outcomeFacts(profile: HistoryProfile, row: PastGrant): HistoryFacts['outcome'] {
  const subject = logSubjectOf('holding', row)
  const known = subject === null ? undefined : profile.outcomes.get(logKeyOf(subject))
  const newest = (action: 'approve' | 'revoke') =>
    (known ?? []).reduce<number | null>(
      (latest, outcome) =>
        outcome.action === action && outcome.at < row.occurredAt
          ? Math.max(latest ?? outcome.at, outcome.at)
          : latest,
      null,
    )
  return { approvedAt: newest('approve'), revokedAt: newest('revoke') }
}
