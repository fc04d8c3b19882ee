import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainPreset } from '../../../src/domain/presets/plain.ts'
import type { Observation } from '../../../src/domain/presets/preset.ts'
import { flattened } from './labelled-events.ts'

const LINE = {
  id: 'e-1',
  time: '2026-03-01T09:30:00+02:00',
  kind: 'grant',
  grantee: 'alice@northwind.example',
  grantor: { id: 'u-7', email: 'bob@northwind.example', name: 'Bob', type: 'user' },
  role: 'admin',
}

const read = (event: unknown) => plainPreset.read(event, { prefix: null })
function observed(event: unknown): Observation {
  const reading = read(event)
  assert.ok('observations' in reading, JSON.stringify(reading))
  const [observation] = reading.observations
  assert.ok(observation)
  return observation
}

test('a plain line is one change, with the actor on the clock that its time states', () => {
  const observation = observed(LINE)
  assert.ok(observation.form === 'change')
  assert.equal(observation.act, 'e-1')
  assert.equal(observation.occurredAt, Date.UTC(2026, 2, 1, 7, 30))
  assert.equal(observation.localOffsetMinutes, 120)
  assert.deepEqual(observation.role, { id: 'admin', name: 'admin', tier: 'T2', scope: '*' })
  assert.deepEqual(observation.grantee, {
    id: 'alice@northwind.example',
    email: 'alice@northwind.example',
    name: null,
    type: 'unknown',
  })
  assert.deepEqual(observation.grantor, LINE.grantor)
})

test('everything that a line may add is taken over', () => {
  const observation = observed({
    ...LINE,
    act: 'change-9',
    kind: 'removal',
    source: 'wiki',
    tier: 'T1',
    scope: 'space:ops',
    justification: 'incident',
    ticket: 'OPS-1',
    expiresAt: '2026-03-02T00:00:00Z',
    ip: '192.0.2.1',
    colour: 'unknown fields are let be',
  })
  assert.ok(observation.form === 'change')
  assert.equal(observation.kind, 'removal')
  assert.equal(observation.act, 'change-9')
  assert.deepEqual(observation.role, {
    id: 'wiki/admin',
    name: 'admin (wiki)',
    tier: 'T1',
    scope: 'space:ops',
  })
  assert.equal(observation.justification, 'incident')
  assert.equal(observation.ticket, 'OPS-1')
  assert.equal(observation.expiresAt, Date.UTC(2026, 2, 2))
  assert.equal(observation.ip, '192.0.2.1')
})

const BAD: readonly (readonly [string, Record<string, unknown>])[] = [
  ['id', { id: undefined }],
  ['time', { time: 'yesterday' }],
  ['time', { time: undefined }],
  ['kind', { kind: 'gift' }],
  ['grantee', { grantee: '' }],
  ['grantee', { grantee: { name: 'no id' } }],
  ['grantor', { grantor: [] }],
  ['role', { role: { id: 'x' } }],
  ['tier', { tier: 'T9' }],
  ['expiresAt', { expiresAt: 'soon' }],
]
for (const [field, change] of BAD)
  test(`a line with a bad ${field} (${JSON.stringify(change)}) is skipped and the reason names it`, () => {
    assert.deepEqual(read({ ...LINE, ...change }), { skipped: `bad field: ${field}` })
  })

test('a line without a grantor is still a grant', () => {
  assert.equal(observed({ ...LINE, grantor: null }).grantor, null)
})

test('a line that Axiom flattened is read alike', () => {
  const line = { ...LINE, grantee: { id: 'u-1', email: 'alice@northwind.example' } }
  assert.deepEqual(observed(flattened(line)), observed(line))
})

test('a time that is missing falls back to that of Axiom', () => {
  const { time: _, ...line } = LINE
  assert.equal(observed({ ...line, _time: '2026-03-01T00:00:00Z' }).occurredAt, Date.UTC(2026, 2, 1))
})

test('what is no object is skipped', () => {
  for (const event of [null, 7, 'text', [], true]) assert.ok('skipped' in read(event))
})
