import { existsSync, readFileSync } from 'node:fs'
import type { Preset, Reading } from '../../../src/domain/presets/preset.ts'

/** A real event with its origin, licence and upstream label, what we make of it, and why where we differ. */
export interface LabelledEvent {
  readonly id: string
  readonly label: 'privileged_grant' | 'revoke' | 'other'
  readonly licence: string
  readonly source_repo: string
  readonly expected: { readonly skipped: string } | { readonly observations: readonly string[] }
  /** For reading an event otherwise than its label says, or as near miss. */
  readonly why?: string
  /** What takes a wrongly labelled event out of the counts: the vendor's words and where they stand, or the event's own contradiction. */
  readonly exclusion?: { readonly quote: string; readonly from: string }
  readonly kind?: string | null
  readonly event: Record<string, unknown>
}

/** The events of `fixtures/events/<preset>.ndjson`; none when there is no such file. */
export function labelledEvents(name: string): readonly LabelledEvent[] {
  const path = new URL(`../../fixtures/events/${name}.ndjson`, import.meta.url)
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LabelledEvent)
}

/** An observation as one line: `grant org-owner org:northwind T0 alice`. */
export function summary(reading: Reading): LabelledEvent['expected'] {
  if ('skipped' in reading) return reading
  return {
    observations: reading.observations.flatMap((observation) => {
      const grantee = observation.grantee.id
      return observation.form === 'change'
        ? [
            `${observation.kind} ${observation.role.id} ${observation.role.scope} ${observation.role.tier} ${grantee}`,
          ]
        : observation.roles.map((role) => `holds ${role.id} ${role.scope} ${role.tier} ${grantee}`)
    }),
  }
}

export function read(preset: Preset, event: unknown, prefix: string | null = null): Reading {
  return preset.read(event, { prefix, receivedAt: 0 })
}

/** `{a: {b: 1}}` as `{"a.b": 1}`, as some shippers send it; lists stay lists. */
export function flattened(event: Record<string, unknown>, before = ''): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(event).flatMap(([name, value]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(flattened(value as Record<string, unknown>, `${before}${name}.`))
        : [[before + name, value]],
    ),
  )
}
