import assert from 'node:assert/strict'
import type { Kysely } from 'kysely'
import type { Tenants } from '../ports.ts'
import type { Schema } from './schema.ts'

export function createTenants(db: Kysely<Schema>): Tenants {
  return {
    forWorkspace: (workspaceId) => forWorkspace(db, workspaceId),
    // Of two that make the same workspace's tenant at once, both get the one that was first.
    create: async ({ tenantId, workspaceId, name, at }) => {
      const made = await db
        .insertInto('tenants')
        .values({ workspace_id: workspaceId, tenant_id: tenantId, name, created_at: at })
        .onConflict((conflict) => conflict.column('workspace_id').doNothing())
        .returning('tenant_id')
        .executeTakeFirst()
      const known = made?.tenant_id ?? (await forWorkspace(db, workspaceId))
      assert(known !== null, 'A workspace that has a tenant keeps it.')
      return known
    },
    all: async () => {
      const rows = await db
        .selectFrom('tenants')
        .selectAll()
        .orderBy('created_at')
        .orderBy('tenant_id')
        .execute()
      return rows.map((row) => ({ tenantId: row.tenant_id, workspaceId: row.workspace_id, name: row.name }))
    },
  }
}

async function forWorkspace(db: Kysely<Schema>, workspaceId: string): Promise<string | null> {
  const row = await db
    .selectFrom('tenants')
    .select('tenant_id')
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirst()
  return row?.tenant_id ?? null
}
