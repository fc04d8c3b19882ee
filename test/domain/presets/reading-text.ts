import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import type { Grant } from '../../../src/domain/grant.ts'
import type { ChangeObservation, Preset } from '../../../src/domain/presets/preset.ts'
import { aGrant } from '../../support/builders.ts'
import { read, summary } from './labelled-events.ts'

type Json = Record<string, unknown>

/** A reading as one text: its observations, or why there are none. */
export function readingText(preset: Preset, event: unknown, prefix: string | null = null): string {
  const result = summary(read(preset, event, prefix))
  return 'skipped' in result ? result.skipped : result.observations.join('; ')
}

/** One test for each line: what the event is, the event, what it is read as. */
export function readingTests(preset: Preset, lines: readonly (readonly [string, Json, string])[]): void {
  for (const [title, event, expected] of lines)
    test(`${preset.title}: ${title}`, () => {
      assert.equal(readingText(preset, event), expected)
    })
}

export function changesIn(preset: Preset, event: unknown): readonly ChangeObservation[] {
  const reading = read(preset, event)
  const observations = 'observations' in reading ? reading.observations : []
  return observations.flatMap((observation) => (observation.form === 'change' ? [observation] : []))
}

export function changeIn(preset: Preset, event: unknown): ChangeObservation {
  const [change] = changesIn(preset, event)
  assert.ok(change, readingText(preset, event))
  return change
}

/** A revoke is confirmed by a removal of the same role in the same scope from the same grantee. */
export function removalTest(preset: Preset, given: Json, taken: Json): void {
  test(`${preset.title}: a removal names the grantee, role and scope of the grant that it takes away`, () => {
    const named = (event: Json, kind: string) =>
      changesIn(preset, event)
        .filter((change) => change.kind === kind)
        .map(({ grantee, role }) => [grantee.id, role.id, role.scope])
    const grants = named(given, 'grant')
    assert.ok(grants.length > 0)
    for (const grant of grants)
      assert.ok(
        named(taken, 'removal').some((removal) => String(removal) === String(grant)),
        String(grant),
      )
  })
}

/** An event that comes twice is one act; another event is another. */
export function actTest(preset: Preset, event: Json, other: Json): void {
  test(`${preset.title}: a record that comes twice is one act, another record another`, () => {
    const act = (sent: Json) => changeIn(preset, sent).act
    assert.equal(act(event), act(structuredClone(event)))
    assert.equal(act(event), act(Object.fromEntries(Object.entries(event).reverse())))
    assert.notEqual(act(event), act(other))
  })
}

/** The grant that an event is concluded to be, as far as a runbook looks. */
export function grantOf(preset: Preset, event: Json, index = 0): Grant {
  const change = changesIn(preset, event).filter(({ kind }) => kind === 'grant')[index]
  assert.ok(change, readingText(preset, event))
  return aGrant({ kind: 'grant', direction: 'given', grantee: change.grantee, role: change.role })
}

/** Runs a command with programs that only report their words: one list for each call. */
export function callsOf(
  command: string | null,
  variables: Record<string, string> = {},
): readonly (readonly string[])[] {
  assert.ok(command !== null)
  // One write for each call: the two ends of a pipe report at the same time.
  const report = `{ printf '%s\\001' "$@" "$END" >&3; echo 42; }`
  const programs = ['curl', 'jq', 'op'].map((name) => `${name}() ${report}`).join('\n')
  const script = `exec 3>&2\nEND=$(printf '\\002')\n${programs}\n${command}\n`
  const run = spawnSync('sh', ['-c', script], { encoding: 'utf8', env: variables })
  assert.equal(run.status, 0, run.stderr)
  return run.stderr
    .split('\u0002\u0001')
    .slice(0, -1)
    .map((call) => call.split('\u0001').slice(0, -1))
}
