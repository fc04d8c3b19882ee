import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { WebSocket } from 'ws'
import { APP_TOKEN } from '../../../src/sandbox/slack/cast.ts'
import { act, boltApp, type Local, localSlack, until, webClient } from './local-slack.ts'

interface Frame {
  readonly type: string
  readonly reason?: string
  readonly num_connections?: number
  readonly envelope_id?: string
  readonly retry_attempt?: number
  readonly retry_reason?: string
  readonly accepts_response_payload?: boolean
  readonly payload?: { readonly event_id?: string; readonly event?: Readonly<Record<string, unknown>> }
}

/** A bare Socket Mode client that acknowledges only when told to. */
async function connect(local: Pick<Local, 'apiUrl'>) {
  const { url = '' } = await webClient(local.apiUrl, APP_TOKEN).apps.connections.open({})
  const socket = new WebSocket(url)
  const frames: Frame[] = []
  socket.on('message', (data) => frames.push(JSON.parse(String(data))))
  await once(socket, 'open')
  await until('the first frame', () => frames.length > 0)
  const acknowledge = (frame: Frame | undefined) =>
    socket.send(JSON.stringify({ envelope_id: frame?.envelope_id, payload: {} }))
  const events = () => frames.filter((frame) => frame.type === 'events_api')
  return { socket, frames, url, acknowledge, events }
}

const hello = { user: 'U0MAYA', type: 'message', channel: 'access-reviews', text: 'hello' }

test('a ticket lets one connection in, once', async (t) => {
  const local = await localSlack(t)
  const { socket, frames, url } = await connect(local)
  assert.equal(frames[0]?.type, 'hello')
  assert.equal(frames[0]?.num_connections, 1)
  assert.deepEqual(local.slack.state().app, { connected: true, connections: 1 })
  const second = new WebSocket(url)
  const [, response] = await once(second, 'unexpected-response')
  assert.equal(response.statusCode, 403)
  socket.close()
  await until('disconnected', () => !local.slack.state().app.connected)
})

test('an eleventh connection is turned away', async (t) => {
  const local = await localSlack(t)
  for (let count = 0; count < 10; count += 1) await connect(local)
  const { frames } = await connect(local)
  assert.equal(frames[0]?.type, 'disconnect')
  assert.equal(frames[0]?.reason, 'too_many_websockets')
  assert.equal(local.slack.state().app.connections, 10)
})

test('each envelope goes to one of the connections, in turn', async (t) => {
  const local = await localSlack(t)
  const connections = [await connect(local), await connect(local)]
  for (const { socket, acknowledge } of connections)
    socket.on('message', (data) => acknowledge(JSON.parse(String(data))))
  await act(local, hello)
  await act(local, hello)
  assert.deepEqual(
    connections.map(({ events }) => events().length),
    [1, 1],
  )
})

test('an event nobody takes comes again at once, after one minute and after five', async (t) => {
  const local = await localSlack(t)
  await act(local, hello)
  const first = await connect(local)
  local.clock.advance(60_000)
  await until('the retry after a minute', () => first.events().length === 1)
  assert.equal(first.events()[0]?.retry_attempt, 2)
  assert.equal(first.events()[0]?.retry_reason, 'connection_failed')
  first.socket.terminate()
  const second = await connect(local)
  local.clock.advance(4 * 60_000)
  await until('the retry after five minutes', () => second.events().length === 1)
  assert.equal(second.events()[0]?.retry_attempt, 3)
  assert.equal(second.events()[0]?.retry_reason, 'timeout')
  assert.equal(second.events()[0]?.payload?.event_id, first.events()[0]?.payload?.event_id)
})

test('an acknowledged event does not come again', async (t) => {
  const local = await localSlack(t)
  const { events, socket, acknowledge } = await connect(local)
  socket.on('message', (data) => acknowledge(JSON.parse(String(data))))
  await act(local, hello)
  local.clock.advance(10 * 60_000)
  await act(local, { ...hello, text: 'another' })
  assert.deepEqual(
    events().map((frame) => frame.payload?.event?.['text']),
    ['hello', 'another'],
  )
})

test('an event that is lost with its connection is delivered again at once', async (t) => {
  const local = await localSlack(t)
  const doomed = await connect(local)
  const other = await connect(local)
  doomed.socket.on('message', () => doomed.socket.terminate())
  const acting = act(local, hello)
  await until('the retry', () => other.events().length === 1)
  assert.equal(other.events()[0]?.retry_attempt, 1)
  other.acknowledge(other.events()[0])
  await acting
})

test('the duplicate fault delivers an event twice under one event id', async (t) => {
  const local = await localSlack(t)
  local.faults.set({ slack: 'duplicate' })
  const { events, socket, acknowledge } = await connect(local)
  socket.on('message', (data) => acknowledge(JSON.parse(String(data))))
  await act(local, hello)
  const [first, second] = events()
  assert.equal(events().length, 2)
  assert.equal(first?.payload?.event_id, second?.payload?.event_id)
  assert.notEqual(first?.envelope_id, second?.envelope_id)
})

test('the disconnect fault closes every connection and lets none in until it is off', async (t) => {
  const local = await localSlack(t)
  const { socket, frames } = await connect(local)
  const closed = once(socket, 'close')
  local.faults.set({ slack: 'disconnect' })
  await closed
  assert.equal(frames.at(-1)?.type, 'disconnect')
  const { url = '' } = await webClient(local.apiUrl, APP_TOKEN).apps.connections.open({})
  const [, response] = await once(new WebSocket(url), 'unexpected-response')
  assert.equal(response.statusCode, 503)
  local.faults.set({ slack: 'off' })
  assert.equal((await connect(local)).frames[0]?.type, 'hello')
})

test('a Bolt app hears messages again after it was disconnected', async (t) => {
  const local = await localSlack(t)
  const heard: string[] = []
  const { receiver } = await boltApp(local, (app) => {
    app.message(async ({ message }) => {
      if ('text' in message) heard.push(message.text ?? '')
    })
  })
  await act(local, { ...hello, text: 'before' })
  const disconnected = new Promise((resolve) => receiver.client.once('disconnected', resolve))
  local.faults.set({ slack: 'disconnect' })
  await disconnected
  local.faults.set({ slack: 'off' })
  await receiver.client.start()
  await act(local, { ...hello, text: 'after' })
  assert.deepEqual(heard, ['before', 'after'])
})

test('only what the manifest subscribes to, with its scope, is delivered', async (t) => {
  const local = await localSlack(t, { scopes: ['chat:write', 'channels:history'] })
  const { events, socket, acknowledge } = await connect(local)
  socket.on('message', (data) => acknowledge(JSON.parse(String(data))))
  await act(local, { ...hello, channel: 'access-escalations' })
  await act(local, { ...hello, channel: 'dm' })
  await act(local, { ...hello, channel: 'general' })
  await act(local, { ...hello, text: '@Countersign why?' })
  assert.deepEqual(
    events().map((frame) => frame.payload?.event?.['type']),
    ['message'],
  )
  assert.deepEqual(local.slack.usage().events, { 'message.channels': 1 })
})
