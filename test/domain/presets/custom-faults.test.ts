import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCustomPreset } from '../../../src/domain/presets/custom-faults.ts'
import { type Described, faultsOf, giving } from './custom-builders.ts'

/** Whoever describes a source is told which field, what was found, what is right, and an example. */

const RULES =
  '[{"kind": "grant", "when": [{"field": "event_type", "value": "role_changed"}], "grantee": "target.email", "role": "new_role"}]'
const PARTY = '{"id": "target.id", "email": "target.email"}'

const FAULTS: readonly (readonly [Described, string])[] = [
  [
    { name: 'Acme Inc' },
    'name: found "Acme Inc"; must be 2 to 40 lower case letters, digits or dashes. For example "asana".',
  ],
  [{ name: undefined }, 'name: is missing; must be a text. For example "asana".'],
  [{ colour: 'red' }, 'the file: holds "colour", which nothing reads; check the spelling.'],
  [{ rules: [] }, `rules: found []; must not be empty. For example ${RULES}.`],
  [{ rules: 'x' }, `rules: found "x"; must be a list in [ ]. For example ${RULES}.`],
  [
    { rules: [giving({ kind: 'give' })] },
    'rules.0.kind: found "give"; must be one of grant, eligible, activate, extend, indirect, role_widened, removal, expiry, control_weakened, context. For example "grant".',
  ],
  [
    { rules: [giving({ role: undefined })] },
    'rules.0.role: is missing; the kind grant needs it. For example "details.new_role".',
  ],
  [
    { rules: [giving({ role: { name: 'x' } })] },
    'rules.0.role.id: is missing; must be a text. For example "details.new_role".',
  ],
  [
    { rules: [giving(), { kind: 'context' }] },
    'rules.1.context: is missing; the kind context needs it. For example "api-token".',
  ],
  [
    { rules: [{ kind: 'control_weakened' }] },
    'rules.0.control: is missing; the kind control_weakened needs it. For example "two-factor-requirement".',
  ],
  [
    { rules: [giving({ when: [{ field: 'a', op: 'is', value: 'b' }] })] },
    'rules.0.when.0.op: found "is"; must be one of equals, not-equals, in, not-in, starts-with, ends-with, contains, exists, missing. For example "equals".',
  ],
  [
    { rules: [giving({ when: [{ field: 'a' }] })] },
    'rules.0.when.0: found {"field":"a"}; needs "value" or "values", since its op is equals. For example {"field": "event_type", "op": "in", "values": ["role_changed", "role_added"]}.',
  ],
  [
    { rules: [giving({ when: [{ field: 'targets[0].type', value: 'user' }] })] },
    'rules.0.when.0.field: found "targets[0].type"; is no expression but a path with dots; the first item of a list is targets.0. For example "event_type".',
  ],
  [
    { rules: [giving({ when: [{ field: 'a.b.c.d.e.f.g.h', value: 1 }] })] },
    'rules.0.when.0.field: found "a.b.c.d.e.f.g.h"; has more than 7 parts. For example "event_type".',
  ],
  [{ rules: [giving({ whn: [] })] }, 'rules.0: holds "whn", which nothing reads; check the spelling.'],
  [
    { grantee: undefined },
    `rules.0.grantee: is missing; each rule needs one, its own or the source’s. For example ${PARTY}.`,
  ],
  [{ grantee: 5 }, `grantee: found 5; must be a text, or an object in { }. For example ${PARTY}.`],
  [{ grantee: { name: 'x' } }, `grantee: found {"name":"x"}; needs "id" or "email". For example ${PARTY}.`],
  [
    { time: 'a[[' },
    'time: found "a[["; is no JMESPath expression (Syntax error: expected Star, got: Lbracket). For example "created_at".',
  ],
  [{ scope: '$.a' }, 'scope: found "$.a"; uses $, which is not allowed.'],
  [
    { roles: [{ match: 'x', tier: 'T9' }] },
    'roles.0.tier: found "T9"; must be one of T0, T1, T2, none. For example "T1".',
  ],
  [
    { roles: { admin: 'T0' } },
    'roles: found {"admin":"T0"}; must be a list in [ ]. For example [{"match": "*admin*", "tier": "T1"}, {"match": "member", "tier": "none"}].',
  ],
  [
    { filter: [{ field: 'x' }] },
    'filter.0: found {"field":"x"}; needs "values". For example [{"field": "event_type", "op": "in", "values": ["role_changed"]}].',
  ],
  [{ settleMinutes: 500 }, 'settleMinutes: found 500; must be at most 120. For example 10.'],
  [{ overlapMinutes: 0 }, 'overlapMinutes: found 0; must be at least 1. For example 15.'],
  [{ settleMinutes: '5' }, 'settleMinutes: found "5"; must be a number. For example 10.'],
  [{ title: '' }, 'title: found ""; must not be empty. For example "Asana".'],
]
for (const [part, sentence] of FAULTS)
  test(`${JSON.stringify(part)} is told as what it is`, () => {
    assert.deepEqual(faultsOf(part), [sentence])
  })

test('a fault in a long value shows its beginning', () => {
  const [fault = ''] = faultsOf({ ip: `${'a'.repeat(200)}[[` })
  assert.ok(fault.startsWith(`ip: found "${'a'.repeat(79)}…; is no JMESPath`), fault)
})

test('every fault is told at once, up to a limit', () => {
  const rules = Array.from({ length: 40 }, () => giving({ kind: 'give' }))
  assert.equal(faultsOf({ rules, name: 'X', otherRoles: 'T5' }).length, 20)
  assert.equal(faultsOf({ name: 'X', otherRoles: 'T5', time: ']' }).length, 3)
})

test('what is no object is no description', () => {
  for (const value of [null, [], 5, 'text', undefined]) {
    const parsed = parseCustomPreset(value)
    assert.ok(!parsed.ok)
    assert.match(parsed.faults[0] ?? '', /^the file: .*must be an object in { }\.$/)
  }
})
