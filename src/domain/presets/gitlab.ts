import {
  emailOf,
  type Fields,
  fieldsOf,
  identityAt,
  identityOf,
  textAt,
  timeOf,
  valueAt,
} from '../event-fields.ts'
import { EVERY_ROLE, type Grant, type Role } from '../grant.ts'
import type { Party } from '../party.ts'
import { roleSlug } from '../role-tiers.ts'
import { shellWord, urlPath } from '../shell.ts'
import { factsOf, hashedAct, ipOf, occurredAtOf } from './act-facts.ts'
import { type ContextId, contextRole } from './context-catalogue.ts'
import { gitlabRole, isCustomRole, isMemberRole, rankOf } from './gitlab-roles.ts'
import { type Preset, type Reading, type ReadOptions, TIME_NOT_STATED } from './preset.ts'
import {
  changed,
  type Facts,
  GRANTEE_NOT_STATED,
  NO_CHANGE,
  NOT_PRIVILEGE_EVENT,
  NOT_PRIVILEGED,
  observed,
  ROLE_NOT_STATED,
} from './reading.ts'

/**
 * GitLab's audit events, as its API and its streams send them, and as `audit_json.log` has them (without `details`).
 * GitLab's own source, ee/app/services/audit_event_service.rb, writes for members `add: "user_access", as: <level>`,
 * `change: "access_level", from: <level>, to: <level>, expiry_from, expiry_to`, `remove: "user_access"`, with
 * `system_event: true, reason: "access expired on ..."` for an expiry, and `add: 'project_access', as: <level>` for a
 * project shared with a group; and ee/app/services/ee/audit/user_changes,
 * `audit_changes(:admin, as: 'admin status', event_type: 'user_admin_status_updated')` for administrators.
 */

const DAY_MS = 24 * 3_600_000
const NAME_MAX = 200

interface GitlabEvent {
  readonly fields: Fields
  readonly facts: Facts
}

/** A field of `details`, or of the event itself where the log is flat. */
function detail(event: Pick<GitlabEvent, 'fields'>, name: string): string | null {
  return textAt(event.fields, `details.${name}`, NAME_MAX) ?? textAt(event.fields, name, NAME_MAX)
}

const CONTEXTS: Readonly<Record<string, ContextId>> = {
  user_created: 'account-created',
  personal_access_token_created: 'api-token',
  project_access_token_created: 'api-token',
  group_access_token_created: 'api-token',
  deploy_token_created: 'api-token',
  user_impersonated: 'impersonation',
  user_impersonation_started: 'impersonation',
  user_password_updated: 'password-reset',
  user_disable_two_factor: 'mfa-reset',
}
/** What is added or removed: a member, or a group that a project is shared with. */
const MEMBER = ['user_access', 'project_access']
const ADMIN_ROLE_EVENTS = ['admin_role_assigned_to_user', 'admin_role_unassigned_from_user']

function read(event: unknown, options: ReadOptions): Reading {
  const fields = fieldsOf(event, { prefix: options.prefix, markers: ['author_id', 'event_type', 'details'] })
  const reader = readerOf({ fields })
  if (reader === null) return NOT_PRIVILEGE_EVENT
  const occurredAt = occurredAtOf(fields, event, ['created_at', 'time'], options)
  if (occurredAt === null) return { skipped: TIME_NOT_STATED }
  const times = ['created_at', 'time'].some((name) => timeOf(valueAt(fields, name)) !== null)
  const facts = factsOf({
    act: identityAt(fields, 'id') ?? hashedAct(event, times),
    occurredAt,
    grantor: grantorOf(fields),
    ip: ipOf(valueAt(fields, 'ip_address')) ?? ipOf(valueAt(fields, 'details.ip_address')),
  })
  return reader({ fields, facts })
}

/** Decided on a few names, before anything else is read. */
function readerOf(event: Pick<GitlabEvent, 'fields'>): ((event: GitlabEvent) => Reading) | null {
  if (MEMBER.includes(detail(event, 'add') ?? '')) return memberAdded
  if (MEMBER.includes(detail(event, 'remove') ?? '')) return memberRemoved
  const change = detail(event, 'change')
  if (change === 'access_level') return levelChanged
  const type = textAt(event.fields, 'event_type', NAME_MAX) ?? ''
  if (change === 'admin status' || type === 'user_admin_status_updated') return adminStatus
  if (ADMIN_ROLE_EVENTS.includes(type)) return (one) => adminRole(one, type)
  const context = Object.hasOwn(CONTEXTS, type) ? CONTEXTS[type] : undefined
  if (context === undefined) return null
  return (one) => changed(one.facts, 'context', memberOf(one) ?? one.facts.grantor, contextRole(context))
}

function grantorOf(fields: Fields): Party | null {
  const id = identityAt(fields, 'author_id')
  // GitLab writes -1 for nobody signed in, and negative ids for its own tokens and systems.
  if (id === null || id === '-1') return null
  const name = textAt(fields, 'author_name', NAME_MAX) ?? textAt(fields, 'details.author_name', NAME_MAX)
  const email = emailOf(valueAt(fields, 'details.author_email') ?? valueAt(fields, 'author_email'))
  return { id, email, name, type: id.startsWith('-') ? 'service' : 'user' }
}

/** A project shared with a group: the group is the entity that the event is about, the project its target. */
function isShared(event: Pick<GitlabEvent, 'fields'>): boolean {
  return detail(event, 'target_type') === 'Project' && detail(event, 'entity_type') === 'Group'
}

function memberOf(event: GitlabEvent): Party | null {
  if (isShared(event)) {
    const group = identityAt(event.fields, 'entity_id')
    return group === null
      ? null
      : { id: group, email: null, name: detail(event, 'entity_path'), type: 'group' }
  }
  const type = detail(event, 'target_type')
  const id = identityAt(event.fields, 'target_id') ?? identityAt(event.fields, 'details.target_id')
  if (id === null) return null
  const name = detail(event, 'target_details')
  return { id, email: emailOf(name), name, type: type === 'Group' ? 'group' : 'user' }
}

function scopeOf(event: GitlabEvent): string {
  if (isShared(event)) {
    const project = identityOf(detail(event, 'target_details')) ?? identityOf(detail(event, 'target_id'))
    return project === null ? '*' : `project:${project}`
  }
  const kind = (detail(event, 'entity_type') ?? 'entity').toLowerCase()
  const path =
    identityAt(event.fields, 'entity_path') ??
    identityAt(event.fields, 'details.entity_path') ??
    identityAt(event.fields, 'entity_id')
  return path === null ? '*' : `${roleSlug(kind)}:${path}`
}

/** The role of a level at the place where it counts. */
function levelRole(event: GitlabEvent, level: string | null): Role | null {
  return gitlabRole(level, scopeOf(event))
}

function withExpiry(event: GitlabEvent): Facts {
  const stated = valueAt(event.fields, 'details.expiry_to') ?? valueAt(event.fields, 'expiry_to')
  return { ...event.facts, expiresAt: timeOf(stated) }
}

function memberAdded(event: GitlabEvent): Reading {
  const level = detail(event, 'as')
  if (level === null) return ROLE_NOT_STATED
  const role = levelRole(event, level)
  return role === null ? NOT_PRIVILEGED : changed(withExpiry(event), 'grant', memberOf(event), role)
}

function memberRemoved(event: GitlabEvent): Reading {
  const isExpiry = /^access expired/i.test(detail(event, 'reason') ?? '')
  const role: Role = { id: EVERY_ROLE, name: 'Every role', tier: 'T2', scope: scopeOf(event) }
  return changed(event.facts, isExpiry ? 'expiry' : 'removal', memberOf(event), role)
}

/** Up to a privileged level is a grant of it, down from one a removal; a demotion gives nothing. */
function levelChanged(event: GitlabEvent): Reading {
  const grantee = memberOf(event)
  const [before, after] = [levelRole(event, detail(event, 'from')), levelRole(event, detail(event, 'to'))]
  if (grantee === null) return GRANTEE_NOT_STATED
  if (before === null && after === null) return NOT_PRIVILEGED
  const facts = withExpiry(event)
  if (before !== null && before.id === after?.id)
    return detail(event, 'expiry_from') === detail(event, 'expiry_to')
      ? NO_CHANGE
      : changed(facts, 'extend', grantee, before)
  const rises = after !== null && (rankOf(after) > rankOf(before) || isCustomRole(after))
  const given = rises ? [observed(facts, 'grant', grantee, after)] : []
  const taken = before === null ? [] : [observed(event.facts, 'removal', grantee, before)]
  return { observations: [...taken, ...given] }
}

const INSTANCE_ADMIN: Role = { id: 'instance-admin', name: 'Instance administrator', tier: 'T0', scope: '*' }

function adminStatus(event: GitlabEvent): Reading {
  const to = detail(event, 'to')?.toLowerCase() ?? null
  if (to === null) return ROLE_NOT_STATED
  const from = detail(event, 'from')?.toLowerCase() ?? null
  if (to === from) return NO_CHANGE
  return changed(
    event.facts,
    to === 'true' || to === 'on' ? 'grant' : 'removal',
    memberOf(event),
    INSTANCE_ADMIN,
  )
}

function adminRole(event: GitlabEvent, type: string): Reading {
  const name = detail(event, 'admin_role') ?? detail(event, 'role_name') ?? 'Custom admin role'
  const role: Role = { id: `admin-role:${roleSlug(name)}`, name, tier: 'T1', scope: '*' }
  return changed(event.facts, type.includes('_unassigned_') ? 'removal' : 'grant', memberOf(event), role)
}

function runbook(grant: Grant): string | null {
  if (grant.direction !== 'given') return null
  const call = (method: string, path: string | null, rest = '') =>
    path === null
      ? null
      : `curl -sS -X ${method} -H "PRIVATE-TOKEN: $GITLAB_TOKEN" "$GITLAB_URL"${shellWord(path)}${rest}`
  if (grant.role.id === INSTANCE_ADMIN.id)
    return call('PUT', urlPath(['api', 'v4', 'users', grant.grantee.id]), ' -d admin=false')
  const place = /^(group|project):(.+)$/s.exec(grant.role.scope)
  if (place === null || !isMemberRole(grant.role)) return null
  if (grant.grantee.type === 'group')
    return call('DELETE', urlPath(['api', 'v4', `${place[1]}s`, place[2] ?? '', 'share', grant.grantee.id]))
  return call('DELETE', urlPath(['api', 'v4', `${place[1]}s`, place[2] ?? '', 'members', grant.grantee.id]))
}

const CHANGES = ['access_level', 'admin status']

export const gitlabPreset: Preset = {
  name: 'gitlab',
  title: 'GitLab',
  proof: 'vendor text',
  filter: [
    ...['details.add', 'details.remove', 'add', 'remove'].map((field) => ({
      field,
      op: 'in' as const,
      values: MEMBER,
    })),
    ...['details.change', 'change'].map((field) => ({ field, op: 'in' as const, values: CHANGES })),
    {
      field: 'event_type',
      op: 'in',
      values: ['user_admin_status_updated', ...ADMIN_ROLE_EVENTS, ...Object.keys(CONTEXTS)],
    },
  ],
  settleWindowMs: 0,
  overlapMs: 15 * 60_000,
  latestEventAgeMs: 7 * DAY_MS,
  futureSkewMs: 3_600_000,
  carries: { justification: false, ticket: false, expiry: true, ip: true },
  read,
  runbook,
}
