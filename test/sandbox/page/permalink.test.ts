import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPermalink } from '../../../src/sandbox/page/assets/permalink.ts'

test('a link to a message names its channel and its timestamp, on any host', () => {
  const named = { channelId: 'C0REVIEW', ts: '1795530688.577000' }
  for (const host of ['http://127.0.0.1:3000', 'https://northwind.slack.example'])
    assert.deepEqual(readPermalink(`${host}/archives/C0REVIEW/p1795530688577000?thread_ts=1`), named)
})

test('no other address is taken for a link to a message', () => {
  for (const address of [
    '',
    'nonsense',
    'https://a.example/archives/C1',
    'https://a.example/archives/C1/p12',
  ])
    assert.equal(readPermalink(address), undefined)
})
