import assert from 'node:assert/strict'
import { test } from 'node:test'
import { presetNamed, whyNoPreset } from '../../../src/domain/presets/registry.ts'
import { read } from './labelled-events.ts'

const PLAIN = {
  id: 'e-1',
  time: '2026-03-01T00:00:00Z',
  kind: 'grant',
  grantee: { id: 'u-1', email: 'a@northwind.example' },
  grantor: 'bob',
  role: 'admin',
}

test('two grantees whose long names begin alike stay two', () => {
  const preset = presetNamed('plain')
  assert.ok(preset)
  const ids = ['a', 'b'].map((end) => {
    const reading = read(preset, { ...PLAIN, grantee: `${'x'.repeat(100_000)}${end}` })
    return 'observations' in reading ? reading.observations[0]?.grantee.id : null
  })
  assert.notEqual(ids[0], ids[1])
})

test('a name that is planned and one that nobody knows get different sentences', () => {
  assert.equal(presetNamed('entra'), null)
  assert.match(whyNoPreset('entra'), /^The preset entra is planned but not built in yet; there are plain, /)
  assert.match(whyNoPreset('nonsense'), /^There is no preset "nonsense"; there are plain, /)
  assert.equal(presetNamed('__proto__'), null)
})
