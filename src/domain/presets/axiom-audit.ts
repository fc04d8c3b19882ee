import { emailOf, type Fields, fieldsOf, identityAt, textAt, timeOf, valueAt } from '../event-fields.ts'
import { EVERY_ROLE, type Role, type Tier } from '../grant.ts'
import type { Party } from '../party.ts'
import { roleSlug } from '../role-tiers.ts'
import { factsOf, hashedAct, ipOf, occurredAtOf } from './act-facts.ts'
import { type ContextId, contextRole } from './context-catalogue.ts'
import { type Preset, type Reading, type ReadOptions, TIME_NOT_STATED } from './preset.ts'
import { changed, type Facts, NOT_PRIVILEGE_EVENT, NOT_PRIVILEGED, ROLE_NOT_STATED } from './reading.ts'

/**
 * Axiom's own `axiom-audit` dataset. Axiom documents the names of its actions (axiom.co/docs/reference/audit-log:
 * "createUser", "createGroup", "createAPIToken", "removeUserFromOrg") but not the fields of a change of role, so
 * those are looked for where its events keep such things, and the preset is unproven until a real event shows one.
 */

const DAY_MS = 24 * 3_600_000
const NAME_MAX = 200

interface AxiomEvent {
  readonly fields: Fields
  readonly facts: Facts
}

type Reader = (event: AxiomEvent) => Reading

const READERS: Readonly<Record<string, Reader>> = {
  createUser: (event) => given(event, 'account-created'),
  addUserToOrg: (event) => given(event, null),
  updateUser: (event) => given(event, null),
  updateUserRole: (event) => given(event, null),
  updateUserRoles: (event) => given(event, null),
  updateOrgUserRole: (event) => given(event, null),
  addUserToGroup: (event) => given(event, null),
  removeUserFromOrg: removed,
  deleteUser: removed,
  createAPIToken: token,
  createAdvancedApiToken: token,
  createBasicApiToken: token,
  createPersonalToken: token,
  createPersonalAccessToken: token,
}

function read(event: unknown, options: ReadOptions): Reading {
  const fields = fieldsOf(event, { prefix: options.prefix, markers: ['action'] })
  const action = valueAt(fields, 'action')
  const reader = typeof action === 'string' && Object.hasOwn(READERS, action) ? READERS[action] : undefined
  if (reader === undefined) return NOT_PRIVILEGE_EVENT
  const occurredAt = occurredAtOf(fields, event, ['timestamp', 'time'], options)
  if (occurredAt === null) return { skipped: TIME_NOT_STATED }
  const statesTime = timeOf(valueAt(fields, 'timestamp') ?? valueAt(fields, 'time')) !== null
  const facts = factsOf({
    act: identityAt(fields, 'id') ?? hashedAct(event, statesTime),
    occurredAt,
    grantor: partyAt(fields, ['actor']),
    ip: ipOf(valueAt(fields, 'actor.ip') ?? valueAt(fields, 'ip')),
  })
  return reader({ fields, facts })
}

/** The first of several places that names somebody. */
function partyAt(fields: Fields, places: readonly string[]): Party | null {
  for (const place of places) {
    const email = emailOf(valueAt(fields, `${place}.email`))
    const id = identityAt(fields, `${place}.id`) ?? email
    if (id !== null) return { id, email, name: textAt(fields, `${place}.name`, NAME_MAX), type: 'user' }
  }
  return null
}

const GRANTEES = ['properties.user', 'properties.member', 'resource']

const TIERS: Readonly<Record<string, Tier>> = { owner: 'T0', admin: 'T1', administrator: 'T1' }
const PLAIN_ROLES = ['user', 'member', 'read-only', 'readonly', 'viewer', 'none', 'guest']

function given(event: AxiomEvent, otherwise: ContextId | null): Reading {
  const grantee = partyAt(event.fields, GRANTEES)
  const places = ['properties.new_role', 'properties.newRole', 'properties.role', 'properties.role_name']
  const name = places.map((place) => textAt(event.fields, place, NAME_MAX)).find((found) => found !== null)
  const key = (name ?? '').toLowerCase()
  if (name !== undefined && name !== null && !PLAIN_ROLES.includes(key)) {
    const tier = Object.hasOwn(TIERS, key) ? (TIERS[key] ?? 'T2') : 'T2'
    const role: Role = { id: roleSlug(name), name, tier, scope: '*' }
    return changed(event.facts, 'grant', grantee, role)
  }
  if (otherwise !== null) return changed(event.facts, 'context', grantee, contextRole(otherwise))
  return name === undefined || name === null ? ROLE_NOT_STATED : NOT_PRIVILEGED
}

function removed(event: AxiomEvent): Reading {
  const everything: Role = { id: EVERY_ROLE, name: 'Every role', tier: 'T2', scope: '*' }
  return changed(event.facts, 'removal', partyAt(event.fields, GRANTEES), everything)
}

function token(event: AxiomEvent): Reading {
  const thing = identityAt(event.fields, 'resource.id') ?? '*'
  return changed(event.facts, 'context', event.facts.grantor, contextRole('api-token', thing))
}

export const axiomPreset: Preset = {
  name: 'axiom',
  title: 'Axiom',
  proof: 'unproven',
  filter: [{ field: 'action', op: 'in', values: Object.keys(READERS) }],
  settleWindowMs: 0,
  overlapMs: 15 * 60_000,
  latestEventAgeMs: 7 * DAY_MS,
  futureSkewMs: 3_600_000,
  carries: { justification: false, ticket: false, expiry: false, ip: false },
  read,
  // Axiom has no documented command for the roles of a member; its settings page is where they are taken away.
  runbook: () => null,
}
