import { TIERS } from './grant.ts'
import type { GranteeFacts } from './history-facts.ts'
import { DAY_MS } from './history-grantor.ts'
import { countBefore, type HistoryProfile, type Holding, type PastGrant } from './history-log.ts'
import { earlier, lastAt, logOf } from './history-look-back.ts'
import { type LookAlike, lookAlikeAmong } from './look-alike.ts'
import { HOURS } from './rhythm.ts'

/** A removal so soon after the grant belongs to the same story. */
export const GONE_WITHIN_MS = DAY_MS
const LATELY_DAYS = 30
const HOUR_MS = 3_600_000
const NEWCOMER_DAYS = 7

export function granteeFacts(profile: HistoryProfile, row: PastGrant): GranteeFacts {
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
    firstSeenAt: seen[0]?.occurredAt ?? null,
    rolesInDay: differentRoles(today),
    sameRole: {
      givenAt: holding.findLast((past) => past.direction === 'given')?.occurredAt ?? null,
      takenAt: taken?.occurredAt ?? null,
      takenBy: taken?.grantorPerson ?? null,
    },
    goneAt: goneAt(profile, row),
    lately: lately(given, row),
    lookAlike: isNewcomer(seen, row) ? lookAlikeOf(profile, row) : null,
    eligibility: eligible === undefined ? null : { at: eligible.occurredAt, by: eligible.grantorPerson },
  }
}

export function differentRoles(rows: readonly Holding[]): number {
  return new Set(rows.map((row) => JSON.stringify([row.feedId, row.roleId, row.scope]))).size
}

function goneAt(profile: HistoryProfile, row: PastGrant): number | null {
  const holding = logOf(profile, 'holding', row)
  const later = holding.slice(countBefore(holding, row.occurredAt + 1))
  const gone = later.find((past) => past.direction === 'taken' && past.act !== row.act)
  return gone === undefined || gone.occurredAt > row.occurredAt + GONE_WITHIN_MS ? null : gone.occurredAt
}

function lately(given: readonly Holding[], row: PastGrant): GranteeFacts['lately'] {
  const since = row.occurredAt - LATELY_DAYS * DAY_MS
  const recent = given.filter((past) => past.occurredAt >= since && !past.firstSeen)
  const byHour = new Array<number>(HOURS).fill(0)
  const acts = new Set<string>()
  const grantors = new Set<string>()
  for (const past of recent) {
    if (past.grantorPerson !== null) grantors.add(past.grantorPerson)
    if (past.grantorPerson === row.grantorPerson && !acts.has(past.act))
      byHour[past.localHour] = (byHour[past.localHour] ?? 0) + 1
    acts.add(past.act)
  }
  const hourAgo = row.occurredAt - HOUR_MS
  const inHour = recent.filter((past) => past.occurredAt >= hourAgo)
  const actsInHour = new Set(inHour.map(({ act }) => act)).size
  return { acts: acts.size, actsInHour, grantors: grantors.size, byHour }
}

function isNewcomer(seen: readonly Holding[], row: PastGrant): boolean {
  return (seen[0]?.occurredAt ?? row.occurredAt) >= row.occurredAt - NEWCOMER_DAYS * DAY_MS
}

/** A newcomer is compared with those who have the role and with those who lately received or gave one in the feed. */
function lookAlikeOf(profile: HistoryProfile, row: PastGrant): LookAlike | null {
  const holders = new Set(earlier(profile, 'role', row).map((past) => past.granteePerson))
  const others = new Set<string>()
  for (const past of earlier(profile, 'feed', row)) {
    if (!holders.has(past.granteePerson)) others.add(past.granteePerson)
    if (past.grantorPerson !== null && !holders.has(past.grantorPerson)) others.add(past.grantorPerson)
  }
  return lookAlikeAmong(row.granteePerson, { holders: [...holders], others: [...others] })
}
