import assert from 'node:assert/strict'
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, test } from 'node:test'
import { verifyWebhook } from '../../src/domain/webhook-signature.ts'
import type { OutboxRow } from '../../src/ports.ts'
import { createWebhookSender } from '../../src/webhook/sender.ts'

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const NOW = Date.parse('2026-03-01T10:00:00.900Z')
const PAYLOAD = '{"event":"review.approved","grantee":"Jürgen","seq":7}'

let server: Server
let answer: RequestListener
let received: { method: string | undefined; headers: IncomingHttpHeaders; body: string }[]

beforeEach(async () => {
  received = []
  answer = (_request, response) => response.writeHead(204).end()
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push({
        method: request.method,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      })
      answer(request, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(
  () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    }),
)

function sender(change: { timeoutMs?: number } = {}) {
  const { port } = server.address() as AddressInfo
  return createWebhookSender({
    url: `http://127.0.0.1:${port}/hook`,
    secret: SECRET,
    clock: { now: () => NOW },
    ...change,
  })
}

const ROW: OutboxRow = {
  position: 1,
  tenantId: 't',
  lane: 'webhook',
  eventId: 'event-7',
  payload: PAYLOAD,
  attempts: 0,
  createdAt: 0,
}

test('a decision is posted as it is stored, under its own id, with a signature that its receiver can check', async () => {
  assert.deepEqual(await sender().deliver([ROW]), { kind: 'delivered' })
  const [request] = received
  assert.equal(request?.method, 'POST')
  assert.equal(request.headers['content-type'], 'application/json')
  assert.equal(request.body, PAYLOAD)
  assert.equal(request.headers['webhook-id'], 'event-7')
  const headers = {
    id: String(request.headers['webhook-id']),
    timestamp: String(request.headers['webhook-timestamp']),
    signature: String(request.headers['webhook-signature']),
  }
  assert.equal(verifyWebhook({ secret: SECRET, headers, body: request.body, nowMs: NOW }), 'valid')
})

test('only 400 and 413 refuse a decision for its content', async () => {
  for (const status of [400, 413]) {
    answer = (_request, response) => response.writeHead(status).end('no')
    assert.deepEqual(await sender().deliver([ROW]), {
      kind: 'refused',
      why: `The webhook answered ${status}.`,
    })
  }
  for (const status of [401, 403, 404, 410, 422, 429, 500, 503]) {
    answer = (_request, response) => response.writeHead(status).end()
    await assert.rejects(sender().deliver([ROW]), { name: 'UpstreamError', retryable: true, status })
  }
})

test('a receiver that asks for time gets it, up to a limit', async () => {
  for (const [asked, waitMs] of [
    ['3', 3_000],
    ['Sun, 01 Mar 2026 10:01:00 GMT', 59_100],
    ['Sun, 01 Mar 2026 09:00:00 GMT', 0],
    ['999999', 900_000],
    ['soon', null],
  ] as const) {
    answer = (_request, response) => response.writeHead(503, { 'retry-after': asked }).end()
    await assert.rejects(sender().deliver([ROW]), { retryAfterMs: waitMs })
  }
})

test('a redirect is not followed', async () => {
  answer = (_request, response) => response.writeHead(307, { location: '/elsewhere' }).end()
  await assert.rejects(sender().deliver([ROW]), { status: 307, retryable: true, message: /not followed/ })
  assert.equal(received.length, 1)
})

test('a receiver that never answers, or cannot be reached, is tried again', async () => {
  answer = () => {}
  await assert.rejects(sender({ timeoutMs: 50 }).deliver([ROW]), {
    name: 'UpstreamError',
    retryable: true,
    status: null,
  })
  answer = (request) => request.socket.destroy()
  await assert.rejects(sender().deliver([ROW]), { retryable: true, status: null })
})

test('a body without end holds nothing up', async () => {
  let closed: () => void
  const isClosed = new Promise<void>((resolve) => {
    closed = resolve
  })
  answer = (_request, response) => {
    response.writeHead(200)
    const more = () => {
      while (response.write('x'.repeat(65_536)));
    }
    response.on('drain', more).on('close', () => closed())
    more()
  }
  assert.deepEqual(await sender().deliver([ROW]), { kind: 'delivered' })
  await isClosed
})
