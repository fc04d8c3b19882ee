import { emptyCalibration } from '../domain/calibration.ts'
import type { Grant } from '../domain/grant.ts'
import type { Policy } from '../domain/policy.ts'
import type { Ports, Records } from '../ports.ts'
import { type Compared, calibrationRowsOf, compareInOrder } from './compare-changes.ts'
import { inTransaction } from './in-transaction.ts'

/** The newest grants of a feed's history that later ones are compared with: some thousands of changes. */
const HISTORY_GRANTS_MAX = 4_000
const BATCH = 500

type CalibratePorts = Pick<Ports, 'clock' | 'store'>

/** Feeds whose history was read become what later changes are compared with; each once. */
export async function calibrateFeeds(
  ports: CalibratePorts,
  input: { readonly tenantId: string; readonly policy: Policy; readonly signal: AbortSignal },
): Promise<void> {
  const { tenantId, policy, signal } = input
  const { records } = ports.store
  for (const { feedId, backfilled } of await records.feeds.all(tenantId)) {
    const job = `calibrate:${tenantId}:${feedId}`
    if (!backfilled || signal.aborted || (await records.runs.last(job)) !== null) continue
    const startedAt = ports.clock.now()
    const grants = await records.ledger.newestGiven({ tenantId, feedId, limit: HISTORY_GRANTS_MAX })
    await calibrateOn(ports, { tenantId, policy, grants })
    await records.runs.save({ job, startedAt, finishedAt: ports.clock.now(), error: null })
  }
}

/** Compares past grants with one another, oldest first, and remembers each change as learned when it happened. */
export async function calibrateOn(
  ports: Pick<Ports, 'store'>,
  input: { readonly tenantId: string; readonly policy: Policy; readonly grants: readonly Grant[] },
): Promise<void> {
  const { tenantId, policy, grants } = input
  const { records } = ports.store
  // Other feeds' changes are part of the tenant's past as well.
  const calibration = grants.length === 0 ? emptyCalibration() : await records.calibrations.load(tenantId)
  for (let start = 0; start < grants.length; start += BATCH) {
    const batch = grants.slice(start, start + BATCH).map((grant) => ({ grant }))
    const profile = await records.history.load(
      tenantId,
      batch.map(({ grant }) => grant),
    )
    const compared = compareInOrder({ profile, calibration, policy }, batch, () => 0)
    await inTransaction(ports, (inside) => remember(inside, tenantId, compared))
  }
}

async function remember(
  records: Records,
  tenantId: string,
  compared: readonly Compared<{ readonly grant: Grant }>[],
): Promise<void> {
  const rows = calibrationRowsOf(
    compared.map(({ one, comparison }) => ({ grant: one.grant, comparison, learnDelayMs: 0 })),
  )
  await records.calibrations.put(tenantId, rows)
}
