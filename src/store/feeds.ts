import type { Kysely, Selectable } from 'kysely'
import type { FeedState, Feeds } from '../ports.ts'
import { type FeedsTable, flag, type Schema } from './schema.ts'

export function createFeeds(db: Kysely<Schema>): Feeds {
  return {
    get: async (tenantId, feedId) => {
      const row = await feedsOf(db, tenantId).where('feed_id', '=', feedId).executeTakeFirst()
      return row === undefined ? null : fromRow(row)
    },
    all: async (tenantId) => {
      const rows = await feedsOf(db, tenantId).orderBy('feed_id').execute()
      return rows.map(fromRow)
    },
    compareAndSet: async (next) => {
      const written = next.version === 1 ? await insert(db, next) : await update(db, next)
      return written.length === 1
    },
  }
}

function feedsOf(db: Kysely<Schema>, tenantId: string) {
  return db.selectFrom('feeds').selectAll().where('tenant_id', '=', tenantId)
}

async function insert(db: Kysely<Schema>, next: FeedState) {
  return await db
    .insertInto('feeds')
    .values(toRow(next))
    .onConflict((conflict) => conflict.columns(['tenant_id', 'feed_id']).doNothing())
    .returning('version')
    .execute()
}

async function update(db: Kysely<Schema>, next: FeedState) {
  return await db
    .updateTable('feeds')
    .set(toRow(next))
    .where('tenant_id', '=', next.tenantId)
    .where('feed_id', '=', next.feedId)
    .where('version', '=', next.version - 1)
    .returning('version')
    .execute()
}

function toRow(state: FeedState): FeedsTable {
  return {
    tenant_id: state.tenantId,
    feed_id: state.feedId,
    version: state.version,
    switched_on_at: state.switchedOnAt,
    history_until: state.historyUntil,
    backfilled: flag(state.backfilled),
    cursor: state.cursor,
    last_poll_at: state.lastPollAt,
    last_event_at: state.lastEventAt === null ? null : Math.trunc(state.lastEventAt),
    events_read: state.eventsRead,
    grants_found: state.grantsFound,
    skipped: JSON.stringify(state.skipped),
    last_error: state.lastError,
  }
}

function fromRow(row: Selectable<FeedsTable>): FeedState {
  return {
    tenantId: row.tenant_id,
    feedId: row.feed_id,
    version: row.version,
    switchedOnAt: row.switched_on_at,
    historyUntil: row.history_until,
    backfilled: row.backfilled === 1,
    cursor: row.cursor,
    lastPollAt: row.last_poll_at,
    lastEventAt: row.last_event_at,
    eventsRead: row.events_read,
    grantsFound: row.grants_found,
    skipped: JSON.parse(row.skipped) as FeedState['skipped'],
    lastError: row.last_error,
  }
}
