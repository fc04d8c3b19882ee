import type { Review } from '../domain/review.ts'
import type { ReviewStep } from '../domain/review-step.ts'
import { ConflictError, type Ports, type Records } from '../ports.ts'
import { inTransaction } from './in-transaction.ts'
import { loadCases } from './load-case.ts'
import { noticeRow } from './notices.ts'
import { recordSteps } from './record-steps.ts'

const REVIEWS_PER_RUN = 200

/** Requested revokes that nobody confirmed become overdue; grants that waited too long for the model go to a person. */
export async function watchDeadlines(
  ports: Pick<Ports, 'clock' | 'store' | 'chainKey' | 'hasWebhook'>,
  tenantId: string,
): Promise<number> {
  const now = ports.clock.now()
  return await inTransaction(ports, async (records) => {
    const due = await records.reviews.overdue(tenantId, now, REVIEWS_PER_RUN)
    const cases = await loadCases(
      records,
      tenantId,
      due.map((review) => review.grantId),
    )
    const steps: ReviewStep[] = []
    for (const { grant, assessment, review } of cases) {
      if (review === null) continue
      const next = expired(review, now)
      if (!(await records.reviews.compareAndSet(next)))
        throw new ConflictError('a review changed at its deadline')
      const event = next.state === 'overdue' ? 'review.revoke_overdue' : 'review.opened'
      const detail = next.state === 'overdue' ? {} : { note: 'the model gave no answer in time' }
      steps.push({ event, tenantId, at: now, grant, assessment, before: review.state, review: next, detail })
    }
    await recordSteps(ports, records, steps)
    await tell(records, { steps, now })
    return steps.length
  })
}

function expired(review: Review, now: number): Review {
  const state = review.state === 'revoking' ? 'overdue' : 'open'
  const escalatedAt = state === 'overdue' ? now : review.escalatedAt
  return { ...review, state, version: review.version + 1, updatedAt: now, dueAt: null, escalatedAt }
}

async function tell(
  records: Records,
  input: { readonly steps: readonly ReviewStep[]; readonly now: number },
): Promise<void> {
  for (const { tenantId, grant, review, event } of input.steps) {
    if (grant === undefined || review === null || review === undefined) continue
    if (event === 'review.revoke_overdue')
      await records.outbox.add([
        noticeRow({
          kind: 'overdue',
          tenantId,
          grantId: grant.id,
          at: input.now,
          key: `${grant.id}:${review.version}`,
        }),
      ])
    // The person decides now; the model is not asked again.
    else await records.queue.remove([{ tenantId, grantId: grant.id, enqueuedAt: input.now }])
  }
}
