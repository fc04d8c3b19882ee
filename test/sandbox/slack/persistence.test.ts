import assert from 'node:assert/strict'
import { test } from 'node:test'
import { temporaryDirectory } from '../serve.ts'
import { section } from './block-builders.ts'
import { act, boltApp, type Local, localSlack } from './local-slack.ts'

/** What the page is sent, in which a field without a value is no field. */
function shown({ slack }: Local) {
  const now = { messages: slack.messages('C0REVIEW') ?? [], person: slack.person('U0MAYA') }
  return JSON.parse(JSON.stringify(now)) as typeof now
}

test('messages, Home, modals and ephemerals survive a restart of the world', async (t) => {
  const directory = temporaryDirectory(t)
  const first = await localSlack(t, { directory })
  await boltApp(first, (app) => {
    app.command('/grants', async ({ ack, client, command }) => {
      await ack('Opening')
      const view = { type: 'modal' as const, title: { type: 'plain_text' as const, text: 'A' }, blocks: [] }
      await client.views.open({ trigger_id: command.trigger_id, view })
    })
  })
  const { ts } = await first.client.chat.postMessage({
    channel: 'C0REVIEW',
    text: 'card',
    blocks: [section()],
  })
  await first.client.chat.postMessage({ channel: 'C0REVIEW', text: 'note', thread_ts: ts ?? '' })
  await first.client.views.publish({ user_id: 'U0MAYA', view: { type: 'home', blocks: [] } })
  await act(first, { user: 'U0MAYA', type: 'command', text: '/grants' })
  await act(first, { user: 'U0MAYA', type: 'message', channel: 'dm', text: 'hello' })
  const before = shown(first)
  assert.equal(before.messages[0]?.replies.length, 1)
  assert.equal(before.person?.modals.length, 1)
  await first.stop()

  const second = await localSlack(t, { directory })
  assert.deepEqual(shown(second), before)
  const next = await second.client.chat.postMessage({ channel: 'C0REVIEW', text: 'later' })
  assert.ok(Number(next.ts) > Number(ts))
})

test('an event that nobody took before a restart is delivered after it', async (t) => {
  const directory = temporaryDirectory(t)
  const first = await localSlack(t, { directory })
  await act(first, { user: 'U0MAYA', type: 'message', channel: 'access-reviews', text: 'hello' })
  await first.stop()
  const second = await localSlack(t, { directory })
  const heard = new Promise<string>((resolve) => {
    void boltApp(second, (app) => {
      app.message(async ({ message }) => resolve('text' in message ? (message.text ?? '') : ''))
    }).then(() => second.clock.advance(60_000))
  })
  assert.equal(await heard, 'hello')
})
