import type { Grant } from './grant.ts'
import { contextOf } from './history-context.ts'
import type { HistoryFacts } from './history-facts.ts'
import { differentRoles, granteeFacts } from './history-grantee.ts'
import { DAY_MS, grantorFacts } from './history-grantor.ts'
import {
  ACT_SPREAD_MS,
  countBefore,
  type HistoryProfile,
  type Holding,
  logKeyOf,
  logSubjectOf,
  type Mark,
  type PastGrant,
  pastGrantOf,
} from './history-log.ts'
import { behaviourOf, earlier, lastAt, learnedBy, logOf } from './history-look-back.ts'

export type { Behaviour, HistoryFacts } from './history-facts.ts'
export { DAY_MS, isStronger } from './history-grantor.ts'
export { emptyProfile, type HistoryProfile, isJustified, learn } from './history-log.ts'

/** Facts about one grant. Members of its own act are never its history: they count for the size of the act alone. */
export function factsOf(profile: HistoryProfile, grant: Grant): HistoryFacts {
  const row = pastGrantOf(grant)
  const act = actFacts(profile, row)
  const pair = earlier(profile, 'pair', row)
  const role = earlier(profile, 'role', row)
  const since = profile.feedsSince.get(row.feedId)
  return {
    feed: {
      ...behaviourOf(learnedBy(profile, 'feedHabit', row)),
      firstAt: since !== undefined && since < row.occurredAt ? since : null,
    },
    grantor: grantorFacts(profile, row, act.grants),
    grantee: granteeFacts(profile, row),
    pair: row.grantorPerson === null ? null : { grants: pair.length, lastAt: lastAt(pair) },
    role: {
      grants: role.length,
      lastAt: lastAt(role),
      sameKind: role.filter((past) => past.toPerson === row.toPerson).length,
    },
    act,
    context: contextOf(profile.context, row),
    outcome: outcomeFacts(profile, row),
  }
}

function actFacts(profile: HistoryProfile, row: PastGrant): HistoryFacts['act'] {
  const others = othersOfAct(logOf(profile, 'feed', row), row)
  const forGrantee = othersOfAct(logOf(profile, 'grantee', row), row).filter(
    (past) => past.direction === 'given' && !past.firstSeen,
  )
  const roleIds = [
    ...new Set([...givenThatDay(profile, row), ...forGrantee, row].map(({ roleId }) => roleId)),
  ]
  return {
    grants: others.length + 1,
    rolesForGrantee: differentRoles([...forGrantee, row]),
    rolesNewForGrantor: rolesNewForGrantor(profile, row, roleIds),
    rolesUnrelated: rolesUnrelated(profile, row, roleIds),
  }
}

/** What the same grantor gave the grantee in the day before this act. */
function givenThatDay(profile: HistoryProfile, row: PastGrant): readonly Holding[] {
  const dayAgo = row.occurredAt - DAY_MS
  return earlier(profile, 'grantee', row).filter(
    (past) =>
      past.occurredAt >= dayAgo && past.direction === 'given' && past.grantorPerson === row.grantorPerson,
  )
}

function rolesNewForGrantor(profile: HistoryProfile, row: PastGrant, roleIds: readonly string[]): number {
  if (row.grantorPerson === null) return 0
  const dayAgo = row.occurredAt - DAY_MS
  const before = earlier(profile, 'grantor', row).filter(
    (past) => past.occurredAt < dayAgo && past.learnedAt !== null,
  )
  const known = new Set(before.map(({ roleId }) => roleId))
  return known.size === 0 ? 0 : roleIds.filter((roleId) => !known.has(roleId)).length
}

function rolesUnrelated(profile: HistoryProfile, row: PastGrant, roleIds: readonly string[]): number {
  const others = roleIds.filter((roleId) => roleId !== row.roleId)
  if (others.length === 0) return 0
  const gifts = earlier(profile, 'feed', row)
  const holders = new Set(earlier(profile, 'role', row).map(({ granteePerson }) => granteePerson))
  for (const gift of gifts) if (gift.roleId === row.roleId) holders.add(gift.granteePerson)
  holders.delete(row.granteePerson)
  const related = new Set<string>()
  for (const gift of gifts) if (holders.has(gift.granteePerson)) related.add(gift.roleId)
  return others.filter((roleId) => !related.has(roleId)).length
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
