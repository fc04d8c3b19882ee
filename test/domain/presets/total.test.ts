import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PRESET_NAMES, presetNamed, whyNoPreset } from '../../../src/domain/presets/registry.ts'
import { labelledEvents, read } from './labelled-events.ts'

const PLAIN = {
  id: 'e-1',
  time: '2026-03-01T00:00:00Z',
  kind: 'grant',
  grantee: { id: 'u-1', email: 'a@northwind.example' },
  grantor: 'bob',
  role: 'admin',
}
const GITHUB = {
  '@timestamp': 1_790_000_000_000,
  _document_id: 'd',
  action: 'org.add_member',
  permission: 'admin',
  actor: 'bob',
  org: 'northwind',
  user: 'alice',
}
const EVENTS: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  plain: [PLAIN],
  okta: labelledEvents('okta').map(({ event }) => event),
  github: [GITHUB, ...labelledEvents('github').map(({ event }) => event)],
}

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

const deep = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`) as unknown
const hostile = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    'x'.repeat(100_000),
    '\u0000\u202e\ud800',
    JSON.parse('{"__proto__": {"type": "User"}, "constructor": {"id": 1}}'),
    deep(5_000),
    '{"broken": ',
    '['.repeat(50_000),
    '('.repeat(100_000),
    ','.repeat(100_000),
    Array.from({ length: 5_000 }, (_, index) => ({ type: 'User', id: index })),
    Number.MAX_VALUE,
    -1,
    {},
    [],
    null,
  ),
)

for (const name of PRESET_NAMES) {
  const preset = presetNamed(name)
  assert.ok(preset)

  test(`${name} reads any JSON without throwing`, () => {
    fc.assert(
      fc.property(hostile, fc.option(fc.string(), { nil: null }), (event, prefix) => {
        const reading = read(preset, event, prefix)
        assert.ok('skipped' in reading || reading.observations.length > 0)
      }),
      { numRuns: 300 },
    )
  })

  test(`${name} reads damaged events without throwing, and what it reads is fit to store`, () => {
    const events = fc.constantFrom(...(EVENTS[name] ?? []))
    const paths = fc.array(fc.nat(40), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(events, paths, hostile, (event, path, replacement) => {
        const reading = read(preset, mutated(event, path, replacement))
        if ('skipped' in reading) {
          assert.match(reading.skipped, /^[a-zA-Z :]{4,40}$/)
          return
        }
        for (const { act, grantee, occurredAt, form, ...rest } of reading.observations) {
          assert.ok(act.length > 0 && act.length <= 200)
          assert.ok(grantee.id.length > 0 && grantee.id.length <= 250)
          assert.ok(Number.isSafeInteger(occurredAt))
          assert.ok(!JSON.stringify([act, grantee, form, rest]).includes('\\u0000'))
          assert.ok(JSON.stringify([grantee, rest]).length < 400_000)
        }
      }),
      { numRuns: 600 },
    )
  })
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

test('every preset asks Axiom for the events that it understands', () => {
  for (const name of PRESET_NAMES) {
    const preset = presetNamed(name)
    assert.ok(preset)
    for (const event of EVENTS[name] ?? []) {
      if ('skipped' in read(preset, event)) continue
      const isAsked = preset.filter.some(({ field, op, values }) => {
        const value = event[field]
        return op === 'exists' ? value !== undefined : values.includes(String(value))
      })
      assert.ok(isAsked, JSON.stringify(event).slice(0, 200))
    }
  }
})
