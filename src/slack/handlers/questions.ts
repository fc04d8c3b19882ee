import { isQuestion } from '../../domain/question.ts'
import { atBoundary, type HandlerPorts } from '../boundary.ts'
import { patiently } from '../patience.ts'
import type { IncomingMessage } from '../payloads.ts'
import type { TypedWords } from '../typed-words.ts'
import { noticeView } from '../views/notices.ts'

export interface Heard {
  readonly tenantId: string
  readonly message: IncomingMessage
  readonly words: TypedWords
}

const READERS_ASK =
  'I answer reviewers, and whom the policy names as readers. A policy admin can add you: `/grants tune` shows who is one.'
const TOO_MANY = 'Several questions wait in this thread already: ask again when they are answered.'
const FAILED = 'Something went wrong on our side, so this question has no answer. Ask again in a minute.'
const STOPPED = 'Stopped before its turn came.'
const RESTARTED = 'Countersign restarts: ask again in a minute.'
const LOST =
  'This thread takes no messages any more, so your question cannot be answered there: ask me directly.'

/** Whether words in a card's thread that do not mention us are for us: talk between people is left alone. */
export function isForUs(
  setting: Awaited<ReturnType<HandlerPorts['useCases']['threadsSetting']>>,
  words: TypedWords,
  delivered: string,
): boolean {
  if (setting === 'mentions') return false
  if (setting === 'everything') return true
  return !words.mentionsOthers && isQuestion(delivered)
}

/** Answers a question in its thread once its turn comes; whoever may not ask is told so, once in each thread. */
export async function answerQuestion(
  ports: HandlerPorts,
  heard: Heard & { readonly grantId: string | null },
): Promise<void> {
  const { tenantId, message } = heard
  const { channel, threadTs, userId } = message
  const tell = (sentence: string): Promise<void> =>
    ports.talk.tell({ userId, channel, threadTs }, noticeView(sentence))
  const turn = ports.turns.enter({ thread: threadKey(message), userId })
  if (turn === null) return await tell(TOO_MANY)
  let isWorking = false
  try {
    // Seen at once, while Slack is asked who this is.
    const [isShown, mayAsk] = await Promise.all([
      ports.talk.working(message, userId),
      ports.useCases.mayAsk(tenantId, userId),
    ])
    isWorking = isShown
    if (mayAsk === 'yes') await answerInTurn(ports, { ...heard, turn, tell })
    else if (!(await ports.useCases.seenEvent(tenantId, `refused:${channel}:${threadTs}:${userId}`)))
      await tell(READERS_ASK)
  } finally {
    const isLast = turn.leave()
    if (isWorking && isLast) await ports.talk.idle(message)
  }
}

async function answerInTurn(
  ports: HandlerPorts,
  input: Heard & {
    readonly grantId: string | null
    readonly turn: NonNullable<ReturnType<HandlerPorts['turns']['enter']>>
    readonly tell: (sentence: string) => Promise<void>
  },
): Promise<void> {
  const { tenantId, message, turn, grantId } = input
  const { channel, threadTs, userId, teamId } = message
  const answer = ports.openAnswer({ tenantId, place: { channel, threadTs, userId, teamId }, turn })
  if (turn.ahead > 0) answer.waiting(turn.ahead)
  if (!(await turn.begin())) return await answer.abandon(ports.turns.isClosing() ? RESTARTED : STOPPED)
  answer.begun()
  const abandon = (): Promise<void> => answer.abandon(FAILED)
  await atBoundary(ports.log, { what: 'question', tell: abandon }, async () => {
    const text = input.words.text(await namesOf(ports, tenantId, input.words.people))
    const question = { tenantId, text, slackUserId: userId, channel, threadTs, grantId }
    await ports.useCases.answer(question, answer.stream)
  })
  if (answer.isLost()) await input.tell(LOST)
}

export function threadKey(place: { readonly channel: string; readonly threadTs: string }): string {
  return `${place.channel}:${place.threadTs}`
}

/** Logs name people by address, so a mention is read as one where Slack tells it. */
async function namesOf(
  { directory }: HandlerPorts,
  tenantId: string,
  people: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  for (const id of people) {
    const person = await patiently(() => directory.person(tenantId, id))
    if (person !== null) names.set(id, person.email ?? person.name)
  }
  return names
}
