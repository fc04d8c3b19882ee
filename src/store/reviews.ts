import type { Kysely, Selectable } from 'kysely'
import { bandRank } from '../domain/evidence.ts'
import type { Review, ReviewState } from '../domain/review.ts'
import { ConflictError, type Reviews } from '../ports.ts'
import { allOrNothing, batches, inBatches } from './batches.ts'
import { flag, type ReviewsTable, type Schema } from './schema.ts'

/** With the two values that the grantor is looked up by. */
const COLUMNS = 18
/** Asked about and not approved: undecided, or to be taken away. */
const SUSPICIOUS: readonly ReviewState[] = ['open', 'waiting', 'revoking', 'revoked', 'overdue']

export function createReviews(db: Kysely<Schema>): Reviews {
  return {
    insert: (reviews) => allOrNothing(db, (inside) => insert(inside, reviews)),
    byIds: (tenantId, grantIds) =>
      inBatches(grantIds, async (batch) => {
        const rows = await reviewsOf(db, tenantId).where('grant_id', 'in', batch).execute()
        return rows.map(fromReviewRow)
      }),
    compareAndSet: async (next) => {
      const written = await db
        .updateTable('reviews')
        .set(toRow(next))
        .where('tenant_id', '=', next.tenantId)
        .where('grant_id', '=', next.grantId)
        .where('version', '=', next.version - 1)
        .returning('version')
        .execute()
      return written.length === 1
    },
    inStates: async (tenantId, states, limit) => {
      if (states.length === 0) return []
      const rows = await reviewsOf(db, tenantId)
        .where('state', 'in', states)
        .orderBy('band_rank', 'desc')
        .orderBy('opened_at')
        .orderBy('grant_id')
        .limit(limit)
        .execute()
      return rows.map(fromReviewRow)
    },
    countByState: async (tenantId) => {
      const rows = await db
        .selectFrom('reviews')
        .select((column) => ['state', column.fn.countAll<number>().as('count')])
        .where('tenant_id', '=', tenantId)
        .groupBy('state')
        .execute()
      return new Map(rows.map((row) => [row.state, row.count]))
    },
    overdue: async (tenantId, now, limit) => {
      const rows = await reviewsOf(db, tenantId)
        .where('state', 'in', ['revoking', 'waiting'])
        .where('due_at', '<=', now)
        .orderBy('due_at')
        .orderBy('grant_id')
        .limit(limit)
        .execute()
      return rows.map(fromReviewRow)
    },
    suspects: async (tenantId, grantors, since) => {
      const found = await inBatches(grantors, async (batch) => {
        const rows = await db
          .selectFrom('reviews')
          .select('grantor_person')
          .distinct()
          .where('tenant_id', '=', tenantId)
          .where('grantor_person', 'in', batch)
          .where('state', 'in', SUSPICIOUS)
          .where('band_rank', '>=', bandRank('medium'))
          .where('opened_at', '>=', Math.trunc(since))
          .execute()
        return rows.flatMap(({ grantor_person }) => grantor_person ?? [])
      })
      return new Set(found)
    },
    forGrantees: async ({ tenantId, feedId, granteeKeys, states }) => {
      if (states.length === 0) return []
      return await inBatches(granteeKeys, async (batch) => {
        const rows = await db
          .selectFrom('grants')
          .innerJoin('reviews', (join) =>
            join
              .onRef('reviews.tenant_id', '=', 'grants.tenant_id')
              .onRef('reviews.grant_id', '=', 'grants.id'),
          )
          .selectAll('reviews')
          .where('grants.tenant_id', '=', tenantId)
          .where('grants.feed_id', '=', feedId)
          .where('grants.grantee_key', 'in', batch)
          .where('reviews.state', 'in', states)
          .orderBy('grants.occurred_at')
          .orderBy('grants.id')
          .execute()
        return rows.map(fromReviewRow)
      })
    },
  }
}

function reviewsOf(db: Kysely<Schema>, tenantId: string) {
  return db.selectFrom('reviews').selectAll().where('tenant_id', '=', tenantId)
}

async function insert(db: Kysely<Schema>, reviews: readonly Review[]): Promise<void> {
  for (const batch of batches(reviews.map(toRow), COLUMNS)) {
    const rows = await db
      .insertInto('reviews')
      .values(({ selectFrom }) =>
        batch.map((row) => ({
          ...row,
          grantor_person: selectFrom('grants')
            .select('grants.grantor_person')
            .where('grants.tenant_id', '=', row.tenant_id)
            .where('grants.id', '=', row.grant_id),
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .returning('grant_id')
      .execute()
    if (rows.length < batch.length) throw new ConflictError('somebody else opened the same review')
  }
}

function toRow(review: Review): Omit<ReviewsTable, 'grantor_person'> {
  return {
    tenant_id: review.tenantId,
    grant_id: review.grantId,
    state: review.state,
    version: review.version,
    origin: review.origin,
    band: review.band,
    band_rank: bandRank(review.band),
    blind: flag(review.blind),
    policy_version: review.policyVersion,
    opened_at: review.openedAt,
    updated_at: review.updatedAt,
    // Deadlines come from hours and minutes that may have fractions.
    due_at: review.dueAt === null ? null : Math.ceil(review.dueAt),
    escalated_at: review.escalatedAt,
    already_gone_at: review.alreadyGoneAt,
    reopened_at: review.reopenedAt,
    settled_by_grant_id: review.settledByGrantId,
  }
}

export function fromReviewRow(row: Selectable<ReviewsTable>): Review {
  return {
    tenantId: row.tenant_id,
    grantId: row.grant_id,
    state: row.state,
    version: row.version,
    origin: row.origin,
    band: row.band,
    blind: row.blind === 1,
    policyVersion: row.policy_version,
    openedAt: row.opened_at,
    updatedAt: row.updated_at,
    dueAt: row.due_at,
    escalatedAt: row.escalated_at,
    alreadyGoneAt: row.already_gone_at,
    reopenedAt: row.reopened_at,
    settledByGrantId: row.settled_by_grant_id,
  }
}
