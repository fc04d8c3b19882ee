import { emailOf, identityAt, identityOf, objectsAt, textAt, valueAt } from '../event-fields.ts'
import { EVERY_ROLE, type GrantKind, type Role } from '../grant.ts'
import type { Party } from '../party.ts'
import {
  AFTER,
  accountScope,
  BEFORE,
  type CloudflareEntry,
  type CloudflareEvent,
  ELASTIC,
  entryOf,
  factsOfEntry,
  isFailed,
} from './cloudflare-event.ts'
import { invitedMember, rolesIn } from './cloudflare-roles.ts'
import { cloudflareRunbook } from './cloudflare-runbook.ts'
import { type ContextId, contextRole } from './context-catalogue.ts'
import { type ControlId, weakenedControl } from './control-catalogue.ts'
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

/**
 * Cloudflare's audit logs. developers.cloudflare.com/logs/logpush/logpush-job/datasets/account/audit_logs_v2 has
 * `ActionResult` "Whether the action was successful", `ResourceRequest`, `ResourceResponse` and `Raw`; the first version
 * `NewValue` "Contains the new value for the audited item". What a change of members looks like in them Cloudflare does
 * not show, so it is known by the call (`/accounts/{account_id}/members`) and, where there is none, by the words of
 * resource and action; and the preset is unproven until real events show it.
 */

const DAY_MS = 24 * 3_600_000
const NAME_MAX = 200

type Reader = (event: CloudflareEvent) => Reading

function read(event: unknown, options: ReadOptions): Reading {
  const entry = entryOf(event, options)
  const reader = entry === null ? null : readerOf(entry)
  if (entry === null || reader === null) return NOT_PRIVILEGE_EVENT
  if (isFailed(entry)) return CALL_FAILED
  const facts = factsOfEntry(entry, event, options)
  if (facts === null) return { skipped: TIME_NOT_STATED }
  return reader({ ...entry, facts, scope: accountScope(entry) })
}

function readerOf(entry: CloudflareEntry): Reader | null {
  return entry.path.length > 0 ? readerOfCall(entry) : readerOfWords(entry)
}

function readerOfCall({ path, verb }: CloudflareEntry): Reader | null {
  if (verb === null) return null
  const [first, , third, fourth] = path
  if (first === 'memberships' && verb === 'update') return accepted
  if (first === 'user' && path[1] === 'invites' && verb === 'update') return accepted
  if (path.at(-1) === 'tokens' && verb === 'create') return tokenMade
  if (first !== 'accounts') return null
  if (third === 'members') return memberReader(verb)
  if (third === 'iam' && fourth === 'user_groups') return groupReader(path, verb)
  if (third === 'sso_connectors')
    return verb === 'delete' ? (event) => weakened(event, 'single-sign-on') : byActorAs('identity-provider')
  if (third === 'access' && fourth === 'identity_providers' && verb !== 'delete')
    return byActorAs('identity-provider')
  return path.length === 2 && verb === 'update' ? accountChanged : null
}

/** Version 1, where a word of the resource or the action has to say what it is about. */
function readerOfWords({ resource, action, verb }: CloudflareEntry): Reader | null {
  const words = action.toLowerCase()
  if (/^(token_create|api_key_created|rotate_api_key)$/.test(words)) return tokenMade
  if (/\bmembers?(hip)?s?\b|account_member/.test(resource) || /(^|_)members?($|_)/.test(words))
    return verb === null ? null : memberReader(verb)
  return /\btokens?\b/.test(resource) && verb === 'create' ? tokenMade : null
}

function memberReader(verb: NonNullable<CloudflareEntry['verb']>): Reader {
  return { create: memberAdded, update: memberChanged, delete: memberRemoved, accept: accepted }[verb]
}

/** The first place that says something of the thing changed. */
function written(event: CloudflareEvent, name: string): string | null {
  for (const place of AFTER) {
    const text = textAt(event.fields, `${place}.${name}`, NAME_MAX)
    if (text !== null) return text
  }
  return null
}

function rolesAt(event: CloudflareEvent, places: readonly string[]): readonly Role[] | null {
  for (const place of places) {
    const roles = rolesIn(event.fields, place, event.scope)
    if (roles !== null) return roles
  }
  return null
}

const EMAILS = ['user.email', 'email', 'member_email', 'user_email', 'invited_email']
const RESULT_IDS = [
  'resource.response.result.id',
  'resource.response.id',
  'ResourceResponse.result.id',
  'ResourceResponse.id',
]

/** A member by the id of the membership, which is the account's own; the address stands for one not yet known. */
function memberOf(event: CloudflareEvent): Party | null {
  const { fields, path, resource } = event
  const email = EMAILS.map((name) => emailOf(written(event, name))).find((found) => found !== null) ?? null
  const inPath = path[2] === 'members' ? path[3] : undefined
  const stated = /member/.test(resource)
    ? (identityAt(fields, 'resource.id') ?? identityAt(fields, 'ResourceID'))
    : identityOf(written(event, 'member_id'))
  const answered =
    RESULT_IDS.map((place) => identityAt(fields, place)).find((found) => found !== null) ?? null
  const id = inPath ?? answered ?? stated ?? email
  return id === null ? null : { id, email, name: null, type: 'user' }
}

/** "New invites stay pending until the invitee accepts": only a member who needs no invitation has the role at once. */
function memberAdded(event: CloudflareEvent): Reading {
  const roles = rolesAt(event, AFTER)
  const member = memberOf(event)
  if (member === null) return GRANTEE_NOT_STATED
  if (roles !== null && roles.length === 0) return NOT_PRIVILEGED
  if (written(event, 'status')?.toLowerCase() !== 'accepted')
    return changed(event.facts, 'context', member, contextRole('invitation', roles?.[0]?.id ?? '*'))
  return roles === null ? ROLE_NOT_STATED : given(event, member, roles)
}

function given(
  event: CloudflareEvent,
  grantee: Party,
  roles: readonly Role[],
  kind: GrantKind = 'grant',
): Reading {
  return readingOf(
    roles.map((role) => observed(event.facts, kind, grantee, role)),
    NOT_PRIVILEGED,
  )
}

/** A change states all that the member now has; what it had before only the first version says. */
function memberChanged(event: CloudflareEvent): Reading {
  const after = rolesAt(event, AFTER)
  const member = memberOf(event)
  if (after === null) return NO_CHANGE
  if (member === null) return GRANTEE_NOT_STATED
  const before = rolesAt(event, BEFORE)
  if (before === null)
    return { observations: [{ form: 'snapshot', ...event.facts, grantee: member, roles: after, taken: [] }] }
  const missing = (roles: readonly Role[], among: readonly Role[]) =>
    roles.filter((role) => !among.some((one) => one.id === role.id && one.scope === role.scope))
  const changes = [
    ...missing(before, after).map((role) => observed(event.facts, 'removal', member, role)),
    ...missing(after, before).map((role) => observed(event.facts, 'grant', member, role)),
  ]
  return readingOf(changes, NO_CHANGE)
}

function memberRemoved(event: CloudflareEvent): Reading {
  const everything: Role = { id: EVERY_ROLE, name: 'Every role', tier: 'T2', scope: event.scope }
  return changed(event.facts, 'removal', memberOf(event), everything)
}

/** The one who accepts makes the call, and is no grantor: whoever invited is not named here. */
function accepted(event: CloudflareEvent): Reading {
  const status = written(event, 'status')?.toLowerCase() ?? 'accepted'
  const invitee = event.facts.grantor
  const member = event.path[0] === 'memberships' ? membershipOf(event) : (memberOf(event) ?? invitee)
  if (status !== 'accepted') return { skipped: 'requested and not completed' }
  if (member === null) return GRANTEE_NOT_STATED
  const account = identityOf(written(event, 'account.id'))
  const scope = event.scope === '*' && account !== null ? `account:${account}` : event.scope
  const roles = rolesAt({ ...event, scope }, AFTER) ?? [invitedMember(scope)]
  return given({ ...event, facts: { ...event.facts, grantor: null } }, member, roles)
}

function membershipOf({ path, facts }: CloudflareEvent): Party | null {
  const id = path[1] ?? facts.grantor?.id ?? null
  return id === null ? null : { id, email: facts.grantor?.email ?? null, name: null, type: 'user' }
}

function groupReader(path: readonly string[], verb: NonNullable<CloudflareEntry['verb']>): Reader | null {
  if (path[5] === 'members') return (event) => groupMembers(event, path, verb)
  return path.length <= 5 ? (event) => groupChanged(event, verb) : null
}

function groupRole(group: string, name: string | null, scope: string): Role {
  return { id: `user-group:${group}`, name: name ?? `Whatever user group ${group} may do`, tier: 'T2', scope }
}

/** What a group may do its members may do. */
function groupMembers(event: CloudflareEvent, path: readonly string[], verb: string): Reading {
  const group = path[4]
  if (group === undefined) return ROLE_NOT_STATED
  const role = groupRole(group, null, event.scope)
  const asked = ['resource.request', 'ResourceRequest'].flatMap((place) => objectsAt(event.fields, place))
  const ids = path[6] === undefined ? asked.flatMap((item) => identityAt(item, 'id') ?? []) : [path[6]]
  const members = [...new Set(ids)].map((id): Party => ({ id, email: null, name: null, type: 'user' }))
  const kind = verb === 'delete' ? 'removal' : 'indirect'
  return readingOf(
    members.map((member) => observed(event.facts, kind, member, role)),
    GRANTEE_NOT_STATED,
  )
}

function groupChanged(event: CloudflareEvent, verb: string): Reading {
  const id =
    event.path[4] ??
    RESULT_IDS.map((place) => identityAt(event.fields, place)).find((found) => found !== null)
  if (id === undefined || id === null) return GRANTEE_NOT_STATED
  const group: Party = { id, email: null, name: written(event, 'name'), type: 'group' }
  if (verb === 'delete') {
    const everything: Role = { id: EVERY_ROLE, name: 'Every role', tier: 'T2', scope: event.scope }
    return changed(event.facts, 'removal', group, everything)
  }
  const roles = rolesAt(event, AFTER)
  if (roles === null) return NO_CHANGE
  return { observations: [{ form: 'snapshot', ...event.facts, grantee: group, roles, taken: [] }] }
}

function tokenMade(event: CloudflareEvent): Reading {
  const thing = RESULT_IDS.map((place) => identityAt(event.fields, place)).find((found) => found !== null)
  const id = thing ?? identityOf(written(event, 'token_tag')) ?? '*'
  return changed(event.facts, 'context', event.facts.grantor, contextRole('api-token', id))
}

function byActorAs(what: ContextId): Reader {
  return (event) => {
    const thing = event.path.at(-1) ?? '*'
    return changed(event.facts, 'context', event.facts.grantor, contextRole(what, thing))
  }
}

/** Settings of the account: the only one of concern is that members need a second factor. */
function accountChanged(event: CloudflareEvent): Reading {
  const paths = ['resource.request', 'ResourceRequest'].map((place) => `${place}.settings.enforce_twofactor`)
  const value = paths.map((path) => valueAt(event.fields, path)).find((found) => found !== undefined)
  if (value === undefined) return NOT_PRIVILEGE_EVENT
  return value === false || value === 'false' ? weakened(event, 'two-factor-requirement') : NO_CHANGE
}

function weakened(event: CloudflareEvent, control: ControlId): Reading {
  const everyone: Party = { id: event.scope, email: null, name: 'Everyone in the account', type: 'group' }
  return changed(event.facts, 'control_weakened', everyone, weakenedControl(control, event.scope))
}

const CALLS = [
  '/members',
  '/memberships',
  '/invites',
  '/tokens',
  '/user_groups',
  '/sso_connectors',
  '/identity_providers',
]
const contains = (fields: readonly string[], values: readonly string[]) =>
  fields.map((field) => ({ field, op: 'contains' as const, values }))

export const cloudflarePreset: Preset = {
  name: 'cloudflare',
  title: 'Cloudflare',
  proof: 'unproven',
  filter: [
    ...contains(['raw.uri', 'Raw.uri', 'Raw.URI'], CALLS),
    ...contains(['action.type', 'ActionType', `${ELASTIC}.action.type`], ['member', 'token', 'api_key']),
    ...contains(
      ['resource.type', 'ResourceType', 'resource.product', 'ResourceProduct'],
      ['member', 'token'],
    ),
    ...contains(['resource.request', 'ResourceRequest'], ['enforce_twofactor']),
    { field: 'resource.request.settings.enforce_twofactor', op: 'exists', values: [] },
    { field: 'ResourceRequest.settings.enforce_twofactor', op: 'exists', values: [] },
  ],
  settleWindowMs: 0,
  overlapMs: 15 * 60_000,
  latestEventAgeMs: 7 * DAY_MS,
  futureSkewMs: 3_600_000,
  carries: { justification: false, ticket: false, expiry: false, ip: true },
  read,
  runbook: cloudflareRunbook,
}
