import assert from 'node:assert/strict'
import { test } from 'node:test'
import { APP_TOKEN } from '../../../src/sandbox/slack/cast.ts'
import { section } from './block-builders.ts'
import { act, localSlack, refusal, webClient } from './local-slack.ts'

test('a posted card is stored with its blocks, metadata and thread', async (t) => {
  const { client, slack } = await localSlack(t)
  const card = await client.chat.postMessage({
    channel: 'C0REVIEW',
    text: 'A grant',
    blocks: [section()],
    metadata: { event_type: 'review', event_payload: { id: 'G-1' } },
  })
  await client.chat.postMessage({ channel: 'C0REVIEW', text: 'A note', thread_ts: card.ts ?? '' })
  const [message] = slack.messages('access-reviews') ?? []
  assert.equal(message?.ts, card.ts)
  assert.equal(message?.user, 'U0COUNTERSIGN')
  assert.deepEqual(message?.metadata, { event_type: 'review', event_payload: { id: 'G-1' } })
  assert.equal(typeof message?.blocks?.[0]?.['block_id'], 'string')
  assert.deepEqual(
    message?.replies.map((reply) => reply.text),
    ['A note'],
  )
})

test('an update keeps what it does not name and takes away what it empties', async (t) => {
  const { client, slack } = await localSlack(t)
  const { ts = '' } = await client.chat.postMessage({ channel: 'C0REVIEW', text: 'one', blocks: [section()] })
  await client.chat.update({ channel: 'C0REVIEW', ts, text: 'two' })
  const kept = slack.messages('C0REVIEW')?.[0]
  assert.equal(kept?.text, 'two')
  assert.equal(kept?.blocks?.length, 1)
  assert.equal(kept?.edited?.user, 'U0COUNTERSIGN')
  await client.chat.update({ channel: 'C0REVIEW', ts, text: 'three', blocks: [] })
  assert.equal(slack.messages('C0REVIEW')?.[0]?.blocks, undefined)
})

test('only the app may change its messages, and only while they exist', async (t) => {
  const local = await localSlack(t)
  const { client } = local
  const theirs = await act(local, { user: 'U0MAYA', type: 'message', channel: 'access-reviews', text: 'hi' })
  const ts = theirs.sees.message?.ts ?? ''
  await assert.rejects(
    client.chat.update({ channel: 'C0REVIEW', ts, text: 'no' }),
    refusal('cant_update_message'),
  )
  const own = await client.chat.postMessage({ channel: 'C0REVIEW', text: 'mine' })
  await client.chat.delete({ channel: 'C0REVIEW', ts: own.ts ?? '' })
  await assert.rejects(
    client.chat.update({ channel: 'C0REVIEW', ts: own.ts ?? '', text: 'no' }),
    refusal('message_not_found'),
  )
})

test('an ephemeral reaches one person, who has to be in the channel', async (t) => {
  const { client, slack } = await localSlack(t)
  await client.chat.postEphemeral({ channel: 'C0REVIEW', user: 'U0MAYA', text: 'only you' })
  assert.deepEqual(
    slack.person('U0MAYA')?.ephemerals.map((one) => one.text),
    ['only you'],
  )
  assert.deepEqual(slack.person('U0DEV')?.ephemerals, [])
  await assert.rejects(
    client.chat.postEphemeral({ channel: 'C0ESCALATE', user: 'U0ANA', text: 'x' }),
    refusal('user_not_in_channel'),
  )
})

test('a permalink leads to the message on the page', async (t) => {
  const { client } = await localSlack(t)
  const { ts = '' } = await client.chat.postMessage({ channel: 'C0REVIEW', text: 'a' })
  const { permalink = '' } = await client.chat.getPermalink({ channel: 'C0REVIEW', message_ts: ts })
  const response = await fetch(permalink, { redirect: 'manual' })
  assert.equal(response.headers.get('location'), `/#in=channel&channel=C0REVIEW&thread=${ts}`)
  await assert.rejects(
    client.chat.getPermalink({ channel: 'C0REVIEW', message_ts: '1.000001' }),
    refusal('message_not_found'),
  )
})

test('tokens are checked, and each kind opens its own methods only', async (t) => {
  const { apiUrl, client } = await localSlack(t)
  const response = await fetch(`${apiUrl}auth.test`, { method: 'POST' })
  assert.deepEqual(await response.json(), { ok: false, error: 'not_authed' })
  await assert.rejects(webClient(apiUrl, 'xoxb-wrong').auth.test(), refusal('invalid_auth'))
  await assert.rejects(client.apps.connections.open({}), refusal('not_allowed_token_type'))
  await assert.rejects(
    webClient(apiUrl, APP_TOKEN).chat.postMessage({ channel: 'C0REVIEW', text: 'a' }),
    refusal('not_allowed_token_type'),
  )
  await assert.rejects(client.apiCall('chat.sendMessage'), refusal('unknown_method'))
})

test('a JSON body works like a form', async (t) => {
  const { apiUrl, slack } = await localSlack(t)
  const response = await fetch(`${apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer xoxb-sandbox-countersign' },
    body: JSON.stringify({ channel: 'C0REVIEW', text: 'json', blocks: [section()] }),
  })
  assert.match(response.headers.get('x-oauth-scopes') ?? '', /chat:write/)
  assert.equal(slack.messages('C0REVIEW')?.[0]?.text, 'json')
})

test('a call without its scope is refused, and says which scope', async (t) => {
  const { client, slack } = await localSlack(t, { scopes: ['channels:history', 'users:read'] })
  await assert.rejects(
    client.chat.postMessage({ channel: 'C0REVIEW', text: 'a' }),
    refusal('missing_scope', /"needed":"chat:write","provided":"channels:history,users:read"/),
  )
  await client.conversations.history({ channel: 'C0REVIEW' })
  await assert.rejects(
    client.conversations.history({ channel: 'C0ESCALATE' }),
    refusal('missing_scope', /groups:history/),
  )
  const { user } = await client.users.info({ user: 'U0MAYA' })
  assert.equal(user?.profile?.email, undefined)
  await assert.rejects(
    client.users.lookupByEmail({ email: 'maya@northwind.example' }),
    refusal('missing_scope', /users:read\.email/),
  )
  assert.deepEqual(slack.usage().refusals[0], {
    method: 'chat.postMessage',
    error: 'missing_scope',
    detail: 'needed chat:write',
  })
})

test('people, groups and channels are found as in Slack', async (t) => {
  const { client } = await localSlack(t)
  const gone = await client.users.info({ user: 'U0GONE' })
  assert.equal(gone.user?.deleted, true)
  const guest = await client.users.info({ user: 'U0GUEST' })
  assert.equal(guest.user?.is_restricted, true)
  const found = await client.users.lookupByEmail({ email: 'Maya@Northwind.example' })
  assert.equal(found.user?.profile?.email, 'maya@northwind.example')
  await assert.rejects(
    client.users.lookupByEmail({ email: 'lena@northwind.example' }),
    refusal('users_not_found'),
  )
  await assert.rejects(client.users.info({ user: 'U0NOBODY' }), refusal('user_not_found'))
  const group = await client.usergroups.users.list({ usergroup: 'S0SECURITY' })
  assert.deepEqual(group.users, ['U0MAYA', 'U0DEV', 'U0SOFIA'])
  await assert.rejects(client.usergroups.users.list({ usergroup: 'S0' }), refusal('no_such_subteam'))
  const direct = await client.conversations.open({ users: 'U0ANA' })
  assert.equal(direct.channel?.id, 'D0ANA')
  await assert.rejects(
    client.chat.postMessage({ channel: 'C0GENERAL', text: 'a' }),
    refusal('not_in_channel'),
  )
  await assert.rejects(
    client.chat.postMessage({ channel: 'C0NOWHERE', text: 'a' }),
    refusal('channel_not_found'),
  )
})

test('refused blocks name the place of each fault', async (t) => {
  const { client } = await localSlack(t)
  await assert.rejects(
    client.chat.postMessage({
      channel: 'C0REVIEW',
      text: 'a',
      blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }],
    }),
    refusal('invalid_blocks', /must be less than 151 characters \[json-pointer:\/blocks\/0\/text\/text\]/),
  )
  const sections = Array.from({ length: 5 }, () =>
    section({ text: { type: 'mrkdwn', text: 'x'.repeat(3000) } }),
  )
  await assert.rejects(
    client.chat.postMessage({ channel: 'C0REVIEW', text: 'a', blocks: sections }),
    refusal('msg_blocks_too_long'),
  )
  await assert.rejects(
    client.apiCall('chat.postMessage', { channel: 'C0REVIEW', blocks: '{"blocks":[]}' }),
    refusal('invalid_blocks_format'),
  )
  await assert.rejects(client.apiCall('chat.postMessage', { channel: 'C0REVIEW' }), refusal('no_text'))
})

test('history pages from the newest, and gives metadata only when asked', async (t) => {
  const { client } = await localSlack(t)
  const posted: string[] = []
  for (const id of ['1', '2', '3']) {
    const metadata = { event_type: 'review', event_payload: { id } }
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0REVIEW', text: id, metadata })
    posted.push(ts)
  }
  const first = await client.conversations.history({ channel: 'C0REVIEW', limit: 2 })
  assert.deepEqual(
    first.messages?.map((message) => message.text),
    ['3', '2'],
  )
  assert.equal(first.messages?.[0]?.metadata, undefined)
  const rest = await client.conversations.history({
    channel: 'C0REVIEW',
    limit: 2,
    cursor: first.response_metadata?.next_cursor ?? '',
    include_all_metadata: true,
  })
  assert.deepEqual(
    rest.messages?.map((message) => message.metadata?.event_payload),
    [{ id: '1' }],
  )
  assert.equal(rest.has_more, false)
  const window = { channel: 'C0REVIEW', oldest: posted[0] ?? '', latest: posted[1] ?? '' }
  assert.deepEqual((await client.conversations.history(window)).messages, [])
  assert.equal((await client.conversations.history({ ...window, inclusive: true })).messages?.length, 2)
  await assert.rejects(
    client.conversations.history({ channel: 'C0REVIEW', cursor: 'nonsense' }),
    refusal('invalid_cursor'),
  )
})

test('replies stay out of the history and come oldest first after their parent', async (t) => {
  const { client } = await localSlack(t)
  const { ts = '' } = await client.chat.postMessage({ channel: 'C0REVIEW', text: 'parent' })
  for (const text of ['a', 'b']) await client.chat.postMessage({ channel: 'C0REVIEW', text, thread_ts: ts })
  const history = await client.conversations.history({ channel: 'C0REVIEW' })
  assert.deepEqual(
    history.messages?.map((message) => [message.text, message.reply_count]),
    [['parent', 2]],
  )
  const thread = await client.conversations.replies({ channel: 'C0REVIEW', ts })
  assert.deepEqual(
    thread.messages?.map((message) => message.text),
    ['parent', 'a', 'b'],
  )
  await assert.rejects(
    client.chat.postMessage({ channel: 'C0REVIEW', text: 'c', thread_ts: '1700000000.000001' }),
    refusal('thread_not_found'),
  )
})

test('a streamed answer grows until it is stopped, and expires after five minutes', async (t) => {
  const { client, clock, slack } = await localSlack(t)
  const { ts: thread_ts = '' } = await client.chat.postMessage({ channel: 'C0REVIEW', text: 'card' })
  const target = {
    channel: 'C0REVIEW',
    thread_ts,
    recipient_team_id: 'T0SANDBOX',
    recipient_user_id: 'U0MAYA',
  }
  const streamer = client.chatStream({ ...target, buffer_size: 1 })
  await streamer.append({ markdown_text: 'It is ' })
  assert.equal(slack.messages('C0REVIEW')?.[0]?.replies[0]?.isStreaming, true)
  await streamer.append({ markdown_text: '**odd**.' })
  await streamer.stop({ blocks: [section()] })
  const answer = slack.messages('C0REVIEW')?.[0]?.replies[0]
  assert.equal(answer?.text, 'It is **odd**.')
  assert.deepEqual(
    answer?.blocks?.map((block) => block['type']),
    ['markdown', 'section'],
  )
  assert.equal(answer?.isStreaming, undefined)

  const late = await client.chat.startStream(target)
  clock.advance(5 * 60_000 + 1)
  await assert.rejects(
    client.chat.appendStream({ channel: 'C0REVIEW', ts: late.ts ?? '', markdown_text: 'late' }),
    refusal('message_not_in_streaming_state'),
  )
  await client.chat.update({ channel: 'C0REVIEW', ts: late.ts ?? '', text: 'ended' })
  assert.equal(slack.messages('C0REVIEW')?.[0]?.replies[1]?.isStreaming, undefined)
})

test('a burst in one channel is limited, waits for Retry-After and leaves other channels alone', async (t) => {
  const { apiUrl, client, clock } = await localSlack(t)
  const post = (channel: string) => client.chat.postMessage({ channel, text: 'a' })
  for (let count = 0; count < 10; count += 1) await post('C0REVIEW')
  const response = await fetch(`${apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: 'Bearer xoxb-sandbox-countersign' },
    body: new URLSearchParams({ channel: 'C0REVIEW', text: 'a' }),
  })
  assert.equal(response.status, 429)
  assert.equal(response.headers.get('retry-after'), '1')
  assert.deepEqual(await response.json(), { ok: false, error: 'ratelimited' })
  await post('C0ESCALATE')
  clock.advance(1000)
  await post('C0REVIEW')
})

test('the limits of load tests are wider', async (t) => {
  const { client, slack } = await localSlack(t, { rateLimitScale: 10 })
  for (let count = 0; count < 50; count += 1)
    await client.chat.postMessage({ channel: 'C0REVIEW', text: 'a' })
  assert.equal(slack.messages('C0REVIEW')?.length, 50)
})

test('the faults 429 and 5xx hit every call until they are off', async (t) => {
  const { client, faults, apiUrl } = await localSlack(t)
  faults.set({ slack: ['429'] })
  const limited = await fetch(`${apiUrl}auth.test`, { method: 'POST' })
  assert.equal(limited.status, 429)
  assert.equal(limited.headers.get('retry-after'), '1')
  faults.set({ slack: '5xx' })
  await assert.rejects(client.auth.test(), { statusCode: 500 })
  faults.set({ slack: 'off' })
  assert.equal((await client.auth.test()).bot_id, 'B0COUNTERSIGN')
})

test('suggested prompts and a thread status are kept for the page', async (t) => {
  const local = await localSlack(t)
  const prompts = [{ title: 'Pending', message: 'What is pending?' }]
  await local.client.assistant.threads.setSuggestedPrompts({ channel_id: 'D0MAYA', prompts, thread_ts: '' })
  assert.deepEqual(local.slack.person('U0MAYA')?.prompts, prompts)
  const asked = await act(local, { user: 'U0MAYA', type: 'message', channel: 'dm', text: 'What is pending?' })
  const thread_ts = asked.sees.message?.ts ?? ''
  await local.client.assistant.threads.setStatus({ channel_id: 'D0MAYA', thread_ts, status: 'is looking' })
  assert.equal(local.slack.person('U0MAYA')?.directMessages[0]?.status, 'is looking')
})
