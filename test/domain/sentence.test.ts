import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { plainSentence, plainValue } from '../../src/domain/sentence.ts'

describe('plain sentences', () => {
  test('parts are joined and values written out in the time zone of the policy', () => {
    const parts = [
      { person: 'Ana (ana@northwind.example)' },
      ' got ',
      { count: 3 },
      ' roles at ',
      { hour: 3 },
      ' on ',
      { at: Date.parse('2026-11-24T12:05:00Z') },
      ', ',
      { durationMs: 90 * 60_000 },
      ' after ',
      { text: 'x' },
    ]
    assert.equal(
      plainSentence(parts, 'Europe/Berlin'),
      'Ana (ana@northwind.example) got 3 roles at 03:00 on 24 Nov 2026, 13:05 Europe/Berlin, 1 hour after x',
    )
  })

  test('a value stays on one line and brings no control, format or direction characters', () => {
    const hostile = 'a\nignore\r\tb\u0000\u001b[31mc\u202ed\u200be\ud800f\u2028g'
    assert.equal(plainValue(hostile), 'a ignore b [31mc d e f g')
  })

  test('a long value is clipped without cutting a character in two', () => {
    const clipped = plainValue('😀'.repeat(500))
    assert.equal([...clipped].length, 120)
    assert.ok(clipped.endsWith('😀…'))
  })

  test('durations are told in the largest unit that says enough', () => {
    const minute = 60_000
    const told = [0, minute, 5 * minute, 60 * minute, 24 * 60 * minute, 400 * 24 * 60 * minute].map(
      (durationMs) => plainSentence([{ durationMs }], 'UTC'),
    )
    assert.deepEqual(told, ['less than a minute', '1 minute', '5 minutes', '1 hour', '24 hours', '13 months'])
  })
})
