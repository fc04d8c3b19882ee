import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Grant } from '../../src/domain/grant.ts'
import { emptyProfile, factsOf, learn } from '../../src/domain/history.ts'
import { aGrant, aParty, type GrantParts, NOON } from '../support/builders.ts'
import { DAY_MS, earlier, HOUR_MS, habit, MINUTE_MS } from './evidence-input.ts'

const SOFIA = 'sofia@northwind.example'
const JONAS = 'jonas@northwind.example'

function factsAfter(past: readonly Grant[], parts: GrantParts = {}, learnedAt?: number | null) {
  const profile = emptyProfile()
  learn(profile, past, learnedAt)
  const grant = aGrant(parts)
  learn(profile, [grant])
  return factsOf(profile, grant)
}

describe('what is learned, and when', () => {
  test('a habit counts from the moment it is learned, not from when it happened', () => {
    assert.equal(factsAfter(habit(20), {}, NOON + 1).grantor?.acts, 0)
    assert.equal(factsAfter(habit(20), {}, NOON).grantor?.acts, 20)
    assert.equal(factsAfter(habit(20), {}, NOON + 1).feed.acts, 0)
  })

  test('what nobody vouches for is no habit and makes nobody known, yet they were seen', () => {
    const { grantor, grantee } = factsAfter(habit(20), {}, null)
    assert.equal(grantor?.acts, 0)
    assert.equal(grantor.known, 0)
    assert.equal(grantor.byTier.T1, 0)
    assert.equal(grantor.lastAt, NOON - DAY_MS)
    assert.equal(grantee.grants, 20)
  })

  test('what is not learned yet makes a grantor known all the same', () => {
    assert.equal(factsAfter(habit(20), {}, NOON + 1).grantor?.known, 20)
  })

  test('the hours of late are counted by act before any of them is learned', () => {
    const night = ['a', 'b'].map((id) => earlier(DAY_MS, { act: 'night', role: { id }, localHour: 3 }))
    const long = earlier(61 * DAY_MS, { localHour: 3 })
    assert.equal(factsAfter([...night, long], {}, NOON + 1).grantor?.latelyByHour[3], 1)
  })
})

describe('facts about the people of a grant', () => {
  test('a grantor who received a role themselves is remembered, unless by their own hand', () => {
    const received = (grantor: string) => factsAfter([earlier(HOUR_MS, { grantee: SOFIA, grantor })]).grantor
    assert.equal(received(JONAS)?.receivedAt, NOON - HOUR_MS)
    assert.equal(received(SOFIA)?.receivedAt, null)
  })

  test('a role that is taken away within a day of the grant is known to be gone, later it is not', () => {
    const taken = (afterMs: number) => {
      const removal: GrantParts = { act: 'gone', kind: 'removal', direction: 'taken' }
      return factsAfter([earlier(-afterMs, removal)]).grantee.goneAt
    }
    assert.equal(taken(5 * MINUTE_MS), NOON + 5 * MINUTE_MS)
    assert.equal(taken(25 * HOUR_MS), null)
  })

  test('what a grantee was lately given is counted by act and by giver', () => {
    const { lately } = factsAfter([
      earlier(10 * MINUTE_MS, { localHour: 3 }),
      earlier(2 * DAY_MS, { grantor: JONAS, localHour: 5 }),
      earlier(40 * DAY_MS),
    ]).grantee
    assert.deepEqual([lately.acts, lately.actsInHour, lately.grantors], [2, 1, 2])
    assert.equal(lately.byHour[3], 1)
    assert.equal(lately.byHour[5], 0)
  })

  test('a newcomer who resembles a holder of the role is noticed, somebody known is not', () => {
    const holder = earlier(DAY_MS, { grantee: 'marta.silva@northwind.example' })
    const like = 'marta.si1va@northwind.example'
    assert.equal(factsAfter([holder], { grantee: like }).grantee.lookAlike?.holdsRole, true)
    const known = earlier(40 * DAY_MS, { grantee: like })
    assert.equal(factsAfter([holder, known], { grantee: like }).grantee.lookAlike, null)
  })

  test('a role held by people alone is told from one that groups hold too', () => {
    const { role } = factsAfter(habit(4), { grantee: aParty('team:ops', { type: 'group' }) })
    assert.deepEqual([role.grants, role.sameKind], [4, 0])
  })

  test('roles that somebody else holds together are related, others are not', () => {
    const both = ['a', 'b'].map((id) =>
      earlier(9 * DAY_MS, { act: `both-${id}`, grantee: JONAS, role: { id } }),
    )
    const given = (id: string) => earlier(HOUR_MS, { act: 'first', role: { id } })
    assert.equal(factsAfter([...both, given('a')], { role: { id: 'b' } }).act.rolesUnrelated, 0)
    assert.equal(factsAfter([...both, given('c')], { role: { id: 'b' } }).act.rolesUnrelated, 1)
  })

  test('several roles that a grantor never gave before are counted, the first ones of all are not', () => {
    const given = earlier(HOUR_MS, { act: 'first', role: { id: 'b' } })
    assert.equal(factsAfter([...habit(5), given], { role: { id: 'c' } }).act.rolesNewForGrantor, 2)
    assert.equal(factsAfter([given], { role: { id: 'c' } }).act.rolesNewForGrantor, 0)
  })
})
