import { chainEvents } from '../domain/chain.ts'
import type { ReviewEvent } from '../domain/review-event.ts'
import { type ReviewStep, reviewStepEvent } from '../domain/review-step.ts'
import type { Lane, Ports, Records } from '../ports.ts'

/** Steps that the compliance webhook hears of: what a person decided, and what became of it. */
const WEBHOOK_EVENTS: ReadonlySet<string> = new Set([
  'review.approved',
  'review.revoke_requested',
  'review.revoke_confirmed',
  'review.revoke_overdue',
  'review.escalated',
  'review.reopened',
  'review.already_gone',
  'review.moot',
])

/** Chains the steps and puts them into the outbox, in the caller's transaction, in the order given. */
export async function recordSteps(
  ports: Pick<Ports, 'chainKey' | 'hasWebhook'>,
  records: Pick<Records, 'chain' | 'outbox'>,
  steps: readonly ReviewStep[],
): Promise<void> {
  const first = steps[0]
  if (first === undefined) return
  const { tenantId } = first
  const head = await records.chain.lockHead(tenantId)
  const events = chainEvents(head, steps.map(reviewStepEvent), ports.chainKey)
  await records.chain.append(tenantId, events)
  await records.outbox.add(
    events.flatMap((event, index) =>
      lanesOf(event, ports.hasWebhook).map((lane) => ({
        tenantId,
        lane,
        eventId: event.event_id,
        payload: JSON.stringify(event),
        createdAt: steps[index]?.at ?? first.at,
      })),
    ),
  )
}

function lanesOf(event: ReviewEvent, hasWebhook: boolean): readonly Lane[] {
  return hasWebhook && WEBHOOK_EVENTS.has(event.event) ? ['axiom', 'webhook'] : ['axiom']
}
