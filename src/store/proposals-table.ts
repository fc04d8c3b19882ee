import type { TableShape } from './initial-tables.ts'

/** As the second migration makes it, frozen. */
export const proposalsTable: TableShape = {
  columns: {
    tenant_id: 'text',
    id: 'text',
    base_version: 'number',
    policy: 'text',
    author: 'text',
    reason: 'text',
    proposed_at: 'number',
    expires_at: 'number',
    state: 'text',
    decided_by: 'text?',
    decided_at: 'number?',
  },
  primaryKey: ['tenant_id', 'id'],
  unique: [],
}

export const proposalsIndex =
  'create index policy_proposals_by_state on policy_proposals (tenant_id, state, expires_at)'
