import type { Role, Tier } from '../grant.ts'
import { ADMIN_ROLES, CONTROL_ROLES, NARROW_ROLES, READER_ROLES } from './azure-role-names.ts'

/** Roles of Azure resources: what a role may do and where it holds make its tier together. */

export const USER_ACCESS_ADMINISTRATOR = '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9'
/** The role of an assignment whose record does not say which: the assignment's own id tells such grants apart. */
export const UNNAMED_ROLE = 'unnamed-role'
export const ROOT_SCOPE = '/'

const GUID = /[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}/gi
const SCOPE_MAX = 1_000

/** The last GUID of a text in its usual form: logs write them in any case, and some without dashes. */
export function guidOf(text: string | null): string | null {
  const found = text?.slice(0, SCOPE_MAX).match(GUID)?.at(-1)?.replaceAll('-', '').toLowerCase()
  return found?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') ?? null
}

/** Where a role holds; Azure writes the same place in any case, with and without a slash at its end. */
export function scopeOf(text: string): string {
  const place = text.toLowerCase().replace(/\/+$/, '')
  return place === '' ? ROOT_SCOPE : place
}

type Level = 'tenant' | 'subscription' | 'below'

const CONTROL_TIERS: Readonly<Record<Level, Tier>> = { tenant: 'T0', subscription: 'T1', below: 'T2' }

function levelOf(scope: string): Level {
  if (scope === ROOT_SCOPE || scope.startsWith('/providers/microsoft.management/managementgroups/'))
    return 'tenant'
  return /^\/subscriptions\/[^/]+$/.test(scope) ? 'subscription' : 'below'
}

function nameIn(names: Readonly<Record<string, string>>, id: string): string | null {
  return Object.hasOwn(names, id) ? (names[id] ?? null) : null
}

/** The tier of a role that can give others access, there. */
export function controlTier(scope: string): Tier {
  return CONTROL_TIERS[levelOf(scope)]
}

function adminTier(scope: string): Tier {
  return levelOf(scope) === 'below' ? 'T2' : 'T1'
}

/** A role by its definition's id; null for one that only reads. What the customer defined is not known from its id. */
export function azureRole(id: string, scope: string): Role | null {
  if (nameIn(READER_ROLES, id) !== null) return null
  const control = nameIn(CONTROL_ROLES, id)
  if (control !== null) return { id, name: control, tier: controlTier(scope), scope }
  const admin = nameIn(ADMIN_ROLES, id)
  if (admin !== null) return { id, name: admin, tier: adminTier(scope), scope }
  return { id, name: nameIn(NARROW_ROLES, id) ?? `Role ${id}`, tier: 'T2', scope }
}

/** The role of an assignment whose record names only the assignment: it may be any, so its place decides. */
export function unnamedRole(scope: string): Role {
  return { id: UNNAMED_ROLE, name: 'A role that the log does not name', tier: adminTier(scope), scope }
}

export function isCataloguedRole({ id }: Role): boolean {
  return [CONTROL_ROLES, ADMIN_ROLES, NARROW_ROLES].some((names) => nameIn(names, id) !== null)
}
