import type { Kysely, Selectable } from 'kysely'
import type { Review, ReviewState } from '../domain/review.ts'
import type { Card } from '../domain/review-case.ts'
import type { Cards } from '../ports.ts'
import { inBatches } from './batches.ts'
import { fromReviewRow } from './reviews.ts'
import type { CardsTable, Schema } from './schema.ts'

/** States that people must see even when no card was posted yet: they wait for somebody, or for the source. */
const WANTS_CARD: readonly ReviewState[] = ['open', 'revoking', 'overdue']

export function createCards(db: Kysely<Schema>): Cards {
  return {
    outdated: (tenantId, limit) => outdated(db, tenantId, limit),
    forGrants: (tenantId, grantIds) =>
      inBatches(grantIds, async (batch) => {
        const rows = await cardsOf(db, tenantId).where('grant_id', 'in', batch).execute()
        return rows.map(fromRow)
      }),
    put: async (card) => {
      const { tenant_id, grant_id, ...rest } = toRow(card)
      await db
        .insertInto('cards')
        .values({ tenant_id, grant_id, ...rest })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'grant_id']).doUpdateSet(rest))
        .execute()
    },
    byMessage: async ({ tenantId, channel, messageTs }) => {
      const row = await cardsOf(db, tenantId)
        .where('channel', '=', channel)
        .where('message_ts', '=', messageTs)
        .executeTakeFirst()
      return row === undefined ? null : fromRow(row)
    },
  }
}

function cardsOf(db: Kysely<Schema>, tenantId: string) {
  return db.selectFrom('cards').selectAll().where('tenant_id', '=', tenantId)
}

/** Two questions rather than one: the many reviews that never want a card are not looked at. */
async function outdated(db: Kysely<Schema>, tenantId: string, limit: number): Promise<readonly Review[]> {
  const cardless = db
    .selectFrom('reviews')
    .selectAll('reviews')
    .where('reviews.tenant_id', '=', tenantId)
    .where('reviews.state', 'in', WANTS_CARD)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('cards')
            .select('cards.grant_id')
            .whereRef('cards.tenant_id', '=', 'reviews.tenant_id')
            .whereRef('cards.grant_id', '=', 'reviews.grant_id'),
        ),
      ),
    )
  const behind = db
    .selectFrom('cards')
    .innerJoin('reviews', (join) =>
      join
        .onRef('reviews.tenant_id', '=', 'cards.tenant_id')
        .onRef('reviews.grant_id', '=', 'cards.grant_id'),
    )
    .selectAll('reviews')
    .where('cards.tenant_id', '=', tenantId)
    .whereRef('cards.rendered_version', '<', 'reviews.version')
  const rows = await db
    .selectFrom(cardless.unionAll(behind).as('review'))
    .selectAll()
    .orderBy((order) => order.case().when('state', '=', 'open').then(0).else(1).end())
    .orderBy('band_rank', 'desc')
    .orderBy('opened_at')
    .orderBy('grant_id')
    .limit(limit)
    .execute()
  return rows.map(fromReviewRow)
}

function toRow(card: Card): CardsTable {
  return {
    tenant_id: card.tenantId,
    grant_id: card.grantId,
    channel: card.channel,
    message_ts: card.messageTs,
    intent_at: card.intentAt,
    rendered_version: card.renderedVersion,
  }
}

function fromRow(row: Selectable<CardsTable>): Card {
  return {
    tenantId: row.tenant_id,
    grantId: row.grant_id,
    channel: row.channel,
    messageTs: row.message_ts,
    intentAt: row.intent_at,
    renderedVersion: row.rendered_version,
  }
}
