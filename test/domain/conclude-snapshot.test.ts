import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sourced } from '../../src/domain/conclude.ts'
import { aChange, afterPolls, aSnapshot, lines, MINUTE, role, story } from './conclude-builders.ts'

const told = (...polls: readonly Sourced[]) => story(afterPolls(polls.map((one) => [one])).ledger)
const at = (minute: number, roles: string, taken = '') => aSnapshot({ minute, roles, taken })

test('with no earlier snapshot roles are only first seen', () => {
  assert.equal(told(at(0, 'ab')), '0 +a?, 0 +b?')
})

test('later snapshots tell what was given and taken', () => {
  assert.equal(told(at(0, 'ab'), at(5, 'b'), at(9, 'bc')), '0 +a?, 0 +b?, 5 -a, 9 +c')
})

test('a removal is proven by the snapshot before it', () => {
  const { ledger } = afterPolls([[at(0, 'ab')], [at(5, 'b')]])
  const removal = ledger.find((row) => row.kind === 'removal')
  assert.equal(removal?.firstSeen, false)
  assert.equal(removal?.grantor?.id, 'bob-5')
})

test('a snapshot that changes nothing makes no row', () => {
  const { last } = afterPolls([[at(0, 'a')], [at(5, 'a')]])
  assert.deepEqual([last?.inserted, last?.replaced, last?.outcomes], [[], [], [[]]])
  assert.equal(last?.snapshots.length, 1)
})

test('a snapshot that is stored already changes nothing and names what it became', () => {
  const { last, ledger } = afterPolls([[at(0, 'a')], [at(5, 'b')], [at(5, 'b')]])
  assert.deepEqual([last?.inserted, last?.replaced, last?.snapshots, last?.keys.size], [[], [], [], 0])
  const ids = ledger.filter((row) => row.act === 'act-5').map((row) => row.id)
  assert.deepEqual(last?.outcomes[0]?.map((outcome) => outcome.grantId).toSorted(), ids.toSorted())
})

test('an empty snapshot takes all that was held', () => {
  assert.equal(told(at(0, 'ab'), at(5, '')), '0 +a?, 0 +b?, 5 -a, 5 -b')
})

test('an empty snapshot without an earlier one takes what the event itself names', () => {
  assert.equal(told(at(5, '', 'ab')), '5 -a, 5 -b')
})

test('an empty snapshot about which nothing is known takes every role', () => {
  assert.equal(told(at(5, '')), '5 -*')
})

test('with roles that count for nothing in it, a snapshot without others is no news by itself', () => {
  const readsOnly = (minute: number) => aSnapshot({ minute, roles: '', hasOrdinary: true })
  assert.equal(told(readsOnly(5)), '')
  assert.equal(told(readsOnly(5), at(9, 'a')), '9 +a')
  assert.equal(told(at(0, 'ab'), readsOnly(5)), '0 +a?, 0 +b?, 5 -a, 5 -b')
})

test('what an event names as taken is a removal even if no snapshot showed it', () => {
  assert.equal(told(at(0, 'a'), at(5, '', 'ab')), '0 +a?, 5 -a, 5 -b')
})

test('a late snapshot takes over a change that was concluded at the one after it', () => {
  const { ledger, last } = afterPolls([[at(0, 'a')], [at(9, 'ab')], [at(5, 'ab')]])
  assert.equal(story(ledger), '0 +a?, 5 +b')
  const moved = ledger.find((row) => row.role.id === 'b')
  assert.equal(moved?.grantor?.id, 'bob-5')
  assert.equal(moved?.act, 'act-5')
  assert.equal(moved?.raw, '{"minute":5}')
  assert.deepEqual(last?.replaced, [moved])
  assert.deepEqual(last?.inserted, [])
  assert.deepEqual(last?.outcomes[0], [{ grantKey: moved?.grantKey, grantId: moved?.id, merged: true }])
})

test('a change that moved keeps its id and key, and both keys lead to it', () => {
  const before = afterPolls([[at(0, 'a')], [at(9, 'ab')]]).ledger.find((row) => row.role.id === 'b')
  const { memory, ledger } = afterPolls([[at(0, 'a')], [at(9, 'ab')], [at(5, 'ab')]])
  const after = ledger.find((row) => row.role.id === 'b')
  assert.deepEqual([after?.id, after?.grantKey], [before?.id, before?.grantKey])
  assert.equal([...memory.keys.values()].filter((id) => id === after?.id).length, 2)
})

test('a late snapshot shows a role that came and went', () => {
  assert.equal(told(at(0, 'a'), at(9, 'a'), at(5, 'ab')), '0 +a?, 5 +b, 9 -b')
})

test('what a late snapshot shows at the one after it names the later act, and no grantor that is not known', () => {
  const { ledger } = afterPolls([[at(0, 'a')], [at(9, 'a')], [at(5, 'ab')]])
  assert.deepEqual(lines(ledger).slice(1), [
    '   5 grant b alice by bob-5 in act-5',
    '   9 removal b alice by - in act-9',
  ])
  const known = afterPolls([[at(0, 'a')], [at(9, 'ac')], [at(5, 'ab')]]).ledger
  assert.equal(known.find((row) => row.kind === 'removal')?.grantor?.id, 'bob-9')
})

test('an earlier snapshot turns first-seen marks into proof, or takes them over', () => {
  const { ledger } = afterPolls([[at(9, 'ab')], [at(5, 'a')]])
  assert.equal(story(ledger), '5 +a?, 9 +b')
})

test('an earlier snapshot proves removals at the first one known', () => {
  assert.equal(told(at(9, 'a'), at(5, 'ab')), '5 +a?, 5 +b?, 9 -b')
})

test('the order of reading does not matter within a batch either', () => {
  const batch = [at(9, 'bc'), at(0, 'ab'), at(5, 'b')]
  assert.equal(story(afterPolls([batch]).ledger), '0 +a?, 0 +b?, 5 -a, 9 +c')
})

test('snapshots of one instant are joined: nothing is lost and nothing taken that nobody stated', () => {
  const one = aSnapshot({ minute: 0, roles: 'ab', act: 'same' })
  const other = aSnapshot({ minute: 0, roles: 'cd', act: 'same' })
  for (const polls of [[[one, other]], [[other], [one]]])
    assert.equal(story(afterPolls(polls).ledger), '0 +a?, 0 +b?, 0 +c?, 0 +d?')
  const elsewhere = aSnapshot({ minute: 0, roles: 'cd', act: 'else' })
  assert.equal(told(one, elsewhere, at(5, 'abcd')), '0 +a?, 0 +b?, 0 +c?, 0 +d?')
})

test('an empty snapshot comes last in its instant, so that what is held later is given again', () => {
  const empty = aSnapshot({ minute: 5, roles: '', act: 'gone' })
  for (const order of [
    [at(5, 'a'), empty],
    [empty, at(5, 'a')],
  ])
    assert.match(told(at(0, 'a'), ...order, at(9, 'a')), /5 -a, 9 \+a$/)
})

test('one act that states both something and nothing for one instant loses no later grant', () => {
  const held = aSnapshot({ minute: 5, roles: 'a', act: 'x' })
  const gone = aSnapshot({ minute: 5, roles: '', act: 'x' })
  for (const order of [
    [held, gone],
    [gone, held],
  ]) {
    const { ledger, memory } = afterPolls([...order, ...order, at(9, 'a')].map((one) => [one]))
    assert.match(story(ledger), /9 \+a$/)
    assert.equal(memory.snapshots.get('alice')?.size, 2)
  }
})

test('a role that now holds everywhere was widened, not taken', () => {
  const narrow = aSnapshot({ minute: 0, roles: '' })
  const set = (minute: number, scope: string): Sourced => {
    const { observation, ...rest } = at(minute, 'a')
    return { ...rest, observation: { ...observation, roles: [role('a', scope)] } as typeof observation }
  }
  const { ledger } = afterPolls([[narrow], [set(1, 'app:mail')], [set(5, '*')]])
  assert.deepEqual(
    ledger.filter((row) => row.role.id === 'a').map((row) => [row.kind, row.role.scope]),
    [
      ['grant', 'app:mail'],
      ['grant', '*'],
    ],
  )
})

test('grantees are told apart by letter case no more than their keys are', () => {
  const polls = [[at(0, 'a')], [aSnapshot({ minute: 5, roles: 'ab', grantee: 'ALICE' })]]
  assert.equal(story(afterPolls(polls).ledger), '0 +a?, 5 +b')
})

test('a change and a snapshot of one grant within the settle window are one, with proof', () => {
  const change = aChange({ minute: 1, role: 'a', act: 'binding' })
  const context = { settleWindowMs: 2 * MINUTE }
  for (const polls of [
    [[change], [at(2, 'a')]],
    [[at(2, 'a')], [change]],
  ])
    assert.equal(story(afterPolls(polls, context).ledger), '1 +a')
})
