import type { Kysely, Selectable } from 'kysely'
import { type PolicyVersion, policySchema } from '../domain/policy.ts'
import type { Policies } from '../ports.ts'
import type { PoliciesTable, Schema } from './schema.ts'

export function createPolicies(db: Kysely<Schema>): Policies {
  return {
    current: async (tenantId) => {
      const row = await newestFirst(db, tenantId).limit(1).executeTakeFirst()
      return row === undefined ? null : fromRow(row)
    },
    save: async (version) => {
      const saved = await db
        .insertInto('policies')
        .values({
          tenant_id: version.tenantId,
          version: version.version,
          policy: JSON.stringify(version.policy),
          author: version.author,
          reason: version.reason,
          saved_at: version.savedAt,
        })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'version']).doNothing())
        .returning('version')
        .execute()
      return saved.length === 1
    },
    list: async (tenantId, limit) => {
      const rows = await newestFirst(db, tenantId).limit(limit).execute()
      return rows.map(fromRow)
    },
    version: async (tenantId, version) => {
      const row = await newestFirst(db, tenantId).where('version', '=', version).executeTakeFirst()
      return row === undefined ? null : fromRow(row)
    },
  }
}

function newestFirst(db: Kysely<Schema>, tenantId: string) {
  return db.selectFrom('policies').selectAll().where('tenant_id', '=', tenantId).orderBy('version', 'desc')
}

function fromRow(row: Selectable<PoliciesTable>): PolicyVersion {
  return {
    tenantId: row.tenant_id,
    version: row.version,
    // Parsed, not cast: a version saved before a setting existed gets that setting's default.
    policy: policySchema.parse(JSON.parse(row.policy)),
    author: row.author,
    reason: row.reason,
    savedAt: row.saved_at,
  }
}
