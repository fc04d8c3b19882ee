import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Outcome, qualityOf, shareOf } from '../../src/domain/quality.ts'
import { fractionOf, isHiddenAmong, isSampled } from '../../src/domain/sampling.ts'

const outcome = (part: Partial<Outcome>): Outcome => ({
  origin: 'policy',
  band: 'medium',
  recommendation: null,
  action: 'approve',
  ...part,
})

test('precision counts by band what people revoked of what the policy asked about', () => {
  const { precision } = qualityOf([
    outcome({ action: 'revoke' }),
    outcome({}),
    outcome({ band: 'high', action: 'revoke' }),
    outcome({ origin: 'sample', band: 'low', action: 'revoke' }),
  ])
  assert.deepEqual([precision.medium.part, precision.medium.whole], [1, 2])
  assert.deepEqual([precision.high.part, precision.high.whole], [1, 1])
})

test('a revoked blind sample is a miss', () => {
  const { misses } = qualityOf([
    outcome({ origin: 'sample', band: 'low', action: 'revoke' }),
    outcome({ origin: 'sample', band: 'low' }),
    outcome({ action: 'revoke' }),
  ])
  assert.deepEqual([misses.part, misses.whole], [1, 2])
})

test('an override is a decision against advice to approve or revoke, and no other', () => {
  const { overrides } = qualityOf([
    outcome({ recommendation: 'revoke', action: 'approve' }),
    outcome({ recommendation: 'approve', action: 'approve' }),
    outcome({ recommendation: 'ask', action: 'revoke' }),
    outcome({}),
  ])
  assert.deepEqual([overrides.part, overrides.whole], [1, 2])
})

test('the interval of a share is Wilson’s: wide for few cases, never beyond 0 and 1', () => {
  assert.equal(shareOf(0, 0).interval, null)
  const [least, most] = shareOf(0, 10).interval ?? []
  assert.equal(least, 0)
  assert.ok(most !== undefined && Math.abs(most - 0.2775) < 0.001)
  const [low, high] = shareOf(50, 100).interval ?? []
  assert.ok(low !== undefined && Math.abs(low - 0.4038) < 0.001)
  assert.ok(high !== undefined && Math.abs(high - 0.5962) < 0.001)
})

test('samples are drawn at the rate of the policy, evenly over random ids', () => {
  const draws = Array.from({ length: 10_000 }, (_, index) => fractionOf(`id-${index}`))
  const drawn = draws.filter((draw) => isSampled(0.1, draw)).length
  assert.ok(drawn > 900 && drawn < 1_100, `${drawn}`)
  assert.equal(draws.filter((draw) => isSampled(0, draw)).length, 0)
  assert.equal(draws.filter((draw) => isSampled(1, draw)).length, draws.length)
})

test('ordinary reviews hide their verdict only while samples are drawn, and only medium ones', () => {
  assert.equal(isHiddenAmong('medium', 0, 0), false)
  assert.equal(isHiddenAmong('high', 0.1, 0), false)
  assert.equal(isHiddenAmong('medium', 0.1, 0.1), true)
  assert.equal(isHiddenAmong('medium', 0.1, 0.9), false)
})
