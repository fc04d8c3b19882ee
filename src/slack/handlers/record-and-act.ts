import type { Click } from '../../ports.ts'
import { type Acknowledge, acknowledge, atBoundary, type HandlerPorts } from '../boundary.ts'
import type { Press } from '../payloads.ts'
import type { MessageView } from '../views/blocks.ts'
import { noticeView, outcomeSentence } from '../views/notices.ts'

export interface ReviewPress {
  readonly tenantId: string
  readonly press: Press
  readonly ack: Acknowledge
}

/** A press that decides, with the place of the card known; it may have been made elsewhere. */
export interface CardPress extends ReviewPress {
  readonly grantId: string
  readonly channel: string
  readonly messageTs: string
}

export const UNRECORDED = 'Your click was not recorded: click again in a minute.'
const RECORDED =
  'Your click is written down and will be acted on shortly: the card will show what came of it.'

/** Written down, then acknowledged, then acted on: an acknowledged click is never lost. */
export async function recordAndAct(
  ports: HandlerPorts,
  input: {
    readonly click: Click
    readonly ack: Acknowledge
    readonly tell: (view: MessageView) => Promise<void>
  },
): Promise<void> {
  const { click, tell } = input
  let sentence = UNRECORDED
  const about = { what: `${click.kind} ${click.action}`, tell, sentence: () => sentence }
  await atBoundary(ports.log, about, async () => {
    const isNew = await ports.useCases.recordClick(click)
    sentence = RECORDED
    await acknowledge(ports.log, input.ack)
    // Slack delivered it twice: the first delivery is being acted on.
    if (!isNew) return
    const outcome = await ports.useCases.actOnClick(click)
    const told = outcomeSentence(outcome, click.grantId)
    if (told !== null) await tell(noticeView(told))
  })
}

/** Tells the person where they pressed, which need not be where the card is. */
export function tellPresser(ports: HandlerPorts, { press }: CardPress) {
  return (view: MessageView): Promise<void> =>
    ports.talk.tell({ userId: press.userId, channel: press.channel, threadTs: press.threadTs }, view)
}
