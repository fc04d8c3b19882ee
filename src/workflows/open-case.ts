import type { ReviewState } from '../domain/review.ts'
import { ConflictError, type Ports } from '../ports.ts'
import { inTransaction } from './in-transaction.ts'
import { recordSteps } from './record-steps.ts'
import { reviewersOf } from './roster.ts'
import { isPolicyAdmin } from './switch-mode.ts'

export type OpenOutcome =
  | { readonly kind: 'opened' }
  | { readonly kind: 'not-allowed' }
  | { readonly kind: 'not-possible'; readonly state: ReviewState | null }

const OPENABLE: readonly ReviewState[] = ['shadow', 'auto_resolved']

/** A reviewer or policy admin asks for a review of a case that nobody was asked about. */
export async function openCase(
  ports: Pick<Ports, 'clock' | 'store' | 'directory' | 'chainKey' | 'hasWebhook'>,
  input: { readonly tenantId: string; readonly grantId: string; readonly slackUserId: string },
): Promise<OpenOutcome> {
  const { tenantId, grantId, slackUserId } = input
  const current = await ports.store.records.policies.current(tenantId)
  const member = await ports.directory.person(tenantId, slackUserId)
  if (current === null || member === null || member.deactivated || member.guest || member.stranger)
    return { kind: 'not-allowed' }
  const isReviewer = (await reviewersOf(ports.directory, tenantId, current.policy)).has(slackUserId)
  if (!isReviewer && !(await isPolicyAdmin(ports, { tenantId, policy: current.policy, slackUserId })))
    return { kind: 'not-allowed' }
  return await inTransaction(ports, async (records) => {
    const [review] = await records.reviews.byIds(tenantId, [grantId])
    const [grant] = await records.ledger.byIds(tenantId, [grantId])
    if (review === undefined || grant === undefined || !OPENABLE.includes(review.state))
      return { kind: 'not-possible', state: review?.state ?? null }
    const [assessment] = await records.assessments.latest(tenantId, [grantId])
    const at = ports.clock.now()
    const next = {
      ...review,
      state: 'open' as const,
      version: review.version + 1,
      updatedAt: at,
      origin: 'person' as const,
    }
    if (!(await records.reviews.compareAndSet(next))) throw new ConflictError('the review changed meanwhile')
    await recordSteps(ports, records, [
      {
        event: 'review.opened',
        tenantId,
        at,
        grant,
        assessment: assessment ?? null,
        before: review.state,
        review: next,
        actor: { slackUserId, name: member.name, email: member.email },
        detail: { note: 'opened by hand' },
      },
    ])
    return { kind: 'opened' }
  })
}
