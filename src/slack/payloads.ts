import { z } from 'zod'
import { REASON_BLOCK, REASON_INPUT } from './ids.ts'
import { unescaped } from './typed-words.ts'

/** What arrives from Slack, parsed once. A payload of another shape is null: acknowledged, logged, not acted on. */

const id = z.string().min(1).max(100)
const grantId = z.string().regex(/^[0-9a-z]{1,64}$/)

const pressBody = z.looseObject({
  trigger_id: z.string().min(1).max(300),
  user: z.looseObject({ id }),
  channel: z.looseObject({ id }).nullish(),
  container: z
    .looseObject({ message_ts: id.nullish(), thread_ts: id.nullish(), channel_id: id.nullish() })
    .nullish(),
  view: z.looseObject({ type: z.string() }).nullish(),
  actions: z
    .array(
      z.looseObject({
        action_id: z.string().max(255),
        value: z.string().max(2_000).nullish(),
        selected_option: z.looseObject({ value: z.string().max(150) }).nullish(),
      }),
    )
    .min(1),
})

/** A button or menu that somebody used, in a message or on a view. */
export interface Press {
  readonly triggerId: string
  readonly userId: string
  readonly actionId: string
  /** The button's value, or that of the chosen option. */
  readonly value: string
  readonly channel: string | null
  readonly messageTs: string | null
  /** The thread that the message stands in. */
  readonly threadTs: string | null
  readonly surface: 'message' | 'modal' | 'home'
}

const SURFACES: Readonly<Record<string, Press['surface']>> = { modal: 'modal', home: 'home' }

export function parsePress(body: unknown): Press | null {
  const parsed = pressBody.safeParse(body)
  if (!parsed.success) return null
  const { data } = parsed
  const [action] = data.actions
  if (action === undefined) return null
  return {
    triggerId: data.trigger_id,
    userId: data.user.id,
    actionId: action.action_id,
    value: action.selected_option?.value ?? action.value ?? '',
    channel: data.channel?.id ?? data.container?.channel_id ?? null,
    messageTs: data.container?.message_ts ?? null,
    threadTs: data.container?.thread_ts ?? null,
    surface: SURFACES[data.view?.type ?? ''] ?? 'message',
  }
}

export function parseGrantId(value: string): string | null {
  return grantId.safeParse(value).data ?? null
}

const answerId = z.string().regex(/^[\w-]{1,64}$/)

export function parseAnswerId(value: string): string | null {
  return answerId.safeParse(value).data ?? null
}

/** Travels with a modal and comes back at submission: which card's click opened it. */
const modalMetadata = z.strictObject({
  action: z.enum(['approve', 'revoke']),
  grantId,
  channel: id,
  messageTs: id,
})
export type ModalMetadata = z.infer<typeof modalMetadata>

export function writeMetadata(metadata: ModalMetadata): string {
  return JSON.stringify(metadata)
}

const submissionBody = z.looseObject({
  user: z.looseObject({ id }),
  view: z.looseObject({
    id,
    private_metadata: z
      .string()
      .transform((text, context) => {
        try {
          return JSON.parse(text) as unknown
        } catch {
          context.addIssue('not JSON')
          return z.NEVER
        }
      })
      .pipe(modalMetadata),
    state: z.looseObject({
      values: z.looseObject({
        [REASON_BLOCK]: z.looseObject({ [REASON_INPUT]: z.looseObject({ value: z.string().nullish() }) }),
      }),
    }),
  }),
})

export interface Submission {
  readonly viewId: string
  readonly userId: string
  readonly metadata: ModalMetadata
  readonly reason: string
}

export function parseSubmission(body: unknown): Submission | null {
  const parsed = submissionBody.safeParse(body)
  if (!parsed.success) return null
  const { user, view } = parsed.data
  return {
    viewId: view.id,
    userId: user.id,
    metadata: view.private_metadata,
    reason: view.state.values[REASON_BLOCK]?.[REASON_INPUT]?.value?.trim() ?? '',
  }
}

const commandBody = z.looseObject({
  user_id: id,
  text: z.string().max(4_000).nullish(),
  response_url: z.url({ protocol: /^https?$/ }),
})

export interface Command {
  readonly userId: string
  readonly text: string
  readonly responseUrl: string
}

export function parseCommand(body: unknown): Command | null {
  const parsed = commandBody.safeParse(body)
  if (!parsed.success) return null
  return {
    userId: parsed.data.user_id,
    text: unescaped(parsed.data.text ?? ''),
    responseUrl: parsed.data.response_url,
  }
}

const homeBody = z.looseObject({ event: z.looseObject({ user: id, tab: z.string(), channel: id.nullish() }) })

export function parseHomeOpened(
  body: unknown,
): { userId: string; tab: string; channel: string | null } | null {
  const event = homeBody.safeParse(body).data?.event
  return event === undefined ? null : { userId: event.user, tab: event.tab, channel: event.channel ?? null }
}

const messageBody = z.looseObject({
  event_id: id,
  team_id: id.nullish(),
  event: z.looseObject({
    type: z.string(),
    user: id.nullish(),
    bot_id: id.nullish(),
    subtype: z.string().nullish(),
    edited: z.unknown().optional(),
    channel: id,
    channel_type: z.string().nullish(),
    ts: id,
    thread_ts: id.nullish(),
    text: z.string().nullish(),
  }),
})

/** Something a person wrote where we can read it. */
export interface IncomingMessage {
  readonly eventId: string
  readonly userId: string
  readonly teamId: string | null
  readonly channel: string
  readonly ts: string
  readonly isDirect: boolean
  /** Written in a thread under another message. */
  readonly isReply: boolean
  /** The thread to answer in. */
  readonly threadTs: string
  /** As Slack delivers it: escaped, with tokens. */
  readonly delivered: string
}

/** A reply that is also shown in the channel, and words beside a file, are words like any other. */
const SPOKEN_SUBTYPES: readonly string[] = ['thread_broadcast', 'file_share']

/** Null for what is no new message of a person: edits, deletions, joins, other apps. */
export function parseMessage(body: unknown): IncomingMessage | null {
  const parsed = messageBody.safeParse(body)
  if (!parsed.success) return null
  const { event, event_id, team_id } = parsed.data
  if (event.user == null || event.bot_id != null || event.edited != null) return null
  if (event.subtype != null && !SPOKEN_SUBTYPES.includes(event.subtype)) return null
  return {
    eventId: event_id,
    userId: event.user,
    teamId: team_id ?? null,
    channel: event.channel,
    ts: event.ts,
    isDirect: event.channel_type === 'im' || event.channel.startsWith('D'),
    isReply: event.thread_ts != null && event.thread_ts !== event.ts,
    threadTs: event.thread_ts ?? event.ts,
    delivered: event.text ?? '',
  }
}

const stoppedBody = z.looseObject({
  event: z.looseObject({ channel: id, user: id, thread_ts: id }),
})

/** Somebody pressed stop beside an answer. */
export function parseStopped(body: unknown): { channel: string; userId: string; threadTs: string } | null {
  const event = stoppedBody.safeParse(body).data?.event
  return event === undefined
    ? null
    : { channel: event.channel, userId: event.user, threadTs: event.thread_ts }
}

const revokedBody = z.looseObject({
  event: z.looseObject({ tokens: z.looseObject({ bot: z.array(z.string()).nullish() }).nullish() }),
})

/** Whether a `tokens_revoked` event took the bot's token, and not only some person's. */
export function botTokenRevoked(body: unknown): boolean {
  return (revokedBody.safeParse(body).data?.event.tokens?.bot?.length ?? 0) > 0
}
