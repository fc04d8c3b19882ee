import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openaiPreset } from '../../../src/domain/presets/openai-audit.ts'
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

const anEvent = (type: string, details: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  id: 'audit_log-1',
  type,
  effective_at: 1_790_000_000,
  actor: {
    type: 'session',
    session: {
      user: { id: 'user-bob', email: 'bob@northwind.example' },
      ip_address: '192.0.2.7',
      user_agent: 'Mozilla/5.0',
      ip_address_details: { country: 'DE', asn: '64500' },
    },
  },
  [type]: details,
  ...more,
})

const ASSIGNMENT = 'role_assignment_role-api-organization-owner__api-organization__org-abc_user-alice'
const principal = { principal_id: 'user-alice', principal_type: 'user' }
const OWNER = anEvent('role.assignment.created', {
  id: ASSIGNMENT,
  ...principal,
  resource_id: 'org-abc',
  resource_type: 'api.organization',
})
const OWNER_TAKEN = anEvent('role.assignment.deleted', { id: ASSIGNMENT, ...principal })
const PROJECT = 'role_assignment_role_01J1F8ROLE01__api-project__proj_Xyz_9_user-alice'
const CUSTOM = anEvent('role.assignment.created', {
  id: PROJECT,
  ...principal,
  resource_id: 'proj_Xyz_9',
  resource_type: 'api.project',
})
const CUSTOM_TAKEN = anEvent('role.assignment.deleted', { id: PROJECT, ...principal })
const UNNAMED = anEvent('role.assignment.created', {
  id: 'ra_01HX',
  ...principal,
  resource_id: 'proj_9',
  resource_type: 'api.project',
})
const UNNAMED_TAKEN = anEvent('role.assignment.deleted', { id: 'ra_01HX', ...principal })
const ADDED = anEvent('user.added', { id: 'user-alice', data: { role: 'owner' } })
const DEMOTED = anEvent('user.updated', { id: 'user-alice', changes_requested: { role: 'reader' } })
const IN_PROJECT = { project: { id: 'proj-x', name: 'X' } }

provePreset(openaiPreset, [OWNER, OWNER_TAKEN, CUSTOM, ADDED, DEMOTED])

readingTests(openaiPreset, [
  ['an owner of the organisation', OWNER, 'grant role-api-organization-owner * T0 user-alice'],
  ['an owner no more', OWNER_TAKEN, 'removal role-api-organization-owner * T0 user-alice'],
  ["a customer's own role on a project", CUSTOM, 'grant role_01J1F8ROLE01 project:proj_Xyz_9 T2 user-alice'],
  ['a user added as owner', ADDED, 'grant role-api-organization-owner * T0 user-alice'],
  [
    'an assignment that does not say the role is known by its own id',
    UNNAMED,
    'grant assignment:ra_01HX * T2 user-alice',
  ],
  ['the end of such an assignment', UNNAMED_TAKEN, 'removal assignment:ra_01HX * T2 user-alice'],
  [
    'such an assignment on one thing alone',
    anEvent('role.assignment.created', {
      id: 'ra_01HX',
      ...principal,
      resource_id: 'vs_1',
      resource_type: 'api.vector_store',
    }),
    'role not stated',
  ],
  ['an assignment without any id', anEvent('role.assignment.created', principal), 'role not stated'],
  [
    'a user added as member',
    anEvent('user.added', { id: 'user-alice', data: { role: 'member' } }),
    'context account-created * T2 user-alice',
  ],
  [
    'a user made an owner',
    anEvent('user.updated', { id: 'user-alice', changes_requested: { role: 'owner' } }),
    'grant role-api-organization-owner * T0 user-alice',
  ],
  ['a user made a reader', DEMOTED, 'removal role-api-organization-owner * T0 user-alice'],
  [
    'a user made an owner of a project',
    anEvent('user.updated', { id: 'user-alice', changes_requested: { role: 'owner' } }, IN_PROJECT),
    'grant role-api-project-owner project:proj-x T2 user-alice',
  ],
  [
    'a change that is none of the role',
    anEvent('user.updated', { id: 'user-alice', changes_requested: { name: 'Alice' } }),
    'no change of privilege',
  ],
  [
    'a deleted user has no role left',
    anEvent('user.deleted', { id: 'user-alice' }),
    'removal * * T2 user-alice',
  ],
  [
    'a service account that only works',
    anEvent('service_account.created', { id: 'sa-1', data: { role: 'member' } }, IN_PROJECT),
    'context account-created project:proj-x T2 sa-1',
  ],
  [
    'a service account that owns a project',
    anEvent('service_account.created', { id: 'sa-1', data: { role: 'owner' } }, IN_PROJECT),
    'grant role-api-project-owner project:proj-x T2 sa-1',
  ],
  [
    'an invitation as owner gives nothing yet',
    anEvent('invite.sent', { id: 'invite-1', data: { email: 'eve@elsewhere.example', role: 'owner' } }),
    'context invitation * T2 eve@elsewhere.example',
  ],
  [
    'an invitation accepted says no role',
    anEvent('invite.accepted', { id: 'invite-1' }),
    'not a privilege event',
  ],
  [
    'a key',
    anEvent('api_key.created', { id: 'key-1', data: { scopes: ['all'] } }),
    'context api-token key-1 T2 user-bob',
  ],
  [
    'permissions added to a role widen it',
    anEvent('role.updated', { id: 'role_01', changes_requested: { permissions_added: ['api.users.write'] } }),
    'role_widened role_01 * T2 holders:role_01',
  ],
  [
    'permissions that only read',
    anEvent('role.updated', { id: 'role_01', changes_requested: { permissions_added: ['api.users.read'] } }),
    'not privileged',
  ],
  [
    'permissions taken from a role',
    anEvent('role.updated', {
      id: 'role_01',
      changes_requested: { permissions_removed: ['api.users.write'] },
    }),
    'no change of privilege',
  ],
  [
    'a role made gives nobody anything yet',
    anEvent('role.created', { id: 'role_01' }),
    'not a privilege event',
  ],
  [
    'an assignment that says neither its role nor its place',
    anEvent('role.assignment.created', { id: 'x', ...principal }),
    'grant assignment:x * T2 user-alice',
  ],
  [
    'a federated identity provider',
    anEvent('workload_identity_provider.created', { id: 'wip-1' }),
    'context identity-provider wip-1 T2 user-bob',
  ],
])

test('OpenAI: details are found under the type with dots and with underscores', () => {
  const { 'role.assignment.created': details, ...rest } = OWNER as Record<string, unknown>
  assert.equal(
    readingText(openaiPreset, { ...rest, role_assignment_created: details }),
    readingText(openaiPreset, OWNER),
  )
})

test('OpenAI: a session tells who, where from and how', () => {
  const change = changeIn(openaiPreset, OWNER)
  assert.deepEqual(change.grantor, {
    id: 'user-bob',
    email: 'bob@northwind.example',
    name: null,
    type: 'user',
  })
  assert.deepEqual(
    [change.ip, change.country, change.asn, change.mechanism],
    ['192.0.2.7', 'DE', '64500', 'console'],
  )
  assert.equal(change.occurredAt, 1_790_000_000_000)
})

test('OpenAI: a key of a service account is a service, by the API', () => {
  const actor = {
    type: 'api_key',
    api_key: { type: 'service_account', id: 'key-1', service_account: { id: 'sa-9' } },
  }
  const change = changeIn(openaiPreset, { ...OWNER, actor })
  assert.deepEqual(change.grantor, { id: 'sa-9', email: null, name: null, type: 'service' })
  assert.equal(change.mechanism, 'api')
})

test('OpenAI: a group is a grantee of its own kind', () => {
  const details = {
    id: ASSIGNMENT.replace('user-alice', 'group-sre'),
    principal_id: 'group-sre',
    principal_type: 'group',
  }
  assert.equal(changeIn(openaiPreset, anEvent('role.assignment.created', details)).grantee.type, 'group')
})

removalTest(openaiPreset, OWNER, OWNER_TAKEN)
removalTest(openaiPreset, CUSTOM, CUSTOM_TAKEN)
removalTest(openaiPreset, UNNAMED, UNNAMED_TAKEN)
removalTest(openaiPreset, ADDED, DEMOTED)
removalTest(openaiPreset, OWNER, DEMOTED)
actTest(openaiPreset, OWNER, { ...OWNER, id: 'audit_log-2' })

test('OpenAI: the runbook takes the role from whoever has it, whatever the ids hold', () => {
  const [call] = callsOf(openaiPreset.runbook(grantOf(openaiPreset, OWNER)))
  assert.equal(
    call?.at(-1),
    'https://api.openai.com/v1/organization/users/user-alice/roles/role-api-organization-owner',
  )
  const grant = grantOf(openaiPreset, CUSTOM)
  const hostile = { ...grant, grantee: { ...grant.grantee, id: "u/../x'; rm -rf /" } }
  const [other] = callsOf(openaiPreset.runbook(hostile))
  assert.equal(
    other?.at(-1),
    "https://api.openai.com/v1/projects/proj_Xyz_9/users/u%2F..%2Fx'%3B%20rm%20-rf%20%2F/roles/role_01J1F8ROLE01",
  )
  assert.equal(openaiPreset.runbook({ ...grant, kind: 'role_widened' }), null)
  assert.equal(openaiPreset.runbook(grantOf(openaiPreset, UNNAMED)), null)
})
