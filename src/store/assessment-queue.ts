import type { Kysely } from 'kysely'
import type { AssessmentQueue, QueueItem } from '../ports.ts'
import { allOrNothing, batches } from './batches.ts'
import type { Schema } from './schema.ts'

const COLUMNS = 6
const REMOVAL_PARAMETERS = 3

export function createAssessmentQueue(db: Kysely<Schema>): AssessmentQueue {
  return {
    put: (items) => allOrNothing(db, (inside) => put(inside, items)),
    // Live grants go before history, so that nobody waits for a backfill; then what has been due longest.
    due: async (tenantId, now, limit) => {
      const rows = await db
        .selectFrom('assessment_queue')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('due_at', '<=', now)
        .orderBy('mode', 'desc')
        .orderBy('due_at')
        .orderBy('enqueued_at')
        .orderBy('grant_id')
        .limit(limit)
        .execute()
      return rows.map((row) => ({
        tenantId: row.tenant_id,
        grantId: row.grant_id,
        dueAt: row.due_at,
        enqueuedAt: row.enqueued_at,
        mode: row.mode,
        attempts: row.attempts,
      }))
    },
    remove: (items) => allOrNothing(db, (inside) => remove(inside, items)),
    size: async (tenantId, mode) => {
      const counted = await db
        .selectFrom('assessment_queue')
        .select((column) => column.fn.countAll<number>().as('count'))
        .where('tenant_id', '=', tenantId)
        .where('mode', '=', mode)
        .executeTakeFirstOrThrow()
      return counted.count
    },
  }
}

async function put(db: Kysely<Schema>, items: readonly QueueItem[]): Promise<void> {
  // Postgres refuses to write a row twice in one statement: of several items for a grant the last counts.
  const newest = new Map(items.map((item) => [JSON.stringify([item.tenantId, item.grantId]), item]))
  const rows = [...newest.values()].map((item) => ({
    tenant_id: item.tenantId,
    grant_id: item.grantId,
    mode: item.mode,
    due_at: Math.ceil(item.dueAt),
    enqueued_at: item.enqueuedAt,
    attempts: item.attempts,
  }))
  for (const batch of batches(rows, COLUMNS))
    await db
      .insertInto('assessment_queue')
      .values(batch)
      .onConflict((conflict) =>
        conflict.columns(['tenant_id', 'grant_id']).doUpdateSet((row) => ({
          mode: row.ref('excluded.mode'),
          due_at: row.ref('excluded.due_at'),
          enqueued_at: row.ref('excluded.enqueued_at'),
          attempts: row.ref('excluded.attempts'),
        })),
      )
      .execute()
}

type Removal = Parameters<AssessmentQueue['remove']>[0][number]

async function remove(db: Kysely<Schema>, items: readonly Removal[]): Promise<void> {
  // Items read together were mostly queued together: one statement for each moment, not for each item.
  for (const [tenantId, ofTenant] of Map.groupBy(items, (item) => item.tenantId))
    for (const [enqueuedAt, together] of Map.groupBy(ofTenant, (item) => item.enqueuedAt))
      for (const batch of batches(together, REMOVAL_PARAMETERS))
        await db
          .deleteFrom('assessment_queue')
          .where('tenant_id', '=', tenantId)
          .where(
            'grant_id',
            'in',
            batch.map((item) => item.grantId),
          )
          .where('enqueued_at', '<=', enqueuedAt)
          .execute()
}
