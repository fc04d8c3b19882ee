import { REASON_CHARACTERS_MAX } from '../../domain/decision.ts'
import { type Acknowledge, acknowledge, type HandlerPorts } from '../boundary.ts'
import { REASON_BLOCK } from '../ids.ts'
import type { Submission } from '../payloads.ts'
import { recordAndAct } from './record-and-act.ts'

/** A reason was sent: checked before it is acknowledged, so that what is wrong stands under the field. */
export async function onReasonSubmitted(
  ports: HandlerPorts,
  input: { readonly tenantId: string; readonly submission: Submission; readonly ack: Acknowledge },
): Promise<void> {
  const { submission, ack } = input
  const fault = faultOf(submission.reason)
  if (fault !== null) {
    await acknowledge(ports.log, ack, { [REASON_BLOCK]: fault })
    return
  }
  const { action, grantId, channel, messageTs } = submission.metadata
  const click = {
    // A modal is submitted once; a second delivery of the same submission has the same id.
    id: `view:${submission.viewId}`,
    tenantId: input.tenantId,
    kind: 'submission',
    action,
    grantId,
    reason: submission.reason,
    slackUserId: submission.userId,
    channel,
    messageTs,
    receivedAt: ports.clock.now(),
  } as const
  const whom = { userId: click.slackUserId, channel }
  await recordAndAct(ports, { click, ack, tell: (view) => ports.talk.tell(whom, view) })
}

function faultOf(reason: string): string | null {
  if (reason === '') return 'Write a reason: it is recorded with your decision.'
  if (reason.length > REASON_CHARACTERS_MAX)
    return `Shorten it to ${REASON_CHARACTERS_MAX} characters; it has ${reason.length}.`
  return null
}
