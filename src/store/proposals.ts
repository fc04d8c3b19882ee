import type { Kysely, Selectable } from 'kysely'
import { policySchema } from '../domain/policy.ts'
import type { PolicyProposal } from '../domain/policy-proposal.ts'
import type { Proposals } from '../ports.ts'
import type { PolicyProposalsTable, Schema } from './schema.ts'

export function createProposals(db: Kysely<Schema>): Proposals {
  const of = (tenantId: string) =>
    db.selectFrom('policy_proposals').selectAll().where('tenant_id', '=', tenantId)
  return {
    insert: async (proposal) => {
      await db
        .insertInto('policy_proposals')
        .values({
          tenant_id: proposal.tenantId,
          id: proposal.id,
          base_version: proposal.baseVersion,
          policy: JSON.stringify(proposal.policy),
          author: proposal.author,
          reason: proposal.reason,
          proposed_at: proposal.proposedAt,
          expires_at: proposal.expiresAt,
          state: proposal.state,
          decided_by: proposal.decidedBy,
          decided_at: proposal.decidedAt,
        })
        .execute()
    },
    find: async (tenantId, id) => {
      const row = await of(tenantId).where('id', '=', id).executeTakeFirst()
      return row === undefined ? null : fromRow(row)
    },
    waiting: async ({ tenantId, now, limit }) => {
      const rows = await of(tenantId)
        .where('state', '=', 'waiting')
        .where('expires_at', '>', now)
        .orderBy('proposed_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(fromRow)
    },
    decide: async ({ tenantId, id, state, by, at }) => {
      const decided = await db
        .updateTable('policy_proposals')
        .set({ state, decided_by: by, decided_at: at })
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .where('state', '=', 'waiting')
        .returning('id')
        .execute()
      return decided.length === 1
    },
  }
}

function fromRow(row: Selectable<PolicyProposalsTable>): PolicyProposal {
  return {
    tenantId: row.tenant_id,
    id: row.id,
    baseVersion: row.base_version,
    policy: policySchema.parse(JSON.parse(row.policy)),
    author: row.author,
    reason: row.reason,
    proposedAt: row.proposed_at,
    expiresAt: row.expires_at,
    state: row.state,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
  }
}
