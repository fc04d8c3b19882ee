import { CHANNELS, directChannel, PEOPLE, type Person } from './cast.ts'
import type { JsonObject } from './json-object.ts'
import type { Ephemeral, Store, StoredMessage, View } from './store.ts'

/** A message as the page and the tests see it, with the thread below it. */
export interface SlackMessage {
  readonly ts: string
  readonly channel: string
  readonly user: string
  readonly botId?: string | undefined
  readonly text: string
  readonly blocks?: readonly JsonObject[] | undefined
  readonly attachments?: readonly JsonObject[] | undefined
  readonly metadata?: JsonObject | undefined
  readonly threadTs?: string | undefined
  readonly edited?: { readonly user: string; readonly ts: string } | undefined
  readonly deleted?: boolean | undefined
  readonly isStreaming?: boolean | undefined
  /** What the app says it is doing in this thread. */
  readonly status?: string | undefined
  readonly replies: readonly SlackMessage[]
}

export interface PersonView {
  readonly home: View | null
  readonly modals: readonly View[]
  readonly ephemerals: readonly Ephemeral[]
  readonly directMessages: readonly SlackMessage[]
  readonly directChannel: string
  readonly prompts: readonly JsonObject[]
}

export interface SlackState {
  readonly people: readonly Person[]
  readonly channels: readonly { readonly id: string; readonly name: string; readonly isPrivate: boolean }[]
  readonly app: { readonly connected: boolean; readonly connections: number }
}

export function shownMessage(store: Store, message: StoredMessage): SlackMessage {
  const { streamingSince, broadcast: _broadcast, ...rest } = message
  const status = store.presence(message.channel, message.ts)?.status
  return {
    ...rest,
    ...(streamingSince === undefined ? {} : { isStreaming: true }),
    ...(status ? { status } : {}),
    replies: store.replies(message.channel, message.ts).map((reply) => shownMessage(store, reply)),
  }
}

export function shownChannel(store: Store, channelId: string): SlackMessage[] {
  return store
    .messages(channelId)
    .filter((message) => message.threadTs === undefined || message.threadTs === message.ts)
    .map((message) => shownMessage(store, message))
}

export function shownPerson(store: Store, userId: string): PersonView {
  const direct = directChannel(userId).id
  return {
    home: store.home(userId) ?? null,
    modals: store.modals(userId),
    ephemerals: store.ephemerals(userId),
    directMessages: shownChannel(store, direct),
    directChannel: direct,
    prompts: store.presence(direct, '')?.prompts ?? [],
  }
}

export function shownState(connections: number): SlackState {
  return {
    people: PEOPLE,
    channels: CHANNELS.map((one) => ({ id: one.id, name: one.name, isPrivate: one.kind === 'group' })),
    app: { connected: connections > 0, connections },
  }
}
