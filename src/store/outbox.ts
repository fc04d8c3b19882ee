import type { Kysely } from 'kysely'
import { LANES, type Outbox } from '../ports.ts'
import { allOrNothing, batches } from './batches.ts'
import type { Schema } from './schema.ts'

const COLUMNS = 7
const ERROR_CHARACTERS_MAX = 500

/**
 * Rows wait in order of position. On Postgres two transactions may commit in another order than they drew their
 * positions in. Events of one tenant's chain cannot: a workflow locks the chain's head before it adds them, so
 * they are drawn one transaction after the other. Between tenants, and outside the chain, no order is promised.
 */
export function createOutbox(db: Kysely<Schema>): Outbox {
  return {
    add: (rows) => allOrNothing(db, (inside) => add(inside, rows)),
    next: async (lane, now, limit) => {
      const rows = await db
        .selectFrom('outbox')
        .selectAll()
        .where('lane', '=', lane)
        .orderBy('position')
        .limit(limit)
        .execute()
      if (rows[0] !== undefined && rows[0].next_attempt_at > now) return []
      return rows.map((row) => ({
        position: row.position,
        tenantId: row.tenant_id,
        lane: row.lane,
        eventId: row.event_id,
        payload: row.payload,
        attempts: row.attempts,
        createdAt: row.created_at,
      }))
    },
    delivered: (positions) =>
      allOrNothing(db, async (inside) => {
        for (const batch of batches(positions, 1))
          await inside.deleteFrom('outbox').where('position', 'in', batch).execute()
      }),
    putOff: async (position, nextAttemptAt, why) => {
      await db
        .updateTable('outbox')
        .set((row) => ({
          attempts: row('attempts', '+', 1),
          next_attempt_at: Math.ceil(nextAttemptAt),
          last_error: why.slice(0, ERROR_CHARACTERS_MAX),
        }))
        .where('position', '=', position)
        .execute()
    },
    replacePayload: async (position, payload) => {
      await db
        .updateTable('outbox')
        .set({ payload, attempts: 0, next_attempt_at: 0 })
        .where('position', '=', position)
        .execute()
    },
    backlog: () => backlog(db),
  }
}

async function add(db: Kysely<Schema>, rows: Parameters<Outbox['add']>[0]): Promise<void> {
  const waiting = rows.map((row) => ({
    tenant_id: row.tenantId,
    lane: row.lane,
    event_id: row.eventId,
    payload: row.payload,
    attempts: 0,
    created_at: row.createdAt,
    next_attempt_at: 0,
  }))
  // An event that still waits in a lane is not put there twice.
  for (const batch of batches(waiting, COLUMNS))
    await db
      .insertInto('outbox')
      .values(batch)
      .onConflict((conflict) => conflict.columns(['tenant_id', 'lane', 'event_id']).doNothing())
      .execute()
}

async function backlog(db: Kysely<Schema>): Promise<Awaited<ReturnType<Outbox['backlog']>>> {
  const counts = await db
    .selectFrom('outbox')
    .select((column) => [
      'lane',
      column.fn.countAll<number>().as('waiting'),
      column.fn.min('position').as('first'),
    ])
    .groupBy('lane')
    .execute()
  const firsts = counts.map((count) => count.first)
  const heads =
    firsts.length === 0
      ? []
      : await db
          .selectFrom('outbox')
          .select(['lane', 'created_at', 'last_error'])
          .where('position', 'in', firsts)
          .execute()
  return LANES.map((lane) => {
    const head = heads.find((row) => row.lane === lane)
    return {
      lane,
      waiting: counts.find((count) => count.lane === lane)?.waiting ?? 0,
      oldestAt: head?.created_at ?? null,
      lastError: head?.last_error ?? null,
    }
  })
}
