import type { Kysely, Selectable } from 'kysely'
import type { Assessment } from '../domain/assessment.ts'
import type { Decision } from '../domain/decision.ts'
import type { Decisions } from '../ports.ts'
import { inBatches } from './batches.ts'
import { type DecisionsTable, flag, type Schema } from './schema.ts'

export function createDecisions(db: Kysely<Schema>): Decisions {
  return {
    insert: async (decision) => {
      await db.insertInto('decisions').values(toRow(decision)).execute()
    },
    forGrants: (tenantId, grantIds) =>
      inBatches(grantIds, async (batch) => {
        const rows = await decisionsOf(db, tenantId)
          .where('grant_id', 'in', batch)
          .orderBy('decided_at')
          .orderBy('id')
          .execute()
        return rows.map(fromRow)
      }),
    newest: async (tenantId, limit) => {
      const rows = await decisionsOf(db, tenantId)
        .orderBy('decided_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(fromRow)
    },
    outcomes: async (query) => {
      const rows = await outcomeRows(db, query).execute()
      return rows.flatMap(({ action, origin, band, model }) =>
        action === 'approve' || action === 'revoke'
          ? [{ origin, band, action, recommendation: recommendationOf(model) }]
          : [],
      )
    },
    tally: async (tenantId, since) => {
      const rows = await db
        .selectFrom('decisions')
        .select((column) => ['action', column.fn.countAll<number>().as('count')])
        .where('tenant_id', '=', tenantId)
        .where('decided_at', '>=', since)
        .groupBy('action')
        .execute()
      return new Map(rows.map((row) => [row.action, row.count]))
    },
  }
}

/** The newest approve or revoke of each review, with what was judged of it last. */
function outcomeRows(
  db: Kysely<Schema>,
  { tenantId, since, limit }: { tenantId: string; since: number; limit: number },
) {
  return db
    .selectFrom('decisions')
    .innerJoin('reviews', (join) =>
      join
        .onRef('reviews.tenant_id', '=', 'decisions.tenant_id')
        .onRef('reviews.grant_id', '=', 'decisions.grant_id'),
    )
    .innerJoin('assessments', (join) =>
      join
        .onRef('assessments.tenant_id', '=', 'decisions.tenant_id')
        .onRef('assessments.grant_id', '=', 'decisions.grant_id'),
    )
    .select(['decisions.action', 'reviews.origin', 'assessments.band', 'assessments.model'])
    .where('decisions.tenant_id', '=', tenantId)
    .where('decisions.decided_at', '>=', since)
    .where('decisions.action', 'in', ['approve', 'revoke'])
    .where('reviews.state', '!=', 'open')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('decisions as later')
            .select('later.id')
            .whereRef('later.tenant_id', '=', 'decisions.tenant_id')
            .whereRef('later.grant_id', '=', 'decisions.grant_id')
            .whereRef('later.decided_at', '>', 'decisions.decided_at')
            .where('later.action', 'in', ['approve', 'revoke']),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('assessments as newer')
            .select('newer.revision')
            .whereRef('newer.tenant_id', '=', 'assessments.tenant_id')
            .whereRef('newer.grant_id', '=', 'assessments.grant_id')
            .whereRef('newer.revision', '>', 'assessments.revision'),
        ),
      ),
    )
    .orderBy('decisions.decided_at', 'desc')
    .orderBy('decisions.id')
    .limit(limit)
}

function recommendationOf(model: string): string | null {
  const answer = JSON.parse(model) as Assessment['model']
  return answer.kind === 'opinion' ? answer.opinion.recommendation : null
}

function decisionsOf(db: Kysely<Schema>, tenantId: string) {
  return db.selectFrom('decisions').selectAll().where('tenant_id', '=', tenantId)
}

function toRow(decision: Decision): DecisionsTable {
  return {
    tenant_id: decision.tenantId,
    id: decision.id,
    grant_id: decision.grantId,
    action: decision.action,
    reason: decision.reason,
    actor_id: decision.actor.slackUserId,
    actor_name: decision.actor.name,
    actor_email: decision.actor.email,
    decided_at: decision.decidedAt,
    state_before: decision.stateBefore,
    state_after: decision.stateAfter,
    single_approval: flag(decision.singleApproval),
  }
}

function fromRow(row: Selectable<DecisionsTable>): Decision {
  return {
    tenantId: row.tenant_id,
    id: row.id,
    grantId: row.grant_id,
    action: row.action,
    reason: row.reason,
    actor: { slackUserId: row.actor_id, name: row.actor_name, email: row.actor_email },
    decidedAt: row.decided_at,
    stateBefore: row.state_before,
    stateAfter: row.state_after,
    singleApproval: row.single_approval === 1,
  }
}
