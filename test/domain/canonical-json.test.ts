import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson, parseCanonicalObject } from '../../src/domain/canonical-json.ts'

test('writes the example of RFC 8785, section 3.2.2', () => {
  const input: unknown = JSON.parse(
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
      '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
  )
  assert.equal(
    canonicalJson(input),
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
      '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  )
})

test('sorts members by UTF-16 code units, as RFC 8785, section 3.2.3 shows', () => {
  const input = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    '1': 'One',
    '\ud83d\ude00': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    '\u00f6': 'Latin Small Letter O With Diaeresis',
  }
  assert.deepEqual(
    [...canonicalJson(input).matchAll(/:"([^"]+)"/g)].map((match) => match[1]),
    [
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ],
  )
})

test('writes numbers as RFC 8785, appendix B lists them', () => {
  const samples: readonly (readonly [string, string])[] = [
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af6', '1e+23'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['41b3de4355555553', '333333333.3333332'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
  ]
  for (const [bits, text] of samples)
    assert.equal(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE()), text)
})

test('refuses what has no canonical form', () => {
  for (const value of [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    undefined,
    10n,
    () => 1,
    '\ud800',
    { '\udc00': 1 },
  ])
    assert.throws(() => canonicalJson({ value }), TypeError)
  let deep: unknown = 1
  for (let depth = 0; depth < 100; depth += 1) deep = [deep]
  assert.throws(() => canonicalJson(deep), /nested too deeply/)
})

test('keeps members whose names are special to JavaScript', () => {
  const text = '{"10":1,"9":2,"__proto__":{"a":1},"constructor":3}'
  assert.equal(canonicalJson(JSON.parse(text)), text)
})

test('is stable: what was written reads back to the same text', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (value) => {
      const sound: unknown = JSON.parse(JSON.stringify(value, wellFormed))
      const text = canonicalJson(sound)
      assert.deepEqual(JSON.parse(text), sound)
      assert.notEqual(parseCanonicalObject(text), null)
    }),
  )
})

test('does not take other JSON for a canonical object', () => {
  const others = ['{"b":1,"a":2}', '{"a": 1}', '{"a":1,"a":1}', '{"a":1.0}', '[1]', 'null', '"a"', '{', '']
  for (const text of others) assert.equal(parseCanonicalObject(text), null, text)
  assert.equal(parseCanonicalObject(`${'['.repeat(100_000)}${']'.repeat(100_000)}`), null)
})

function wellFormed(_name: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value
}
