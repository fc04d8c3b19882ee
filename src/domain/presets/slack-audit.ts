import { identityAt, textAt, textOf, valueAt } from '../event-fields.ts'
import { EVERY_ROLE, type Grant, type Role } from '../grant.ts'
import type { Party } from '../party.ts'
import { shellWord } from '../shell.ts'
import { type ContextId, contextRole } from './context-catalogue.ts'
import { type ControlId, weakenedControl } from './control-catalogue.ts'
import { type Preset, type Reading, type ReadOptions, TIME_NOT_STATED } from './preset.ts'
import {
  changed,
  GRANTEE_NOT_STATED,
  NO_CHANGE,
  NOT_PRIVILEGE_EVENT,
  NOT_PRIVILEGED,
  observed,
  ROLE_NOT_STATED,
} from './reading.ts'
import { entryOf, factsOfEntry, placeById, type SlackEvent, scopeOf, userOf } from './slack-event.ts'
import { isAdminScope, permission, primaryOwner, slackAdmin, slackOwner, systemRole } from './slack-roles.ts'
import { stringListAt } from './string-list.ts'

/**
 * Slack's Audit Logs API, for Enterprise organisations. docs.slack.dev/reference/audit-logs-api/methods-actions-reference:
 * `role_change_to_admin` "A team member was made an admin", `role_change_to_owner` "A team member was made an owner",
 * `role_change_to_user` "A team member was [made] a user", `owner_transferred` "An owner was transferred".
 */

const DAY_MS = 24 * 3_600_000
const NAME_MAX = 200
const PERMISSIONS_MAX = 50

type Reader = (event: SlackEvent) => Reading

const READERS: Readonly<Record<string, Reader>> = {
  role_change_to_admin: (event) => accountType(event, 'grant', [slackAdmin]),
  role_change_to_owner: (event) => accountType(event, 'grant', [slackOwner]),
  // The log does not say which of the two it was; whoever is a member now is neither.
  role_change_to_user: (event) => accountType(event, 'removal', [slackOwner, slackAdmin]),
  role_change_to_guest: (event) => accountType(event, 'removal', [slackOwner, slackAdmin]),
  admin_removed: (event) => accountType(event, 'removal', [slackAdmin]),
  owner_removed: (event) => accountType(event, 'removal', [slackOwner]),
  owner_transferred: ownerTransferred,
  service_owner_transferred: ownerTransferred,
  role_assigned: (event) => assigned(event, 'grant'),
  role_removed: (event) => assigned(event, 'removal'),
  role_added_to_usergroup: (event) => assigned(event, 'grant'),
  role_removed_from_usergroup: (event) => assigned(event, 'removal'),
  permissions_assigned: (event) => permissions(event, 'grant'),
  permissions_removed: (event) => permissions(event, 'removal'),
  user_deactivated: everythingRemoved,
  guest_deactivated: everythingRemoved,
  user_created: (event) => aboutUser(event, 'account-created'),
  guest_created: (event) => aboutUser(event, 'account-created'),
  idp_configuration_added: (event) => byActor(event, 'identity-provider'),
  idp_prod_configuration_updated: (event) => byActor(event, 'identity-provider'),
  idp_configuration_deleted: (event) => weakened(event, 'single-sign-on'),
  'pref.sso_setting_changed': (event) => settingChanged(event, 'single-sign-on'),
  'pref.two_factor_auth_changed': (event) => settingChanged(event, 'two-factor-requirement'),
  app_installed: appScopes,
  org_app_installed: appScopes,
  app_scopes_expanded: appScopes,
}

function read(event: unknown, options: ReadOptions): Reading {
  const entry = entryOf(event, options)
  const reader = entry !== null && Object.hasOwn(READERS, entry.action) ? READERS[entry.action] : undefined
  if (entry === null || reader === undefined) return NOT_PRIVILEGE_EVENT
  const facts = factsOfEntry(entry, event, options)
  if (facts === null) return { skipped: TIME_NOT_STATED }
  return reader({ ...entry, facts, scope: scopeOf(entry) })
}

function accountType(
  event: SlackEvent,
  kind: 'grant' | 'removal',
  roles: readonly ((scope: string) => Role)[],
): Reading {
  const user = userOf(event)
  if (user === null) return GRANTEE_NOT_STATED
  return { observations: roles.map((role) => observed(event.facts, kind, user, role(event.scope))) }
}

/** Some entries name the one who handed over alone: that somebody now owns everything must not be lost for it. */
const UNNAMED: Party = {
  id: 'unnamed-new-owner',
  email: null,
  name: 'New owner, not named in the log',
  type: 'unknown',
}

function ownerTransferred(event: SlackEvent): Reading {
  const owner = userOf(event) ?? UNNAMED
  const before = event.facts.grantor
  const role = primaryOwner(event.scope)
  const taken =
    before === null || before.id === owner.id ? [] : [observed(event.facts, 'removal', before, role)]
  return { observations: [...taken, observed(event.facts, 'grant', owner, role)] }
}

/** Where a role was assigned, when the details say so, else where it happened. */
function assignedScope(event: SlackEvent): string {
  const { fields, places } = event
  const ids = ['target_entity_id', 'target_entity'].map((name) =>
    identityAt(fields, `${places.details}.${name}`),
  )
  const id = ids.find((found) => found !== null)
  return id === undefined || id === null ? event.scope : placeById(id, 'entity')
}

function roleIn(event: SlackEvent, scope: string): Role | null {
  const { fields, places } = event
  const flat = textAt(fields, `${places.entity}.entity_type`, 50) === 'role' ? [places.entity] : []
  const holders = [
    `${places.entity}.role`,
    `${places.entity}.account_type_role`,
    ...flat,
    `${places.details}.role`,
  ]
  for (const holder of holders) {
    const found = systemRole(
      identityAt(fields, `${holder}.id`),
      textAt(fields, `${holder}.name`, NAME_MAX),
      scope,
    )
    if (found !== null) return found
  }
  const written = ['role_name', 'role'].map((name) => textAt(fields, `${places.details}.${name}`, NAME_MAX))
  const name = written.find((text) => text !== null && !text.startsWith('{')) ?? null
  return systemRole(identityAt(fields, `${places.details}.role_id`), name, scope)
}

function assigned(event: SlackEvent, kind: 'grant' | 'removal'): Reading {
  const role = roleIn(event, assignedScope(event))
  const grantee = groupOf(event) ?? userOf(event)
  if (grantee === null) return GRANTEE_NOT_STATED
  return role === null ? ROLE_NOT_STATED : changed(event.facts, kind, grantee, role)
}

function groupOf({ fields, places, action }: SlackEvent): Party | null {
  if (!action.endsWith('_usergroup')) return null
  const id =
    identityAt(fields, `${places.entity}.usergroup.id`) ?? identityAt(fields, `${places.details}.usergroup`)
  const name = textAt(fields, `${places.entity}.usergroup.name`, NAME_MAX)
  return id === null ? null : { id, email: null, name, type: 'group' }
}

/** Permissions go to a user, or to a role and so to everybody who has it. */
function permissions(event: SlackEvent, kind: 'grant' | 'removal'): Reading {
  const { fields, places, facts, scope } = event
  const user = userOf(event)
  const role = roleIn(event, scope)
  if (user === null && role !== null) {
    if (kind === 'removal') return NO_CHANGE
    const holders: Party = {
      id: `holders:${role.id}`,
      email: null,
      name: `Everyone with ${role.name}`,
      type: 'group',
    }
    return changed(facts, 'role_widened', holders, role)
  }
  if (user === null) return GRANTEE_NOT_STATED
  if (role !== null) return changed(facts, kind, user, role)
  const names = stringListAt(fields, `${places.details}.changed_permissions`, PERMISSIONS_MAX)
  const roles = names.length === 0 ? [permission(null, scope)] : names.map((name) => permission(name, scope))
  return { observations: roles.map((one) => observed(facts, kind, user, one)) }
}

function everythingRemoved(event: SlackEvent): Reading {
  const everything: Role = { id: EVERY_ROLE, name: 'Every role', tier: 'T2', scope: event.scope }
  return changed(event.facts, 'removal', userOf(event), everything)
}

function aboutUser(event: SlackEvent, what: ContextId): Reading {
  return changed(event.facts, 'context', userOf(event), contextRole(what))
}

function byActor(event: SlackEvent, what: ContextId): Reading {
  const thing = identityAt(event.fields, `${event.places.details}.idp_config_id`) ?? '*'
  return changed(event.facts, 'context', event.facts.grantor, contextRole(what, thing))
}

function weakened(event: SlackEvent, control: ControlId): Reading {
  const name = textAt(event.fields, `${event.places.location}.name`, NAME_MAX) ?? 'the organisation'
  const everyone: Party = { id: event.scope, email: null, name: `Everyone in ${name}`, type: 'group' }
  return changed(event.facts, 'control_weakened', everyone, weakenedControl(control, event.scope))
}

const OFF = /^(off|false|0|disabled|none|optional|not_required|no)$/i

/** Most entries say only that a setting changed; without the new value nobody knows which way. */
function settingChanged(event: SlackEvent, control: ControlId): Reading {
  const { fields, places } = event
  const value = ['new_value', 'new_value.type', 'value', 'type']
    .map((name) => textOf(valueAt(fields, `${places.details}.${name}`), 50))
    .find((text) => text !== null && !text.startsWith('{'))
  if (value === undefined || value === null) return { skipped: 'direction not stated' }
  return OFF.test(value) ? weakened(event, control) : NO_CHANGE
}

/** An app that may administer has a token that can do what an admin can. */
function appScopes(event: SlackEvent): Reading {
  const { fields, places, action } = event
  const isExpanded = action === 'app_scopes_expanded'
  const lists = isExpanded ? ['new_scopes'] : ['scopes', 'new_scopes']
  const app = `${places.entity}.app.scopes`
  const granted = [...lists.map((name) => `${places.details}.${name}`), ...(isExpanded ? [] : [app])]
  const before = new Set(stringListAt(fields, `${places.details}.previous_scopes`))
  const added = granted.flatMap((path) => stringListAt(fields, path)).filter((scope) => !before.has(scope))
  if (!added.some(isAdminScope)) return NOT_PRIVILEGED
  const thing = identityAt(fields, `${places.entity}.app.id`) ?? '*'
  return changed(event.facts, 'context', event.facts.grantor, contextRole('api-token', thing))
}

/** The Web API's admin methods, with the token of an owner who may call them. */
function runbook(grant: Grant): string | null {
  if (grant.kind !== 'grant' || grant.grantee.type === 'unknown') return null
  const place = /^(workspace|enterprise|channel):(.+)$/s.exec(grant.role.scope)
  if (place === null) return null
  const [, kind, id = ''] = place
  if (grant.role.id === 'owner' || grant.role.id === 'admin')
    return kind === 'workspace'
      ? call('admin.users.setRegular', { team_id: id, user_id: grant.grantee.id })
      : null
  if (!/^Rl[A-Z0-9]+$/.test(grant.role.id) || grant.grantee.type === 'group') return null
  const given = { role_id: grant.role.id, entity_ids: id, user_ids: grant.grantee.id }
  return call('admin.roles.removeAssignments', given)
}

function call(method: string, parameters: Readonly<Record<string, string>>): string {
  const words = Object.entries(parameters).map(
    ([name, value]) => `--data-urlencode ${shellWord(`${name}=${value}`)}`,
  )
  return `curl -sS https://slack.com/api/${method} -H "Authorization: Bearer $SLACK_ADMIN_TOKEN" ${words.join(' ')}`
}

export const slackPreset: Preset = {
  name: 'slack',
  title: 'Slack',
  proof: 'real events',
  filter: ['action', 'event.action'].map((field) => ({ field, op: 'in', values: Object.keys(READERS) })),
  settleWindowMs: 0,
  overlapMs: 15 * 60_000,
  latestEventAgeMs: 7 * DAY_MS,
  futureSkewMs: 3_600_000,
  carries: { justification: false, ticket: false, expiry: false, ip: true },
  read,
  runbook,
}
