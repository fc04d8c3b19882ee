import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseCustomPreset } from '../../../src/domain/presets/custom-faults.ts'
import {
  isReservedName,
  PRESET_NAMES,
  presetFor,
  presetNamed,
  whyNoPreset,
} from '../../../src/domain/presets/registry.ts'
import { described } from './custom-builders.ts'
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

test('a name that nobody knows gets a sentence that says which there are, described ones included', () => {
  assert.match(whyNoPreset('nonsense'), /^There is no preset "nonsense"; there are plain, /)
  assert.equal(presetNamed('__proto__'), null)
  const customPresets = [parsedSource('acme')]
  assert.match(whyNoPreset('nonsense', { customPresets }), /, acme\.$/)
  assert.match(whyNoPreset('x'.repeat(5_000)), /^There is no preset "x{100}";/)
})

test('no source of a team’s own takes the name of a built-in one, nor its place', () => {
  for (const name of PRESET_NAMES) assert.equal(isReservedName(name), true, name)
  assert.equal(isReservedName('acme'), false)
  const customPresets = [parsedSource('okta')]
  assert.equal(presetFor({ customPresets }, 'okta'), presetNamed('okta'))
})

function parsedSource(name: string) {
  const parsed = parseCustomPreset(described({ name }))
  return parsed.ok ? parsed.preset : assert.fail(parsed.faults.join('\n'))
}

test('the README lists every built-in source with what proves it, and no other', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  const section = /^## Sources$(.*?)^## /ms.exec(readme)?.[1] ?? assert.fail('no section')
  const rows = [...section.matchAll(/^\| `([a-z0-9-]+)` \|.+\| ([a-z ]+) \| [^|]+ \|$/gm)].map(
    ([, name = '', proof]) => [name, proof] as const,
  )
  const listed = new Map(rows)
  assert.equal(listed.size, rows.length, 'no source stands twice')
  for (const name of PRESET_NAMES) assert.equal(listed.get(name), presetNamed(name)?.proof, name)
  for (const name of listed.keys()) assert.ok(isReservedName(name), name)
})
