import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import type { Grant } from '../../../src/domain/grant.ts'
import { googleWorkspacePreset } from '../../../src/domain/presets/google-workspace.ts'
import type { ChangeObservation } from '../../../src/domain/presets/preset.ts'
import { aGrant } from '../../support/builders.ts'
import { flattened, read, summary } from './labelled-events.ts'
import { provePreset } from './proof.ts'

type Json = Record<string, unknown>

const AT = '2026-11-24T10:00:00.000Z'
const ANA = { USER_EMAIL: 'ana@northwind.example' }

const event = (name: string, parameters: Record<string, string | string[]>): Json => ({
  type: 'ANY',
  name,
  parameters: Object.entries(parameters).map(([key, value]) =>
    Array.isArray(value) ? { name: key, multiValue: value } : { name: key, value },
  ),
})
const activity = (events: unknown, more: Json = {}): Json => ({
  kind: 'admin#reports#activity',
  id: { time: AT, uniqueQualifier: '-123', applicationName: 'admin', customerId: 'C1' },
  actor: { callerType: 'USER', email: 'sofia@northwind.example', profileId: '9' },
  ipAddress: '192.0.2.7',
  networkInfo: { ipAsn: [64500], regionCode: 'DE' },
  events,
  ...more,
})
const one = (name: string, parameters: Record<string, string | string[]>) =>
  activity([event(name, parameters)])
const assigned = (ROLE_NAME: string) => one('ASSIGN_ROLE', { ROLE_NAME, ...ANA })
const TWO = activity([
  event('ASSIGN_ROLE', { ROLE_NAME: '_GROUPS_ADMIN_ROLE', ...ANA }),
  event('ASSIGN_ROLE', { ROLE_NAME: '_HELP_DESK_ADMIN_ROLE', ...ANA }),
])
const ELASTIC: Json = {
  '@timestamp': AT,
  event: { action: 'ASSIGN_ROLE', id: '-123', provider: 'admin' },
  source: { ip: '192.0.2.7', user: { email: 'sofia@northwind.example' } },
  google_workspace: {
    kind: 'admin#reports#activity',
    event: { type: 'DELEGATED_ADMIN_SETTINGS' },
    admin: { role: { name: '_SEED_ADMIN_ROLE' }, user: { email: 'ana@northwind.example' } },
  },
}

const ALONE = activity(event('ASSIGN_ROLE', { ROLE_NAME: '_SEED_ADMIN_ROLE', ...ANA }))
const LOGGED: Json = {
  timestamp: AT,
  protoPayload: {
    authenticationInfo: { principalEmail: 'sofia@northwind.example' },
    metadata: {
      event: {
        eventName: 'ASSIGN_ROLE',
        parameter: [
          { name: 'ROLE_NAME', value: '_SEED_ADMIN_ROLE' },
          { name: 'USER_EMAIL', value: 'ana@northwind.example' },
        ],
      },
    },
  },
}

provePreset(googleWorkspacePreset, [assigned('_SEED_ADMIN_ROLE'), TWO, ELASTIC, ALONE, LOGGED])

const READINGS: readonly (readonly [string, Json, string])[] = [
  ['a super administrator', assigned('_SEED_ADMIN_ROLE'), 'grant super-admin * T0 ana@northwind.example'],
  ['a super administrator by title', assigned('Super Admin'), 'grant super-admin * T0 ana@northwind.example'],
  ['admin privileges', one('GRANT_ADMIN_PRIVILEGE', ANA), 'grant super-admin * T0 ana@northwind.example'],
  [
    'admin privileges revoked',
    one('REVOKE_ADMIN_PRIVILEGE', ANA),
    'removal super-admin * T0 ana@northwind.example',
  ],
  [
    "a role of Google's",
    assigned('_USER_MANAGEMENT_ADMIN_ROLE'),
    'grant _USER_MANAGEMENT_ADMIN_ROLE * T1 ana@northwind.example',
  ],
  ["a customer's role", assigned('Mail team'), 'grant mail-team * T2 ana@northwind.example'],
  ['a role that reads', assigned('_GROUPS_READER_ROLE'), 'not privileged'],
  [
    'a role in a unit',
    one('ASSIGN_ROLE', { ROLE_NAME: '_GROUPS_ADMIN_ROLE', ORG_UNIT_NAME: 'Sales', ...ANA }),
    'grant _GROUPS_ADMIN_ROLE org-unit:Sales T1 ana@northwind.example',
  ],
  [
    'a role taken',
    one('UNASSIGN_ROLE', { ROLE_NAME: '_GROUPS_ADMIN_ROLE', ...ANA }),
    'removal _GROUPS_ADMIN_ROLE * T1 ana@northwind.example',
  ],
  [
    'two roles at once',
    TWO,
    'grant _GROUPS_ADMIN_ROLE * T1 ana@northwind.example; grant _HELP_DESK_ADMIN_ROLE * T1 ana@northwind.example',
  ],
  ['a role without a name', one('ASSIGN_ROLE', ANA), 'role not stated'],
  ['a role for nobody', one('ASSIGN_ROLE', { ROLE_NAME: 'X' }), 'grantee not stated'],
  [
    'delegated privileges',
    one('GRANT_DELEGATED_ADMIN_PRIVILEGES', { NEW_VALUE: 'new', ...ANA }),
    'grant delegated-admin * T1 ana@northwind.example',
  ],
  [
    'no delegated privileges any more',
    one('GRANT_DELEGATED_ADMIN_PRIVILEGES', { NEW_VALUE: 'NONE', ...ANA }),
    'removal delegated-admin * T1 ana@northwind.example',
  ],
  [
    'a role that allows more',
    one('ADD_PRIVILEGE', { ROLE_NAME: 'Mail team', PRIVILEGE_NAME: 'USERS_UPDATE' }),
    'role_widened mail-team * T2 holders:mail-team',
  ],
  [
    'a role that may read more',
    one('ADD_PRIVILEGE', { ROLE_NAME: 'Mail team', PRIVILEGE_NAME: 'USERS_RETRIEVE' }),
    'not privileged',
  ],
  [
    'a role updated',
    one('UPDATE_ROLE', { ROLE_NAME: 'Mail team', ROLE_ID: '7' }),
    'role_widened mail-team * T2 holders:mail-team',
  ],
  ['a role that allows less', one('REMOVE_PRIVILEGE', { ROLE_NAME: 'Mail team' }), 'no change of privilege'],
  ['a role created', one('CREATE_ROLE', { ROLE_NAME: 'Mail team' }), 'no change of privilege'],
  [
    'a member of the administrators',
    one('ADD_GROUP_MEMBER', { GROUP_EMAIL: 'gcp-org-admins@northwind.example', ...ANA }),
    'indirect group:gcp-org-admins@northwind.example * T2 ana@northwind.example',
  ],
  [
    'a member of the administrators no more',
    one('REMOVE_GROUP_MEMBER', { GROUP_EMAIL: 'gcp-org-admins@northwind.example', ...ANA }),
    'removal group:gcp-org-admins@northwind.example * T2 ana@northwind.example',
  ],
  [
    'a member of a mailing list',
    one('ADD_GROUP_MEMBER', { GROUP_EMAIL: 'products@northwind.example', ...ANA }),
    'not privileged',
  ],
  [
    'a client that may act as anybody',
    one('AUTHORIZE_API_CLIENT_ACCESS', { API_CLIENT_NAME: '1042', API_SCOPES: ['a', 'b'] }),
    'grant domain-wide-delegation * T0 1042',
  ],
  [
    'that client no more',
    one('REMOVE_API_CLIENT_ACCESS', { API_CLIENT_NAME: '1042' }),
    'removal domain-wide-delegation * T0 1042',
  ],
  ['a deleted person', one('DELETE_USER', ANA), 'removal * * T2 ana@northwind.example'],
  ['a new account', one('CREATE_USER', ANA), 'context account-created * T2 ana@northwind.example'],
  [
    "somebody else's password",
    one('CHANGE_PASSWORD', ANA),
    'context password-reset * T2 ana@northwind.example',
  ],
  [
    'one’s own password',
    one('CHANGE_PASSWORD', { USER_EMAIL: 'Sofia@northwind.example' }),
    'not a privilege event',
  ],
  [
    'two-step verification turned off',
    one('TURN_OFF_2_STEP_VERIFICATION', ANA),
    'context mfa-reset * T2 ana@northwind.example',
  ],
  [
    'spare codes made',
    one('GENERATE_2SV_SCRATCH_CODES', ANA),
    'context mfa-reset * T2 ana@northwind.example',
  ],
  [
    'two-step verification no longer asked for',
    one('ENFORCE_STRONG_AUTHENTICATION', { NEW_VALUE: 'false', OLD_VALUE: 'true' }),
    'control_weakened two-factor-requirement * T0 everyone',
  ],
  [
    'two-step verification asked for',
    one('ENFORCE_STRONG_AUTHENTICATION', { NEW_VALUE: 'true' }),
    'no change of privilege',
  ],
  [
    'single sign-on switched off',
    one('TOGGLE_SSO_ENABLED', { NEW_VALUE: 'false' }),
    'control_weakened single-sign-on * T0 everyone',
  ],
  ['another event', one('CHANGE_CALENDAR_SETTING', {}), 'not a privilege event'],
]
for (const [title, sent, expected] of READINGS)
  test(`Google Workspace: ${title}`, () => {
    const result = summary(read(googleWorkspacePreset, sent))
    assert.equal('skipped' in result ? result.skipped : result.observations.join('; '), expected)
  })

function first(sent: Json): ChangeObservation {
  const reading = read(googleWorkspacePreset, sent)
  assert.ok('observations' in reading, JSON.stringify(reading))
  const [observation] = reading.observations
  assert.ok(observation?.form === 'change')
  return observation
}

test('Google Workspace: who did it, when and from where', () => {
  const { grantor, ip, country, asn, occurredAt, act } = first(assigned('Mail team'))
  assert.deepEqual(grantor, {
    id: 'sofia@northwind.example',
    email: 'sofia@northwind.example',
    name: null,
    type: 'user',
  })
  assert.deepEqual([ip, country, asn], ['192.0.2.7', 'DE', '64500'])
  assert.equal(occurredAt, Date.parse(AT))
  assert.equal(act, `-123@${Date.parse(AT)}`)
})

test('Google Workspace: the qualifier alone does not make two activities one', () => {
  const later = activity([event('GRANT_ADMIN_PRIVILEGE', ANA)], {
    id: { time: '2026-11-25T10:00:00.000Z', uniqueQualifier: '-123' },
  })
  assert.notEqual(first(later).act, first(one('GRANT_ADMIN_PRIVILEGE', ANA)).act)
})

test('Google Workspace: a key acts as a service, and an outside profile is nobody', () => {
  const by = (actor: Json) => first(activity([event('GRANT_ADMIN_PRIVILEGE', ANA)], { actor })).grantor
  assert.equal(by({ callerType: 'KEY', key: 'sync' })?.type, 'service')
  assert.equal(by({ callerType: 'USER', profileId: '105250506097979753968' }), null)
})

test('Google Workspace: one event for a record, as a map, as columns, in Elastic’s schema and in Cloud Logging', () => {
  const expected = summary(read(googleWorkspacePreset, assigned('_SEED_ADMIN_ROLE')))
  const parameters = { ROLE_NAME: '_SEED_ADMIN_ROLE', ...ANA }
  const { events: _, ...rest } = assigned('x')
  const logged = Object.entries(parameters).map(([name, value]) => ({ name, value }))
  const forms: readonly Json[] = [
    activity(event('ASSIGN_ROLE', parameters)),
    { ...rest, type: 'DELEGATED_ADMIN_SETTINGS', name: 'ASSIGN_ROLE', parameters },
    {
      event_name: 'ASSIGN_ROLE',
      email: 'sofia@northwind.example',
      time_usec: Date.parse(AT) * 1_000,
      ...parameters,
    },
    {
      event_name: 'ASSIGN_ROLE',
      email: 'sofia@northwind.example',
      time_usec: Date.parse(AT) * 1_000,
      admin: { role: { name: '_SEED_ADMIN_ROLE' }, user: { email: 'ana@northwind.example' } },
    },
    ELASTIC,
    flattened(ELASTIC),
    flattened(ALONE),
    LOGGED,
    flattened(LOGGED),
    {
      timestamp: AT,
      protoPayload: {
        authenticationInfo: { principalEmail: 'sofia@northwind.example' },
        metadata: { event: [{ eventName: 'ASSIGN_ROLE', parameter: logged }] },
      },
    },
  ]
  for (const form of forms) {
    assert.deepEqual(summary(read(googleWorkspacePreset, form)), expected, JSON.stringify(form))
    assert.equal(first(form).grantor?.id, 'sofia@northwind.example', JSON.stringify(form))
    assert.equal(first(form).occurredAt, Date.parse(AT), JSON.stringify(form))
  }
})

const given = (sent: Json): Grant => ({ ...aGrant({ direction: 'given' }), ...first(sent) })
const runbook = (sent: Json) => googleWorkspacePreset.runbook(given(sent))

/** Runs a command with `curl` and `jq` that only report their arguments. */
function callsOf(command: string | null): readonly (readonly string[])[] {
  // Written at once, since both ends of a pipe report at the same time.
  const report =
    '{ all=; for word in "$@"; do all="$all$word$END"; done; printf "%s\\002" "$all" >&3; echo 42; }'
  const script = `exec 3>&2\nEND=$(printf '\\001')\ncurl() ${report}\njq() ${report}\n${command}\n`
  const run = spawnSync('sh', ['-c', script], { encoding: 'utf8', env: { GOOGLE_ACCESS_TOKEN: 'secret' } })
  assert.equal(run.status, 0, run.stderr)
  return run.stderr
    .split('\u0002')
    .slice(0, -1)
    .map((call) => call.split('\u0001').slice(0, -1))
}
const DIRECTORY = 'https://admin.googleapis.com/admin/directory/v1'

test('Google Workspace: a super administrator is made none with one call', () => {
  const [call = []] = callsOf(runbook(assigned('_SEED_ADMIN_ROLE')))
  assert.ok(call.includes('{"status":false}'))
  assert.equal(call.at(-1), `${DIRECTORY}/users/ana%40northwind.example/makeAdmin`)
})

test('Google Workspace: the assignment of a role is looked up and deleted, whatever names hold', () => {
  const hostile = one('ASSIGN_ROLE', { ROLE_NAME: `x'; $(id) "y"`, USER_EMAIL: `a'/..;rm@northwind.example` })
  const calls = callsOf(runbook(hostile))
  assert.ok(calls.some((call) => call.includes(`x'; $(id) "y"`)))
  assert.ok(
    calls.some((call) => call.at(-1)?.endsWith(`roleassignments?userKey=a'%2F..%3Brm%40northwind.example`)),
  )
  assert.deepEqual(
    calls.find((call) => call.includes('DELETE'))?.at(-1),
    `${DIRECTORY}/customer/my_customer/roleassignments/42`,
  )
})

test('Google Workspace: a member is taken out of the group', () => {
  const [call = []] = callsOf(
    runbook(one('ADD_GROUP_MEMBER', { GROUP_EMAIL: 'admins@northwind.example', ...ANA })),
  )
  assert.equal(call.at(-1), `${DIRECTORY}/groups/admins%40northwind.example/members/ana%40northwind.example`)
  assert.equal(runbook(one('AUTHORIZE_API_CLIENT_ACCESS', { API_CLIENT_NAME: '1042' })), null)
  assert.equal(runbook(one('UPDATE_ROLE', { ROLE_NAME: 'Mail team' })), null)
})
