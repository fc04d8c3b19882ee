import { type OutboxRow, type OutboxTarget, UpstreamError } from '../ports.ts'
import type { Axiom } from './client.ts'

/** Well under Axiom's 10,000 events a request, and small enough to be sent again whole. */
const BATCH_MAX = 500
/** Statuses that speak of the rows' content. Every other failure may pass or be put right. */
const REFUSALS: readonly (number | null)[] = [400, 413]

/**
 * Delivers review events to their dataset. An answer that was lost means a duplicate later, which readers
 * tell by `event_id`. `refused` for several rows means that at least one of them was.
 */
export function createReviewSink(options: { readonly axiom: Axiom; readonly dataset: string }): OutboxTarget {
  return {
    lane: 'axiom',
    batchMax: BATCH_MAX,
    async deliver(rows) {
      try {
        await options.axiom.ingest(options.dataset, rows.map(eventOf))
        return { kind: 'delivered' }
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error
        if (REFUSALS.includes(error.status)) return { kind: 'refused', why: error.message }
        // The outbox tries for ever, also where only a person can help: a key, a permission, a schema rule.
        throw new UpstreamError('axiom', error.message, {
          retryable: true,
          ...(error.status !== null && { status: error.status }),
          ...(error.retryAfterMs !== null && { retryAfterMs: error.retryAfterMs }),
          cause: error,
        })
      }
    },
  }
}

function eventOf(row: OutboxRow): object {
  const event: unknown = JSON.parse(row.payload)
  if (typeof event !== 'object' || event === null) throw new TypeError('an outbox row holds no JSON object')
  return event
}
