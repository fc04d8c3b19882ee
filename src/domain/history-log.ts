import type { Direction, Grant, GrantKind, Tier } from './grant.ts'

/** What the past keeps of one grant or removal: all that facts about later grants are drawn from. */
export interface PastGrant {
  readonly id: string
  readonly feedId: string
  readonly act: string
  readonly kind: GrantKind
  readonly direction: Direction
  readonly granteePerson: string
  readonly grantorPerson: string | null
  readonly roleId: string
  readonly scope: string
  readonly tier: Tier
  readonly occurredAt: number
  readonly localHour: number
  readonly localDay: number
  /** Carried a written reason; carried a ticket. */
  readonly reasoned: boolean
  readonly ticketed: boolean
  readonly firstSeen: boolean
  readonly failed: boolean
}

/**
 * The newest rows that facts look back on, per kind of log. Older rows count no further: behaviour is what
 * somebody did lately, and a person with 50,000 grants must not cost more than one with 250.
 */
export const LOOK_BACK_ROWS = {
  /** Grants a person gave, over all feeds. */
  grantor: 250,
  /** Calls of a person that the source refused. */
  failures: 50,
  /** Roles a person was given or lost, over all feeds. */
  grantee: 100,
  /** Grants of one role by one person. */
  pair: 20,
  /** Grants of one role in one feed. */
  role: 20,
  /** Grants in one feed: how the team works. */
  feed: 400,
  /** One role and scope, given to or taken from one person in one feed. */
  holding: 20,
} as const

export type LogKind = keyof typeof LOOK_BACK_ROWS
export const LOG_KINDS = Object.keys(LOOK_BACK_ROWS) as readonly LogKind[]

/** Records of one act lie at most this far apart. */
export const ACT_SPREAD_MS = 60_000

/** Rows of one log, oldest first (ties by id). */
export interface Log {
  readonly rows: PastGrant[]
  /** Earliest row of this log in the whole ledger, which may lie before those kept here. */
  firstAt: number | null
}

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
  readonly logs: Map<string, Log>
  /** By `outcomeKeyOf`. */
  readonly outcomes: Map<string, Outcome[]>
  /** Earliest row of each feed, whatever its kind. */
  readonly feedsSince: Map<string, number>
}

export function emptyProfile(): HistoryProfile {
  return { logs: new Map(), outcomes: new Map(), feedsSince: new Map() }
}

export function pastGrantOf(grant: Grant): PastGrant {
  return {
    id: grant.id,
    feedId: grant.feedId,
    act: grant.act,
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
    reasoned: hasText(grant.justification),
    ticketed: hasText(grant.ticket),
    firstSeen: grant.firstSeen,
    failed: grant.outcome === 'failure',
  }
}

/** Blanks at the start of a text beyond which nothing is looked for. */
export const TEXT_START_CHARACTERS = 64

/** Whether a source states something there, blanks aside. */
export function hasText(text: string | null): boolean {
  return text !== null && text.slice(0, TEXT_START_CHARACTERS).trim() !== ''
}

/** Whether a grant carries a written reason or a ticket. */
export function isJustified(grant: Pick<Grant, 'justification' | 'ticket'>): boolean {
  return hasText(grant.justification) || hasText(grant.ticket)
}

type LogSubject = Pick<PastGrant, 'feedId' | 'granteePerson' | 'grantorPerson' | 'roleId' | 'scope'>

/** The columns that name each kind of log, in order; a log of a grantor is absent when nobody knows who gave. */
export const LOG_SUBJECTS: Readonly<Record<LogKind, readonly (keyof LogSubject)[]>> = {
  grantor: ['grantorPerson'],
  failures: ['grantorPerson'],
  grantee: ['granteePerson'],
  pair: ['feedId', 'grantorPerson', 'roleId'],
  role: ['feedId', 'roleId'],
  feed: ['feedId'],
  holding: ['feedId', 'granteePerson', 'roleId', 'scope'],
}

/** The values that name a log, or null when one of them is unknown. */
export function logSubjectOf(kind: LogKind, row: LogSubject): readonly string[] | null {
  const values: string[] = []
  for (const field of LOG_SUBJECTS[kind]) {
    const value = row[field]
    if (value === null) return null
    values.push(value)
  }
  return values
}

const SEPARATOR = '\u001f'

export function logKeyOf(kind: LogKind, subject: readonly string[]): string {
  return kind + SEPARATOR + subject.join(SEPARATOR)
}

export function outcomeKeyOf(row: Pick<PastGrant, 'granteePerson' | 'roleId' | 'scope'>): string {
  return row.granteePerson + SEPARATOR + row.roleId + SEPARATOR + row.scope
}

/** Grants and removals that happened at the source; rows first seen in a snapshot count as holding only. */
const BELONGS: Readonly<Record<LogKind, (row: PastGrant) => boolean>> = {
  grantor: isBehaviour,
  failures: (row) => row.failed && row.direction === 'given',
  grantee: isHolding,
  pair: isBehaviour,
  role: isBehaviour,
  feed: isBehaviour,
  holding: isHolding,
}

function isBehaviour(row: PastGrant): boolean {
  return row.direction === 'given' && !row.failed && !row.firstSeen
}

function isHolding(row: PastGrant): boolean {
  return row.direction !== 'none' && !row.failed
}

/**
 * Adds rows to the profile, in place: a replay learns 100,000 grants one act at a time, and a copy for each would
 * cost more than all else. Rows known already are left alone.
 */
export function learn(profile: HistoryProfile, grants: readonly Grant[]): void {
  for (const grant of grants) learnRow(profile, pastGrantOf(grant))
}

export function learnRow(profile: HistoryProfile, row: PastGrant): void {
  const since = profile.feedsSince.get(row.feedId)
  if (since === undefined || row.occurredAt < since) profile.feedsSince.set(row.feedId, row.occurredAt)
  for (const kind of LOG_KINDS) {
    const subject = BELONGS[kind](row) ? logSubjectOf(kind, row) : null
    if (subject !== null) addRow(profile, logKeyOf(kind, subject), row)
  }
}

/** Adds a row to one log, keeping it in order. */
export function addRow(profile: HistoryProfile, key: string, row: PastGrant): void {
  const log = profile.logs.get(key) ?? { rows: [], firstAt: null }
  profile.logs.set(key, log)
  let place = log.rows.length
  for (let before = log.rows[place - 1]; before !== undefined; before = log.rows[place - 1]) {
    if (before.id === row.id) return
    if (isBefore(before, row)) break
    place -= 1
  }
  if (place === log.rows.length) log.rows.push(row)
  else log.rows.splice(place, 0, row)
  if (log.firstAt === null || row.occurredAt < log.firstAt) log.firstAt = row.occurredAt
}

function isBefore(one: PastGrant, other: PastGrant): boolean {
  return one.occurredAt === other.occurredAt ? one.id < other.id : one.occurredAt < other.occurredAt
}

/** Remembers what a reviewer decided. */
export function learnOutcome(profile: HistoryProfile, key: string, outcome: Outcome): void {
  const known = profile.outcomes.get(key)
  if (known === undefined) profile.outcomes.set(key, [outcome])
  else known.push(outcome)
}

/** Index of the first row that is not strictly before a moment. */
export function countBefore(rows: readonly PastGrant[], moment: number): number {
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
