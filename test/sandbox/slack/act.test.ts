import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BlockAction } from '@slack/bolt'
import { actions, button, input, option, plain, section, select } from './block-builders.ts'
import { act, boltApp, localSlack, refusal, until } from './local-slack.ts'

const card = {
  channel: 'C0REVIEW',
  text: 'A grant',
  blocks: [
    { ...section(), block_id: 'facts' },
    {
      ...actions(
        button({ action_id: 'approve', value: 'G-1' }),
        {
          type: 'overflow',
          action_id: 'more',
          options: [option({ value: 'explain' }), option({ value: 'snooze' })],
        },
        select({ action_id: 'band', options: [option({ value: 'high' })] }),
      ),
      block_id: 'decide',
    },
  ],
  metadata: { event_type: 'review', event_payload: { id: 'G-1' } },
}

test('a pressed button reaches the app with message, person and value', async (t) => {
  const local = await localSlack(t)
  const bodies: BlockAction[] = []
  await boltApp(local, (app) => {
    app.action('approve', async ({ ack, body, respond }) => {
      await ack()
      bodies.push(body as BlockAction)
      await respond({ response_type: 'ephemeral', replace_original: false, text: 'Noted' })
    })
  })
  const { ts = '' } = await local.client.chat.postMessage(card)
  const { ok, sees } = await act(local, {
    user: 'U0MAYA',
    type: 'button',
    messageTs: ts,
    actionId: 'approve',
  })
  assert.equal(ok, true)
  assert.deepEqual(
    sees.ephemerals.map((one) => one.text),
    ['Noted'],
  )
  assert.equal(sees.message?.ts, ts)
  const [body] = bodies
  assert.equal(body?.user.id, 'U0MAYA')
  assert.deepEqual(body?.channel, { id: 'C0REVIEW', name: 'access-reviews' })
  assert.deepEqual(body?.message?.['metadata'], card.metadata)
  assert.deepEqual(body?.state?.values, {
    decide: { band: { type: 'static_select', selected_option: null } },
  })
  const [pressed] = body?.actions ?? []
  assert.equal(pressed?.block_id, 'decide')
  assert.equal(pressed?.type === 'button' && pressed.value, 'G-1')
})

test('a menu and a select hand over the option that was chosen', async (t) => {
  const local = await localSlack(t)
  const chosen: unknown[] = []
  await boltApp(local, (app) => {
    app.action<BlockAction>(/more|band/, async ({ ack, body }) => {
      await ack()
      const [action] = body.actions
      chosen.push(
        action !== undefined && 'selected_option' in action ? action.selected_option?.value : undefined,
      )
    })
  })
  const { ts = '' } = await local.client.chat.postMessage(card)
  const press = { user: 'U0MAYA', type: 'button', messageTs: ts }
  await act(local, { ...press, actionId: 'more', value: 'snooze' })
  await act(local, { ...press, actionId: 'band', value: 'high' })
  assert.deepEqual(chosen, ['snooze', 'high'])
  const wrong = await local.slack.act({ ...press, actionId: 'band', value: 'low' })
  assert.equal(wrong.status, 400)
})

test('nobody can press what is not there, not theirs to see, or not theirs any more', async (t) => {
  const local = await localSlack(t)
  const { ts = '' } = await local.client.chat.postMessage({ ...card, channel: 'C0ESCALATE' })
  const press = { type: 'button', messageTs: ts, actionId: 'approve' }
  const status = async (input: unknown) => (await local.slack.act(input)).status
  assert.equal(await status({ ...press, user: 'U0MAYA', actionId: 'nothing' }), 404)
  assert.equal(await status({ ...press, user: 'U0MAYA', value: 'G-2' }), 404)
  assert.equal(await status({ ...press, user: 'U0MAYA', messageTs: '1.000001' }), 404)
  assert.equal(await status({ ...press, user: 'U0ANA' }), 403)
  assert.equal(await status({ ...press, user: 'U0GONE' }), 403)
  assert.equal(await status({ ...press, user: 'U0NOBODY' }), 404)
  assert.equal(await status({ ...press, user: 'U0MAYA', actionID: 'approve' }), 400)
  assert.deepEqual(local.slack.usage().events['block_actions'], undefined)
})

test('a click that the app does not acknowledge in three seconds fails for the person', async (t) => {
  const local = await localSlack(t)
  const { ts = '' } = await local.client.chat.postMessage(card)
  const press = { user: 'U0MAYA', type: 'button', messageTs: ts, actionId: 'approve' }
  assert.equal((await act(local, press)).error, 'dispatch_failed')
  let clicks = 0
  await boltApp(local, (app) => {
    app.action('approve', async () => {
      clicks += 1
    })
  })
  const { ok, error } = await act(local, press)
  assert.deepEqual({ ok, error, clicks }, { ok: false, error: 'operation_timeout', clicks: 1 })
})

test('a command is answered by its acknowledgement or its response_url', async (t) => {
  const local = await localSlack(t)
  const typed: string[] = []
  await boltApp(local, (app) => {
    app.command('/grants', async ({ ack, command, respond }) => {
      typed.push(command.text)
      if (command.text === 'help') return ack('Try /grants pending')
      await ack()
      await respond({ response_type: 'in_channel', text: 'For all' })
    })
  })
  const help = await act(local, { user: 'U0ANA', type: 'command', text: '/grants help' })
  assert.deepEqual(
    help.sees.ephemerals.map((one) => one.text),
    ['Try /grants pending'],
  )
  const general = { user: 'U0ANA', type: 'command', channel: 'general' }
  const shared = await act(local, { ...general, text: '/grants explain <a> & b' })
  assert.deepEqual(
    shared.sees.messages.map((one) => one.text),
    ['For all'],
  )
  assert.deepEqual(typed, ['help', 'explain &lt;a&gt; &amp; b'])
  assert.equal((await local.slack.act({ ...general, text: '/other' })).status, 400)
  assert.deepEqual(local.slack.usage().commands, { '/grants': 2 })
})

test('a response_url works five times within thirty minutes, and replaces or deletes its message', async (t) => {
  const local = await localSlack(t)
  const urls: string[] = []
  await boltApp(local, (app) => {
    app.action<BlockAction>('approve', async ({ ack, body }) => {
      await ack()
      urls.push(body.response_url)
    })
  })
  const { ts = '' } = await local.client.chat.postMessage(card)
  const press = { user: 'U0MAYA', type: 'button', messageTs: ts, actionId: 'approve' }
  for (let count = 0; count < 2; count += 1) await act(local, press)
  const [url = '', other = ''] = urls
  const post = async (to: string, body: unknown) => {
    const response = await fetch(to, { method: 'POST', body: JSON.stringify(body) })
    return { status: response.status, body: await response.json() }
  }
  assert.equal((await post(url, { replace_original: true, text: 'Replaced' })).status, 200)
  assert.equal(local.slack.messages('C0REVIEW')?.[0]?.text, 'Replaced')
  assert.equal((await post(url, { blocks: [{ type: 'nothing' }] })).body.error, 'invalid_blocks')
  for (let count = 0; count < 3; count += 1) await post(url, { text: 'again' })
  assert.deepEqual(await post(url, { text: 'sixth' }), {
    status: 404,
    body: { ok: false, error: 'used_url' },
  })
  assert.equal((await post(other, { delete_original: true })).status, 200)
  assert.equal(local.slack.messages('C0REVIEW')?.[0]?.deleted, true)
  local.clock.advance(30 * 60_000 + 1)
  assert.equal((await post(other, { text: 'late' })).body.error, 'expired_url')
})

test('typed text arrives escaped, with mentions and links as tokens', async (t) => {
  const local = await localSlack(t)
  const heard: string[] = []
  await boltApp(local, (app) => {
    app.event('app_mention', async ({ event }) => {
      heard.push(event.text)
    })
  })
  const text = '@Countersign is <b> & <!channel> at https://a.example/x?y=1&z=2 by maya@northwind.example ok?'
  await act(local, { user: 'U0MAYA', type: 'message', channel: 'access-reviews', text })
  assert.deepEqual(heard, [
    '<@U0COUNTERSIGN> is &lt;b&gt; &amp; &lt;!channel&gt; at <https://a.example/x?y=1&amp;z=2> by <mailto:maya@northwind.example|maya@northwind.example> ok?',
  ])
})

test('the app hears of its own posts and edits, as in Slack', async (t) => {
  const local = await localSlack(t)
  const heard: (string | undefined)[] = []
  const { receiver } = await boltApp(local, () => undefined)
  receiver.client.on('message', ({ event }) => heard.push(event.subtype ?? event.bot_id))
  const { ts = '' } = await local.client.chat.postMessage({ channel: 'C0REVIEW', text: 'a' })
  await local.client.chat.update({ channel: 'C0REVIEW', ts, text: 'b' })
  await local.client.chat.delete({ channel: 'C0REVIEW', ts })
  await until('three events', () => heard.length === 3)
  assert.deepEqual(heard, ['B0COUNTERSIGN', 'message_changed', 'message_deleted'])
})

test('opening Home asks the app for it and shows what it publishes', async (t) => {
  const local = await localSlack(t)
  await boltApp(local, (app) => {
    app.event('app_home_opened', async ({ event, client }) => {
      await client.views.publish({
        user_id: event.user,
        view: { type: 'home', blocks: [section()] } as never,
      })
    })
  })
  const { sees } = await act(local, { user: 'U0DEV', type: 'home' })
  assert.equal(sees.home?.id, local.slack.person('U0DEV')?.home?.id)
  await assert.rejects(
    local.client.views.publish({
      user_id: 'U0DEV',
      hash: 'stale',
      view: { type: 'home', blocks: [] },
    }),
    refusal('hash_conflict'),
  )
})

test('a thread answer and the stop button reach the app', async (t) => {
  const local = await localSlack(t)
  const stopped: string[] = []
  await boltApp(local, (app) => {
    app.message(async ({ message, client }) => {
      await client.chat.startStream({
        channel: message.channel,
        thread_ts: message.ts,
        markdown_text: 'Well',
      })
    })
    app.event('agent_session_stopped', async ({ event }) => {
      stopped.push(...event.streaming_message_ts)
    })
  })
  const asked = await act(local, { user: 'U0MAYA', type: 'message', channel: 'dm', text: 'Why?' })
  const threadTs = asked.sees.message?.ts
  await act(local, { user: 'U0MAYA', type: 'stop', channel: 'dm', threadTs })
  assert.deepEqual(
    stopped,
    asked.sees.messages.map((one) => one.ts),
  )
  assert.equal(asked.sees.messages.length, 1)
})

test('a form of inputs in Home is not a button', async (t) => {
  const local = await localSlack(t)
  const silentInput = input({ type: 'plain_text_input', action_id: 'why' })
  await local.client.views.publish({
    user_id: 'U0DEV',
    view: { type: 'home', blocks: [silentInput, { type: 'header', text: plain('a') }] as never },
  })
  const viewId = local.slack.person('U0DEV')?.home?.id
  const { status, body } = await local.slack.act({
    user: 'U0DEV',
    type: 'button',
    viewId,
    actionId: 'why',
    value: 'x',
  })
  assert.equal(status, 400)
  assert.match(JSON.stringify(body), /until the view is submitted/)
})
