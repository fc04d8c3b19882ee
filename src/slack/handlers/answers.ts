import { shortCode } from '../../domain/grant.ts'
import { type Acknowledge, acknowledge, atBoundary, type HandlerPorts } from '../boundary.ts'
import { ANSWER_ACTIONS, EXPLAIN_ACTIONS } from '../ids.ts'
import { type Press, parseAnswerId, parseGrantId } from '../payloads.ts'
import { noticeView } from '../views/notices.ts'
import { decideAtOnce } from './buttons.ts'
import { explainInModal } from './explanations.ts'
import { openReasonModal } from './reason-modal.ts'
import type { CardPress } from './record-and-act.ts'

interface AnswerPress {
  readonly tenantId: string
  readonly press: Press
  readonly ack: Acknowledge
}

const THANKS = 'Thank you: noted.'
const NOT_KEPT = 'This was prepared too long ago: decide on the card.'

/** The buttons below an answer. */
export async function onAnswerPress(ports: HandlerPorts, input: AnswerPress): Promise<void> {
  const { press } = input
  const grantId = parseGrantId(press.value)
  if (EXPLAIN_ACTIONS.includes(press.actionId) && grantId !== null)
    return await explainInModal(ports, { ...input, grantId })
  if (press.actionId === ANSWER_ACTIONS.feedback) return await onFeedback(ports, input)
  if (press.actionId === ANSWER_ACTIONS.decide) return await onPrepared(ports, input)
  await acknowledge(ports.log, input.ack)
}

async function onFeedback(ports: HandlerPorts, { tenantId, press, ack }: AnswerPress): Promise<void> {
  await acknowledge(ports.log, ack)
  const [value, id = ''] = press.value.split(':')
  const answerId = parseAnswerId(id)
  if (answerId === null || (value !== 'good' && value !== 'bad')) return
  await atBoundary(ports.log, { what: 'feedback', tell: tellIn(ports, press) }, async () => {
    if ((await ports.useCases.mayAsk(tenantId, press.userId)) !== 'yes')
      return await tellIn(ports, press)(noticeView('Only those who may ask can rate an answer.'))
    await ports.useCases.recordFeedback({ tenantId, answerId, slackUserId: press.userId, value })
    await tellIn(ports, press)(noticeView(THANKS))
  })
}

/** A prepared decision is a press on the live card, made elsewhere: the same person is checked in the same way. */
async function onPrepared(ports: HandlerPorts, input: AnswerPress): Promise<void> {
  const { tenantId, press } = input
  const tell = tellIn(ports, press)
  const answerId = parseAnswerId(press.value)
  const found = await atBoundary(ports.log, { what: 'prepared decision', tell }, async () => {
    const prepared = answerId === null ? null : await ports.useCases.prepared({ tenantId, answerId })
    const reviewCase = prepared === null ? null : await ports.useCases.reviewCase(tenantId, prepared.grantId)
    return { prepared, card: reviewCase?.card ?? null }
  })
  if (
    found === undefined ||
    found.prepared === null ||
    found.card === null ||
    found.card.messageTs === null
  ) {
    await acknowledge(ports.log, input.ack)
    if (found === undefined) return
    const grantId = found.prepared?.grantId
    const sentence =
      grantId === undefined ? NOT_KEPT : `${shortCode(grantId)} has no card yet: try again in a minute.`
    return await atBoundary(ports.log, { what: 'prepared decision', tell: null }, () =>
      tell(noticeView(sentence)),
    )
  }
  const { prepared } = found
  const card: CardPress = {
    ...input,
    grantId: prepared.grantId,
    channel: found.card.channel,
    messageTs: found.card.messageTs,
  }
  const { action, reason } = prepared
  if (action === 'approve' || action === 'revoke') await openReasonModal(ports, card, { action, reason })
  else await decideAtOnce(ports, card, { action, reason })
}

function tellIn(ports: HandlerPorts, { userId, channel, threadTs }: Press) {
  return (view: Parameters<typeof ports.talk.tell>[1]): Promise<void> =>
    ports.talk.tell({ userId, channel, threadTs }, view)
}
