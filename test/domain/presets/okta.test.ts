import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oktaPreset } from '../../../src/domain/presets/okta.ts'
import { rolesOfPrivileges } from '../../../src/domain/presets/okta-roles.ts'
import { read, summary } from './labelled-events.ts'

const ALICE = { id: '00uALICE', type: 'User', alternateId: 'alice@northwind.example', displayName: 'Alice' }
const GROUP = { id: '00gADMINS', type: 'UserGroup', displayName: 'Admins' }
const ACTOR = { id: '00uBOB', type: 'User', alternateId: 'bob@northwind.example', displayName: 'Bob' }

function anEvent(eventType: string, target: readonly unknown[], more: Record<string, unknown> = {}) {
  return {
    uuid: 'u-1',
    published: '2026-08-28T16:24:11.960Z',
    eventType,
    actor: ACTOR,
    outcome: { result: 'SUCCESS' },
    target,
    ...more,
  }
}

const debug = (data: Record<string, string>) => ({ debugContext: { debugData: data } })
const mark = (type: string) => ({ id: type, type, alternateId: 'unknown', displayName: 'Role change' })
const ROLE = { id: 'HelpDeskAdmin', type: 'ROLE', displayName: 'Help Desk Administrator' }
const CUSTOM = { id: 'cr0SRE', type: 'CUSTOM_ROLE', displayName: 'SRE' }
const SET = { id: 'iamPROD', type: 'RESOURCE_SET', displayName: 'Production' }

test('a privilege event without a direction is a snapshot of all that the grantee holds', () => {
  const event = anEvent(
    'user.account.privilege.grant',
    [ALICE],
    debug({ privilegeGranted: 'Super administrator' }),
  )
  const reading = read(oktaPreset, event)
  assert.ok('observations' in reading)
  const [observation] = reading.observations
  assert.equal(observation?.form, 'snapshot')
  assert.deepEqual(observation?.grantee, {
    id: '00uALICE',
    email: 'alice@northwind.example',
    name: 'Alice',
    type: 'user',
  })
  assert.deepEqual(observation?.grantor, {
    id: '00uBOB',
    email: 'bob@northwind.example',
    name: 'Bob',
    type: 'user',
  })
})

test('the grantee is found by its type, wherever it stands among the targets', () => {
  const event = anEvent(
    'group.privilege.grant',
    [ROLE, { id: 'x', type: 'Other' }, GROUP],
    debug({ privilegeGranted: 'Mobile administrator' }),
  )
  assert.deepEqual(summary(read(oktaPreset, event)), {
    observations: ['holds mobile-administrator * T1 00gADMINS'],
  })
})

const DIRECTIONS = [
  ['ROLE_ASSIGNED', 'grant'],
  ['ROLE_UNASSIGNED', 'removal'],
  ['ROLE_ASSIGNED_GROUP_ROLE_CHANGE', 'indirect'],
  ['ROLE_UNASSIGNED_GROUP_ROLE_CHANGE', 'removal'],
] as const
for (const [type, kind] of DIRECTIONS)
  test(`a target of type ${type} makes the role target a ${kind}, whatever list comes along`, () => {
    const event = anEvent(
      'user.account.privilege.grant',
      [ALICE, mark(type), ROLE],
      debug({ privilegeGranted: 'Super administrator' }),
    )
    assert.deepEqual(summary(read(oktaPreset, event)), {
      observations: [`${kind} help-desk-administrator * T1 00uALICE`],
    })
  })

test('a direction target that names the role itself is enough', () => {
  const target = { id: 'SUPER_ADMIN', type: 'ROLE_ASSIGNED', displayName: 'Super Administrator' }
  assert.deepEqual(summary(read(oktaPreset, anEvent('user.account.privilege.grant', [ALICE, target]))), {
    observations: ['grant super-administrator * T0 00uALICE'],
  })
})

test('a custom role is known by its id and applies to its resource set', () => {
  const added = anEvent('user.account.privilege.grant', [
    ALICE,
    mark('CUSTOM_ROLE_BINDING_ADDED'),
    CUSTOM,
    SET,
  ])
  const bound = anEvent('iam.resourceset.bindings.add', [CUSTOM, SET, ALICE])
  const unbound = anEvent('iam.resourceset.bindings.delete', [CUSTOM, SET, GROUP])
  const granted = { observations: ['grant cr0SRE resource-set:iamPROD T2 00uALICE'] }
  assert.deepEqual(summary(read(oktaPreset, added)), granted)
  assert.deepEqual(summary(read(oktaPreset, bound)), granted)
  assert.deepEqual(summary(read(oktaPreset, unbound)), {
    observations: ['removal cr0SRE resource-set:iamPROD T2 00gADMINS'],
  })
})

const READERS = [
  { id: 'ReadOnlyAdmin', type: 'ROLE', displayName: 'Read-only Administrator' },
  { id: 'REPORT_ADMIN', type: 'ROLE', displayName: 'Report Administrator' },
]

test('a role that only reads is no privilege, given or taken', () => {
  for (const reader of READERS)
    for (const type of ['ROLE_ASSIGNED', 'ROLE_UNASSIGNED', 'ROLE_ASSIGNED_GROUP_ROLE_CHANGE'])
      assert.deepEqual(
        read(oktaPreset, anEvent('user.account.privilege.grant', [ALICE, mark(type), reader])),
        { skipped: 'not privileged' },
        type,
      )
  assert.deepEqual(read(oktaPreset, anEvent('group.privilege.grant', [GROUP, ...READERS])), {
    skipped: 'not privileged',
  })
})

test('roles that only read are left out of the set that somebody holds, and known to be there', () => {
  const held = (privilegeGranted: string) => {
    const event = anEvent('user.account.privilege.grant', [ALICE], debug({ privilegeGranted }))
    const reading = read(oktaPreset, event)
    const observation = 'observations' in reading ? reading.observations[0] : undefined
    return observation?.form === 'snapshot'
      ? [observation.roles.map((role) => role.id), observation.hasOrdinary]
      : null
  }
  assert.deepEqual(held('Read-only administrator, Report administrator'), [[], true])
  assert.deepEqual(held('READ_ONLY_ADMIN, Super administrator'), [['super-administrator'], true])
  assert.deepEqual(held('Super administrator'), [['super-administrator'], false])
})

test('an event that names no role gives one that may be any, and takes none', () => {
  assert.deepEqual(summary(read(oktaPreset, anEvent('user.account.privilege.grant', [ALICE]))), {
    observations: ['grant unnamed-role * T1 00uALICE'],
  })
  assert.deepEqual(
    read(oktaPreset, anEvent('user.account.privilege.grant', [ALICE, mark('ROLE_UNASSIGNED')])),
    { skipped: 'role not stated' },
  )
})

test('a role target without direction and list is read as given', () => {
  assert.deepEqual(summary(read(oktaPreset, anEvent('user.account.privilege.grant', [ALICE, ROLE]))), {
    observations: ['grant help-desk-administrator * T1 00uALICE'],
  })
})

test('a revoke is an empty snapshot that names what was taken, from its list or its targets', () => {
  const listed = anEvent(
    'user.account.privilege.revoke',
    [ALICE],
    debug({ privilegeRevoked: 'Super administrator' }),
  )
  const targeted = anEvent('user.account.privilege.revoke', [
    ALICE,
    mark('ROLE_UNASSIGNED_ALL_PRIVILEGES_REVOKED'),
    ROLE,
  ])
  for (const [event, id] of [
    [listed, 'super-administrator'],
    [targeted, 'help-desk-administrator'],
  ] as const) {
    const reading = read(oktaPreset, event)
    const observation = 'observations' in reading ? reading.observations[0] : undefined
    assert.ok(observation?.form === 'snapshot')
    assert.deepEqual(observation.roles, [])
    assert.deepEqual(
      observation.taken.map((role) => role.id),
      [id],
    )
  }
})

test('a client app is a grantee of its own', () => {
  const app = { id: '0oaAPP', type: 'PublicClientApp', alternateId: 'unknown', displayName: 'Robot' }
  const event = anEvent(
    'app.oauth2.client.privilege.grant',
    [app],
    debug({ privilegeGranted: 'Organization administrator' }),
  )
  const reading = read(oktaPreset, event)
  assert.deepEqual(summary(reading), { observations: ['holds organization-administrator * T0 0oaAPP'] })
  assert.equal('observations' in reading && reading.observations[0]?.grantee.type, 'service')
})

for (const result of ['FAILURE', 'DENY'])
  test(`a call that ended in ${result} is no grant`, () => {
    const event = anEvent('group.privilege.grant', [GROUP], {
      ...debug({ privilegeGranted: 'Super administrator' }),
      outcome: { result },
    })
    assert.deepEqual(read(oktaPreset, event), { skipped: 'call failed' })
  })

test('permissions added to a role widen it for everyone who holds it', () => {
  assert.deepEqual(summary(read(oktaPreset, anEvent('iam.role.permissions.add', [CUSTOM]))), {
    observations: ['role_widened cr0SRE * T2 holders:cr0SRE'],
  })
  assert.deepEqual(summary(read(oktaPreset, anEvent('iam.resourceset.resources.add', [SET]))), {
    observations: ['role_widened resource-set resource-set:iamPROD T2 holders:resource-set:iamPROD'],
  })
})

test('what often comes before or after a takeover is context', () => {
  const idp = { id: '0oaIDP', type: 'IdentityProvider', displayName: 'Evil' }
  assert.deepEqual(summary(read(oktaPreset, anEvent('user.mfa.factor.reset_all', [ALICE]))), {
    observations: ['context mfa-reset * T2 00uALICE'],
  })
  assert.deepEqual(summary(read(oktaPreset, anEvent('system.idp.lifecycle.create', [idp]))), {
    observations: ['context identity-provider 0oaIDP T2 00uBOB'],
  })
})

test('a deleted account has lost every role', () => {
  assert.deepEqual(summary(read(oktaPreset, anEvent('user.lifecycle.delete.completed', [ALICE]))), {
    observations: ['removal * * T2 00uALICE'],
  })
})

test('the act is the request, else the record', () => {
  const act = (more: Record<string, unknown>) => {
    const reading = read(oktaPreset, anEvent('user.account.privilege.grant', [ALICE, ROLE], more))
    return 'observations' in reading ? reading.observations[0]?.act : null
  }
  assert.equal(act(debug({ requestId: 'r-9' })), 'r-9')
  assert.equal(act({}), 'u-1')
})

test('an internal address of the console and an API token tell how it was done', () => {
  const mechanism = (more: Record<string, unknown>) => {
    const reading = read(oktaPreset, anEvent('user.account.privilege.grant', [ALICE, ROLE], more))
    return 'observations' in reading ? reading.observations[0]?.mechanism : null
  }
  assert.equal(mechanism(debug({ requestUri: '/api/internal/administrators/00u' })), 'console')
  assert.equal(mechanism({ transaction: { detail: { requestApiTokenId: '00T' } } }), 'api')
  assert.equal(mechanism({ client: { userAgent: { rawUserAgent: 'okta-sdk Terraform/1.9' } } }), 'iac')
  assert.equal(mechanism({}), 'unknown')
})

const roles = (text: string) => rolesOfPrivileges(text).map((role) => `${role.id} ${role.scope} ${role.tier}`)

test('the list of privileges is split at commas outside brackets', () => {
  assert.deepEqual(
    roles('Organization administrator, Application administrator (all), Help Desk Administrator'),
    ['organization-administrator * T0', 'application-administrator * T1', 'help-desk-administrator * T1'],
  )
  assert.deepEqual(roles('Application administrator (Mail, Wiki), Report administrator'), [
    'application-administrator Mail T1',
    'application-administrator Wiki T1',
    'report-administrator * T2',
  ])
})

test('one role has one id under the names that Okta uses for it', () => {
  const ids = (texts: readonly string[]) => new Set(texts.flatMap((text) => roles(text)))
  assert.equal(
    ids(['Super administrator', 'SUPER_ADMIN', 'SuperAdmin', 'Super Organization Administrator']).size,
    1,
  )
  assert.equal(ids(['User administrator', 'Group Administrator', 'UserAdmin']).size, 1)
})

test("a custom role's name cannot hide the roles after it", () => {
  for (const hostile of [
    'Odd (name, Super administrator',
    'Odd (x, Super administrator, y) z, Mobile administrator',
  ])
    assert.ok(
      roles(hostile).includes('super-administrator * T0'),
      `${hostile} -> ${roles(hostile).join('; ')}`,
    )
})

test('two custom roles whose names make one slug stay two roles', () => {
  assert.equal(new Set(rolesOfPrivileges('SRE prod, SRE/prod, СРЕ, РСЕ').map((role) => role.id)).size, 4)
})
