import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sourced } from '../../../src/domain/conclude.ts'
import { grantKeyOf } from '../../../src/domain/grant.ts'
import { entraPreset } from '../../../src/domain/presets/entra.ts'
import { afterPolls } from '../conclude-builders.ts'
import {
  ACTIVATED,
  ALICE,
  anEvent,
  appRole,
  BOB,
  core,
  ELEVATED,
  first,
  groupPim,
  inGroup,
  MS_PIM,
  owner,
  pim,
  TIME,
} from './entra-events.ts'
import { read } from './labelled-events.ts'

test('Entra: the same record sent again is the same grant', () => {
  const parts = (event: unknown) => {
    const { act, grantee, role } = first(event)
    return grantKeyOf({
      feedId: 'f',
      act,
      direction: 'given',
      granteeKey: grantee.id,
      roleId: role.id,
      scope: role.scope,
    })
  }
  const again = { ...core('Add member to role'), _time: '2026-09-06T17:31:00Z', _sysTime: 'x' }
  assert.equal(parts(core('Add member to role')), parts(again))
  assert.notEqual(parts(core('Add member to role')), parts(pim(ACTIVATED)))
})

const sourced = (event: Record<string, unknown>): readonly Sourced[] => {
  const reading = read(entraPreset, event)
  if ('skipped' in reading) return []
  const raw = JSON.stringify(event)
  return reading.observations.map((observation) => ({ observation, ingestedAt: TIME, raw }))
}
const SETTLING = { source: 'entra', settleWindowMs: entraPreset.settleWindowMs }
const byPim = { initiatedBy: MS_PIM }
const OWN = { user: { id: ALICE, displayName: 'Alice', userPrincipalName: 'alice@northwind.example' } }

const ACTS: readonly (readonly [string, readonly Record<string, unknown>[], string])[] = [
  [
    'an activation',
    [
      core('Add member to role', 'User Administrator', byPim),
      pim(ACTIVATED, 'User Administrator', { initiatedBy: OWN }),
      pim('Add member to role requested (PIM activation)', 'User Administrator', { initiatedBy: OWN }),
    ],
    `activate by ${ALICE} sanctioned until 1788720045843: Restore mailboxes`,
  ],
  [
    'a permanent assignment through PIM',
    [
      core('Add member to role', 'User Administrator', byPim),
      pim('Add member to role in PIM completed (permanent)'),
      pim('Add member to role in PIM requested (permanent)'),
    ],
    `grant by ${BOB} sanctioned until null: Restore mailboxes`,
  ],
  [
    'an eligibility',
    [
      core('Add eligible member to role', 'User Administrator', byPim),
      pim('Add eligible member to role in PIM completed (timebound)'),
    ],
    `eligible by ${BOB} sanctioned until 1788720045843: Restore mailboxes`,
  ],
  [
    'an assignment outside of PIM',
    [
      core('Add member to role'),
      pim('Add member to role outside of PIM (permanent)', 'User Administrator', { additionalDetails: [] }),
    ],
    `grant by ${BOB} outside until null: on call`,
  ],
  [
    'an expiry',
    [
      core('Remove member from role', 'User Administrator', byPim),
      pim('Remove member from role (PIM activation expired)', 'User Administrator', {
        additionalDetails: [],
        resultReason: '',
        initiatedBy: { user: { id: 'p-1', displayName: 'Azure AD PIM', userPrincipalName: null } },
      }),
    ],
    'expiry by nobody null until null: null',
  ],
  [
    'an activation of membership in a group',
    [inGroup('Add member to group', 'sre', byPim), groupPim(ACTIVATED, 'Member')],
    `activate by ${BOB} sanctioned until 1788720045843: Restore mailboxes`,
  ],
]
for (const [title, records, expected] of ACTS) {
  const orders = [records, records.toReversed()]
  const polls = [
    ...orders.map((order) => [order.flatMap(sourced)]),
    ...orders.map((order) => order.map(sourced).filter((poll) => poll.length > 0)),
  ]
  test(`Entra: the records of ${title} are one grant in any order and in separate polls`, () => {
    for (const poll of polls) {
      const { ledger } = afterPolls(poll, SETTLING)
      const told = ledger.map(
        (row) =>
          `${row.kind} by ${row.grantor?.id ?? 'nobody'} ${row.path} until ${row.expiresAt}: ${row.justification}`,
      )
      assert.deepEqual(told, [expected])
    }
  })
}

test('Entra: records further apart than the window are two grants', () => {
  const late = pim('Add member to role in PIM completed (permanent)', 'User Administrator', {
    activityDateTime: '2026-09-06T17:41:00Z',
  })
  assert.equal(
    afterPolls([[...sourced(core('Add member to role')), ...sourced(late)]], SETTLING).ledger.length,
    2,
  )
})

test('Entra: a removal names the grantee, role and scope of the grant it takes away', () => {
  const pairs = [
    [core('Add member to role'), core('Remove member from role')],
    [pim(ACTIVATED), core('Remove member from role')],
    [
      pim('Add eligible member to role in PIM completed (timebound)'),
      core('Remove eligible member from role'),
    ],
    [appRole('Mail.Send'), appRole('Mail.Send', true)],
    [inGroup('Add member to group', 'admins'), inGroup('Remove member from group', 'admins')],
    [groupPim(ACTIVATED, 'Member'), inGroup('Remove member from group', 'sre', { initiatedBy: MS_PIM })],
    [owner('Add owner to application'), owner('Remove owner from application')],
    [
      ELEVATED,
      anEvent('The role assignment of User Access Administrator has been removed from the user', {
        targetResources: [],
      }),
    ],
  ]
  for (const [given, taken] of pairs) {
    const [one, other] = [first(given), first(taken)]
    assert.deepEqual(
      [one.grantee.id, one.role.id, one.role.scope],
      [other.grantee.id, other.role.id, other.role.scope],
    )
    assert.equal(other.kind, 'removal')
  }
})
