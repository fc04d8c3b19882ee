import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cloudflarePreset } from '../../../src/domain/presets/cloudflare.ts'
import { read } from './labelled-events.ts'
import { provePreset } from './proof.ts'
import { actTest, callsOf, changeIn, grantOf, readingTests, readingText } from './reading-text.ts'

type Json = Record<string, unknown>

const SUPER = '33666b9c79b9a5273fc7344ff42f953d'
const READ_ONLY = 'f2b20eaa1a5d4af42b53ac16238c99c7'
const MEMBERS = '/client/v4/accounts/acc1/members'
const ALICE = { email: 'alice@northwind.example' }

/** Version 2 by API. */
const aCall = (method: string, uri: string, resource: Json = {}, more: Json = {}) => ({
  id: 'log-1',
  account: { id: 'acc1', name: 'Northwind' },
  action: { type: 'update', result: 'success', time: '2026-11-24T10:00:00Z' },
  actor: {
    id: 'act1',
    type: 'user',
    context: 'dash',
    email: 'bob@northwind.example',
    ip_address: '192.0.2.7',
  },
  raw: { method, uri, status_code: 200, user_agent: 'Mozilla/5.0' },
  resource: { product: 'members', type: 'member', ...resource },
  ...more,
})
/** Version 1 by API. */
const anEntry = (type: string, resource: Json, more: Json = {}) => ({
  id: 'log-9',
  when: '2026-11-24T10:00:00Z',
  action: { result: true, type },
  actor: { id: 'act1', email: 'bob@northwind.example', ip: '192.0.2.7', type: 'user' },
  interface: 'UI',
  metadata: {},
  newValue: '',
  oldValue: '',
  resource,
  ...more,
})

const accepted = (roles: unknown, more: Json = {}) => ({
  result: { id: 'm1', status: 'accepted', user: ALICE, roles, ...more },
})
const ADDED = aCall('POST', MEMBERS, {
  response: accepted([{ id: SUPER, name: 'Super Administrator - All Privileges' }]),
})
const INVITED = aCall('POST', MEMBERS, { request: { ...ALICE, roles: [SUPER], status: 'pending' } })
const CHANGED = aCall('PUT', `${MEMBERS}/m1`, {
  response: accepted([{ id: SUPER, name: 'Super Administrator' }]),
})
const REMOVED = aCall('DELETE', `${MEMBERS}/m1`)
/** Version 2 by Logpush. */
const PUSHED = {
  AccountID: 'acc1',
  AuditLogID: 'log-1',
  ActionType: 'create',
  ActionResult: 'success',
  ActionTimestamp: '2026-11-24T10:00:00Z',
  ActorContext: 'api_token',
  ActorEmail: 'bob@northwind.example',
  ActorID: 'act1',
  ActorIPAddress: '192.0.2.7',
  ActorType: 'user',
  Raw: { method: 'POST', uri: MEMBERS, status_code: 200 },
  ResourceProduct: 'members',
  ResourceResponse: JSON.stringify(accepted([{ id: SUPER, name: 'Super Administrator' }])),
}
const BEFORE = { roles: [{ id: READ_ONLY, name: 'Administrator Read Only' }] }
const AFTER = { roles: [{ id: SUPER, name: 'Super Administrator - All Privileges' }], ...ALICE }
const versionOne = (oldValueJson: Json, newValueJson: Json) =>
  anEntry('member_update', { type: 'account_member', id: 'm1' }, { oldValueJson, newValueJson })
const MOVED = versionOne(BEFORE, AFTER)

provePreset(cloudflarePreset, [ADDED, INVITED, CHANGED, REMOVED, PUSHED, MOVED])

const policy = (permission: Json, resource: Json, access = 'allow') => ({
  policies: [{ access, permission_groups: [permission], resource_groups: [resource] }],
})
const WHOLE = { id: 'rg0', scope: { key: 'com.cloudflare.api.account.acc1', objects: [{ key: '*' }] } }
const ZONE = {
  id: 'rg1',
  scope: { key: 'com.cloudflare.api.account.acc1', objects: [{ key: 'com.cloudflare.api.account.zone.z1' }] },
}
const withPolicy = (permission: Json, resource: Json, access?: string) =>
  aCall('POST', MEMBERS, {
    response: { result: { id: 'm1', status: 'accepted', ...policy(permission, resource, access) } },
  })

readingTests(cloudflarePreset, [
  ['a member who needs no invitation', ADDED, `grant ${SUPER} account:acc1 T0 m1`],
  ['an invitation gives nothing yet', INVITED, `context invitation ${SUPER} T2 alice@northwind.example`],
  ['what a member now has is a snapshot', CHANGED, `holds ${SUPER} account:acc1 T0 m1`],
  [
    'a change without roles',
    aCall('PATCH', `${MEMBERS}/m1`, { request: { status: 'x' } }),
    'no change of privilege',
  ],
  ['a removed member', REMOVED, 'removal * account:acc1 T2 m1'],
  ['Logpush, with the answer as text', PUSHED, `grant ${SUPER} account:acc1 T0 m1`],
  ['the first version says what was before', MOVED, `grant ${SUPER} * T0 m1`],
  ['a demotion in the first version', versionOne(AFTER, BEFORE), `removal ${SUPER} * T0 m1`],
  [
    'a removal in the first version',
    anEntry('member_remove', { type: 'account_member', id: 'm1' }),
    'removal * * T2 m1',
  ],
  ['a call that was refused', { ...ADDED, action: { ...ADDED.action, result: 'failure' } }, 'call failed'],
  ['a call that was not allowed', { ...ADDED, raw: { ...ADDED.raw, status_code: 403 } }, 'call failed'],
  ['looking is no change', aCall('GET', MEMBERS), 'not a privilege event'],
  [
    'a role that only reads',
    aCall('POST', MEMBERS, { response: accepted([{ id: READ_ONLY }]) }),
    'not privileged',
  ],
  [
    'a role that is not known',
    aCall('POST', MEMBERS, { response: accepted(['0123456789abcdef0123456789abcdef']) }),
    'grant 0123456789abcdef0123456789abcdef account:acc1 T2 m1',
  ],
  [
    'a policy on the whole account',
    withPolicy({ id: 'pg1', name: 'Administrator' }, WHOLE),
    'grant 05784afa30c1afe1440e79d9351c7430 account:acc1 T1 m1',
  ],
  [
    'a policy on some zones',
    withPolicy({ id: 'pg1', name: 'Domain Administrator' }, ZONE),
    'grant pg1 account:acc1/resource-group:rg1 T2 m1',
  ],
  ['a policy that denies', withPolicy({ id: 'pg1', name: 'Administrator' }, WHOLE, 'deny'), 'not privileged'],
  [
    'an invitation accepted',
    aCall('PUT', '/client/v4/memberships/ms1', {
      product: 'memberships',
      type: 'membership',
      request: { status: 'accepted' },
    }),
    'grant member account:acc1 T1 ms1',
  ],
  [
    'an invitation declined',
    aCall('PUT', '/client/v4/memberships/ms1', { request: { status: 'rejected' } }),
    'requested and not completed',
  ],
  [
    'members of a user group',
    aCall('POST', '/client/v4/accounts/acc1/iam/user_groups/g1/members', {
      request: [{ id: 'm1' }, { id: 'm2' }],
    }),
    'indirect user-group:g1 account:acc1 T2 m1; indirect user-group:g1 account:acc1 T2 m2',
  ],
  [
    'a member of a user group gone',
    aCall('DELETE', '/client/v4/accounts/acc1/iam/user_groups/g1/members/m1'),
    'removal user-group:g1 account:acc1 T2 m1',
  ],
  [
    'a token',
    anEntry('token_create', { type: 'account', id: 'act1' }, { metadata: { token_tag: 't1' } }),
    'context api-token t1 T2 act1',
  ],
  ['a token looked at', anEntry('API_key_view', { type: 'user', id: 'act1' }), 'not a privilege event'],
  ['a zone', anEntry('add', { type: 'account', id: 'acc1' }), 'not a privilege event'],
  [
    'the second factor switched off',
    aCall('PUT', '/client/v4/accounts/acc1', { request: { settings: { enforce_twofactor: false } } }),
    'control_weakened two-factor-requirement account:acc1 T0 account:acc1',
  ],
  [
    'sign-on removed',
    aCall('DELETE', '/client/v4/accounts/acc1/sso_connectors/s1'),
    'control_weakened single-sign-on account:acc1 T0 account:acc1',
  ],
])

test('Cloudflare: who, for whom, where from, and how', () => {
  const change = changeIn(cloudflarePreset, ADDED)
  assert.deepEqual(change.grantee, { id: 'm1', email: ALICE.email, name: null, type: 'user' })
  assert.deepEqual(change.grantor, { id: 'act1', email: 'bob@northwind.example', name: null, type: 'user' })
  assert.deepEqual([change.ip, change.mechanism], ['192.0.2.7', 'console'])
  assert.equal(changeIn(cloudflarePreset, PUSHED).mechanism, 'api')
})

test('Cloudflare: one log entry is one act, by API and by Logpush', () => {
  assert.equal(changeIn(cloudflarePreset, ADDED).act, changeIn(cloudflarePreset, PUSHED).act)
})

test("Cloudflare: Elastic's schema is read alike", () => {
  const audit = {
    id: 'log-9',
    timestamp: '2026-11-24T10:00:00.000Z',
    action: { result: 'success', type: 'member_update' },
    actor: { id: 'act1', email: 'bob@northwind.example', ip: '192.0.2.7', type: 'user' },
    old_value: BEFORE,
    new_value: AFTER,
    resource: { type: 'account_member', id: 'm1' },
  }
  const event = {
    '@timestamp': audit.timestamp,
    event: { action: 'member_update' },
    cloudflare_logpush: { audit },
  }
  assert.deepEqual(changeIn(cloudflarePreset, event), {
    ...changeIn(cloudflarePreset, MOVED),
    mechanism: 'unknown',
  })
})

test('Cloudflare: whoever accepts an invitation is no grantor', () => {
  const event = aCall('PUT', '/client/v4/memberships/ms1', {
    response: { result: { status: 'accepted', roles: ['Super Administrator - All Privileges'] } },
  })
  const change = changeIn(cloudflarePreset, event)
  assert.deepEqual([change.grantor, change.role.id, change.role.tier], [null, SUPER, 'T0'])
})

test('Cloudflare: a member without privileged roles holds an empty set', () => {
  const reading = read(cloudflarePreset, aCall('PUT', `${MEMBERS}/m1`, { response: accepted([]) }))
  const [observation] = 'observations' in reading ? reading.observations : []
  assert.deepEqual(observation?.form === 'snapshot' ? observation.roles : null, [])
})

actTest(cloudflarePreset, ADDED, { ...ADDED, id: 'log-2' })

test('Cloudflare: the runbook leaves the member its other roles, whatever the ids hold', () => {
  const grant = grantOf(cloudflarePreset, ADDED)
  const hostile = { ...grant, grantee: { ...grant.grantee, id: "m/1'; rm -rf /" } }
  const calls = callsOf(cloudflarePreset.runbook(hostile))
  const address = "https://api.cloudflare.com/client/v4/accounts/acc1/members/m%2F1'%3B%20rm%20-rf%20%2F"
  assert.ok(calls.some((call) => call.at(-1) === address))
  assert.deepEqual(calls.find((call) => call.includes('PUT'))?.slice(-3), [address, '-d', '42'])
  assert.ok(calls.some((call) => call.includes(SUPER)))
  assert.equal(cloudflarePreset.runbook(grantOf(cloudflarePreset, MOVED)), null)
})

test('Cloudflare: a field of the event cannot stand for the call', () => {
  const event = aCall('POST', '/client/v4/zones/z1/dns_records', {
    request: { uri: MEMBERS, roles: [SUPER] },
  })
  assert.equal(readingText(cloudflarePreset, event), 'not a privilege event')
})
