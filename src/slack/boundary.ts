import type { Clock, Directory, Log } from '../ports.ts'
import type { OpensAnswers } from './answer-stream.ts'
import type { AnswerTurns } from './answer-turns.ts'
import type { BlockSwitch } from './block-switch.ts'
import type { Conversation } from './conversation.ts'
import type { SlackIdentity } from './identity.ts'
import type { UseCases } from './use-cases.ts'
import type { MessageView } from './views/blocks.ts'
import { noticeView } from './views/notices.ts'

/** What every handler works with. */
export interface HandlerPorts {
  readonly useCases: UseCases
  readonly talk: Conversation
  readonly directory: Directory
  readonly clock: Clock
  readonly log: Log
  /** Who we are: our id among mentions, the workspace's own address for links to cards. */
  identity(): Promise<SlackIdentity>
  readonly tables: BlockSwitch
  readonly charts: BlockSwitch
  readonly turns: AnswerTurns
  readonly openAnswer: OpensAnswers
}

/** With faults, by the block that each stands under, a form stays open. */
export type Acknowledge = (faults?: Readonly<Record<string, string>>) => Promise<void>

const AGAIN =
  'Nothing was changed. Try again in a minute; if it happens again, tell whoever runs Countersign.'

/**
 * The one place where a handler's failure ends: the cause goes to the log, the person gets a sentence that says
 * what to do. `sentence` is asked when it is needed, since what is true depends on how far the work came. Answers
 * with what the work came to, or undefined when it failed.
 */
export async function atBoundary<T>(
  log: Log,
  about: {
    readonly what: string
    readonly tell: ((view: MessageView) => Promise<void>) | null
    readonly sentence?: () => string
  },
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    log.error({ error, what: about.what }, 'A Slack handler failed')
    if (about.tell === null) return undefined
    const view = noticeView(`Something went wrong on our side. ${about.sentence?.() ?? AGAIN}`)
    await about.tell(view).catch((second: unknown) => {
      log.error({ error: second, what: about.what }, 'The person could not be told')
    })
    return undefined
  }
}

/**
 * Acknowledges, and goes on when that fails: the socket may be gone at that very moment, and what was written
 * down must be acted on all the same.
 */
export async function acknowledge(
  log: Log,
  ack: Acknowledge,
  faults?: Readonly<Record<string, string>>,
): Promise<void> {
  await ack(faults).catch((error: unknown) => {
    log.warn({ error }, 'Slack could not be told that its message arrived')
  })
}
