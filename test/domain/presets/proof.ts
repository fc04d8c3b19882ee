import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Condition, Preset } from '../../../src/domain/presets/preset.ts'
import { flattened, type LabelledEvent, labelledEvents, read, summary } from './labelled-events.ts'

/**
 * What every preset must stand: its real events are read as written beside them, in every form that a shipper may
 * give them; nothing makes it throw; and its filter asks Axiom for all that it understands. `more` are further
 * events that it reads, for what no real event shows.
 */
export function provePreset(preset: Preset, more: readonly Record<string, unknown>[] = []): void {
  const events = labelledEvents(preset.name)
  realEventTests(preset, events)
  formTests(preset, [...more, ...events.map(({ event }) => event)])
  totalityTests(preset, [...more, ...events.map(({ event }) => event)])
  filterTest(preset, [...more, ...events.map(({ event }) => event)])
}

const GIVING = ['grant', 'eligible', 'activate', 'extend', 'indirect', 'role_widened', 'holds']

/** What our reading would be labelled as. */
export function labelOf(expected: LabelledEvent['expected']): LabelledEvent['label'] {
  if ('skipped' in expected) return 'other'
  const kinds = expected.observations.map((line) => line.split(' ')[0] ?? '')
  if (kinds.some((kind) => GIVING.includes(kind))) return 'privileged_grant'
  return kinds.includes('removal') || kinds.includes('expiry') ? 'revoke' : 'other'
}

function realEventTests(preset: Preset, events: readonly LabelledEvent[]): void {
  if (events.length === 0) return
  test(`every real ${preset.title} event is read as it should be`, () => {
    for (const { id, event, expected } of events)
      assert.deepEqual(
        summary(read(preset, event)),
        expected,
        `${id} ${JSON.stringify(event).slice(0, 2_000)}`,
      )
  })

  test(`where ${preset.title} is read otherwise than its label says, the fixture says why`, () => {
    for (const { id, label, expected, why, exclusion } of events)
      if (labelOf(expected) !== label)
        assert.ok(why ?? exclusion?.quote, `${id} is labelled ${label} and has no reason`)
  })

  test(`every real ${preset.title} event names its origin and licence`, () => {
    for (const { id, licence, source_repo } of events) assert.ok(licence && source_repo, id)
  })

  if (preset.proof === 'real events')
    test(`${preset.title} is proven by at least five real events that give a role`, () => {
      const giving = events.filter(({ expected }) => labelOf(expected) === 'privileged_grant')
      assert.ok(giving.length >= 5, `${giving.length}`)
    })
}

function formTests(preset: Preset, events: readonly Record<string, unknown>[]): void {
  test(`${preset.title} events are read alike nested, flattened, behind a prefix and as text`, () => {
    for (const event of events)
      for (const [form, sent, prefix] of formsOf(event))
        assert.deepEqual(
          summary(read(preset, sent, prefix)),
          summary(read(preset, event)),
          `${form} ${JSON.stringify(event).slice(0, 2_000)}`,
        )
  })
}

/** One event as shippers send it. */
function formsOf(event: Record<string, unknown>): readonly (readonly [string, unknown, string | null])[] {
  return [
    ['flattened', flattened(event), null],
    ['prefixed', { _time: '2026-01-01T00:00:00Z', logs: event }, 'logs'],
    ['prefixed and flattened', flattened({ logs: event }), 'logs'],
    ['text behind a prefix', { logs: JSON.stringify(event) }, 'logs'],
    ['text in message', { message: JSON.stringify(event), host: 'shipper' }, null],
    ['nested in event', { event, sourcetype: 'audit' }, null],
    ['fields as text', textFields(event), null],
  ]
}

function textFields(event: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(event).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
    ]),
  )
}

const deep = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`) as unknown
const monsters = fc.constantFrom<unknown>(
  'x'.repeat(100_000),
  deep(5_000),
  '['.repeat(50_000),
  '('.repeat(100_000),
  ','.repeat(100_000),
  Array.from({ length: 5_000 }, (_, index) => ({ type: 'User', id: index })),
)
const oddities = fc.constantFrom<unknown>(
  '\u0000\u202e\ud800',
  JSON.parse('{"__proto__": {"type": "User"}, "constructor": {"id": 1}}'),
  '{"broken": ',
  '[{"a":1}]',
  'true',
  // Neither text nor number can be made of it.
  { toString: null, valueOf: 1 },
  [{ toString: null }],
  Number.MAX_VALUE,
  -1,
  0,
  '',
  {},
  [],
  null,
  false,
)
const hostile = fc.oneof(
  { weight: 1, arbitrary: monsters },
  { weight: 40, arbitrary: oddities },
  { weight: 40, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 20, arbitrary: fc.string() },
)

/** Replaces one value anywhere in an event. */
function mutated(value: unknown, path: readonly number[], replacement: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined || typeof value !== 'object' || value === null) return replacement
  const entries = Object.entries(value)
  const chosen = entries[step % Math.max(1, entries.length)]
  if (chosen === undefined) return replacement
  const next = mutated(chosen[1], rest, replacement)
  return Array.isArray(value)
    ? value.map((item, index) => (String(index) === chosen[0] ? next : item))
    : { ...value, [chosen[0]]: next }
}

const MUTATIONS = 10_000

function totalityTests(preset: Preset, events: readonly Record<string, unknown>[]): void {
  test(`${preset.title}: any JSON is read without throwing`, () => {
    fc.assert(
      fc.property(hostile, fc.option(fc.string(), { nil: null }), (event, prefix) => {
        assertFit(preset, event, prefix)
      }),
      { numRuns: 500 },
    )
  })

  test(`${preset.title}: damaged events are read without throwing, and what is read is fit to store`, () => {
    assert.ok(events.length > 0, 'no event to damage')
    const damages = fc.array(fc.tuple(fc.array(fc.nat(40), { minLength: 1, maxLength: 6 }), hostile), {
      minLength: 1,
      maxLength: 3,
    })
    fc.assert(
      fc.property(fc.constantFrom(...events), damages, (event, damage) => {
        assertFit(
          preset,
          damage.reduce<unknown>((value, [path, replacement]) => mutated(value, path, replacement), event),
          null,
        )
      }),
      { numRuns: MUTATIONS },
    )
  })
}

function assertFit(preset: Preset, event: unknown, prefix: string | null): void {
  const reading = read(preset, event, prefix)
  if ('skipped' in reading) {
    assert.match(reading.skipped, /^[a-zA-Z :-]{4,60}$/)
    return
  }
  assert.ok(reading.observations.length > 0)
  assert.ok(reading.observations.length <= 1_000)
  for (const observation of reading.observations) {
    const { act, grantee, occurredAt, form, ...rest } = observation
    assert.ok(act.length > 0 && act.length <= 250)
    assert.ok(grantee.id.length > 0 && grantee.id.length <= 250)
    assert.ok(Number.isSafeInteger(occurredAt))
    assert.ok(observation.expiresAt === null || Number.isFinite(observation.expiresAt))
    const text = JSON.stringify([act, grantee, form, rest])
    assert.ok(!text.includes('\\u0000'))
    assert.ok(text.length < 400_000)
  }
}

function filterTest(preset: Preset, events: readonly Record<string, unknown>[]): void {
  test(`${preset.title}: Axiom is asked for every event that is understood`, () => {
    for (const event of events) {
      if ('skipped' in read(preset, event)) continue
      assert.ok(
        preset.filter.some((condition) => asksFor(condition, event)),
        JSON.stringify(event).slice(0, 500),
      )
    }
  })
}

function asksFor({ field, op, values }: Condition, event: Record<string, unknown>): boolean {
  const value = atPath(event, field.split('.'))
  if (value === undefined || value === null) return false
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  if (op === 'exists') return text !== ''
  if (op === 'in') return values.includes(text)
  const [inside, searched] = [text.toLowerCase(), values.map((one) => one.toLowerCase())]
  return searched.some((one) => (op === 'starts-with' ? inside.startsWith(one) : inside.includes(one)))
}

/** As Axiom holds it: a path below fields, some of them flattened names; nothing inside lists. */
function atPath(node: unknown, path: readonly string[]): unknown {
  if (path.length === 0) return node
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return undefined
  for (let end = 1; end <= path.length; end += 1) {
    const name = path.slice(0, end).join('.')
    if (!Object.hasOwn(node, name)) continue
    const found = atPath((node as Record<string, unknown>)[name], path.slice(end))
    if (found !== undefined) return found
  }
  return undefined
}
