import assert from 'node:assert/strict'
import { test } from 'node:test'
import { azurePreset } from '../../../src/domain/presets/azure.ts'
import type { ChangeObservation } from '../../../src/domain/presets/preset.ts'
import {
  ALICE,
  ASSIGNMENT,
  assignment,
  assignmentBody,
  BOB,
  CONTRIBUTOR,
  CUSTOM,
  OWNER,
  READER,
  record,
  request,
  SUBSCRIPTION,
} from './azure-records.ts'
import { read, summary } from './labelled-events.ts'
import { provePreset } from './proof.ts'

const written = assignment('write', { responseBody: assignmentBody() })
const deleted = assignment('delete', { responseBody: assignmentBody() })
const activation = request('Assignment', {
  requestType: 'SelfActivate',
  justification: 'Incident 12',
  ticketInfo: { ticketNumber: 'INC-12', ticketSystem: 'desk' },
  scheduleInfo: {
    startDateTime: '2026-03-01T10:00:00Z',
    expiration: { type: 'AfterDuration', duration: 'PT8H' },
  },
})

provePreset(azurePreset, [written, deleted, activation])

function observations(event: Record<string, unknown>): readonly ChangeObservation[] {
  const reading = read(azurePreset, event)
  assert.ok('observations' in reading, JSON.stringify(reading))
  return reading.observations.flatMap((one) => (one.form === 'change' ? [one] : []))
}

function first(event: Record<string, unknown>): ChangeObservation {
  const [observation] = observations(event)
  assert.ok(observation)
  return observation
}

const lines = (event: Record<string, unknown>) => summary(read(azurePreset, event))

test('an assignment is read from the answer, or from the request when there is no answer', () => {
  const expected = { observations: [`grant ${OWNER} ${SUBSCRIPTION} T1 ${ALICE}`] }
  assert.deepEqual(lines(written), expected)
  assert.deepEqual(lines(assignment('write', { requestbody: assignmentBody() })), expected)
  const pascal = JSON.stringify({
    Id: ASSIGNMENT,
    Properties: {
      PrincipalId: ALICE,
      RoleDefinitionId: OWNER.replaceAll('-', ''),
      Scope: `${SUBSCRIPTION}/`,
    },
  })
  assert.deepEqual(lines(assignment('write', { requestbody: pascal })), expected)
})

test('the role that the caller holds is not taken for the role that was given', () => {
  const evidence = { role: 'Owner', roleDefinitionId: OWNER, principalId: BOB, principalType: 'User' }
  const event = assignment(
    'write',
    { requestbody: assignmentBody({ roleDefinitionId: READER }) },
    { identity: { authorization: { evidence } } },
  )
  assert.deepEqual(lines(event), { skipped: 'not privileged' })
})

test('only the end of a call that succeeded gives a role', () => {
  const body = { requestbody: assignmentBody() }
  for (const resultType of ['Start', 'Started', 'Accept', 'Accepted'])
    assert.deepEqual(lines(assignment('write', body, { resultType })), {
      skipped: 'requested and not completed',
    })
  for (const resultType of ['Failure', 'Failed'])
    assert.deepEqual(lines(assignment('write', body, { resultType })), { skipped: 'call failed' })
  const forbidden = assignment('write', { ...body, statusCode: 'Forbidden' }, { resultType: undefined })
  assert.deepEqual(lines(forbidden), { skipped: 'call failed' })
})

test('deleting what was not there takes nothing away', () => {
  assert.deepEqual(lines(assignment('delete', { statusCode: 'NoContent' })), {
    skipped: 'no change of privilege',
  })
})

test('the place of a role decides its tier', () => {
  const at = (scope: string, roleDefinitionId: string = OWNER) =>
    first(assignment('write', { responseBody: assignmentBody({ scope, roleDefinitionId }) })).role.tier
  assert.equal(at('/'), 'T0')
  assert.equal(at('/providers/Microsoft.Management/managementGroups/all'), 'T0')
  assert.equal(at(SUBSCRIPTION), 'T1')
  assert.equal(at(`${SUBSCRIPTION}/resourceGroups/shop`), 'T2')
  assert.equal(at('/', CONTRIBUTOR), 'T1')
  assert.equal(at(SUBSCRIPTION, CONTRIBUTOR), 'T1')
  assert.equal(at(`${SUBSCRIPTION}/resourceGroups/shop`, CONTRIBUTOR), 'T2')
})

test('a role that a customer defined is narrow and not in the catalogue', () => {
  const { role } = first(assignment('write', { responseBody: assignmentBody({ roleDefinitionId: CUSTOM }) }))
  assert.equal(role.tier, 'T2')
  assert.equal(azurePreset.isCatalogued?.(role), false)
  assert.equal(azurePreset.isCatalogued?.(first(written).role), true)
})

test('readers get no privilege, and a reader of keys does', () => {
  const given = (roleDefinitionId: string) =>
    lines(assignment('write', { responseBody: assignmentBody({ roleDefinitionId }) }))
  for (const id of [READER, '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1', '63f0a09d-1495-4db4-a681-037d84835eb4'])
    assert.deepEqual(given(id), { skipped: 'not privileged' })
  for (const id of ['c12c1c16-33a1-487b-954d-41c89c60f349', '04165923-9d83-45d5-8227-78b77b0a687e'])
    assert.ok('observations' in given(id))
})

test('the grantor is known by the object id that assignments name people by', () => {
  const { grantor, ip, mechanism, grantee } = first(written)
  assert.deepEqual(grantor, { id: BOB, email: 'bob@northwind.example', name: 'Bob', type: 'user' })
  assert.equal(ip, '203.0.113.7')
  assert.equal(mechanism, 'console')
  assert.deepEqual(grantee, { id: ALICE, email: null, name: null, type: 'user' })
})

test('principals are people, groups and programs', () => {
  const type = (principalType: string) =>
    first(assignment('write', { responseBody: assignmentBody({ principalType }) })).grantee.type
  assert.equal(type('Group'), 'group')
  assert.equal(type('ServicePrincipal'), 'service')
  assert.equal(type('ForeignGroup'), 'external')
})

test('a guest and a program are told apart from people of the directory', () => {
  const caller = (claims: Record<string, string>) =>
    first(assignment('write', { responseBody: assignmentBody() }, { identity: { claims } })).grantor?.type
  const upn = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn'
  assert.equal(caller({ [upn]: 'eve_evil.example#EXT#@northwind.example' }), 'external')
  const oid = 'http://schemas.microsoft.com/identity/claims/objectidentifier'
  assert.equal(caller({ appid: CUSTOM, appidacr: '1', [oid]: ALICE }), 'service')
})

test('a removal names the very grant, and the stand-in of one whose record had no body', () => {
  const [grant] = observations(written)
  const [removal, standIn] = observations(deleted)
  assert.equal(removal?.kind, 'removal')
  assert.equal(removal?.holding, 'assignment')
  assert.deepEqual([removal?.grantee.id, removal?.role], [grant?.grantee.id, grant?.role])
  const [unnamed] = observations(assignment('write', { statusCode: 'Created' }))
  assert.equal(unnamed?.grantee.id, `role-assignment:${ASSIGNMENT}`)
  assert.deepEqual([standIn?.grantee.id, standIn?.role], [unnamed?.grantee.id, unnamed?.role])
  assert.deepEqual(lines(assignment('delete', { statusCode: 'OK' })), {
    observations: [`removal unnamed-role ${SUBSCRIPTION} T1 role-assignment:${ASSIGNMENT}`],
  })
})

test('a record that names no assignment still tells of a grant, and one without a status of a beginning', () => {
  const bare = {
    operationName: { value: 'Microsoft.Authorization/roleAssignments/write' },
    correlationId: 'c-9',
  }
  assert.deepEqual(lines({ ...bare, status: { value: 'Succeeded' } }), {
    observations: ['grant unnamed-role / T1 role-assignment:of-call-c-9'],
  })
  const properties = { roleDefinitionId: OWNER, principalId: ALICE, scope: SUBSCRIPTION }
  assert.deepEqual(lines({ ...bare, status: { value: 'Succeeded' }, properties }), {
    observations: [`grant ${OWNER} ${SUBSCRIPTION} T1 ${ALICE}`],
  })
  assert.deepEqual(lines({ ...bare, eventName: { value: 'BeginRequest' }, properties }), {
    skipped: 'requested and not completed',
  })
})

test('records of one call are one act, and two assignments of one deployment are two grants', () => {
  const other = assignment('write', { responseBody: assignmentBody({ principalId: BOB }) })
  assert.equal(first(written).act, first({ ...written }).act)
  assert.equal(first(written).act, first(other).act)
  assert.notEqual(first(written).grantee.id, first(other).grantee.id)
})

test('elevating access gives the caller the right to give access everywhere', () => {
  const event = record('Microsoft.Authorization/elevateAccess/action', '/providers/Microsoft.Authorization')
  const { kind, role, grantee, grantor } = first(event)
  assert.deepEqual(
    [kind, role.name, role.scope, role.tier],
    ['grant', 'User Access Administrator', '/', 'T0'],
  )
  assert.deepEqual(grantee, grantor)
})

test('an activation carries its reason, its ticket and its end', () => {
  const { kind, justification, ticket, expiresAt, path, mechanism } = first(activation)
  assert.deepEqual(
    { kind, justification, ticket, path, mechanism },
    {
      kind: 'activate',
      justification: 'Incident 12',
      ticket: 'INC-12',
      path: 'sanctioned',
      mechanism: 'pim',
    },
  )
  assert.equal(expiresAt, Date.UTC(2026, 2, 1, 18))
})

test('requests of Privileged Identity Management are read by their type', () => {
  const kind = (what: 'Assignment' | 'Eligibility', requestType: string) => {
    const { kind, holding } = first(request(what, { requestType }))
    return [kind, holding]
  }
  assert.deepEqual(kind('Assignment', 'AdminAssign'), ['grant', null])
  assert.deepEqual(kind('Eligibility', 'AdminAssign'), ['eligible', null])
  assert.deepEqual(kind('Eligibility', 'AdminExtend'), ['extend', null])
  assert.deepEqual(kind('Assignment', 'AdminRemove'), ['removal', 'assignment'])
  assert.deepEqual(kind('Assignment', 'SelfDeactivate'), ['removal', 'assignment'])
  assert.deepEqual(kind('Eligibility', 'AdminRemove'), ['removal', 'eligibility'])
})

test('a request that waits for an approval or was denied gives nothing', () => {
  for (const status of ['PendingApproval', 'Denied', 'AdminDenied', 'Failed', 'TimedOut'])
    assert.deepEqual(lines(request('Assignment', { requestType: 'SelfActivate', status })), {
      skipped: 'requested and not completed',
    })
  assert.deepEqual(lines(request('Eligibility', { requestType: 'SelfExtend' })), {
    skipped: 'requested and not completed',
  })
})

test('what Privileged Identity Management does itself has no grantor, since its request names the person', () => {
  const claims = { appid: '01fc33a7-78ba-4d2f-a4b7-768e336e890e', name: 'MS-PIM' }
  const event = assignment('write', { responseBody: assignmentBody() }, { identity: { claims } })
  const { grantor, mechanism, path } = first(event)
  assert.deepEqual({ grantor, mechanism, path }, { grantor: null, mechanism: 'pim', path: 'sanctioned' })
})

function definition(over: Record<string, unknown>, actions: readonly string[]): Record<string, unknown> {
  const properties = {
    roleName: 'Helpers',
    permissions: [{ actions, dataActions: [] }],
    assignableScopes: ['/subscriptions/s-1'],
    createdOn: '2026-01-01T00:00:00Z',
    updatedOn: '2026-03-01T00:00:00Z',
    ...over,
  }
  const resource = `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${CUSTOM}`
  return record('Microsoft.Authorization/roleDefinitions/write', resource, {
    properties: { responseBody: JSON.stringify({ properties }) },
  })
}

test('a definition that comes to allow everything widens what its holders have', () => {
  assert.deepEqual(lines(definition({}, ['*'])), {
    observations: [`role_widened ${CUSTOM} /subscriptions/s-1 T1 holders:${CUSTOM}`],
  })
  const authorization = ['Microsoft.Authorization/roleAssignments/write']
  assert.ok('observations' in lines(definition({}, authorization)))
  assert.deepEqual(lines(definition({}, ['Microsoft.Compute/virtualMachines/start/action'])), {
    skipped: 'not privileged',
  })
  const fresh = { createdOn: '2026-03-01T00:00:00Z' }
  assert.deepEqual(lines(definition(fresh, ['*'])), { skipped: 'no change of privilege' })
})

test('weakened rules and a deleted export of the log are told', () => {
  const rules = record(
    'Microsoft.Authorization/roleManagementPolicies/write',
    `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleManagementPolicies/p-1`,
  )
  assert.equal(first(rules).role.id, 'privileged-access-rules')
  const stop = (place: string) =>
    record(
      'Microsoft.Insights/diagnosticSettings/delete',
      `${place}/providers/Microsoft.Insights/diagnosticSettings/siem`,
    )
  assert.equal(first(stop(SUBSCRIPTION)).kind, 'control_weakened')
  assert.deepEqual(lines(stop(`${SUBSCRIPTION}/resourceGroups/shop/providers/Microsoft.Web/sites/a`)), {
    skipped: 'not privileged',
  })
})

test('a vault, a delegation and a classic administrator are given and taken alike', () => {
  const place = `${SUBSCRIPTION}/providers/Microsoft.ManagedServices/registrationAssignments/d-1`
  const pairs = ['write', 'delete'].map((verb) =>
    first(record(`Microsoft.ManagedServices/registrationAssignments/${verb}`, place)),
  )
  assert.deepEqual(
    pairs.map(({ kind }) => kind),
    ['grant', 'removal'],
  )
  assert.deepEqual(pairs[0]?.role, pairs[1]?.role)
  assert.deepEqual(pairs[0]?.grantee, pairs[1]?.grantee)
  const vault = `${SUBSCRIPTION}/resourceGroups/shop/providers/Microsoft.KeyVault/vaults/v/accessPolicies/add`
  const requestbody = JSON.stringify({ properties: { accessPolicies: [{ objectId: ALICE }] } })
  const policy = record('Microsoft.KeyVault/vaults/accessPolicies/write', vault, {
    properties: { requestbody },
  })
  assert.equal(first(policy).grantee.id, ALICE)
  const classic = record('Microsoft.Authorization/classicAdministrators/write', SUBSCRIPTION, {
    properties: { adminEmail: 'eve@northwind.example', adminType: 'Co-Administrator' },
  })
  assert.equal(first(classic).grantee.email, 'eve@northwind.example')
})

test('the forms of the REST API, of Log Analytics and of Elastic say the same', () => {
  const expected = lines(written)
  const resourceId = `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments/${ASSIGNMENT}`
  const body = assignmentBody()
  const name = 'Microsoft.Authorization/roleAssignments/write'
  const forms: readonly Record<string, unknown>[] = [
    {
      operationName: { value: name, localizedValue: 'Create role assignment' },
      status: { value: 'Succeeded' },
      eventTimestamp: '2026-03-01T10:00:00Z',
      caller: 'bob@northwind.example',
      resourceId,
      properties: { responseBody: body },
    },
    {
      OperationNameValue: name.toUpperCase(),
      ActivityStatusValue: 'Success',
      TimeGenerated: '2026-03-01T10:00:00Z',
      Caller: 'bob@northwind.example',
      _ResourceId: resourceId,
      Properties: JSON.stringify({ responseBody: body }),
    },
    {
      '@timestamp': '2026-03-01T10:00:00Z',
      azure: {
        resource_id: resourceId,
        activitylogs: {
          operation_name: name.toUpperCase(),
          result_type: 'Success',
          properties: { responseBody: body },
        },
      },
    },
  ]
  for (const event of forms) assert.deepEqual(lines(event), expected, JSON.stringify(event))
  assert.equal(first(forms[0] ?? {}).grantor?.email, 'bob@northwind.example')
})
