import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Sourced } from '../../src/domain/conclude.ts'
import { EVERY_ROLE } from '../../src/domain/grant.ts'
import { aChange, afterPolls, aSnapshot, lines, MINUTE } from './conclude-builders.ts'

/** Shuffles what was observed into polls, with repeats, as ingest order and overlap may have it. */
function polls(observed: fc.Arbitrary<readonly Sourced[]>) {
  return observed.chain((history) =>
    fc.record({
      history: fc.constant(history),
      polls: fc.array(fc.array(fc.nat({ max: Math.max(0, history.length - 1) }), { maxLength: 6 }), {
        maxLength: 8,
      }),
      rest: fc.shuffledSubarray([...history.keys()], {
        minLength: history.length,
        maxLength: history.length,
      }),
    }),
  )
}

const pick = (history: readonly Sourced[], indices: readonly number[]) =>
  indices.flatMap((index) => history[index] ?? [])

function inAnyOrder(input: {
  readonly history: readonly Sourced[]
  readonly polls: readonly (readonly number[])[]
  readonly rest: readonly number[]
}): readonly (readonly Sourced[])[] {
  const half = Math.floor(input.rest.length / 2)
  const all = [...input.polls, input.rest.slice(0, half), ...input.rest.slice(half).map((index) => [index])]
  return all.map((indices) => pick(input.history, indices))
}

const minutes = fc.uniqueArray(fc.nat({ max: 500 }), { minLength: 1, maxLength: 12 })
const grantees = fc.constantFrom('alice', 'ben')

const changes = minutes.chain((chosen) =>
  fc.tuple(
    ...chosen.map((minute) =>
      fc
        .record({
          kind: fc.constantFrom('grant', 'removal', 'eligible', 'context'),
          role: fc.constantFrom('a', 'b', EVERY_ROLE),
          grantee: grantees,
        })
        .map((parts) => aChange({ ...parts, minute })),
    ),
  ),
)

test('changes make the same ledger in any order and with any repeats as in one pass', () => {
  fc.assert(
    fc.property(polls(changes), (input) => {
      const expected = lines(afterPolls([input.history]).ledger)
      assert.deepEqual(lines(afterPolls(inAnyOrder(input)).ledger), expected)
    }),
    { numRuns: 300 },
  )
})

/**
 * A history of one grantee: each snapshot lists what is held, and an empty one also names what it took. Two empty
 * ones in a row are left out: which of them a removal is told by depends on the order of reading, and on nothing else.
 */
const snapshots = fc
  .tuple(minutes, fc.array(fc.subarray(['a', 'b', 'c', 'd']), { minLength: 12, maxLength: 12 }), grantees)
  .map(([chosen, sets, grantee]) => {
    let held = 'z'
    let wasEmpty = false
    return chosen
      .toSorted((one, other) => one - other)
      .map((minute, index) => {
        const listed = (sets[index] ?? []).join('')
        const roles = listed === '' && wasEmpty ? 'a' : listed
        wasEmpty = roles === ''
        const taken = roles === '' ? held : ''
        if (roles !== '') held = roles
        return aSnapshot({ minute, roles, taken, grantee })
      })
  })

test('snapshots make the same ledger in any order and with any repeats as in one pass', () => {
  fc.assert(
    fc.property(polls(snapshots), (input) => {
      const expected = lines(afterPolls([input.history]).ledger)
      const actual = lines(afterPolls(inAnyOrder(input)).ledger)
      // What only a late snapshot shows at a later act lacks that act's grantor until its record is read again.
      const bare = (line: string) => line.replace(/ by \S+/, '')
      assert.deepEqual(actual.map(bare), expected.map(bare))
      const polled = [...inAnyOrder(input), input.history]
      assert.deepEqual(lines(afterPolls(polled).ledger), expected)
    }),
    { numRuns: 500 },
  )
})

test('pairs of records within the settle window become one row in any order', () => {
  const pairs = fc
    .array(
      fc.record({
        gap: fc.nat({ max: 4 }),
        kind: fc.constantFrom('grant', 'removal'),
        role: fc.constantFrom('a', 'b'),
      }),
      { minLength: 1, maxLength: 6 },
    )
    .map((list) =>
      list.flatMap(({ gap, kind, role }, index) => [
        aChange({ minute: index * 20, act: `core-${index}`, kind, role }),
        aChange({ minute: index * 20 + gap, act: `pim-${index}`, kind, role, ticket: `T-${index}` }),
      ]),
    )
  const context = { settleWindowMs: 5 * MINUTE }
  fc.assert(
    fc.property(polls(pairs), (input) => {
      const { ledger } = afterPolls(inAnyOrder(input), context)
      const facts = ledger.map((row) => [row.occurredAt, row.kind, row.role.id, row.ticket]).toSorted()
      const expected = afterPolls([input.history], context).ledger
      assert.equal(ledger.length, input.history.length / 2)
      assert.deepEqual(
        facts,
        expected.map((row) => [row.occurredAt, row.kind, row.role.id, row.ticket]).toSorted(),
      )
    }),
    { numRuns: 300 },
  )
})

test('every key that was ever concluded leads to a row, and no row loses its id', () => {
  fc.assert(
    fc.property(polls(fc.oneof(changes, snapshots)), (input) => {
      const sequence = inAnyOrder(input)
      let ids = new Set<string>()
      for (let count = 1; count <= sequence.length; count += 1) {
        const { memory } = afterPolls(sequence.slice(0, count))
        for (const id of ids) assert.ok(memory.grants.has(id))
        for (const id of memory.keys.values()) assert.ok(memory.grants.has(id))
        ids = new Set(memory.grants.keys())
      }
    }),
    { numRuns: 100 },
  )
})
