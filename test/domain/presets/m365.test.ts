import assert from 'node:assert/strict'
import { test } from 'node:test'
import { m365Preset } from '../../../src/domain/presets/m365.ts'
import type { ChangeObservation, Observation } from '../../../src/domain/presets/preset.ts'
import { ALICE, BOB, GRAPH, GROUP, ROBOT } from './entra-events.ts'
import { read, summary } from './labelled-events.ts'
import { provePreset } from './proof.ts'

type Json = Record<string, unknown>

const identities = (kind: string, id: string, login: string | null) => [
  { ID: `${kind}_${id}`, Type: 2 },
  { ID: id, Type: 2 },
  { ID: kind, Type: 2 },
  ...(login === null ? [] : [{ ID: login, Type: 5 }]),
  { ID: '10032001266C162C', Type: 3 },
]

/** A record of the directory; the first identity of an actor may be the application that was used. */
function directory(Operation: string, changes: Readonly<Record<string, string>>, more: Json = {}): Json {
  const isRemoval = Operation.startsWith('Remove')
  return {
    CreationTime: '2026-07-09T15:02:25',
    Id: '9bcccbf0-df00-4fa7-99b2-97a7d0e761e8',
    Operation,
    OrganizationId: 't-1',
    RecordType: 8,
    ResultStatus: 'Success',
    UserKey: '10032001266C162C@northwind.example',
    UserType: 0,
    Workload: 'AzureActiveDirectory',
    ObjectId: 'alice@northwind.example',
    UserId: 'bob@northwind.example',
    ActorIpAddress: '192.0.2.7:50123',
    ExtendedProperties: [{ Name: 'additionalDetails', Value: '{"User-Agent":"Mozilla/5.0 (Macintosh)"}' }],
    ModifiedProperties: Object.entries(changes).map(([Name, value]) => ({
      Name,
      NewValue: isRemoval ? '' : value,
      OldValue: isRemoval ? value : '',
    })),
    Actor: [
      { ID: '18ed3507-a475-4ccb-b669-d66bc9f2a36e', Type: 2 },
      ...identities('User', BOB, 'bob@northwind.example'),
    ],
    Target: identities('User', ALICE, 'alice@northwind.example'),
    ...more,
  }
}

const GLOBAL = {
  'Role.DisplayName': 'Global Administrator',
  'Role.TemplateId': '62e90394-69f5-4237-9190-012177145e10',
  'Role.WellKnownObjectName': 'TenantAdmins',
}
const ADDED = directory('Add member to role.', GLOBAL)

const cmdlet = (Operation: string, parameters: Readonly<Record<string, string>>, more: Json = {}): Json => ({
  CreationTime: '2026-07-09T15:02:25',
  Id: 'x-1',
  Operation,
  RecordType: 1,
  ResultStatus: 'True',
  UserType: 2,
  Workload: 'Exchange',
  UserId: 'bob@northwind.example',
  ClientIP: '[2001:db8::7]:443',
  Parameters: Object.entries(parameters).map(([Name, Value]) => ({ Name, Value })),
  ...more,
})
const MEMBER = { Identity: 'Organization Management', Member: 'alice@northwind.example' }

const site = (Operation: string, admin: string, SiteUrl: string, more: Json = {}): Json => ({
  CreationTime: '2026-07-15T09:45:46',
  Id: 's-1',
  Operation,
  RecordType: 14,
  UserType: 0,
  Workload: 'SharePoint',
  UserId: 'bob@northwind.example',
  ObjectId: SiteUrl,
  SiteUrl,
  ModifiedProperties: [{ Name: 'SiteAdmin', NewValue: admin, OldValue: '' }],
  ...more,
})
const FINANCE = 'https://northwind.sharepoint.com/sites/Finance/'

const PERMISSION = {
  'AppRole.Value': 'Mail.ReadWrite',
  'ServicePrincipal.ObjectID': ROBOT,
  'ServicePrincipal.DisplayName': 'robot',
}
const RESOURCE = { Target: identities('ServicePrincipal', GRAPH, null) }

provePreset(m365Preset, [
  ADDED,
  cmdlet('Add-RoleGroupMember', MEMBER),
  cmdlet('New-ManagementRoleAssignment', {
    Role: 'ApplicationImpersonation',
    User: 'alice@northwind.example',
  }),
  site('SiteCollectionAdminAdded', 'alice@northwind.example', FINANCE),
  directory('Add app role assignment to service principal.', PERMISSION, RESOURCE),
])

const OWNERSHIP = { 'Application.ObjectID': ROBOT, 'Application.DisplayName': 'robot' }
const READINGS: readonly (readonly [string, Json, string])[] = [
  ['a member of a role', ADDED, `grant global-administrator * T0 ${ALICE}`],
  [
    'a member no more',
    directory('Remove member from role.', GLOBAL),
    `removal global-administrator * T0 ${ALICE}`,
  ],
  [
    'eligible',
    directory('Add eligible member to role.', GLOBAL),
    `eligible global-administrator * T0 ${ALICE}`,
  ],
  [
    'a role that may only read',
    directory('Add member to role.', {
      'Role.DisplayName': 'Security Reader',
      'Role.WellKnownObjectName': 'SecurityReaders',
    }),
    'not privileged',
  ],
  [
    'a permission of an application',
    directory('Add app role assignment to service principal.', PERMISSION, RESOURCE),
    `grant app-role:Mail.ReadWrite resource:${GRAPH} T1 ${ROBOT}`,
  ],
  [
    'a permission taken back',
    directory('Remove app role assignment from service principal.', PERMISSION, RESOURCE),
    `removal app-role:Mail.ReadWrite resource:${GRAPH} T1 ${ROBOT}`,
  ],
  [
    'a permission to read feeds',
    directory(
      'Add app role assignment to service principal.',
      { ...PERMISSION, 'AppRole.Value': 'ActivityFeed.ReadDlp' },
      RESOURCE,
    ),
    'not privileged',
  ],
  [
    'everyday access to an application',
    directory('Add app role assignment grant to user.', { 'AppRole.Value': '', 'User.ObjectID': ALICE }),
    'not privileged',
  ],
  [
    'consent that makes an application as mighty as its administrators',
    directory(
      'Add delegated permission grant.',
      {
        'DelegatedPermissionGrant.Scope':
          ' openid Directory.AccessAsUser.All RoleManagement.ReadWrite.Directory',
        'DelegatedPermissionGrant.ConsentType': 'AllPrincipals',
        'ServicePrincipal.ObjectID': ROBOT,
      },
      RESOURCE,
    ),
    `grant delegated:Directory.AccessAsUser.All resource:${GRAPH} T1 ${ROBOT}; grant delegated:RoleManagement.ReadWrite.Directory resource:${GRAPH} T1 ${ROBOT}`,
  ],
  [
    'everyday consent',
    directory('Add delegated permission grant.', {
      'DelegatedPermissionGrant.Scope': 'User.Read Mail.Read',
      'DelegatedPermissionGrant.ConsentType': 'AllPrincipals',
      'ServicePrincipal.ObjectID': ROBOT,
    }),
    'not privileged',
  ],
  [
    'an owner of an application',
    directory('Add owner to application.', OWNERSHIP),
    `indirect application-owner application:${ROBOT} T2 ${ALICE}`,
  ],
  [
    'a group of administrators',
    directory('Add member to group.', { 'Group.ObjectID': GROUP, 'Group.DisplayName': 'Azure Admins' }),
    `indirect group-member group:${GROUP} T2 ${ALICE}`,
  ],
  [
    'any other group',
    directory('Add member to group.', { 'Group.ObjectID': GROUP, 'Group.DisplayName': 'Sales' }),
    'group not known to be privileged',
  ],
  [
    'a role group',
    cmdlet('Add-RoleGroupMember', MEMBER),
    'grant exchange-group:organization-management * T1 alice@northwind.example',
  ],
  [
    'a role group no more',
    cmdlet('Remove-RoleGroupMember', MEMBER),
    'removal exchange-group:organization-management * T1 alice@northwind.example',
  ],
  [
    'a role group that may only look',
    cmdlet('Add-RoleGroupMember', { ...MEMBER, Identity: 'View-Only Organization Management' }),
    'not privileged',
  ],
  [
    'all members of a role group at once',
    cmdlet('Update-RoleGroupMember', {
      Identity: 'SRE',
      Members: 'ana@northwind.example;bo@northwind.example',
    }),
    'grant exchange-group:sre * T2 ana@northwind.example; grant exchange-group:sre * T2 bo@northwind.example',
  ],
  [
    'a role group of Purview, with parameters as typed',
    cmdlet(
      'Add-RoleGroupMember',
      {},
      {
        Workload: 'SecurityComplianceCenter',
        Parameters: '-Identity "eDiscoveryManager" -Member "alice@northwind.example"',
      },
    ),
    'grant purview-group:ediscoverymanager * T1 alice@northwind.example',
  ],
  [
    'impersonation',
    cmdlet('New-ManagementRoleAssignment', {
      Role: 'ApplicationImpersonation',
      User: 'alice@northwind.example',
    }),
    'grant exchange-role:applicationimpersonation * T1 alice@northwind.example',
  ],
  [
    'impersonation no more',
    cmdlet('Remove-ManagementRoleAssignment', {
      Identity: 'ApplicationImpersonation-alice@northwind.example',
    }),
    'removal exchange-role:applicationimpersonation * T1 alice@northwind.example',
  ],
  [
    'a role for some recipients',
    cmdlet('New-ManagementRoleAssignment', {
      Role: 'SRE',
      SecurityGroup: 'Desk',
      CustomRecipientWriteScope: 'Sales',
    }),
    'grant exchange-role:sre recipients:Sales T2 Desk',
  ],
  [
    'a role of every user',
    cmdlet('New-ManagementRoleAssignment', { Role: 'MyBaseOptions', Policy: 'Default' }),
    'not privileged',
  ],
  [
    'eDiscovery',
    cmdlet('Add-eDiscoveryCaseAdmin', { User: 'alice@northwind.example' }),
    'grant purview-ediscovery-administrator * T1 alice@northwind.example',
  ],
  [
    'a site',
    site('SiteCollectionAdminAdded', 'i:0#.f|membership|alice@northwind.example', FINANCE),
    'grant site-collection-administrator site:https://northwind.sharepoint.com/sites/finance T2 alice@northwind.example',
  ],
  [
    'a site no more',
    site('SiteCollectionAdminRemoved', 'alice@northwind.example', FINANCE.slice(0, -1)),
    'removal site-collection-administrator site:https://northwind.sharepoint.com/sites/finance T2 alice@northwind.example',
  ],
  [
    "one's own site",
    site(
      'SiteCollectionAdminAdded',
      'Alice.B@northwind.example',
      'https://n-my.sharepoint.com/personal/alice_b_northwind_example',
    ),
    'not privileged',
  ],
  [
    "somebody else's site",
    site(
      'SiteCollectionAdminAdded',
      'bob@northwind.example',
      'https://n-my.sharepoint.com/personal/alice_b_northwind_example',
    ),
    'grant site-collection-administrator site:https://n-my.sharepoint.com/personal/alice_b_northwind_example T2 bob@northwind.example',
  ],
  [
    'a site asked for',
    site('SiteAdminChangeRequest', 'alice@northwind.example', FINANCE),
    'requested and not completed',
  ],
  [
    'the audit log switched off',
    cmdlet('Set-AdminAuditLogConfig', { UnifiedAuditLogIngestionEnabled: 'False' }),
    'control_weakened audit-log * T0 everyone',
  ],
  [
    'the audit log switched on',
    cmdlet('Set-AdminAuditLogConfig', { UnifiedAuditLogIngestionEnabled: 'True' }),
    'not a privilege event',
  ],
  [
    'a mailbox that is audited no more',
    cmdlet('Set-MailboxAuditBypassAssociation', { Identity: 'ana', AuditBypassEnabled: 'True' }),
    'control_weakened audit-log ana T0 everyone',
  ],
  ['forwarding', cmdlet('Set-Mailbox', { ForwardingSmtpAddress: 'x@y.example' }), 'not a privilege event'],
  ['a password', directory('Reset user password.', {}), `context password-reset * T2 ${ALICE}`],
  [
    'a secret',
    directory(
      'Update application – Certificates and secrets management ',
      {},
      { Target: identities('Application', ROBOT, null) },
    ),
    `context api-token ${ROBOT} T2 ${ROBOT}`,
  ],
]
for (const [title, event, expected] of READINGS)
  test(`Microsoft 365: ${title}`, () => {
    const result = summary(read(m365Preset, event))
    assert.equal('skipped' in result ? result.skipped : result.observations.join('; '), expected)
  })

for (const ResultStatus of ['Failure', 'Failed', 'False'])
  test(`Microsoft 365: a call that ended in ${ResultStatus} is no grant`, () => {
    assert.deepEqual(read(m365Preset, { ...ADDED, ResultStatus }), { skipped: 'call failed' })
  })

const first = (event: unknown, prefix: string | null = null): ChangeObservation => {
  const reading = read(m365Preset, event, prefix)
  const observation: Observation | undefined = 'observations' in reading ? reading.observations[0] : undefined
  assert.ok(observation?.form === 'change', JSON.stringify(reading))
  return observation
}

test('Microsoft 365: grantor and grantee are people and not the application they used', () => {
  const { grantor, grantee, ip, userAgent, mechanism } = first(ADDED)
  assert.deepEqual(grantor, { id: BOB, email: 'bob@northwind.example', name: null, type: 'user' })
  assert.deepEqual(grantee, { id: ALICE, email: 'alice@northwind.example', name: null, type: 'user' })
  assert.deepEqual([ip, userAgent, mechanism], ['192.0.2.7', 'Mozilla/5.0 (Macintosh)', 'console'])
  assert.equal(first(cmdlet('Add-RoleGroupMember', MEMBER)).ip, '2001:db8::7')
})

test('Microsoft 365: an application that acts is a service', () => {
  const Actor = [{ ID: 'Teams Services', Type: 1 }, ...identities('ServicePrincipal', ROBOT, null)]
  const { grantor, mechanism } = first({ ...ADDED, Actor, UserId: `ServicePrincipal_${ROBOT}`, UserType: 4 })
  assert.deepEqual([grantor?.id, grantor?.type, grantor?.name], [ROBOT, 'service', 'Teams Services'])
  assert.equal(mechanism, 'console')
})

test('Microsoft 365: what PIM carried out names no grantor', () => {
  const Actor = [{ ID: 'MS-PIM', Type: 1 }, ...identities('ServicePrincipal', ROBOT, null)]
  const { grantor, mechanism } = first({ ...ADDED, Actor, UserId: `ServicePrincipal_${ROBOT}`, UserType: 4 })
  assert.deepEqual([grantor, mechanism], [null, 'pim'])
})

test('Microsoft 365: a record that names people by their logins alone is read by these', () => {
  const bare = { ...ADDED, Actor: [], Target: [{ ID: 'alice@northwind.example', Type: 5 }] }
  assert.equal(first(bare).grantee.id, 'alice@northwind.example')
  assert.equal(first(bare).grantor?.id, 'bob@northwind.example')
  assert.equal(first({ ...bare, Target: undefined }).grantee.id, 'alice@northwind.example')
})

const WRAPPED: readonly (readonly [string, (event: Json) => unknown])[] = [
  [
    'as Search-UnifiedAuditLog exports it',
    (event) => ({ RecordType: 8, Operations: event.Operation, AuditData: JSON.stringify(event) }),
  ],
  ['as Defender keeps it', (event) => ({ Timestamp: 'x', ActionType: event.Operation, RawEventData: event })],
  ['as Wazuh sends it', (event) => ({ integration: 'office365', office365: event })],
  ['as Elastic keeps it', (event) => ({ event: { original: JSON.stringify(event), action: 'x' } })],
  [
    'as Elastic rewrites it',
    (event) => ({
      o365: {
        audit: {
          ...event,
          ModifiedProperties: Object.fromEntries(
            (event.ModifiedProperties as Json[]).map(({ Name, ...values }) => [
              String(Name).replaceAll('.', '_'),
              values,
            ]),
          ),
        },
      },
    }),
  ],
  [
    'in lower case',
    (event) => JSON.parse(JSON.stringify(event).replaceAll(/"(\w+)":/g, (name) => name.toLowerCase())),
  ],
]
for (const [form, wrapped] of WRAPPED)
  test(`Microsoft 365: a record is read alike ${form}`, () => {
    assert.deepEqual(first(wrapped(ADDED)), first(ADDED))
  })
