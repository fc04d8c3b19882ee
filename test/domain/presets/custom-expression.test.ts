import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import type { PlainObject } from '../../../src/domain/presets/custom-event.ts'
import { expressionFault, expressionOf } from '../../../src/domain/presets/custom-expression.ts'

const DATA = {
  a: 'x y',
  n: 5,
  list: [
    { type: 'User', id: 1 },
    { type: 'Bot', id: 2 },
  ],
}
const READ: readonly (readonly [string, unknown])[] = [
  ["'literal'", 'literal'],
  ['missing || a', 'x y'],
  ['a || n', 'x y'],
  ["list[?type=='User'].id", [1]],
  ["list[?type=='Bot'].id | [0]", 2],
  ['list[-1].type', 'Bot'],
  ['list[].id', [1, 2]],
  ['[list, list][][].id', [1, 2, 1, 2]],
  ["join(':', ['org', a])", 'org:x y'],
  ["n == `5` && 'five' || 'other'", 'five'],
  ["split(a, ' ')[1]", 'y'],
  ['lower(upper(a))', 'x y'],
  ['list[?id > `1`].type', ['Bot']],
  ['not_null(missing, a)', 'x y'],
  ['missing', null],
  ['a.b.c', null],
  ['list[9]', null],
]
for (const [text, found] of READ)
  test(`${text} is read`, () => {
    assert.equal(expressionFault(text), null)
    assert.deepEqual(expressionOf(text)(DATA), found)
  })

test('a function that is given what it cannot take reads as nothing', () => {
  for (const text of [
    'upper(n)',
    'length(n)',
    "join(',', n)",
    'keys(a)',
    'to_number(list)',
    "starts_with(n, 'x')",
  ]) {
    assert.equal(expressionFault(text), null, text)
    assert.equal(expressionOf(text)(DATA), null, text)
  }
})

const FAULTS: readonly (readonly [string, RegExp])[] = [
  ['a'.repeat(301), /^is longer than 300 characters$/],
  ['a[[', /^is no JMESPath expression \(/],
  ['', /^is no JMESPath expression \(/],
  ['nonsense(a)', /^uses the function nonsense; there are contains, /],
  ['pad_left(a, n)', /^uses the function pad_left; /],
  ["pad_right(a, `900000000`, ' ')", /^uses the function pad_right; /],
  ['map(&map(&a, list), list)', /^uses the function map; /],
  ["replace(a, 'x', 'xxxx')", /^uses the function replace; /],
  ['changes[?field=="role"].new', /^compares with a text in double quotes; write 'role', since /],
  ['list[?id == $.n]', /^uses \$, which is not allowed$/],
  ['let $x = a in $x', /^uses \$, which is not allowed$/],
  ['a[*].b[*].c[*].d[*].e[*]', /^has more than 4 of /],
  ['*.*.*.*.*', /^has more than 4 of /],
  ['[@,@]|[@,@]|[@,@]|[@,@]|[@,@]|[@,@]|[@,@]|to_string(@)', /^puts too many lists into lists$/],
  ["join(a, split(join(a, split(join(a, [a]), '')), ''))", /^(joins|splits) more than /],
  ["join(a, split(join(a, split(a, '')), ''))", /^splits more than once$/],
]
for (const [text, fault] of FAULTS)
  test(`${text.slice(0, 60) || 'nothing'} is refused`, () => {
    assert.match(expressionFault(text) ?? 'no fault', fault)
  })

test('double quotes that name a field, or stand within a text, are no fault', () => {
  assert.equal(expressionFault(`"actor.id" || actors[?name=='== "x"'].id`), null)
})

test('the signs of lists within quotes are letters', () => {
  assert.equal(expressionFault("'* * * * * * [] [] [?'"), null)
})

test('any text is a fault or an expression, and no event makes an expression throw', () => {
  const words = fc.constantFrom(
    'a',
    'list',
    '.',
    '[',
    ']',
    '[]',
    '[?',
    '*',
    '|',
    '||',
    '&&',
    '!',
    '@',
    "'x'",
    '`1`',
    '(',
    ')',
    ',',
    'length',
    'join',
    'sort_by',
    '&',
    '==',
    ':',
    '-1',
    '0',
    '{',
    '}',
    '"',
  )
  const texts = fc.oneof(
    fc.string(),
    fc.array(words, { maxLength: 12 }).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(texts, fc.dictionary(fc.constantFrom('a', 'list', 'n'), fc.jsonValue()), (text, data) => {
      const fault = expressionFault(text)
      if (fault === null) expressionOf(text)(data as PlainObject)
      else assert.match(fault, /^(is|has|uses|joins|splits|puts) /)
    }),
    { numRuns: 3_000 },
  )
})

/** The costliest that is let through, on the largest event that is kept. */
test('an expression at its limits ends in time on an event at its limits', () => {
  const list = Array.from({ length: 1_000 }, (_, id) => ({ id, list: ['x'.repeat(20)] }))
  const data = { list, text: 'x'.repeat(20_000) }
  const costly = [
    'list[?list[?list[?contains(to_string(@), `1`)]]]',
    '[@,@,@,@][].list[].[list,list,list,list][][] | to_string(@)',
    `join('${'x'.repeat(100)}', split(text, '')) | join('', [@,@,@,@,@,@,@,@])`,
    'sort_by(list, &id) | [*].list[] | reverse(@)',
  ]
  const start = performance.now()
  for (const text of costly) {
    assert.equal(expressionFault(text), null, text)
    expressionOf(text)(data)
  }
  assert.ok(performance.now() - start < 5_000)
})

test('the README names every function that there is, and its examples are read', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  const section = readme.split('## Add a source in five minutes')[1]?.split('\n## ')[0] ?? ''
  const functions = /there are (.*)$/.exec(expressionFault('nonsense(a)') ?? '')?.[1]?.split(', ') ?? []
  assert.ok(functions.length > 10)
  for (const name of functions) assert.match(section, new RegExp(`\`${name}[\`(]`), name)
  const targets = [
    { type: 'User', email: 'a@b.example' },
    { type: 'App', email: 'x' },
  ]
  const changes = [
    { field: 'seat', new: 'paid' },
    { field: 'role', new: 'admin' },
  ]
  const event = { targets, changes, target: { id: 'u1' } }
  const examples = [...section.matchAll(/^- `(.+)`: /gm)].map(([, text = '']) => text)
  assert.deepEqual(
    examples.map((text) => [expressionFault(text), expressionOf(text)(event)]),
    [
      [null, 'Group admin'],
      [null, 'u1'],
      [null, ['a@b.example']],
      [null, ['admin']],
    ],
  )
})
