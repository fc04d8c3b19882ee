import assert from 'node:assert/strict'
import { test } from 'node:test'
import { githubPreset } from '../../../src/domain/presets/github.ts'
import { oktaPreset } from '../../../src/domain/presets/okta.ts'
import type { Preset } from '../../../src/domain/presets/preset.ts'
import { flattened, type LabelledEvent, labelledEvents, read, summary } from './labelled-events.ts'

const SOURCES: readonly (readonly [Preset, readonly LabelledEvent[]])[] = [
  [oktaPreset, labelledEvents('okta')],
  [githubPreset, labelledEvents('github')],
]

/** What our reading would be labelled as. */
function labelOf(expected: LabelledEvent['expected']): LabelledEvent['label'] {
  if ('skipped' in expected) return 'other'
  const kinds = expected.observations.map((line) => line.split(' ')[0])
  if (kinds.some((kind) => kind === 'grant' || kind === 'holds')) return 'privileged_grant'
  return kinds.includes('removal') ? 'revoke' : 'other'
}

for (const [preset, events] of SOURCES) {
  for (const { id, event, expected } of events)
    test(`the real event ${id} is read as it should be`, () => {
      assert.deepEqual(summary(read(preset, event)), expected)
    })

  test(`where ${preset.title} is read otherwise than its label says, the fixture says why`, () => {
    for (const { id, label, expected, why } of events)
      if (labelOf(expected) !== label) assert.ok(why, `${id} is labelled ${label} and has no reason`)
  })

  test(`every real ${preset.title} event names its origin and licence`, () => {
    for (const { id, licence, source_repo } of events) assert.ok(licence && source_repo, id)
  })

  test(`${preset.title} events are read alike nested, flattened, behind a prefix and as text`, () => {
    for (const { id, event, expected } of events) {
      const forms: readonly (readonly [string, unknown, string | null])[] = [
        ['flattened', flattened(event), null],
        ['prefixed', { _time: '2026-01-01T00:00:00Z', logs: event }, 'logs'],
        ['prefixed and flattened', flattened({ logs: event }), 'logs'],
        ['text behind a prefix', { logs: JSON.stringify(event) }, 'logs'],
        ['text in message', { message: JSON.stringify(event), host: 'shipper' }, null],
        ['nested in event', { event, sourcetype: 'audit' }, null],
        ['fields as text', textFields(event), null],
      ]
      for (const [form, sent, prefix] of forms)
        assert.deepEqual(summary(read(preset, sent, prefix)), expected, `${id} ${form}`)
    }
  })
}

function textFields(event: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(event).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
    ]),
  )
}
