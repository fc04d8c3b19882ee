import { atBoundary, type HandlerPorts } from '../boundary.ts'
import type { IncomingMessage } from '../payloads.ts'
import { readTyped } from '../typed-words.ts'
import { helpView } from '../views/help.ts'
import { noticeView } from '../views/notices.ts'
import { answerTo, isCommand, withTables } from './commands.ts'
import { publishHome } from './home.ts'
import { answerQuestion, type Heard, isForUs } from './questions.ts'

/** What the app's own conversation offers: questions like any other. The manifest offers the same. */
const PROMPTS = [
  { title: 'What is waiting for me?', message: 'What is waiting for me?' },
  {
    title: 'Riskiest this week',
    message: 'Which grants were the riskiest this week, and why?',
  },
  { title: 'New owners on GitHub', message: 'Did anyone get owner on GitHub since Monday?' },
  { title: 'Yesterday for the stand-up', message: 'Summarise yesterday for the stand-up.' },
] as const

const ELSEWHERE =
  'Others would read along here: ask me in a channel that reviews are posted to, or directly in a message to me.'

/** Words that somebody wrote: in the app's own conversation, with a mention of us, or in a thread we can read. */
export async function onMessage(
  ports: HandlerPorts,
  input: { readonly tenantId: string; readonly message: IncomingMessage },
): Promise<void> {
  const { tenantId, message } = input
  const { botUserId } = await ports.identity()
  if (message.userId === botUserId) return
  const heard: Heard = { ...input, words: readTyped(message.delivered, botUserId) }
  const where = { channel: message.channel, threadTs: message.threadTs }
  const isAddressed = message.isDirect || heard.words.mentionsUs
  // What people say in a channel is none of ours, but in a thread it may be the thread of a card.
  if (!isAddressed && !message.isReply) return
  const tell = (view: Parameters<typeof ports.talk.reply>[1]): Promise<void> =>
    ports.talk.tell({ userId: message.userId, ...where }, view)
  await atBoundary(ports.log, { what: 'message', tell: isAddressed ? tell : null }, async () => {
    const reviewCase =
      message.isDirect || !message.isReply ? null : await ports.useCases.thread({ tenantId, ...where })
    if (!isAddressed) {
      if (reviewCase === null) return
      const setting = await ports.useCases.threadsSetting(tenantId)
      if (!isForUs(setting, heard.words, message.delivered)) return
    }
    if (await isKnown(ports, input)) return
    if (message.isDirect) return await onDirect(ports, heard)
    if (reviewCase === null && !(await hasCards(ports, tenantId, message.channel)))
      return await tell(noticeView(ELSEWHERE))
    if (['', 'help'].includes(heard.words.text(new Map()).toLowerCase()))
      return await ports.talk.reply(where, helpView(null))
    await answerQuestion(ports, { ...heard, grantId: reviewCase?.grant.id ?? null })
  })
}

/** The same words may come twice: delivered again, or as a mention and as a message. */
async function isKnown(
  { useCases }: HandlerPorts,
  { tenantId, message }: { readonly tenantId: string; readonly message: IncomingMessage },
): Promise<boolean> {
  if (await useCases.seenEvent(tenantId, message.eventId)) return true
  return await useCases.seenEvent(tenantId, `words:${message.channel}:${message.ts}`)
}

/** Typed commands keep working in the app's own conversation; everything else is a question. */
async function onDirect(ports: HandlerPorts, heard: Heard): Promise<void> {
  const { tenantId, message } = heard
  const text = heard.words.text(new Map())
  if (!isCommand(text)) return await answerQuestion(ports, { ...heard, grantId: null })
  const where = { channel: message.channel, threadTs: message.threadTs }
  const answer = await answerTo(ports, { tenantId, userId: message.userId, text })
  await withTables(ports, answer, (view) => ports.talk.reply(where, view))
}

/** Whether cards go to this channel, so that whoever reads it knows of cases anyway. */
async function hasCards({ useCases }: HandlerPorts, tenantId: string, channel: string): Promise<boolean> {
  const channels = (await useCases.policy(tenantId))?.policy.channels
  if (channels === undefined) return false
  const all = [channels.review, channels.escalation, ...channels.routes.map((route) => route.channel)]
  return all.includes(channel)
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
