import assert from 'node:assert/strict'
import { test } from 'node:test'
import { salesforcePreset } from '../../../src/domain/presets/salesforce.ts'
import { takes } from '../../../src/domain/revocation.ts'
import { aGrant } from '../../support/builders.ts'
import { read, summary } from './labelled-events.ts'
import { provePreset } from './proof.ts'
import { HOSTILE_NAMES, shellCalls } from './shell-calls.ts'

const ALICE = '0055g000005ABCDAA2'
const ALICE_ID = '0055g000005ABCD'

/** A record of the setup audit trail. */
const aRecord = (Action: string, Display: string, more: Record<string, unknown> = {}) => ({
  attributes: { type: 'SetupAuditTrail', url: '/services/data/v54.0/sobjects/SetupAuditTrail/0Ym1' },
  Id: '0Ym5j000019nwonCAA',
  Action,
  Display,
  Section: 'Manage Users',
  CreatedDate: '2026-11-24T10:00:00.000+0000',
  CreatedById: '0055j000000utlPAAQ',
  CreatedBy: { Name: 'Bob', Username: 'bob@northwind.example' },
  DelegateUser: null,
  ...more,
})

/** A PermissionSetEvent by the fields that Salesforce documents. */
const anEvent = (Operation: string, more: Record<string, unknown> = {}) => ({
  EventIdentifier: '0a4779b0-0da1-4619-a373-0a36991dff90',
  EventDate: '2026-11-24T10:00:00.000Z',
  EventSource: 'API',
  Operation,
  ImpactedUserIds: `["${ALICE}"]`,
  ParentIdList: '["0PS5g000000abcdGAA"]',
  ParentNameList: '["Sales_Ops"]',
  PermissionList: '["ModifyAllData","ViewAllData"]',
  PermissionType: 'UserPermission',
  HasExternalUsers: false,
  PolicyOutcome: 'NoAction',
  SourceIp: '192.0.2.7',
  UserId: '0055j000000utlPAAQ',
  Username: 'bob@northwind.example',
  ...more,
})

const ASSIGNED = aRecord(
  'PermSetAssign',
  `Permission set Sales Ops: assigned to user Alice (UserID: [${ALICE}])`,
)
const SHIELD = anEvent('AssignedToUsers')

provePreset(salesforcePreset, [ASSIGNED, SHIELD])

const line = (event: unknown) => {
  const result = summary(read(salesforcePreset, event))
  return 'skipped' in result ? result.skipped : result.observations.join('; ')
}

const READINGS: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ['a permission set', ASSIGNED, `grant permission-set:sales-ops * T2 ${ALICE_ID}`],
  [
    'a permission set taken',
    aRecord('PermSetUnassign', `Permission set Sales Ops: unassigned from user Alice (UserID: [${ALICE}])`),
    `removal permission-set:sales-ops * T2 ${ALICE_ID}`,
  ],
  [
    'a text without an id',
    aRecord('PermSetAssign', 'Permission set Sales Ops: assigned to user alice@northwind.example'),
    'grant permission-set:sales-ops * T2 alice@northwind.example',
  ],
  [
    'a text that contradicts its action',
    aRecord('PermSetAssign', 'Permission set Sales Ops: unassigned from user Alice'),
    'grantee not stated',
  ],
  [
    'a name that looks like the text around it',
    aRecord(
      'PermSetAssign',
      `Permission set X: assigned to user Bob (UserID: [005000000000001]) (UserID: [${ALICE}])`,
    ),
    `grant permission-set:x * T2 ${ALICE_ID}`,
  ],
  [
    'a permission set that only reads',
    aRecord('PermSetAssign', 'Permission set Audit Viewer: assigned to user A'),
    'not privileged',
  ],
  [
    'a text in another language',
    aRecord('PermSetAssign', 'Berechtigungssatz X: Alice zugewiesen'),
    'grantee not stated',
  ],
  [
    'the profile of administrators',
    aRecord(
      'changedprofileforuser',
      'Changed profile for user Alice from Standard User to System Administrator',
    ),
    'grant profile:system-administrator * T0 Alice',
  ],
  [
    'the profile of administrators no more',
    aRecord(
      'changedprofileforuserstdtostd',
      'Changed profile for user Alice from System Administrator to Standard User',
    ),
    'removal profile:system-administrator * T0 Alice',
  ],
  [
    'from one custom profile to another',
    aRecord('changedprofileforuser', 'Changed profile for user Alice from Finance to Legal Admin'),
    'removal profile:finance * T2 Alice; grant profile:legal-admin * T1 Alice',
  ],
  [
    'between profiles of ordinary users',
    aRecord('changedprofileforuser', 'Changed profile for user Alice from Read Only to Standard User'),
    'not privileged',
  ],
  [
    'somebody signed in as somebody else',
    aRecord('suOrgAdminLogin', 'Logged in using Login-As access for Alice'),
    'context impersonation * T2 Alice',
  ],
  [
    'a new application',
    aRecord('insertConnectedApplication', 'Created connected app X'),
    'not a privilege event',
  ],
  ['the event of Shield', SHIELD, `grant permission-set:sales-ops * T0 ${ALICE_ID}`],
  [
    'the event of Shield as a platform event',
    { schema: 'x', payload: SHIELD, event: { replayId: 7 } },
    `grant permission-set:sales-ops * T0 ${ALICE_ID}`,
  ],
  [
    'several users and sets',
    anEvent('AssignedToUsers', {
      ImpactedUserIds: '005000000000001,005000000000002',
      ParentNameList: ['a', 'b'],
    }),
    'grant permission-set:a * T0 005000000000001; grant permission-set:b * T0 005000000000001; grant permission-set:a * T0 005000000000002; grant permission-set:b * T0 005000000000002',
  ],
  [
    'unassigned by Shield',
    anEvent('UnassignedFromUsers'),
    `removal permission-set:sales-ops * T0 ${ALICE_ID}`,
  ],
  [
    'permissions enabled for all who have the set',
    anEvent('PermsEnabled', { PermissionList: '["ManageRoles"]' }),
    'role_widened permission-set:sales-ops * T1 holders:permission-set:sales-ops',
  ],
  ['permissions disabled', anEvent('PermsDisabled'), 'not a privilege event'],
  [
    'a rule for signing in',
    anEvent('PermsEnabled', { PermissionList: '["ForceTwoFactor"]' }),
    'not privileged',
  ],
  ['a change that a policy blocked', anEvent('AssignedToUsers', { PolicyOutcome: 'Block' }), 'call failed'],
  ['nobody named', anEvent('AssignedToUsers', { ImpactedUserIds: null }), 'grantee not stated'],
  ['no set named', anEvent('AssignedToUsers', { ParentNameList: null }), 'role not stated'],
]
for (const [title, event, expected] of READINGS)
  test(`Salesforce: ${title}`, () => assert.equal(line(event), expected))

const observationsOf = (event: unknown) => {
  const reading = read(salesforcePreset, event)
  return 'observations' in reading ? reading.observations : []
}

test('both records of Salesforce name the same people and the same permission set', () => {
  const [told] = observationsOf(ASSIGNED)
  const [event] = observationsOf(anEvent('AssignedToUsers', { ParentNameList: '["Sales Ops"]' }))
  assert.ok(told?.form === 'change' && event?.form === 'change')
  assert.equal(told.role.id, event.role.id)
  assert.equal(told.grantee.id, event.grantee.id)
  assert.equal(told.grantor?.id, '0055j000000utlP')
  assert.equal(told.grantor?.id, event.grantor?.id)
  assert.equal(told.occurredAt, event.occurredAt)
})

test('only the event of Shield has an address, and an end when there is just one', () => {
  const [event] = observationsOf(
    anEvent('AssignedToUsers', { PermissionExpirationList: '["2026-12-01T00:00:00Z"]' }),
  )
  assert.equal(event?.ip, '192.0.2.7')
  assert.equal(event?.mechanism, 'api')
  assert.equal(event?.expiresAt, Date.parse('2026-12-01T00:00:00Z'))
  assert.equal(observationsOf(ASSIGNED)[0]?.ip, null)
  const several = { PermissionExpirationList: '["2026-12-01T00:00:00Z","2026-12-02T00:00:00Z"]' }
  assert.equal(observationsOf(anEvent('AssignedToUsers', several))[0]?.expiresAt, null)
})

test('who really acted behind a borrowed sign-in is kept, and people from outside are known', () => {
  const [told] = observationsOf(
    aRecord('PermSetAssign', String(ASSIGNED.Display), { DelegateUser: 'carol@x.example' }),
  )
  assert.equal(told?.session, 'carol@x.example')
  assert.equal(
    observationsOf(anEvent('AssignedToUsers', { HasExternalUsers: true }))[0]?.grantee.type,
    'external',
  )
})

test('an assignment taken away is the one that was given', () => {
  const made = (action: string, words: string) => {
    const [observation] = observationsOf(
      aRecord(action, `Permission set Sales Ops: ${words} user Alice (UserID: [${ALICE}])`),
    )
    assert.ok(observation?.form === 'change')
    const { kind, role, grantee } = observation
    return aGrant({ kind, role, grantee, direction: kind === 'removal' ? 'taken' : 'given' })
  }
  assert.ok(takes(made('PermSetUnassign', 'unassigned from'), made('PermSetAssign', 'assigned to')))
})

const given = (name: string, granteeId = ALICE_ID) =>
  aGrant({
    kind: 'grant',
    direction: 'given',
    grantee: { id: granteeId, email: null, name: null, type: 'user' },
    role: { id: 'permission-set:x', name, tier: 'T2', scope: '*' },
  })

test('the assignment is looked up and deleted, whatever the name of the permission set', () => {
  for (const name of ['Sales Ops', ...HOSTILE_NAMES]) {
    const calls = shellCalls(salesforcePreset.runbook(given(name)), ['sf', 'jq'])
    const soql = name.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\ufffd')
    const query = calls.find((call) => call.includes('query'))?.at(-1)
    assert.ok(query?.includes(`AssigneeId = '${ALICE_ID}' AND (PermissionSet.Label = '${soql}' OR`), query)
    assert.deepEqual(calls.at(-1), [
      'sf',
      'data',
      'delete',
      'record',
      '--sobject',
      'PermissionSetAssignment',
      '--record-id',
      '42',
    ])
  }
})

test('a grantee known by name alone makes no command for Salesforce', () => {
  assert.equal(salesforcePreset.runbook(given('Sales Ops', 'Alice')), null)
})
