import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMarkdown } from '../../../src/sandbox/page/assets/markdown.ts'
import type { Inline } from '../../../src/sandbox/page/assets/mrkdwn.ts'

const text = (value: string): Inline => ({ kind: 'text', text: value })

test('headings, lists, quotes, rules and code fences are told apart', () => {
  const source = '## Two\nwords\n- a\n- b\n\n1. c\n> q\n---\n```sh\nls *\n```'
  assert.deepEqual(readMarkdown(source), [
    { kind: 'heading', level: 2, children: [text('Two')] },
    { kind: 'paragraph', children: [text('words')] },
    { kind: 'list', ordered: false, items: [[text('a')], [text('b')]] },
    { kind: 'list', ordered: true, items: [[text('c')]] },
    { kind: 'quote', children: [text('q')] },
    { kind: 'rule' },
    { kind: 'pre', text: 'ls *' },
  ])
})

test('a table has its separator line taken out', () => {
  assert.deepEqual(readMarkdown('| a | b |\n|---|:-:|\n| 1 | `2` |'), [
    {
      kind: 'table',
      rows: [
        [[text('a')], [text('b')]],
        [[text('1')], [{ kind: 'code', text: '2' }]],
      ],
    },
  ])
})

test('strong, soft and linked text is read; a dangerous address stays text', () => {
  assert.deepEqual(readMarkdown('**a** *b* [c](https://c.example)'), [
    {
      kind: 'paragraph',
      children: [
        { kind: 'bold', children: [text('a')] },
        text(' '),
        { kind: 'italic', children: [text('b')] },
        text(' '),
        { kind: 'link', url: 'https://c.example', text: 'c' },
      ],
    },
  ])
  assert.deepEqual(readMarkdown('[c](javascript:x)'), [
    { kind: 'paragraph', children: [text('[c](javascript:x)')] },
  ])
})
