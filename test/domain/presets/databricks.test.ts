import assert from 'node:assert/strict'
import { test } from 'node:test'
import { databricksPreset } from '../../../src/domain/presets/databricks.ts'
import { takes } from '../../../src/domain/revocation.ts'
import { aGrant } from '../../support/builders.ts'
import { read, summary } from './labelled-events.ts'
import { provePreset } from './proof.ts'
import { HOSTILE_NAMES, shellCalls } from './shell-calls.ts'

const UUID = '12345678-1234-1234-1234-123456789012'

/** A call in the form of the account's delivered files, in one workspace. */
const aCall = (
  actionName: string,
  requestParams: Record<string, unknown>,
  more: Record<string, unknown> = {},
) => ({
  timestamp: 1_795_514_400_000,
  auditLevel: 'WORKSPACE_LEVEL',
  serviceName: 'accounts',
  actionName,
  workspaceId: 77,
  requestId: 'r-1',
  sessionId: 's-1',
  sourceIPAddress: '192.0.2.7',
  userAgent: 'databricks-sdk-py/0.30',
  userIdentity: { email: 'bob@northwind.example', subjectName: null },
  requestParams,
  response: { statusCode: 200, errorMessage: null, result: null },
  ...more,
})
const ACCOUNT = { auditLevel: 'ACCOUNT_LEVEL', workspaceId: 0 }
const ALICE = { targetUserName: 'alice@northwind.example', targetUserId: '42' }
const SET_ADMIN = aCall('setAdmin', ALICE)

/** The same call as a row of `system.access.audit`, and as Azure's diagnostic log has it. */
const ROW = {
  event_time: '2026-11-24T10:00:00.000Z',
  audit_level: 'WORKSPACE_LEVEL',
  service_name: 'accounts',
  action_name: 'setAdmin',
  workspace_id: '77',
  request_id: 'r-1',
  source_ip_address: '192.0.2.7',
  user_identity: { email: 'bob@northwind.example' },
  request_params: JSON.stringify(ALICE),
  response: { status_code: 200, error_message: null },
}
const AZURE = {
  time: '2026-11-24T10:00:00Z',
  category: 'accounts',
  resourceId: '/SUBSCRIPTIONS/1/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.DATABRICKS/WORKSPACES/Lake',
  identity: '{"email":"bob@northwind.example","subjectName":null}',
  properties: {
    actionName: 'setAdmin',
    serviceName: 'accounts',
    requestId: 'r-1',
    requestParams: JSON.stringify(ALICE),
    response: '{"statusCode":200}',
    sourceIPAddress: '192.0.2.7',
  },
}
const LOG_ANALYTICS = {
  TimeGenerated: '2026-11-24T10:00:00Z',
  ActionName: 'setAdmin',
  ServiceName: 'accounts',
  RequestId: 'r-1',
  RequestParams: JSON.stringify(ALICE),
  Response: '{"statusCode":200}',
  Identity: '{"email":"bob@northwind.example"}',
}

const catalogCall = (actionName: string, params: Record<string, unknown>) =>
  aCall(actionName, params, { serviceName: 'unityCatalog' })
const PERMISSIONS = catalogCall('updatePermissions', {
  securable_type: 'CATALOG',
  securable_full_name: 'main',
  changes: '[{"principal":"analysts","add":["ALL_PRIVILEGES","USE_CATALOG"],"remove":["MANAGE"]}]',
})

provePreset(databricksPreset, [SET_ADMIN, ROW, AZURE, LOG_ANALYTICS, PERMISSIONS])

const line = (event: unknown) => {
  const result = summary(read(databricksPreset, event))
  return 'skipped' in result ? result.skipped : result.observations.join('; ')
}

const READINGS: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ['an admin of a workspace', SET_ADMIN, 'grant workspace-admin workspace:77 T1 alice@northwind.example'],
  [
    'an admin of the account',
    aCall('setAdmin', ALICE, ACCOUNT),
    'grant account-admin * T0 alice@northwind.example',
  ],
  [
    'an admin no more',
    aCall('removeAdmin', ALICE),
    'removal workspace-admin workspace:77 T1 alice@northwind.example',
  ],
  [
    'an admin of the account no more',
    aCall('removeAccountAdmin', ALICE, ACCOUNT),
    'removal account-admin * T0 alice@northwind.example',
  ],
  ['the system table', ROW, 'grant workspace-admin workspace:77 T1 alice@northwind.example'],
  ["Azure's diagnostic log", AZURE, 'grant workspace-admin workspace:lake T1 alice@northwind.example'],
  ['a table of Log Analytics', LOG_ANALYTICS, 'grant workspace-admin * T1 alice@northwind.example'],
  [
    "a workspace's own group of admins",
    aCall('addPrincipalToGroup', { ...ALICE, targetGroupName: 'admins' }),
    'grant workspace-admin workspace:77 T1 alice@northwind.example',
  ],
  [
    'a group that only sorts people',
    aCall('addPrincipalToGroup', { ...ALICE, targetGroupName: 'data-engineers' }),
    'not privileged',
  ],
  [
    'a group without a name',
    aCall('addPrincipalToGroup', { ...ALICE, targetGroupId: '9' }),
    'role not stated',
  ],
  [
    'several at once',
    aCall('addPrincipalsToGroup', {
      principals: '["a@x.example","b@x.example"]',
      targetGroupName: 'platform-admins',
    }),
    'grant group:platform-admins workspace:77 T1 a@x.example; grant group:platform-admins workspace:77 T1 b@x.example',
  ],
  [
    'a refused call',
    aCall('setAdmin', ALICE, { response: { statusCode: 403, errorMessage: 'denied' } }),
    'call failed',
  ],
  [
    'a call refused in text',
    { ...AZURE, properties: { ...AZURE.properties, response: '{"statusCode":"400"}' } },
    'call failed',
  ],
  ['an admin without a name', aCall('setAdmin', {}), 'grantee not stated'],
  [
    'a level in a workspace',
    aCall(
      'updateRoleAssignment',
      { principal_id: '42', workspace_id: '77', permissions: '["ADMIN"]' },
      ACCOUNT,
    ),
    'grant workspace-admin workspace:77 T1 42',
  ],
  [
    'an ordinary level in a workspace',
    aCall('updateRoleAssignment', { principal_id: '42', workspace_id: '77', permissions: ['USER'] }, ACCOUNT),
    'not privileged',
  ],
  [
    'privileges in Unity Catalog, given and taken',
    PERMISSIONS,
    'grant uc:ALL_PRIVILEGES catalog:main T1 analysts; removal uc:MANAGE catalog:main T1 analysts',
  ],
  [
    'the use of data',
    catalogCall('updatePermissions', {
      securable_type: 'table',
      securable_full_name: 'main.a.b',
      changes: [{ principal: 'analysts', add: ['SELECT', 'MODIFY'] }],
    }),
    'not privileged',
  ],
  [
    'a new owner of a catalog',
    catalogCall('updateCatalog', { name_arg: 'main', owner: 'alice@northwind.example' }),
    'grant catalog-owner catalog:main T2 alice@northwind.example',
  ],
  ['a metastore renamed', catalogCall('updateMetastore', { id: 'm', name: 'x' }), 'no change of privilege'],
  [
    'a deleted user takes every role along',
    aCall('delete', { ...ALICE, endpoint: '/users' }),
    'removal * workspace:77 T2 alice@northwind.example',
  ],
  [
    'a deleted cluster',
    aCall('delete', { cluster_id: 'c' }, { serviceName: 'clusters' }),
    'not a privilege event',
  ],
  ['a new user', aCall('add', ALICE), 'context account-created * T2 alice@northwind.example'],
]
for (const [title, event, expected] of READINGS)
  test(`Databricks: ${title}`, () => assert.equal(line(event), expected))

const observationsOf = (event: unknown) => {
  const reading = read(databricksPreset, event)
  return 'observations' in reading ? reading.observations : []
}

test('Databricks states who called, from where and by what', () => {
  const [observation] = observationsOf(SET_ADMIN)
  assert.deepEqual(observation?.grantor, {
    id: 'bob@northwind.example',
    email: 'bob@northwind.example',
    name: null,
    type: 'user',
  })
  assert.equal(observation?.act, 'r-1')
  assert.equal(observation?.ip, '192.0.2.7')
  assert.equal(observation?.mechanism, 'api')
  assert.equal(observation?.occurredAt, 1_795_514_400_000)
})

test('an application id is a service principal, an address a person, a name a group', () => {
  const [group] = observationsOf(aCall('setAdmin', { principal: 'sre' }))
  assert.equal(group?.grantee.type, 'group')
  assert.equal(observationsOf(aCall('setAdmin', { targetUserId: '42' }))[0]?.grantee.type, 'unknown')
  const [service] = observationsOf(aCall('setAdmin', { principal: UUID }))
  assert.equal(service?.grantee.type, 'service')
  assert.equal(observationsOf(SET_ADMIN)[0]?.grantee.type, 'user')
  const [system] = observationsOf(aCall('setAdmin', ALICE, { userIdentity: { email: 'System-User' } }))
  assert.equal(system?.grantor?.type, 'service')
})

test('a removal from a group takes away what joining it gave', () => {
  const params = { ...ALICE, targetGroupName: 'Platform Admins' }
  const [given] = observationsOf(aCall('addPrincipalToGroup', params))
  const [taken] = observationsOf(aCall('removePrincipalFromGroup', params))
  assert.ok(given?.form === 'change' && taken?.form === 'change')
  const [grant, removal] = [given, taken].map(({ kind, role, grantee }) =>
    aGrant({ kind, role, grantee, direction: kind === 'removal' ? 'taken' : 'given' }),
  )
  assert.ok(grant && removal && takes(removal, grant))
  assert.equal(grant.grantee.id, removal.grantee.id)
})

const PROGRAMS = ['databricks', 'jq']
const alice = { id: 'alice@x.example', email: 'alice@x.example', name: null, type: 'user' as const }
const given = (id: string, scope: string, more: Record<string, unknown> = {}) =>
  aGrant({
    kind: 'grant',
    direction: 'given',
    grantee: alice,
    role: { id, name: 'admins', tier: 'T1', scope },
    ...more,
  })

test('an admin of a workspace leaves its group of admins, found by name', () => {
  const calls = shellCalls(databricksPreset.runbook(given('workspace-admin', 'workspace:77')), PROGRAMS)
  assert.ok(calls.some((call) => call.includes('userName eq "alice@x.example"')))
  assert.ok(calls.some((call) => call.includes('displayName eq "admins"')))
  assert.deepEqual(calls.at(-1)?.slice(0, 4), ['databricks', 'groups', 'patch', '42'])
})

test('an admin of the account loses that role', () => {
  const calls = shellCalls(databricksPreset.runbook(given('account-admin', '*')), PROGRAMS)
  const last = calls.at(-1) ?? []
  assert.deepEqual(last.slice(0, 5), ['databricks', 'account', 'users', 'patch', '42'])
  assert.match(last.at(-1) ?? '', /"path":"roles\[value eq \\"account_admin\\"\]"/)
})

test('a privilege in Unity Catalog is taken from whoever has it, whatever their name', () => {
  for (const name of HOSTILE_NAMES) {
    const group = { id: name, email: null, name: null, type: 'group' as const }
    const command = databricksPreset.runbook(given('uc:MANAGE', `catalog:${name}`, { grantee: group }))
    const [call] = shellCalls(command, PROGRAMS)
    const changes = JSON.parse(call?.at(-1) ?? '')
    assert.deepEqual(changes, { changes: [{ principal: name, remove: ['MANAGE'] }] })
    assert.equal(call?.[4], name.replace('\n', '\ufffd'))
  }
})

test('a group of any name is looked up as it is written', () => {
  for (const name of HOSTILE_NAMES) {
    const role = { id: 'group:x', name, tier: 'T1' as const, scope: 'workspace:77' }
    const calls = shellCalls(databricksPreset.runbook(given('x', '*', { role })), PROGRAMS)
    assert.ok(calls.some((call) => call.includes(`displayName eq ${JSON.stringify(name)}`)))
    assert.equal(calls.filter(([program]) => program === 'databricks').length, 3)
  }
})

test('what cannot be known makes no command for Databricks', () => {
  assert.equal(databricksPreset.runbook(given('account-owner', '*')), null)
  assert.equal(databricksPreset.runbook(given('metastore-admin', 'metastore:m')), null)
  const unknown = { id: '42', email: null, name: null, type: 'unknown' as const }
  assert.equal(databricksPreset.runbook(given('workspace-admin', 'workspace:77', { grantee: unknown })), null)
})
