import { emailOf, type Fields, fieldsOf, identityAt, textAt, timeOf, valueAt } from '../event-fields.ts'
import { EVERY_ROLE, type Grant, type Role } from '../grant.ts'
import type { Party } from '../party.ts'
import { shellWord } from '../shell.ts'
import { factsOf, hashedAct, ipOf, occurredAtOf } from './act-facts.ts'
import { type ContextId, contextRole } from './context-catalogue.ts'
import { type ControlId, weakenedControl } from './control-catalogue.ts'
import { elasticFields } from './elastic-fields.ts'
import { groupIdOf, managerOf, membershipOf } from './onepassword-groups.ts'
import { type Preset, type Reading, type ReadOptions, TIME_NOT_STATED } from './preset.ts'
import {
  changed,
  type Facts,
  GRANTEE_NOT_STATED,
  NOT_PRIVILEGE_EVENT,
  NOT_PRIVILEGED,
  observed,
  ROLE_NOT_STATED,
  readingOf,
} from './reading.ts'

/**
 * 1Password's Events API, audit events. developer.1password.com/docs/events-api/audit-events: `object_uuid` is "the
 * unique identifier for the object the action was performed on", `aux_uuid` "relates to additional information about
 * the activity", and `aux_details` are "the details of the team member who relates to the additional information". The
 * vendor's own example is `"action": "join", "object_type": "gm"` with the group as object and the member beside it.
 * Which letter of `aux_info` is a manager of the group (A) and which a member (R), and the names of the actions about
 * factors and sign-on, are those of the detection rules that Microsoft Sentinel's 1Password solution has. The vendor's
 * own words for them are not at hand, so the preset is unproven until real events show them.
 */

const DAY_MS = 24 * 3_600_000
const NAME_MAX = 200

interface OnePasswordEvent {
  readonly fields: Fields
  readonly facts: Facts
}

type Reader = (event: OnePasswordEvent) => Reading

/** `object_type action`; `gm` is the membership of a group. */
const READERS: Readonly<Record<string, Reader>> = {
  'gm join': (event) => membership(event, 'grant'),
  'gm leave': (event) => membership(event, 'removal'),
  'gm role': managerChanged,
  'user delete': userDeleted,
  'user create': (event) => aboutObject(event, 'account-created'),
  'user disblmfa': (event) => aboutObject(event, 'mfa-reset'),
  'user completr': (event) => aboutObject(event, 'password-reset'),
  'invite create': (event) => aboutObject(event, 'invitation'),
  'satoken create': (event) => byActor(event, 'api-token'),
  'sa create': (event) => byActor(event, 'api-token'),
  'sso enblsso': (event) => byActor(event, 'identity-provider'),
  'sso chngpsso': (event) => byActor(event, 'identity-provider'),
  'sso chngasso': (event) => byActor(event, 'identity-provider'),
  'sso chngdsso': (event) => byActor(event, 'identity-provider'),
  'sso disblsso': (event) => weakened(event, 'single-sign-on'),
  'account disblmfa': (event) => weakened(event, 'two-factor-requirement'),
  'account disblduo': (event) => weakened(event, 'two-factor-requirement'),
}

/** Where Elastic's schema keeps what it does not rename. */
const ELASTIC = 'onepassword'

function read(event: unknown, options: ReadOptions): Reading {
  const own = fieldsOf(event, { prefix: options.prefix, markers: ['object_type'] })
  const elastic =
    valueAt(own, 'object_type') === undefined
      ? elasticFields(event, options, { place: ELASTIC, markers: ['object_type'] })
      : null
  const isElastic = elastic !== null
  const { inner: fields, around } = elastic ?? { inner: own, around: own }
  const type = textAt(fields, 'object_type', NAME_MAX)
  const action =
    textAt(fields, 'action', NAME_MAX) ?? (isElastic ? textAt(around, 'event.action', NAME_MAX) : null)
  if (type === null || action === null) return NOT_PRIVILEGE_EVENT
  const key = `${type} ${action}`.toLowerCase()
  const reader = Object.hasOwn(READERS, key) ? READERS[key] : undefined
  if (reader === undefined) return NOT_PRIVILEGE_EVENT
  const times = isElastic ? ['@timestamp'] : ['timestamp']
  const occurredAt = occurredAtOf(around, event, times, options)
  if (occurredAt === null) return { skipped: TIME_NOT_STATED }
  const statesTime = times.some((path) => timeOf(valueAt(around, path)) !== null)
  const facts = factsOf({
    act: identityAt(fields, 'uuid') ?? hashedAct(event, statesTime),
    occurredAt,
    grantor: actorOf(fields) ?? (isElastic ? userAt(around, 'user') : null),
    ip: ipOf(valueAt(fields, 'session.ip')) ?? ipOf(valueAt(around, 'source.ip')),
    country: textAt(fields, 'location.country', 100),
    session: identityAt(fields, 'session.uuid'),
  })
  return reader({ fields, facts })
}

function actorOf(fields: Fields): Party | null {
  const details = userAt(fields, 'actor_details')
  const id = identityAt(fields, 'actor_uuid')
  if (id === null) return details
  return { id, email: details?.email ?? null, name: details?.name ?? null, type: actorType(fields) }
}

function actorType(fields: Fields): Party['type'] {
  const type = (textAt(fields, 'actor_type', NAME_MAX) ?? 'user').toLowerCase()
  return type === 'user' ? 'user' : type.includes('external') ? 'external' : 'service'
}

function userAt(fields: Fields, place: string): Party | null {
  const email = emailOf(valueAt(fields, `${place}.email`))
  const id = identityAt(fields, `${place}.uuid`) ?? identityAt(fields, `${place}.id`) ?? email
  return id === null ? null : { id, email, name: textAt(fields, `${place}.name`, NAME_MAX), type: 'user' }
}

/** The member that a record tells of beside its object. */
function memberOf(fields: Fields): Party | null {
  const details = userAt(fields, 'aux_details')
  const id = identityAt(fields, 'aux_uuid') ?? details?.id ?? identityAt(fields, 'aux_id')
  return id === null || id === '0'
    ? null
    : { id, email: details?.email ?? null, name: details?.name ?? null, type: 'user' }
}

const GROUP_NAMES = [
  'object_details.name',
  'object_details.group_name',
  'aux_details.group_name',
  'aux_details.group',
]

function groupOf(fields: Fields): { readonly id: string; readonly name: string | null } | null {
  const name =
    GROUP_NAMES.map((path) => textAt(fields, path, NAME_MAX)).find((found) => found !== null) ?? null
  const id = identityAt(fields, 'object_uuid') ?? (name === null ? null : groupIdOf(name))
  return id === null ? null : { id, name }
}

/** Whoever joins as a manager is a member too, and decides who else is one. */
function membership({ fields, facts }: OnePasswordEvent, kind: 'grant' | 'removal'): Reading {
  const group = groupOf(fields)
  if (group === null) return ROLE_NOT_STATED
  const member = memberOf(fields)
  if (member === null) return GRANTEE_NOT_STATED
  const joined = membershipOf(group.id, group.name)
  const isManager = MANAGER.test(textAt(fields, 'aux_info', NAME_MAX) ?? '')
  const roles = [
    ...(joined === null ? [] : [joined]),
    ...(isManager ? [managerOf(group.id, group.name)] : []),
  ]
  return readingOf(
    roles.map((role) => observed(facts, kind, member, role)),
    NOT_PRIVILEGED,
  )
}

const MANAGER = /^(a|manager)$/i
const MEMBER = /^(r|member)$/i

function managerChanged({ fields, facts }: OnePasswordEvent): Reading {
  const group = groupOf(fields)
  const written = textAt(fields, 'aux_info', NAME_MAX) ?? ''
  if (group === null || !(MANAGER.test(written) || MEMBER.test(written))) return ROLE_NOT_STATED
  const kind = MANAGER.test(written) ? 'grant' : 'removal'
  return changed(facts, kind, memberOf(fields), managerOf(group.id, group.name))
}

function objectOf(fields: Fields): Party | null {
  const details = userAt(fields, 'object_details')
  const id = identityAt(fields, 'object_uuid') ?? details?.id ?? null
  return id === null ? null : { id, email: details?.email ?? null, name: details?.name ?? null, type: 'user' }
}

function userDeleted({ fields, facts }: OnePasswordEvent): Reading {
  const everything: Role = { id: EVERY_ROLE, name: 'Every role', tier: 'T2', scope: '*' }
  return changed(facts, 'removal', objectOf(fields), everything)
}

function aboutObject({ fields, facts }: OnePasswordEvent, what: ContextId): Reading {
  const person = objectOf(fields)
  return person === null ? GRANTEE_NOT_STATED : changed(facts, 'context', person, contextRole(what))
}

function byActor({ fields, facts }: OnePasswordEvent, what: ContextId): Reading {
  return changed(facts, 'context', facts.grantor, contextRole(what, identityAt(fields, 'object_uuid') ?? '*'))
}

const EVERYONE: Party = { id: 'account', email: null, name: 'Everyone in the account', type: 'group' }

function weakened({ facts }: OnePasswordEvent, control: ControlId): Reading {
  return changed(facts, 'control_weakened', EVERYONE, weakenedControl(control, '*'))
}

/** The command line tool, signed in as somebody who may manage the group. */
function runbook(grant: Grant): string | null {
  const match = /^group(-manager)?:(.+)$/s.exec(grant.role.id)
  if (grant.kind !== 'grant' || match === null) return null
  // An id that began with a dash would be taken for a switch.
  const [group, user] = [match[2] ?? '', grant.grantee.id].map((id) =>
    id.startsWith('-') ? null : shellWord(id),
  )
  if (group === null || user === null || group === undefined || user === undefined) return null
  return match[1] === undefined
    ? `op group user revoke --group ${group} --user ${user}`
    : `op group user grant --group ${group} --user ${user} --role member`
}

export const onepasswordPreset: Preset = {
  name: '1password',
  title: '1Password',
  proof: 'unproven',
  filter: ['object_type', `${ELASTIC}.object_type`].map((field) => ({
    field,
    op: 'in',
    values: [...new Set(Object.keys(READERS).map((key) => key.split(' ')[0] ?? ''))],
  })),
  settleWindowMs: 0,
  overlapMs: 15 * 60_000,
  latestEventAgeMs: 7 * DAY_MS,
  futureSkewMs: 3_600_000,
  carries: { justification: false, ticket: false, expiry: false, ip: true },
  read,
  runbook,
}
