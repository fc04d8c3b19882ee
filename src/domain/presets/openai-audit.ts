import { emailOf, type Fields, fieldsOf, identityAt, textAt, timeOf, valueAt } from '../event-fields.ts'
import { EVERY_ROLE, type Grant, type Role } from '../grant.ts'
import type { Party, PartyType } from '../party.ts'
import { shellWord, urlPath } from '../shell.ts'
import { factsOf, hashedAct, ipOf, mechanismOfAgent, occurredAtOf } from './act-facts.ts'
import { type ContextId, contextRole } from './context-catalogue.ts'
import {
  assignedRole,
  inProject,
  isUnnamed,
  isWide,
  ownerOf,
  type Resource,
  resourceOf,
  unnamedRole,
} from './openai-roles.ts'
import { type Preset, type Reading, type ReadOptions, TIME_NOT_STATED } from './preset.ts'
import {
  changed,
  type Facts,
  NO_CHANGE,
  NOT_PRIVILEGE_EVENT,
  NOT_PRIVILEGED,
  ROLE_NOT_STATED,
} from './reading.ts'
import { stringListAt } from './string-list.ts'

/**
 * The audit log of an organisation at OpenAI. developers.openai.com/api/reference, "List audit logs", says of
 * `role.assignment.created`: "The principal (user or group) that received the role", "The resource the role assignment
 * is scoped to"; of `role.assignment.deleted`: "The principal (user or group) that had the role removed"; of
 * `role.updated`: "The permissions added to the role"; of users: "Is either `owner` or `member`". What happened stands
 * under the event's own type, with dots or with underscores.
 */

const DAY_MS = 24 * 3_600_000
const NAME_MAX = 200

interface OpenaiEvent {
  readonly fields: Fields
  readonly facts: Facts
  /** Where the details of this type of event stand. */
  readonly details: string
}

type Reader = (event: OpenaiEvent) => Reading

const READERS: Readonly<Record<string, Reader>> = {
  'role.assignment.created': (event) => assignment(event, 'grant'),
  'role.assignment.deleted': (event) => assignment(event, 'removal'),
  'role.updated': roleUpdated,
  'user.added': (event) => member(event, 'user', 'data.role'),
  'user.updated': (event) => member(event, 'user', 'changes_requested.role'),
  'user.deleted': (event) => everythingRemoved(event, 'user'),
  'service_account.created': (event) => member(event, 'service', 'data.role'),
  'service_account.updated': (event) => member(event, 'service', 'changes_requested.role'),
  'service_account.deleted': (event) => everythingRemoved(event, 'service'),
  'group.deleted': (event) => everythingRemoved(event, 'group'),
  'invite.sent': invited,
  'api_key.created': (event) => byActor(event, 'api-token'),
  'workload_identity_provider.created': (event) => byActor(event, 'identity-provider'),
  'workload_identity_provider.updated': (event) => byActor(event, 'identity-provider'),
  'workload_identity_provider_mapping.created': (event) => byActor(event, 'identity-provider'),
}

function read(event: unknown, options: ReadOptions): Reading {
  const fields = fieldsOf(event, { prefix: options.prefix, markers: ['effective_at', 'type'] })
  const type = valueAt(fields, 'type')
  const reader = typeof type === 'string' && Object.hasOwn(READERS, type) ? READERS[type] : undefined
  if (reader === undefined || typeof type !== 'string') return NOT_PRIVILEGE_EVENT
  const occurredAt = occurredAtOf(fields, event, ['effective_at'], options)
  if (occurredAt === null) return { skipped: TIME_NOT_STATED }
  const agent = textAt(fields, 'actor.session.user_agent')
  const kind = textAt(fields, 'actor.type', NAME_MAX)
  const byAgent = mechanismOfAgent(agent)
  const facts = factsOf({
    act: identityAt(fields, 'id') ?? hashedAct(event, timeOf(valueAt(fields, 'effective_at')) !== null),
    occurredAt,
    grantor: actorOf(fields),
    mechanism: byAgent === 'unknown' && kind === 'api_key' ? 'api' : byAgent,
    ip: ipOf(valueAt(fields, 'actor.session.ip_address')),
    country: textAt(fields, 'actor.session.ip_address_details.country', 100),
    asn: identityAt(fields, 'actor.session.ip_address_details.asn'),
    userAgent: agent,
  })
  return reader({ fields, facts, details: detailsOf(fields, type) })
}

function detailsOf(fields: Fields, type: string): string {
  const places = [type, type.replaceAll('.', '_'), 'details']
  return places.find((place) => valueAt(fields, `${place}.id`) !== undefined) ?? type
}

const ACTORS: readonly (readonly [string, PartyType])[] = [
  ['actor.session.user', 'user'],
  ['actor.api_key.user', 'user'],
  ['actor.api_key.service_account', 'service'],
  ['actor.api_key', 'service'],
]

function actorOf(fields: Fields): Party | null {
  for (const [place, type] of ACTORS) {
    const email = emailOf(valueAt(fields, `${place}.email`))
    const id = identityAt(fields, `${place}.id`) ?? email
    if (id !== null) return { id, email, name: null, type }
  }
  return null
}

function partyOf(event: OpenaiEvent, id: string | null, type: PartyType): Party | null {
  if (id === null) return null
  return { id, email: emailOf(valueAt(event.fields, `${event.details}.data.email`)), name: null, type }
}

/** `role_assignment_<role>__<resource type>__<resource>_<principal>`: a deletion states no resource besides. */
const ASSIGNMENT = /^role_assignment_(.{1,120}?)__([^_]{1,60})__(.{1,200})$/

function assignment(event: OpenaiEvent, kind: 'grant' | 'removal'): Reading {
  const { fields, details } = event
  const principal = identityAt(fields, `${details}.principal_id`)
  const assignmentId = identityAt(fields, `${details}.id`)
  const [, written, writtenType, tail = ''] = ASSIGNMENT.exec(assignmentId ?? '') ?? []
  const roleId = identityAt(fields, `${details}.role_id`) ?? written ?? null
  const end = principal === null ? '' : `_${principal}`
  const writtenId = tail.endsWith(end) && end !== '' ? tail.slice(0, -end.length) : null
  const resource = resourceOf(
    textAt(fields, `${details}.resource_type`, NAME_MAX) ?? writtenType ?? null,
    identityAt(fields, `${details}.resource_id`) ?? writtenId,
  )
  if (roleId === null && (assignmentId === null || !isWide(resource))) return ROLE_NOT_STATED
  const role = roleId === null ? unnamedRole(assignmentId ?? '', resource) : assignedRole(roleId, resource)
  if (role === null) return NOT_PRIVILEGED
  return changed(event.facts, kind, partyOf(event, principal, principalType(event)), role)
}

function principalType(event: OpenaiEvent): PartyType {
  const type = (textAt(event.fields, `${event.details}.principal_type`, NAME_MAX) ?? '').toLowerCase()
  if (type === 'group' || type === 'user') return type
  return type.includes('service') ? 'service' : 'unknown'
}

/** Where a user or service account belongs: to a project when the event names one. */
function placeOf(event: OpenaiEvent): Resource {
  return inProject(identityAt(event.fields, 'project.id'))
}

/** Members of an organisation or project have one role at a time: owners, and those who only use. */
function member(event: OpenaiEvent, type: 'user' | 'service', rolePath: string): Reading {
  const { fields, facts, details } = event
  const written = textAt(fields, `${details}.${rolePath}`, NAME_MAX)?.toLowerCase() ?? null
  const party = partyOf(event, identityAt(fields, `${details}.id`), type)
  const place = placeOf(event)
  if (written === 'owner') return changed(facts, 'grant', party, ownerOf(place))
  if (rolePath.startsWith('data.'))
    return changed(facts, 'context', party, contextRole('account-created', place.scope))
  return written === null ? NO_CHANGE : changed(facts, 'removal', party, ownerOf(place))
}

function everythingRemoved(event: OpenaiEvent, type: PartyType): Reading {
  const party = partyOf(event, identityAt(event.fields, `${event.details}.id`), type)
  const everything: Role = { id: EVERY_ROLE, name: 'Every role', tier: 'T2', scope: placeOf(event).scope }
  return changed(event.facts, 'removal', party, everything)
}

/** More permissions reach everybody who has the role; fewer give nothing. */
function roleUpdated(event: OpenaiEvent): Reading {
  const { fields, details, facts } = event
  const id = identityAt(fields, `${details}.id`)
  if (id === null) return ROLE_NOT_STATED
  const added = stringListAt(fields, `${details}.changes_requested.permissions_added`)
  if (added.length === 0) return NO_CHANGE
  if (!added.some((permission) => !/[.:](read|list|view)$/i.test(permission))) return NOT_PRIVILEGED
  const at = `${details}.changes_requested`
  const resource = resourceOf(
    textAt(fields, `${at}.resource_type`, NAME_MAX),
    identityAt(fields, `${at}.resource_id`),
  )
  const name = textAt(fields, `${at}.role_name`, NAME_MAX) ?? id
  const holders: Party = { id: `holders:${id}`, email: null, name: `Everyone with ${name}`, type: 'group' }
  return changed(facts, 'role_widened', holders, { id, name, tier: 'T2', scope: resource.scope })
}

/** An invitation gives nothing until it is accepted, and then the user is added. */
function invited(event: OpenaiEvent): Reading {
  const email = emailOf(valueAt(event.fields, `${event.details}.data.email`))
  const party: Party | null = email === null ? null : { id: email, email, name: null, type: 'user' }
  return changed(event.facts, 'context', party, contextRole('invitation', placeOf(event).scope))
}

function byActor(event: OpenaiEvent, what: ContextId): Reading {
  const thing = identityAt(event.fields, `${event.details}.id`) ?? '*'
  return changed(event.facts, 'context', event.facts.grantor, contextRole(what, thing))
}

const API = 'https://api.openai.com'

function runbook(grant: Grant): string | null {
  if (grant.kind !== 'grant' || isUnnamed(grant.role)) return null
  const { role, grantee } = grant
  const project = /^project:(.+)$/s.exec(role.scope)?.[1]
  if (role.scope !== '*' && project === undefined) return null
  if (grantee.type === 'service') {
    const account =
      project === undefined
        ? null
        : urlPath(['v1', 'organization', 'projects', project, 'service_accounts', grantee.id])
    return account === null ? null : call('DELETE', account)
  }
  const members = grantee.type === 'group' ? 'groups' : 'users'
  const place = project === undefined ? ['v1', 'organization'] : ['v1', 'projects', project]
  const path = urlPath([...place, members, grantee.id, 'roles', role.id])
  return path === null ? null : call('DELETE', path)
}

function call(method: string, path: string): string {
  return `curl -sS -X ${method} -H "Authorization: Bearer $OPENAI_ADMIN_KEY" ${API}${shellWord(path)}`
}

export const openaiPreset: Preset = {
  name: 'openai',
  title: 'OpenAI',
  proof: 'vendor text',
  filter: [{ field: 'type', op: 'in', values: Object.keys(READERS) }],
  settleWindowMs: 0,
  overlapMs: 15 * 60_000,
  latestEventAgeMs: 7 * DAY_MS,
  futureSkewMs: 3_600_000,
  carries: { justification: false, ticket: false, expiry: false, ip: true },
  read,
  runbook,
}
