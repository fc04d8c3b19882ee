import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTyped } from '../../src/slack/typed-words.ts'

const BOT = 'U0COUNTERSIGN'
const NAMES = new Map([['U0ANA', 'ana@northwind.example']])

test('our own mention goes, others are named as the ledger names them', () => {
  const words = readTyped(
    '<@U0COUNTERSIGN>  did <@U0ANA> or <@U0DEV|dev> get <mailto:a@b.example|a@b.example>?',
    BOT,
  )
  assert.equal(words.text(NAMES), 'did ana@northwind.example or dev get a@b.example?')
  assert.deepEqual([words.mentionsUs, words.mentionsOthers], [true, true])
  assert.deepEqual(words.people, ['U0ANA', 'U0DEV'])
})

test('what was typed to look like a mention is none', () => {
  const words = readTyped('&lt;@U0COUNTERSIGN&gt; &lt;!channel&gt; a &amp;&amp; b', BOT)
  assert.deepEqual([words.mentionsUs, words.mentionsOthers, words.people], [false, false, []])
  assert.equal(words.text(NAMES), '<@U0COUNTERSIGN> <!channel> a && b')
})

test('a group and everybody are others, a channel and a date are not', () => {
  const others = (text: string) => readTyped(text, BOT).mentionsOthers
  assert.equal(others('<!subteam^S0SECURITY|@security> anyone?'), true)
  assert.equal(others('<!here> anyone?'), true)
  assert.equal(others('since <!date^1^{date}|1970> in <#C0REVIEW|access-reviews>?'), false)
})

test('only so many characters and people are read', () => {
  const words = readTyped(
    `${'<@U0AAA1> '.repeat(20)}${Array.from({ length: 9 }, (_, n) => `<@U0B${n}>`).join('')}${'x'.repeat(9_000)}`,
    BOT,
  )
  assert.equal(words.people.length, 5)
  assert.ok(words.text(new Map()).length <= 4_000)
})
