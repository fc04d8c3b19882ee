import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchesWildcard } from '../../src/domain/wildcard.ts'

const CASES: readonly (readonly [string, string, boolean])[] = [
  ['admin', 'Admin', true],
  ['admin', 'admins', false],
  ['break-glass*', 'Break-Glass 2', true],
  ['*', '', true],
  ['*admin*', 'the-administrator', true],
  ['a*b*c', 'axxbxxc', true],
  ['a*b*c', 'axxcxxb', false],
  ['ab*ba', 'aba', false],
  ['*@partner.example', 'x@partner.example', true],
  ['a.c', 'abc', false],
  ['(a+)+$', 'aaaa', false],
]

test('a star stands for any characters and nothing else does', () => {
  for (const [pattern, text, expected] of CASES)
    assert.equal(matchesWildcard(pattern, text), expected, `${pattern} ${text}`)
})
