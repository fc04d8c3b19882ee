import type { Kysely, Selectable } from 'kysely'
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
