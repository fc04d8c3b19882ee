import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { NAMED_KINDS } from './attacks.ts'
import { thresholdAt } from './measures.ts'
import { LEARNINGS, runPoisoning } from './poisoning.ts'
import { byPoints, createProduct } from './product.ts'
import { learnedAtOf, runProtocol, USUAL_SCHEDULE } from './protocol.ts'
import { loadStreams, type Stream } from './streams.ts'

/** The first changes of the first stream: enough to see that all of it works. */
function aSlice(): Stream {
  const [stream] = loadStreams(null)
  assert.ok(stream)
  return { ...stream, changes: stream.changes.slice(0, 500) }
}

function run(stream: Stream, kinds: readonly (typeof NAMED_KINDS)[number][]) {
  const detectors = createProduct().detectors({ points: byPoints }, learnedAtOf(stream, USUAL_SCHEDULE))
  return runProtocol(stream, { kinds, attacksPerKind: 2, seed: 7, detectors })
}

describe('the evaluation', () => {
  test('a budget is never exceeded, not even by ties', () => {
    const scores = [...new Array<number>(90).fill(1), ...new Array<number>(10).fill(5)]
    assert.equal(thresholdAt(scores, 5), Number.POSITIVE_INFINITY)
    assert.equal(thresholdAt(scores, 10), 5)
    assert.equal(
      thresholdAt(
        scores.map((score, index) => score + index / 1_000),
        2,
      ),
      5.098,
    )
  })

  test('judges ordinary life the same whatever attacks it is shown, and the same each time', () => {
    const stream = aSlice()
    const [one, other] = [run(stream, NAMED_KINDS), run(stream, ['k'])]
    assert.deepEqual(
      one.benign.map(({ scores }) => scores),
      other.benign.map(({ scores }) => scores),
    )
    assert.ok(one.attacks.length > 10)
    assert.deepEqual(run(stream, NAMED_KINDS).attacks, one.attacks)
    assert.ok(one.attacks.every(({ scores }) => scores.every(Number.isFinite)))
  })

  test('a poisoning leaves no trace for the next', () => {
    const stream = aSlice()
    const learning = LEARNINGS.at(-1)
    assert.ok(learning)
    const plan = { poison: 'odd', runs: 2, seed: 3, learning, threshold: 20 } as const
    assert.deepEqual(runPoisoning(stream, plan), runPoisoning(stream, plan))
    assert.ok(runPoisoning(stream, plan).runs > 0)
  })
})
