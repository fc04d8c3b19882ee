import { type Kysely, sql } from 'kysely'
import { ACCOUNT_NEW_MS, CONTEXT_AFTER_MS } from '../domain/history-context.ts'
import { GONE_WITHIN_MS } from '../domain/history-grantee.ts'
import {
  ACT_SPREAD_MS,
  addRows,
  emptyProfile,
  type HistoryProfile,
  keepEarliest,
  LOOK_BACK_ROWS,
  type LogKind,
  type LogRows,
  logKeyOf,
  logSubjectOf,
  type Outcome,
  type PastGrant,
  pastGrantOf,
} from '../domain/history-log.ts'
import type { History } from '../ports.ts'
import { BEHAVIOUR } from './history-indexes.ts'
import {
  GIFTS,
  HABITS,
  HOLDINGS,
  isWanted,
  type LogForm,
  MARKS,
  RECEIPTS,
  REFUSALS,
  readLogs,
  wantedSubjects,
} from './history-logs.ts'
import type { GrantRow, Schema } from './schema.ts'

/** Rows from within a batch's own span of time that one query may bring; a batch that needs more is cut in two. */
const SPAN_ROWS_MAX = 20_000
/** Decisions on earlier grants that a batch looks back on, newest first. */
const OUTCOMES_MAX = 10_000

/** Facts about the past, in a fixed number of queries for a batch however large. */
export function createHistory(db: Kysely<Schema>): History {
  return {
    async load(tenantId, grants) {
      const profile = emptyProfile()
      const batch = grants.map(pastGrantOf).sort((one, other) => one.occurredAt - other.occurredAt)
      await loadInto(profile, { db, tenantId, batch })
      return profile
    },
  }
}

interface Batch {
  readonly db: Kysely<Schema>
  readonly tenantId: string
  /** Oldest first. */
  readonly batch: readonly PastGrant[]
}

/**
 * Loads all that bears on a batch. When its events lie so far apart that the rows since the first are too many, each
 * part is loaded by itself: logs of several parts add up, and each part finds in them all that it asked for.
 */
async function loadInto(profile: HistoryProfile, input: Batch): Promise<void> {
  const [first] = input.batch
  const last = input.batch.at(-1)
  if (first === undefined || last === undefined) return
  const logs: LoadedLogs[] = []
  const read = async <K extends LogKind, Stored>(kind: K, form: LogForm<Stored, LogRows[K]>) => {
    if (logs.every(({ isWhole }) => isWhole)) logs.push(await loadLogs(input, kind, form))
  }
  await read('grantor', GIFTS)
  await read('grantorHabit', HABITS)
  await read('feed', GIFTS)
  await read('feedHabit', HABITS)
  await read('grantee', HOLDINGS)
  await read('holding', HOLDINGS)
  await read('pair', MARKS)
  await read('role', RECEIPTS)
  await read('failures', REFUSALS)
  // Rows at one moment cannot be parted; beyond the limit a burst counts as large as the limit.
  if (logs.some(({ isWhole }) => !isWhole) && first.occurredAt < last.occurredAt) {
    for (const batch of parted(input.batch)) await loadInto(profile, { ...input, batch })
    return
  }
  for (const log of logs) log.keepIn(profile)
  await loadBeginnings(profile, input)
  await loadOutcomes(profile, input, last.occurredAt)
  await loadContext(profile, input)
}

/** At the widest gap when it is half of the whole, so that one late event is set apart at once; else in the middle. */
function parted(batch: readonly PastGrant[]): readonly (readonly PastGrant[])[] {
  const gaps = batch.map((row, index) => row.occurredAt - (batch[index - 1] ?? row).occurredAt)
  const widest = Math.max(...gaps)
  const spanMs = gaps.reduce((sum, gap) => sum + gap, 0)
  const middle = widest * 2 >= spanMs ? gaps.indexOf(widest) : Math.ceil(batch.length / 2)
  return [batch.slice(0, middle), batch.slice(middle)]
}

interface LoadedLogs {
  readonly isWhole: boolean
  keepIn(profile: HistoryProfile): void
}

async function loadLogs<K extends LogKind, Stored>(
  { db, tenantId, batch }: Batch,
  kind: K,
  form: LogForm<Stored, LogRows[K]>,
): Promise<LoadedLogs> {
  const subjects = subjectsOf(kind, batch)
  if (subjects.length === 0) return { isWhole: true, keepIn: () => undefined }
  const asOf = batch[0]?.occurredAt ?? 0
  const ahead = kind === 'holding' ? GONE_WITHIN_MS : ACT_SPREAD_MS
  const until = (batch.at(-1)?.occurredAt ?? 0) + ahead
  const rowsMax = subjects.length * LOOK_BACK_ROWS[kind] + SPAN_ROWS_MAX
  const query = { tenantId, kind, subjects, asOf, until, rowsMax: rowsMax + 1 }
  const found = await readLogs(db, query, form)
  return {
    isWhole: found.length <= rowsMax,
    keepIn(profile) {
      const bySubject = subjects.map((): LogRows[K][] => [])
      for (const { n, row } of found) bySubject[n]?.push(row)
      const logs: Map<string, LogRows[K][]> = profile.logs[kind]
      subjects.forEach((subject, n) => {
        addRows(logs, logKeyOf(subject), bySubject[n] ?? [])
      })
    },
  }
}

/** What a batch asks for. What a grantor was given matters too: power that is a day old is evidence. */
function subjectsOf(kind: LogKind, batch: readonly PastGrant[]): readonly (readonly string[])[] {
  const subjects = new Map<string, readonly string[]>()
  for (const row of batch) {
    const asked = [logSubjectOf(kind, row)]
    if (kind === 'grantee' && row.grantorPerson !== null) asked.push([row.grantorPerson])
    for (const subject of asked) if (subject !== null) subjects.set(logKeyOf(subject), subject)
  }
  return [...subjects.values()]
}

/** When each feed began, and when each grantor was first seen to give a role. */
async function loadBeginnings(profile: HistoryProfile, { db, tenantId, batch }: Batch): Promise<void> {
  const starts = [
    { kind: 'feed', belongs: '1 = 1', since: profile.feedsSince },
    { kind: 'grantor', belongs: BEHAVIOUR, since: profile.grantorsSince },
  ] as const
  for (const { kind, belongs, since } of starts) {
    const subjects = subjectsOf(kind, batch)
    if (subjects.length === 0) continue
    const { rows } = await sql<{ n: number; since: number | null }>`
      with ${wantedSubjects(kind, subjects)}
      select wanted.n, (
        select min(g.occurred_at) from grants g
        where g.tenant_id = ${tenantId} and ${isWanted(kind, { row: 'g', wanted: 'wanted' })} and ${sql.raw(belongs)}
      ) as since
      from wanted`.execute(db)
    for (const row of rows) {
      const name = subjects[row.n]?.[0]
      if (row.since !== null && name !== undefined) keepEarliest(since, name, row.since)
    }
  }
}

interface OutcomeRow {
  readonly n: number
  readonly action: Outcome['action']
  readonly decided_at: number
}

/** Decisions that still stand: earlier ones of a review that was opened again no longer fit its state. */
async function loadOutcomes(
  profile: HistoryProfile,
  { db, tenantId, batch }: Batch,
  until: number,
): Promise<void> {
  const subjects = subjectsOf('holding', batch)
  const { rows } = await sql<OutcomeRow>`
    with ${wantedSubjects('holding', subjects)}
    select wanted.n, d.action, d.decided_at
    from wanted cross join grants g
    join reviews r on r.tenant_id = g.tenant_id and r.grant_id = g.id
    join decisions d on d.tenant_id = g.tenant_id and d.grant_id = g.id
    where g.tenant_id = ${tenantId} and ${isWanted('holding', { row: 'g', wanted: 'wanted' })} and d.decided_at < ${until}
      and ((d.action = 'approve' and r.state = 'approved')
        or (d.action = 'revoke' and r.state in ('revoking', 'revoked', 'overdue')))
    order by d.decided_at desc, d.id
    limit ${sql.lit(OUTCOMES_MAX)}`.execute(db)
  for (const { n, action, decided_at } of rows) {
    const subject = subjects[n]
    if (subject === undefined) continue
    const key = logKeyOf(subject)
    profile.outcomes.set(key, [...(profile.outcomes.get(key) ?? []), { action, at: decided_at }])
  }
}

/** Rows of context that one batch looks at, the newest. */
const CONTEXT_ROWS_MAX = 5_000

type ContextStored = Pick<
  GrantRow,
  | 'id'
  | 'occurred_at'
  | 'feed_id'
  | 'kind'
  | 'role_id'
  | 'scope'
  | 'grantee_person'
  | 'grantor_person'
  | 'grantor_name'
  | 'grantor_email'
  | 'grantor_id'
>

/** What happened around the batch to its people, and to everybody. */
async function loadContext(profile: HistoryProfile, { db, tenantId, batch }: Batch): Promise<void> {
  const [first] = batch
  const last = batch.at(-1)
  if (first === undefined || last === undefined) return
  const people = [
    ...new Set(
      batch.flatMap(({ granteePerson, grantorPerson }) => [granteePerson, grantorPerson ?? granteePerson]),
    ),
  ]
  const known = new Set(profile.context.map(({ id }) => id))
  const { rows } = await sql<ContextStored>`
    with people(person) as (values ${sql.join(people.map((person) => sql`(${person})`))})
    select id, occurred_at, feed_id, kind, role_id, scope, grantee_person, grantor_person, grantor_name, grantor_email,
      grantor_id
    from grants
    where tenant_id = ${tenantId} and direction = 'none'
      and occurred_at >= ${first.occurredAt - ACCOUNT_NEW_MS} and occurred_at <= ${last.occurredAt + CONTEXT_AFTER_MS}
      and (kind = 'control_weakened' or role_id = 'identity-provider'
        or grantee_person in (select person from people) or grantor_person in (select person from people))
    order by occurred_at desc
    limit ${sql.lit(CONTEXT_ROWS_MAX)}`.execute(db)
  for (const row of rows) {
    if ((row.kind !== 'context' && row.kind !== 'control_weakened') || known.has(row.id)) continue
    profile.context.push({
      id: row.id,
      at: row.occurred_at,
      feedId: row.feed_id,
      kind: row.kind,
      what: row.role_id,
      scope: row.scope,
      person: row.grantee_person,
      by: row.grantor_person,
      byName: row.grantor_name ?? row.grantor_email ?? row.grantor_id,
    })
  }
}
