import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DESCRIBED_NAMES, describedPreset } from '../../eval/sources-presets.ts'
import { labelledEvents } from './labelled-events.ts'
import { labelOf, provePreset } from './proof.ts'

/** Sources described by JSON files alone, each held against real events as a built-in preset is. */

for (const name of DESCRIBED_NAMES) {
  const preset = describedPreset(name) ?? assert.fail(name)

  provePreset(preset)

  test(`${preset.title}: what gives a role is read as given, or excluded with the words that say why`, () => {
    const events = labelledEvents(name)
    assert.ok(events.length > 0)
    for (const { id, label, expected, exclusion } of events)
      if ((label === 'privileged_grant') !== (labelOf(expected) === 'privileged_grant'))
        assert.ok(exclusion?.quote && exclusion.from, `${id} is labelled ${label} and is not excluded`)
  })
}
