import assert from 'node:assert/strict'
import { test } from 'node:test'
import { slackPreset } from '../../../src/domain/presets/slack-audit.ts'
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

const ALICE = { id: 'U0ALICE', name: 'Alice', email: 'alice@northwind.example', team: 'T0NORTH' }
const BOB = { id: 'W0BOB', name: 'Bob', email: 'bob@northwind.example', team: 'T0NORTH' }
const NORTH = { type: 'workspace', id: 'T0NORTH', name: 'Northwind', domain: 'northwind' }

const anEntry = (action: string, more: Record<string, unknown> = {}) => ({
  id: 'e-1',
  date_create: 1_790_000_000,
  action,
  actor: { type: 'user', user: BOB },
  entity: { type: 'user', user: ALICE },
  context: { location: NORTH, ua: 'Mozilla/5.0', ip_address: '192.0.2.7', session_id: 77 },
  ...more,
})
const role = (action: string, details: unknown = {}) =>
  anEntry(action, { entity: { type: 'role', role: { id: 'Rl0A', name: 'Roles Admin' } }, details })

const MADE_ADMIN = anEntry('role_change_to_admin')
const MADE_OWNER = anEntry('role_change_to_owner')
const MADE_USER = anEntry('role_change_to_user', { id: 'e-2' })
const ASSIGNED = role('role_assigned', { target_user_id: 'U0ALICE', target_entity: 'C0OPS' })
const UNASSIGNED = role('role_removed', { target_user_id: 'U0ALICE', target_entity: 'C0OPS' })
const ELASTIC = {
  '@timestamp': '2026-09-21T14:13:20.000Z',
  event: { id: 'e-1', action: 'role_change_to_admin', kind: 'event' },
  user: { id: BOB.id, email: BOB.email, full_name: 'Bob' },
  source: { ip: '192.0.2.7' },
  slack: {
    audit: {
      context: { type: 'workspace', id: 'T0NORTH', name: 'Northwind', domain: 'northwind' },
      entity: { entity_type: 'user', id: 'U0ALICE', name: 'Alice', email: ALICE.email, team: 'T0NORTH' },
    },
  },
}

provePreset(slackPreset, [MADE_ADMIN, ASSIGNED, ELASTIC])

readingTests(slackPreset, [
  ['somebody is made an admin', MADE_ADMIN, 'grant admin workspace:T0NORTH T1 U0ALICE'],
  ['somebody is made an owner', MADE_OWNER, 'grant owner workspace:T0NORTH T0 U0ALICE'],
  [
    'whoever is made a member has neither role any more',
    MADE_USER,
    'removal owner workspace:T0NORTH T0 U0ALICE; removal admin workspace:T0NORTH T1 U0ALICE',
  ],
  ['an owner removed', anEntry('owner_removed'), 'removal owner workspace:T0NORTH T0 U0ALICE'],
  [
    'ownership handed over by the owner before',
    anEntry('owner_transferred'),
    'removal primary-owner workspace:T0NORTH T0 W0BOB; grant primary-owner workspace:T0NORTH T0 U0ALICE',
  ],
  [
    'ownership handed over by Slack',
    anEntry('owner_transferred', { actor: { type: 'user', user: { id: 'USLACKUSER' } } }),
    'grant primary-owner workspace:T0NORTH T0 U0ALICE',
  ],
  ['an admin who is not named', anEntry('role_change_to_admin', { entity: {} }), 'grantee not stated'],
  ['a role assigned on a channel', ASSIGNED, 'grant Rl0A channel:C0OPS T1 U0ALICE'],
  [
    'a narrow role in the details',
    anEntry('role_assigned', { details: { role_name: 'Channel Manager' } }),
    'grant channel-manager workspace:T0NORTH T2 U0ALICE',
  ],
  ['a role that is not named', anEntry('role_assigned'), 'role not stated'],
  [
    'a role for a user group',
    anEntry('role_added_to_usergroup', {
      entity: { type: 'usergroup', usergroup: { id: 'S0SRE', name: 'SRE' } },
      details: { role: { id: 'Rl0A', name: 'Users Admin' } },
    }),
    'grant Rl0A workspace:T0NORTH T1 S0SRE',
  ],
  [
    'permissions by their names',
    anEntry('permissions_assigned', { details: { changed_permissions: ['manage_users', 'manage_apps'] } }),
    'grant permission:manage_users workspace:T0NORTH T2 U0ALICE; grant permission:manage_apps workspace:T0NORTH T2 U0ALICE',
  ],
  [
    'permissions of a role widen it',
    role('permissions_assigned'),
    'role_widened Rl0A workspace:T0NORTH T1 holders:Rl0A',
  ],
  ['permissions taken from a role', role('permissions_removed'), 'no change of privilege'],
  [
    'permissions taken from a user',
    anEntry('permissions_removed'),
    'removal permissions workspace:T0NORTH T2 U0ALICE',
  ],
  [
    'a deactivated user has no role left',
    anEntry('user_deactivated'),
    'removal * workspace:T0NORTH T2 U0ALICE',
  ],
  ['an account', anEntry('user_created'), 'context account-created * T2 U0ALICE'],
  ['a setting whose direction is not told', anEntry('pref.two_factor_auth_changed'), 'direction not stated'],
  [
    'the second factor switched off',
    anEntry('pref.two_factor_auth_changed', { details: { new_value: 'off', previous_value: 'on' } }),
    'control_weakened two-factor-requirement workspace:T0NORTH T0 workspace:T0NORTH',
  ],
  [
    'the second factor switched on',
    anEntry('pref.two_factor_auth_changed', { details: { new_value: 'on' } }),
    'no change of privilege',
  ],
  [
    'an app that may administer',
    anEntry('app_installed', {
      entity: { type: 'app', app: { id: 'A0', scopes: ['chat:write', 'admin.users:write'] } },
    }),
    'context api-token A0 T2 W0BOB',
  ],
  [
    'an app that could administer before',
    anEntry('app_scopes_expanded', {
      details: { previous_scopes: ['admin'], new_scopes: ['admin', 'chat:write'] },
    }),
    'not privileged',
  ],
  ['a login', anEntry('user_login'), 'not a privilege event'],
])

test('Slack: who, for whom, where from', () => {
  const change = changeIn(slackPreset, MADE_ADMIN)
  assert.deepEqual(change.grantee, { id: 'U0ALICE', email: ALICE.email, name: 'Alice', type: 'user' })
  assert.deepEqual(change.grantor, { id: 'W0BOB', email: BOB.email, name: 'Bob', type: 'user' })
  assert.deepEqual([change.ip, change.session, change.mechanism], ['192.0.2.7', '77', 'console'])
  assert.equal(change.occurredAt, 1_790_000_000_000)
})

test("Slack: Elastic's schema is read alike", () => {
  const [own, elastic] = [changeIn(slackPreset, MADE_ADMIN), changeIn(slackPreset, ELASTIC)]
  for (const name of ['act', 'occurredAt', 'grantor', 'grantee', 'role', 'ip'] as const)
    assert.deepEqual(elastic[name], own[name])
})

test('Slack: an owner who is not named is still a grant, of an unknown grantee', () => {
  const change = { ...anEntry('service_owner_transferred'), entity: undefined }
  assert.match(
    readingText(slackPreset, change),
    /grant primary-owner workspace:T0NORTH T0 unnamed-new-owner$/,
  )
  assert.equal(slackPreset.runbook(grantOf(slackPreset, change)), null)
})

removalTest(slackPreset, MADE_ADMIN, MADE_USER)
removalTest(slackPreset, MADE_OWNER, MADE_USER)
removalTest(slackPreset, ASSIGNED, UNASSIGNED)
actTest(slackPreset, MADE_ADMIN, { ...MADE_ADMIN, id: 'e-3' })

test('Slack: the runbook makes a member of an owner or admin, whatever the ids hold', () => {
  const grant = grantOf(slackPreset, MADE_ADMIN)
  const hostile = { ...grant, grantee: { ...grant.grantee, id: "U0'; rm -rf / #" } }
  const [call] = callsOf(slackPreset.runbook(hostile))
  assert.equal(call?.[1], 'https://slack.com/api/admin.users.setRegular')
  assert.deepEqual(call?.slice(-4), [
    '--data-urlencode',
    'team_id=T0NORTH',
    '--data-urlencode',
    "user_id=U0'; rm -rf / #",
  ])
  const [assigned] = callsOf(slackPreset.runbook(grantOf(slackPreset, ASSIGNED)))
  assert.ok(assigned?.includes('role_id=Rl0A') && assigned.includes('entity_ids=C0OPS'))
  assert.equal(slackPreset.runbook(grantOf(slackPreset, anEntry('owner_transferred'))), null)
})
