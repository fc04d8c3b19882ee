import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBlockSwitch } from '../../src/slack/block-switch.ts'
import { withTables } from '../../src/slack/handlers/commands.ts'
import { responseRefusal, SlackRefusal, slackError } from '../../src/slack/slack-error.ts'
import type { MessageView } from '../../src/slack/views/blocks.ts'
import { pendingView } from '../../src/slack/views/pending.ts'
import { aCase } from './support/builders.ts'
import { keptLog } from './support/slack-world.ts'

const list = { cases: [aCase()], total: 1, waitingForModel: 0 }
const answer = (tables: boolean): MessageView => pendingView(list, { teamUrl: null, tables })

function hasTable(view: MessageView): boolean {
  return view.blocks.some((block) => block.type === 'table')
}

test('a table that Slack refuses is sent as sections, and no table is tried again', async () => {
  const sent: boolean[] = []
  const send = async (view: MessageView) => {
    sent.push(hasTable(view))
    if (hasTable(view)) throw new SlackRefusal('invalid_blocks', { method: 'response_url', retryable: false })
  }
  const ports = { tables: createBlockSwitch(), log: keptLog() }
  await withTables(ports, answer, send)
  await withTables(ports, answer, send)
  assert.deepEqual(sent, [true, false, false])
})

test('what is wrong with more than the table is not blamed on it', async () => {
  const ports = { tables: createBlockSwitch(), log: keptLog() }
  const send = async () => {
    throw new SlackRefusal('expired_url', { method: 'response_url', retryable: false })
  }
  await assert.rejects(withTables(ports, answer, send), { code: 'expired_url' })
  assert.equal(ports.tables.isOn(), true)
})

test('the answer of a response_url says whether it took the message', () => {
  assert.equal(responseRefusal(200, 'ok'), null)
  assert.equal(responseRefusal(200, '{"ok":true}'), null)
  assert.equal(responseRefusal(200, '{"ok":false,"error":"invalid_blocks"}')?.code, 'invalid_blocks')
  assert.equal(responseRefusal(404, 'used_url')?.code, 'used_url')
  assert.equal(responseRefusal(500, '<html>')?.code, 'http_500')
  assert.equal(responseRefusal(500, '<html>')?.retryable, true)
})

test('whatever is thrown becomes an upstream error that can be tried again', () => {
  for (const thrown of [new TypeError('fetch failed'), undefined, 'text'])
    assert.equal(slackError(thrown, 'chat.update').retryable, true)
})
