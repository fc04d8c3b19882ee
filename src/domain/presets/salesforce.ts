import {
  emailOf,
  type Fields,
  fieldsOf,
  identityAt,
  identityOf,
  textAt,
  textOf,
  timeAt,
  timeOf,
  valueAt,
} from '../event-fields.ts'
import type { Grant, Mechanism, Role } from '../grant.ts'
import type { Party, PartyType } from '../party.ts'
import { shellWord } from '../shell.ts'
import { factsOf, hashedAct, ipOf, occurredAtOf } from './act-facts.ts'
import { type ContextId, contextRole } from './context-catalogue.ts'
import { type Preset, type Reading, type ReadOptions, TIME_NOT_STATED } from './preset.ts'
import {
  CALL_FAILED,
  changed,
  type Facts,
  GRANTEE_NOT_STATED,
  NO_CHANGE,
  NOT_PRIVILEGE_EVENT,
  NOT_PRIVILEGED,
  observed,
  ROLE_NOT_STATED,
  readingOf,
} from './reading.ts'
import { assignmentIn, type NamedUser, profileChangeIn, userAtEndOf } from './salesforce-display.ts'
import { permissionSet, profile } from './salesforce-roles.ts'
import { stringListAt } from './string-list.ts'

/**
 * Salesforce's setup audit trail, and the PermissionSetEvent of Shield.
 * developer.salesforce.com/docs/atlas.en-us.platform_events.meta/platform_events/sforce_api_objects_permissionsetevent.htm:
 * "AssignedToUsers—A permission set or permission set group is assigned to one or more users", "UnassignedFromUsers—A
 * permission set or permission set group is unassigned from one or more users", "PermsEnabled—Permissions are
 * enabled", "ImpactedUserIds ... A maximum of 1,000 user IDs are included", "initiates when a permission set
 * containing a critical permission is assigned or unassigned". For the audit trail Salesforce documents only that
 * `Display` is "The full description of changes made in Setup"; its wording is known from other people's parsers, so
 * the preset is unproven until a real record shows it.
 */

const DAY_MS = 24 * 3_600_000
const PLACES = ['', 'payload.', 'data.payload.', 'salesforce.setup_audit_trail.'] as const

/** Where the fields are, whichever of the two kinds of record it is. */
function placeOf(event: unknown, prefix: string | null, marker: string): Fields | null {
  const found = fieldsOf(event, { prefix, markers: PLACES.map((place) => place + marker) })
  for (const place of PLACES) {
    const fields = { root: found.root, base: found.base + place }
    if (typeof valueAt(fields, marker) === 'string') return fields
  }
  return null
}

const OPERATIONS = [
  'AssignedToUsers',
  'UnassignedFromUsers',
  'PermsEnabled',
  'PermissionsEnabled',
  'CriticalPerms',
]

type TrailReader = (fields: Fields, facts: Facts) => Reading

const ACTIONS: Readonly<Record<string, TrailReader>> = {
  permsetassign: (fields, facts) => assigned(fields, facts, 'given'),
  permsetunassign: (fields, facts) => assigned(fields, facts, 'taken'),
  permsetgroupassign: (fields, facts) => assigned(fields, facts, 'given'),
  permsetgroupunassign: (fields, facts) => assigned(fields, facts, 'taken'),
  changedprofileforuser: profileChanged,
  changedprofileforusercusttostd: profileChanged,
  changedprofileforuserstdtocust: profileChanged,
  changedprofileforuserstdtostd: profileChanged,
  createduser: (fields, facts) => aboutUser(fields, facts, 'account-created'),
  resetpassword: (fields, facts) => aboutUser(fields, facts, 'password-reset'),
  suorgadminlogin: (fields, facts) => aboutUser(fields, facts, 'impersonation'),
  loginasgrantedtosfdc: (_, facts) => changed(facts, 'context', SUPPORT, contextRole('impersonation')),
  deletetwofactorinfo2: (fields, facts) => aboutUser(fields, facts, 'mfa-reset'),
}

const SUPPORT: Party = { id: 'salesforce-support', email: null, name: 'Salesforce support', type: 'external' }

function read(event: unknown, options: ReadOptions): Reading {
  const trail = placeOf(event, options.prefix, 'Action')
  const action = trail === null ? '' : (textAt(trail, 'Action', 100) ?? '').toLowerCase()
  const reader = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined
  if (trail !== null && reader !== undefined) {
    const facts = trailFacts(trail, event, options)
    return facts === null ? { skipped: TIME_NOT_STATED } : reader(trail, facts)
  }
  const shield = placeOf(event, options.prefix, 'Operation')
  if (shield === null || !OPERATIONS.includes(textAt(shield, 'Operation', 100) ?? ''))
    return NOT_PRIVILEGE_EVENT
  return permissionSetEvent(shield, event, options)
}

/** The first 15 characters are an id of their own; the other three only check their case. */
function salesforceId(id: string | null): string | null {
  return id !== null && /^[a-zA-Z0-9]{18}$/.test(id) ? id.slice(0, 15) : id
}

function trailFacts(fields: Fields, event: unknown, options: ReadOptions): Facts | null {
  const occurredAt = occurredAtOf(fields, event, ['CreatedDate', 'created_date'], options)
  if (occurredAt === null) return null
  const login = textAt(fields, 'CreatedBy.Username', 200) ?? textAt(fields, 'CreatedBy.Email', 200)
  const id =
    salesforceId(
      identityAt(fields, 'CreatedById') ??
        identityAt(fields, 'created_by_id') ??
        identityAt(fields, 'CreatedBy.Id'),
    ) ?? login
  const name = textAt(fields, 'CreatedBy.Name', 200)
  return factsOf({
    act: identityAt(fields, 'Id') ?? hashedAct(event, timeAt(fields, ['CreatedDate']) !== null),
    occurredAt,
    grantor: id === null ? null : { id, email: emailOf(login), name, type: 'user' },
    // Who really acted, when an administrator was signed in as somebody else: the session was theirs.
    session: identityAt(fields, 'DelegateUser') ?? identityAt(fields, 'delegate_user'),
  })
}

function partyOf({ id, name }: NamedUser): Party | null {
  const known = salesforceId(id) ?? identityOf(name)
  return known === null ? null : { id: known, email: emailOf(name), name: textOf(name, 200), type: 'user' }
}

function assigned(fields: Fields, facts: Facts, direction: 'given' | 'taken'): Reading {
  const assignment = assignmentIn(valueAt(fields, 'Display'), direction)
  if (assignment === null) return GRANTEE_NOT_STATED
  const name = identityOf(assignment.role)
  if (name === null) return ROLE_NOT_STATED
  const role = permissionSet(name, null)
  if (role === null) return NOT_PRIVILEGED
  return changed(facts, direction === 'given' ? 'grant' : 'removal', partyOf(assignment.user), role)
}

/** Every user has one profile, so a change takes one away as it gives another. */
function profileChanged(fields: Fields, facts: Facts): Reading {
  const change = profileChangeIn(valueAt(fields, 'Display'))
  const user = change === null ? null : partyOf(change.user)
  if (change === null || user === null) return GRANTEE_NOT_STATED
  const [before, after] = [profile(change.from), profile(change.to)]
  if (before !== null && before.id === after?.id) return NO_CHANGE
  return readingOf(
    [
      ...(before === null ? [] : [observed(facts, 'removal', user, before)]),
      ...(after === null ? [] : [observed(facts, 'grant', user, after)]),
    ],
    NOT_PRIVILEGED,
  )
}

function aboutUser(fields: Fields, facts: Facts, what: ContextId): Reading {
  const user = userAtEndOf(valueAt(fields, 'Display'))
  return changed(facts, 'context', user === null ? null : partyOf(user), contextRole(what))
}

const BLOCKED = ['Block', 'MeteringBlock', 'EndSession', 'TwoFADenied']
const SOURCES: Readonly<Record<string, Mechanism>> = { API: 'api', Classic: 'console', Lightning: 'console' }
const USERS_MAX = 1_000
const SETS_MAX = 20

function permissionSetEvent(fields: Fields, event: unknown, options: ReadOptions): Reading {
  if (BLOCKED.includes(textAt(fields, 'PolicyOutcome', 100) ?? '')) return CALL_FAILED
  const operation = textAt(fields, 'Operation', 100)
  const names = listOf(fields, ['ParentNameList', 'ParentName']).slice(0, SETS_MAX)
  if (names.length === 0) return ROLE_NOT_STATED
  const permissions = stringListAt(fields, 'PermissionList')
  const roles = names.flatMap(
    (name) => permissionSet(name, permissions.length === 0 ? null : permissions) ?? [],
  )
  if (roles.length === 0) return NOT_PRIVILEGED
  const facts = shieldFacts(fields, event, options)
  if (facts === null) return { skipped: TIME_NOT_STATED }
  if (operation !== 'AssignedToUsers' && operation !== 'UnassignedFromUsers')
    return readingOf(
      roles.map((role) => observed(facts, 'role_widened', holdersOf(role), role)),
      ROLE_NOT_STATED,
    )
  const type: PartyType = identityAt(fields, 'HasExternalUsers') === 'true' ? 'external' : 'user'
  const users = stringListAt(fields, 'ImpactedUserIds', USERS_MAX).map((id) => salesforceId(id) ?? id)
  const kind = operation === 'AssignedToUsers' ? 'grant' : 'removal'
  const observations = users.flatMap((id) =>
    roles.map((role) => observed(facts, kind, { id, email: null, name: null, type }, role)),
  )
  return readingOf(observations.slice(0, USERS_MAX), GRANTEE_NOT_STATED)
}

function listOf(fields: Fields, among: readonly string[]): readonly string[] {
  return among.map((name) => stringListAt(fields, name)).find((list) => list.length > 0) ?? []
}

function holdersOf(role: Role): Party {
  return { id: `holders:${role.id}`, email: null, name: `Everyone with ${role.name}`, type: 'group' }
}

function shieldFacts(fields: Fields, event: unknown, options: ReadOptions): Facts | null {
  const times = ['EventDate', 'CreatedDate']
  const occurredAt = occurredAtOf(fields, event, times, options)
  if (occurredAt === null) return null
  const id = salesforceId(identityAt(fields, 'UserId')) ?? identityAt(fields, 'Username')
  const source = textAt(fields, 'EventSource', 50) ?? ''
  const expiries = stringListAt(fields, 'PermissionExpirationList').map((text) => timeOf(text))
  return factsOf({
    act: identityAt(fields, 'EventIdentifier') ?? hashedAct(event, timeAt(fields, times) !== null),
    occurredAt,
    grantor:
      id === null ? null : { id, email: emailOf(valueAt(fields, 'Username')), name: null, type: 'user' },
    mechanism: Object.hasOwn(SOURCES, source) ? (SOURCES[source] ?? 'unknown') : 'unknown',
    ip: ipOf(valueAt(fields, 'SourceIp')),
    session: identityAt(fields, 'SessionKey') ?? identityAt(fields, 'LoginKey'),
    // Several times belong to several permissions or users, and which to which is not stated.
    expiresAt: expiries.length === 1 ? (expiries[0] ?? null) : null,
  })
}

/** By the Salesforce command line; the assignment's id is looked up, since the log does not hold it. */
function runbook(grant: Grant): string | null {
  if (grant.kind !== 'grant' || !grant.role.id.startsWith('permission-set:')) return null
  if (!/^005[a-zA-Z0-9]{12}$/.test(grant.grantee.id)) return null
  const name = grant.role.name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")
  const set = `(PermissionSet.Label = '${name}' OR PermissionSet.Name = '${name}')`
  const query = `SELECT Id FROM PermissionSetAssignment WHERE AssigneeId = '${grant.grantee.id}' AND ${set}`
  const find = `sf data query --json -q ${shellWord(query)} | jq -r ${shellWord('.result.records[0].Id // empty')}`
  return `ASSIGNMENT=$(${find}) && [ -n "$ASSIGNMENT" ] && sf data delete record --sobject PermissionSetAssignment --record-id "$ASSIGNMENT"`
}

const TRAIL_ACTIONS = [
  'PermSetAssign',
  'PermSetUnassign',
  'PermSetGroupAssign',
  'PermSetGroupUnassign',
  'changedprofileforuser',
  'createduser',
  'resetpassword',
  'suOrgAdminLogin',
  'loginasgrantedtosfdc',
  'deleteTwoFactorInfo2',
]

export const salesforcePreset: Preset = {
  name: 'salesforce',
  title: 'Salesforce',
  proof: 'unproven',
  filter: [
    ...PLACES.map((place) => ({
      field: `${place}Action`,
      op: 'starts-with' as const,
      values: TRAIL_ACTIONS,
    })),
    ...PLACES.map((place) => ({ field: `${place}Operation`, op: 'in' as const, values: OPERATIONS })),
  ],
  // With Shield one assignment is told twice, by the audit trail and by the event.
  settleWindowMs: 2 * 60_000,
  overlapMs: 15 * 60_000,
  latestEventAgeMs: 7 * DAY_MS,
  futureSkewMs: 3_600_000,
  // Only Shield's event has an address or an end, so their absence says nothing.
  carries: { justification: false, ticket: false, expiry: false, ip: false },
  read,
  runbook,
}
