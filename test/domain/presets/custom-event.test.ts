import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { plainEvent } from '../../../src/domain/presets/custom-event.ts'
import { EVENT, giving, lines, presetOf } from './custom-builders.ts'
import { flattened } from './labelled-events.ts'

const plain = (root: unknown, base = '') => JSON.parse(JSON.stringify(plainEvent({ root, base }))) as unknown

test('flattened names are put together again, list indices included', () => {
  const nested = {
    actor: { id: 1, org: { name: 'n' } },
    targets: [{ id: 'a' }, { id: 'b', tags: ['x', 'y'] }],
  }
  assert.deepEqual(plain(nested), nested)
  assert.deepEqual(
    plain({
      'actor.id': 1,
      'actor.org.name': 'n',
      'targets.0.id': 'a',
      'targets.1.id': 'b',
      'targets.1.tags': ['x', 'y'],
    }),
    nested,
  )
  assert.deepEqual(
    plain({
      actor: { id: 1, 'org.name': 'n' },
      'targets[0].id': 'a',
      'targets[1].id': 'b',
      'targets[1].tags[0]': 'x',
      'targets[1].tags[1]': 'y',
    }),
    nested,
  )
})

test('a list of more than ten items keeps its order when it was flattened', () => {
  const list = Array.from({ length: 12 }, (_, index) => ({ id: index }))
  const flat = Object.fromEntries(list.map(({ id }) => [`list.${id}.id`, id]).toReversed())
  assert.deepEqual(plain(flat), { list })
})

test('an object whose names are other numbers stays an object', () => {
  assert.deepEqual(plain({ roles: { 17: 'a', 18: 'b' } }), { roles: { 17: 'a', 18: 'b' } })
})

test('JSON written as text is read, inside other text and lists too; what only looks like it stays text', () => {
  assert.deepEqual(plain({ detail: '{"role": "owner", "inner": "[1, {\\"a\\": 2}]"}', list: ['{"b":3}'] }), {
    detail: { role: 'owner', inner: [1, { a: 2 }] },
    list: [{ b: 3 }],
  })
  assert.deepEqual(plain({ a: '{broken', b: '[x]' }), { a: '{broken', b: '[x]' })
  assert.deepEqual(plain('{"a": 1}'), { a: 1 })
})

test('nulls, and objects that hold nothing else, say nothing and hide nothing', () => {
  assert.deepEqual(plain({ a: null, 'b.c': null, d: { e: null }, f: 1 }), { f: 1 })
  assert.deepEqual(plain({ target: null, 'target.id': 1 }), { target: { id: 1 } })
  assert.deepEqual(plain({ 'target.id': 1, target: null }), { target: { id: 1 } })
})

test('where a name holds both a value and names below it, the first stays', () => {
  assert.deepEqual(plain({ a: 'text', 'a.b': 1 }), { a: 'text' })
  assert.deepEqual(plain({ 'a.b': 1, a: 'text' }), { a: { b: 1 } })
  assert.deepEqual(plain({ a: { b: 1 }, 'a.b': 2, 'a.c': 3 }), { a: { b: 1, c: 3 } })
})

test('an event is left as it was', () => {
  const event = Object.freeze({ a: Object.freeze({ b: 1 }), 'a.c': 2 })
  assert.deepEqual(plain(event), { a: { b: 1, c: 2 } })
  assert.deepEqual(event, { a: { b: 1 }, 'a.c': 2 })
})

test('only the names behind a prefix are read', () => {
  assert.deepEqual(plain({ 'logs.a.b': 1, 'logs.c': 2, other: 3 }, 'logs.'), { a: { b: 1 }, c: 2 })
})

test('what is no object, or an empty one, is no event', () => {
  for (const root of [null, 1, 'text', '[1]', [1], {}, { a: null }])
    assert.equal(plainEvent({ root, base: '' }), null, JSON.stringify(root))
})

test('names of the language itself are names like others', () => {
  const event = JSON.parse('{"__proto__": {"id": 1}, "constructor.prototype.x": 2, "a": 3}') as unknown
  assert.equal(
    JSON.stringify(plainEvent({ root: event, base: '' })),
    JSON.stringify({ ...(event as object) }).replace(
      '"constructor.prototype.x":2',
      '"constructor":{"prototype":{"x":2}}',
    ),
  )
  assert.equal(Object.hasOwn(Object.prototype, 'id') || Object.hasOwn(Object.prototype, 'x'), false)
})

test('depth, width and length are cut off at their limits', () => {
  const deep = JSON.parse(`${'{"a":'.repeat(4_000)}1${'}'.repeat(4_000)}`) as unknown
  assert.ok(JSON.stringify(plainEvent({ root: { deep, b: 1 }, base: '' })).length < 200)
  const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`n${index}`, index]))
  assert.ok(Object.keys(plainEvent({ root: wide, base: '' }) ?? {}).length <= 5_000)
  const long = plainEvent({ root: { text: 'x'.repeat(1_000_000), ['a.'.repeat(5_000)]: 1 }, base: '' })
  assert.ok(String(long?.['text']).length <= 20_000)
})

test('every JSON object has the same plain form nested and flattened', () => {
  const names = fc.stringMatching(/^[a-z]{1,4}$/)
  const leaf = fc.oneof(fc.integer(), fc.boolean(), fc.stringMatching(/^[a-z ]{1,8}$/))
  const objects = fc.dictionary(names, fc.oneof(leaf, fc.dictionary(names, leaf), fc.array(leaf)), {
    minKeys: 1,
  })
  fc.assert(
    fc.property(objects, (event) => {
      assert.deepEqual(plain(flattened(event)), plain(event))
    }),
  )
})

const preset = presetOf({ grantee: 'to.id', rules: [giving({ role: 'detail.role' })] })
const nested = { ...EVENT, to: { id: 'alice' }, detail: { role: 'Owner' } }
const FORMS: readonly (readonly [string, unknown, string | null])[] = [
  ['nested', nested, null],
  ['flattened', flattened(nested), null],
  ['behind a prefix', { logs: nested }, 'logs'],
  ['flattened behind a dotted prefix', flattened({ logs: { acme: nested } }), 'logs.acme'],
  ['as text in message', { message: JSON.stringify(nested), host: 'shipper' }, null],
  ['as text in _raw', { _raw: JSON.stringify(nested) }, null],
  ['within event', { event: nested, sourcetype: 'acme' }, null],
  ['with one field as text', { ...nested, detail: JSON.stringify(nested.detail) }, null],
  [
    'with columns of other events',
    { ...flattened(nested), 'to.name': null, 'detail.more.x': null, message: null },
    null,
  ],
]
for (const [form, event, prefix] of FORMS)
  test(`an event is read alike ${form}`, () => {
    assert.deepEqual(lines(preset, event, prefix), ['grant owner * T0 alice'])
  })

test('a field that bears the name of an envelope is told from the envelope', () => {
  const odd = presetOf({ rules: [giving({ when: [{ field: 'event', value: 'role.added' }] })] })
  const event = { ...EVENT, event: 'role.added' }
  for (const sent of [event, { event, sourcetype: 'x' }, { message: JSON.stringify(event) }])
    assert.deepEqual(lines(odd, sent), ['grant admin * T1 alice@northwind.example'])
})

test('an envelope with a field of the same name is told from what it carries', () => {
  const sent = [
    { type: 'log', message: JSON.stringify(EVENT) },
    { type: 'log', event: EVENT },
    { type: 'log', 'event.original': JSON.stringify(EVENT) },
  ]
  for (const event of sent)
    assert.deepEqual(lines(presetOf(), event), ['grant admin * T1 alice@northwind.example'])
})
