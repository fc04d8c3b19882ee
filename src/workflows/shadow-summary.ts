import type { Band } from '../domain/evidence.ts'
import type { PolicyVersion } from '../domain/policy.ts'
import type { Ports } from '../ports.ts'
import { inTransaction } from './in-transaction.ts'
import { noticeRow } from './notices.ts'

/** Once a day: what people would have been asked about, feed by feed, where nobody is asked. */

const DAY_MS = 86_400_000
/** A restart at the hour, or a clock that is set back, must not tell the same day twice. */
const AGAIN_AFTER_MS = 20 * 3_600_000
const GRANTS_MAX = 2_000
const FEEDS_SHOWN = 20

type Counts = Record<Band, number>

export async function summariseShadow(
  ports: Pick<Ports, 'clock' | 'store'>,
  input: { readonly tenantId: string; readonly policy: PolicyVersion },
): Promise<void> {
  const { tenantId } = input
  const { policy } = input.policy
  if (policy.mode !== 'shadow' && !policy.feeds.some((feed) => feed.shadow)) return
  const now = ports.clock.now()
  const byFeed = await shadowed(ports, tenantId, now - DAY_MS)
  if (byFeed.size === 0) return
  const job = `shadow-summary:${tenantId}`
  await inTransaction(ports, async (records) => {
    const last = await records.runs.last(job)
    if (last !== null && now - last.startedAt < AGAIN_AFTER_MS) return
    await records.runs.save({ job, startedAt: now, finishedAt: now, error: null })
    const key = `${tenantId}:${new Date(now).toISOString().slice(0, 10)}`
    await records.outbox.add([
      noticeRow({ kind: 'summary', tenantId, text: summaryText(byFeed), at: now, key }),
    ])
  })
}

async function shadowed(
  ports: Pick<Ports, 'store'>,
  tenantId: string,
  since: number,
): Promise<ReadonlyMap<string, Counts>> {
  const { assessments, ledger } = ports.store.records
  const recent = (await assessments.recent({ tenantId, dispositions: ['shadow'], limit: GRANTS_MAX })).filter(
    ({ assessedAt }) => assessedAt >= since,
  )
  const grants = await ledger.byIds(
    tenantId,
    recent.map(({ grantId }) => grantId),
  )
  const feeds = new Map(grants.map(({ id, feedId }) => [id, feedId]))
  const byFeed = new Map<string, Counts>()
  for (const { grantId, verdict } of recent) {
    const feedId = feeds.get(grantId)
    if (feedId === undefined) continue
    const counts = byFeed.get(feedId) ?? { low: 0, medium: 0, high: 0 }
    counts[verdict.band] += 1
    byFeed.set(feedId, counts)
  }
  return byFeed
}

function summaryText(byFeed: ReadonlyMap<string, Counts>): string {
  const lines = [...byFeed]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .slice(0, FEEDS_SHOWN)
    .map(([feedId, { low, medium, high }]) => {
      const asked = medium + high
      return `${feedId}: of ${asked + low} grants I would have asked about ${asked} (${high} high, ${medium} medium) and let ${low} through.`
    })
  return ['In shadow, the last 24 hours.', ...lines, 'App Home lists them and switches to live.'].join('\n')
}
