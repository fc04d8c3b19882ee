import { shortCode } from '../../domain/grant.ts'
import { atBoundary, type HandlerPorts } from '../boundary.ts'
import type { IncomingMessage } from '../payloads.ts'
import { helpView } from '../views/help.ts'
import { noticeView } from '../views/notices.ts'
import { answerTo, withTables } from './commands.ts'
import { publishHome } from './home.ts'

/** What the app's own conversation offers; each is answered like the command of that name. */
const PROMPTS = [
  { title: 'What waits for a decision?', message: 'pending' },
  { title: 'Which policy is in force?', message: 'tune' },
  { title: 'What can I ask?', message: 'help' },
] as const

/** A mention in a channel, or a message in the app's own conversation. */
export async function onMessage(
  ports: HandlerPorts,
  input: { readonly tenantId: string; readonly message: IncomingMessage },
): Promise<void> {
  const { tenantId, message } = input
  const where = { channel: message.channel, threadTs: message.threadTs }
  const reply = (view: Parameters<typeof ports.talk.reply>[1]): Promise<void> => ports.talk.reply(where, view)
  await atBoundary(ports.log, { what: 'message', tell: reply }, async () => {
    if (await ports.useCases.seenEvent(tenantId, message.eventId)) return
    if (message.isDirect) {
      const question = { tenantId, userId: message.userId, text: message.text }
      return await withTables(ports, await answerTo(ports, question), reply)
    }
    // In a channel everybody reads along: nothing about a case is told there.
    const reviewCase = await ports.useCases.thread({ tenantId, ...where })
    if (reviewCase === null) return await reply(helpView(null))
    const code = shortCode(reviewCase.grant.id)
    await reply(
      noticeView(
        `Questions about a case cannot be answered here yet. \`/grants explain ${code}\` shows all evidence.`,
      ),
    )
  })
}

/** Somebody looks at the app: its home page is computed afresh, its conversation gets suggestions. */
export async function onHomeOpened(
  ports: HandlerPorts,
  input: {
    readonly tenantId: string
    readonly userId: string
    readonly tab: string
    readonly channel: string | null
  },
): Promise<void> {
  const { channel } = input
  await atBoundary(ports.log, { what: 'home opened', tell: null }, async () => {
    if (input.tab === 'home') return await publishHome(ports, input)
    if (input.tab === 'messages' && channel !== null) await ports.talk.suggest(channel, PROMPTS)
  })
}
