import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conclude } from '../../../src/domain/conclude.ts'
import { githubPreset } from '../../../src/domain/presets/github.ts'
import { read, summary } from './labelled-events.ts'

const anEvent = (action: string, more: Record<string, unknown> = {}) => ({
  '@timestamp': 1_790_000_000_000,
  _document_id: 'd-1',
  action,
  actor: 'Bob',
  org: 'Northwind',
  user: 'alice',
  ...more,
})
const concluded = (event: unknown) => {
  const result = summary(read(githubPreset, event))
  return 'skipped' in result ? result.skipped : result.observations.join('; ')
}

const CHANGES: readonly (readonly [string, string, Record<string, unknown>, string])[] = [
  [
    'a member added as admin is an owner',
    'org.add_member',
    { permission: 'admin' },
    'grant org-owner org:northwind T0 alice',
  ],
  ['a member added to read is not privileged', 'org.add_member', { permission: 'read' }, 'not privileged'],
  [
    'a promotion is a grant',
    'org.update_member',
    { permission: 'admin', old_permission: 'read' },
    'grant org-owner org:northwind T0 alice',
  ],
  [
    'an owner who stays owner is no grant',
    'org.update_member',
    { permission: 'admin', old_permission: 'admin' },
    'no change of privilege',
  ],
  [
    'a demotion is a removal',
    'org.update_member',
    { permission: 'read', old_permission: 'admin' },
    'removal org-owner org:northwind T0 alice',
  ],
  [
    'a demotion from an unstated permission is a removal',
    'org.update_member',
    { permission: 'read' },
    'removal org-owner org:northwind T0 alice',
  ],
  [
    'leaving an organisation takes every role in it',
    'org.remove_member',
    {},
    'removal * org:northwind T2 alice',
  ],
  [
    'leaving an unstated organisation does not take every role everywhere',
    'org.remove_member',
    { org: null },
    'removal * unknown T2 alice',
  ],
  [
    'an enterprise owner is T0',
    'business.add_admin',
    { business: 'acme', org: null },
    'grant enterprise-owner enterprise:acme T0 alice',
  ],
  [
    'an enterprise owner can be removed',
    'business.remove_admin',
    { business: 'acme' },
    'removal enterprise-owner enterprise:acme T0 alice',
  ],
  [
    'an organisation role is known by its name',
    'organization_role.assign',
    { organization_role_name: 'Security manager' },
    'grant org-role:security-manager org:northwind T1 alice',
  ],
  [
    'an organisation role can go to a team',
    'organization_role.assign',
    { organization_role_name: 'all_repository_admin', user: null, team: 'Northwind/sre' },
    'grant org-role:all-repository-admin org:northwind T1 Northwind/sre',
  ],
  [
    'an organisation role goes by its short name too',
    'organization_role.assign',
    { organization_role_name: 'all_repo_admin' },
    'grant org-role:all-repo-admin org:northwind T1 alice',
  ],
  [
    'an organisation role that only reads gives no privilege',
    'organization_role.assign',
    { organization_role_name: 'all_repo_read' },
    'not privileged',
  ],
  [
    'an organisation role to triage gives no privilege',
    'organization_role.assign',
    { organization_role_name: 'All-repository triage' },
    'not privileged',
  ],
  [
    'an organisation role can be revoked',
    'organization_role.revoke',
    { organization_role_name: 'Security manager' },
    'removal org-role:security-manager org:northwind T1 alice',
  ],
  [
    'a maintainer is privileged within the team',
    'team.promote_maintainer',
    { team: 'Northwind/sre' },
    'grant team-maintainer org:northwind/team:sre T2 alice',
  ],
  [
    'a maintainer can be demoted',
    'team.demote_maintainer',
    { team: 'Northwind/sre' },
    'removal team-maintainer org:northwind/team:sre T2 alice',
  ],
  [
    'a team given admin on a repository is the grantee',
    'team.add_repository',
    { team: 'sre', repo: 'Northwind/site', permission: 'admin', user: null },
    'grant repo-admin org:northwind/repo:site T2 Northwind/sre',
  ],
  [
    'a team given less than admin is not privileged',
    'team.add_repository',
    { team: 'sre', repo: 'Northwind/site', permission: 'push' },
    'not privileged',
  ],
  [
    'a raised team permission is a grant',
    'team.update_repository_permission',
    { team: 'sre', repo: 'Northwind/site', new_repo_permission: 'admin', old_repo_permission: 'write' },
    'grant repo-admin org:northwind/repo:site T2 Northwind/sre',
  ],
  [
    'a repository taken from a team is a removal',
    'team.remove_repository',
    { team: 'sre', repo: 'Northwind/site' },
    'removal repo-admin org:northwind/repo:site T2 Northwind/sre',
  ],
  [
    'a collaborator raised to admin is a grant',
    'repo.update_member',
    { repo: 'Northwind/site', new_repo_permission: 'admin', old_repo_permission: 'write' },
    'grant repo-admin org:northwind/repo:site T2 alice',
  ],
  [
    'a collaborator changed below admin is of no interest',
    'repo.update_member',
    { repo: 'Northwind/site', new_repo_permission: 'write', old_repo_permission: 'read' },
    'not privileged',
  ],
  [
    'a collaborator who leaves loses every role there',
    'repo.remove_member',
    { repo: 'Northwind/site' },
    'removal * org:northwind/repo:site T2 alice',
  ],
  [
    'a permission under data counts',
    'repo.add_member',
    { repo: 'Northwind/site', data: { permission: 'admin' } },
    'grant repo-admin org:northwind/repo:site T2 alice',
  ],
  [
    'SAML switched off is a weakened control',
    'org.disable_saml',
    { user: null },
    'control_weakened single-sign-on org:northwind T0 org:northwind',
  ],
  ['an action nobody knows is skipped', 'org.audit_log_export', {}, 'not a privilege event'],
]
for (const [title, action, more, expected] of CHANGES)
  test(`${title} (${action})`, () => assert.equal(concluded(anEvent(action, more)), expected))

test('a bot is a service, and the SAML identity of an actor is shown but is no e-mail', () => {
  const reading = read(
    githubPreset,
    anEvent('org.add_member', {
      permission: 'admin',
      actor: 'deploy[bot]',
      external_identity_nameid: 'bob@northwind.example',
    }),
  )
  assert.deepEqual('observations' in reading && reading.observations[0]?.grantor, {
    id: 'deploy[bot]',
    email: null,
    name: 'bob@northwind.example',
    type: 'service',
  })
})

const USER = { login: 'alice', id: 7 }
const WEBHOOK = { sender: { login: 'bob' }, organization: { login: 'Northwind' } }
const REPOSITORY = { full_name: 'Northwind/site' }
const TEAM = { name: 'SRE', slug: 'sre' }

const WEBHOOKS: readonly (readonly [string, Record<string, unknown>, string])[] = [
  [
    'an owner who joins',
    { action: 'member_added', membership: { role: 'admin', user: USER } },
    'grant org-owner org:northwind T0 alice',
  ],
  [
    'a member who leaves',
    { action: 'member_removed', membership: { role: 'member', user: USER } },
    'removal * org:northwind T2 alice',
  ],
  [
    'a collaborator with admin',
    { action: 'added', member: USER, repository: REPOSITORY, changes: { permission: { to: 'admin' } } },
    'grant repo-admin org:northwind/repo:site T2 alice',
  ],
  [
    'a collaborator who may write',
    { action: 'added', member: USER, repository: REPOSITORY, changes: { permission: { to: 'write' } } },
    'not privileged',
  ],
  [
    'a collaborator raised to admin',
    {
      action: 'edited',
      member: USER,
      repository: REPOSITORY,
      changes: { permission: { from: 'write', to: 'admin' } },
    },
    'grant repo-admin org:northwind/repo:site T2 alice',
  ],
  [
    'a collaborator lowered from admin',
    {
      action: 'edited',
      member: USER,
      repository: REPOSITORY,
      changes: { permission: { from: 'admin', to: 'write' } },
    },
    'removal repo-admin org:northwind/repo:site T2 alice',
  ],
  [
    'a collaborator removed',
    { action: 'removed', member: USER, repository: REPOSITORY },
    'removal * org:northwind/repo:site T2 alice',
  ],
  [
    'a team with admin',
    {
      action: 'added_to_repository',
      team: TEAM,
      repository: { ...REPOSITORY, permissions: { admin: true } },
    },
    'grant repo-admin org:northwind/repo:site T2 Northwind/sre',
  ],
  [
    'a team raised to admin',
    {
      action: 'edited',
      team: TEAM,
      repository: { ...REPOSITORY, permissions: { admin: true } },
      changes: { repository: { permissions: { from: { admin: false } } } },
    },
    'grant repo-admin org:northwind/repo:site T2 Northwind/sre',
  ],
  [
    'an edited issue',
    { action: 'edited', issue: { title: 'x' }, repository: REPOSITORY },
    'not a privilege event',
  ],
]
for (const [title, body, expected] of WEBHOOKS)
  test(`the webhook of ${title} is read`, () => assert.equal(concluded({ ...WEBHOOK, ...body }), expected))

const act = (event: unknown) => {
  const reading = read(githubPreset, event)
  return 'observations' in reading ? reading.observations[0]?.act : null
}
const JOINED = { ...WEBHOOK, action: 'member_added', membership: { role: 'admin', user: USER } }

test('an event without an id has the same act whatever the order of its fields and the nulls around them', () => {
  const reordered = {
    membership: { user: USER, role: 'admin' },
    action: 'member_added',
    ...WEBHOOK,
    team: null,
  }
  assert.equal(act(reordered), act(JOINED))
  assert.match(act(JOINED) ?? '', /^sha256:[0-9a-f]{32}$/)
})

test('the same webhook body at another time is another act, since a body states no time', () => {
  assert.notEqual(
    act({ ...JOINED, _time: '2026-01-01T00:00:00Z' }),
    act({ ...JOINED, _time: '2026-01-02T00:00:00Z' }),
  )
})

test('an event that states no time is skipped unless it is known when it was received', () => {
  assert.deepEqual(githubPreset.read(JOINED, { prefix: null }), { skipped: 'time not stated' })
  const reading = githubPreset.read(JOINED, { prefix: null, receivedAt: 5 })
  assert.equal('observations' in reading && reading.observations[0]?.occurredAt, 5)
})

test('an outside collaborator with admin is external, and both records of it are one grant', () => {
  const common = { actor: 'priya-raman', org: 'northwind', repo: 'northwind/payments', permission: 'admin' }
  const at = Date.parse('2026-11-24T10:00:00Z')
  const invited = {
    ...common,
    action: 'org.add_outside_collaborator',
    invitee: 'gus-partner',
    _document_id: 'one',
    created_at: at,
  }
  const member = {
    ...common,
    action: 'repo.add_member',
    user: 'gus-partner',
    _document_id: 'two',
    created_at: at + 1_000,
  }
  const sourced = [invited, member].flatMap((event) => {
    const reading = githubPreset.read(event, { prefix: null })
    assert.ok('observations' in reading, JSON.stringify(reading))
    return reading.observations.map((observation) => ({
      observation,
      ingestedAt: '2026-11-24T10:00:02Z',
      raw: '{}',
    }))
  })
  const { inserted } = conclude(
    sourced,
    { snapshots: [], grants: [], keys: new Map() },
    {
      tenantId: 't',
      feedId: 'github',
      source: 'github',
      settleWindowMs: githubPreset.settleWindowMs,
      timezone: 'UTC',
      aliases: new Map(),
    },
  )
  assert.deepEqual(
    inserted.map(({ grantee, role }) => [grantee.id, grantee.type, role.name]),
    [['gus-partner', 'external', 'Repository admin']],
  )
})
