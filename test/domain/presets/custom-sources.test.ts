import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseCustomPreset } from '../../../src/domain/presets/custom-faults.ts'
import { buildCustomPreset } from '../../../src/domain/presets/custom-preset.ts'
import { labelledEvents } from './labelled-events.ts'
import { labelOf, provePreset } from './proof.ts'

/** Sources described by JSON files alone, each held against real events as a built-in preset is. */
const SOURCES = [
  'anthropic',
  'asana',
  'duo',
  'mongodb-atlas',
  'netskope',
  'notion',
  'onelogin',
  'snyk',
  'teleport',
  'wiz',
  'zscaler',
]

for (const name of SOURCES) {
  const file = new URL(`../../fixtures/custom/${name}.json`, import.meta.url)
  const parsed = parseCustomPreset(JSON.parse(readFileSync(file, 'utf8')))
  const source = parsed.ok ? parsed.preset : assert.fail(`${name}: ${parsed.faults.join(' ')}`)
  const preset = buildCustomPreset(source)

  provePreset(preset)

  test(`${preset.title}: what gives a role is read as given, or excluded with the words that say why`, () => {
    const events = labelledEvents(name)
    assert.ok(events.length > 0)
    for (const { id, label, expected, exclusion } of events)
      if ((label === 'privileged_grant') !== (labelOf(expected) === 'privileged_grant'))
        assert.ok(exclusion?.quote && exclusion.from, `${id} is labelled ${label} and is not excluded`)
  })
}
