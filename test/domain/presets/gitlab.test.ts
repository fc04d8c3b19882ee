import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gitlabPreset } from '../../../src/domain/presets/gitlab.ts'
import { aGrant } from '../../support/builders.ts'
import { read, summary } from './labelled-events.ts'
import { provePreset } from './proof.ts'

/** As GitLab streams a change of membership. */
const anEvent = (details: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  id: 'a1b2',
  author_id: 7,
  author_name: 'Bob',
  entity_id: 29,
  entity_type: 'Group',
  entity_path: 'northwind/platform',
  ip_address: '192.0.2.7',
  created_at: '2026-11-24T10:00:00.000Z',
  target_id: 42,
  target_type: 'User',
  target_details: 'Alice',
  event_type: 'member_created',
  details: { author_name: 'Bob', target_id: 42, target_type: 'User', target_details: 'Alice', ...details },
  ...more,
})
const OWNER = anEvent({ add: 'user_access', as: 'Owner' })
const SHARED = anEvent({
  add: 'project_access',
  as: 'Maintainer',
  target_id: 5,
  target_type: 'Project',
  target_details: 'northwind/site',
})
const FLAT = {
  severity: 'INFO',
  time: '2026-11-24T10:00:00.000Z',
  author_id: 7,
  entity_id: 3,
  entity_type: 'Project',
  change: 'access_level',
  from: 'Developer',
  to: 'Maintainer',
  target_id: 42,
  target_type: 'User',
  target_details: 'Alice',
}

provePreset(gitlabPreset, [OWNER, FLAT, SHARED])

const READINGS: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ['an owner of a group', OWNER, 'grant owner group:northwind/platform T1 42'],
  ['a developer is no privilege', anEvent({ add: 'user_access', as: 'Developer' }), 'not privileged'],
  ['a member without a level', anEvent({ add: 'user_access' }), 'role not stated'],
  ['the flat log', FLAT, 'grant maintainer project:3 T2 42'],
  [
    'a promotion between two privileged levels',
    anEvent({ change: 'access_level', from: 'Maintainer', to: 'Owner' }),
    'removal maintainer group:northwind/platform T2 42; grant owner group:northwind/platform T1 42',
  ],
  [
    'a demotion gives nothing',
    anEvent({ change: 'access_level', from: 'Owner', to: 'Maintainer' }),
    'removal owner group:northwind/platform T1 42',
  ],
  [
    'a longer time at the same level',
    anEvent({ change: 'access_level', from: 'Owner', to: 'Owner', expiry_to: '2026-12-01' }),
    'extend owner group:northwind/platform T1 42',
  ],
  [
    'the same level and time',
    anEvent({ change: 'access_level', from: 'Owner', to: 'Owner' }),
    'no change of privilege',
  ],
  ['a removed member', anEvent({ remove: 'user_access' }), 'removal * group:northwind/platform T2 42'],
  [
    'an expired member',
    anEvent({ remove: 'user_access', system_event: true, reason: 'access expired on 2026-11-24' }),
    'expiry * group:northwind/platform T2 42',
  ],
  [
    'an administrator',
    anEvent(
      { change: 'admin status', from: 'false', to: 'true' },
      { event_type: 'user_admin_status_updated' },
    ),
    'grant instance-admin * T0 42',
  ],
  [
    'an administrator no more',
    anEvent({ change: 'admin status', from: 'true', to: 'false' }),
    'removal instance-admin * T0 42',
  ],
  [
    'an auditor may only read',
    anEvent(
      { change: 'auditor status', from: 'false', to: 'true' },
      { event_type: 'user_auditor_status_updated' },
    ),
    'not a privilege event',
  ],
  [
    'an owner, as a GitLab with custom roles writes it',
    anEvent({ add: 'user_access', as: 'Default role: Owner', member_id: 9 }),
    'grant owner group:northwind/platform T1 42',
  ],
  [
    'a developer, as a GitLab with custom roles writes it',
    anEvent({ add: 'user_access', as: 'Default role: Developer' }),
    'not privileged',
  ],
  [
    'a promotion, as a GitLab with custom roles writes it',
    anEvent({ change: 'access_level', from: 'Default role: Guest', to: 'Default role: Maintainer' }),
    'grant maintainer group:northwind/platform T2 42',
  ],
  [
    'a demotion to a level as it was written before',
    anEvent({ change: 'access_level', from: 'Default role: Owner', to: 'Guest' }),
    'removal owner group:northwind/platform T1 42',
  ],
  [
    "a customer's own role",
    anEvent({ change: 'access_level', from: 'Default role: Guest', to: 'Custom role: Incident manager' }),
    'grant custom-role:incident-manager group:northwind/platform T2 42',
  ],
  [
    "one customer's role for another",
    anEvent({ change: 'access_level', from: 'Custom role: A', to: 'Custom role: B' }),
    'removal custom-role:a group:northwind/platform T2 42; grant custom-role:b group:northwind/platform T2 42',
  ],
  [
    "a customer's role that only reads",
    anEvent({ add: 'user_access', as: 'Custom role: Security viewer' }),
    'not privileged',
  ],
  ['a project shared with a group', SHARED, 'grant maintainer project:northwind/site T2 29'],
  [
    'a project shared with a group at a lower level',
    anEvent({
      change: 'access_level',
      from: 'Maintainer',
      to: 'Reporter',
      target_type: 'Project',
      target_details: 'northwind/site',
    }),
    'removal maintainer project:northwind/site T2 29',
  ],
  [
    'a project no longer shared with a group',
    anEvent({ remove: 'project_access', target_type: 'Project', target_details: 'northwind/site' }),
    'removal * project:northwind/site T2 29',
  ],
  ['a token', anEvent({}, { event_type: 'personal_access_token_created' }), 'context api-token * T2 42'],
]
for (const [title, event, expected] of READINGS)
  test(`GitLab: ${title}`, () => {
    const result = summary(read(gitlabPreset, event))
    assert.equal('skipped' in result ? result.skipped : result.observations.join('; '), expected)
  })

test('GitLab states an expiry, and the address of the author', () => {
  const reading = read(
    gitlabPreset,
    anEvent({ change: 'access_level', from: 'Guest', to: 'Owner', expiry_to: '2026-12-01' }),
  )
  const [observation] = 'observations' in reading ? reading.observations : []
  assert.equal(observation?.expiresAt, Date.parse('2026-12-01T00:00:00Z'))
  assert.equal(observation?.ip, '192.0.2.7')
  assert.deepEqual(observation?.grantor, { id: '7', email: null, name: 'Bob', type: 'user' })
})

test('a member of GitLab is taken away with one call, whatever the path holds', () => {
  const grant = (scope: string) =>
    aGrant({
      kind: 'grant',
      direction: 'given',
      grantee: { id: '42', email: null, name: 'Alice', type: 'user' },
      role: { id: 'owner', name: 'Owner', tier: 'T1', scope },
    })
  assert.equal(
    gitlabPreset.runbook(grant('group:north/wind')),
    'curl -sS -X DELETE -H "PRIVATE-TOKEN: $GITLAB_TOKEN" "$GITLAB_URL"/api/v4/groups/north%2Fwind/members/42',
  )
  assert.equal(
    gitlabPreset.runbook(grant("group:a'; rm -rf /")),
    `curl -sS -X DELETE -H "PRIVATE-TOKEN: $GITLAB_TOKEN" "$GITLAB_URL"'/api/v4/groups/a'\\''%3B%20rm%20-rf%20%2F/members/42'`,
  )
})

test('a project of GitLab is shared no longer with one call', () => {
  const grant = aGrant({
    kind: 'grant',
    direction: 'given',
    grantee: { id: '29', email: null, name: 'northwind/platform', type: 'group' },
    role: { id: 'maintainer', name: 'Maintainer', tier: 'T2', scope: 'project:northwind/site' },
  })
  assert.equal(
    gitlabPreset.runbook(grant),
    'curl -sS -X DELETE -H "PRIVATE-TOKEN: $GITLAB_TOKEN" "$GITLAB_URL"/api/v4/projects/northwind%2Fsite/share/29',
  )
})
