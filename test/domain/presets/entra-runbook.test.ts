import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import type { Grant } from '../../../src/domain/grant.ts'
import { entraPreset } from '../../../src/domain/presets/entra.ts'
import { m365Preset } from '../../../src/domain/presets/m365.ts'
import { aGrant, type GrantParts } from '../../support/builders.ts'
import { ALICE, GRAPH, GROUP, ROBOT } from './entra-events.ts'

/** Runs a command with `az` and `pwsh` that only report their arguments; what is looked up is `found`. */
function callsOf(command: string | null): readonly (readonly string[])[] {
  assert.ok(command !== null)
  const report =
    '{ for word in "$@"; do printf "%s\\001" "$word"; done >&3; printf "\\002" >&3; echo found; }'
  const script = `exec 3>&2\naz() ${report}\npwsh() ${report}\n${command}\n`
  const run = spawnSync('sh', ['-c', script], { encoding: 'utf8', env: {} })
  assert.equal(run.status, 0, run.stderr)
  return run.stderr
    .split('\u0002')
    .slice(0, -1)
    .map((call) => call.split('\u0001').slice(0, -1))
}

const given = (parts: GrantParts): Grant =>
  aGrant({ kind: 'grant', direction: 'given', grantee: ALICE, ...parts })
const entra = (parts: GrantParts) => entraPreset.runbook(given(parts))
const m365 = (parts: GrantParts) => m365Preset.runbook(given(parts))
const ADMIN = { id: 'user-administrator', name: 'User Administrator' }
const TEMPLATE = 'fe930be7-5e62-47db-91af-98c3a49a38b1'
const AT = 'https://graph.microsoft.com/v1.0'
const HOSTILE = `Odd "'; touch /tmp/x; $(id) \`id\` \\(1)' role\u2019; Stop-Process 1`

test('a role in the directory is looked up by who holds it and taken away', () => {
  const [find, remove] = callsOf(entra({ role: ADMIN }))
  const filter = decodeURIComponent(find?.find((word) => word.startsWith(AT))?.split('$filter=')[1] ?? '')
  assert.equal(
    filter,
    `principalId eq '${ALICE}' and directoryScopeId eq '/' and roleDefinitionId eq '${TEMPLATE}'`,
  )
  assert.deepEqual(remove, [
    'rest',
    '--method',
    'DELETE',
    '--url',
    `${AT}/roleManagement/directory/roleAssignments/found`,
  ])
})

test('an activation and an eligibility are taken away by a request to PIM', () => {
  for (const [kind, requests] of [
    ['activate', 'roleAssignmentScheduleRequests'],
    ['eligible', 'roleEligibilityScheduleRequests'],
  ] as const) {
    const [call] = callsOf(entra({ kind, role: { ...ADMIN, scope: `administrative-unit:${GROUP}` } }))
    assert.equal(call?.[4], `${AT}/roleManagement/directory/${requests}`)
    assert.deepEqual(JSON.parse(call?.at(-1) ?? ''), {
      action: 'adminRemove',
      principalId: ALICE,
      directoryScopeId: `/administrativeUnits/${GROUP}`,
      roleDefinitionId: TEMPLATE,
    })
  }
})

test('a role of the team’s own is found by its name, whatever the name', () => {
  const [find, , remove] = callsOf(entra({ role: { id: 'odd', name: HOSTILE } }))
  const filter = decodeURIComponent(find?.[4]?.split('$filter=')[1] ?? '')
  assert.equal(filter, `displayName eq '${HOSTILE.replaceAll("'", "''")}'`)
  assert.equal(remove?.at(-1), `${AT}/roleManagement/directory/roleAssignments/found`)
})

test('members, owners and permissions are taken away at the group and the application', () => {
  const member = callsOf(entra({ role: { id: 'group-member', scope: `group:${GROUP}` } }))
  assert.equal(member[0]?.[4], `${AT}/groups/${GROUP}/members/${ALICE}/$ref`)
  const owner = callsOf(entra({ role: { id: 'application-owner', scope: `application:${ROBOT}` } }))
  assert.equal(owner[0]?.[4], `${AT}/applications/${ROBOT}/owners/${ALICE}/$ref`)
  const calls = callsOf(entra({ role: { id: 'app-role:Mail.Send', scope: `resource:${GRAPH}` } }))
  assert.equal(calls[0]?.[6], "appRoles[?value=='Mail.Send'].id | [0]")
  assert.equal(calls[1]?.[6], `value[?appRoleId=='found' && resourceId=='${GRAPH}'].id | [0]`)
  assert.deepEqual(calls[2]?.slice(-2), [
    '--url',
    `${AT}/servicePrincipals/${ALICE}/appRoleAssignments/found`,
  ])
})

test('elevated access is taken away in Azure', () => {
  const role = { id: 'azure:user-access-administrator', name: 'User Access Administrator', scope: '/' }
  assert.deepEqual(callsOf(entra({ role, grantee: HOSTILE }))[0], [
    'role',
    'assignment',
    'delete',
    '--assignee',
    HOSTILE,
    '--role',
    'User Access Administrator',
    '--scope',
    '/',
  ])
})

test('what is not known makes no command in Entra', () => {
  for (const parts of [
    { role: ADMIN, grantee: 'alice@northwind.example' },
    { role: { id: 'group-member', scope: "group:x' -d" } },
    { role: { id: "app-role:a'b", scope: `resource:${GRAPH}` } },
    { role: { id: 'azure:owner', scope: 'subscription:s-1' } },
    { role: ADMIN, kind: 'role_widened' },
    { role: ADMIN, kind: 'removal', direction: 'taken' },
  ] as const)
    assert.equal(entra(parts), null, JSON.stringify(parts))
})

/** PowerShell's strings, read back: an apostrophe of any kind is one that stands doubled. */
const strings = (command: string) =>
  [...command.matchAll(/'((?:[^'\u2018-\u201b]|['\u2018-\u201b]{2})*)'/g)].map((match) =>
    (match[1] ?? '').replaceAll(/(['\u2018-\u201b])\1/g, '$1'),
  )

test('a member of a role group is taken away in Exchange, whatever the names', () => {
  const role = { id: 'exchange-group:odd', name: HOSTILE }
  const [call] = callsOf(m365({ role, grantee: `${HOSTILE}@x` }))
  assert.deepEqual(call?.slice(0, 2), ['-NoProfile', '-Command'])
  const command = call?.[2] ?? ''
  assert.match(command, /^Connect-ExchangeOnline -ShowBanner:\$false; Remove-RoleGroupMember -Identity '/)
  assert.deepEqual(strings(command), [HOSTILE, `${HOSTILE}@x`])
})

test('each workload of Microsoft 365 has its own command', () => {
  const commands: readonly (readonly [string, RegExp])[] = [
    ['purview-group:ediscoverymanager', /^Connect-IPPSSession .*Remove-RoleGroupMember/],
    ['purview-ediscovery-administrator', /^Connect-IPPSSession .*Remove-eDiscoveryCaseAdmin/],
    ['exchange-role:applicationimpersonation', /^Connect-ExchangeOnline .*Remove-ManagementRoleAssignment/],
    [
      'site-collection-administrator',
      /^Connect-SPOService .*-Site 'https:\/\/x' .*-IsSiteCollectionAdmin \$false$/,
    ],
  ]
  for (const [id, expected] of commands)
    assert.match(callsOf(m365({ role: { id, scope: 'site:https://x' } }))[0]?.[2] ?? '', expected)
  assert.equal(m365({ role: ADMIN }), entra({ role: ADMIN }))
  assert.equal(m365({ role: ADMIN, kind: 'removal', direction: 'taken' }), null)
})
