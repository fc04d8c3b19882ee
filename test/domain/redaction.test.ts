import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Party } from '../../src/domain/party.ts'
import { REDACTABLE_FIELDS } from '../../src/domain/policy.ts'
import { createRedactor, type Known } from '../../src/domain/redaction.ts'

const ANA: Party = { id: 'u-ana', email: 'ana@northwind.example', name: 'Ana Torres', type: 'user' }
const JONAS: Party = { id: 'jonas', email: null, name: 'Jonas Weber', type: 'user' }
const KNOWN: Known = {
  grantee: ANA,
  granteePerson: 'ana@northwind.example',
  grantor: JONAS,
  grantorPerson: 'jonas.weber',
  ip: '203.0.113.9',
  userAgent: 'curl/8.1 (jw)',
  justification: 'covering for Sofia (see wiki)',
  ticket: 'SEC-77',
}
const ALL = REDACTABLE_FIELDS

test('without fields to redact nothing changes', () => {
  const redactor = createRedactor([], [KNOWN])
  const text = 'Ana Torres <ana@northwind.example> from 203.0.113.9, SEC-77'
  assert.equal(redactor.text(text), text)
  assert.deepEqual(redactor.party(ANA), ANA)
  assert.equal(redactor.field('ticket', 'SEC-77'), 'SEC-77')
})

test('one person has one pseudonym, by whatever name a text calls them', () => {
  const redactor = createRedactor(ALL, [KNOWN])
  assert.deepEqual(redactor.party(ANA), { id: 'person-1', email: 'person-1', name: 'person-1', type: 'user' })
  assert.deepEqual(redactor.party(JONAS), { id: 'person-2', email: null, name: 'person-2', type: 'user' })
  assert.deepEqual(
    redactor.sentence([{ person: 'ANA@northwind.example' }, ' by ', { person: 'jonas.weber' }]),
    [{ person: 'person-1' }, ' by ', { person: 'person-2' }],
  )
  assert.equal(
    redactor.text('ana torres asked JONAS; Torres agreed'),
    'person-1 asked person-2; person-1 agreed',
  )
  assert.equal(redactor.text('for eve@evil.example and Eve@evil.example'), 'for person-3 and person-3')
})

test('a name inside another word is left alone', () => {
  const redactor = createRedactor(ALL, [KNOWN])
  assert.equal(redactor.text('analysis of jonasson'), 'analysis of jonasson')
})

test('private values are found in their field and inside other texts', () => {
  const redactor = createRedactor(ALL, [KNOWN])
  for (const name of ['ip', 'userAgent', 'justification', 'ticket'] as const) {
    assert.equal(redactor.field(name, 'x'), '[redacted]')
    assert.equal(redactor.field(name, null), null)
    assert.equal(redactor.text(`says ${KNOWN[name]} here`), 'says [redacted] here')
  }
  assert.equal(
    redactor.text('from 198.51.100.7, 2001:db8::8a2e:370:7334 or fe80::1'),
    'from [redacted], [redacted] or [redacted]',
  )
  assert.equal(redactor.text('at 09:30, version 1.2.3, ratio 3:2'), 'at 09:30, version 1.2.3, ratio 3:2')
})

test('each field hides what it names and nothing else', () => {
  const text = 'Ana Torres, ana@northwind.example, 203.0.113.9, SEC-77'
  for (const [field, expected] of [
    // A name inside an address is a name.
    ['names', 'person-1, person-1@northwind.example, 203.0.113.9, SEC-77'],
    ['emails', 'Ana Torres, person-1, 203.0.113.9, SEC-77'],
    ['ip', 'Ana Torres, ana@northwind.example, [redacted], SEC-77'],
    ['ticket', 'Ana Torres, ana@northwind.example, 203.0.113.9, [redacted]'],
  ] as const)
    assert.equal(createRedactor([field], [KNOWN]).text(text), expected)
})

test('what was put in is not redacted again', () => {
  const odd: Known = {
    grantee: { ...ANA, id: 'person', name: 'redacted' },
    granteePerson: 'person',
    grantor: null,
    grantorPerson: null,
    ticket: 'person-1',
  }
  assert.equal(createRedactor(ALL, [odd]).text('person-1 and redacted'), '[redacted] and person-1')
})

test('hostile text costs no more than its length', () => {
  const redactor = createRedactor(ALL, [KNOWN])
  const started = performance.now()
  for (const text of [
    'a'.repeat(4_000),
    '@'.repeat(4_000),
    ':'.repeat(4_000),
    'a@'.repeat(2_000),
    '1.'.repeat(2_000),
  ])
    assert.equal(typeof redactor.text(text), 'string')
  assert.ok(performance.now() - started < 1_000)
})
