import type { Role, Tier } from '../grant.ts'
import { roleSlug } from '../role-tiers.ts'

/**
 * Administrator roles of Workspace. The Reports API names Google's own ones like `_GROUPS_ADMIN_ROLE`
 * (https://developers.google.com/workspace/admin/reports/v1/appendix/activity/admin-delegated-admin-settings) and a
 * customer's own by their titles.
 */

export const SUPER_ADMIN = 'super-admin'
const SUPER_ADMINS = ['_SEED_ADMIN_ROLE', '_DOMAINLESS_SUPER_ADMIN_ROLE']
const SUPER_ADMIN_TITLE = /^super ?admin(istrator)?( role)?$/i

/** Roles of Google's that only read. */
const READ_ONLY = [
  '_GROUPS_READER_ROLE',
  '_LDAP_USER_MANAGEMENT_READONLY_ROLE',
  '_LDAP_GROUP_MANAGEMENT_READONLY_ROLE',
  '_INVENTORY_REPORTING_ADMIN_ROLE',
]

export const DELEGATED_ADMIN = 'delegated-admin'
export const DOMAIN_WIDE_DELEGATION = 'domain-wide-delegation'

export function superAdmin(scope = '*'): Role {
  return { id: SUPER_ADMIN, name: 'Super admin', tier: 'T0', scope }
}

/** The role of a name, null when it only reads. */
export function workspaceRole(name: string, scope: string): Role | null {
  if (SUPER_ADMINS.includes(name) || SUPER_ADMIN_TITLE.test(name)) return superAdmin(scope)
  if (READ_ONLY.includes(name)) return null
  const isGoogles = /^_[A-Z_]+_ROLE$/.test(name)
  const tier: Tier = isGoogles ? 'T1' : 'T2'
  return { id: isGoogles ? name : roleSlug(name), name, tier, scope }
}

/** Privileges that only read, by the ends of Google's names for them. */
export function isReadPrivilege(name: string): boolean {
  return /(_RETRIEVE|_READ|_READONLY|_READ_ONLY|_VIEW)$/i.test(name)
}

const PRIVILEGED_WORD =
  /(^|[-_.+])(admins?|administrators?|owners?|super-?(users?|admins?)|sudo(ers)?|root|privileged|break-?glass|prod|production)($|[-_.+])/i

/**
 * The role of being in a group, when its name says that the group is privileged. The log does not say what a group may
 * do, so others are left out: most groups are mailing lists.
 */
export function groupRole(group: string): Role | null {
  const local = group.slice(0, group.includes('@') ? group.lastIndexOf('@') : group.length)
  return PRIVILEGED_WORD.test(local)
    ? { id: `group:${group.toLowerCase()}`, name: `Member of ${group}`, tier: 'T2', scope: '*' }
    : null
}
