import { countArgument, flagArgument, requiredArgument, textArgument } from './arguments.ts'
import { APP, CHANNELS, type Channel, directChannel, findPerson, PEOPLE, TEAM } from './cast.ts'
import type { JsonObject } from './json-object.ts'
import { readableChannel } from './methods-chat.ts'
import { wireMessage } from './posting.ts'
import { listedKinds } from './scopes.ts'
import type { StoredMessage } from './store.ts'
import { parseTimestamp } from './timestamps.ts'
import { type Method, SlackRefusal, type Workspace } from './workspace.ts'

const PAGE_DEFAULT = 100
const PAGE_MAX = 999
const CREATED = 1_700_000_000

export const conversationMethods: Readonly<Record<string, Method>> = {
  'conversations.info': (_workspace, args) => ({
    channel: wireChannel(readableChannel(requiredArgument(args, 'channel'))),
  }),
  'conversations.members': (_workspace, args) => {
    const channel = readableChannel(requiredArgument(args, 'channel'))
    const page = paged(channel.members, args)
    return { members: page.items, response_metadata: { next_cursor: page.nextCursor } }
  },
  'conversations.list': (_workspace, args) => {
    const kinds = listedKinds(textArgument(args, 'types') ?? 'public_channel')
    if (kinds.length === 0) throw new SlackRefusal('invalid_types')
    const direct = PEOPLE.map((person) => directChannel(person.id))
    const visible = [...CHANNELS, ...direct].filter(
      (one) => kinds.includes(one.kind) && (one.kind === 'channel' || one.members.includes(APP.botUserId)),
    )
    const page = paged(visible, args)
    return { channels: page.items.map(wireChannel), response_metadata: { next_cursor: page.nextCursor } }
  },
  'conversations.open': (_workspace, args) => {
    const users = (textArgument(args, 'users') ?? '').split(',').filter((id) => id !== '')
    const existing = textArgument(args, 'channel')
    if (users.length > 1) throw new SlackRefusal('method_not_supported_for_channel_type')
    const channel = existing ? readableChannel(existing) : directChannelOf(users[0])
    return flagArgument(args, 'return_im') || existing
      ? { channel: wireChannel(channel) }
      : { channel: { id: channel.id } }
  },
  'conversations.history': (workspace, args) => {
    const channel = historyChannel(requiredArgument(args, 'channel'))
    const isInWindow = windowArgument(args)
    const newestFirst = workspace.store
      .messages(channel.id)
      .filter((message) => isInHistory(workspace, message) && isInWindow(message))
      .toReversed()
    return messagePage(workspace, paged(newestFirst, args), args)
  },
  'conversations.replies': (workspace, args) => {
    const channel = historyChannel(requiredArgument(args, 'channel'))
    const parent = workspace.store.message(channel.id, requiredArgument(args, 'ts'))
    if (parent === undefined) throw new SlackRefusal('thread_not_found')
    const isInWindow = windowArgument(args)
    const replies = workspace.store
      .replies(channel.id, parent.ts)
      .filter((message) => message.deleted !== true && isInWindow(message))
    // The first message of the thread heads the first page, whatever the window.
    return messagePage(workspace, paged([parent, ...replies], args), args)
  },
}

function directChannelOf(user: string | undefined): Channel {
  if (user === undefined) throw new SlackRefusal('users_list_not_supplied')
  const person = findPerson(user)
  if (person === undefined) throw new SlackRefusal('user_not_found')
  if (person.isDeactivated) throw new SlackRefusal('user_disabled')
  return directChannel(person.id)
}

function historyChannel(idOrName: string): Channel {
  const channel = readableChannel(idOrName)
  if (!channel.members.includes(APP.botUserId)) throw new SlackRefusal('not_in_channel')
  return channel
}

/** Replies stay in their thread unless they were broadcast; a deleted parent stays as a tombstone. */
function isInHistory(workspace: Workspace, message: StoredMessage): boolean {
  if (message.deleted) return workspace.store.replies(message.channel, message.ts).length > 0
  return message.threadTs === undefined || message.threadTs === message.ts || message.broadcast === true
}

/** The span of time that a history was asked for; its ends count only when asked to. */
function windowArgument(args: JsonObject): (message: StoredMessage) => boolean {
  const bound = (name: string) => {
    const text = textArgument(args, name)
    if (text === undefined || text === '') return undefined
    const micros = parseTimestamp(text)
    if (micros === undefined) throw new SlackRefusal(`invalid_ts_${name}`)
    return micros
  }
  const oldest = bound('oldest') ?? 0
  const latest = bound('latest') ?? Number.POSITIVE_INFINITY
  const isInclusive = flagArgument(args, 'inclusive')
  return (message) => {
    const at = parseTimestamp(message.ts) ?? 0
    return isInclusive ? at >= oldest && at <= latest : at > oldest && at < latest
  }
}

interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor: string
}

/** Cursors name the place of the next item; what they say is nobody's business but Slack's. */
export function paged<T>(all: readonly T[], args: JsonObject): Page<T> {
  const limit = countArgument(args, 'limit', { fallback: PAGE_DEFAULT, max: PAGE_MAX })
  const cursor = textArgument(args, 'cursor')
  const start = cursor === undefined || cursor === '' ? 0 : placeOf(cursor)
  const end = start + limit
  const nextCursor = end < all.length ? Buffer.from(`next:${end}`).toString('base64') : ''
  return { items: all.slice(start, end), nextCursor }
}

function placeOf(cursor: string): number {
  const found = /^next:(\d{1,9})$/.exec(Buffer.from(cursor, 'base64').toString())
  if (found === null) throw new SlackRefusal('invalid_cursor')
  return Number(found[1])
}

function messagePage(workspace: Workspace, page: Page<StoredMessage>, args: JsonObject): JsonObject {
  const isWithMetadata = flagArgument(args, 'include_all_metadata')
  const messages = page.items.map((message) => ({
    ...wireMessage(workspace, message),
    ...(isWithMetadata && message.metadata !== undefined ? { metadata: message.metadata } : {}),
  }))
  const isMore = page.nextCursor !== ''
  return {
    messages,
    has_more: isMore,
    ...(isMore ? { response_metadata: { next_cursor: page.nextCursor } } : {}),
  }
}

function wireChannel(channel: Channel): JsonObject {
  if (channel.kind === 'im')
    return {
      id: channel.id,
      created: CREATED,
      is_im: true,
      is_channel: false,
      is_group: false,
      is_archived: false,
      user: channel.members[0],
    }
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    created: CREATED,
    creator: PEOPLE[0]?.id,
    context_team_id: TEAM.id,
    is_channel: channel.kind === 'channel',
    is_group: channel.kind === 'group',
    is_im: false,
    is_mpim: false,
    is_private: channel.kind === 'group',
    is_archived: false,
    is_general: channel.name === 'general',
    is_shared: false,
    is_ext_shared: false,
    is_member: channel.members.includes(APP.botUserId),
    num_members: channel.members.length,
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  }
}
