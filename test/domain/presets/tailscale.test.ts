import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tailscalePreset } from '../../../src/domain/presets/tailscale.ts'
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

const ALICE = { id: 'uALICE', name: 'alice@northwind.example', type: 'USER' }

const aRecord = (action: string, target: Json, more: Json = {}) => ({
  eventTime: '2026-11-24T10:00:00.123456789Z',
  type: 'CONFIG',
  eventGroupID: 'g-1',
  origin: 'ADMIN_CONSOLE',
  actor: { id: 'uBOB', type: 'USER', loginName: 'bob@northwind.example', displayName: 'Bob' },
  target,
  action,
  ...more,
})
const role = (before: unknown, after: unknown, more: Json = {}) =>
  aRecord('UPDATE', { ...ALICE, property: 'USER_ROLE' }, { old: before, new: after, ...more })
const policy = (before: unknown, after: unknown) =>
  aRecord(
    'UPDATE',
    { id: 'northwind.example', type: 'TAILNET', property: 'ACL' },
    { old: before, new: after },
  )

const MADE_ADMIN = role('member', 'admin')
const MADE_MEMBER = role('admin', 'member', { eventGroupID: 'g-2' })
/** As streams send it. */
const { eventTime, ...RECORD } = MADE_ADMIN
const STREAMED = { event: RECORD, time: 1_795_514_400.123, fields: { recorded: '2026-11-24 10:00:01' } }

provePreset(tailscalePreset, [MADE_ADMIN, STREAMED, policy('{\n}', '{\n"groups": {},\n}')])

readingTests(tailscalePreset, [
  ['a member is made an admin', MADE_ADMIN, 'grant admin * T0 uALICE'],
  ['an admin is made a member', MADE_MEMBER, 'removal admin * T0 uALICE'],
  ['a stream wraps the record', STREAMED, 'grant admin * T0 uALICE'],
  ['a role in other letters', role('MEMBER', 'IT_ADMIN'), 'grant it-admin * T1 uALICE'],
  ['roles as a list', role(['member'], ['Network admin']), 'grant network-admin * T1 uALICE'],
  ['a role within an object', role({ role: 'member' }, { role: 'owner' }), 'grant owner * T0 uALICE'],
  ['a demotion gives nothing', role('owner', 'admin'), 'removal owner * T0 uALICE'],
  [
    'sideways is both',
    role('it-admin', 'network-admin'),
    'removal it-admin * T1 uALICE; grant network-admin * T1 uALICE',
  ],
  ['an auditor only reads', role('member', 'auditor'), 'not privileged'],
  ['a role that the tailnet made up', role('member', 'kiosk-keeper'), 'grant kiosk-keeper * T2 uALICE'],
  ['a change of role without roles', role(undefined, undefined), 'role not stated'],
  ['a change that failed', role('member', 'admin', { error: 'last owner' }), 'call failed'],
  [
    'a role without a property is known by its value',
    aRecord('UPDATE', ALICE, { old: 'member', new: 'admin' }),
    'grant admin * T0 uALICE',
  ],
  [
    'a role under another name of the property is known by its value',
    aRecord('UPDATE', { ...ALICE, property: 'ROLE' }, { old: ['member'], new: ['admin'] }),
    'grant admin * T0 uALICE',
  ],
  [
    'a name is no role',
    aRecord('UPDATE', { ...ALICE, property: 'EMAIL' }, { old: 'member', new: 'admin' }),
    'not a privilege event',
  ],
  ['a deleted user has no role left', aRecord('DELETE', ALICE), 'removal * * T2 uALICE'],
  ['a suspended user keeps the role', aRecord('SUSPEND', ALICE), 'not a privilege event'],
  ['an account', aRecord('CREATE', ALICE), 'context account-created * T2 uALICE'],
  [
    'an invitation gives nothing yet',
    aRecord(
      'CREATE',
      { id: 'i1', type: 'INVITE', name: 'eve@elsewhere.example' },
      { new: { role: 'admin' } },
    ),
    'context invitation * T2 i1',
  ],
  ['a key', aRecord('CREATE', { id: 'k1', type: 'API_KEY' }), 'context api-token k1 T2 uBOB'],
  [
    'the log goes nowhere any more',
    aRecord('DELETE', { id: 'northwind.example', type: 'TAILNET', property: 'LOGSTREAM_ENDPOINT' }),
    'control_weakened audit-log * T0 tailnet',
  ],
  [
    'a policy that gives more',
    policy('{"groups": {\n"group:sre": [],\n}}', '{"groups": {\n"group:sre": ["eve@x.example"],\n}}'),
    'role_widened policy-file * T1 holders:policy-file',
  ],
  [
    'a policy that gives less',
    policy('{\n"tagOwners": {},\n"groups": {},\n}', '{\n"groups": {},\n}'),
    'no change of privilege',
  ],
  ['a policy with other comments', policy('{\n// one\n}', '{\n  // two\n}'), 'no change of privilege'],
])

test('Tailscale: who did it, for whom, how, and why', () => {
  const change = changeIn(tailscalePreset, role('member', 'admin', { actionDetails: 'On call, OPS-7' }))
  assert.deepEqual(change.grantee, {
    id: 'uALICE',
    email: 'alice@northwind.example',
    name: null,
    type: 'user',
  })
  assert.deepEqual(change.grantor, { id: 'uBOB', email: 'bob@northwind.example', name: 'Bob', type: 'user' })
  assert.deepEqual([change.act, change.mechanism, change.justification], ['g-1', 'console', 'On call, OPS-7'])
  assert.equal(change.occurredAt, Date.parse('2026-11-24T10:00:00.123Z'))
})

test('Tailscale: the time of a streamed record stands beside it', () => {
  assert.equal(changeIn(tailscalePreset, STREAMED).occurredAt, 1_795_514_400_123)
})

test('Tailscale: what no person did is a service', () => {
  const actor = { id: 'c1', type: 'OAUTH_CLIENT', displayName: 'Deploy' }
  const change = changeIn(tailscalePreset, role('member', 'admin', { actor, origin: 'CONFIG_API' }))
  assert.deepEqual([change.grantor?.type, change.mechanism], ['service', 'api'])
})

test('Tailscale: a stream behind a prefix is found', () => {
  assert.equal(readingText(tailscalePreset, { ts: STREAMED }, 'ts'), 'grant admin * T0 uALICE')
})

removalTest(tailscalePreset, MADE_ADMIN, MADE_MEMBER)
actTest(tailscalePreset, MADE_ADMIN, { ...MADE_ADMIN, eventGroupID: 'g-3' })

test('Tailscale: the runbook makes a member of the grantee, whatever the id holds', () => {
  const grant = grantOf(tailscalePreset, MADE_ADMIN)
  const hostile = { ...grant, grantee: { ...grant.grantee, id: "u/x'; rm -rf /" } }
  const [call] = callsOf(tailscalePreset.runbook(hostile))
  assert.ok(call?.includes("https://api.tailscale.com/api/v2/users/u%2Fx'%3B%20rm%20-rf%20%2F/role"))
  assert.deepEqual(call?.slice(-2), ['-d', '{"role":"member"}'])
  assert.equal(tailscalePreset.runbook(grantOf(tailscalePreset, role('member', 'owner'))), null)
})
