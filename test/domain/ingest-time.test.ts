import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  compareIngest,
  ingestBefore,
  ingestMs,
  isIngestTime,
  laterIngest,
} from '../../src/domain/ingest-time.ts'

test('ingest times that differ in the ninth digit are told apart', () => {
  assert.ok(compareIngest('2026-11-24T13:00:00.000000001Z', '2026-11-24T13:00:00.000000002Z') < 0)
  assert.equal(compareIngest('2026-11-24T13:00:00.5Z', '2026-11-24T13:00:00.500000000Z'), 0)
  assert.equal(compareIngest('2026-11-24T14:00:00+01:00', '2026-11-24T13:00:00Z'), 0)
})

test('stepping back keeps all nine digits, over the second and the day', () => {
  assert.equal(ingestBefore('2026-11-24T00:00:00.123456789Z', 900_000), '2026-11-23T23:45:00.123456789Z')
  assert.equal(ingestBefore('2026-11-24T00:00:00.000000001Z', 1), '2026-11-23T23:59:59.999000001Z')
})

test('the later of two is chosen, and nothing is earlier than something', () => {
  assert.equal(laterIngest(null, '2026-11-24T00:00:00Z'), '2026-11-24T00:00:00Z')
  assert.equal(laterIngest('2026-11-24T00:00:01Z', '2026-11-24T00:00:00Z'), '2026-11-24T00:00:01Z')
  assert.equal(laterIngest(null, null), null)
})

test('what is no time is known as such and sorts first', () => {
  assert.equal(isIngestTime('yesterday'), false)
  assert.equal(isIngestTime('2026-13-45T99:00:00Z'), false)
  assert.ok(compareIngest('nonsense', '2026-11-24T00:00:00Z') < 0)
  assert.ok(Number.isNaN(ingestMs('nonsense')))
})
