import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Grant } from '../../src/domain/grant.ts'
import { emptyProfile, factsOf, learn } from '../../src/domain/history.ts'
import { LOOK_BACK_ROWS } from '../../src/domain/history-log.ts'
import { aGrant, type GrantParts, NOON } from '../support/builders.ts'
import { DAY_MS, earlier, HOUR_MS, habit, MINUTE_MS } from './evidence-input.ts'

const SOFIA = 'sofia@northwind.example'
const JONAS = 'jonas@northwind.example'

function factsAfter(past: readonly Grant[], grant: Grant = aGrant()) {
  const profile = emptyProfile()
  learn(profile, [...past, grant])
  return factsOf(profile, grant)
}

describe('history facts', () => {
  test('only what happened strictly before counts, however it was learned', () => {
    const facts = factsAfter([
      earlier(0, { grantee: 'same-time' }),
      earlier(-1, { grantee: 'later' }),
      earlier(1, { grantee: 'before' }),
    ])
    assert.equal(facts.grantor?.grants, 1)
    assert.equal(facts.role.grants, 1)
  })

  test('members of one act are not each other’s history but count for its size', () => {
    const member = (role: string, agoMs: number) =>
      aGrant({ act: 'act-1', role: { id: role }, occurredAt: NOON - agoMs })
    const facts = factsAfter([member('a', 30), member('b', 0), member('c', -20)])
    assert.equal(facts.act.grants, 4)
    assert.equal(facts.act.rolesForGrantee, 4)
    assert.equal(facts.grantor?.grants, 0)
    assert.equal(facts.grantee.grants, 0)
    assert.equal(facts.grantee.rolesInDay, 0)
  })

  test('acts of the same name in two feeds are two acts', () => {
    const facts = factsAfter([earlier(1, { act: 'act-1', feedId: 'github' })])
    assert.equal(facts.grantor?.grants, 1)
    assert.equal(facts.act.grants, 1)
  })

  test('removals, context and refused calls are no behaviour', () => {
    const parts: readonly GrantParts[] = [
      { kind: 'removal', direction: 'taken' },
      { kind: 'context', direction: 'none' },
      { outcome: 'failure' },
    ]
    const facts = factsAfter(parts.map((part, index) => earlier(MINUTE_MS + index, part)))
    assert.equal(facts.grantor?.grants, 0)
    assert.equal(facts.feed.grants, 0)
    assert.equal(facts.grantor.failuresInHour, 1)
  })

  test('what a first snapshot showed is held, but nobody’s behaviour', () => {
    const facts = factsAfter([earlier(DAY_MS, { firstSeen: true, role: { tier: 'T0' } })])
    assert.equal(facts.grantee.strongestTier, 'T0')
    assert.equal(facts.grantor?.grants, 0)
    assert.equal(facts.feed.grants, 0)
    assert.equal(facts.feed.firstAt, NOON - DAY_MS)
  })

  test('habits are counted by act, so that one act with many grants is one', () => {
    const bulk = ['a', 'b', 'c'].map((id) => earlier(DAY_MS, { act: 'bulk', role: { id }, localHour: 3 }))
    const facts = factsAfter([...bulk, ...habit(2).map((grant) => ({ ...grant, localHour: 12 }))])
    assert.equal(facts.grantor?.grants, 5)
    assert.equal(facts.grantor.acts, 3)
    assert.equal(facts.grantor.byHour[3], 1)
    assert.equal(facts.grantor.byHour[12], 2)
  })

  test('counts reach no further back than their limit, first times do', () => {
    const facts = factsAfter(habit(LOOK_BACK_ROWS.grantor + 50))
    assert.equal(facts.grantor?.grants, LOOK_BACK_ROWS.grantor)
    assert.equal(facts.grantor.firstAt, NOON - (LOOK_BACK_ROWS.grantor + 50) * DAY_MS)
  })

  test('a removal is remembered with who did it, and the grant before it', () => {
    const facts = factsAfter([
      earlier(3 * DAY_MS),
      earlier(DAY_MS, { kind: 'removal', direction: 'taken', grantor: JONAS }),
    ])
    assert.deepEqual(facts.grantee.sameRole, {
      givenAt: NOON - 3 * DAY_MS,
      takenAt: NOON - DAY_MS,
      takenBy: JONAS,
    })
  })

  test('a grantor who was just given more power than ever before has risen', () => {
    const rise = factsAfter([
      earlier(10 * DAY_MS, { grantee: SOFIA, grantor: JONAS, role: { tier: 'T2' } }),
      earlier(HOUR_MS, { grantee: SOFIA, grantor: JONAS, role: { tier: 'T0' } }),
    ]).grantor?.riseInDay
    assert.deepEqual(rise, { at: NOON - HOUR_MS, tier: 'T0', from: JONAS })
  })

  test('whoever gave such roles before, or only activated one, has not risen', () => {
    const received = earlier(HOUR_MS, { grantee: SOFIA, grantor: JONAS })
    assert.equal(factsAfter([earlier(2 * DAY_MS), received]).grantor?.riseInDay, null)
    assert.equal(factsAfter([{ ...received, kind: 'activate' }]).grantor?.riseInDay, null)
    assert.equal(factsAfter([earlier(25 * HOUR_MS, { grantee: SOFIA })]).grantor?.riseInDay, null)
  })

  test('without a grantor there are no facts about one', () => {
    const facts = factsAfter(habit(3), aGrant({ grantor: null }))
    assert.equal(facts.grantor, null)
    assert.equal(facts.pair, null)
    assert.equal(facts.role.grants, 3)
  })

  test('the order in which the past is learned does not matter, nor learning it twice', () => {
    const past = [...habit(10), ...habit(5, { feedId: 'github' }), earlier(0, { grantee: 'tie' })]
    const expected = factsAfter(past)
    fc.assert(
      fc.property(fc.shuffledSubarray(past, { minLength: past.length }), (shuffled) => {
        assert.deepEqual(factsAfter([...shuffled, ...past]), expected)
      }),
      { numRuns: 30 },
    )
  })
})
