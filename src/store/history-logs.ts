import { type Kysely, type RawBuilder, sql } from 'kysely'
import {
  actKeyOf,
  type Gift,
  type Habit,
  type Holding,
  hasText,
  isPerson,
  LOG_SUBJECTS,
  LOOK_BACK_ROWS,
  type LogKind,
  type Mark,
  type Receipt,
} from '../domain/history-log.ts'
import { BEHAVIOUR, REASONED, REFUSED } from './history-indexes.ts'
import type { GrantRow, Schema } from './schema.ts'

/** Earlier than any event: where no row is old enough to be left out. */
const BEGINNING = -8_640_000_000_000_000

/** How one kind of log is read: its columns, the rows that belong to it, and what is made of one. */
export interface LogForm<Stored, Row extends Mark> {
  readonly columns: readonly (keyof Stored & string)[]
  readonly belongs: string
  /** By which time the newest are chosen: habits by when they were learned, which keeps their order. */
  readonly time: 'occurred_at' | 'learned_at'
  readonly read: (stored: Stored) => Row
}

type MarkRow = Pick<GrantRow, 'feed_id' | 'act' | 'id' | 'occurred_at'>
type ReceiptRow = MarkRow & Pick<GrantRow, 'grantee_person' | 'grantee_id' | 'grantee_type'>
type GiftRow = MarkRow &
  Pick<GrantRow, 'role_id' | 'tier' | 'grantee_person' | 'grantor_person' | 'learned_at' | 'local_hour'>
type HabitRow = MarkRow &
  Pick<
    GrantRow,
    'local_hour' | 'local_day' | 'ticket' | 'learned_at' | 'ip' | 'country' | 'asn' | 'mechanism'
  > & { readonly reasoned: 0 | 1 }
type HoldingRow = MarkRow &
  Pick<
    GrantRow,
    'kind' | 'direction' | 'grantor_person' | 'role_id' | 'scope' | 'tier' | 'first_seen' | 'local_hour'
  >

const MARK_COLUMNS = ['feed_id', 'act', 'id', 'occurred_at'] as const

export const MARKS: LogForm<MarkRow, Mark> = {
  columns: MARK_COLUMNS,
  belongs: BEHAVIOUR,
  time: 'occurred_at',
  read: markOf,
}
export const REFUSALS: LogForm<MarkRow, Mark> = { ...MARKS, belongs: REFUSED }

export const RECEIPTS: LogForm<ReceiptRow, Receipt> = {
  columns: [...MARK_COLUMNS, 'grantee_person', 'grantee_id', 'grantee_type'],
  belongs: BEHAVIOUR,
  time: 'occurred_at',
  read: (row) => ({
    ...markOf(row),
    granteePerson: row.grantee_person,
    toPerson: isPerson({ id: row.grantee_id, type: row.grantee_type }),
  }),
}

export const GIFTS: LogForm<GiftRow, Gift> = {
  columns: [
    ...MARK_COLUMNS,
    'role_id',
    'tier',
    'grantee_person',
    'grantor_person',
    'learned_at',
    'local_hour',
  ],
  belongs: BEHAVIOUR,
  time: 'occurred_at',
  read: (row) => ({
    ...markOf(row),
    roleId: row.role_id,
    tier: row.tier,
    granteePerson: row.grantee_person,
    grantorPerson: row.grantor_person,
    learnedAt: row.learned_at,
    localHour: row.local_hour,
  }),
}

export const HABITS: LogForm<HabitRow, Habit> = {
  columns: [
    ...MARK_COLUMNS,
    'local_hour',
    'local_day',
    'ticket',
    'reasoned',
    'learned_at',
    'ip',
    'country',
    'asn',
    'mechanism',
  ],
  belongs: BEHAVIOUR,
  time: 'learned_at',
  read: (row) => ({
    ...markOf(row),
    learnedAt: row.learned_at,
    localHour: row.local_hour,
    localDay: row.local_day,
    justified: row.reasoned === 1 || hasText(row.ticket),
    ticketed: hasText(row.ticket),
    ip: row.ip,
    country: row.country,
    asn: row.asn,
    mechanism: row.mechanism,
  }),
}

export const HOLDINGS: LogForm<HoldingRow, Holding> = {
  columns: [
    ...MARK_COLUMNS,
    'kind',
    'direction',
    'grantor_person',
    'role_id',
    'scope',
    'tier',
    'first_seen',
    'local_hour',
  ],
  belongs: "direction in ('given', 'taken') and outcome = 'success'",
  time: 'occurred_at',
  read: (row) => ({
    id: row.id,
    act: actKeyOf(row.feed_id, row.act),
    occurredAt: row.occurred_at,
    feedId: row.feed_id,
    kind: row.kind,
    direction: row.direction,
    grantorPerson: row.grantor_person,
    roleId: row.role_id,
    scope: row.scope,
    tier: row.tier,
    firstSeen: row.first_seen === 1,
    localHour: row.local_hour,
  }),
}

function markOf(row: MarkRow): Mark {
  return { id: row.id, act: actKeyOf(row.feed_id, row.act), occurredAt: row.occurred_at }
}

const SUBJECT_COLUMNS = {
  feedId: 'feed_id',
  granteePerson: 'grantee_person',
  grantorPerson: 'grantor_person',
  roleId: 'role_id',
  scope: 'scope',
} as const

type Subjects = readonly (readonly string[])[]

/** A table of what is asked for: `n`, the place in the list, and the columns that name each log. */
export function wantedSubjects(kind: LogKind, subjects: Subjects): RawBuilder<unknown> {
  const names = LOG_SUBJECTS[kind].map((field) => SUBJECT_COLUMNS[field])
  const tuples = subjects.map((subject, n) => sql`(${sql.lit(n)}, ${sql.join(subject)})`)
  return sql`wanted(n, ${sql.raw(names.join(', '))}) as (values ${sql.join(tuples)})`
}

/** That a row of the ledger, under one name, is among those wanted, under another. */
export function isWanted(kind: LogKind, names: { row: string; wanted: string }): RawBuilder<unknown> {
  const columns = LOG_SUBJECTS[kind].map((field) => SUBJECT_COLUMNS[field])
  return sql.raw(columns.map((column) => `${names.row}.${column} = ${names.wanted}.${column}`).join(' and '))
}

export interface LogQuery {
  readonly tenantId: string
  readonly kind: LogKind
  readonly subjects: Subjects
  readonly asOf: number
  readonly until: number
  readonly rowsMax: number
}

/**
 * For each subject its newest rows before `asOf`, with all that share the oldest one's time, and all from there on.
 * Answers with the subject's place in the list beside each row.
 */
export async function readLogs<Stored, Row extends Mark>(
  db: Kysely<Schema>,
  query: LogQuery,
  form: LogForm<Stored, Row>,
): Promise<readonly { readonly n: number; readonly row: Row }[]> {
  const { kind, tenantId } = query
  const columns = form.columns.map((column) =>
    column === 'reasoned' ? `${REASONED} as reasoned` : `g.${column}`,
  )
  const [past, time] = [sql.raw(`c.${form.time}`), sql.raw(`g.${form.time}`)]
  const { rows } = await sql<Stored & { readonly n: number }>`
    with ${wantedSubjects(kind, query.subjects)},
    starts as materialized (
      select wanted.*, coalesce((
        select ${past} from grants c
        where c.tenant_id = ${tenantId} and ${isWanted(kind, { row: 'c', wanted: 'wanted' })}
          and ${belongs(form.belongs, 'c')} and ${past} < ${query.asOf}
        order by ${past} desc limit 1 offset ${sql.lit(LOOK_BACK_ROWS[kind] - 1)}
      ), ${sql.lit(BEGINNING)}) as since
      from wanted
    )
    select starts.n, ${sql.raw(columns.join(', '))}
    from starts cross join grants g
    where g.tenant_id = ${tenantId} and ${isWanted(kind, { row: 'g', wanted: 'starts' })}
      and ${belongs(form.belongs, 'g')}
      and ${time} >= starts.since and ${time} <= ${query.until}
    limit ${sql.lit(query.rowsMax)}`.execute(db)
  return rows.map((stored) => ({ n: stored.n, row: form.read(stored) }))
}

function belongs(condition: string, alias: string): RawBuilder<unknown> {
  return sql.raw(condition.replaceAll(/\b(direction|outcome|first_seen)\b/g, `${alias}.$1`))
}
