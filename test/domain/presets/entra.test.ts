import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entraPreset } from '../../../src/domain/presets/entra.ts'
import {
  ACTIVATED,
  ALICE,
  ALICE_TARGET,
  anEvent,
  appRole,
  BOB,
  core,
  details,
  ELEVATED,
  first,
  GRAPH,
  GROUP,
  groupPim,
  inGroup,
  MS_PIM,
  owner,
  pim,
  properties,
  ROBOT,
} from './entra-events.ts'
import { labelledEvents, read, summary } from './labelled-events.ts'
import { provePreset } from './proof.ts'

const azurePim = (role: string, place: Record<string, unknown>) =>
  pim(ACTIVATED, role, {
    category: 'ResourceManagement',
    additionalDetails: details({ RoleDefinitionOriginType: 'BuiltInRole' }),
    targetResources: [
      { id: 'r-1', displayName: role, type: 'Role' },
      { id: 'q-1', type: 'Request' },
      ALICE_TARGET,
      place,
      { id: 'o-1', type: 'Other' },
    ],
  })

const UNIT = { id: 'au-1', type: 'AdministrativeUnit', displayName: 'Sales' }
const coreBody = core('Add member to role').properties as Record<string, unknown>
const scopedTargets = (coreBody.targetResources as unknown[]).concat(UNIT)

provePreset(entraPreset, [
  core('Add member to role'),
  pim(ACTIVATED),
  pim('Add member to role request approved (PIM activation)'),
  appRole('Mail.ReadWrite'),
  inGroup('Add member to group', 'Tier 0 Admins'),
  owner('Add owner to application'),
  ELEVATED,
])

const ADMIN = `user-administrator * T1 ${ALICE}`
const READINGS: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ['a member of a role', core('Add member to role'), `grant ${ADMIN}`],
  ['a member no more', core('Remove member from role'), `removal ${ADMIN}`],
  [
    'the whole directory in the hands of one',
    core('Add member to role', 'Global Administrator'),
    `grant global-administrator * T0 ${ALICE}`,
  ],
  [
    'a role in one administrative unit',
    core('Add scoped member to role', 'User Administrator', { targetResources: scopedTargets }),
    `grant user-administrator administrative-unit:au-1 T1 ${ALICE}`,
  ],
  ["a role of the team's own", core('Add member to role', 'SRE on call'), `grant sre-on-call * T2 ${ALICE}`],
  ['a role that may only read', core('Add member to role', 'Global Reader'), 'not privileged'],
  [
    'a role that may only read, by its name',
    core('Add member to role', 'Reports Reader', {}),
    'not privileged',
  ],
  ['eligible, by Core Directory', core('Add eligible member to role'), `eligible ${ADMIN}`],
  ['eligible, by PIM', pim('Add eligible member to role in PIM completed (timebound)'), `eligible ${ADMIN}`],
  ['eligible for ever', pim('Add eligible member to role in PIM completed (permanent)'), `eligible ${ADMIN}`],
  ['assigned through PIM', pim('Add member to role in PIM completed (timebound)'), `grant ${ADMIN}`],
  ['assigned outside of PIM', pim('Add member to role outside of PIM (permanent)'), `grant ${ADMIN}`],
  ['activated', pim(ACTIVATED), `activate ${ADMIN}`],
  ['extended', pim('Update member in PIM approved by admin (extend/renew)'), `extend ${ADMIN}`],
  ['renewed', pim('Add eligible member to role in PIM completed (renew)'), `extend ${ADMIN}`],
  ['given back', pim('Restore member from role in PIM completed'), `grant ${ADMIN}`],
  ['deactivated', pim('Remove member from role completed (PIM deactivate)'), `removal ${ADMIN}`],
  ['removed through PIM', pim('Remove member from role in PIM completed (timebound)'), `removal ${ADMIN}`],
  [
    'ended by PIM itself',
    pim('Remove member from role in PIM completed (timebound)', 'User Administrator', {
      initiatedBy: MS_PIM,
    }),
    `expiry ${ADMIN}`,
  ],
  [
    'eligible no more',
    pim('Remove eligible member from role in PIM completed (permanent)'),
    `removal ${ADMIN}`,
  ],
  ['expired', pim('Remove member from role (PIM activation expired)'), `expiry ${ADMIN}`],
  ['removed for good', pim('Remove permanent direct role assignment'), `removal ${ADMIN}`],
  [
    'approved',
    pim('Add member to role request approved (PIM activation)'),
    `context approval user-administrator T2 ${ALICE}`,
  ],
  ['requested', pim('Add member to role requested (PIM activation)'), 'requested and not completed'],
  ['waiting', pim('Add member to role approval requested (PIM activation)'), 'requested and not completed'],
  ['denied', pim('Add member to role request denied (PIM activation)'), 'requested and not completed'],
  ['cancelled', pim('Add member to role in PIM canceled (timebound)'), 'requested and not completed'],
  ['asked to extend', pim('Update eligible member in PIM requested (extend)'), 'requested and not completed'],
  ['elevated', ELEVATED, `grant azure:user-access-administrator / T0 ${BOB}`],
  [
    'elevated no more',
    anEvent('The role assignment of User Access Administrator has been removed from the user'),
    `removal azure:user-access-administrator / T0 ${ALICE}`,
  ],
  [
    'owner of a subscription through PIM',
    azurePim('Owner', { id: 's-1', type: 'Subscription', displayName: 'Production' }),
    `activate azure:owner subscription:s-1 T1 ${ALICE}`,
  ],
  [
    'owner of a management group through PIM',
    azurePim('Owner', { id: 'm-1', type: 'ManagementGroup', displayName: 'Root' }),
    `activate azure:owner managementgroup:m-1 T0 ${ALICE}`,
  ],
  ['reader of a subscription', azurePim('Reader', { id: 's-1', type: 'Subscription' }), 'not privileged'],
  [
    'member of a group through PIM',
    groupPim(ACTIVATED, 'Member'),
    `activate group-member group:${GROUP} T2 ${ALICE}`,
  ],
  [
    'owner of a group through PIM',
    groupPim(ACTIVATED, 'Owner'),
    `activate group-owner group:${GROUP} T2 ${ALICE}`,
  ],
  [
    'a group of administrators',
    inGroup('Add member to group', 'Tier 0 Admins'),
    `indirect group-member group:${GROUP} T2 ${ALICE}`,
  ],
  [
    'no member of it any more',
    inGroup('Remove member from group', 'Tier 0 Admins'),
    `removal group-member group:${GROUP} T2 ${ALICE}`,
  ],
  ['any other group', inGroup('Add member to group', 'Badminton'), 'group not known to be privileged'],
  [
    'a group that PIM manages',
    inGroup('Add member to group', 'sre', { initiatedBy: MS_PIM }),
    `grant group-member group:${GROUP} T2 ${ALICE}`,
  ],
  [
    'an application that may give itself any role',
    appRole('RoleManagement.ReadWrite.Directory'),
    `grant app-role:RoleManagement.ReadWrite.Directory resource:${GRAPH} T0 ${ROBOT}`,
  ],
  [
    'an application that may no longer',
    appRole('RoleManagement.ReadWrite.Directory', true),
    `removal app-role:RoleManagement.ReadWrite.Directory resource:${GRAPH} T0 ${ROBOT}`,
  ],
  [
    'an application that may change every user',
    appRole('User.ReadWrite.All'),
    `grant app-role:User.ReadWrite.All resource:${GRAPH} T1 ${ROBOT}`,
  ],
  [
    "an application of the team's own",
    appRole('Payroll.Run'),
    `grant app-role:Payroll.Run resource:${GRAPH} T2 ${ROBOT}`,
  ],
  ['an application that may read', appRole('User.Read.All'), 'not privileged'],
  [
    'an owner of an application',
    owner('Add owner to application'),
    `indirect application-owner application:${ROBOT} T2 ${ALICE}`,
  ],
  [
    'an owner no more',
    owner('Remove owner from application'),
    `removal application-owner application:${ROBOT} T2 ${ALICE}`,
  ],
  ['an account is gone', anEvent('Delete user'), `removal * * T2 ${ALICE}`],
  [
    'rules of PIM',
    pim('Update role setting in PIM'),
    'control_weakened privileged-access-rules User Administrator T0 everyone',
  ],
  [
    'an alert of PIM',
    anEvent('Disable PIM alert', { targetResources: [] }),
    'control_weakened privilege-alerts * T0 everyone',
  ],
  ['factors taken away', anEvent('Admin deleted security info'), `context mfa-reset * T2 ${ALICE}`],
  [
    "one's own factors",
    anEvent('Admin registered security info', { initiatedBy: { user: { id: ALICE } } }),
    'no change of privilege',
  ],
  ['a password', anEvent('Reset user password'), `context password-reset * T2 ${ALICE}`],
  ['a new account', anEvent('Add user'), `context account-created * T2 ${ALICE}`],
  ['an invitation', anEvent('Invite external user'), `context invitation * T2 ${ALICE}`],
  [
    'a secret, with the dash and the space of the vendor',
    anEvent('Update application – Certificates and secrets management ', {
      targetResources: [{ id: ROBOT, type: 'Application', displayName: 'robot' }],
    }),
    `context api-token ${ROBOT} T2 ${ROBOT}`,
  ],
  [
    'federation',
    anEvent('Set federation settings on domain', {
      targetResources: [{ id: null, displayName: 'northwind.example' }],
    }),
    `context identity-provider northwind.example T2 ${BOB}`,
  ],
  ['a logo', anEvent('Update application'), 'not a privilege event'],
  ['a sign-in', anEvent('Sign-in activity'), 'not a privilege event'],
]
for (const [title, event, expected] of READINGS)
  test(`Entra: ${title}`, () => {
    const result = summary(read(entraPreset, event))
    assert.equal('skipped' in result ? result.skipped : result.observations.join('; '), expected)
  })

for (const result of ['failure', 'failed', 'timeout'])
  test(`Entra: a call that ended in ${result} is no grant`, () => {
    const event = core('Add member to role', 'Global Administrator', { result })
    assert.deepEqual(read(entraPreset, event), { skipped: 'call failed' })
  })

test('Entra: no step of a request is ever read as given', () => {
  for (const step of ['requested', 'approval requested', 'request denied', 'canceled', 'request approved'])
    for (const object of ['member', 'eligible member'])
      for (const rest of ['(PIM activation)', '(timebound)', '(permanent)', '(renew)', '(extend)']) {
        const reading = read(entraPreset, pim(`Add ${object} to role in PIM ${step} ${rest}`))
        assert.ok('skipped' in reading, `${step} ${rest}`)
      }
})

test('Entra: PIM says why, under which ticket, until when and from where', () => {
  const activation = first(pim(ACTIVATED))
  assert.equal(activation.justification, 'Restore mailboxes')
  assert.equal(activation.ticket, 'Jira OPS-7')
  assert.equal(activation.expiresAt, Date.parse('2026-09-06T18:40:45.843Z'))
  assert.equal(activation.ip, '192.0.2.9')
  assert.equal(activation.mechanism, 'pim')
  assert.deepEqual(activation.grantor, {
    id: BOB,
    email: 'bob@northwind.example',
    name: 'Bob',
    type: 'user',
  })
})

test('Entra: the reason that PIM repeats as result is the justification where no detail has it', () => {
  assert.equal(
    first(pim(ACTIVATED, 'User Administrator', { additionalDetails: [] })).justification,
    'on call',
  )
})

test('Entra: an assignment for ever has no end', () => {
  assert.equal(first(pim('Add member to role in PIM completed (permanent)')).expiresAt, null)
  assert.notEqual(first(pim('Add member to role in PIM completed (timebound)')).expiresAt, null)
})

test('Entra: the path is what PIM says of it, and Core Directory says nothing', () => {
  assert.equal(first(pim('Add member to role outside of PIM (permanent)')).path, 'outside')
  assert.equal(first(pim('Add member to role in PIM completed (permanent)')).path, 'sanctioned')
  assert.equal(first(pim(ACTIVATED)).path, 'sanctioned')
  assert.equal(first(core('Add member to role')).path, null)
})

test('Entra: whoever elevates themselves is grantor and grantee', () => {
  const { grantor, grantee } = first(ELEVATED)
  assert.deepEqual(grantor, grantee)
  const byApp = { app: { servicePrincipalId: ROBOT, displayName: null } }
  const { grantee: app } = first({
    ...ELEVATED,
    properties: { ...(ELEVATED.properties as object), initiatedBy: byApp },
  })
  assert.deepEqual([app.id, app.type], [ROBOT, 'service'])
})

test('Entra: a role activated by a record without a user is the activator’s own', () => {
  const targetResources = [{ type: 'Role', displayName: 'Security Administrator' }]
  assert.equal(first(pim(ACTIVATED, 'x', { targetResources, additionalDetails: [] })).grantee.id, BOB)
})

test('Entra: a role is one role by its template, its name and its internal name', () => {
  const role = (values: Record<string, string>) =>
    first(
      anEvent('Add member to role', {
        targetResources: [{ ...ALICE_TARGET, modifiedProperties: properties(values) }],
      }),
    ).role
  const forms = [
    { 'Role.TemplateId': '62e90394-69f5-4237-9190-012177145e10' },
    { 'Role.DisplayName': 'Company Administrator' },
    { 'Role.WellKnownObjectName': 'TenantAdmins' },
    {
      'Role.DisplayName': 'Globaler Administrator',
      'Role.TemplateId': '62E90394-69F5-4237-9190-012177145E10',
    },
  ]
  for (const form of forms) assert.equal(role(form).id, 'global-administrator', JSON.stringify(form))
})

test('Entra: a role of the team’s own that is called Global Reader is not trusted to keep to its name', () => {
  const targetResources = [
    {
      ...ALICE_TARGET,
      modifiedProperties: properties({ 'Role.DisplayName': 'Global Reader', 'Role.TemplateId': ROBOT }),
    },
  ]
  const event = anEvent('Add member to role', { targetResources })
  assert.deepEqual(summary(read(entraPreset, event)), { observations: [`grant global-reader * T2 ${ALICE}`] })
})

test('Entra: two people in one record are two grants', () => {
  const [target] = (core('Add member to role').properties as { targetResources: object[] }).targetResources
  const event = core('Add member to role', 'User Administrator', {
    targetResources: [target, { ...target, id: BOB, userPrincipalName: 'bob@northwind.example' }],
  })
  assert.deepEqual(summary(read(entraPreset, event)), {
    observations: [`grant ${ADMIN}`, `grant user-administrator * T1 ${BOB}`],
  })
})

test('Entra: a guest is known by the address they were invited by, as someone external', () => {
  const guest = {
    ...ALICE_TARGET,
    userPrincipalName: 'ana_b_fabrikam.example#EXT#@northwind.onmicrosoft.com',
  }
  const { grantee } = first(anEvent('Add user', { targetResources: [guest] }))
  assert.equal(grantee.email, 'ana_b@fabrikam.example')
  assert.equal(grantee.type, 'external')
})

test('Entra: a policy that asked for a second factor and does so no longer is a weakened control', () => {
  const policy = (
    before: object | null,
    after: object | null,
    operation = 'Update conditional access policy',
  ) =>
    summary(
      read(
        entraPreset,
        anEvent(operation, {
          targetResources: [
            {
              id: 'ca-1',
              displayName: 'Second factor for all',
              type: 'Policy',
              modifiedProperties: [
                {
                  displayName: 'ConditionalAccessPolicy',
                  oldValue: before === null ? null : JSON.stringify(before),
                  newValue: after === null ? null : JSON.stringify(after),
                },
              ],
            },
          ],
        }),
      ),
    )
  const on = { state: 'enabled', grantControls: { builtInControls: ['mfa'] } }
  const weakened = {
    observations: ['control_weakened two-factor-requirement Second factor for all T0 everyone'],
  }
  assert.deepEqual(policy(on, { ...on, state: 'disabled' }), weakened)
  assert.deepEqual(policy(on, { state: 'enabled', grantControls: { builtInControls: ['block'] } }), weakened)
  assert.deepEqual(policy(on, null, 'Delete conditional access policy'), weakened)
  assert.deepEqual(policy(on, { ...on, conditions: {} }), { skipped: 'not a privilege event' })
  assert.deepEqual(policy({ ...on, state: 'disabled' }, on), { skipped: 'not a privilege event' })
})

test('Entra: an application trusted with somebody else’s tokens has a new credential', () => {
  const trusted = labelledEvents('entra').find(
    ({ event }) => event.activityDisplayName === 'Update application',
  )
  assert.ok(trusted)
  assert.equal(first(trusted.event).role.id, 'api-token')
})
