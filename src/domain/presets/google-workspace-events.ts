import { emailOf, type Fields, identityOf, objectsAt, textOf, valueAt } from '../event-fields.ts'
import { EVERY_ROLE, type GrantKind, type Role } from '../grant.ts'
import type { Party, PartyType } from '../party.ts'
import { type ContextId, contextRole } from './context-catalogue.ts'
import { weakenedControl } from './control-catalogue.ts'
import {
  DELEGATED_ADMIN,
  DOMAIN_WIDE_DELEGATION,
  groupRole,
  isReadPrivilege,
  superAdmin,
  workspaceRole,
} from './google-workspace-roles.ts'
import type { ChangeObservation, Reading } from './preset.ts'
import {
  changed,
  type Facts,
  GRANTEE_NOT_STATED,
  NO_CHANGE,
  NOT_PRIVILEGE_EVENT,
  NOT_PRIVILEGED,
  ROLE_NOT_STATED,
  readingOf,
} from './reading.ts'

/**
 * The events of one activity, as the Reports API documents them ("Role {ROLE_NAME} assigned to user {USER_EMAIL}",
 * "Unassigned role {ROLE_NAME} from user {USER_EMAIL}", "Admin privileges granted to {USER_EMAIL}", "Admin privileges
 * revoked from {USER_EMAIL}", "{USER_EMAIL} assigned {NEW_VALUE} admin privileges", "New privilege {PRIVILEGE_NAME}
 * created under role {ROLE_NAME}"):
 * https://developers.google.com/workspace/admin/reports/v1/appendix/activity/admin-delegated-admin-settings and
 * .../admin-user-settings. Cloud Audit Logs carry the same.
 */

const NAME_MAX = 200
const OBSERVATIONS_MAX = 500

interface AdminEvent {
  readonly item: Fields
  readonly facts: Facts
}

type AdminReader = (event: AdminEvent) => Reading

const READERS: Readonly<Record<string, AdminReader>> = {
  ASSIGN_ROLE: (event) => assignment(event, 'grant'),
  UNASSIGN_ROLE: (event) => assignment(event, 'removal'),
  GRANT_ADMIN_PRIVILEGE: (event) => changed(event.facts, 'grant', userOf(event), superAdmin()),
  REVOKE_ADMIN_PRIVILEGE: (event) => changed(event.facts, 'removal', userOf(event), superAdmin()),
  GRANT_DELEGATED_ADMIN_PRIVILEGES: delegated,
  ADD_PRIVILEGE: widened,
  UPDATE_ROLE: widened,
  CREATE_ROLE: () => NO_CHANGE,
  RENAME_ROLE: () => NO_CHANGE,
  REMOVE_PRIVILEGE: () => NO_CHANGE,
  ADD_GROUP_MEMBER: (event) => membership(event, 'indirect'),
  REMOVE_GROUP_MEMBER: (event) => membership(event, 'removal'),
  // Names of the groups' own log.
  add_member: (event) => membership(event, 'indirect'),
  remove_member: (event) => membership(event, 'removal'),
  AUTHORIZE_API_CLIENT_ACCESS: (event) => clientAccess(event, 'grant'),
  REMOVE_API_CLIENT_ACCESS: (event) => clientAccess(event, 'removal'),
  DELETE_USER: deleted,
  CREATE_USER: (event) => context(event, 'account-created', userOf(event)),
  CHANGE_PASSWORD: passwordChanged,
  TURN_OFF_2_STEP_VERIFICATION: (event) => context(event, 'mfa-reset', userOf(event)),
  UNENROLL_USER_FROM_STRONG_AUTH: (event) => context(event, 'mfa-reset', userOf(event)),
  UNENROLL_USER_FROM_TITANIUM: (event) => context(event, 'mfa-reset', userOf(event)),
  GENERATE_2SV_SCRATCH_CODES: (event) => context(event, 'mfa-reset', userOf(event)),
  REVOKE_SECURITY_KEY: (event) => context(event, 'mfa-reset', userOf(event)),
  '2sv_disable': (event) => context(event, 'mfa-reset', event.facts.grantor),
  INBOUND_SSO_PROFILE_CREATED: singleSignOn,
  INBOUND_SSO_PROFILE_UPDATED: singleSignOn,
  CHANGE_SSO_SETTINGS: singleSignOn,
  TOGGLE_SSO_ENABLED: (event) => weakened(event, 'single-sign-on'),
  ENFORCE_STRONG_AUTHENTICATION: (event) => weakened(event, 'two-factor-requirement'),
  ALLOW_STRONG_AUTHENTICATION: (event) => weakened(event, 'two-factor-requirement'),
}

export const ADMIN_EVENT_NAMES: readonly string[] = Object.keys(READERS)

export function adminEventName(item: Fields): string | null {
  const name = valueAt(item, 'name') ?? valueAt(item, 'eventName') ?? valueAt(item, 'event_name')
  return typeof name === 'string' && Object.hasOwn(READERS, name) ? name : null
}

/** What the events of one activity give and take; a reason when none does, the most telling one. */
export function adminEvents(items: readonly Fields[], facts: Facts): Reading {
  const observations: ChangeObservation[] = []
  let reason = NOT_PRIVILEGE_EVENT
  for (const item of items) {
    const name = adminEventName(item)
    const reading = name === null ? NOT_PRIVILEGE_EVENT : adminEvent(name, { item, facts })
    if ('skipped' in reading) reason = reason === NOT_PRIVILEGE_EVENT ? reading : reason
    else for (const one of reading.observations) if (one.form === 'change') observations.push(one)
  }
  return readingOf(observations.slice(0, OBSERVATIONS_MAX), reason)
}

export function adminEvent(name: string, event: AdminEvent): Reading {
  const reader = Object.hasOwn(READERS, name) ? READERS[name] : undefined
  return reader === undefined ? NOT_PRIVILEGE_EVENT : reader(event)
}

/** Where exports put a parameter that have fields of their own for each: below these, or as a column. */
const EXPORTS = ['google_workspace.admin', 'gsuite.admin', 'admin']
const EXPORTED: Readonly<Record<string, string>> = {
  USER_EMAIL: 'user.email',
  ROLE_NAME: 'role.name',
  ROLE_ID: 'role.id',
  GROUP_EMAIL: 'group.email',
  ORG_UNIT_NAME: 'org_unit.name',
  PRIVILEGE_NAME: 'privilege.name',
  NEW_VALUE: 'new_value',
  OLD_VALUE: 'old_value',
  API_CLIENT_NAME: 'api.client.name',
  API_SCOPES: 'api.scopes',
  DOMAIN_NAME: 'domain.name',
}

/** The value of a parameter: from Google's list, a map of them, or an export's own fields. */
function parameter(event: AdminEvent, name: string): unknown {
  const { item } = event
  for (const list of ['parameters', 'parameter'])
    for (const entry of objectsAt(item, list)) {
      const is = valueAt(entry, 'name')
      if (is === name)
        return ['value', 'multiValue', 'boolValue', 'intValue', 'multiStrValue']
          .map((kind) => valueAt(entry, kind))
          .find((value) => value !== undefined)
    }
  const mapped = valueAt(item, `parameters.${name}`) ?? valueAt(item, name)
  if (mapped !== undefined) return mapped
  const path = Object.hasOwn(EXPORTED, name) ? EXPORTED[name] : undefined
  if (path === undefined) return undefined
  for (const place of EXPORTS) {
    const value = valueAt(item, `${place}.${path}`)
    if (value !== undefined) return value
  }
  return undefined
}

function textParameter(event: AdminEvent, name: string): string | null {
  return textOf(parameter(event, name), NAME_MAX)
}

function partyOf(value: unknown, type: PartyType): Party | null {
  const id = identityOf(value)
  if (id === null) return null
  const isAccount = /\.gserviceaccount\.com$/i.test(id)
  return { id, email: emailOf(id), name: null, type: isAccount ? 'service' : type }
}

function userOf(event: AdminEvent): Party | null {
  return (
    partyOf(parameter(event, 'USER_EMAIL'), 'user') ??
    partyOf(valueAt(event.item, 'user.target.email'), 'user')
  )
}

function assignment(event: AdminEvent, kind: GrantKind): Reading {
  const name = textParameter(event, 'ROLE_NAME')
  if (name === null) return ROLE_NOT_STATED
  const unit = identityOf(parameter(event, 'ORG_UNIT_NAME'))
  const role = workspaceRole(name, unit === null || unit === '/' ? '*' : `org-unit:${unit}`)
  if (role === null) return NOT_PRIVILEGED
  return changed(event.facts, kind, userOf(event) ?? partyOf(parameter(event, 'GROUP_EMAIL'), 'group'), role)
}

/** "{USER_EMAIL} assigned {NEW_VALUE} admin privileges": the value says which, or that there are none. */
function delegated(event: AdminEvent): Reading {
  const value = textParameter(event, 'NEW_VALUE') ?? ''
  if (/super/i.test(value)) return changed(event.facts, 'grant', userOf(event), superAdmin())
  const role: Role = { id: DELEGATED_ADMIN, name: 'Delegated administrator', tier: 'T1', scope: '*' }
  const isNone = /^(none|no|false|0|\[\])$/i.test(value)
  return changed(event.facts, isNone ? 'removal' : 'grant', userOf(event), role)
}

function widened(event: AdminEvent): Reading {
  const name = textParameter(event, 'ROLE_NAME') ?? textParameter(event, 'ROLE_ID')
  if (name === null) return ROLE_NOT_STATED
  if (isReadPrivilege(textParameter(event, 'PRIVILEGE_NAME') ?? '')) return NOT_PRIVILEGED
  const role = workspaceRole(name, '*')
  if (role === null) return NOT_PRIVILEGED
  const holders: Party = {
    id: `holders:${role.id}`,
    email: null,
    name: `Everyone with ${role.name}`,
    type: 'group',
  }
  return changed(event.facts, 'role_widened', holders, role)
}

function membership(event: AdminEvent, kind: GrantKind): Reading {
  const group =
    identityOf(parameter(event, 'GROUP_EMAIL')) ??
    identityOf(parameter(event, 'group_id')) ??
    identityOf(valueAt(event.item, 'group.email'))
  if (group === null) return ROLE_NOT_STATED
  const role = groupRole(group)
  if (role === null) return NOT_PRIVILEGED
  return changed(event.facts, kind, userOf(event) ?? partyOf(parameter(event, 'member_id'), 'user'), role)
}

/** Domain-wide delegation: the client may act as anybody of the domain, within its scopes. */
function clientAccess(event: AdminEvent, kind: GrantKind): Reading {
  const client = partyOf(parameter(event, 'API_CLIENT_NAME'), 'service')
  const role: Role = { id: DOMAIN_WIDE_DELEGATION, name: 'Domain-wide delegation', tier: 'T0', scope: '*' }
  return changed(event.facts, kind, client, role)
}

function deleted(event: AdminEvent): Reading {
  const everything: Role = { id: EVERY_ROLE, name: 'Every role', tier: 'T2', scope: '*' }
  return changed(event.facts, 'removal', userOf(event), everything)
}

function context(event: AdminEvent, what: ContextId, about: Party | null): Reading {
  return changed(event.facts, 'context', about, contextRole(what))
}

/** People change their own passwords all the time; only somebody else's hand is of interest. */
function passwordChanged(event: AdminEvent): Reading {
  const user = userOf(event)
  if (user === null) return GRANTEE_NOT_STATED
  const isOwn = user.id.toLowerCase() === event.facts.grantor?.id.toLowerCase()
  return isOwn ? NOT_PRIVILEGE_EVENT : context(event, 'password-reset', user)
}

function singleSignOn(event: AdminEvent): Reading {
  const profile = identityOf(parameter(event, 'INBOUND_SSO_PROFILE_NAME')) ?? '*'
  return changed(event.facts, 'context', event.facts.grantor, contextRole('identity-provider', profile))
}

const EVERYONE: Party = { id: 'everyone', email: null, name: 'Everyone in the organisation', type: 'group' }

/** A requirement that is switched off; switched on, or set to something else, it is no weaker. */
function weakened(event: AdminEvent, control: 'two-factor-requirement' | 'single-sign-on'): Reading {
  const value = (textParameter(event, 'NEW_VALUE') ?? '').toLowerCase()
  if (!['false', 'off', 'disabled', 'none', '0'].includes(value)) return NO_CHANGE
  const unit = identityOf(parameter(event, 'ORG_UNIT_NAME'))
  const scope = unit === null || unit === '/' ? '*' : `org-unit:${unit}`
  return changed(event.facts, 'control_weakened', EVERYONE, weakenedControl(control, scope))
}
