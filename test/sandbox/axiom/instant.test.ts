import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIngestClock, instantOfEvent, parseInstant } from '../../../src/sandbox/axiom/instant.ts'

test('times of every common form become UTC with nine digits', () => {
  assert.equal(parseInstant('2026-03-01T10:00:00Z'), '2026-03-01T10:00:00.000000000Z')
  assert.equal(parseInstant('2026-03-01T10:00:00.123456789+01:00'), '2026-03-01T09:00:00.123456789Z')
  assert.equal(parseInstant('2022-03-22 14:21:53.225'), '2022-03-22T14:21:53.225000000Z')
  assert.equal(parseInstant('2026-03-01'), '2026-03-01T00:00:00.000000000Z')
})

test('what is no time is refused', () => {
  for (const text of ['', 'yesterday', '2026-02-31T00:00:00Z', '2026-13-01', '2026-03-01T25:00:00Z', '12345'])
    assert.equal(parseInstant(text), undefined, text)
  for (const value of [Number.NaN, -1, null, {}, Number.POSITIVE_INFINITY])
    assert.equal(instantOfEvent(value), undefined)
})

test('epoch numbers are told apart by size', () => {
  for (const value of [1_700_000_000, 1_700_000_000_000, 1_700_000_000_000_000, 1_700_000_000_000_000_000])
    assert.equal(instantOfEvent(value), '2023-11-14T22:13:20.000000000Z')
})

test('ingest times of one millisecond differ and keep their order', () => {
  const next = createIngestClock(() => 1_700_000_000_000)
  const times = Array.from({ length: 200 }, next)
  assert.equal(new Set(times).size, 200)
  assert.deepEqual(times.toSorted(), times)
  for (const time of times) assert.match(time, /^2023-11-14T22:13:20\.000\d{6}Z$/)
})
