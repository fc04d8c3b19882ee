import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import type { VisibleStep } from '../ports/analyst.ts'
import type { Log, UpstreamError } from '../ports.ts'
import { plain } from './mrkdwn.ts'
import { patiently } from './patience.ts'
import type { SlackMethod } from './scopes.ts'
import type { SlackApi } from './slack-api.ts'
import { isRefusal, SlackRefusal } from './slack-error.ts'
import { type Paragraph, postedBlocks } from './views/answer.ts'
import type { AnswerBlock } from './views/answer-data.ts'

/** Slack lets all streams of a workspace together be appended to about 100 times a minute. */
const APPEND_EVERY_MS = 700
const UPDATE_EVERY_MS = 3_000
/** Calls that one message makes at most before its end; an answer has far fewer steps and sentences. */
const SENDS_MAX = 200
const STEP_TITLE_MAX = 150
const NOTIFICATION_MAX = 300
const CLOSING_TEXT = '…'

/** The place takes no messages any more: nobody can be answered there. */
const GONE = [
  'thread_not_found',
  'channel_not_found',
  'is_archived',
  'not_in_channel',
  'message_not_found',
  'cannot_reply_to_message',
  'user_not_found',
] as const
/** The stream has ended by itself, or somebody stopped it. */
const ENDED = ['message_not_in_streaming_state'] as const

/** The message can be seen, and not changed any more. */
const FIXED = ['cant_update_message', 'edit_window_closed', 'streaming_state_conflict'] as const

/** Where an answer goes, and whom it answers. */
export interface AnswerPlace {
  readonly channel: string
  readonly threadTs: string
  readonly userId: string
  readonly teamId: string | null
}

interface Options {
  readonly api: SlackApi
  readonly log: Log
  readonly place: AnswerPlace
  /** Called once when the place is gone, so that nobody works for an answer that cannot be shown. */
  onLost(): void
}

type Chunk =
  | { readonly type: 'markdown_text'; readonly text: string }
  | { readonly type: 'task_update'; readonly id: string; readonly title: string; readonly status: string }

const STATUS = { running: 'in_progress', done: 'complete', failed: 'error' } as const
const answered = z.looseObject({ ts: z.string() })

/**
 * One message that grows. It is a stream while Slack has one for us, which ends after five minutes or when
 * somebody stops it; from then on, and where there are no streams, a post that is updated.
 */
export class AnswerMessage {
  readonly #options: Options
  readonly #steps = new Map<string, VisibleStep>()
  readonly #paragraphs: Paragraph[] = []
  readonly #ending = new AbortController()
  #mode: 'unopened' | 'stream' | 'post' | 'lost' = 'unopened'
  #ts: string | null = null
  #unsent: Chunk[] = []
  #isStale = false
  #sends = 0
  #isEnded = false
  #lastSentAt = Number.NEGATIVE_INFINITY
  #pumping: Promise<void> | null = null

  constructor(options: Options) {
    this.#options = options
  }

  /** True once the place takes no messages any more. */
  get isLost(): boolean {
    return this.#mode === 'lost'
  }

  /** Shown as soon as Slack takes it; nobody waits for that. */
  step(step: VisibleStep): void {
    const titled = { ...step, title: plain(step.title, STEP_TITLE_MAX) }
    const known = this.#steps.get(step.id)
    if (known?.title === titled.title && known.state === step.state) return
    this.#steps.set(step.id, titled)
    this.#add({ type: 'task_update', id: step.id, title: titled.title, status: STATUS[step.state] })
  }

  say(paragraph: Paragraph): void {
    if (this.#isEnded) return
    this.#paragraphs.push(paragraph)
    this.#add({ type: 'markdown_text', text: `${paragraph.markdown}\n\n` })
  }

  /** Slack has ended the stream itself, since somebody pressed stop. */
  streamStopped(): void {
    if (this.#mode === 'stream') this.#becomePost()
  }

  /**
   * Ends the message with the first of these endings that Slack takes, and answers with its index; null when it
   * took none, or the message cannot be shown at all. Steps under way end so.
   */
  async end(
    endings: readonly (readonly AnswerBlock[])[],
    state: 'done' | 'failed' = 'done',
  ): Promise<number | null> {
    if (this.#isEnded) return null
    for (const step of this.#steps.values()) if (step.state === 'running') this.step({ ...step, state })
    this.#isEnded = true
    this.#ending.abort()
    while (this.#pumping !== null) await this.#pumping
    try {
      if (this.#mode === 'stream') {
        const index = await this.#endStream(endings)
        if (index !== 'ended') return index
      }
      if (this.isLost) return null
      if (this.#ts !== null) await waitSince(this.#lastSentAt, UPDATE_EVERY_MS)
      return await firstTaken(endings, (blocks) => this.#post(blocks))
    } catch (error) {
      this.#lose(error)
      return null
    }
  }

  #add(chunk: Chunk): void {
    if (this.#isEnded) return
    // Of several states of one step that wait to be sent, the last counts.
    const index = this.#unsent.findIndex(
      (one) => one.type === 'task_update' && chunk.type === 'task_update' && one.id === chunk.id,
    )
    if (index >= 0) this.#unsent[index] = chunk
    else this.#unsent.push(chunk)
    this.#isStale = true
    this.#pumping ??= this.#pump().finally(() => {
      this.#pumping = null
    })
  }

  /** Sends what is there, call by call; what is said during a call goes along with the next. */
  async #pump(): Promise<void> {
    while (this.#isPending()) {
      if (this.#mode !== 'unopened')
        await waitSince(
          this.#lastSentAt,
          this.#mode === 'stream' ? APPEND_EVERY_MS : UPDATE_EVERY_MS,
          this.#ending.signal,
        )
      // The end itself carries the rest: a call right before it would only cost time.
      if (this.#ending.signal.aborted && this.#mode !== 'unopened') return
      this.#lastSentAt = performance.now()
      this.#sends += 1
      if (this.#mode === 'post') await this.#postMeanwhile()
      else if (this.#mode === 'stream') await this.#append(this.#takeUnsent())
      else await this.#open(this.#takeUnsent())
    }
  }

  #isPending(): boolean {
    if (this.#mode === 'lost' || this.#sends >= SENDS_MAX) return false
    return this.#mode === 'post' ? this.#isStale : this.#unsent.length > 0
  }

  #takeUnsent(): readonly Chunk[] {
    const chunks = this.#unsent
    this.#unsent = []
    return chunks
  }

  async #open(chunks: readonly Chunk[]): Promise<void> {
    const { threadTs, userId, teamId } = this.#options.place
    const recipient = { recipient_user_id: userId, ...(teamId === null ? {} : { recipient_team_id: teamId }) }
    const args = { thread_ts: threadTs, chunks, task_display_mode: 'timeline', ...recipient }
    try {
      // Nobody knows whether a call that failed in another way opened a stream after all.
      this.#ts = answered.parse(await this.#call('chat.startStream', args, isRateLimit)).ts
      this.#mode = 'stream'
    } catch (error) {
      if (isRefusal(error, ...GONE)) return this.#lose(error)
      this.#options.log.info({ error }, 'Slack streams no answer here: it is posted and updated')
      this.#becomePost()
    }
  }

  async #append(chunks: readonly Chunk[]): Promise<void> {
    try {
      await this.#call('chat.appendStream', { ts: this.#ts, chunks })
    } catch (error) {
      if (isRefusal(error, ...GONE)) return this.#lose(error)
      // Left open, the stream would refuse to be updated.
      if (!isRefusal(error, ...ENDED)) await this.#closeStream()
      this.#becomePost()
    }
  }

  async #closeStream(): Promise<void> {
    // Slack ends no stream that shows steps alone; what is posted in its place says the rest.
    const chunks: readonly Chunk[] = [{ type: 'markdown_text', text: CLOSING_TEXT }]
    await this.#call('chat.stopStream', { ts: this.#ts, chunks }).catch((error: unknown) => {
      this.#options.log.warn({ error }, 'A stream could not be closed')
    })
  }

  async #endStream(endings: readonly (readonly AnswerBlock[])[]): Promise<number | null | 'ended'> {
    const rest = this.#unsent.length === 0 ? {} : { chunks: this.#unsent }
    try {
      return await firstTaken(endings, async (blocks) => {
        const closing = blocks.length === 0 ? {} : { blocks }
        await this.#call('chat.stopStream', { ts: this.#ts, ...rest, ...closing })
      })
    } catch (error) {
      if (isRefusal(error, ...GONE)) throw error
      if (!isRefusal(error, ...ENDED)) await this.#closeStream()
      this.#becomePost()
      return 'ended'
    }
  }

  /** From now on the whole is posted, in the place of the stream if there was one. */
  #becomePost(): void {
    this.#mode = 'post'
    this.#unsent = []
    // What was streamed does not count among updates.
    this.#lastSentAt = Number.NEGATIVE_INFINITY
    this.#isStale = true
  }

  /** What is refused before the end may be taken with it. */
  async #postMeanwhile(): Promise<void> {
    try {
      await this.#post([])
    } catch (error) {
      if (isRefusal(error, ...GONE)) this.#lose(error)
      else this.#options.log.warn({ error }, 'An answer could not be updated')
    }
  }

  async #post(closing: readonly AnswerBlock[]): Promise<void> {
    this.#isStale = false
    const view = {
      text: plain(this.#paragraphs[0]?.plain ?? 'One moment.', NOTIFICATION_MAX),
      blocks: [...postedBlocks([...this.#steps.values()], this.#paragraphs), ...closing],
    }
    if (this.#ts !== null && (await this.#update(view))) return
    const place = { thread_ts: this.#options.place.threadTs, unfurl_links: false, unfurl_media: false }
    this.#ts = answered.parse(await this.#call('chat.postMessage', { ...view, ...place })).ts
  }

  /** False where Slack lets us update nothing: what is unsaid then comes as a message of its own. */
  async #update(view: Readonly<Record<string, unknown>>): Promise<boolean> {
    try {
      await this.#call('chat.update', { ts: this.#ts, ...view })
      return true
    } catch (error) {
      if (!isRefusal(error, ...FIXED)) throw error
      this.#ts = null
      return false
    }
  }

  #lose(error: unknown): void {
    this.#mode = 'lost'
    this.#options.log.warn({ error }, 'An answer cannot be shown')
    this.#options.onLost()
  }

  async #call(
    method: SlackMethod,
    args: Readonly<Record<string, unknown>>,
    again?: (error: UpstreamError) => boolean,
  ): Promise<unknown> {
    const { api, place } = this.#options
    const given = { channel: place.channel, ...args }
    return await patiently(() => api.call('interactive', method, given), again)
  }
}

const isRateLimit = (error: UpstreamError): boolean => error.status === 429

/** Waits until so long after that moment; an abort cuts it short. */
async function waitSince(moment: number, everyMs: number, signal?: AbortSignal): Promise<void> {
  const waitMs = moment + everyMs - performance.now()
  if (waitMs > 0)
    await pause(waitMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
}

/** Tries one ending after the other, and none at last, while Slack refuses them for what they hold. */
async function firstTaken(
  endings: readonly (readonly AnswerBlock[])[],
  send: (blocks: readonly AnswerBlock[]) => Promise<void>,
): Promise<number | null> {
  for (const [index, blocks] of endings.entries()) {
    try {
      await send(blocks)
      return index
    } catch (error) {
      const isOfContent =
        error instanceof SlackRefusal && !error.retryable && !isRefusal(error, ...GONE, ...ENDED)
      if (!isOfContent) throw error
    }
  }
  await send([])
  return null
}
