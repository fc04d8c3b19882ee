import type { Role, Tier } from '../grant.ts'
import { roleSlug } from '../role-tiers.ts'
import { isReadOnlyName } from './read-only-name.ts'

/** Permission sets and profiles are the customer's own; what they hold is known from Shield's events alone. */

/** Permissions that reach over the whole organisation. */
const WHOLE = new Set([
  'AssignPermissionSets',
  'AuthorApex',
  'CustomizeApplication',
  'ManageEncryptionKeys',
  'ManageInternalUsers',
  'ManageProfilesPermissionsets',
  'ManageUsers',
  'ModifyAllData',
])
/** Rules for signing in, and a view of who did: no power over others. */
const POWERLESS = new Set(['ForceTwoFactor', 'MonitorLoginHistory', 'PasswordNeverExpires'])

/** `permissions` are the critical ones it holds, null where the record does not list them. */
export function permissionSet(name: string, permissions: readonly string[] | null): Role | null {
  if (permissions === null && isReadOnlyName(name)) return null
  if (permissions?.every((permission) => POWERLESS.has(permission))) return null
  return { id: `permission-set:${roleSlug(name)}`, name, tier: tierOf(permissions), scope: '*' }
}

function tierOf(permissions: readonly string[] | null): Tier {
  if (permissions === null) return 'T2'
  return permissions.some((permission) => WHOLE.has(permission)) ? 'T0' : 'T1'
}

const PLAIN_PROFILES =
  /^(standard|minimum-access|read-only|chatter|identity|external|guest|marketing-user|contract-manager|solution-manager|partner|gold-partner|silver-partner|customer|high-volume|overage|work-com|cross-org)(-|$)/

/** Everyone has a profile; null for those that Salesforce ships for ordinary users. */
export function profile(name: string): Role | null {
  const slug = roleSlug(name)
  if (name === '' || PLAIN_PROFILES.test(slug) || isReadOnlyName(name)) return null
  const isAdmin = /(^|-)(admin|administrator)(-|$)/.test(slug)
  const tier = slug === 'system-administrator' ? 'T0' : isAdmin ? 'T1' : 'T2'
  return { id: `profile:${slug}`, name: `Profile ${name}`, tier, scope: '*' }
}
