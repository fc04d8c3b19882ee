import { emailOf, type Fields, identityAt, objectsAt } from '../event-fields.ts'
import { EVERY_ROLE, type Role } from '../grant.ts'
import type { Party } from '../party.ts'
import {
  aboutUser,
  byCaller,
  factorPolicy,
  invitation,
  logStreamChanged,
  userCreated,
  weakened,
} from './auth0-context.ts'
import {
  type Auth0Call,
  type Auth0Event,
  BODY,
  callOf,
  factsOfCall,
  identityIn,
  isFailed,
  listIn,
  userOf,
  valueIn,
} from './auth0-event.ts'
import {
  apiPermission,
  applicationRole,
  inOrganization,
  isManagementApi,
  managementApi,
  TENANT_MEMBER,
  tenantRole,
  writes,
} from './auth0-roles.ts'
import { auth0Runbook } from './auth0-runbook.ts'
import { type Preset, type Reading, type ReadOptions, TIME_NOT_STATED } from './preset.ts'
import {
  CALL_FAILED,
  changed,
  GRANTEE_NOT_STATED,
  NOT_COMPLETED,
  NOT_PRIVILEGE_EVENT,
  NOT_PRIVILEGED,
  observed,
  ROLE_NOT_STATED,
  readingOf,
} from './reading.ts'
import { stringListOf } from './string-list.ts'

/**
 * Auth0's tenant log. Every change by the Management API or the dashboard is one event with the call in
 * `details.request`. auth0.com/docs/organizations/invite-members: "the user will receive an email containing a link
 * that will allow them to create an account or log in and join the organization": an invitation gives nothing yet.
 * auth0.github.io/auth0-cli/auth0_client-grants.html: "A client grant authorizes an application (client) to request
 * access tokens for an API (audience), optionally scoped to specific permissions or organizations."
 * github.com/auth0/auth0-customer-detections: "Auth0 Management API scopes should be given to trusted applications and
 * monitored", and "When Auth0 Teams is used all admin related logs are removed from the tenant audit logs": members of
 * such tenants come and go unseen.
 */

const DAY_MS = 24 * 3_600_000

type Reader = (event: Auth0Event, ids: readonly string[]) => Reading

/** Calls by method and path; `*` stands for an id, which the reader is given. */
const ROUTES: readonly (readonly [string, Reader])[] = [
  ['post users/*/roles', (event, [user]) => roles(event, 'grant', user, '*')],
  ['delete users/*/roles', (event, [user]) => roles(event, 'removal', user, '*')],
  ['post users/*/permissions', (event, [user]) => permissions(event, 'grant', user)],
  ['delete users/*/permissions', (event, [user]) => permissions(event, 'removal', user)],
  ['post roles/*/users', roleMembers],
  ['post roles/*/permissions', widenedRole],
  [
    'post organizations/*/members/*/roles',
    (event, [org = '', user]) => roles(event, 'grant', user, inOrganization(org)),
  ],
  [
    'delete organizations/*/members/*/roles',
    (event, [org = '', user]) => roles(event, 'removal', user, inOrganization(org)),
  ],
  ['delete organizations/*/members', organizationMembersRemoved],
  ['post organizations/*/invitations', (event, [org = '']) => invitation(event, inOrganization(org))],
  ['post tenants/invitations', (event) => invitation(event, '*')],
  ['patch tenants/invitations/*', accepted],
  ['patch tenants/members/*', tenantMember],
  ['post tenants/members/*/roles', tenantMember],
  ['put tenants/members/*/roles', tenantMember],
  ['delete tenants/members/*', (event, [user]) => everythingRemoved(event, user, '*')],
  ['delete users/*', (event, [user]) => everythingRemoved(event, user, '*')],
  ['post client-grants', (event) => clientGrant(event, 'grant')],
  ['patch client-grants/*', (event) => clientGrant(event, 'role_widened')],
  [
    'post clients',
    (event) => byCaller(event, 'api-token', identityIn(event.call, 'details.response.body.client_id')),
  ],
  ['post clients/*/rotate-secret', (event, [client]) => byCaller(event, 'api-token', client)],
  [
    'post connections',
    (event) => byCaller(event, 'identity-provider', identityIn(event.call, 'details.response.body.id')),
  ],
  ['patch connections/*', (event, [connection]) => byCaller(event, 'identity-provider', connection)],
  ['post users', userCreated],
  ['delete users/*/multifactor/*', (event, [user]) => aboutUser(event, 'mfa-reset', user)],
  ['delete users/*/authenticators', (event, [user]) => aboutUser(event, 'mfa-reset', user)],
  ['delete users/*/authentication-methods', (event, [user]) => aboutUser(event, 'mfa-reset', user)],
  ['delete users/*/authentication-methods/*', (event, [user]) => aboutUser(event, 'mfa-reset', user)],
  ['put guardian/policies', factorPolicy],
  ['delete log-streams/*', (event) => weakened(event, 'audit-log')],
  ['patch log-streams/*', logStreamChanged],
]

/** By the words of the log, for calls whose path is not known to us. */
const DESCRIPTIONS: Readonly<Record<string, Reader>> = {
  'create tenant invitations for a given client': (event) => invitation(event, '*'),
  'create invitations to organization': (event) => invitation(event, '*'),
  'update an invitation': accepted,
  'delete tenant member': () => GRANTEE_NOT_STATED,
}

const PATTERNS = new Map<string, readonly (readonly [readonly string[], Reader])[]>()
for (const [route, reader] of ROUTES) {
  const [method = '', path = ''] = route.split(' ')
  const pattern = path.split('/')
  const key = `${method} ${pattern[0]} ${pattern.length}`
  PATTERNS.set(key, [...(PATTERNS.get(key) ?? []), [pattern, reader]])
}

function readerOf({ method, path, description }: Auth0Call): readonly [Reader, readonly string[]] | null {
  for (const [pattern, reader] of PATTERNS.get(`${method} ${path[0]} ${path.length}`) ?? []) {
    if (!pattern.every((part, index) => part === '*' || part === path[index])) continue
    return [reader, path.filter((_, index) => pattern[index] === '*')]
  }
  const words = description.toLowerCase()
  const reader = Object.hasOwn(DESCRIPTIONS, words) ? DESCRIPTIONS[words] : undefined
  return reader === undefined ? null : [reader, []]
}

function read(event: unknown, options: ReadOptions): Reading {
  const call = callOf(event, options)
  const found = call === null ? null : readerOf(call)
  if (call === null || found === null) return NOT_PRIVILEGE_EVENT
  if (isFailed(call)) return CALL_FAILED
  const facts = factsOfCall(call, event, options)
  if (facts === null) return { skipped: TIME_NOT_STATED }
  const [reader, ids] = found
  return reader({ call, facts }, ids)
}

function roles(
  event: Auth0Event,
  kind: 'grant' | 'removal',
  user: string | undefined,
  scope: string,
): Reading {
  const grantee = userOf(user ?? null)
  if (grantee === null) return GRANTEE_NOT_STATED
  return readingOf(
    listIn(event, 'roles').map((id) => observed(event.facts, kind, grantee, applicationRole(id, scope))),
    ROLE_NOT_STATED,
  )
}

function roleMembers(event: Auth0Event, [role]: readonly string[]): Reading {
  if (role === undefined) return ROLE_NOT_STATED
  const members = listIn(event, 'users').flatMap((id) => userOf(id) ?? [])
  return readingOf(
    members.map((member) => observed(event.facts, 'grant', member, applicationRole(role, '*'))),
    GRANTEE_NOT_STATED,
  )
}

interface Permission {
  readonly name: string
  readonly api: string
}

function permissionsIn(event: Auth0Event): readonly Permission[] {
  return objectsAt(event.call.fields, `${BODY}.permissions`).flatMap((item: Fields) => {
    const name = identityAt(item, 'permission_name')
    const api = identityAt(item, 'resource_server_identifier')
    return name === null || api === null ? [] : [{ name, api }]
  })
}

/** Permissions given to one user without a role; those that only read are none of ours. */
function permissions(event: Auth0Event, kind: 'grant' | 'removal', user: string | undefined): Reading {
  const grantee = userOf(user ?? null)
  if (grantee === null) return GRANTEE_NOT_STATED
  const powerful = permissionsIn(event).filter(({ name }) => writes([name]))
  return readingOf(
    powerful.map(({ name, api }) => observed(event.facts, kind, grantee, apiPermission(name, api))),
    NOT_PRIVILEGED,
  )
}

function widenedRole(event: Auth0Event, [role]: readonly string[]): Reading {
  if (role === undefined) return ROLE_NOT_STATED
  if (!writes(permissionsIn(event).map(({ name }) => name))) return NOT_PRIVILEGED
  const holders: Party = { id: `holders:${role}`, email: null, name: `Everyone with ${role}`, type: 'group' }
  return changed(event.facts, 'role_widened', holders, applicationRole(role, '*'))
}

function organizationMembersRemoved(event: Auth0Event, [organization]: readonly string[]): Reading {
  const scope = inOrganization(organization ?? '')
  const members = listIn(event, 'members').flatMap((id) => userOf(id) ?? [])
  return readingOf(
    members.map((member) => observed(event.facts, 'removal', member, everyRole(scope))),
    GRANTEE_NOT_STATED,
  )
}

function everyRole(scope: string): Role {
  return { id: EVERY_ROLE, name: 'Every role', tier: 'T2', scope }
}

function everythingRemoved(event: Auth0Event, user: string | undefined, scope: string): Reading {
  return changed(event.facts, 'removal', userOf(user ?? null), everyRole(scope))
}

/** The one who accepts makes the call, and is no grantor: whoever invited is not named here. */
function accepted(event: Auth0Event): Reading {
  const { call, facts } = event
  if (identityIn(call, `${BODY}.state`)?.toLowerCase() !== 'accepted') return NOT_COMPLETED
  const email = emailOf(valueIn(call, `${BODY}.user.email`))
  const member = userOf(identityIn(call, `${BODY}.user.id`) ?? facts.grantor?.id ?? email, email)
  return changed({ ...facts, grantor: null }, 'grant', member, TENANT_MEMBER)
}

function tenantMember(event: Auth0Event, [user]: readonly string[]): Reading {
  const member = userOf(user ?? null)
  if (member === null) return GRANTEE_NOT_STATED
  const names = listIn(event, 'roles')
  if (names.length === 0) return ROLE_NOT_STATED
  return readingOf(
    names
      .flatMap((name) => tenantRole(name) ?? [])
      .map((role) => observed(event.facts, 'grant', member, role)),
    NOT_PRIVILEGED,
  )
}

/** An application's access to an API. That of a customer's own API is the ordinary use of Auth0. */
function clientGrant(event: Auth0Event, kind: 'grant' | 'role_widened'): Reading {
  const stated = (name: string) =>
    valueIn(event.call, `${BODY}.${name}`) ?? valueIn(event.call, `details.response.body.${name}`)
  const audience = stated('audience')
  if (typeof audience !== 'string') return ROLE_NOT_STATED
  if (!isManagementApi(audience.slice(0, 500))) return NOT_PRIVILEGED
  const scopes = stringListOf(stated('scope'))
  const all = stated('allow_all_scopes') === true
  if (!all && !writes(scopes)) return NOT_PRIVILEGED
  const id =
    identityIn(event.call, `${BODY}.client_id`) ?? identityIn(event.call, 'details.response.body.client_id')
  const client: Party | null = id === null ? null : { id, email: null, name: null, type: 'service' }
  return changed(event.facts, kind, client, managementApi(scopes, all))
}

// The paths of all calls that are read; a wide net, since reads of the same things pass it too.
const PATHS = [
  '/users',
  '/roles',
  '/organizations/',
  '/tenants/',
  '/client-grants',
  '/clients',
  '/connections',
  '/guardian/policies',
  '/log-streams/',
]
const PATH_FIELDS = [
  'data.details.request.path',
  'details.request.path',
  'details_request_path',
  'auth0.logs.data.details.request.path',
]
const DESCRIPTION_FIELDS = ['data.description', 'description', 'auth0.logs.data.description']

export const auth0Preset: Preset = {
  name: 'auth0',
  title: 'Auth0',
  proof: 'vendor text',
  filter: [
    ...PATH_FIELDS.map((field) => ({ field, op: 'contains' as const, values: PATHS })),
    ...DESCRIPTION_FIELDS.map((field) => ({
      field,
      op: 'starts-with' as const,
      values: Object.keys(DESCRIPTIONS),
    })),
  ],
  settleWindowMs: 0,
  overlapMs: 15 * 60_000,
  latestEventAgeMs: 7 * DAY_MS,
  futureSkewMs: 3_600_000,
  carries: { justification: false, ticket: false, expiry: false, ip: true },
  read,
  runbook: auth0Runbook,
}
