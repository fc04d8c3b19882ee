import assert from 'node:assert/strict'
import type { Kysely } from 'kysely'
import { CHAIN_START, type ChainHead, type ReviewEvent } from '../domain/review-event.ts'
import type { Chain } from '../ports.ts'
import { allOrNothing, batches } from './batches.ts'
import type { Schema } from './schema.ts'

const COLUMNS = 6

export function createChain(db: Kysely<Schema>): Chain {
  return {
    lockHead: (tenantId) => {
      assert(db.isTransaction, 'The head of the chain can be locked inside a transaction only.')
      return lockHead(db, tenantId)
    },
    append: (tenantId, events) => allOrNothing(db, (inside) => append(inside, tenantId, events)),
    page: async ({ tenantId, afterSeq, limit }) => {
      const rows = await db
        .selectFrom('review_events')
        .select(['canonical', 'hash', 'hmac'])
        .where('tenant_id', '=', tenantId)
        .where('seq', '>', afterSeq)
        .orderBy('seq')
        .limit(limit)
        .execute()
      return rows.map((row) => ({
        ...(JSON.parse(row.canonical) as Omit<ReviewEvent, 'canonical' | 'hash' | 'hmac'>),
        canonical: row.canonical,
        hash: row.hash,
        hmac: row.hmac,
      }))
    },
    head: async (tenantId) => {
      const head = await db
        .selectFrom('chain_heads')
        .select(['seq', 'hash'])
        .where('tenant_id', '=', tenantId)
        .executeTakeFirst()
      return head === undefined ? CHAIN_START : { seq: head.seq, hash: head.hash }
    },
  }
}

/** One statement makes the head when there is none and locks it on Postgres; SQLite's transaction is exclusive. */
async function lockHead(db: Kysely<Schema>, tenantId: string): Promise<ChainHead> {
  const head = await db
    .insertInto('chain_heads')
    .values({ tenant_id: tenantId, ...CHAIN_START })
    .onConflict((conflict) =>
      conflict.column('tenant_id').doUpdateSet((row) => ({ seq: row.ref('chain_heads.seq') })),
    )
    .returning(['seq', 'hash'])
    .executeTakeFirstOrThrow()
  return { seq: head.seq, hash: head.hash }
}

async function append(db: Kysely<Schema>, tenantId: string, events: readonly ReviewEvent[]): Promise<void> {
  if (events.length === 0) return
  let head = await lockHead(db, tenantId)
  for (const event of events) {
    assert.equal(event.tenant, tenantId, 'A review event belongs into the chain of its own tenant.')
    assert.equal(event.seq, head.seq + 1, 'A review event must follow the head of its chain.')
    assert.equal(event.prev_hash, head.hash, 'A review event must carry the hash of the one before it.')
    head = { seq: event.seq, hash: event.hash }
  }
  const rows = events.map(({ seq, event_id, canonical, hash, hmac }) => ({
    tenant_id: tenantId,
    seq,
    event_id,
    canonical,
    hash,
    hmac,
  }))
  for (const batch of batches(rows, COLUMNS)) await db.insertInto('review_events').values(batch).execute()
  await db.updateTable('chain_heads').set(head).where('tenant_id', '=', tenantId).execute()
}
