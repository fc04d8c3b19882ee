import { type Acknowledge, acknowledge, atBoundary, type HandlerPorts } from '../boundary.ts'
import type { Command } from '../payloads.ts'
import { SlackRefusal } from '../slack-error.ts'
import type { MessageView } from '../views/blocks.ts'
import { explainView } from '../views/explain.ts'
import {
  candidatesView,
  EXPLAIN_WHAT,
  helpView,
  noSuchGrant,
  notAnId,
  unknownCommand,
} from '../views/help.ts'
import { noticeView } from '../views/notices.ts'
import { pendingView } from '../views/pending.ts'
import { tuneView } from '../views/tune.ts'
import { mayRead, READERS_ONLY } from './reading.ts'

/** An answer that can be shown with or without a table. */
type Answer = (tables: boolean) => MessageView

export interface Question {
  readonly tenantId: string
  readonly userId: string
  readonly text: string
}

/** `/grants ...`: acknowledged at once, answered to the person alone. */
export async function onCommand(
  ports: HandlerPorts,
  input: { readonly tenantId: string; readonly command: Command; readonly ack: Acknowledge },
): Promise<void> {
  const { tenantId, command } = input
  await acknowledge(ports.log, input.ack)
  const respond = (view: MessageView): Promise<void> => ports.talk.respond(command.responseUrl, view)
  await atBoundary(ports.log, { what: '/grants', tell: respond }, async () => {
    const answer = await answerTo(ports, { tenantId, userId: command.userId, text: command.text })
    await withTables(ports, answer, respond)
  })
}

/** Sends the answer, and once without its table should Slack refuse that: then tables stay off. */
export async function withTables(
  ports: Pick<HandlerPorts, 'tables' | 'log'>,
  answer: Answer,
  send: (view: MessageView) => Promise<void>,
): Promise<void> {
  const view = answer(ports.tables.isOn())
  const hasTable = view.blocks.some((block) => block.type === 'table')
  try {
    await send(view)
  } catch (error) {
    if (!hasTable || !(error instanceof SlackRefusal) || error.retryable) throw error
    await send(answer(false))
    ports.tables.switchOff()
    ports.log.warn({ code: error.code }, 'Slack refused a table: lists are sections from now on')
  }
}

const ALONE: readonly string[] = ['', 'pending', 'tune', 'help']

/** Whether words in the app's own conversation are one of the short commands: `explain why` is a question. */
export function isCommand(text: string): boolean {
  const [verb = '', ...rest] = text.trim().toLowerCase().split(/\s+/)
  if (verb === 'explain')
    return rest.length === 0 || (rest.length === 1 && !/^(?:why|this|that|it)\b/.test(rest[0] ?? ''))
  return rest.length === 0 && ALONE.includes(verb)
}

/** What a typed line asks for, whether after `/grants` or in the app's own conversation. */
export async function answerTo(ports: HandlerPorts, question: Question): Promise<Answer> {
  const [verb = '', ...rest] = question.text.trim().split(/\s+/)
  if (!(await mayRead(ports, question))) return () => noticeView(READERS_ONLY)
  switch (verb.toLowerCase()) {
    case 'pending':
      return await pendingAnswer(ports, question)
    case 'explain':
      return await explainAnswer(ports, question.tenantId, rest.join(' '))
    case 'tune':
      return await tuneAnswer(ports, question.tenantId)
    case '':
    case 'help':
      return () => helpView(null)
    default:
      return () => helpView(unknownCommand(question.text.trim()))
  }
}

async function pendingAnswer(ports: HandlerPorts, question: Question): Promise<Answer> {
  const list = await ports.useCases.pending(question.tenantId, question.userId)
  const { teamUrl } = await ports.identity()
  return (tables) => pendingView(list, { teamUrl, tables })
}

async function explainAnswer(ports: HandlerPorts, tenantId: string, typed: string): Promise<Answer> {
  if (typed === '') return () => helpView(EXPLAIN_WHAT)
  const search = await ports.useCases.findCases(tenantId, typed)
  switch (search.kind) {
    case 'not-an-id':
      return () => helpView(notAnId(typed))
    case 'none':
      return () => helpView(noSuchGrant(typed))
    case 'one':
      return () => explainView(search.reviewCase)
    case 'several':
      return () => candidatesView(typed, search.cases)
  }
}

async function tuneAnswer(ports: HandlerPorts, tenantId: string): Promise<Answer> {
  const current = await ports.useCases.policy(tenantId)
  return () => (current === null ? noticeView('There is no policy yet.') : tuneView(current))
}
