import { isTombstone, tombstoneFor } from '../domain/chain.ts'
import { type Lane, type OutboxRow, type OutboxTarget, type Ports, UpstreamError } from '../ports.ts'
import { noticeRow } from './notices.ts'

const BATCHES_PER_RUN = 200
const BACK_OFF_MS = 1_000
const BACK_OFF_MAX_MS = 5 * 60_000

const TARGET_NAMES = { axiom: 'The review dataset', webhook: 'The decision webhook' } as const

type DeliverPorts = Pick<Ports, 'clock' | 'store' | 'targets' | 'log' | 'chainKey'>

/** Empties one lane in order, as far as its target takes it; what fails is tried again later, for ever. */
export async function deliverOutbox(
  ports: DeliverPorts,
  input: { readonly lane: Lane; readonly signal: AbortSignal },
): Promise<void> {
  const target = ports.targets.find((candidate) => candidate.lane === input.lane)
  if (target === undefined) return
  const { outbox } = ports.store.records
  for (let batch = 0; batch < BATCHES_PER_RUN && !input.signal.aborted; batch += 1) {
    const rows = await outbox.next(input.lane, ports.clock.now(), target.batchMax)
    if (rows.length === 0) return
    if (!(await deliverBatch(ports, target, rows))) return
  }
}

async function deliverBatch(
  ports: DeliverPorts,
  target: OutboxTarget,
  rows: readonly OutboxRow[],
): Promise<boolean> {
  const first = rows[0]
  if (first === undefined) return false
  try {
    const outcome = await target.deliver(rows)
    if (outcome.kind === 'delivered')
      await ports.store.records.outbox.delivered(rows.map((row) => row.position))
    else if (rows.length === 1) {
      const tombstone = await replaceRefused(ports, first, outcome.why)
      // At once, so that it keeps its place before what follows.
      if (tombstone !== null) return await deliverBatch(ports, target, [tombstone])
    }
    // One of them is refused: alone, each shows which.
    else for (const row of rows) if (!(await deliverBatch(ports, target, [row]))) return false
    return true
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    const delay =
      error.retryAfterMs ?? Math.min(BACK_OFF_MS * 2 ** Math.min(first.attempts, 20), BACK_OFF_MAX_MS)
    await ports.store.records.outbox.putOff(first.position, ports.clock.now() + delay, error.message)
    ports.log.warn(
      { lane: target.lane, delay, attempts: first.attempts, error },
      'Delivery failed and will be tried again',
    )
    return false
  }
}

/** A refused event leaves a tombstone with its place in the chain, so that the lane and the chain go on. */
async function replaceRefused(ports: DeliverPorts, row: OutboxRow, why: string): Promise<OutboxRow | null> {
  const { outbox } = ports.store.records
  ports.log.error(
    { lane: row.lane, event: row.eventId, why },
    'The target refuses this event for its content',
  )
  const payload: unknown = JSON.parse(row.payload)
  const tombstone =
    row.lane !== 'axiom' || isTombstone(payload) ? null : tombstoneFor(payload, why, ports.chainKey)
  if (row.lane !== 'slack')
    await outbox.add([
      noticeRow({
        kind: 'alarm',
        tenantId: row.tenantId,
        text: `${TARGET_NAMES[row.lane]} refused an event for its content and will not get it: ${why}`.slice(
          0,
          500,
        ),
        at: ports.clock.now(),
        key: row.eventId,
      }),
    ])
  // A notice, a webhook call, or a tombstone that is refused as well: nothing is left to send.
  if (tombstone === null) {
    await outbox.delivered([row.position])
    return null
  }
  const replaced = { ...row, payload: JSON.stringify(tombstone) }
  await outbox.replacePayload(row.position, replaced.payload)
  return replaced
}
