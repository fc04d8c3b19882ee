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
import { EVERY_ROLE, type Grant, type Mechanism, type Role } from '../grant.ts'
import type { Party, PartyType } from '../party.ts'
import { shellWord, urlPath } from '../shell.ts'
import { factsOf, hashedAct, occurredAtOf } from './act-facts.ts'
import { type ContextId, contextRole } from './context-catalogue.ts'
import { weakenedControl } from './control-catalogue.ts'
import { type Preset, type Reading, type ReadOptions, TIME_NOT_STATED } from './preset.ts'
import {
  CALL_FAILED,
  changed,
  type Facts,
  NO_CHANGE,
  NOT_PRIVILEGE_EVENT,
  ROLE_NOT_STATED,
} from './reading.ts'
import { moved } from './single-role.ts'
import { stringListOf } from './string-list.ts'
import { isTailscaleRole, tailscaleRole } from './tailscale-roles.ts'

/**
 * Tailscale's configuration audit log, as its API lists it and as streams wrap it in `event`.
 * tailscale.com/kb/1203/audit-logging: "for an action modifying a user's role, the target is the user", "Diff: The old
 * and the new values provided", "For ACL changes, you'll see a full diff of the previous and updated versions". In the
 * vendor's API schema of ConfigurationAuditLog the property is `USER_ROLE`, `old` and `new` are "the value of
 * `target.property`" prior to and after the event, `error` is "Provided when the configuration change failed to be
 * completed", and `eventGroupID` names events "all of which are the result of a single operation".
 */

const DAY_MS = 24 * 3_600_000
const NAME_MAX = 200
const POLICY_MAX = 200_000

interface TailscaleEvent {
  readonly fields: Fields
  readonly facts: Facts
}

type Reader = (event: TailscaleEvent) => Reading

const MARKERS = ['target.type', 'event.target.type']

function read(event: unknown, options: ReadOptions): Reading {
  const outer = fieldsOf(event, { prefix: options.prefix, markers: MARKERS })
  const fields = innerOf(outer)
  const reader = readerOf(fields)
  if (reader === null) return NOT_PRIVILEGE_EVENT
  if (textAt(fields, 'error') !== null) return CALL_FAILED
  const times = ['eventTime', 'time']
  const ownTime = times.some((name) => timeOf(valueAt(fields, name)) !== null)
  const occurredAt = occurredAtOf(ownTime ? fields : outer, event, times, options)
  if (occurredAt === null) return { skipped: TIME_NOT_STATED }
  const statesTime = ownTime || times.some((name) => timeOf(valueAt(outer, name)) !== null)
  const facts = factsOf({
    act: identityAt(fields, 'eventGroupID') ?? hashedAct(event, statesTime),
    occurredAt,
    grantor: actorOf(fields),
    mechanism: mechanismOf(fields),
    justification: textAt(fields, 'actionDetails'),
  })
  return reader({ fields, facts })
}

/** Streams put the record below `event`, beside the time of its recording. */
function innerOf(outer: Fields): Fields {
  if (valueAt(outer, 'target.type') !== undefined) return outer
  const inner = fieldsOf(outer.root, { prefix: `${outer.base}event`, markers: ['target.type'] })
  return inner
}

/** `TYPE.ACTION`, with `.PROPERTY` where the property decides. */
const READERS: Readonly<Record<string, Reader>> = {
  'USER.UPDATE.USER_ROLE': roleChanged,
  'USER.DELETE': userDeleted,
  'USER.CREATE': (event) => aboutTarget(event, 'account-created'),
  'INVITE.CREATE': (event) => aboutTarget(event, 'invitation'),
  'API_KEY.CREATE': (event) => byActor(event, 'api-token'),
  'TAILNET.UPDATE.ACL': policyChanged,
  'TAILNET.UPDATE.AUTH_PROVIDER': (event) => byActor(event, 'identity-provider'),
  'TAILNET.MIGRATE_AUTH_PROVIDER': (event) => byActor(event, 'identity-provider'),
  'TAILNET.DELETE.LOGSTREAM_ENDPOINT': logStreamRemoved,
}

function readerOf(fields: Fields): Reader | null {
  const action = textAt(fields, 'action', NAME_MAX)
  const type = textAt(fields, 'target.type', NAME_MAX)
  if (action === null || type === null) return null
  const key = `${type}.${action}`
  const property = textAt(fields, 'target.property', NAME_MAX)
  for (const name of [`${key}.${property ?? ''}`, key])
    if (Object.hasOwn(READERS, name)) return READERS[name] ?? null
  // Older records do not name the property, or otherwise: then a value that can only be a role says what it is.
  const mayBeRole = key === 'USER.UPDATE' && (property === null || /role/i.test(property))
  const values = mayBeRole ? ['new', 'old'].flatMap((side) => rolesIn(fields, side)) : []
  return values.some(isTailscaleRole) ? roleChanged : null
}

/** The role before or after: a text, a list, or an object that names it. */
function rolesIn(fields: Fields, side: 'old' | 'new' | string): readonly string[] {
  const value = valueAt(fields, `${side}.role`) ?? valueAt(fields, `${side}.roles`) ?? valueAt(fields, side)
  return typeof value === 'object' && !Array.isArray(value) ? [] : stringListOf(value, 20)
}

function highest(names: readonly string[]) {
  const known = names.flatMap((name) => tailscaleRole(name) ?? [])
  return known.toSorted((one, other) => other.rank - one.rank)[0] ?? null
}

function roleChanged(event: TailscaleEvent): Reading {
  const [before, after] = [rolesIn(event.fields, 'old'), rolesIn(event.fields, 'new')]
  if (before.length === 0 && after.length === 0) return ROLE_NOT_STATED
  return moved(event.facts, targetUser(event.fields), { before: highest(before), after: highest(after) })
}

function targetUser(fields: Fields): Party | null {
  const name = textAt(fields, 'target.name', NAME_MAX)
  const id = identityAt(fields, 'target.id') ?? identityOf(name)
  return id === null
    ? null
    : { id, email: emailOf(name), name: emailOf(name) === null ? name : null, type: 'user' }
}

const ACTOR_TYPES: Readonly<Record<string, PartyType>> = { USER: 'user' }

function actorOf(fields: Fields): Party | null {
  const login = textAt(fields, 'actor.loginName', NAME_MAX)
  const id = identityAt(fields, 'actor.id') ?? identityOf(login)
  if (id === null) return null
  const type = textAt(fields, 'actor.type', NAME_MAX) ?? 'USER'
  return {
    id,
    email: emailOf(login),
    name: textAt(fields, 'actor.displayName', NAME_MAX),
    type: Object.hasOwn(ACTOR_TYPES, type) ? (ACTOR_TYPES[type] ?? 'service') : 'service',
  }
}

const MECHANISMS: Readonly<Record<string, Mechanism>> = {
  ADMIN_CONSOLE: 'console',
  ADMIN_UI: 'console',
  CONFIG_API: 'api',
  IDENTITY_PROVIDER: 'scim',
}

function mechanismOf(fields: Fields): Mechanism {
  const origin = textAt(fields, 'origin', NAME_MAX) ?? ''
  return Object.hasOwn(MECHANISMS, origin) ? (MECHANISMS[origin] ?? 'unknown') : 'unknown'
}

function userDeleted(event: TailscaleEvent): Reading {
  const everything: Role = { id: EVERY_ROLE, name: 'Every role', tier: 'T2', scope: '*' }
  return changed(event.facts, 'removal', targetUser(event.fields), everything)
}

function aboutTarget(event: TailscaleEvent, what: ContextId): Reading {
  return changed(event.facts, 'context', targetUser(event.fields), contextRole(what))
}

function byActor(event: TailscaleEvent, what: ContextId): Reading {
  const thing = identityAt(event.fields, 'target.id') ?? '*'
  return changed(event.facts, 'context', event.facts.grantor, contextRole(what, thing))
}

const EVERYONE: Party = { id: 'tailnet', email: null, name: 'Everyone in the tailnet', type: 'group' }

function logStreamRemoved(event: TailscaleEvent): Reading {
  return changed(event.facts, 'control_weakened', EVERYONE, weakenedControl('audit-log', '*'))
}

const POLICY: Role = { id: 'policy-file', name: 'Access by the tailnet policy file', tier: 'T1', scope: '*' }
const READERS_OF_POLICY: Party = {
  id: 'holders:policy-file',
  email: null,
  name: 'Whoever the policy file gives access',
  type: 'group',
}

/** A policy that only loses lines, or changes its comments, gives nobody more. One that is no text cannot be compared. */
function policyChanged(event: TailscaleEvent): Reading {
  const after = linesOf(valueAt(event.fields, 'new'))
  if (after === null) return changed(event.facts, 'role_widened', READERS_OF_POLICY, POLICY)
  const before = linesOf(valueAt(event.fields, 'old'))
  for (const line of after)
    if (before === null || !before.has(line))
      return changed(event.facts, 'role_widened', READERS_OF_POLICY, POLICY)
  return NO_CHANGE
}

function linesOf(policy: unknown): ReadonlySet<string> | null {
  if (typeof policy !== 'string') return null
  const lines = policy.slice(0, POLICY_MAX).split(/[\r\n]+/)
  return new Set(
    lines
      .map((line) => line.replace(/^\s*\/\/.*$/, '').replaceAll(/[\s,]+/g, ''))
      .filter((line) => line !== ''),
  )
}

function runbook(grant: Grant): string | null {
  if (grant.kind !== 'grant' || grant.role.id === 'owner') return null
  const path = urlPath(['api', 'v2', 'users', grant.grantee.id, 'role'])
  if (path === null) return null
  const headers = '-H "Authorization: Bearer $TAILSCALE_API_KEY" -H "Content-Type: application/json"'
  const body = shellWord(JSON.stringify({ role: 'member' }))
  return `curl -sS -X PATCH ${headers} https://api.tailscale.com${shellWord(path)} -d ${body}`
}

const TYPES = [...new Set(Object.keys(READERS).map((key) => key.split('.')[0] ?? ''))]

export const tailscalePreset: Preset = {
  name: 'tailscale',
  title: 'Tailscale',
  proof: 'vendor text',
  filter: ['target.type', 'event.target.type'].map((field) => ({ field, op: 'in', values: TYPES })),
  settleWindowMs: 0,
  overlapMs: 15 * 60_000,
  latestEventAgeMs: 7 * DAY_MS,
  futureSkewMs: 3_600_000,
  carries: { justification: true, ticket: false, expiry: false, ip: false },
  read,
  runbook,
}
