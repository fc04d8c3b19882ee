import { z } from 'zod'
import { policySchema } from '../domain/policy.ts'
import type { PolicyDrafts } from '../ports.ts'
import type { Store } from './database.ts'

const DRAFT_LIVES_MS = 3_600_000

const draftSchema = z.strictObject({
  author: z.string(),
  baseVersion: z.int(),
  policy: policySchema,
  reversed: z.int().nullable().default(null),
})

/** What somebody typed and has not saved yet; it expires by itself. */
export function createPolicyDrafts(store: Pick<Store, 'keyValue'>): PolicyDrafts {
  const drafts = (tenantId: string) => store.keyValue({ namespace: 'policy-draft', tenantId })
  return {
    async keep(tenantId, id, draft) {
      await drafts(tenantId).set(id, draft, DRAFT_LIVES_MS)
    },
    async find(tenantId, id) {
      const found: unknown = await drafts(tenantId).get(id)
      return draftSchema.safeParse(found).data ?? null
    },
    async drop(tenantId, id) {
      await drafts(tenantId).delete(id)
    },
  }
}
