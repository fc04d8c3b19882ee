import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Grant } from '../../../src/domain/grant.ts'
import { githubPreset } from '../../../src/domain/presets/github.ts'
import {
  enterpriseOwner,
  organizationOwner,
  organizationRole,
  organizationScope,
  repositoryAdmin,
  repositoryScope,
  teamMaintainer,
  teamScope,
} from '../../../src/domain/presets/github-roles.ts'
import { oktaPreset } from '../../../src/domain/presets/okta.ts'
import { shellWord, urlPath } from '../../../src/domain/shell.ts'
import { aGrant } from '../../support/builders.ts'

/** Runs a command with `gh`, `curl` and `jq` that only report their arguments: one list for each call. */
function callsOf(command: string): readonly (readonly string[])[] {
  const report = '{ for word in "$@"; do printf "%s\\001" "$word"; done >&3; printf "\\002" >&3; echo 42; }'
  const script = `exec 3>&2\ngh() ${report}\ncurl() ${report}\njq() ${report}\n${command}\n`
  const run = spawnSync('sh', ['-c', script], {
    encoding: 'utf8',
    env: { OKTA_ORG_URL: 'https://northwind.example', OKTA_API_TOKEN: 'secret' },
  })
  assert.equal(run.status, 0, run.stderr)
  return run.stderr
    .split('\u0002')
    .slice(0, -1)
    .map((call) => call.split('\u0001').slice(0, -1))
}

const user = (id: string) => ({ id, email: null, name: null, type: 'user' as const })
const team = (id: string) => ({ id, email: null, name: null, type: 'group' as const })
const given = (part: Partial<Grant>): Grant => aGrant({ kind: 'grant', direction: 'given', ...part })
const runbook = (part: Partial<Grant>) => githubPreset.runbook(given(part))

test('each GitHub role has the command that takes it away', () => {
  const org = organizationScope('Northwind')
  const repo = repositoryScope('Northwind/site', null)
  const alice = user('alice')
  assert.equal(
    runbook({ grantee: alice, role: organizationOwner(org) }),
    'gh api -X PUT /orgs/northwind/memberships/alice -f role=member',
  )
  assert.equal(
    runbook({ grantee: alice, role: repositoryAdmin(repo) }),
    'gh api -X DELETE /repos/northwind/site/collaborators/alice',
  )
  assert.equal(
    runbook({ grantee: team('Northwind/sre'), role: repositoryAdmin(repo) }),
    'gh api -X DELETE /orgs/northwind/teams/sre/repos/northwind/site',
  )
  assert.equal(
    runbook({ grantee: alice, role: teamMaintainer(teamScope('Northwind/sre', null)) }),
    'gh api -X PUT /orgs/northwind/teams/sre/memberships/alice -f role=member',
  )
})

test('an organisation role is looked up by name and then deleted', () => {
  const command = runbook({
    grantee: user('alice'),
    role: organizationRole('Odd "\\(1)" \'role\'', 'org:northwind'),
  })
  const [find, remove] = callsOf(command ?? '')
  assert.deepEqual(find, [
    'api',
    '/orgs/northwind/organization-roles',
    '--jq',
    '[.roles[] | select(.name == "Odd \\"\\\\(1)\\" \'role\'")][0].id // empty',
  ])
  assert.deepEqual(remove, ['api', '-X', 'DELETE', '/orgs/northwind/organization-roles/users/alice/42'])
})

test('an enterprise owner is removed by the id of the enterprise', () => {
  const command = runbook({ grantee: user('alice'), role: enterpriseOwner('enterprise:acme') })
  const [, remove] = callsOf(command ?? '')
  assert.deepEqual(remove?.slice(-4), ['-f', 'id=42', '-f', 'login=alice'])
})

test('what is not known makes no command', () => {
  assert.equal(runbook({ grantee: user('alice'), role: organizationOwner('*') }), null)
  assert.equal(runbook({ grantee: user('..'), role: organizationOwner('org:northwind') }), null)
  assert.equal(githubPreset.runbook(aGrant({ kind: 'removal', direction: 'taken' })), null)
})

test('a role in Okta is looked up and its assignment deleted', () => {
  const role = { id: 'super-administrator', name: 'Super administrator', tier: 'T0' as const, scope: '*' }
  const calls = callsOf(oktaPreset.runbook(given({ grantee: user('00u/../x'), role })) ?? '')
  const address = 'https://northwind.example/api/v1/users/00u%2F..%2Fx/roles'
  assert.ok(calls.some((call) => call.at(-1) === address))
  assert.deepEqual(calls.find((call) => call.includes('DELETE'))?.slice(-1), [`${address}/42`])
  assert.ok(calls.some((call) => call.includes('SUPER_ADMIN')))
})

test('a role by way of a group has no command in Okta, since the group is not known', () => {
  assert.equal(oktaPreset.runbook(given({ kind: 'indirect', grantee: user('00u') })), null)
})

test('any text is one word of a shell command', () => {
  const hostile = ["'; rm -rf / #", '$(id)', '`id`', '-rf', '~root', 'a\nb', '', '*', '!!', '"', '\\']
  const texts = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary' }))
  fc.assert(
    fc.property(fc.array(texts, { minLength: 1, maxLength: 20 }), (words) => {
      const command = words.map(shellWord).join(' ')
      const run = spawnSync('sh', ['-c', `set -f; for w in ${command}; do printf '%s\\001' "$w"; done`])
      const printable = (text: string) =>
        text.toWellFormed().replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '\ufffd')
      assert.deepEqual(run.stdout.toString('utf8').split('\u0001').slice(0, -1), words.map(printable))
    }),
    { numRuns: 60 },
  )
})

test('no segment of a web address can leave its place', () => {
  assert.equal(urlPath(['orgs', 'a/b', 'x?y#z']), '/orgs/a%2Fb/x%3Fy%23z')
  for (const segment of ['', '.', '..']) assert.equal(urlPath(['orgs', segment]), null)
})
