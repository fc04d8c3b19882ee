/** Records of Azure's activity log as the diagnostic export writes them. */

export const OWNER = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635'
export const CONTRIBUTOR = 'b24988ac-6180-42a0-ab88-20f7382dd24c'
export const READER = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'
export const CUSTOM = '11111111-2222-3333-4444-555555555555'
export const SUBSCRIPTION = '/subscriptions/00000000-0000-0000-0000-000000000001'
export const ALICE = 'aaaaaaaa-0000-0000-0000-000000000001'
export const BOB = 'bbbbbbbb-0000-0000-0000-000000000002'
export const ASSIGNMENT = '99999999-0000-0000-0000-000000000009'

const CLAIMS = {
  appid: 'c44b4083-3bb0-49c1-b47d-974e53cbdf3c',
  'http://schemas.microsoft.com/identity/claims/objectidentifier': BOB,
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn': 'bob@northwind.example',
  name: 'Bob',
}

type Json = Record<string, unknown>

export function record(operation: string, resource: string, more: Json = {}): Json {
  return {
    time: '2026-03-01T10:00:00.0000000Z',
    resourceId: resource.toUpperCase(),
    operationName: operation.toUpperCase(),
    resultType: 'Success',
    callerIpAddress: '203.0.113.7',
    correlationId: 'c-1',
    identity: { claims: CLAIMS },
    ...more,
  }
}

/** What the service says of an assignment; `over` replaces what differs. */
export function assignmentBody(over: Json = {}): string {
  const properties = {
    roleDefinitionId: `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${OWNER}`,
    principalId: ALICE,
    principalType: 'User',
    scope: SUBSCRIPTION,
    ...over,
  }
  return JSON.stringify({ properties, name: ASSIGNMENT })
}

export function assignment(action: 'write' | 'delete', properties: Json = {}, more: Json = {}): Json {
  const resource = `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments/${ASSIGNMENT}`
  return record(`Microsoft.Authorization/roleAssignments/${action}`, resource, { properties, ...more })
}

/** A request of Privileged Identity Management, with its answer's status. */
export function request(kind: 'Assignment' | 'Eligibility', over: Json): Json {
  const name = `role${kind}ScheduleRequests`
  const { status, ...asked } = over
  return record(
    `Microsoft.Authorization/${name}/write`,
    `${SUBSCRIPTION}/providers/Microsoft.Authorization/${name}/77777777-0000-0000-0000-000000000007`,
    {
      properties: {
        requestbody: assignmentBody(asked),
        responseBody: assignmentBody({ ...asked, status: status ?? 'Provisioned' }),
      },
    },
  )
}
