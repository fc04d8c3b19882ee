import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changes, EVENT, giving, lines, MOVING, onlyChange, presetOf, taking } from './custom-builders.ts'
import { provePreset } from './proof.ts'

const ALICE = 'alice@northwind.example'
const everything = presetOf({
  rules: [giving({ expiresAt: 'until' }), taking(), ...MOVING, giving({ each: 'list', grantee: 'item.id' })],
  ip: 'ip',
  justification: 'why',
})
provePreset(everything, [
  EVENT,
  { ...EVENT, type: 'role.removed' },
  { ...EVENT, type: 'role.changed', before: 'member', after: 'owner' },
  { ...EVENT, list: [{ id: 'x' }, { id: 'y' }] },
])

const CONDITIONS: readonly (readonly [object, unknown, unknown])[] = [
  [{ value: 'x' }, 'x', 'X'],
  [{ value: 'x', ignoreCase: true }, 'X', 'y'],
  [{ op: 'equals', values: ['x', 'y'] }, 'y', 'z'],
  [{ value: 72 }, 72, 172],
  [{ value: 72 }, '72', '7'],
  [{ value: true }, true, false],
  [{ value: false }, false, null],
  [{ value: 'x' }, ['w', 'x'], ['w']],
  [{ op: 'not-equals', value: 'x' }, 'y', 'x'],
  [{ op: 'not-equals', value: 'x' }, undefined, ['y', 'x']],
  [{ op: 'in', values: ['x', 'y'] }, 'y', 'xy'],
  [{ op: 'not-in', values: ['x', 'y'] }, 'z', 'y'],
  [{ op: 'starts-with', value: 'ab' }, 'abc', 'cab'],
  [{ op: 'ends-with', value: 'bc' }, 'abc', 'bca'],
  [{ op: 'contains', value: 'b' }, 'abc', 'ac'],
  [{ op: 'contains', value: 'B', ignoreCase: true }, 'abc', 'ac'],
  [{ op: 'exists' }, 0, null],
  [{ op: 'exists' }, { any: 'thing' }, ''],
  [{ op: 'missing' }, undefined, 0],
]
for (const [condition, met, unmet] of CONDITIONS)
  test(`the condition ${JSON.stringify(condition)} holds for ${JSON.stringify(met)}, not for ${JSON.stringify(unmet)}`, () => {
    const preset = presetOf({ rules: [giving({ when: [{ field: 'a.b', ...condition }] })] })
    assert.deepEqual(lines(preset, { ...EVENT, a: { b: met } }), [`grant admin * T1 ${ALICE}`])
    assert.equal(lines(preset, { ...EVENT, a: { b: unmet } }), 'not a privilege event')
  })

test('every condition of a rule must hold, and any of failedWhen means that nothing was given', () => {
  const when = [
    { field: 'type', value: 'role.added' },
    { field: 'a', op: 'exists' },
  ]
  const failedWhen = [
    { field: 'ok', value: false },
    { field: 'error', op: 'exists' },
  ]
  const preset = presetOf({ rules: [giving({ when })], failedWhen })
  assert.equal(lines(preset, EVENT), 'not a privilege event')
  assert.deepEqual(lines(preset, { ...EVENT, a: 1, ok: true }), [`grant admin * T1 ${ALICE}`])
  assert.equal(lines(preset, { ...EVENT, a: 1, ok: false }), 'call failed')
  assert.equal(lines(preset, { ...EVENT, a: 1, error: { code: 403 } }), 'call failed')
})

test('each reads every item of a list, and conditions on the item choose among them', () => {
  const rule = giving({
    each: 'targets',
    when: [
      { field: 'type', value: 'role.added' },
      { field: 'item.kind', value: 'user' },
    ],
    grantee: { id: 'item.id', name: 'item.name' },
    role: 'item.role || role',
  })
  const targets = [
    { kind: 'user', id: 'u1', role: 'owner' },
    { kind: 'app', id: 'a1' },
    { kind: 'user', id: 'u2' },
    { kind: 'user' },
    null,
  ]
  const preset = presetOf({ rules: [rule] })
  assert.deepEqual(lines(preset, { ...EVENT, targets }), ['grant owner * T0 u1', 'grant admin * T1 u2'])
  assert.equal(lines(preset, { ...EVENT, targets: [] }), 'not privileged')
  assert.deepEqual(lines(preset, { ...EVENT, targets: targets[0] }), ['grant owner * T0 u1'])
})

test('an item that is a text itself is read and asked for as item', () => {
  const rule = giving({
    each: 'who',
    grantee: 'item',
    when: [
      { field: 'type', value: 'role.added' },
      { field: 'item', op: 'ends-with', value: '@northwind.example' },
    ],
  })
  const who = ['a@northwind.example', 'b@other.example']
  assert.deepEqual(lines(presetOf({ rules: [rule] }), { ...EVENT, who }), [
    'grant admin * T1 a@northwind.example',
  ])
})

test('a list of roles and a list of grantees are one reading each', () => {
  const preset = presetOf({ grantee: { id: 'to[].id', email: 'to[].email', type: "'user'" } })
  const to = [{ id: 'u1', email: 'a@northwind.example' }, { id: 'u2' }]
  assert.deepEqual(lines(preset, { ...EVENT, to, role: ['owner', 'member', 'Site admin'] }), [
    'grant owner * T0 u1',
    'grant site-admin * T1 u1',
    'grant owner * T0 u2',
    'grant site-admin * T1 u2',
  ])
  // One address for two people belongs to nobody knows whom.
  assert.deepEqual(
    changes(preset, { ...EVENT, to }).map(({ grantee }) => [grantee.email, grantee.type]),
    [
      [null, 'user'],
      [null, 'user'],
    ],
  )
})

test('a removal without a role takes all that the grantee had', () => {
  const preset = presetOf({ rules: [taking({ role: undefined }), giving()] })
  assert.deepEqual(lines(preset, { ...EVENT, type: 'role.removed' }), [`removal * * T2 ${ALICE}`])
})

test('a removal names grantee, role and scope as the grant that it takes away', () => {
  const preset = presetOf({ rules: [giving(), taking()], scope: "join(':', ['org', org])" })
  const given = onlyChange(preset, { ...EVENT, org: 'n', role: 'Site Admin' })
  const taken = onlyChange(preset, { ...EVENT, org: 'n', role: 'SITE ADMIN', type: 'role.removed' })
  assert.deepEqual([taken.role.id, taken.role.scope, taken.grantee.id], ['site-admin', 'org:n', ALICE])
  assert.deepEqual([given.role.id, given.role.scope, given.grantee.id], ['site-admin', 'org:n', ALICE])
})

test('an id that a rule maps as such keeps its letters, a name does not', () => {
  const asId = presetOf({ rules: [giving({ role: { id: 'role', name: 'label' } })] })
  const change = onlyChange(asId, { ...EVENT, role: '8aAdmin', label: 'Administrator' })
  assert.deepEqual([change.role.id, change.role.name], ['8aAdmin', 'Administrator'])
  assert.equal(onlyChange(presetOf(), { ...EVENT, role: 'ADMIN' }).role.id, 'admin')
})

test('within one event a lesser role in place of a greater one is a removal only', () => {
  const preset = presetOf({ rules: MOVING })
  const move = (before: unknown, after: unknown) =>
    lines(preset, { ...EVENT, type: 'role.changed', before, after })
  assert.deepEqual(move('owner', 'admin'), [`removal owner * T0 ${ALICE}`])
  assert.deepEqual(move('owner', 'member'), [`removal owner * T0 ${ALICE}`])
  assert.deepEqual(move('admin', 'owner'), [`grant owner * T0 ${ALICE}`, `removal admin * T1 ${ALICE}`])
  assert.deepEqual(move('site admin', 'org admin'), [
    `grant org-admin * T1 ${ALICE}`,
    `removal site-admin * T1 ${ALICE}`,
  ])
  assert.deepEqual(move(undefined, 'owner'), [`grant owner * T0 ${ALICE}`])
  assert.equal(move('Admin', 'admin'), 'no change of privilege')
  assert.equal(move('member', 'MEMBER'), 'not privileged')
})

test('the same role given to one and taken from another is both', () => {
  const rules = [
    giving({ grantee: 'to' }),
    taking({ when: [{ field: 'type', value: 'role.added' }], grantee: 'from' }),
  ]
  assert.deepEqual(lines(presetOf({ rules }), { ...EVENT, from: 'carol' }), [
    `grant admin * T1 ${ALICE}`,
    'removal admin * T1 carol',
  ])
})

test('the first pattern that matches a role by id or name says its tier; the rest is as otherRoles says', () => {
  const roles = [
    { match: 'read*', tier: 'none' },
    { match: 'ops-*', tier: 'T1' },
    { match: '*', tier: 'T2' },
  ]
  const tier = (role: string, part = {}) => {
    const seen = lines(presetOf({ roles, ...part }), { ...EVENT, role })
    return typeof seen === 'string' ? seen : seen[0]?.split(' ')[3]
  }
  assert.equal(tier('Read only'), 'not privileged')
  assert.equal(tier('OPS-eu'), 'T1')
  assert.equal(tier('other'), 'T2')
  assert.equal(tier('other', { roles: [] }), 'T2')
  assert.equal(tier('other', { roles: [], otherRoles: 'T0' }), 'T0')
  assert.equal(tier('other', { roles: [], otherRoles: 'none' }), 'not privileged')
  assert.equal(tier('Read only', { rules: [giving({ tier: 'T0' })] }), 'T0')
})

test('a role is in the catalogue when a pattern names it', () => {
  const preset = presetOf()
  const role = { id: 'x', name: 'x', tier: 'T2' as const, scope: '*' }
  assert.equal(preset.isCatalogued?.({ ...role, name: 'Site admin' }), true)
  assert.equal(preset.isCatalogued?.(role), false)
})

test('context is evidence about the grantee, and a weakened control concerns everyone', () => {
  const rule = (part: object) => ({ when: [{ field: 'type', value: 'x' }], ...part })
  const context = presetOf({ rules: [rule({ kind: 'context', context: 'api-token', scope: 'token' })] })
  assert.deepEqual(lines(context, { ...EVENT, type: 'x', token: 't1' }), [`context api-token t1 T2 ${ALICE}`])
  const control = { kind: 'control_weakened', control: 'single-sign-on' }
  const weakened = presetOf({ rules: [rule(control)], grantee: undefined })
  assert.deepEqual(lines(weakened, { ...EVENT, type: 'x' }), [
    'control_weakened single-sign-on * T0 everyone',
  ])
  const named = presetOf({ rules: [rule({ ...control, grantee: 'app', scope: 'app' })] })
  assert.deepEqual(lines(named, { ...EVENT, type: 'x', app: 'crm' }), [
    'control_weakened single-sign-on crm T0 crm',
  ])
})

test('a rule’s own expiry stands before the source’s', () => {
  const preset = presetOf({ expiresAt: 'ends', rules: [giving({ expiresAt: 'until' })] })
  const at = (event: object) => onlyChange(preset, { ...EVENT, ...event }).expiresAt
  const march = Date.parse('2026-03-02T00:00:00Z')
  assert.equal(at({ until: '2026-03-02T00:00:00Z', ends: '2027-01-01T00:00:00Z' }), march)
  assert.equal(at({ ends: march / 1_000 }), march)
  assert.equal(at({ until: 'never' }), null)
  assert.equal(preset.carries.expiry, true)
  assert.equal(presetOf().carries.expiry, false)
})

test('facts of the act are read from where the source says', () => {
  const preset = presetOf({
    grantor: { id: 'actor.id', email: 'actor.mail', name: 'actor.name', type: 'actor.kind' },
    ip: 'net.ip',
    country: 'net.country',
    asn: 'net.asn',
    userAgent: 'agent',
    session: 'session',
    mechanism: "via == 'web' && 'console' || via",
    justification: 'why',
    ticket: 'ticket',
  })
  const one = onlyChange(preset, {
    ...EVENT,
    actor: { id: 7, mail: 'bob@northwind.example', name: 'Bob', kind: 'Service Account' },
    net: { ip: '203.0.113.7', country: 'DE', asn: 3320 },
    agent: 'Mozilla/5.0',
    session: 's1',
    via: 'web',
    why: 'on call',
    ticket: 'OPS-1',
  })
  assert.deepEqual(one.grantor, { id: '7', email: 'bob@northwind.example', name: 'Bob', type: 'service' })
  const { ip, country, asn, session, mechanism, justification, ticket, act, outcome } = one
  assert.deepEqual(
    { ip, country, asn, session, mechanism, justification, ticket, act, outcome },
    {
      ip: '203.0.113.7',
      country: 'DE',
      asn: '3320',
      session: 's1',
      mechanism: 'console',
      justification: 'on call',
      ticket: 'OPS-1',
      act: 'e1',
      outcome: 'success',
    },
  )
  assert.equal(onlyChange(preset, { ...EVENT, agent: 'Terraform/1.9' }).mechanism, 'iac')
})

test('what a rule needs and the event lacks is the reason for skipping it', () => {
  const preset = presetOf()
  assert.equal(lines(preset, { ...EVENT, to: null }), 'grantee not stated')
  assert.equal(lines(preset, { ...EVENT, role: undefined }), 'role not stated')
  assert.equal(lines(preset, { ...EVENT, role: 'member' }), 'not privileged')
  const { at: _, ...untimed } = EVENT
  assert.deepEqual(preset.read(untimed, { prefix: null }), { skipped: 'time not stated' })
  assert.equal(
    onlyChange(preset, { ...untimed, _time: '2026-03-05T00:00:00Z' }).occurredAt,
    Date.parse('2026-03-05'),
  )
})

test('an event without an id of its own is the same act when it is read again, in whatever form', () => {
  const preset = presetOf({ act: undefined })
  const act = (event: object) => onlyChange(preset, event).act
  const seen = act({ ...EVENT, detail: { a: 1 } })
  assert.match(seen, /^sha256:[0-9a-f]{32}$/)
  assert.equal(act({ detail: { a: 1 }, ...EVENT }), seen)
  assert.equal(act({ ...EVENT, 'detail.a': 1 }), seen)
  // Columns that the dataset gained since then are null in events that lack them.
  assert.equal(act({ ...EVENT, detail: { a: 1, b: null }, 'other.b': null, third: null }), seen)
  assert.equal(act({ ...EVENT, detail: { a: 1 }, _sysTime: 'x' }), seen)
  assert.notEqual(act({ ...EVENT, detail: { a: 2 } }), seen)
})

test('the same words at another time are another act, behind a prefix too', () => {
  const preset = presetOf({ act: undefined, time: undefined })
  const act = (time: string) => {
    const reading = preset.read({ _time: time, logs: EVENT }, { prefix: 'logs' })
    return 'observations' in reading ? reading.observations[0]?.act : assert.fail(reading.skipped)
  }
  assert.equal(act('2026-03-01T00:00:00Z'), act('2026-03-01T00:00:00Z'))
  assert.notEqual(act('2026-03-01T00:00:00Z'), act('2026-03-01T00:00:01Z'))
})

test('what the source says of itself becomes the preset’s, with a default for the rest', () => {
  const plain = presetOf()
  assert.equal(plain.title, 'acme')
  assert.equal(plain.proof, 'the team')
  assert.deepEqual([plain.settleWindowMs, plain.overlapMs, plain.latestEventAgeMs], [0, 900_000, 604_800_000])
  const set = presetOf({ title: 'Acme', settleMinutes: 10, overlapMinutes: 60, latestEventDays: 30 })
  assert.equal(set.title, 'Acme')
  assert.deepEqual(
    [set.settleWindowMs, set.overlapMs, set.latestEventAgeMs],
    [600_000, 3_600_000, 2_592_000_000],
  )
})
