import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAskedFor } from '../../../src/domain/presets/custom-filter.ts'
import { type Described, EVENT, giving, lines, presetOf } from './custom-builders.ts'
import { provePreset } from './proof.ts'

/** What Axiom is asked for, and what is looked at before an event is read. */

const filterFor = (...whens: readonly (readonly Described[])[]) =>
  presetOf({ rules: whens.map((when) => giving({ when })) }).filter

test('the filter follows from the first telling condition of each rule', () => {
  assert.deepEqual(
    filterFor(
      [
        { field: 'ok', op: 'not-equals', value: false },
        { field: 'seen', op: 'exists' },
        { field: 'type', value: 'a' },
        { field: 'more', value: 'x' },
      ],
      [{ field: 'type', op: 'in', values: ['b', 'a'] }],
      [{ field: 'kind', op: 'starts-with', value: 'role.' }],
      [{ field: 'kind', op: 'contains', value: 'admin' }],
    ),
    [
      { field: 'type', op: 'in', values: ['a', 'b'] },
      { field: 'kind', op: 'starts-with', values: ['role.'] },
      { field: 'kind', op: 'contains', values: ['admin'] },
    ],
  )
})

const WIDER: readonly (readonly [Described, object])[] = [
  // The query compares a field of numbers or flags with no text.
  [
    { field: 'code', value: 72 },
    { field: 'code', op: 'contains', values: ['72'] },
  ],
  [
    { field: 'code', value: '72' },
    { field: 'code', op: 'contains', values: ['72'] },
  ],
  [
    { field: 'done', value: true },
    { field: 'done', op: 'contains', values: ['true'] },
  ],
  [
    { field: 'a', value: 'X', ignoreCase: true },
    { field: 'a', op: 'contains', values: ['X'] },
  ],
  [
    { field: 'a', op: 'ends-with', value: 'x' },
    { field: 'a', op: 'contains', values: ['x'] },
  ],
  [
    { field: 'a', op: 'exists' },
    { field: 'a', op: 'exists', values: [] },
  ],
]
for (const [condition, asked] of WIDER)
  test(`${JSON.stringify(condition)} is asked for so that nothing it means is left out`, () => {
    assert.deepEqual(filterFor([condition]), [asked])
  })

test('a rule that asks no field of the event for anything is asked for with every event', () => {
  const everything = [{ field: '_time', op: 'exists', values: [] }]
  assert.deepEqual(filterFor([]), everything)
  assert.deepEqual(filterFor([{ field: 'a', op: 'missing' }]), everything)
  assert.deepEqual(filterFor([{ field: 'item.kind', value: 'user' }]), everything)
})

test('a filter that the source states is asked for instead, numbers as text', () => {
  const filter = [
    { field: 'category', values: ['roles'] },
    { field: 'code', values: [72, 73] },
    { field: 'x', op: 'exists' },
  ]
  assert.deepEqual(presetOf({ filter }).filter, [
    { field: 'category', op: 'in', values: ['roles'] },
    { field: 'code', op: 'contains', values: ['72', '73'] },
    { field: 'x', op: 'exists', values: [] },
  ])
})

/** Conditions of every op on fields of every type, each with an event that meets it. */
const MET: readonly (readonly [Described, unknown])[] = [
  [{ value: 'x' }, 'x'],
  [{ value: 'x', ignoreCase: true }, 'X'],
  [{ value: 72 }, 72],
  [{ value: '72' }, 72],
  [{ value: true }, true],
  [{ op: 'in', values: ['x', 7] }, 7],
  [{ op: 'starts-with', value: 'ab' }, 'abc'],
  [{ op: 'ends-with', value: 'bc' }, 'abc'],
  [{ op: 'contains', value: 'b' }, 'abc'],
  [{ op: 'exists' }, 'x'],
]
for (const [condition, value] of MET) {
  const preset = presetOf({
    name: 'acme',
    title: `Source with ${JSON.stringify(condition)}`,
    rules: [giving({ when: [{ field: 'a', ...condition }] })],
  })
  provePreset(preset, [{ ...EVENT, a: value }])
}

test('a glance at one field never keeps back what a rule would read', () => {
  const preset = presetOf({
    rules: [
      giving({ when: [{ field: 'targets.kind', value: 'user' }] }),
      giving({ when: [{ field: 'detail.what', value: 'role' }], role: "'owner'" }),
    ],
  })
  const given = ['grant admin * T1 alice@northwind.example']
  assert.deepEqual(lines(preset, { ...EVENT, targets: [{ kind: 'app' }, { kind: 'user' }] }), given)
  assert.deepEqual(lines(preset, { ...EVENT, 'targets.0.kind': 'app', 'targets.1.kind': 'user' }), given)
  assert.deepEqual(lines(preset, { ...EVENT, targets: '[{"kind": "user"}]' }), given)
  assert.deepEqual(lines(preset, { ...EVENT, 'targets.kind': '["app", "user"]' }), given)
  assert.deepEqual(lines(preset, { ...EVENT, detail: '{"what": "role"}' }), [
    'grant owner * T0 alice@northwind.example',
  ])
  assert.equal(lines(preset, { ...EVENT, detail: { what: 'other' }, targets: [] }), 'not a privilege event')
})

test('whether Axiom would be asked for an event is told as the query sees it', () => {
  const filter = [
    { field: 'a.b', op: 'in', values: ['x'] },
    { field: 'c', op: 'starts-with', values: ['ROLE'] },
    { field: 'd', op: 'contains', values: ['"x"'] },
    { field: 'e', op: 'exists', values: [] },
  ] as const
  const asked = (event: unknown) => isAskedFor(filter, event)
  for (const event of [{ a: { b: 'x' } }, { 'a.b': 'x' }, { c: 'role.added' }, { d: ['w', 'x'] }, { e: 0 }])
    assert.equal(asked(event), true, JSON.stringify(event))
  for (const event of [
    { a: [{ b: 'x' }] },
    { a: '{"b":"x"}' },
    { a: { b: 'X' } },
    { c: 'a role' },
    { e: '' },
    null,
  ])
    assert.equal(asked(event), false, JSON.stringify(event))
})
