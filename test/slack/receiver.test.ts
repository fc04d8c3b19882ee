import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type WebSocket, WebSocketServer } from 'ws'
import { createConnection } from '../../src/slack/receiver.ts'
import { eventually, keptLog } from './support/slack-world.ts'

interface RawSlack {
  readonly apiUrl: string
  readonly sockets: WebSocket[]
  readonly acknowledged: string[]
  send(frame: unknown): void
}

/** The far side of Socket Mode, for frames that a well-behaved Slack does not send. */
async function aRawSlack(t: TestContext): Promise<RawSlack> {
  const sockets: WebSocket[] = []
  const acknowledged: string[] = []
  const server = createServer((_request, response) => {
    const { port } = server.address() as AddressInfo
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ ok: true, url: `ws://127.0.0.1:${port}/socket` }))
  })
  const far = new WebSocketServer({ server })
  far.on('connection', (socket) => {
    sockets.push(socket)
    socket.on('message', (data) => acknowledged.push(String(JSON.parse(String(data)).envelope_id)))
    socket.send(JSON.stringify({ type: 'hello', num_connections: 1 }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.terminate()
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    sockets,
    acknowledged,
    send: (frame) => sockets.at(-1)?.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
  }
}

async function connected(t: TestContext, raw: RawSlack) {
  const log = keptLog()
  const prepare = async () => undefined
  const connection = createConnection({ appToken: 'xapp-1', apiUrl: raw.apiUrl, log, prepare })
  t.after(() => connection.stop())
  await connection.start()
  return { connection, log }
}

test('an envelope without an event is acknowledged and harms nothing', async (t) => {
  const raw = await aRawSlack(t)
  const { connection, log } = await connected(t, raw)
  const arrived: string[] = []
  connection.receiver.client.on('slack_event', (event: { envelope_id: string }) =>
    arrived.push(event.envelope_id),
  )
  raw.send({ type: 'events_api', envelope_id: 'e1', payload: { type: 'app_rate_limited' } })
  raw.send({ type: 'events_api', envelope_id: 'e2' })
  raw.send('no json at all')
  raw.send('null')
  raw.send({ type: 'events_api', envelope_id: 'e3', payload: { event: { type: 'app_mention' } } })
  await eventually(() => arrived.includes('e3') && raw.acknowledged.length >= 2)
  assert.deepEqual(raw.acknowledged, ['e1', 'e2'])
  assert.equal(connection.connected(), true)
  assert.ok(log.lines.some(({ message }) => message.includes('without an event')))
})

test('a routine disconnect is followed by a new socket at once', async (t) => {
  const raw = await aRawSlack(t)
  const { connection } = await connected(t, raw)
  const startedAt = performance.now()
  raw.send({ type: 'disconnect', reason: 'refresh_requested' })
  await eventually(() => raw.sockets.length === 2 && connection.connected())
  assert.ok(performance.now() - startedAt < 2_000, 'the SDK’s own five seconds are not waited for')
})

test('a stopped connection stays stopped', async (t) => {
  const raw = await aRawSlack(t)
  const { connection } = await connected(t, raw)
  await connection.stop()
  assert.equal(connection.connected(), false)
  await eventually(() => raw.sockets[0]?.readyState === 3)
  assert.equal(raw.sockets.length, 1)
})
