import { z } from 'zod'
import { type OutboxRow, type OutboxTarget, type Ports, UpstreamError } from '../ports.ts'
import { loadCase } from './load-case.ts'

const noticeSchema = z.strictObject({
  kind: z.enum(['escalated', 'overdue', 'summary', 'alarm']),
  tenantId: z.string(),
  grantId: z.string().nullable(),
  text: z.string().nullable(),
})
type Notice = z.infer<typeof noticeSchema>

/** A notice for Slack as an outbox row: written with what it tells of, posted at least once. */
export function noticeRow(notice: {
  readonly kind: Notice['kind']
  readonly tenantId: string
  readonly grantId?: string
  readonly text?: string
  readonly at: number
  readonly key: string
}): Pick<OutboxRow, 'tenantId' | 'lane' | 'eventId' | 'payload' | 'createdAt'> {
  const payload: Notice = {
    kind: notice.kind,
    tenantId: notice.tenantId,
    grantId: notice.grantId ?? null,
    text: notice.text ?? null,
  }
  return {
    tenantId: notice.tenantId,
    lane: 'slack',
    eventId: `${notice.kind}:${notice.key}`,
    payload: JSON.stringify(payload),
    createdAt: notice.at,
  }
}

const TEXTS: Readonly<Record<'escalated' | 'overdue', string>> = {
  escalated: 'Escalated: somebody asks for a second look at this grant.',
  overdue:
    'A requested revoke was not confirmed at the source in time. Check the automation, or take the role away by hand.',
}

/** Posts notices: escalations and overdue revokes to the escalation channel (else the review channel), with the case. */
export function noticeTarget(ports: Pick<Ports, 'store' | 'desk'>): OutboxTarget {
  return {
    lane: 'slack',
    batchMax: 1,
    async deliver(rows) {
      try {
        for (const row of rows) await post(ports, noticeSchema.parse(JSON.parse(row.payload)))
        return { kind: 'delivered' }
      } catch (error) {
        // Slack will not take this notice, ever (channel gone, bot not a member): the lane must go on behind it.
        if (error instanceof UpstreamError && !error.retryable) return { kind: 'refused', why: error.message }
        throw error
      }
    },
  }
}

async function post(ports: Pick<Ports, 'store' | 'desk'>, notice: Notice): Promise<void> {
  const { records } = ports.store
  const policy = (await records.policies.current(notice.tenantId))?.policy
  const channel =
    notice.kind === 'summary'
      ? policy?.channels.review
      : (policy?.channels.escalation ?? policy?.channels.review)
  // Without any channel there is nobody to tell; doctor and App Home say that the channel is missing.
  if (channel === null || channel === undefined) return
  const reviewCase = notice.grantId === null ? null : await loadCase(records, notice.tenantId, notice.grantId)
  const text =
    notice.kind === 'escalated' || notice.kind === 'overdue' ? TEXTS[notice.kind] : (notice.text ?? '')
  await ports.desk.notify({
    tenantId: notice.tenantId,
    channel,
    text,
    ...(reviewCase === null ? {} : { reviewCase }),
  })
  const card = reviewCase?.card
  if (notice.kind === 'overdue' && card !== null && card !== undefined && card.messageTs !== null)
    await ports.desk.replyInThread({
      tenantId: notice.tenantId,
      channel: card.channel,
      threadTs: card.messageTs,
      text,
    })
}
