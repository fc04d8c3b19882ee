import { type Fields, fieldsOf, identityAt, objectsAt, textAt, timeOf, valueAt } from '../event-fields.ts'
import { type ActFacts, EVERY_ROLE, type GrantKind, type Mechanism, type Role } from '../grant.ts'
import type { Party } from '../party.ts'
import { factsOf, hashedAct, ipOf, mechanismOfAgent, occurredAtOf } from './act-facts.ts'
import { type ContextId, contextRole } from './context-catalogue.ts'
import { ELASTIC_EVENT_TYPE, nativeOfElastic } from './okta-elastic.ts'
import { actorOf, type MemberKind, membersOf, thingOf } from './okta-parties.ts'
import {
  directionMarkOf,
  onlyReads,
  resourceSetOf,
  rolesOfPrivileges,
  rolesOfTargets,
  scopeOfTargets,
} from './okta-roles.ts'
import { oktaRunbook } from './okta-runbook.ts'
import { type Observation, type Preset, type Reading, type ReadOptions, TIME_NOT_STATED } from './preset.ts'
import {
  CALL_FAILED,
  GRANTEE_NOT_STATED,
  NOT_PRIVILEGE_EVENT,
  NOT_PRIVILEGED,
  ROLE_NOT_STATED,
} from './reading.ts'

const DAY_MS = 24 * 3_600_000
const NAME_MAX = 200

/** What one event is about, once it is known to be of interest and to have succeeded. */
interface OktaEvent {
  readonly fields: Fields
  readonly targets: readonly Fields[]
  readonly facts: Omit<ActFacts, 'grantee'>
}

type Reader = (event: OktaEvent) => Reading

const READERS: Readonly<Record<string, Reader>> = {
  'user.account.privilege.grant': (event) => privileges(event, 'USER'),
  'user.account.privilege.revoke': (event) => allRevoked(event, 'USER'),
  'group.privilege.grant': (event) => privileges(event, 'GROUP'),
  'group.privilege.revoke': (event) => allRevoked(event, 'GROUP'),
  'app.oauth2.client.privilege.grant': (event) => privileges(event, 'CLIENT'),
  'app.oauth2.client.privilege.revoke': (event) => allRevoked(event, 'CLIENT'),
  'iam.resourceset.bindings.add': (event) => binding(event, 'grant'),
  'iam.resourceset.bindings.delete': (event) => binding(event, 'removal'),
  'iam.role.permissions.add': (event) => widenedRole(event),
  'iam.role.permission.conditions.delete': (event) => widenedRole(event),
  'iam.resourceset.resources.add': (event) => widenedResourceSet(event),
  'user.lifecycle.delete.completed': (event) => deleted(event, 'USER'),
  'group.lifecycle.delete': (event) => deleted(event, 'GROUP'),
  'app.oauth2.client.lifecycle.delete': (event) => deleted(event, 'CLIENT'),
  'user.mfa.factor.reset_all': (event) => context(event, 'mfa-reset', 'USER'),
  'user.mfa.factor.deactivate': (event) => context(event, 'mfa-reset', 'USER'),
  'user.account.reset_password': (event) => context(event, 'password-reset', 'USER'),
  'user.lifecycle.create': (event) => context(event, 'account-created', 'USER'),
  'system.api_token.create': (event) => context(event, 'api-token', 'ACTOR'),
  'app.oauth2.credentials.lifecycle.create': (event) => context(event, 'api-token', 'ACTOR'),
  'system.idp.lifecycle.create': (event) => context(event, 'identity-provider', 'ACTOR'),
  'system.idp.lifecycle.update': (event) => context(event, 'identity-provider', 'ACTOR'),
  'system.idp.lifecycle.activate': (event) => context(event, 'identity-provider', 'ACTOR'),
  'user.session.impersonation.grant': (event) => context(event, 'impersonation', 'SUPPORT'),
  'user.session.impersonation.initiate': (event) => context(event, 'impersonation', 'SUPPORT'),
}

const FAILED_RESULTS = new Set(['FAILURE', 'DENY', 'SKIPPED', 'UNANSWERED', 'ABANDONED', 'RATE_LIMIT'])

function read(event: unknown, options: ReadOptions): Reading {
  const own = fieldsOf(event, { prefix: options.prefix, markers: ['eventType'] })
  const fields = valueAt(own, 'eventType') === undefined ? (nativeOfElastic(event, options) ?? own) : own
  const eventType = valueAt(fields, 'eventType')
  if (typeof eventType !== 'string' || !Object.hasOwn(READERS, eventType)) return NOT_PRIVILEGE_EVENT
  const reader = READERS[eventType]
  if (reader === undefined) return NOT_PRIVILEGE_EVENT
  if (FAILED_RESULTS.has((textAt(fields, 'outcome.result') ?? 'SUCCESS').toUpperCase())) return CALL_FAILED
  const occurredAt = occurredAtOf(fields, event, ['published'], options)
  if (occurredAt === null) return { skipped: TIME_NOT_STATED }
  const act =
    identityAt(fields, 'debugContext.debugData.requestId') ??
    identityAt(fields, 'uuid') ??
    hashedAct(event, timeOf(valueAt(fields, 'published')) !== null)
  const userAgent = textAt(fields, 'client.userAgent.rawUserAgent')
  const facts = factsOf({
    act,
    occurredAt,
    grantor: actorOf(fields),
    mechanism: mechanismOf(fields, userAgent),
    ip: ipOf(valueAt(fields, 'client.ipAddress')),
    country: textAt(fields, 'client.geographicalContext.country', NAME_MAX),
    asn: identityAt(fields, 'securityContext.asNumber'),
    userAgent,
    session: identityAt(fields, 'authenticationContext.externalSessionId'),
  })
  return reader({ fields, targets: objectsAt(fields, 'target'), facts })
}

function mechanismOf(fields: Fields, userAgent: string | null): Mechanism {
  const byAgent = mechanismOfAgent(userAgent)
  if (byAgent === 'iac' || byAgent === 'scim') return byAgent
  if (valueAt(fields, 'transaction.detail.requestApiTokenId') !== undefined) return 'api'
  const uri = textAt(fields, 'debugContext.debugData.requestUri') ?? ''
  if (uri.startsWith('/api/internal/')) return 'console'
  return uri.startsWith('/api/v1/') && byAgent !== 'console' ? 'api' : byAgent
}

function changes(
  event: OktaEvent,
  kind: GrantKind,
  grantees: readonly Party[],
  roles: readonly Role[],
): Reading {
  const privileged = roles.filter((role) => !onlyReads(role))
  if (privileged.length === 0) return NOT_PRIVILEGED
  const observations = grantees.flatMap((grantee) =>
    privileged.map((role): Observation => ({ form: 'change', kind, role, grantee, ...event.facts })),
  )
  return { observations }
}

/**
 * "Admin privileges changed": newer tenants state one change by its targets; the others list all that the grantee
 * now holds, also after one of two roles was taken away.
 */
function privileges(event: OktaEvent, wanted: MemberKind): Reading {
  const grantees = membersOf(event.targets, [wanted])
  if (grantees.length === 0) return GRANTEE_NOT_STATED
  const named = rolesOfTargets(event.targets)
  const mark = directionMarkOf(event.targets)
  if (mark !== null) {
    const roles = named.length === 0 && mark.role !== null ? [mark.role] : named
    const given = mark.indirect ? 'indirect' : 'grant'
    if (roles.length > 0)
      return changes(event, mark.direction === 'taken' ? 'removal' : given, grantees, roles)
  }
  const held = rolesOfPrivileges(valueAt(event.fields, 'debugContext.debugData.privilegeGranted'))
  if (held.length > 0) return snapshots(event, grantees, { roles: held, taken: [] })
  // Roles without a direction and without the list, or no role at all: read as given, lest a grant be lost.
  return mark?.direction === 'taken'
    ? ROLE_NOT_STATED
    : changes(event, 'grant', grantees, named.length > 0 ? named : [UNNAMED_ROLE])
}

/** Shippers may drop the list and the targets: it may be any role. */
const UNNAMED_ROLE: Role = {
  id: 'unnamed-role',
  name: 'An administrator role that the log does not name',
  tier: 'T1',
  scope: '*',
}

function snapshots(
  event: OktaEvent,
  grantees: readonly Party[],
  state: { readonly roles: readonly Role[]; readonly taken: readonly Role[] },
): Reading {
  const roles = state.roles.filter((role) => !onlyReads(role))
  const taken = state.taken.filter((role) => !onlyReads(role))
  const hasOrdinary = roles.length < state.roles.length || taken.length < state.taken.length
  return {
    observations: grantees.map((grantee) => ({
      form: 'snapshot',
      grantee,
      roles,
      taken,
      hasOrdinary,
      ...event.facts,
    })),
  }
}

/** "All privileges were revoked": fires only when nothing is left. */
function allRevoked(event: OktaEvent, wanted: MemberKind): Reading {
  const grantees = membersOf(event.targets, [wanted])
  if (grantees.length === 0) return GRANTEE_NOT_STATED
  const listed = rolesOfPrivileges(valueAt(event.fields, 'debugContext.debugData.privilegeRevoked'))
  const taken = listed.length > 0 ? listed : rolesOfTargets(event.targets)
  return snapshots(event, grantees, { roles: [], taken })
}

function binding(event: OktaEvent, kind: 'grant' | 'removal'): Reading {
  const grantees = membersOf(event.targets, ['USER', 'GROUP', 'CLIENT'])
  if (grantees.length === 0) return GRANTEE_NOT_STATED
  const named = rolesOfTargets(event.targets)
  const unnamed: Role = {
    id: 'custom-role',
    name: 'Custom administrator role',
    tier: 'T2',
    scope: scopeOfTargets(event.targets),
  }
  return changes(event, kind, grantees, named.length > 0 ? named : [unnamed])
}

function widenedRole(event: OktaEvent): Reading {
  const roles = rolesOfTargets(event.targets)
  if (roles.length === 0) return ROLE_NOT_STATED
  const observations = roles.map((role): Observation => {
    const holders: Party = {
      id: `holders:${role.id}`,
      email: null,
      name: `Everyone with ${role.name}`,
      type: 'group',
    }
    return { form: 'change', kind: 'role_widened', role, grantee: holders, ...event.facts }
  })
  return { observations }
}

function widenedResourceSet(event: OktaEvent): Reading {
  const set = resourceSetOf(event.targets)
  const scope = scopeOfTargets(event.targets)
  if (set === null || scope === '*') return ROLE_NOT_STATED
  const name = textAt(set, 'displayName', NAME_MAX) ?? scope
  const holders: Party = {
    id: `holders:${scope}`,
    email: null,
    name: `Everyone with a role on ${name}`,
    type: 'group',
  }
  const role: Role = { id: 'resource-set', name: `Any role on ${name}`, tier: 'T2', scope }
  return changes(event, 'role_widened', [holders], [role])
}

function deleted(event: OktaEvent, wanted: MemberKind): Reading {
  const grantees = membersOf(event.targets, [wanted])
  if (grantees.length === 0) return GRANTEE_NOT_STATED
  return changes(event, 'removal', grantees, [{ id: EVERY_ROLE, name: 'Every role', tier: 'T2', scope: '*' }])
}

const OKTA_SUPPORT: Party = { id: 'okta-support', email: null, name: 'Okta support', type: 'external' }

function context(event: OktaEvent, what: ContextId, about: 'USER' | 'ACTOR' | 'SUPPORT'): Reading {
  const actor = event.facts.grantor === null ? [] : [event.facts.grantor]
  const parties = { USER: membersOf(event.targets, ['USER']), ACTOR: actor, SUPPORT: [OKTA_SUPPORT] }[about]
  if (parties.length === 0) return GRANTEE_NOT_STATED
  const thing = about === 'ACTOR' ? thingOf(event.targets) : undefined
  const scope = (thing === undefined ? null : identityAt(thing, 'id')) ?? '*'
  return changes(event, 'context', parties, [contextRole(what, scope)])
}

export const oktaPreset: Preset = {
  name: 'okta',
  title: 'Okta',
  proof: 'vendor text',
  filter: ['eventType', ELASTIC_EVENT_TYPE].map((field) => ({
    field,
    op: 'in',
    values: Object.keys(READERS),
  })),
  settleWindowMs: 2 * 60_000,
  overlapMs: 15 * 60_000,
  latestEventAgeMs: 7 * DAY_MS,
  futureSkewMs: 3_600_000,
  carries: { justification: false, ticket: false, expiry: false, ip: true },
  read,
  runbook: oktaRunbook,
}
