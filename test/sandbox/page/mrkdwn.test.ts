import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Inline, Piece } from '../../../src/sandbox/page/assets/mrkdwn.ts'
import { readInline, readMrkdwn, safeUrl, withReferences } from '../../../src/sandbox/page/assets/mrkdwn.ts'

const text = (value: string): Inline => ({ kind: 'text', text: value })
const lines = (...children: Inline[]): Piece => ({ kind: 'lines', children })

test('bold, italic, struck and code text are told apart, also inside each other', () => {
  assert.deepEqual(readInline('a *b _c_* ~d~ `*e*`'), [
    text('a '),
    { kind: 'bold', children: [text('b '), { kind: 'italic', children: [text('c')] }] },
    text(' '),
    { kind: 'strike', children: [text('d')] },
    text(' '),
    { kind: 'code', text: '*e*' },
  ])
})

test('marks inside words and around spaces are no emphasis', () => {
  for (const plain of ['snake_case_name', '2 * 3 * 4', 'a*b*c', '~ not ~'])
    assert.deepEqual(readInline(plain), [text(plain)])
})

test('escaped characters become themselves and nothing more', () => {
  assert.deepEqual(readInline('&lt;!channel&gt; &amp;lt;'), [text('<!channel> &lt;')])
})

test('references name their target; a label is kept for those the workspace does not know', () => {
  assert.deepEqual(readInline('<@U0MAYA> <#C0REVIEW|access-reviews> <!subteam^S0SECURITY|sec> <!here>'), [
    { kind: 'user', id: 'U0MAYA', label: '' },
    text(' '),
    { kind: 'channel', id: 'C0REVIEW', label: 'access-reviews' },
    text(' '),
    { kind: 'group', id: 'S0SECURITY', label: 'sec' },
    text(' '),
    { kind: 'broadcast', name: 'here' },
  ])
})

test('a date keeps its moment, its format and what to say without them', () => {
  assert.deepEqual(readInline('<!date^1700000000^{date} at {time}^https://a.example|14 Nov>'), [
    { kind: 'date', seconds: 1_700_000_000, format: '{date} at {time}', fallback: '14 Nov' },
  ])
})

test('only web and mail addresses become links', () => {
  assert.deepEqual(readInline('<https://a.example/?a=1&amp;b=2|docs>'), [
    { kind: 'link', url: 'https://a.example/?a=1&b=2', text: 'docs' },
  ])
  assert.deepEqual(readInline('<javascript:alert(1)|click>'), [text('<javascript:alert(1)|click>')])
  assert.equal(safeUrl('data:text/html,x'), undefined)
  assert.equal(safeUrl(' javascript:alert(1)'), undefined)
  assert.equal(safeUrl('mailto:ana@northwind.example'), 'mailto:ana@northwind.example')
})

test('a bare address is a link unless the text object is verbatim', () => {
  const [found] = readMrkdwn('see https://a.example')
  assert.deepEqual(
    found,
    lines(text('see '), { kind: 'link', url: 'https://a.example', text: 'https://a.example' }),
  )
  assert.deepEqual(readMrkdwn('see https://a.example', { isVerbatim: true }), [
    lines(text('see https://a.example')),
  ])
})

test('known shortcodes are emoji, unknown ones stay as written', () => {
  assert.deepEqual(readInline(':warning: at 10:30:45 :nosuchthing:'), [
    { kind: 'emoji', name: 'warning' },
    text(' at 10:30:45 :nosuchthing:'),
  ])
})

test('code blocks win over everything in them, quotes take whole lines', () => {
  assert.deepEqual(readMrkdwn('before\n```\n*a* &lt;b&gt;\n```\n> said _so_\nafter'), [
    lines(text('before\n')),
    { kind: 'pre', text: '*a* <b>' },
    { kind: 'quote', children: [text('said '), { kind: 'italic', children: [text('so')] }] },
    lines(text('after')),
  ])
})

test('names that a person types become references, longer names first, and nothing else changes', () => {
  const people = [
    { id: 'U1', name: 'Ana' },
    { id: 'U2', name: 'Ana Torres' },
  ]
  const channels = [{ id: 'C1', name: 'general' }]
  const typed = '@Ana Torres and @Ana in #general: <b> & @channel'
  assert.equal(withReferences(typed, { people, channels }), '<@U2> and <@U1> in <#C1>: <b> & @channel')
})

test('any text at all is read, and plain words are never lost', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (any) => {
      assert.ok(readMrkdwn(any).length >= 0)
      const words = any.replace(/[^a-z ]/gi, '').trim()
      assert.deepEqual(readMrkdwn(words), words === '' ? readMrkdwn('') : [lines(text(words))])
    }),
  )
})

test('a long run of opening marks is read without long thought', () => {
  const startMs = performance.now()
  readMrkdwn('*a '.repeat(3_900))
  readMrkdwn('`<_'.repeat(3_900))
  assert.ok(performance.now() - startMs < 2_000)
})
