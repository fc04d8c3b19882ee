import type { ModalView } from '@slack/types'
import { shortCode } from '../../domain/grant.ts'
import type { DecisionOutcome } from '../../workflows/decide.ts'
import { acknowledge, atBoundary, type HandlerPorts } from '../boundary.ts'
import type { OpenModal } from '../conversation.ts'
import { writeMetadata } from '../payloads.ts'
import type { MayDecide } from '../use-cases.ts'
import { loadingModal, messageModal, reasonModal } from '../views/modals.ts'
import { noticeView, outcomeSentence } from '../views/notices.ts'
import { type CardPress, tellPresser } from './record-and-act.ts'

/** A trigger lives for three seconds: past this, a waiting modal is opened with it. */
const LOADING_AFTER_MS = 1_200

type Answer = DecisionOutcome | MayDecide

/** What the form is for; a prepared reason stands in it already, to be changed or sent. */
interface Wanted {
  readonly action: 'approve' | 'revoke'
  readonly reason?: string
}

/**
 * Opens the form for a reason, for those who may decide. Opening is no decision and is not recorded; whoever
 * may not decide is told why, and the submission is checked again.
 */
export async function openReasonModal(ports: HandlerPorts, card: CardPress, wanted: Wanted): Promise<void> {
  await acknowledge(ports.log, card.ack)
  const { action } = wanted
  const tell = tellPresser(ports, card)
  await atBoundary(ports.log, { what: `open the form to ${action}`, tell }, async () => {
    const { tenantId, grantId, channel, messageTs } = card
    const query = { tenantId, grantId, action, slackUserId: card.press.userId, channel, messageTs }
    // Settled, so that a failure while the waiting modal opens is not left unhandled.
    const asked = Promise.allSettled([ports.useCases.mayDecide(query)])
    const waiting = (await isLate(asked))
      ? await ports.talk.openModal(card.press.triggerId, loadingModal())
      : null
    const [settled] = await asked
    if (settled.status === 'rejected') throw settled.reason
    if (waiting === null) await show(ports, card, wanted, settled.value)
    else await showIn(ports, { card, wanted, waiting, answer: settled.value })
  })
}

async function isLate(asked: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<true>((resolve) => {
    timer = setTimeout(() => resolve(true), LOADING_AFTER_MS)
  })
  const inTime = asked.then(() => false)
  const result = await Promise.race([late, inTime])
  clearTimeout(timer)
  return result
}

async function show(ports: HandlerPorts, card: CardPress, wanted: Wanted, answer: Answer): Promise<void> {
  if (answer.kind === 'may-decide') {
    await ports.talk.openModal(card.press.triggerId, formOf(card, wanted, answer))
    return
  }
  const sentence = outcomeSentence(answer, card.grantId)
  if (sentence !== null) await tellPresser(ports, card)(noticeView(sentence))
}

async function showIn(
  ports: HandlerPorts,
  input: {
    readonly card: CardPress
    readonly wanted: Wanted
    readonly waiting: OpenModal
    readonly answer: Answer
  },
): Promise<void> {
  const { card, wanted, waiting, answer } = input
  if (answer.kind === 'may-decide') {
    await ports.talk.updateModal(waiting, formOf(card, wanted, answer))
    return
  }
  const sentence = outcomeSentence(answer, card.grantId) ?? 'This review has changed meanwhile.'
  await ports.talk.updateModal(waiting, messageModal(shortCode(card.grantId), sentence))
}

function formOf(card: CardPress, { action, reason }: Wanted, { reviewCase }: MayDecide): ModalView {
  const { grantId, channel, messageTs } = card
  const metadata = writeMetadata({ action, grantId, channel, messageTs })
  return reasonModal(reviewCase, { action, metadata, ...(reason === undefined ? {} : { reason }) })
}
