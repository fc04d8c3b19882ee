import { TIERS, type Tier } from './grant.ts'
import type { Familiarity, GrantorFacts, Rise } from './history-facts.ts'
import {
  countBefore,
  type Gift,
  type Habit,
  type HistoryProfile,
  type Holding,
  type Mark,
  type PastGrant,
} from './history-log.ts'
import { behaviourOf, earlier, lastAt, learnedBy } from './history-look-back.ts'
import { HOURS } from './rhythm.ts'

const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS
const RISE_DAYS = 30
const LATELY_DAYS = 60

export function isStronger(tier: Tier, than: Tier | null): boolean {
  return than === null || TIERS.indexOf(tier) < TIERS.indexOf(than)
}

export function grantorFacts(
  profile: HistoryProfile,
  row: PastGrant,
  actGrants: number,
): GrantorFacts | null {
  if (row.grantorPerson === null) return null
  const rows = earlier(profile, 'grantor', row)
  const trusted = rows.filter(({ learnedAt }) => learnedAt !== null)
  const habit = learnedBy(profile, 'grantorHabit', row)
  const failures = earlier(profile, 'failures', row)
  const hourAgo = row.occurredAt - HOUR_MS
  const grantsInHour = rows.length - countBefore(rows, hourAgo)
  const failuresInHour = failures.length - countBefore(failures, hourAgo)
  const kindStart = roleKindOf(row.roleId)
  const byTier: Record<Tier, number> = { T0: 0, T1: 0, T2: 0 }
  for (const past of trusted) byTier[past.tier] += 1
  const rise = riseOf(profile, row, trusted)
  const dayAgo = row.occurredAt - DAY_MS
  return {
    ...behaviourOf(habit),
    firstAt: rows.length === 0 ? null : (profile.grantorsSince.get(row.grantorPerson) ?? null),
    lastAt: lastAt(rows),
    known: trusted.length,
    byTier,
    sameRoleKind: trusted.filter((past) => past.roleId.startsWith(kindStart)).length,
    grantsInHour,
    latelyByHour: latelyByHour(rows, row),
    sameRoleInDay: rows.filter((past) => past.roleId === row.roleId && past.occurredAt >= dayAgo).length,
    failuresInHour,
    actsAsBusy: actsAsBusy(habit, grantsInHour + failuresInHour + actGrants),
    receivedAt: receivedAt(profile, row),
    familiar: {
      ip: familiarity(habit, row, 'ip'),
      country: familiarity(habit, row, 'country'),
      asn: familiarity(habit, row, 'asn'),
      mechanism: familiarity(habit, row, 'mechanism'),
    },
    rise,
    riseInDay: rise !== null && rise.at >= dayAgo ? rise : null,
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
function riseOf(profile: HistoryProfile, row: PastGrant, gifts: readonly Gift[]): Rise | null {
  if (row.grantorPerson === null) return null
  const since = row.occurredAt - RISE_DAYS * DAY_MS
  let strongest: Tier | null = null
  let rise: Rise | null = null
  for (const past of earlier(profile, 'grantee', { ...row, granteePerson: row.grantorPerson })) {
    if (past.direction !== 'given' || !isStronger(past.tier, strongest)) continue
    strongest = past.tier
    if (past.occurredAt < since || past.firstSeen || past.kind === 'activate' || past.kind === 'extend')
      continue
    const gaveBefore = gifts.some(
      (gift) => gift.occurredAt < past.occurredAt && !isStronger(past.tier, gift.tier),
    )
    if (!gaveBefore) rise = { at: past.occurredAt, tier: past.tier, from: past.grantorPerson }
  }
  return rise
}

function receivedAt(profile: HistoryProfile, row: PastGrant): number | null {
  if (row.grantorPerson === null) return null
  const own = earlier(profile, 'grantee', { ...row, granteePerson: row.grantorPerson })
  return lastAt(own.filter((past) => isPowerReceived(past) && past.grantorPerson !== row.grantorPerson))
}

function isPowerReceived(past: Holding): boolean {
  return past.direction === 'given' && !past.firstSeen && past.kind !== 'activate' && past.kind !== 'extend'
}

/** Counted by act: what somebody has come to do lately, before any of it is learned. */
function latelyByHour(rows: readonly Gift[], row: PastGrant): readonly number[] {
  const byHour = new Array<number>(HOURS).fill(0)
  const acts = new Set<string>()
  for (const past of rows.slice(countBefore(rows, row.occurredAt - LATELY_DAYS * DAY_MS))) {
    if (acts.has(past.act)) continue
    acts.add(past.act)
    byHour[past.localHour] = (byHour[past.localHour] ?? 0) + 1
  }
  return byHour
}

function familiarity(
  habit: readonly Habit[],
  row: PastGrant,
  what: 'ip' | 'country' | 'asn' | 'mechanism',
): Familiarity | null {
  const own = stated(row[what])
  if (own === null) return null
  const others = habit.flatMap((past) => stated(past[what]) ?? [])
  return {
    known: others.length,
    same: others.filter((other) => other === own).length,
    different: new Set(others).size,
  }
}

function stated(value: string | null): string | null {
  return value === null || value === 'unknown' ? null : value.toLowerCase()
}
