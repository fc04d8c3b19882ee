import { retryAfterMs } from '../domain/retry-after.ts'
import { signWebhook } from '../domain/webhook-signature.ts'
import { type Clock, type OutboxTarget, UpstreamError } from '../ports.ts'

const TIMEOUT_MS = 10_000
/** Statuses that speak of the row's content. Every other failure may pass or be put right. */
const REFUSALS: readonly number[] = [400, 413]

/**
 * Delivers decisions to the team's own automation, one signed request each (Standard Webhooks). The event's id
 * is the webhook's, so that a receiver can tell a repeated delivery.
 */
export function createWebhookSender(options: {
  readonly url: string
  /** Must have passed `webhookSecretFault`. */
  readonly secret: string
  readonly clock: Clock
  readonly timeoutMs?: number
}): OutboxTarget {
  const { url, secret, clock, timeoutMs = TIMEOUT_MS } = options
  return {
    lane: 'webhook',
    batchMax: 1,
    async deliver(rows) {
      for (const row of rows) {
        const timestampSeconds = Math.floor(clock.now() / 1_000)
        const response = await fetch(url, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'user-agent': 'Countersign',
            ...signWebhook({ secret, id: row.eventId, timestampSeconds, body: row.payload }),
          },
          body: row.payload,
          // A redirect would carry the decision to a place that nobody configured.
          redirect: 'manual',
          signal: AbortSignal.timeout(timeoutMs),
        }).catch((cause: unknown) => {
          throw new UpstreamError('webhook', 'The webhook could not be reached in time.', {
            retryable: true,
            cause,
          })
        })
        // The status says all; a body may be endless.
        await response.body?.cancel()
        const { status } = response
        if (REFUSALS.includes(status)) return { kind: 'refused', why: `The webhook answered ${status}.` }
        if (!response.ok) throw failureOf(response, clock.now())
      }
      return { kind: 'delivered' }
    },
  }
}

function failureOf({ status, headers }: Response, now: number): UpstreamError {
  const wait = retryAfterMs(headers.get('retry-after'), now)
  const hint = status >= 300 && status < 400 ? ': redirects are not followed, set the final address' : ''
  return new UpstreamError('webhook', `The webhook answered ${status}${hint}.`, {
    retryable: true,
    status,
    ...(wait !== null && { retryAfterMs: wait }),
  })
}
