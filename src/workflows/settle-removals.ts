import type { Grant } from '../domain/grant.ts'
import { partyKey } from '../domain/party.ts'
import type { Review } from '../domain/review.ts'
import type { ReviewStep } from '../domain/review-step.ts'
import { isRemovalOf, removerIsInvolved } from '../domain/revocation.ts'
import { ConflictError, type Ports, type Records } from '../ports.ts'
import { recordSteps } from './record-steps.ts'

const RELATED_MAX = 500

/** The removals that were just written: confirms requested revokes and marks open reviews moot or already gone. */
export async function settleRemovals(
  ports: Pick<Ports, 'chainKey' | 'hasWebhook'>,
  records: Records,
  context: { readonly tenantId: string; readonly feedId: string; readonly now: number },
  removals: readonly Grant[],
): Promise<void> {
  if (removals.length === 0) return
  const { tenantId, feedId } = context
  const reviews = await records.reviews.forGrantees({
    tenantId,
    feedId,
    granteeKeys: [...new Set(removals.map((removal) => partyKey(removal.grantee)))],
    states: ['open', 'waiting', 'revoking', 'overdue'],
  })
  const grants = await records.ledger.byIds(
    tenantId,
    reviews.map((review) => review.grantId),
  )
  const byId = new Map(grants.map((grant) => [grant.id, grant]))
  const steps: ReviewStep[] = []
  for (const review of reviews) {
    const grant = byId.get(review.grantId)
    if (grant === undefined) continue
    const removal = await standingRemoval(records, grant)
    if (removal === null) continue
    const step = settle({ review, grant, removal, now: context.now })
    if (step === null) continue
    if (!(await records.reviews.compareAndSet(step.review)))
      throw new ConflictError('a review changed meanwhile')
    steps.push(step)
  }
  await recordSteps(ports, records, steps)
}

/** The removal that took this grant away, if one was observed and no later grant gave it back. */
export async function standingRemoval(records: Pick<Records, 'ledger'>, grant: Grant): Promise<Grant | null> {
  const related = await records.ledger.related({
    tenantId: grant.tenantId,
    feedId: grant.feedId,
    granteeKey: partyKey(grant.grantee),
    since: grant.occurredAt,
    limit: RELATED_MAX,
  })
  return isRemovalOf(grant, related)
}

type SettledStep = ReviewStep & { readonly review: Review }

interface Settlement {
  readonly review: Review
  readonly grant: Grant
  readonly removal: Grant
  readonly now: number
}

/** What an observed removal makes of a review; null when it changes nothing. */
export function settle({ review, grant, removal, now }: Settlement): SettledStep | null {
  const next = { ...review, version: review.version + 1, updatedAt: now }
  const base = {
    tenantId: review.tenantId,
    at: now,
    grant,
    before: review.state,
    detail: { removed_at: new Date(removal.occurredAt).toISOString(), removal_id: removal.id },
  }
  if (review.state === 'revoking' || review.state === 'overdue')
    return {
      ...base,
      event: 'review.revoke_confirmed',
      review: { ...next, state: 'revoked', dueAt: null, settledByGrantId: removal.id },
    }
  if (review.alreadyGoneAt !== null) return null
  if (review.state === 'open' && !removerIsInvolved(grant, removal))
    return { ...base, event: 'review.moot', review: { ...next, state: 'moot', settledByGrantId: removal.id } }
  return { ...base, event: 'review.already_gone', review: { ...next, alreadyGoneAt: removal.occurredAt } }
}
