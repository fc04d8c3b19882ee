import assert from 'node:assert/strict'
import { entraPreset } from '../../../src/domain/presets/entra.ts'
import type { ChangeObservation, Observation } from '../../../src/domain/presets/preset.ts'
import { read } from './labelled-events.ts'

/** Entra's audit records as they are, in the shape of the diagnostic settings, with people of our own. */

export const ALICE = '11111111-aaaa-4aaa-8aaa-111111111111'
export const BOB = '22222222-bbbb-4bbb-8bbb-222222222222'
export const ROBOT = '33333333-cccc-4ccc-8ccc-333333333333'
export const GRAPH = '44444444-dddd-4ddd-8ddd-444444444444'
export const GROUP = '55555555-eeee-4eee-8eee-555555555555'
export const TIME = '2026-09-06T17:30:40.1930000Z'

export const TEMPLATES = {
  'Global Administrator': '62e90394-69f5-4237-9190-012177145e10',
  'User Administrator': 'fe930be7-5e62-47db-91af-98c3a49a38b1',
  'Global Reader': 'f2ef992c-3afb-46b9-b7cf-a126ee74c451',
} as const

export const BOB_USER = {
  user: {
    id: BOB,
    displayName: 'Bob',
    userPrincipalName: 'bob@northwind.example',
    ipAddress: '192.0.2.7',
  },
  app: null,
}
export const MS_PIM = {
  user: null,
  app: {
    appId: null,
    displayName: 'MS-PIM',
    servicePrincipalId: 'bdefcbb6-d8b2-497d-a944-b683d9a36b0c',
    servicePrincipalName: null,
  },
}
export const ALICE_TARGET = {
  id: ALICE,
  displayName: 'Alice',
  type: 'User',
  userPrincipalName: 'alice@northwind.example',
}

type Json = Record<string, unknown>

const property = (displayName: string, value: string | null, isRemoval = false) => {
  const quoted = value === null ? null : JSON.stringify(value)
  return isRemoval
    ? { displayName, oldValue: quoted, newValue: null }
    : { displayName, oldValue: null, newValue: quoted }
}

export const properties = (values: Readonly<Record<string, string | null>>, isRemoval = false) =>
  Object.entries(values).map(([name, value]) => property(name, value, isRemoval))

export function anEvent(operation: string, body: Json = {}, more: Json = {}): Record<string, unknown> {
  return {
    time: TIME,
    resourceId: '/tenants/t-1/providers/Microsoft.aadiam',
    operationName: operation,
    operationVersion: '1.0',
    category: 'AuditLogs',
    tenantId: 't-1',
    ...more,
    properties: {
      id: `Directory_${operation}`,
      category: 'RoleManagement',
      correlationId: 'c-1',
      result: 'success',
      resultReason: '',
      activityDisplayName: operation,
      activityDateTime: TIME,
      loggedByService: 'Core Directory',
      initiatedBy: BOB_USER,
      targetResources: [ALICE_TARGET],
      additionalDetails: [],
      ...body,
    },
  }
}

/** Core Directory's record of a member of a role. */
export function core(
  operation: string,
  role = 'User Administrator',
  body: Json = {},
): Record<string, unknown> {
  const template = Object.entries(TEMPLATES).find(([name]) => name === role)?.[1] ?? null
  const isRemoval = operation.startsWith('Remove')
  return anEvent(operation, {
    targetResources: [
      {
        ...ALICE_TARGET,
        displayName: null,
        modifiedProperties: properties(
          {
            'Role.ObjectID': '40a84a16-f7af-47f1-aa96-3f93b7d572cd',
            'Role.DisplayName': role,
            'Role.TemplateId': template,
            'Role.WellKnownObjectName': template === null ? null : role.replaceAll(' ', ''),
          },
          isRemoval,
        ),
      },
      { id: '40a84a16-f7af-47f1-aa96-3f93b7d572cd', type: 'Role', displayName: null, modifiedProperties: [] },
    ],
    ...body,
  })
}

export const details = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([key, value]) => ({ key, value }))

/** PIM's record, with the nine things it lists. */
export function pim(
  operation: string,
  role = 'User Administrator',
  body: Json = {},
): Record<string, unknown> {
  const template = Object.entries(TEMPLATES).find(([name]) => name === role)?.[1] ?? 'custom-id'
  return anEvent(operation, {
    id: `PIM_${operation}`,
    correlationId: 'c-2',
    loggedByService: 'PIM',
    activityDateTime: '2026-09-06T17:30:46.0000000Z',
    resultReason: 'on call',
    targetResources: [
      {
        id: 'r-1',
        displayName: role,
        type: 'Role',
        modifiedProperties: properties({ RoleDefinitionOriginId: template, TemplateId: template }),
      },
      { id: 'q-1', type: 'Request', displayName: null },
      { ...ALICE_TARGET, userPrincipalName: null },
      { id: 't-1', type: 'Directory', displayName: 'Northwind' },
      { id: 'o-1', type: 'Other', displayName: null },
    ],
    additionalDetails: details({
      RoleDefinitionOriginId: template,
      RoleDefinitionOriginType: template === 'custom-id' ? 'CustomRole' : 'BuiltInRole',
      TemplateId: template,
      StartTime: TIME,
      ExpirationTime: '2026-09-06T18:40:45.843Z',
      Justification: 'Restore mailboxes',
      TicketNumber: 'OPS-7',
      TicketSystem: 'Jira',
      ipaddr: '192.0.2.9',
    }),
    ...body,
  })
}

const ROBOT_TARGET = { id: ROBOT, displayName: 'robot', type: 'ServicePrincipal' }
export const ACTIVATED = 'Add member to role completed (PIM activation)'

export const appRole = (value: string, isRemoval = false, id = 'a-1') =>
  anEvent(
    `${isRemoval ? 'Remove app role assignment from' : 'Add app role assignment to'} service principal`,
    {
      category: 'ApplicationManagement',
      targetResources: [
        {
          id: GRAPH,
          displayName: 'Microsoft Graph',
          type: 'ServicePrincipal',
          modifiedProperties: properties(
            {
              'AppRole.Id': id,
              'AppRole.Value': value,
              'ServicePrincipal.ObjectID': ROBOT,
              'ServicePrincipal.DisplayName': 'robot',
            },
            isRemoval,
          ),
        },
        ROBOT_TARGET,
      ],
    },
  )

export const inGroup = (operation: string, name: string, body: Record<string, unknown> = {}) =>
  anEvent(operation, {
    category: 'GroupManagement',
    targetResources: [
      {
        ...ALICE_TARGET,
        modifiedProperties: properties(
          { 'Group.ObjectID': GROUP, 'Group.DisplayName': name },
          operation.startsWith('Remove'),
        ),
      },
      { id: GROUP, type: 'Group', displayName: null },
    ],
    ...body,
  })

export const owner = (operation: string) =>
  anEvent(operation, {
    targetResources: [
      {
        ...ALICE_TARGET,
        modifiedProperties: properties({ 'Application.ObjectID': ROBOT, 'Application.DisplayName': 'robot' }),
      },
      { id: ROBOT, type: 'Application', displayName: null },
    ],
  })

export const groupPim = (operation: string, role: string) =>
  pim(operation, role, {
    category: 'GroupManagement',
    targetResources: [
      { id: 'r-1', displayName: role, type: 'Role' },
      { id: 'q-1', type: 'Request' },
      ALICE_TARGET,
      { id: GROUP, type: 'Group', displayName: 'sre' },
    ],
  })

export const ELEVATED = anEvent(
  'User has elevated their access to User Access Administrator for their Azure Resources',
  { loggedByService: 'Azure RBAC (Elevated Access)', targetResources: [] },
)

/** What the first change of an event is read as. */
export const first = (event: unknown): ChangeObservation => {
  const reading = read(entraPreset, event)
  const observation: Observation | undefined = 'observations' in reading ? reading.observations[0] : undefined
  assert.ok(observation?.form === 'change', JSON.stringify(reading))
  return observation
}
