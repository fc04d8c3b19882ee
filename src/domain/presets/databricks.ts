import { type Fields, identityAt, objectsAt } from '../event-fields.ts'
import { EVERY_ROLE, type Role } from '../grant.ts'
import type { Party } from '../party.ts'
import { type ContextId, contextRole } from './context-catalogue.ts'
import {
  ACTION_FIELDS,
  callOf,
  type DatabricksEvent,
  eventOf,
  expiryOf,
  isFailed,
  paramOf,
  partyOf,
} from './databricks-event.ts'
import {
  ACCOUNT_ADMIN,
  ACCOUNT_OWNER,
  catalogOwner,
  catalogRole,
  groupRole,
  metastoreAdmin,
  namedRole,
  workspaceAdmin,
} from './databricks-roles.ts'
import { databricksRunbook } from './databricks-runbook.ts'
import { type Preset, type Reading, type ReadOptions, TIME_NOT_STATED } from './preset.ts'
import {
  CALL_FAILED,
  changed,
  GRANTEE_NOT_STATED,
  NO_CHANGE,
  NOT_PRIVILEGE_EVENT,
  NOT_PRIVILEGED,
  observed,
  ROLE_NOT_STATED,
  readingOf,
} from './reading.ts'
import { stringListAt } from './string-list.ts'

/**
 * Databricks' audit log: the account's delivered files, the system table `system.access.audit`, and Azure's
 * diagnostic log. docs.databricks.com/admin/account-settings/audit-logs: "Because account-level actions aren't
 * specific to a single workspace, the workspace_id in account-level logs is recorded as 0." So `setAdmin` makes an
 * admin of the account there, and of a workspace where one is named.
 */

const DAY_MS = 24 * 3_600_000

type Reader = (event: DatabricksEvent) => Reading

const ACCOUNTS: Readonly<Record<string, Reader>> = {
  setAdmin: (event) => admin(event, 'grant'),
  addAdmin: (event) => admin(event, 'grant'),
  removeAdmin: (event) => admin(event, 'removal'),
  setAccountAdmin: (event) => changed(event.facts, 'grant', memberOf(event), ACCOUNT_ADMIN),
  removeAccountAdmin: (event) => changed(event.facts, 'removal', memberOf(event), ACCOUNT_ADMIN),
  changeAccountOwner: (event) => changed(event.facts, 'grant', memberOf(event), ACCOUNT_OWNER),
  addPrincipalToGroup: (event) => membership(event, 'grant'),
  addPrincipalsToGroup: (event) => membership(event, 'grant'),
  addUserToAdminGroup: (event) => membership(event, 'grant'),
  removePrincipalFromGroup: (event) => membership(event, 'removal'),
  removePrincipalsFromGroup: (event) => membership(event, 'removal'),
  modifyUserRole: assignment,
  updateRoleAssignment: assignment,
  delete: deleted,
  deleteUser: deleted,
  deleteServicePrincipal: deleted,
  add: (event) => context(event, 'account-created'),
  createUser: (event) => context(event, 'account-created'),
  createServicePrincipal: (event) => context(event, 'account-created'),
  generateDbToken: token,
  resetPassword: (event) => context(event, 'password-reset'),
  accountUserResetPassword: (event) => context(event, 'password-reset'),
}

const CATALOG: Readonly<Record<string, Reader>> = {
  updatePermissions: permissions,
  grant: permissions,
  revoke: permissions,
  updateMetastore: (event) => owner(event, ['metastoreId', 'metastore_id', 'id', 'name'], metastoreAdmin),
  updateCatalog: (event) => owner(event, ['name_arg', 'catalog_name', 'full_name_arg', 'name'], catalogOwner),
  changeOwner: () => ROLE_NOT_STATED,
}

const SERVICES: ReadonlyMap<string, Readonly<Record<string, Reader>>> = new Map([
  ['accounts', ACCOUNTS],
  ['accountsManager', ACCOUNTS],
  ['accountsmanager', ACCOUNTS],
  ['accountsAccessControl', ACCOUNTS],
  ['workspaceAssignment', ACCOUNTS],
  ['unityCatalog', CATALOG],
  ['unitycatalog', CATALOG],
])

function read(event: unknown, options: ReadOptions): Reading {
  const call = callOf(event, options)
  const readers = call === null ? undefined : SERVICES.get(call.service)
  if (call === null || readers === undefined || !Object.hasOwn(readers, call.action))
    return NOT_PRIVILEGE_EVENT
  const reader = readers[call.action]
  if (reader === undefined) return NOT_PRIVILEGE_EVENT
  if (isFailed(call)) return CALL_FAILED
  const subject = eventOf(call, event, options)
  return subject === null ? { skipped: TIME_NOT_STATED } : reader(subject)
}

// The name comes first: every form states it, and a removal must name its grantee as the grant did.
const MEMBERS = [
  'targetUserName',
  'target_user_name',
  'principal',
  'targetServicePrincipalName',
  'principalName',
  'principal_name',
  'userName',
  'user_name',
  'email',
  'targetUserId',
  'target_user_id',
  'targetServicePrincipalId',
  'principalId',
  'principal_id',
]

function memberOf(event: DatabricksEvent): Party | null {
  return partyOf(paramOf(event, MEMBERS))
}

function membersOf(event: DatabricksEvent): readonly Party[] {
  const several = ['principals', 'targetUserNames', 'members'].flatMap((name) =>
    stringListAt(event.params, name).flatMap((id) => partyOf(id) ?? []),
  )
  const one = memberOf(event)
  return several.length > 0 ? several : one === null ? [] : [one]
}

function admin(event: DatabricksEvent, kind: 'grant' | 'removal'): Reading {
  const role = event.isAccountLevel ? ACCOUNT_ADMIN : workspaceAdmin(event.scope)
  return changed(event.facts, kind, memberOf(event), role)
}

function membership(event: DatabricksEvent, kind: 'grant' | 'removal'): Reading {
  const group = paramOf(event, ['targetGroupName', 'target_group_name', 'groupName', 'group_name'])
  if (group === null) return ROLE_NOT_STATED
  const role = groupRole(group, event)
  if (role === null) return NOT_PRIVILEGED
  return readingOf(
    membersOf(event).map((member) => observed(event.facts, kind, member, role)),
    GRANTEE_NOT_STATED,
  )
}

/** Access to a workspace with a level, or a role by name; what it replaces is not stated. */
function assignment(event: DatabricksEvent): Reading {
  const names = ['role', 'roles', 'permissions', 'role_name'].flatMap((name) =>
    stringListAt(event.params, name),
  )
  if (names.length === 0) return ROLE_NOT_STATED
  const workspace = paramOf(event, ['workspaceId', 'workspace_id'])
  const scope = workspace === null || workspace === '0' ? event.scope : `workspace:${workspace}`
  const grantee = memberOf(event)
  if (grantee === null) return GRANTEE_NOT_STATED
  const roles = names.flatMap((name) => namedRole(name, scope) ?? [])
  return readingOf(
    roles.map((role) => observed(event.facts, 'grant', grantee, role)),
    NOT_PRIVILEGED,
  )
}

function deleted(event: DatabricksEvent): Reading {
  const everything: Role = { id: EVERY_ROLE, name: 'Every role', tier: 'T2', scope: event.scope }
  return changed(event.facts, 'removal', memberOf(event), everything)
}

function owner(event: DatabricksEvent, places: readonly string[], roleOn: (name: string) => Role): Reading {
  const next = paramOf(event, ['owner', 'new_owner', 'newOwner'])
  if (next === null) return NO_CHANGE
  const thing = paramOf(event, places)
  if (thing === null) return ROLE_NOT_STATED
  return changed(event.facts, 'grant', partyOf(next), roleOn(thing))
}

/** `changes` lists for each principal what it gains and what it loses. */
function permissions(event: DatabricksEvent): Reading {
  const changes = objectsAt(event.params, 'changes')
  if (changes.length === 0) return ROLE_NOT_STATED
  const type = paramOf(event, ['securable_type', 'securableType'])
  const name = paramOf(event, ['securable_full_name', 'securableFullName', 'full_name'])
  if (type === null || name === null) return ROLE_NOT_STATED
  const observations = changes.flatMap((change) => {
    const grantee = principalOf(change)
    if (grantee === null) return []
    return (['add', 'remove'] as const).flatMap((direction) =>
      stringListAt(change, direction, 50).flatMap((privilege) => {
        const role = catalogRole(privilege, type, name)
        const kind = direction === 'add' ? 'grant' : 'removal'
        return role === null ? [] : [observed(event.facts, kind, grantee, role)]
      }),
    )
  })
  return readingOf(observations.slice(0, OBSERVATIONS_MAX), NOT_PRIVILEGED)
}

const OBSERVATIONS_MAX = 500

function principalOf(change: Fields): Party | null {
  return partyOf(identityAt(change, 'principal'))
}

function context(event: DatabricksEvent, what: ContextId): Reading {
  return changed(event.facts, 'context', memberOf(event), contextRole(what))
}

function token(event: DatabricksEvent): Reading {
  const thing = paramOf(event, ['tokenId', 'token_id', 'tokenHash', 'token_hash']) ?? '*'
  const facts = { ...event.facts, expiresAt: expiryOf(event, 'tokenExpirationTime') }
  return changed(facts, 'context', event.facts.grantor, contextRole('api-token', thing))
}

const ACTIONS = [...Object.keys(ACCOUNTS), ...Object.keys(CATALOG)]

export const databricksPreset: Preset = {
  name: 'databricks',
  title: 'Databricks',
  proof: 'real events',
  filter: ACTION_FIELDS.map((field) => ({ field, op: 'in' as const, values: ACTIONS })),
  // github.com/databricks-solutions/cybersec-workspace-detection-app: "Direct admin entitlement assignment
  // automatically adds principals to the "admins" group (both events detected)".
  settleWindowMs: 2 * 60_000,
  // The system table is filled unevenly: connectors that read it trail its newest row by four hours.
  overlapMs: 4 * 3_600_000,
  latestEventAgeMs: 7 * DAY_MS,
  futureSkewMs: 3_600_000,
  carries: { justification: false, ticket: false, expiry: false, ip: true },
  read,
  runbook: databricksRunbook,
}
