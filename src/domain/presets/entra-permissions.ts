import { identityOf } from '../event-fields.ts'
import type { Tier } from '../grant.ts'

/**
 * How far an application's permission reaches (an app role of Microsoft Graph, of Exchange, or of an application of
 * the team's own). https://learn.microsoft.com/graph/permissions-reference says of the first: "Allows the app to read
 * and manage the role-based access control (RBAC) settings for your company's directory, without a signed-in user",
 * and of the second: "allows the app to manage permission grants for application permissions to any API".
 */
const WHOLE_TENANT: ReadonlySet<string> = new Set([
  'rolemanagement.readwrite.directory',
  'approleassignment.readwrite.all',
  'application.readwrite.all',
  'rolemanagementpolicy.readwrite.directory',
  'roleassignmentschedule.readwrite.directory',
  'roleeligibilityschedule.readwrite.directory',
  'privilegedaccess.readwrite.azuread',
  'privilegedaccess.readwrite.azureadgroup',
  'privilegedassignmentschedule.readwrite.azureadgroup',
  'privilegedeligibilityschedule.readwrite.azureadgroup',
  'userauthenticationmethod.readwrite.all',
  'delegatedpermissiongrant.readwrite.all',
  'domain.readwrite.all',
  'policy.readwrite.permissiongrant',
  'directory.accessasuser.all',
])
/** Broad, though their names do not follow the pattern. */
const BROAD: ReadonlySet<string> = new Set([
  'full_access_as_app',
  'exchange.manageasapp',
  'full_access_as_user',
  'mail.readwrite',
  'mail.send',
  'mailboxsettings.readwrite',
  'ews.accessasuser.all',
  // To read these is to hold the secrets of others: every mailbox, the keys and administrator passwords of devices.
  'mail.read',
  'bitlockerkey.read.all',
  'devicelocalcredential.read.all',
])
/** Signing a user in, and access to chosen places only. */
const HARMLESS: ReadonlySet<string> = new Set([
  'openid',
  'profile',
  'email',
  'offline_access',
  'sites.selected',
  'default access',
  'msiam_access',
  'user',
])
const BROAD_NAME =
  /\.(readwrite|fullcontrol|manage|write)\b.*\.all$|\.(readwrite|fullcontrol)\.directory$|^sites\.(fullcontrol|manage)/
const READ_NAME = /(^|\.)(read|view|list)[a-z]*([._]|$)/
const CHANGES = /write|manage|full|admin/

/** The tier of a permission, or null for one that may only read or signs users in. */
export function permissionTier(permission: string): Tier | null {
  const name = permission.toLowerCase()
  if (WHOLE_TENANT.has(name)) return 'T0'
  if (BROAD.has(name) || BROAD_NAME.test(name)) return 'T1'
  if (HARMLESS.has(name) || (READ_NAME.test(name) && !CHANGES.test(name))) return null
  // The app role of an application of the team's own: what it may do there is not in the log.
  return 'T2'
}

/** App roles that some records state by their id alone. */
const BY_ID: Readonly<Record<string, string>> = {
  '9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8': 'RoleManagement.ReadWrite.Directory',
  '06b708a9-e830-4db3-a914-8e69da51d44f': 'AppRoleAssignment.ReadWrite.All',
  '1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9': 'Application.ReadWrite.All',
  '50483e42-d915-4231-9639-7fdb7fd190e5': 'UserAuthenticationMethod.ReadWrite.All',
  '19dbc75e-c2e2-444c-a770-ec69d8559fc7': 'Directory.ReadWrite.All',
  'dc890d15-9560-4a4c-9b7f-a736ec74ec40': 'full_access_as_app',
  'dc50a0fb-09a3-484d-be87-e023b12c6440': 'Exchange.ManageAsApp',
  '810c84a8-4a9e-49e6-bf7d-12d183f40d01': 'Mail.Read',
  '00000000-0000-0000-0000-000000000000': 'Default Access',
}

/** A permission by its name, or by an id that is well known; else the id itself. */
export function permissionNamed(name: string | null, id: string | null): string | null {
  if (name !== null) return identityOf(name)
  if (id === null) return null
  const key = id.toLowerCase()
  return Object.hasOwn(BY_ID, key) ? (BY_ID[key] ?? null) : identityOf(id)
}
