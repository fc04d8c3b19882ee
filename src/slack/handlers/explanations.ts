import { shortCode } from '../../domain/grant.ts'
import { type Acknowledge, acknowledge, atBoundary, type HandlerPorts } from '../boundary.ts'
import type { Press } from '../payloads.ts'
import { explainModal } from '../views/explain.ts'
import { messageModal } from '../views/modals.ts'
import { mayRead, READERS_ONLY } from './reading.ts'

/** Shows all evidence on a case in a modal, for a card's menu and for App Home. */
export async function explainInModal(
  ports: HandlerPorts,
  input: {
    readonly tenantId: string
    readonly grantId: string
    readonly press: Press
    readonly ack: Acknowledge
  },
): Promise<void> {
  const { press, tenantId, grantId } = input
  await acknowledge(ports.log, input.ack)
  const whom = { userId: press.userId, channel: press.channel }
  await atBoundary(ports.log, { what: 'explain', tell: (view) => ports.talk.tell(whom, view) }, async () => {
    const title = shortCode(grantId)
    if (!(await mayRead(ports, { tenantId, userId: press.userId }))) {
      await ports.talk.openModal(press.triggerId, messageModal(title, READERS_ONLY))
      return
    }
    const reviewCase = await ports.useCases.reviewCase(tenantId, grantId)
    const view =
      reviewCase === null ? messageModal(title, `There is no grant ${title} here.`) : explainModal(reviewCase)
    await ports.talk.openModal(press.triggerId, view)
  })
}
