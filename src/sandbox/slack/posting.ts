import { APP, type Channel, findChannel, TEAM } from './cast.ts'
import type { JsonObject } from './json-object.ts'
import type { StoredMessage } from './store.ts'
import type { Workspace } from './workspace.ts'

const SUBSCRIPTIONS = { channel: 'message.channels', group: 'message.groups', im: 'message.im' } as const

const botProfile = {
  id: APP.botId,
  app_id: APP.id,
  name: APP.name,
  team_id: TEAM.id,
  deleted: false,
} as const

/** A message as Slack writes it in responses, histories and payloads. */
export function wireMessage(workspace: Pick<Workspace, 'store'>, message: StoredMessage): JsonObject {
  const replies = workspace.store.replies(message.channel, message.ts).filter((one) => one.deleted !== true)
  const authors = [...new Set(replies.map((reply) => reply.user))]
  const isBot = message.botId !== undefined
  return {
    type: 'message',
    user: message.user,
    ...(isBot ? { bot_id: message.botId, app_id: APP.id, bot_profile: botProfile } : {}),
    team: TEAM.id,
    ts: message.ts,
    text: message.text,
    ...(message.deleted ? { subtype: 'tombstone', hidden: true } : {}),
    ...(message.blocks === undefined ? {} : { blocks: message.blocks }),
    ...(message.attachments === undefined ? {} : { attachments: message.attachments }),
    ...(message.edited === undefined ? {} : { edited: message.edited }),
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    ...(message.broadcast ? { subtype: 'thread_broadcast' } : {}),
    ...(replies.length === 0
      ? {}
      : {
          thread_ts: message.ts,
          reply_count: replies.length,
          reply_users_count: authors.length,
          reply_users: authors.slice(0, 5),
          latest_reply: replies.at(-1)?.ts,
        }),
  }
}

/** Keeps a new message; announcePost tells the app of it. */
export function postMessage(workspace: Workspace, message: Omit<StoredMessage, 'ts'>): StoredMessage {
  const posted = { ...message, ts: workspace.store.nextTs() }
  workspace.store.saveMessage(posted)
  return posted
}

/** Tells the app of a new message, its own posts included; `composed` is what only a person's client adds. */
export function announcePost(
  workspace: Workspace,
  message: StoredMessage,
  composed: JsonObject = {},
): Promise<void> {
  return publishMessage(workspace, message.channel, {
    ...wireMessage(workspace, message),
    ...composed,
    channel: message.channel,
    event_ts: message.ts,
  })
}

/** Replaces a message and tells the app; what was there before goes along, as Slack sends it. */
export function replaceMessage(workspace: Workspace, before: StoredMessage, after: StoredMessage): void {
  workspace.store.saveMessage(after)
  const ts = workspace.store.nextTs()
  const change = after.deleted
    ? { subtype: 'message_deleted', deleted_ts: after.ts }
    : { subtype: 'message_changed', message: wireMessage(workspace, after) }
  void publishMessage(workspace, after.channel, {
    type: 'message',
    ...change,
    previous_message: wireMessage(workspace, before),
    hidden: true,
    channel: after.channel,
    ts,
    event_ts: ts,
  })
}

async function publishMessage(workspace: Workspace, channelId: string, event: JsonObject): Promise<void> {
  const channel = findChannel(channelId)
  if (channel === undefined || !hearsOf(channel)) return
  await workspace.events.publish(SUBSCRIPTIONS[channel.kind], { ...event, channel_type: channel.kind })
}

function hearsOf(channel: Channel): boolean {
  return channel.members.includes(APP.botUserId)
}
