import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { verifyWebhook } from '../domain/webhook-signature.ts'
import type { WorldClock } from './clock.ts'
import type { Disk } from './disk.ts'
import { answerJson, readBody, urlOf } from './exchange.ts'
import type { Faults } from './faults.ts'

const BODY_BYTES_MAX = 1024 * 1024
const SLOW_MS = 20_000
const SHOWN_MAX = 1000

export interface ReceivedWebhook {
  readonly receivedAt: string
  readonly headers: Readonly<Record<string, string>>
  /** Exactly as it came: what the signature was made over. */
  readonly body: string
  /** `valid`, or `invalid: ` and why. */
  readonly verdict: string
}

export interface WebhookInbox {
  /** Handles /webhook; false for any other path. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>
  /** The latest webhooks, oldest first. */
  received(): readonly ReceivedWebhook[]
  onChange(listener: () => void): void
}

/** The far side of the decision webhook, as a customer's automation would check it. */
export function createWebhookInbox(options: {
  disk: Disk
  clock: WorldClock
  faults: Faults
  secret: string
  slowMs?: number
}): WebhookInbox {
  const { clock, faults, secret, slowMs = SLOW_MS } = options
  const kept = options.disk.collection<ReceivedWebhook>('webhooks')
  const listeners: (() => void)[] = []

  const receive = (headers: Readonly<Record<string, string>>, body: string): string => {
    const nowMs = clock.now()
    const named = {
      id: headers['webhook-id'] ?? '',
      timestamp: headers['webhook-timestamp'] ?? '',
      signature: headers['webhook-signature'] ?? '',
    }
    const result = verifyWebhook({ secret, headers: named, body, nowMs })
    const verdict = result === 'valid' ? 'valid' : `invalid: ${result.invalid}`
    const receivedAt = new Date(nowMs).toISOString()
    kept.put(String(kept.count()), { receivedAt, headers, body, verdict })
    for (const listener of listeners) listener()
    return verdict
  }

  return {
    async handle(request, response) {
      if (urlOf(request).pathname !== '/webhook') return false
      const read = await readBody(request, BODY_BYTES_MAX)
      if (request.method !== 'POST') answerJson(response, 405, { error: 'Use POST.' }, { allow: 'POST' })
      else if ('problem' in read) answerJson(response, read.status, { error: read.problem })
      // A target that refuses has not taken the webhook: nothing of it is kept.
      else if (faults.has('webhook', '5xx')) answerJson(response, 503, { error: 'unavailable' })
      else if (faults.has('webhook', '400')) answerJson(response, 400, { error: 'refused' })
      else {
        const verdict = receive(flatHeaders(request), read.text)
        // A slow target has taken it and is late to say so: the sender cannot know.
        if (faults.has('webhook', 'slow')) await wait(slowMs, undefined, { ref: false })
        if (verdict === 'valid') answerJson(response, 200, { ok: true })
        else answerJson(response, 401, { error: verdict })
      }
      return true
    },
    received: () => kept.all().slice(-SHOWN_MAX),
    onChange: (listener) => void listeners.push(listener),
  }
}

function flatHeaders(request: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
  )
}
