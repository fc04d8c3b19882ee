import type { Direction, Grant, GrantKind, Mechanism, Tier } from './grant.ts'
import { type ContextRow, contextRowOf } from './history-context.ts'
import type { Party } from './party.ts'

/** That something happened once, in an act. */
export interface Mark {
  readonly id: string
  /** Feed and act: unique within a tenant. */
  readonly act: string
  readonly occurredAt: number
}

/** One grant, by whoever gave it. */
export interface Gift extends Mark {
  readonly roleId: string
  readonly tier: Tier
  readonly granteePerson: string
  readonly grantorPerson: string | null
  /** From when on it counts as behaviour: some time after it happened; null while nobody vouches for it. */
  readonly learnedAt: number | null
  readonly localHour: number
}

/** One grant as a habit of whoever gave it: what counts only once it is learned. */
export interface Habit extends Mark {
  readonly learnedAt: number | null
  readonly localHour: number
  readonly localDay: number
  /** Carried a ticket or a written reason; carried a ticket. */
  readonly justified: boolean
  readonly ticketed: boolean
  /** Where it came from and how it was done, as far as the source says. */
  readonly ip: string | null
  readonly country: string | null
  readonly asn: string | null
  readonly mechanism: Mechanism
}

/** One grant or removal as part of what somebody holds. */
export interface Holding extends Mark {
  readonly feedId: string
  readonly kind: GrantKind
  readonly direction: Direction
  readonly grantorPerson: string | null
  readonly roleId: string
  readonly scope: string
  readonly tier: Tier
  readonly firstSeen: boolean
  readonly localHour: number
}

/** One grant of a role, by who received it. */
export interface Receipt extends Mark {
  readonly granteePerson: string
  /** Whether it is a person, not a group or a machine. */
  readonly toPerson: boolean
}

/** What the past keeps of one row of the ledger. */
export interface PastGrant extends Gift, Holding, Habit, Receipt {
  readonly failed: boolean
}

/** What is kept of each row, by kind of log. */
export interface LogRows {
  /** Grants a person gave, over all feeds; as far as they are learned. */
  readonly grantor: Gift
  readonly grantorHabit: Habit
  /** Calls of a person that the source refused. */
  readonly failures: Mark
  /** Roles a person was given or lost, over all feeds. */
  readonly grantee: Holding
  /** Grants of one role by one person. */
  readonly pair: Mark
  /** Grants of one role in one feed. */
  readonly role: Receipt
  /** Grants in one feed; how its team works, as far as that is learned. */
  readonly feed: Gift
  readonly feedHabit: Habit
  /** One role and scope, given to or taken from one person in one feed. */
  readonly holding: Holding
}
export type LogKind = keyof LogRows

/**
 * The newest rows that facts look back on. Older rows count no further: behaviour is what somebody did lately, and
 * a person with 50,000 grants must not cost more than one with 150. Where history is cut off, things look newer
 * than they are, never more ordinary.
 */
export const LOOK_BACK_ROWS: Readonly<Record<LogKind, number>> = {
  grantor: 150,
  grantorHabit: 150,
  failures: 50,
  grantee: 40,
  pair: 5,
  role: 40,
  feed: 300,
  feedHabit: 300,
  holding: 10,
}
const LOG_KINDS = Object.keys(LOOK_BACK_ROWS) as readonly LogKind[]

/** Records of one act lie at most this far apart. */
export const ACT_SPREAD_MS = 60_000

/** What a reviewer made of an earlier grant of the same role and scope to the same person. */
export interface Outcome {
  readonly action: 'approve' | 'revoke'
  readonly at: number
}

/**
 * The past that bears on a batch of grants: for each person, role and feed involved, the newest rows before the
 * batch's earliest event and all rows from there on. It may hold the batch itself; facts take only what came before.
 */
export interface HistoryProfile {
  /** By `logKeyOf`; each log oldest first, ties by id. */
  readonly logs: { readonly [K in LogKind]: Map<string, LogRows[K][]> }
  /** What happened around the batch and gives nothing, in no order. */
  readonly context: ContextRow[]
  /** By key of the holding. */
  readonly outcomes: Map<string, Outcome[]>
  /** Earliest row of each feed, whatever its kind, and of each person who gave roles. */
  readonly feedsSince: Map<string, number>
  readonly grantorsSince: Map<string, number>
}

export function emptyProfile(): HistoryProfile {
  return {
    logs: {
      grantor: new Map(),
      grantorHabit: new Map(),
      failures: new Map(),
      grantee: new Map(),
      pair: new Map(),
      role: new Map(),
      feed: new Map(),
      feedHabit: new Map(),
      holding: new Map(),
    },
    context: [],
    outcomes: new Map(),
    feedsSince: new Map(),
    grantorsSince: new Map(),
  }
}

/** A grant as the past keeps it; it is learned at once unless said otherwise. */
export function pastGrantOf(grant: Grant, learnedAt: number | null = grant.occurredAt): PastGrant {
  return {
    id: grant.id,
    act: actKeyOf(grant.feedId, grant.act),
    feedId: grant.feedId,
    kind: grant.kind,
    direction: grant.direction,
    granteePerson: grant.granteePerson,
    grantorPerson: grant.grantorPerson,
    roleId: grant.role.id,
    scope: grant.role.scope,
    tier: grant.role.tier,
    occurredAt: grant.occurredAt,
    localHour: grant.localHour,
    localDay: grant.localDay,
    justified: isJustified(grant),
    ticketed: hasText(grant.ticket),
    ip: grant.ip,
    country: grant.country,
    asn: grant.asn,
    mechanism: grant.mechanism,
    firstSeen: grant.firstSeen,
    failed: grant.outcome === 'failure',
    learnedAt,
    toPerson: isPerson(grant.grantee),
  }
}

/** A name with a prefix, such as `team:infra`, is no person's. */
export function isPerson(party: Pick<Party, 'id' | 'type'>): boolean {
  if (party.type === 'user' || party.type === 'external') return true
  return party.type === 'unknown' && !/^[a-z_-]{3,20}[:/]/i.test(party.id)
}

/** Whether a source states something there, blanks aside. */
export function hasText(text: string | null): boolean {
  return text !== null && text.trim() !== ''
}

/** Whether a grant carries a written reason or a ticket. */
export function isJustified(grant: Pick<Grant, 'justification' | 'ticket'>): boolean {
  return hasText(grant.justification) || hasText(grant.ticket)
}

const SEPARATOR = '\u001f'

/** Unique within a tenant: a feed's id holds no separator. */
export function actKeyOf(feedId: string, act: string): string {
  return feedId + SEPARATOR + act
}

type Subject = Pick<PastGrant, 'feedId' | 'granteePerson' | 'grantorPerson' | 'roleId' | 'scope'>

/** What names each kind of log, in order; there is no log of a grantor whom nobody knows. */
export const LOG_SUBJECTS: Readonly<Record<LogKind, readonly (keyof Subject)[]>> = {
  grantor: ['grantorPerson'],
  grantorHabit: ['grantorPerson'],
  failures: ['grantorPerson'],
  grantee: ['granteePerson'],
  pair: ['feedId', 'grantorPerson', 'roleId'],
  role: ['feedId', 'roleId'],
  feed: ['feedId'],
  feedHabit: ['feedId'],
  holding: ['feedId', 'granteePerson', 'roleId', 'scope'],
}

/** The values that name a log, or null when one of them is unknown. */
export function logSubjectOf(kind: LogKind, row: Subject): readonly string[] | null {
  const values: string[] = []
  for (const field of LOG_SUBJECTS[kind]) {
    const value = row[field]
    if (value === null) return null
    values.push(value)
  }
  return values
}

/** Names from outside may hold any separator, so they are quoted. */
export function logKeyOf(subject: readonly string[]): string {
  return JSON.stringify(subject)
}

/** Rows first seen in a snapshot count as something held, not as something that anybody did. */
const BELONGS: Readonly<Record<LogKind, (row: PastGrant) => boolean>> = {
  grantor: isBehaviour,
  grantorHabit: isHabit,
  failures: (row) => row.failed && row.direction === 'given',
  grantee: isHolding,
  pair: isBehaviour,
  role: isBehaviour,
  feed: isBehaviour,
  feedHabit: isHabit,
  holding: isHolding,
}

function isBehaviour(row: PastGrant): boolean {
  return row.direction === 'given' && !row.failed && !row.firstSeen
}

function isHabit(row: PastGrant): boolean {
  return row.learnedAt !== null && isBehaviour(row)
}

function isHolding(row: PastGrant): boolean {
  return row.direction !== 'none' && !row.failed
}

/**
 * Adds grants to the profile, in place: a replay learns 100,000 of them one act at a time, and a copy for each would
 * cost more than all else. What is known already is left alone. Who holds what, and who was seen when, counts at once;
 * habits count from `learnedAt` on, or never when that is null.
 */
export function learn(profile: HistoryProfile, grants: readonly Grant[], learnedAt?: number | null): void {
  for (const grant of grants) {
    const row = pastGrantOf(grant, learnedAt)
    const context = contextRowOf(grant)
    if (context !== null && !profile.context.some(({ id }) => id === context.id))
      profile.context.push(context)
    keepEarliest(profile.feedsSince, row.feedId, row.occurredAt)
    if (row.grantorPerson !== null && isBehaviour(row))
      keepEarliest(profile.grantorsSince, row.grantorPerson, row.occurredAt)
    for (const kind of LOG_KINDS) {
      const subject = BELONGS[kind](row) ? logSubjectOf(kind, row) : null
      if (subject !== null) addRow(profile.logs[kind], logKeyOf(subject), row)
    }
  }
}

export function keepEarliest(since: Map<string, number>, key: string, at: number): void {
  const known = since.get(key)
  if (known === undefined || at < known) since.set(key, at)
}

/** Adds a row to a log in its place, which is nearly always the end. */
function addRow<Row extends Mark>(logs: Map<string, Row[]>, key: string, row: Row): void {
  const log = logs.get(key) ?? []
  logs.set(key, log)
  let place = log.length
  for (let before = log[place - 1]; before !== undefined; before = log[place - 1]) {
    if (before.id === row.id) return
    if (compare(before, row) < 0) break
    place -= 1
  }
  if (place === log.length) log.push(row)
  else log.splice(place, 0, row)
}

/** Adds rows in any order to a log; those known already count once. */
export function addRows<Row extends Mark>(logs: Map<string, Row[]>, key: string, rows: readonly Row[]): void {
  const all = [...(logs.get(key) ?? []), ...rows]
  const isSorted = all.every((row, index) => compare(all[index - 1] ?? row, row) <= 0)
  if (!isSorted) all.sort(compare)
  logs.set(
    key,
    all.filter((row, index) => row.id !== all[index - 1]?.id),
  )
}

function compare(one: Mark, other: Mark): number {
  if (one.occurredAt !== other.occurredAt) return one.occurredAt - other.occurredAt
  return one.id < other.id ? -1 : Number(one.id > other.id)
}

/** How many rows of a log lie strictly before a moment. */
export function countBefore(rows: readonly Mark[], moment: number): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const row = rows[middle]
    if (row !== undefined && row.occurredAt < moment) low = middle + 1
    else high = middle
  }
  return low
}
