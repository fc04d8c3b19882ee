import { emailOf, fieldsOf, identityOf, textAt, textOf, timeAt, timeOf, valueAt } from '../event-fields.ts'
import { EVERY_ROLE, type Grant, type Role } from '../grant.ts'
import type { Party } from '../party.ts'
import { shellWord } from '../shell.ts'
import { factsOf, hashedAct, occurredAtOf } from './act-facts.ts'
import { contextRole } from './context-catalogue.ts'
import { type ControlId, weakenedControl } from './control-catalogue.ts'
import { elasticFields } from './elastic-fields.ts'
import { type Observation, type Preset, type Reading, type ReadOptions, TIME_NOT_STATED } from './preset.ts'
import {
  changed,
  type Facts,
  GRANTEE_NOT_STATED,
  NO_CHANGE,
  NOT_PRIVILEGE_EVENT,
  observed,
  ROLE_NOT_STATED,
} from './reading.ts'
import { moved } from './single-role.ts'
import { zoomRole } from './zoom-roles.ts'

/**
 * Zoom's operation logs: what happened stands in one text. support.zoom.com, "Using Admin Activity Logs": they show
 * "changes in role and license assignments for users"; "Using role management": "Users can only be assigned a single
 * role (account owner, admin, custom role, or member)", so the role before is gone once there is another.
 */

const DAY_MS = 24 * 3_600_000
const NAME_MAX = 200
const DETAIL_MAX = 4_000
const PIECES_MAX = 200

const MARKERS = ['operation_detail']
/** Where Elastic's schema keeps the fields of an operation. */
const ELASTIC = 'zoom.operation'

interface ZoomEvent {
  readonly facts: Facts
  readonly detail: string
}

type Reader = (event: ZoomEvent) => Reading

function read(event: unknown, options: ReadOptions): Reading {
  const own = fieldsOf(event, { prefix: options.prefix, markers: MARKERS })
  const elastic =
    valueAt(own, 'operation_detail') === undefined
      ? elasticFields(event, options, { place: ELASTIC, markers: MARKERS })
      : null
  const { inner: fields, around } = elastic ?? { inner: own, around: own }
  const detail = textAt(fields, 'operation_detail', DETAIL_MAX)
  const reader = detail === null ? null : readerOf(textAt(fields, 'category_type', NAME_MAX) ?? '', detail)
  if (detail === null || reader === null) return NOT_PRIVILEGE_EVENT
  const stated = timeAt(fields, ['time']) ?? timeAt(around, ['@timestamp', 'p_event_time'])
  const occurredAt = stated ?? occurredAtOf(around, event, [], options)
  if (occurredAt === null) return { skipped: TIME_NOT_STATED }
  const grantor = personOf(valueAt(fields, 'operator')) ?? personOf(valueAt(around, 'user.email'))
  // Zoom gives no id, and shippers write much of their own beside its fields: only those tell one act from another.
  const time = stated ?? timeOf(valueAt({ root: event, base: '' }, '_time'))
  const act = hashedAct({ time, operator: grantor?.id, detail }, true)
  return reader({ detail, facts: factsOf({ act, occurredAt, grantor }) })
}

/** Zoom names people by their e-mail address. */
function personOf(value: unknown): Party | null {
  const id = identityOf(value)
  return id === null ? null : { id, email: emailOf(id), name: null, type: 'user' }
}

function readerOf(category: string, detail: string): Reader | null {
  const isRole = category.toLowerCase() === 'role'
  if (/^change role\b/i.test(detail)) return isRole ? roleChanged : rolesOfPeople
  if (/^change (account )?owner\b/i.test(detail)) return ownerChanged
  if (isRole) return /^(edit|update) role\b/i.test(detail) ? roleChanged : null
  if (/^(add|edit|update|delete) user\b/i.test(detail) && !/^\S+ user groups?\b/i.test(detail))
    return userChanged
  const control = controlOf(detail)
  return control === null ? null : (event) => weakened(event, control)
}

const MOVE = /^(.{1,200}?)\s*:\s*from (.{1,100}?) to (.{1,100})$/

/** `Change Role  - homer@duff.example: from User to Co-Owner`, one piece for each person. */
function rolesOfPeople({ detail, facts }: ZoomEvent): Reading {
  const observations: Observation[] = []
  let otherwise: Reading | null = null
  for (const piece of piecesOf(detail.replace(/^change role\s*(?:-|for\b)?\s*/i, ''))) {
    const [, who, from = '', to = ''] = MOVE.exec(piece) ?? []
    if (who === undefined) continue
    const reading = moved(facts, personOf(who), { before: zoomRole(from), after: zoomRole(to) })
    if ('observations' in reading) observations.push(...reading.observations)
    else otherwise = reading
  }
  return observations.length > 0 ? { observations } : (otherwise ?? ROLE_NOT_STATED)
}

const HANDOVER = /\bfrom (\S+@\S+) to (\S+@\S+)/i

function ownerChanged({ detail, facts }: ZoomEvent): Reading {
  const [, from, to] = HANDOVER.exec(detail) ?? []
  const [before, after] = [personOf(from), personOf(to)]
  const owner = zoomRole('Owner')?.role
  if (before === null || after === null || owner === undefined) return GRANTEE_NOT_STATED
  return { observations: [observed(facts, 'removal', before, owner), observed(facts, 'grant', after, owner)] }
}

function piecesOf(text: string): readonly string[] {
  return text
    .split(/\s+-\s+|[;,]\s+/)
    .slice(0, PIECES_MAX)
    .map((piece) => piece.trim())
}

const USER = /^(add|edit|update|delete) user\s+(\S+@\S+)/i
const ROLE_PIECE = /^(?:change )?(?:user )?role:?\s+(?:from (.{1,100}?) to |set to )?(.{1,100})$/i

/** `Edit User homer@duff.example  - Role: from Member to Admin - Department: set to Reactor`. */
function userChanged({ detail, facts }: ZoomEvent): Reading {
  const [, verb = '', who] = USER.exec(detail) ?? []
  const grantee = personOf(who)
  if (verb.toLowerCase() === 'delete') {
    const everything: Role = { id: EVERY_ROLE, name: 'Every role', tier: 'T2', scope: '*' }
    return changed(facts, 'removal', grantee, everything)
  }
  for (const piece of piecesOf(detail)) {
    const [, from, to] = ROLE_PIECE.exec(piece) ?? []
    if (to === undefined) continue
    return moved(facts, grantee, { before: from === undefined ? null : zoomRole(from), after: zoomRole(to) })
  }
  if (verb.toLowerCase() !== 'add') return NOT_PRIVILEGE_EVENT
  return changed(facts, 'context', grantee, contextRole('account-created'))
}

const ROLE_CHANGE = /^(?:edit|update|change) role\s+-?\s*(.{1,200}?)\s+-\s+(.*)$/i
const GIVES =
  /\bfrom (?:off|no|none|disabled?|not set|view|read)\b.{0,100}? to (?:on|yes|enabled?|edit|manage)\b/i
const LETS_SEE = /\bset to (?:on|yes|enabled?|edit|manage)\b/i

/** Permissions added to a role widen it for all who have it; those taken away, and those that only show, do not. */
function roleChanged({ detail, facts }: ZoomEvent): Reading {
  const [, name, changes = ''] = ROLE_CHANGE.exec(detail) ?? []
  if (name === undefined) return ROLE_NOT_STATED
  if (!piecesOf(changes).some((piece) => GIVES.test(piece) || LETS_SEE.test(piece))) return NO_CHANGE
  const shown = textOf(name, NAME_MAX) ?? name
  const role = zoomRole(shown)?.role ?? { id: 'member', name: 'Member', tier: 'T2', scope: '*' }
  const holders: Party = {
    id: `holders:${role.id}`,
    email: null,
    name: `Everyone with ${shown}`,
    type: 'group',
  }
  return changed(facts, 'role_widened', holders, role)
}

function controlOf(detail: string): ControlId | null {
  if (!/\bfrom on to off\b/i.test(detail)) return null
  if (/two-factor authentication: from on to off/i.test(detail)) return 'two-factor-requirement'
  return /single sign-?on(?: \(sso\))?: from on to off/i.test(detail) ? 'single-sign-on' : null
}

const ACCOUNT: Party = { id: 'account', email: null, name: 'Everyone in the account', type: 'group' }

function weakened({ facts }: ZoomEvent, control: ControlId): Reading {
  return changed(facts, 'control_weakened', ACCOUNT, weakenedControl(control, '*'))
}

/** Gives the role of a member, 2 in Zoom's API, which takes the place of any other. An owner has to hand over first. */
function runbook(grant: Grant): string | null {
  const email = grant.grantee.email
  if (grant.kind !== 'grant' || email === null || grant.role.id === 'owner') return null
  const body = shellWord(JSON.stringify({ members: [{ email }] }))
  const headers = '-H "Authorization: Bearer $ZOOM_TOKEN" -H "Content-Type: application/json"'
  return `curl -sS -X POST ${headers} https://api.zoom.us/v2/roles/2/members -d ${body}`
}

const ASKED_FOR = [
  'Change Role',
  'Change Owner',
  'Change Account Owner',
  'Edit Role',
  'Update Role',
  'Add User',
  'Edit User',
  'Update User',
  'Delete User',
  'Two-Factor Authentication',
  'Single Sign',
]

export const zoomPreset: Preset = {
  name: 'zoom',
  title: 'Zoom',
  proof: 'vendor text',
  filter: ['operation_detail', `${ELASTIC}.operation_detail`].map((field) => ({
    field,
    op: 'contains',
    values: ASKED_FOR,
  })),
  settleWindowMs: 0,
  overlapMs: 15 * 60_000,
  latestEventAgeMs: 7 * DAY_MS,
  futureSkewMs: 3_600_000,
  carries: { justification: false, ticket: false, expiry: false, ip: false },
  read,
  runbook,
}
