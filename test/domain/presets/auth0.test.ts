import assert from 'node:assert/strict'
import { test } from 'node:test'
import { auth0Preset } from '../../../src/domain/presets/auth0.ts'
import { takes } from '../../../src/domain/revocation.ts'
import { aGrant } from '../../support/builders.ts'
import { read, summary } from './labelled-events.ts'
import { provePreset } from './proof.ts'
import { HOSTILE_NAMES, shellCalls } from './shell-calls.ts'

const ALICE = 'auth0|64597'

/** One call of the Management API as Auth0 streams it. */
const aCall = (
  call: string,
  body: unknown,
  more: { data?: Record<string, unknown>; status?: number; answer?: unknown; user?: unknown } = {},
) => {
  const [method, path] = call.split(' ')
  const user = { user_id: 'auth0|1', name: 'Bob', email: 'bob@northwind.example' }
  return {
    log_id: '900',
    data: {
      date: '2026-11-24T10:00:00.000Z',
      type: 'sapi',
      description: 'A call',
      client_id: 'client-1',
      client_name: 'Terraform',
      ip: '192.0.2.7',
      user_agent: 'Chrome 114',
      details: {
        request: {
          method,
          path: `/api/v2/${path}`,
          body,
          channel: 'https://manage.auth0.com/',
          userAgent: 'Mozilla/5.0',
          auth: { user: 'user' in more ? more.user : user, strategy: 'jwt', credentials: { jti: 'j' } },
        },
        response: { statusCode: more.status ?? 204, body: more.answer ?? {} },
      },
      ...more.data,
    },
  }
}

const MANAGEMENT = 'https://northwind.eu.auth0.com/api/v2/'
const ROLE = aCall('post users/auth0%7C64597/roles', { roles: ['rol_a', 'rol_b'] })
const CLIENT = aCall('post client-grants', {
  client_id: 'm2m',
  audience: MANAGEMENT,
  scope: ['update:users'],
})
/** As the pull API and Log Analytics have it: flat, and with underscores. */
const PULLED = { ...ROLE.data, log_id: '900' }
const UNDERSCORED = {
  date: '2026-11-24T10:00:00.000Z',
  type: 'sapi',
  log_id: '900',
  details_request_method: 'post',
  details_request_path: '/api/v2/users/auth0%7C64597/roles',
  details_request_body_roles: '["rol_a"]',
  details_request_auth_user_user_id: 'auth0|1',
  details_response_statusCode: '204',
}

provePreset(auth0Preset, [ROLE, CLIENT, PULLED, UNDERSCORED])

const line = (event: unknown) => {
  const result = summary(read(auth0Preset, event))
  return 'skipped' in result ? result.skipped : result.observations.join('; ')
}

const READINGS: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ['two roles of a user', ROLE, `grant rol_a * T2 ${ALICE}; grant rol_b * T2 ${ALICE}`],
  ['the pull interface', PULLED, `grant rol_a * T2 ${ALICE}; grant rol_b * T2 ${ALICE}`],
  ['fields joined by underscores', UNDERSCORED, `grant rol_a * T2 ${ALICE}`],
  [
    'Elastic',
    { auth0: { logs: { data: ROLE.data } } },
    `grant rol_a * T2 ${ALICE}; grant rol_b * T2 ${ALICE}`,
  ],
  [
    'a role and its new members',
    aCall('post roles/rol_a/users', { users: [ALICE, 'auth0|2'] }),
    `grant rol_a * T2 ${ALICE}; grant rol_a * T2 auth0|2`,
  ],
  [
    'a role in an organisation',
    aCall(`post organizations/org_1/members/${ALICE}/roles`, { roles: ['rol_a'] }),
    `grant rol_a org:org_1 T2 ${ALICE}`,
  ],
  ['a role taken', aCall(`delete users/${ALICE}/roles`, { roles: ['rol_a'] }), `removal rol_a * T2 ${ALICE}`],
  ['no role at all', aCall(`post users/${ALICE}/roles`, {}), 'role not stated'],
  ['a look at roles', aCall(`get users/${ALICE}/roles`, null), 'not a privilege event'],
  [
    'a refused call',
    aCall(`post users/${ALICE}/roles`, { roles: ['rol_a'] }, { status: 403 }),
    'call failed',
  ],
  [
    'a failed operation',
    aCall(`post users/${ALICE}/roles`, { roles: ['rol_a'] }, { data: { type: 'fapi' } }),
    'call failed',
  ],
  [
    'members out of an organisation',
    aCall('delete organizations/org_1/members', { members: [ALICE] }),
    `removal * org:org_1 T2 ${ALICE}`,
  ],
  [
    'a member of the tenant deleted',
    aCall(`delete tenants/members/${ALICE}`, null),
    `removal * * T2 ${ALICE}`,
  ],
  [
    'a member of the tenant made its admin',
    aCall(`patch tenants/members/${ALICE}`, { roles: ['owner', 'viewer'] }),
    `grant tenant-admin * T0 ${ALICE}`,
  ],
  [
    'a viewer of the tenant',
    aCall(`patch tenants/members/${ALICE}`, { roles: ['viewer-users'] }),
    'not privileged',
  ],
  [
    'an invitation',
    aCall('post tenants/invitations', { owners: ['carol@x.example'], roles: ['owner'] }),
    'context invitation * T2 carol@x.example',
  ],
  [
    'an invitation declined',
    aCall('patch tenants/invitations/inv_1', { state: 'declined', user: { id: ALICE } }),
    'requested and not completed',
  ],
  ['an application that administers the tenant', CLIENT, 'grant management-api * T1 m2m'],
  [
    'an application that can give itself more',
    aCall('post client-grants', {
      client_id: 'm2m',
      audience: MANAGEMENT,
      scope: '["create:client_grants"]',
    }),
    'grant management-api * T0 m2m',
  ],
  [
    'an application that reads',
    aCall('post client-grants', { client_id: 'm2m', audience: MANAGEMENT, scope: ['read:logs'] }),
    'not privileged',
  ],
  [
    "an application of the customer's own interface",
    aCall('post client-grants', {
      client_id: 'm2m',
      audience: 'https://demo.example/api/',
      scope: ['write:x'],
    }),
    'not privileged',
  ],
  [
    'an application given more',
    aCall(
      'patch client-grants/cgr_1',
      { scope: ['delete:users'] },
      { answer: { client_id: 'm2m', audience: MANAGEMENT } },
    ),
    'role_widened management-api * T1 m2m',
  ],
  [
    'permissions of one user',
    aCall(`post users/${ALICE}/permissions`, {
      permissions: [
        { resource_server_identifier: 'https://x.example', permission_name: 'write:all' },
        { resource_server_identifier: 'https://x.example', permission_name: 'read:all' },
      ],
    }),
    `grant permission:write:all api:https://x.example T2 ${ALICE}`,
  ],
  [
    'permissions added to a role',
    aCall('post roles/rol_a/permissions', {
      permissions: [{ resource_server_identifier: 'https://x.example', permission_name: 'write:all' }],
    }),
    'role_widened rol_a * T2 holders:rol_a',
  ],
  [
    'nobody needs a second factor',
    aCall('put guardian/policies', []),
    'control_weakened two-factor-requirement * T0 tenant',
  ],
  [
    'everybody needs a second factor',
    aCall('put guardian/policies', ['all-applications']),
    'not a privilege event',
  ],
  ['no more log', aCall('delete log-streams/lst_1', null), 'control_weakened audit-log * T0 tenant'],
  [
    'factors of a user reset',
    aCall(`delete users/${ALICE}/multifactor/duo`, null),
    `context mfa-reset * T2 ${ALICE}`,
  ],
  ['a way to sign in', aCall('patch connections/con_1', {}), 'context identity-provider con_1 T2 auth0|1'],
]
for (const [title, event, expected] of READINGS)
  test(`Auth0: ${title}`, () => assert.equal(line(event), expected))

const observationsOf = (event: unknown) => {
  const reading = read(auth0Preset, event)
  return 'observations' in reading ? reading.observations : []
}

test('Auth0 states who called, from where and how', () => {
  const [observation] = observationsOf(ROLE)
  assert.deepEqual(observation?.grantor, {
    id: 'auth0|1',
    email: 'bob@northwind.example',
    name: 'Bob',
    type: 'user',
  })
  assert.equal(observation?.act, '900')
  assert.equal(observation?.ip, '192.0.2.7')
  assert.equal(observation?.mechanism, 'console')
  assert.equal(observation?.occurredAt, Date.parse('2026-11-24T10:00:00Z'))
})

test('an application with a token of its own is the grantor where no person is', () => {
  const [observation] = observationsOf(aCall('post roles/rol_a/users', { users: [ALICE] }, { user: null }))
  assert.deepEqual(observation?.grantor, { id: 'client-1', email: null, name: 'Terraform', type: 'service' })
})

test('whoever accepts an invitation has not granted it to themselves', () => {
  const body = { state: 'accepted', user: { id: ALICE, email: 'alice@x.example' } }
  const [observation] = observationsOf(aCall('patch tenants/invitations/inv_1', body))
  assert.equal(observation?.grantor, null)
  assert.deepEqual(observation?.grantee, { id: ALICE, email: 'alice@x.example', name: null, type: 'user' })
})

test('a role taken in an organisation is that role there, and not the same role elsewhere', () => {
  const made = (call: string) => {
    const [observation] = observationsOf(aCall(call, { roles: ['rol_a'] }))
    assert.ok(observation?.form === 'change')
    const { kind, role, grantee } = observation
    return aGrant({ kind, role, grantee, direction: kind === 'removal' ? 'taken' : 'given' })
  }
  const removal = made(`delete organizations/org_1/members/${ALICE}/roles`)
  assert.ok(takes(removal, made(`post organizations/org_1/members/${ALICE}/roles`)))
  assert.ok(!takes(removal, made(`post users/${ALICE}/roles`)))
})

const PROGRAMS = ['curl', 'jq']
const given = (id: string, scope: string, granteeId: string, type: 'user' | 'service' = 'user') =>
  aGrant({
    kind: 'grant',
    direction: 'given',
    grantee: { id: granteeId, email: null, name: null, type },
    role: { id, name: id.replace(/^permission:/, ''), tier: 'T2', scope },
  })

test('each role in Auth0 has the call that takes it away', () => {
  const last = (grant: ReturnType<typeof given>) =>
    shellCalls(auth0Preset.runbook(grant), PROGRAMS).at(-1) ?? []
  const user = last(given('rol_a', '*', ALICE))
  assert.ok(user.includes('https://northwind.example/api/v2/users/auth0%7C64597/roles'))
  assert.equal(user.at(-1), '{"roles":["rol_a"]}')
  const member = last(given('rol_a', 'org:org_1', ALICE))
  assert.ok(
    member.includes('https://northwind.example/api/v2/organizations/org_1/members/auth0%7C64597/roles'),
  )
  const permission = last(given('permission:write:all', 'api:https://x.example', ALICE))
  assert.deepEqual(JSON.parse(permission.at(-1) ?? ''), {
    permissions: [{ resource_server_identifier: 'https://x.example', permission_name: 'write:all' }],
  })
  const client = last(given('management-api', '*', 'm2m', 'service'))
  assert.equal(client.at(-1), 'https://northwind.example/api/v2/client-grants/42')
})

test('no id leaves its place in the command for Auth0', () => {
  for (const name of HOSTILE_NAMES) {
    const [call, ...others] = shellCalls(auth0Preset.runbook(given(`rol_${name}`, '*', name)), PROGRAMS)
    assert.deepEqual(others, [])
    assert.ok(
      call?.includes(`https://northwind.example/api/v2/users/${encodeURIComponent(name)}/roles`),
      name,
    )
    assert.deepEqual(JSON.parse(call?.at(-1) ?? ''), { roles: [`rol_${name}`] })
  }
})

test('members of the tenant itself are taken away in the dashboard only', () => {
  assert.equal(auth0Preset.runbook(given('tenant-member', '*', ALICE)), null)
  assert.equal(auth0Preset.runbook(given('rol_a', '*', '..')), null)
})
