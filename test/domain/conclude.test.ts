import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EVERY_ROLE, RAW_CHARACTERS_MAX } from '../../src/domain/grant.ts'
import { indexAliases } from '../../src/domain/party.ts'
import { aChange, afterPolls, MINUTE, NOON, role, story } from './conclude-builders.ts'

const SETTLING = { settleWindowMs: 5 * MINUTE }

test('a change becomes a row with all that its act says', () => {
  const { ledger } = afterPolls([[aChange({ justification: 'incident', expiresAt: NOON + MINUTE })]])
  const [row] = ledger
  assert.ok(row)
  assert.equal(ledger.length, 1)
  assert.equal(row.kind, 'grant')
  assert.equal(row.direction, 'given')
  assert.equal(row.grantorPerson, 'bob')
  assert.equal(row.justification, 'incident')
  assert.equal(row.standing, false)
  assert.equal(row.firstSeen, false)
  assert.equal(row.source, 'okta')
  assert.equal(row.feedId, 'okta-logs')
})

test('the same observation twice, in one poll or two, is one row', () => {
  assert.equal(afterPolls([[aChange(), aChange()]]).ledger.length, 1)
  const { ledger, last } = afterPolls([[aChange()], [aChange()]])
  assert.equal(ledger.length, 1)
  assert.deepEqual([last?.inserted, last?.replaced, last?.snapshots, last?.keys.size], [[], [], [], 0])
  assert.deepEqual(last?.outcomes[0], [
    { grantKey: ledger[0]?.grantKey, grantId: ledger[0]?.id, merged: true },
  ])
})

test('two roles in one act are two grants, and so are two scopes', () => {
  const { ledger } = afterPolls([
    [aChange({ role: 'a' }), aChange({ role: 'b' }), aChange({ role: role('a', 'org:x') })],
  ])
  assert.equal(new Set(ledger.map((row) => row.grantKey)).size, 3)
})

test('outcomes come in the order of the observations, whatever their times', () => {
  const { last, memory } = afterPolls([
    [aChange({ minute: 9, role: 'late' }), aChange({ minute: 1, role: 'early' })],
  ])
  const roles = last?.outcomes.map(([outcome]) => memory.grants.get(outcome?.grantId ?? '')?.role.id)
  assert.deepEqual(roles, ['late', 'early'])
  assert.deepEqual(
    last?.inserted.map((row) => row.role.id),
    ['early', 'late'],
  )
})

test('a failed call is never a grant', () => {
  assert.equal(afterPolls([[aChange({ outcome: 'failure' })]]).ledger.length, 0)
})

test('standing means no expiry and no activation', () => {
  const standing = (parts: Parameters<typeof aChange>[0]) =>
    afterPolls([[aChange(parts)]]).ledger[0]?.standing
  assert.equal(standing({}), true)
  assert.equal(standing({ kind: 'activate' }), false)
  assert.equal(standing({ expiresAt: NOON }), false)
})

test('persons follow the aliases in force', () => {
  const aliases = indexAliases([{ person: 'Robert', identities: ['bob'] }])
  const [row] = afterPolls([[aChange()]], { aliases }).ledger
  assert.equal(row?.grantorPerson, 'robert')
  assert.equal(row?.granteePerson, 'alice')
})

test("the hour is that of the actor's own clock, else of the policy's time zone", () => {
  const clock = (timezone: string, parts: Parameters<typeof aChange>[0] = {}) => {
    const [row] = afterPolls([[aChange(parts)]], { timezone }).ledger
    return [row?.localHour, row?.localDay]
  }
  assert.deepEqual(clock('UTC'), [12, 1])
  assert.deepEqual(clock('Pacific/Auckland'), [1, 2])
  assert.deepEqual(clock('America/Los_Angeles'), [4, 1])
  assert.deepEqual(clock('Asia/Kolkata'), [17, 1])
  assert.deepEqual(clock('UTC', { localOffsetMinutes: -13 * 60 }), [23, 0])
  // The clocks of Berlin go forward at 01:00 UTC on 29 March 2026.
  const change = Date.UTC(2026, 2, 29, 1)
  assert.deepEqual(clock('Europe/Berlin', { occurredAt: change - 1 }), [1, 0])
  assert.deepEqual(clock('Europe/Berlin', { occurredAt: change }), [3, 0])
})

test('the raw record is clipped', () => {
  const { observation, ingestedAt } = aChange()
  const [row] = afterPolls([
    [{ observation, ingestedAt, raw: '\u{1f600}'.repeat(RAW_CHARACTERS_MAX) }],
  ]).ledger
  assert.ok(row && row.raw.length <= RAW_CHARACTERS_MAX && row.raw.isWellFormed())
})

test('a companion record within the settle window is the same grant and fills what is missing', () => {
  const first = aChange({ act: 'core', grantor: null })
  const second = aChange({
    act: 'pim',
    minute: 3,
    kind: 'activate',
    justification: 'on call',
    ticket: 'OPS-1',
  })
  const { ledger, memory, last } = afterPolls([[first], [second]], SETTLING)
  const [row] = ledger
  assert.ok(row)
  assert.equal(ledger.length, 1)
  assert.equal(row.act, 'core')
  assert.equal(row.kind, 'activate')
  assert.equal(row.standing, false)
  assert.equal(row.justification, 'on call')
  assert.equal(row.ticket, 'OPS-1')
  assert.equal(row.grantorPerson, 'bob')
  assert.equal(row.occurredAt, NOON)
  assert.deepEqual(last?.replaced, [row])
  assert.deepEqual([...memory.keys.values()], [row.id, row.id])
  assert.deepEqual(last?.outcomes[0], [{ grantKey: row.grantKey, grantId: row.id, merged: true }])
})

test('a companion record that comes first in time moves the grant to its own time', () => {
  const { ledger } = afterPolls([[aChange({ minute: 3 })], [aChange({ minute: 1 })]], SETTLING)
  assert.equal(story(ledger), '1 +admin')
  assert.equal(ledger[0]?.act, 'act-3')
})

test('a record that was merged is known when it is read again', () => {
  const polls = [[aChange({ minute: 0 })], [aChange({ minute: 3 })], [aChange({ minute: 3 })]]
  const { last } = afterPolls(polls, SETTLING)
  assert.deepEqual([last?.inserted, last?.replaced], [[], []])
})

test('records further apart than the settle window are two grants', () => {
  assert.equal(afterPolls([[aChange(), aChange({ minute: 6 })]], SETTLING).ledger.length, 2)
  assert.equal(afterPolls([[aChange({ act: 'x' }), aChange({ act: 'y' })]]).ledger.length, 2)
})

for (const removed of ['admin', EVERY_ROLE])
  test(`a role that was taken away (as ${removed}) and given again is two grants even within the window`, () => {
    const again = [
      aChange({ minute: 0 }),
      aChange({ minute: 1, kind: 'removal', role: removed }),
      aChange({ minute: 2 }),
    ]
    for (const polls of [[again], again.map((one) => [one]), [again.toReversed()]])
      assert.equal(story(afterPolls(polls, SETTLING).ledger), `0 +admin, 1 -${removed}, 2 +admin`)
  })

test('a merged record stands for itself once a removal between the two comes to light', () => {
  const given = aChange({ minute: 0 })
  const again = aChange({ minute: 2 })
  const removal = aChange({ minute: 1, kind: 'removal' })
  const { ledger, memory } = afterPolls([[given], [again], [removal, again], [removal, again]], SETTLING)
  assert.equal(story(ledger), '0 +admin, 1 -admin, 2 +admin')
  assert.equal(new Set(memory.keys.values()).size, 3)
})

test('records of kinds that contradict each other are not merged', () => {
  const kinds = [
    ['eligible', 'activate'],
    ['indirect', 'grant'],
    ['role_widened', 'grant'],
  ] as const
  for (const [one, other] of kinds)
    assert.equal(
      afterPolls([[aChange({ kind: one }), aChange({ minute: 1, kind: other })]], SETTLING).ledger.length,
      2,
    )
})

test('an expiry is told from a removal by the companion that knows', () => {
  const { ledger } = afterPolls(
    [[aChange({ kind: 'removal' }), aChange({ minute: 1, kind: 'expiry' })]],
    SETTLING,
  )
  assert.deepEqual(
    ledger.map((row) => row.kind),
    ['expiry'],
  )
})

test('context is never merged: two tokens are two tokens', () => {
  const { ledger } = afterPolls(
    [[aChange({ kind: 'context' }), aChange({ minute: 1, kind: 'context' })]],
    SETTLING,
  )
  assert.equal(ledger.length, 2)
})
