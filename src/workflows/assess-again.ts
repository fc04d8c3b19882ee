import type { Grant } from '../domain/grant.ts'
import { reachOf } from '../domain/history-context.ts'
import type { ReviewState } from '../domain/review.ts'
import type { Records } from '../ports.ts'

/** So many events of a page are followed up, and so many grants for each: later evidence must not flood the model. */
const EVENTS_MAX = 50
const GRANTS_MAX = 20

/** What people have decided stays decided. */
const UNDECIDED: readonly ReviewState[] = ['waiting', 'open', 'auto_resolved', 'shadow']

/** Queues grants again on which later events throw a new light; answers with how many. */
export async function assessAgain(
  records: Pick<Records, 'ledger' | 'reviews' | 'queue'>,
  context: { readonly tenantId: string; readonly now: number },
  written: readonly Grant[],
): Promise<number> {
  const { tenantId, now } = context
  const ids = new Set<string>()
  for (const reach of written.flatMap((grant) => reachOf(grant) ?? []).slice(0, EVENTS_MAX))
    for (const id of await records.ledger.given({ tenantId, reach, limit: GRANTS_MAX })) ids.add(id)
  const reviews = await records.reviews.byIds(tenantId, [...ids])
  const again = reviews.filter(({ state }) => UNDECIDED.includes(state))
  await records.queue.put(
    again.map(({ grantId }) => ({
      tenantId,
      grantId,
      dueAt: now,
      enqueuedAt: now,
      mode: 'live',
      attempts: 0,
    })),
  )
  return again.length
}
