import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onepasswordPreset } from '../../../src/domain/presets/onepassword.ts'
import { provePreset } from './proof.ts'
import {
  actTest,
  callsOf,
  changeIn,
  grantOf,
  readingTests,
  readingText,
  removalTest,
} from './reading-text.ts'

type Json = Record<string, unknown>

const GROUP = 'pf8soyakgngrphytsyjed4ae3u'
const WENDY = { uuid: 'K6VFYDCJ', name: 'Wendy', email: 'wendy@northwind.example' }

/** In the form of the vendor's own example of an audit event. */
const anEvent = (action: string, object_type: string, more: Json = {}) => ({
  uuid: '56YE2TYN',
  timestamp: '2026-11-24T10:00:00-03:00',
  actor_uuid: '4HCGRGYC',
  actor_details: { uuid: '4HCGRGYC', name: 'Jeff', email: 'jeff@northwind.example' },
  action,
  object_type,
  object_uuid: GROUP,
  session: { uuid: 'A5K6', login_time: '2026-11-24T09:00:00-03:00', ip: '192.0.2.7' },
  location: { country: 'Canada', region: 'Ontario' },
  ...more,
})
const member = (action: string, more: Json = {}) =>
  anEvent(action, 'gm', {
    aux_id: 9_277_034,
    aux_uuid: WENDY.uuid,
    aux_details: WENDY,
    aux_info: 'R',
    ...more,
  })
const group = (name: string) => ({ object_details: { name } })

const JOINED = member('join')
const LEFT = member('leave', { uuid: 'OTHER' })
const { uuid: _, timestamp, ...RENAMED } = JOINED
const ELASTIC = {
  '@timestamp': timestamp,
  event: { action: 'join' },
  onepassword: { ...RENAMED, uuid: '56YE2TYN' },
}

provePreset(onepasswordPreset, [JOINED, member('join', group('Owners')), ELASTIC])

readingTests(onepasswordPreset, [
  ['a member of a group that is not named', JOINED, `grant group:${GROUP} * T2 K6VFYDCJ`],
  ['an owner', member('join', group('Owners')), `grant group:${GROUP} * T0 K6VFYDCJ`],
  ['an administrator', member('join', group('Administrators')), `grant group:${GROUP} * T1 K6VFYDCJ`],
  [
    'a manager of provisioning',
    member('join', group('Provision Managers')),
    `grant group:${GROUP} * T1 K6VFYDCJ`,
  ],
  ["a group of the customer's own", member('join', group('Deploy')), `grant group:${GROUP} * T2 K6VFYDCJ`],
  ["everybody's group gives nothing", member('join', group('Team Members')), 'not privileged'],
  ['a member gone', LEFT, `removal group:${GROUP} * T2 K6VFYDCJ`],
  ['a manager of a group', member('role', { aux_info: 'A' }), `grant group-manager:${GROUP} * T2 K6VFYDCJ`],
  ['a manager no more', member('role', { aux_info: 'R' }), `removal group-manager:${GROUP} * T2 K6VFYDCJ`],
  [
    'whoever joins as manager is both',
    member('join', { aux_info: 'A' }),
    `grant group:${GROUP} * T2 K6VFYDCJ; grant group-manager:${GROUP} * T2 K6VFYDCJ`,
  ],
  [
    "a manager of everybody's group",
    member('join', { aux_info: 'A', ...group('Team Members') }),
    `grant group-manager:${GROUP} * T2 K6VFYDCJ`,
  ],
  [
    'the second factor switched off for all',
    anEvent('disblmfa', 'account'),
    'control_weakened two-factor-requirement * T0 account',
  ],
  ['a changed provider', anEvent('chngpsso', 'sso'), `context identity-provider ${GROUP} T2 4HCGRGYC`],
  ['a change of role that is not told', member('role', { aux_info: '' }), 'role not stated'],
  ['nobody who joined', anEvent('join', 'gm'), 'grantee not stated'],
  [
    'a deleted user is in no group',
    anEvent('delete', 'user', { object_uuid: 'K6VFYDCJ' }),
    'removal * * T2 K6VFYDCJ',
  ],
  ['a suspended user stays in the group', anEvent('suspend', 'user'), 'not a privilege event'],
  ['a shared vault is no role', anEvent('grant', 'uva'), 'not a privilege event'],
  [
    'a token of a service account',
    anEvent('create', 'satoken', { object_uuid: 'st1' }),
    'context api-token st1 T2 4HCGRGYC',
  ],
  ['sign-on switched off', anEvent('disblsso', 'sso'), 'control_weakened single-sign-on * T0 account'],
])

test('1Password: who, for whom, where from', () => {
  const change = changeIn(onepasswordPreset, JOINED)
  assert.deepEqual(change.grantee, { id: 'K6VFYDCJ', email: WENDY.email, name: 'Wendy', type: 'user' })
  assert.deepEqual(change.grantor, {
    id: '4HCGRGYC',
    email: 'jeff@northwind.example',
    name: 'Jeff',
    type: 'user',
  })
  assert.deepEqual([change.ip, change.country, change.session], ['192.0.2.7', 'Canada', 'A5K6'])
  assert.equal(change.occurredAt, Date.parse('2026-11-24T13:00:00Z'))
})

test('1Password: an actor of another account is external', () => {
  assert.equal(
    changeIn(onepasswordPreset, { ...JOINED, actor_type: 'external_user' }).grantor?.type,
    'external',
  )
})

test("1Password: Elastic's schema is read alike", () => {
  assert.equal(readingText(onepasswordPreset, ELASTIC), readingText(onepasswordPreset, JOINED))
  assert.equal(changeIn(onepasswordPreset, ELASTIC).act, changeIn(onepasswordPreset, JOINED).act)
})

removalTest(onepasswordPreset, JOINED, LEFT)
removalTest(onepasswordPreset, member('role', { aux_info: 'A' }), member('role', { aux_info: 'R' }))
actTest(onepasswordPreset, JOINED, { ...JOINED, uuid: 'ANOTHER' })

test('1Password: the runbook takes the member out of the group, whatever the ids hold', () => {
  const grant = grantOf(onepasswordPreset, JOINED)
  const hostile = { ...grant, grantee: { ...grant.grantee, id: "K6'; rm -rf / #" } }
  const [call] = callsOf(onepasswordPreset.runbook(hostile))
  assert.deepEqual(call, ['group', 'user', 'revoke', '--group', GROUP, '--user', "K6'; rm -rf / #"])
  assert.equal(onepasswordPreset.runbook({ ...grant, grantee: { ...grant.grantee, id: '--role' } }), null)
  const [manager] = callsOf(
    onepasswordPreset.runbook(grantOf(onepasswordPreset, member('role', { aux_info: 'A' }))),
  )
  assert.deepEqual(manager?.slice(-2), ['--role', 'member'])
})
