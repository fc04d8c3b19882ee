import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zendeskPreset } from '../../../src/domain/presets/zendesk.ts'
import { provePreset } from './proof.ts'
import { actTest, callsOf, changeIn, changesIn, grantOf, readingTests, removalTest } from './reading-text.ts'

const anEntry = (change_description: string, more: Record<string, unknown> = {}) => ({
  id: 9_001,
  actor_id: 7,
  actor_name: 'Bob',
  source_id: 42,
  source_type: 'user',
  source_label: 'Alice',
  action: 'update',
  change_description,
  ip_address: '192.0.2.7',
  created_at: '2026-11-24T10:00:00Z',
  ...more,
})
const setting = (source_label: string, change_description: string) =>
  anEntry(change_description, { source_type: 'account_setting', source_label })
const account = (change_description: string) => anEntry(change_description, { source_type: 'account' })

const MADE_ADMIN = anEntry('Role changed from Agent to Administrator')
const MADE_AGENT = anEntry('Role changed from Administrator to Agent', { id: 9_002 })
const PRODUCTS = anEntry('Guide role changed from Agent to Admin\nSupport role changed from Agent to Admin')
const HANDED_OVER = account('Owner changed from Bob to Alice')

provePreset(zendeskPreset, [MADE_ADMIN, PRODUCTS, HANDED_OVER])

readingTests(zendeskPreset, [
  ['an agent is made an administrator', MADE_ADMIN, 'grant administrator * T1 42'],
  ['an administrator is made an agent', MADE_AGENT, 'removal administrator * T1 42'],
  ['roles of two products', PRODUCTS, 'grant guide-admin * T2 42; grant administrator * T1 42'],
  [
    'one product given, another taken',
    anEntry('Guide role changed from not set to Admin\nTalk role changed from Admin to Agent'),
    'grant guide-admin * T2 42; removal talk-admin * T2 42',
  ],
  ['an end user is made an agent', anEntry('Role changed from End User to Agent'), 'not privileged'],
  ['a viewer only looks', anEntry('Explore role changed from not set to Viewer'), 'not privileged'],
  [
    "a customer's own role may do anything",
    anEntry('Role changed from Agent to Team Lead'),
    'grant team-lead * T2 42',
  ],
  [
    'an own role for an administrator is a demotion',
    anEntry('Role changed from Administrator to Team Lead'),
    'removal administrator * T1 42',
  ],
  ['the account has a new owner', HANDED_OVER, 'removal owner * T0 Bob; grant owner * T0 Alice'],
  ['a new owner who is not told', account('Owner changed'), 'grantee not stated'],
  ['a deleted user has no role left', anEntry('', { action: 'destroy' }), 'removal * * T2 42'],
  [
    'a suspended user keeps the role',
    anEntry('Suspended', { source_type: 'user_setting' }),
    'not a privilege event',
  ],
  [
    'nobody to whom it was given',
    anEntry('Role changed from Agent to Admin', { source_id: null }),
    'grantee not stated',
  ],
  [
    'single sign-on switched off',
    setting('SAML single sign-on', 'Disabled'),
    'control_weakened single-sign-on * T0 account',
  ],
  ['single sign-on switched on', setting('SAML single sign-on', 'Enabled'), 'no change of privilege'],
  ['support may sign in no more', setting('Account Assumption', 'Disabled'), 'no change of privilege'],
  [
    'a token',
    anEntry('', { source_type: 'api_token', action: 'create', source_id: 88 }),
    'context api-token 88 T2 7',
  ],
])

test('Zendesk: grantor, grantee and address are told apart', () => {
  const change = changeIn(zendeskPreset, MADE_ADMIN)
  assert.deepEqual(change.grantee, { id: '42', email: null, name: 'Alice', type: 'user' })
  assert.deepEqual(change.grantor, { id: '7', email: null, name: 'Bob', type: 'user' })
  assert.equal(change.ip, '192.0.2.7')
})

test('Zendesk: what Zendesk did itself has no grantor', () => {
  assert.equal(changeIn(zendeskPreset, { ...MADE_ADMIN, actor_id: -1 }).grantor, null)
})

removalTest(zendeskPreset, MADE_ADMIN, MADE_AGENT)
actTest(zendeskPreset, MADE_ADMIN, { ...MADE_ADMIN, id: 9_003 })

test('Zendesk: two products of one entry are two grants of one act', () => {
  const [one, other] = changesIn(zendeskPreset, PRODUCTS)
  assert.equal(one?.act, other?.act)
  assert.notEqual(one?.role.id, other?.role.id)
})

test('Zendesk: the runbook makes an agent of an administrator, whatever the id holds', () => {
  const grant = grantOf(zendeskPreset, MADE_ADMIN)
  const hostile = { ...grant, grantee: { ...grant.grantee, id: "42'; rm -rf / #" } }
  const [call] = callsOf(zendeskPreset.runbook(hostile), { ZENDESK_URL: 'https://northwind.example' })
  assert.ok(call?.includes("https://northwind.example/api/v2/users/42'%3B%20rm%20-rf%20%2F%20%23.json"))
  assert.deepEqual(call?.slice(-2), ['-d', '{"user":{"role":"agent"}}'])
  assert.equal(zendeskPreset.runbook(grantOf(zendeskPreset, HANDED_OVER)), null)
})
