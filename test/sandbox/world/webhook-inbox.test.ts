import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { signWebhook } from '../../../src/domain/webhook-signature.ts'
import { createFaults } from '../../../src/sandbox/faults.ts'
import { createWebhookInbox } from '../../../src/sandbox/webhook-inbox.ts'
import { serve, standingClock, temporaryDisk } from '../serve.ts'

const NOW = Date.parse('2026-11-24T13:00:00Z')
const SECRET = `whsec_${Buffer.alloc(32, 'k').toString('base64')}`

async function stand(t: TestContext) {
  const faults = createFaults()
  const clock = standingClock(NOW)
  const inbox = createWebhookInbox({ disk: temporaryDisk(t), clock, faults, secret: SECRET, slowMs: 300 })
  const url = await serve(t, inbox.handle)
  const send = (body: string, more: Record<string, string> = {}) => {
    const signed = signWebhook({ secret: SECRET, id: 'msg_1', timestampSeconds: NOW / 1000, body })
    return fetch(`${url}/webhook`, { method: 'POST', headers: { ...signed, ...more }, body })
  }
  return { faults, clock, inbox, send, url }
}

test('a signed webhook is kept as it came, with its verdict', async (t) => {
  const { inbox, send } = await stand(t)
  const body = '{"type":"review.decided",  "ü":1}'
  assert.equal((await send(body)).status, 200)
  const [received] = inbox.received()
  assert.equal(received?.verdict, 'valid')
  assert.equal(received.body, body)
  assert.equal(received.headers['webhook-id'], 'msg_1')
  assert.equal(received.receivedAt, '2026-11-24T13:00:00.000Z')
})

test('a wrong signature and an old one are kept with the reason, and refused', async (t) => {
  const { inbox, send, clock } = await stand(t)
  assert.equal((await send('{}', { 'webhook-signature': 'v1,AAAA' })).status, 401)
  clock.advance(10 * 60_000)
  assert.equal((await send('{}')).status, 401)
  const verdicts = inbox.received().map((one) => one.verdict)
  assert.match(verdicts[0] ?? '', /^invalid: no signature matches/)
  assert.match(verdicts[1] ?? '', /^invalid: .*too old/)
})

test('a target that fails or refuses keeps nothing', async (t) => {
  const { faults, inbox, send } = await stand(t)
  faults.set({ webhook: '5xx' })
  assert.equal((await send('{}')).status, 503)
  faults.set({ webhook: '400' })
  assert.equal((await send('{}')).status, 400)
  assert.deepEqual(inbox.received(), [])
})

test('a slow target has taken the webhook before it says so', async (t) => {
  const { faults, inbox, send } = await stand(t)
  faults.set({ webhook: 'slow' })
  const arrived = new Promise<void>((resolve) => inbox.onChange(resolve))
  const answered = send('{}').then((response) => response.status)
  const first = await Promise.race([arrived.then(() => 'arrived'), answered])
  assert.equal(first, 'arrived')
  assert.equal(inbox.received().length, 1)
  assert.equal(await answered, 200)
})
