import type { Role } from '../grant.ts'
import { roleSlug } from '../role-tiers.ts'

/** Administrators of Databricks, the groups that are named as such, and what Unity Catalog gives. */

export const ACCOUNT_ADMIN: Role = { id: 'account-admin', name: 'Account admin', tier: 'T0', scope: '*' }
export const ACCOUNT_OWNER: Role = { id: 'account-owner', name: 'Account owner', tier: 'T0', scope: '*' }

export function workspaceAdmin(scope: string): Role {
  return { id: 'workspace-admin', name: 'Workspace admin', tier: 'T1', scope }
}

export function metastoreAdmin(metastore: string): Role {
  return { id: 'metastore-admin', name: 'Metastore admin', tier: 'T1', scope: `metastore:${metastore}` }
}

const ADMIN_WORD = /(^|[^a-z])(admins?|administrators?|owners?|superusers?)([^a-z]|$)/

/**
 * The role that members of a group have; null for the many groups that only sort people.
 * github.com/databricks-solutions/cybersec-workspace-detection-app: "The "admins" group is a fixed system-reserved
 * group in every Databricks workspace that grants workspace admin privileges", so being in it is being an admin.
 */
export function groupRole(name: string, at: { readonly scope: string; readonly isAccountLevel: boolean }) {
  const key = name.toLowerCase().replaceAll('_', '-')
  if (key === 'admins' && !at.isAccountLevel) return workspaceAdmin(at.scope)
  if (!ADMIN_WORD.test(key)) return null
  const tier = /account-?(admin|owner)/.test(key) ? 'T0' : 'T1'
  return { id: `group:${roleSlug(name)}`, name, tier, scope: at.scope } satisfies Role
}

/** A role that the event names itself; null when it is an ordinary user's. */
export function namedRole(name: string, scope: string): Role | null {
  const key = name.toLowerCase().replaceAll(/[^a-z]+/g, '-')
  if (key === 'account-admin') return ACCOUNT_ADMIN
  if (key === 'workspace-admin' || key === 'admin') return workspaceAdmin(scope)
  if (!ADMIN_WORD.test(key)) return null
  return { id: `role:${roleSlug(name)}`, name, tier: 'T1', scope }
}

const WHOLE = new Set(['ALL PRIVILEGES', 'MANAGE', 'MANAGE ALLOWLIST'])
const METASTORE_MAKES =
  /^CREATE (CATALOG|CONNECTION|EXTERNAL LOCATION|PROVIDER|RECIPIENT|SHARE|STORAGE CREDENTIAL|SERVICE CREDENTIAL)$/
const WIDE = new Set(['metastore', 'catalog', 'external_location', 'storage_credential', 'credential'])

/** A privilege on something in Unity Catalog; null when it only lets somebody use or read it. */
export function catalogRole(privilege: string, type: string, name: string): Role | null {
  const written = privilege.toUpperCase().replaceAll('_', ' ')
  const kind = type.toLowerCase()
  if (!WHOLE.has(written) && !(kind === 'metastore' && METASTORE_MAKES.test(written))) return null
  return {
    id: `uc:${written.replaceAll(' ', '_')}`,
    name: `${written} on ${kind} ${name}`,
    tier: WIDE.has(kind) ? 'T1' : 'T2',
    scope: `${roleSlug(type)}:${name}`,
  }
}

export function catalogOwner(name: string): Role {
  return { id: 'catalog-owner', name: `Owner of catalog ${name}`, tier: 'T2', scope: `catalog:${name}` }
}
