import assert from 'node:assert/strict'
import { parseCustomPreset } from '../../../src/domain/presets/custom-faults.ts'
import { buildCustomPreset } from '../../../src/domain/presets/custom-preset.ts'
import type { ChangeObservation, Preset } from '../../../src/domain/presets/preset.ts'
import { read, summary } from './labelled-events.ts'

/** Described sources that show only what matters. */

export type Described = Readonly<Record<string, unknown>>

/** A source whose one rule gives `role` to `to` when `type` is `role.added`, unless a part says otherwise. */
export function described(part: Described = {}): Described {
  return {
    name: 'acme',
    time: 'at',
    act: 'id',
    grantor: 'by',
    grantee: 'to',
    rules: [giving()],
    roles: [
      { match: 'owner', tier: 'T0' },
      { match: '*admin*', tier: 'T1' },
      { match: 'member', tier: 'none' },
    ],
    ...part,
  }
}

export function giving(part: Described = {}): Described {
  return { kind: 'grant', when: [{ field: 'type', value: 'role.added' }], role: 'role', ...part }
}

export function taking(part: Described = {}): Described {
  return { kind: 'removal', when: [{ field: 'type', value: 'role.removed' }], role: 'role', ...part }
}

/** A move from one role to another within one event. */
export const MOVING = [
  { kind: 'grant', when: [{ field: 'type', value: 'role.changed' }], role: 'after' },
  { kind: 'removal', when: [{ field: 'type', value: 'role.changed' }], role: 'before' },
]

export function presetOf(part: Described = {}): Preset {
  const parsed = parseCustomPreset(described(part))
  return buildCustomPreset(parsed.ok ? parsed.preset : assert.fail(parsed.faults.join('\n')))
}

export function faultsOf(part: Described): readonly string[] {
  const parsed = parseCustomPreset(described(part))
  return parsed.ok ? [] : parsed.faults
}

export const EVENT = {
  id: 'e1',
  at: '2026-03-01T00:00:00Z',
  type: 'role.added',
  by: 'bob@northwind.example',
  to: 'alice@northwind.example',
  role: 'Admin',
}

/** What is read, one line an observation, or the reason for skipping. */
export function lines(
  preset: Preset,
  event: unknown,
  prefix: string | null = null,
): readonly string[] | string {
  const seen = summary(read(preset, event, prefix))
  return 'skipped' in seen ? seen.skipped : seen.observations
}

export function changes(preset: Preset, event: unknown): readonly ChangeObservation[] {
  const reading = read(preset, event)
  return 'skipped' in reading
    ? assert.fail(reading.skipped)
    : reading.observations.flatMap((one) => (one.form === 'change' ? [one] : []))
}

export function onlyChange(preset: Preset, event: unknown): ChangeObservation {
  const [one, ...more] = changes(preset, event)
  assert.equal(more.length, 0)
  return one ?? assert.fail('nothing was read')
}
