import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  emailOf,
  fieldsOf,
  identityOf,
  objectsAt,
  offsetMinutesOf,
  textAt,
  textOf,
  timeOf,
  valueAt,
} from '../../../src/domain/event-fields.ts'

const at = (event: unknown, path: string, prefix: string | null = null) =>
  valueAt(fieldsOf(event, { prefix, markers: [path] }), path)

const FORMS: readonly (readonly [string, unknown, string | null])[] = [
  ['nested', { actor: { id: 'x' } }, null],
  ['flattened', { 'actor.id': 'x' }, null],
  ['lower case', { Actor: null, actor: { id: 'x' } }, null],
  ['nested behind a prefix', { logs: { actor: { id: 'x' } } }, 'logs'],
  ['flattened behind a prefix', { 'logs.actor.id': 'x' }, 'logs'],
  ['half flattened behind a prefix', { 'logs.actor': { id: 'x' } }, 'logs'],
  ['behind a prefix of two parts', { aws: { audit: { actor: { id: 'x' } } } }, 'aws.audit'],
  ['text behind a prefix', { logs: '{"actor": {"id": "x"}}' }, 'logs'],
  ['a field that is text', { actor: '{"id": "x"}' }, null],
  ['text in message', { message: '{"actor": {"id": "x"}}' }, null],
  ['text in event.original', { event: { original: '{"actor.id": "x"}' } }, null],
  ['nested in event', { event: { actor: { id: 'x' } } }, null],
  ['flattened next to a null', { actor: null, 'actor.id': 'x' }, null],
]
for (const [form, event, prefix] of FORMS)
  test(`a field is found ${form}`, () => assert.equal(at(event, 'actor.id', prefix), 'x'))

test('a name in capitals is found in lower case, as some shippers write it', () => {
  assert.equal(at({ eventtype: 'x' }, 'eventType'), 'x')
})

test('fields of an envelope are never mixed with those of what it carries', () => {
  const event = { actor: 'forwarder', message: '{"eventType": "grant"}' }
  const fields = fieldsOf(event, { prefix: null, markers: ['eventType'] })
  assert.equal(valueAt(fields, 'actor'), undefined)
})

test('only own properties are fields', () => {
  const event = JSON.parse('{"__proto__": {"id": "x"}, "constructor": 1}')
  assert.equal(at(event, 'toString'), undefined)
  assert.equal(at({}, '__proto__.id'), undefined)
  assert.equal(at(event, '__proto__.id'), 'x')
  assert.equal(at([], 'length.x'), undefined)
})

const LISTS: readonly (readonly [string, unknown])[] = [
  ['a list', { target: [{ type: 'User' }, { type: 'ROLE' }] }],
  ['JSON text', { target: '[{"type": "User"}, {"type": "ROLE"}]' }],
  ['a list of JSON texts', { target: ['{"type": "User"}', '{"type": "ROLE"}'] }],
  ['flattened with dots', { 'target.1.type': 'ROLE', 'target.0.type': 'User' }],
  ['flattened with brackets', { 'target[0].type': 'User', 'target[1].type': 'ROLE' }],
  ['numbered', { target: { 0: { type: 'User' }, 1: { type: 'ROLE' } } }],
]
for (const [form, event] of LISTS)
  test(`the objects of a list are found as ${form}`, () => {
    const types = objectsAt({ root: event, base: '' }, 'target').map((item) => textAt(item, 'type'))
    assert.deepEqual(types, ['User', 'ROLE'])
  })

test('one object alone is a list of one, and other values are none', () => {
  assert.equal(objectsAt({ root: { target: { type: 'User' } }, base: '' }, 'target').length, 1)
  for (const target of [null, 7, 'User', [], [7, null, 'x']])
    assert.equal(objectsAt({ root: { target }, base: '' }, 'target').length, 0)
})

test('text is trimmed, clipped and freed of characters that control anything', () => {
  assert.equal(textOf('  a\u0000b\nc\u202ed\ud800 '), 'a\ufffdb\ufffdc\ufffdd\ufffd')
  assert.equal(textOf('x'.repeat(100_000))?.length, 500)
  assert.equal(textOf('clé \u{1f511}'), 'clé \u{1f511}')
  assert.equal(identityOf('clé \u{1f511}'), 'clé \u{1f511}')
  assert.equal(textOf(7), '7')
  for (const none of ['', '  ', null, undefined, {}, []]) assert.equal(textOf(none), null)
})

test('identities that differ stay different after cleaning and clipping', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.string({ maxLength: 4 }).map((end) => 'x'.repeat(100_000) + end),
  )
  fc.assert(
    fc.property(texts, texts, (one, other) => {
      fc.pre(one.trim() !== other.trim())
      assert.notEqual(identityOf(one) ?? '', identityOf(other) ?? ' ')
      assert.ok((identityOf(one) ?? '').length <= 200)
    }),
  )
})

const MOMENT = Date.UTC(2026, 2, 1, 12, 30, 15, 250)
const TIMES: readonly (readonly [unknown, number | null])[] = [
  ['2026-03-01T12:30:15.250Z', MOMENT],
  ['2026-03-01 12:30:15.250', MOMENT],
  ['2026-03-01 12:30:15.250000000', MOMENT],
  ['2026-03-01T14:30:15.250+02:00', MOMENT],
  ['2026-03-01T07:00:15.25-0530', MOMENT],
  ['2026-03-01 12:30:15.25 UTC', MOMENT],
  [MOMENT, MOMENT],
  [MOMENT / 1_000, MOMENT],
  [MOMENT * 1_000, MOMENT],
  [String(MOMENT), MOMENT],
  ['2026-03-01', Date.UTC(2026, 2, 1)],
  ['2026-13-01T00:00:00Z', null],
  ['yesterday', null],
  ['', null],
  [0, null],
  [-5, null],
  [Number.POSITIVE_INFINITY, null],
  [1e30, null],
  [true, null],
]
for (const [value, expected] of TIMES)
  test(`the time ${String(value)} is ${expected === null ? 'none' : 'understood'}`, () => {
    assert.equal(timeOf(value), expected)
  })

test('an offset is known only when the time states one', () => {
  assert.equal(offsetMinutesOf('2026-03-01T14:30:15-05:30'), -330)
  for (const none of ['2026-03-01T14:30:15Z', '2026-03-01 14:30', 7])
    assert.equal(offsetMinutesOf(none), null)
})

test('what looks like an e-mail address is one, and nothing else is', () => {
  assert.equal(emailOf('a.b@northwind.example'), 'a.b@northwind.example')
  for (const none of ['unknown', 'a@b', 'a b@c.example', '<a@c.example>', 'x'.repeat(300), 7])
    assert.equal(emailOf(none), null)
})
