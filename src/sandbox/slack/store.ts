import type { WorldClock } from '../clock.ts'
import type { Disk } from '../disk.ts'
import type { StateValues } from './element-values.ts'
import type { JsonObject } from './json-object.ts'
import { formatTimestamp, parseTimestamp } from './timestamps.ts'

// An old ephemeral is gone from a real client after a reload too.
const EPHEMERALS_MAX = 200

export interface StoredMessage {
  readonly channel: string
  readonly ts: string
  readonly user: string
  readonly botId?: string | undefined
  readonly text: string
  readonly blocks?: readonly JsonObject[] | undefined
  readonly attachments?: readonly JsonObject[] | undefined
  readonly metadata?: JsonObject | undefined
  readonly threadTs?: string | undefined
  readonly broadcast?: boolean | undefined
  readonly edited?: { readonly user: string; readonly ts: string } | undefined
  readonly deleted?: boolean | undefined
  /** Present while the message is being streamed. */
  readonly streamingSince?: number | undefined
}

export interface Ephemeral {
  readonly ts: string
  readonly user: string
  readonly channel: string
  readonly text: string
  readonly blocks?: readonly JsonObject[] | undefined
  readonly threadTs?: string | undefined
}

/** A modal or a Home as Slack keeps it: what the app sent, with ids, hash and state. */
export type View = JsonObject & {
  readonly id: string
  readonly hash: string
  readonly state: { readonly values: StateValues }
}

/** What the assistant's thread shows beside its messages. */
export interface ThreadPresence {
  readonly channel: string
  readonly threadTs: string
  readonly status: string
  readonly prompts: readonly JsonObject[]
  readonly title: string
}

export type Change =
  | { readonly kind: 'message' | 'thread'; readonly channel: string; readonly ts: string }
  | { readonly kind: 'ephemeral' | 'modals' | 'home'; readonly user: string }
  | { readonly kind: 'connections' }

export interface Store {
  nextTs(): string
  /** In the order of their timestamps, replies and deleted ones included. */
  messages(channel: string): readonly StoredMessage[]
  message(channel: string, ts: string): StoredMessage | undefined
  replies(channel: string, ts: string): readonly StoredMessage[]
  saveMessage(message: StoredMessage): void
  ephemerals(user: string): readonly Ephemeral[]
  saveEphemeral(ephemeral: Ephemeral): void
  deleteEphemeral(user: string, ts: string): void
  home(user: string): View | undefined
  saveHome(user: string, view: View): void
  /** The person's stack of modals, the topmost last. */
  modals(user: string): readonly View[]
  saveModals(user: string, views: readonly View[]): void
  modalOwner(matches: (view: View) => boolean): { user: string; view: View } | undefined
  presence(channel: string, threadTs: string): ThreadPresence | undefined
  savePresence(presence: ThreadPresence): void
  changed(change: Change): void
  onChange(listener: (change: Change) => void): () => void
}

export function createStore(options: { disk: Disk; clock: WorldClock }): Store {
  const listeners = new Set<(change: Change) => void>()
  const changed = (change: Change) => {
    for (const listener of listeners) listener(change)
  }
  const messages = messageShelf(options.disk)
  let lastMicros = messages.lastMicros
  return {
    nextTs() {
      // Two messages within one millisecond, or after the clock was set back, still differ.
      lastMicros = Math.max(options.clock.now() * 1000, lastMicros + 1)
      return formatTimestamp(lastMicros)
    },
    messages: messages.of,
    message: (channel, ts) => messages.find(channel, ts),
    replies: messages.replies,
    saveMessage(message) {
      messages.save(message)
      changed({ kind: 'message', channel: message.channel, ts: message.ts })
    },
    ...ephemeralShelf(options.disk, changed),
    ...viewShelf(options.disk, changed),
    ...presenceShelf(options.disk, changed),
    changed,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

type Announce = (change: Change) => void

function messageShelf(disk: Disk) {
  const kept = disk.collection<StoredMessage>('slack.messages')
  // Reads come from memory, because every event, card and page load looks messages up.
  const channels = new Map<string, Map<string, StoredMessage>>()
  const threads = new Map<string, string[]>()
  let lastMicros = 0
  const channelOf = (channel: string) => {
    const found = channels.get(channel) ?? new Map<string, StoredMessage>()
    channels.set(channel, found)
    return found
  }
  const remember = (message: StoredMessage) => {
    const channel = channelOf(message.channel)
    const key = `${message.channel}:${message.threadTs}`
    if (message.threadTs !== undefined && message.threadTs !== message.ts && !channel.has(message.ts))
      threads.set(key, [...(threads.get(key) ?? []), message.ts])
    channel.set(message.ts, message)
    lastMicros = Math.max(lastMicros, parseTimestamp(message.ts) ?? 0)
  }
  for (const message of kept.all()) remember(message)
  const find = (channel: string, ts: string) => channels.get(channel)?.get(ts)
  return {
    lastMicros,
    of: (channel: string): readonly StoredMessage[] => [...(channels.get(channel)?.values() ?? [])],
    find,
    replies: (channel: string, ts: string): readonly StoredMessage[] =>
      (threads.get(`${channel}:${ts}`) ?? []).flatMap((reply) => find(channel, reply) ?? []),
    save(message: StoredMessage) {
      remember(message)
      kept.put(`${message.channel}:${message.ts}`, message)
    },
  }
}

function ephemeralShelf(disk: Disk, changed: Announce) {
  const kept = disk.collection<readonly Ephemeral[]>('slack.ephemerals')
  const of = (user: string) => kept.get(user) ?? []
  const save = (user: string, list: readonly Ephemeral[]) => {
    kept.put(user, list.slice(-EPHEMERALS_MAX))
    changed({ kind: 'ephemeral', user })
  }
  return {
    ephemerals: of,
    saveEphemeral(ephemeral: Ephemeral) {
      const list = of(ephemeral.user)
      const exists = list.some((one) => one.ts === ephemeral.ts)
      save(
        ephemeral.user,
        exists ? list.map((one) => (one.ts === ephemeral.ts ? ephemeral : one)) : [...list, ephemeral],
      )
    },
    deleteEphemeral: (user: string, ts: string) =>
      save(
        user,
        of(user).filter((one) => one.ts !== ts),
      ),
  }
}

function viewShelf(disk: Disk, changed: Announce) {
  const homes = disk.collection<View>('slack.homes')
  const stacks = disk.collection<{ user: string; views: readonly View[] }>('slack.modals')
  return {
    home: (user: string) => homes.get(user),
    saveHome(user: string, view: View) {
      homes.put(user, view)
      changed({ kind: 'home', user })
    },
    modals: (user: string) => stacks.get(user)?.views ?? [],
    saveModals(user: string, views: readonly View[]) {
      stacks.put(user, { user, views })
      changed({ kind: 'modals', user })
    },
    modalOwner(matches: (view: View) => boolean) {
      for (const stack of stacks.all()) {
        const view = stack.views.find(matches)
        if (view !== undefined) return { user: stack.user, view }
      }
      return undefined
    },
  }
}

function presenceShelf(disk: Disk, changed: Announce) {
  const kept = disk.collection<ThreadPresence>('slack.presence')
  return {
    presence: (channel: string, threadTs: string) => kept.get(`${channel}:${threadTs}`),
    savePresence(presence: ThreadPresence) {
      kept.put(`${presence.channel}:${presence.threadTs}`, presence)
      changed({ kind: 'thread', channel: presence.channel, ts: presence.threadTs })
    },
  }
}
