import { type Action, needsReason } from '../../domain/decision.ts'
import type { Click } from '../../ports.ts'
import { acknowledge, atBoundary, type HandlerPorts } from '../boundary.ts'
import { MORE, REVIEW_ACTIONS } from '../ids.ts'
import { parseGrantId } from '../payloads.ts'
import { explainInModal } from './explanations.ts'
import { openReasonModal } from './reason-modal.ts'
import { type CardPress, type ReviewPress, recordAndAct, tellPresser, UNRECORDED } from './record-and-act.ts'

/** The three buttons and the menu of a review card. */
export async function onCardPress(ports: HandlerPorts, input: ReviewPress): Promise<void> {
  const { press } = input
  const [verb, ofOption] =
    press.actionId === REVIEW_ACTIONS.more ? press.value.split(':') : [press.actionId, press.value]
  const grantId = parseGrantId(ofOption ?? '')
  if (grantId === null || press.channel === null || press.messageTs === null) {
    await acknowledge(ports.log, input.ack)
    ports.log.warn({ action: press.actionId }, 'A press that belongs to no card')
    return
  }
  const card: CardPress = { ...input, grantId, channel: press.channel, messageTs: press.messageTs }
  if (verb === MORE.explain) return await explainInModal(ports, { ...input, grantId })
  if (verb === MORE.reopen) return await decideAtOnce(ports, card, { action: 'reopen' })
  if (verb === REVIEW_ACTIONS.escalate) return await decideAtOnce(ports, card, { action: 'escalate' })
  if (verb === REVIEW_ACTIONS.revoke) return await openReasonModal(ports, card, { action: 'revoke' })
  if (verb === REVIEW_ACTIONS.approve) return await approve(ports, card)
  await acknowledge(ports.log, input.ack)
}

/** Approving at high needs a reason first; otherwise the click is the decision. */
async function approve(ports: HandlerPorts, card: CardPress): Promise<void> {
  const about = { what: 'approve', tell: tellPresser(ports, card), sentence: () => UNRECORDED }
  const band = await atBoundary(ports.log, about, async () => {
    const reviewCase = await ports.useCases.reviewCase(card.tenantId, card.grantId)
    // What is decided already needs no reason: the click loses, and is told so.
    return reviewCase?.review?.state === 'open' ? reviewCase.review.band : 'low'
  })
  // The review could not be read: not acknowledged, so that Slack marks the click as failed.
  if (band === undefined) return
  if (needsReason('approve', band)) return await openReasonModal(ports, card, { action: 'approve' })
  await decideAtOnce(ports, card, { action: 'approve' })
}

/** The press is the decision. */
export async function decideAtOnce(
  ports: HandlerPorts,
  card: CardPress,
  decision: { readonly action: Action; readonly reason?: string },
): Promise<void> {
  const click: Click = {
    id: `press:${card.press.triggerId}`,
    tenantId: card.tenantId,
    kind: 'button',
    action: decision.action,
    grantId: card.grantId,
    reason: decision.reason ?? null,
    slackUserId: card.press.userId,
    channel: card.channel,
    messageTs: card.messageTs,
    receivedAt: ports.clock.now(),
  }
  await recordAndAct(ports, { click, ack: card.ack, tell: tellPresser(ports, card) })
}
