import { type Kysely, sql } from 'kysely'
import type { Grant } from '../domain/grant.ts'
import type { KnownQuery, Ledger, SnapshotRow } from '../ports.ts'
import { allOrNothing, batches, inBatches } from './batches.ts'
import { fromRow, toRow } from './grant-rows.ts'
import { BEHAVIOUR } from './history-indexes.ts'
import type { NewGrantRow, Schema } from './schema.ts'

const GRANT_COLUMNS = 44
const SNAPSHOT_COLUMNS = 6
const KEY_COLUMNS = 3
/** Greater than every character of an id, so that a prefix becomes a range that the primary key serves. */
const AFTER_ID_CHARACTERS = '~'

export function createLedger(db: Kysely<Schema>): Ledger {
  return {
    insert: (grants, learnDelayMs = 0) =>
      allOrNothing(db, (inside) => insertNew(inside, grants, learnDelayMs)),
    replace: (grants) => allOrNothing(db, (inside) => writeOver(inside, grants)),
    known: async (query) => {
      const grants = await recentGrants(db, query)
      return {
        snapshots: await snapshotsOf(db, query),
        grants,
        keys: await keysOf(db, query.tenantId, grants),
      }
    },
    saveSnapshots: (snapshots) => allOrNothing(db, (inside) => saveSnapshots(inside, snapshots)),
    saveKeys: (tenantId, keys) => allOrNothing(db, (inside) => saveKeys(inside, tenantId, keys)),
    byIds: (tenantId, ids) =>
      inBatches(ids, async (batch) => {
        const rows = await db
          .selectFrom('grants')
          .selectAll()
          .where('tenant_id', '=', tenantId)
          .where('id', 'in', batch)
          .execute()
        return rows.map(fromRow)
      }),
    byIdPrefix: async (tenantId, prefix, limit) => {
      const rows = await db
        .selectFrom('grants')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('id', '>=', prefix)
        .where('id', '<', prefix + AFTER_ID_CHARACTERS)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(fromRow)
    },
    related: async (query) => {
      const rows = await grantsOf(db, query, [query.granteeKey])
        .orderBy('occurred_at')
        .orderBy('id')
        .limit(query.limit)
        .execute()
      return rows.map(fromRow)
    },
    setLearned: async (tenantId, grantIds, learnDelayMs) => {
      await inBatches(grantIds, async (batch) => {
        await db
          .updateTable('grants')
          .set({ learned_at: learnDelayMs === null ? null : sql`occurred_at + ${sql.lit(learnDelayMs)}` })
          .where('tenant_id', '=', tenantId)
          .where('id', 'in', batch)
          .execute()
        return []
      })
    },
    holdBack: async (tenantId, grantors, now) => {
      if (grantors.length === 0) return
      await db
        .updateTable('grants')
        .set({ learned_at: null })
        .where('tenant_id', '=', tenantId)
        .where('grantor_person', 'in', [...grantors])
        .where('learned_at', '>', Math.trunc(now))
        // What habits are read from, in the words of their index.
        .where(sql<boolean>`${sql.raw(BEHAVIOUR)}`)
        .execute()
    },
    release: async (tenantId, grantor, learnDelayMs) => {
      await db
        .updateTable('grants')
        .set({ learned_at: sql`occurred_at + ${sql.lit(learnDelayMs)}` })
        .where('tenant_id', '=', tenantId)
        .where('grantor_person', '=', grantor)
        .where('learned_at', 'is', null)
        .where(sql<boolean>`${sql.raw(BEHAVIOUR)}`)
        .execute()
    },
    newestGiven: async ({ tenantId, feedId, limit }) => {
      const rows = await db
        .selectFrom('grants')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('feed_id', '=', feedId)
        .where('direction', '=', 'given')
        .orderBy('occurred_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.reverse().map(fromRow)
    },
    given: async ({ tenantId, reach, limit }) => {
      const { people, feedId, from, to } = reach
      const rows = await db
        .selectFrom('grants')
        .select('id')
        .where('tenant_id', '=', tenantId)
        .where('direction', '=', 'given')
        .where('occurred_at', '>=', Math.trunc(from))
        .where('occurred_at', '<=', Math.ceil(to))
        .where(({ eb, or }) =>
          people === null
            ? eb('feed_id', '=', feedId)
            : or([eb('grantee_person', 'in', [...people]), eb('grantor_person', 'in', [...people])]),
        )
        .orderBy('occurred_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(({ id }) => id)
    },
    count: async (tenantId) => {
      const counted = await db
        .selectFrom('grants')
        .select((column) => column.fn.countAll<number>().as('count'))
        .where('tenant_id', '=', tenantId)
        .executeTakeFirstOrThrow()
      return counted.count
    },
  }
}

async function insertNew(
  db: Kysely<Schema>,
  grants: readonly Grant[],
  learnDelayMs: number,
): Promise<ReadonlySet<string>> {
  const inserted = new Set<string>()
  for (const batch of batches(inIdOrder(grants), GRANT_COLUMNS)) {
    const rows = await db
      .insertInto('grants')
      .values(batch.map((row) => ({ ...row, learned_at: row.occurred_at + learnDelayMs })))
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .execute()
    for (const row of rows) inserted.add(row.id)
  }
  return inserted
}

async function writeOver(db: Kysely<Schema>, grants: readonly Grant[]): Promise<void> {
  // Of several versions of one row the last counts; Postgres refuses to write a row twice in one statement.
  const newest = new Map(grants.map((grant) => [JSON.stringify([grant.tenantId, grant.id]), grant]))
  for (const batch of batches(inIdOrder([...newest.values()]), GRANT_COLUMNS))
    await db
      .insertInto('grants')
      .values(batch)
      .onConflict((conflict) =>
        conflict.columns(['tenant_id', 'id']).doUpdateSet((row) => {
          const columns = Object.keys(batch[0] ?? {}) as (keyof NewGrantRow)[]
          return Object.fromEntries(columns.map((name) => [name, row.ref(`excluded.${name}`)]))
        }),
      )
      .execute()
  for (const batch of batches(
    [...newest.values()].map(({ tenantId, id }) => ({ tenantId, id })),
    KEY_COLUMNS,
  ))
    await renameGrantors(db, batch)
}

/** A later record may name another grantor than the one that the review was opened with. */
async function renameGrantors(
  db: Kysely<Schema>,
  batch: readonly Pick<Grant, 'tenantId' | 'id'>[],
): Promise<void> {
  const grantor = sql<string | null>`(select grants.grantor_person from grants
    where grants.tenant_id = reviews.tenant_id and grants.id = reviews.grant_id)`
  await db
    .updateTable('reviews')
    .set({ grantor_person: grantor })
    .where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('tenant_id', 'grant_id'),
        'in',
        batch.map(({ tenantId, id }) => tuple(tenantId, id)),
      ),
    )
    .where(sql<boolean>`grantor_person is distinct from ${grantor}`)
    .execute()
}

/** Two writers that lock rows in one order cannot lock each other out. */
function inIdOrder(grants: readonly Grant[]): readonly NewGrantRow[] {
  return grants.map(toRow).sort((one, other) => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0))
}

function grantsOf(
  db: Kysely<Schema>,
  query: { readonly tenantId: string; readonly feedId: string; readonly since: number },
  granteeKeys: readonly string[],
) {
  return db
    .selectFrom('grants')
    .selectAll()
    .where('tenant_id', '=', query.tenantId)
    .where('feed_id', '=', query.feedId)
    .where('grantee_key', 'in', granteeKeys)
    .where('occurred_at', '>=', Math.floor(query.since))
}

async function recentGrants(db: Kysely<Schema>, query: KnownQuery): Promise<readonly Grant[]> {
  // Ordered here: asked for the order, SQLite would read all that happened in the feed since, not these grantees'.
  const rows = await inBatches(query.granteeKeys, (batch) => grantsOf(db, query, batch).execute())
  return rows.sort((one, other) => byTime(one, other) || (one.id < other.id ? -1 : 1)).map(fromRow)
}

async function snapshotsOf(db: Kysely<Schema>, query: KnownQuery): Promise<readonly SnapshotRow[]> {
  const since = Math.floor(query.since)
  const rows = await inBatches(query.granteeKeys, (batch) =>
    db
      .selectFrom('grant_snapshots as snapshot')
      .selectAll()
      .where('tenant_id', '=', query.tenantId)
      .where('feed_id', '=', query.feedId)
      .where('grantee_key', 'in', batch)
      .where((where) =>
        where(
          'occurred_at',
          '>=',
          where.fn.coalesce(
            where
              .selectFrom('grant_snapshots as earlier')
              .select((column) => column.fn.max('earlier.occurred_at').as('at'))
              .whereRef('earlier.tenant_id', '=', 'snapshot.tenant_id')
              .whereRef('earlier.feed_id', '=', 'snapshot.feed_id')
              .whereRef('earlier.grantee_key', '=', 'snapshot.grantee_key')
              .where('earlier.occurred_at', '<', since),
            where.val(since),
          ),
        ),
      )
      .orderBy('occurred_at')
      .orderBy('act')
      .execute(),
  )
  return rows.sort(byTime).map((row) => ({
    tenantId: row.tenant_id,
    feedId: row.feed_id,
    granteeKey: row.grantee_key,
    act: row.act,
    occurredAt: row.occurred_at,
    roles: JSON.parse(row.roles) as SnapshotRow['roles'],
  }))
}

function byTime(one: { readonly occurred_at: number }, other: { readonly occurred_at: number }): number {
  return one.occurred_at - other.occurred_at
}

async function keysOf(
  db: Kysely<Schema>,
  tenantId: string,
  grants: readonly Grant[],
): Promise<ReadonlyMap<string, string>> {
  const merged = await inBatches(
    grants.map((grant) => grant.id),
    (batch) =>
      db
        .selectFrom('grant_keys')
        .select(['grant_key', 'grant_id'])
        .where('tenant_id', '=', tenantId)
        .where('grant_id', 'in', batch)
        .execute(),
  )
  const keys = new Map(grants.map((grant) => [grant.grantKey, grant.id]))
  for (const row of merged) keys.set(row.grant_key, row.grant_id)
  return keys
}

async function saveSnapshots(db: Kysely<Schema>, snapshots: readonly SnapshotRow[]): Promise<void> {
  const rows = snapshots.map((snapshot) => ({
    tenant_id: snapshot.tenantId,
    feed_id: snapshot.feedId,
    grantee_key: snapshot.granteeKey,
    occurred_at: Math.trunc(snapshot.occurredAt),
    act: snapshot.act,
    roles: JSON.stringify(snapshot.roles),
  }))
  const newest = new Map(
    rows.map((row) => [
      JSON.stringify([row.tenant_id, row.feed_id, row.grantee_key, row.occurred_at, row.act]),
      row,
    ]),
  )
  for (const batch of batches([...newest.values()], SNAPSHOT_COLUMNS))
    await db
      .insertInto('grant_snapshots')
      .values(batch)
      .onConflict((conflict) =>
        conflict
          .columns(['tenant_id', 'feed_id', 'grantee_key', 'occurred_at', 'act'])
          .doUpdateSet((row) => ({ roles: row.ref('excluded.roles') })),
      )
      .execute()
}

async function saveKeys(
  db: Kysely<Schema>,
  tenantId: string,
  keys: ReadonlyMap<string, string>,
): Promise<void> {
  const rows = [...keys].map(([grant_key, grant_id]) => ({ tenant_id: tenantId, grant_key, grant_id }))
  for (const batch of batches(rows, KEY_COLUMNS))
    await db
      .insertInto('grant_keys')
      .values(batch)
      .onConflict((conflict) =>
        conflict
          .columns(['tenant_id', 'grant_key'])
          .doUpdateSet((row) => ({ grant_id: row.ref('excluded.grant_id') })),
      )
      .execute()
}
