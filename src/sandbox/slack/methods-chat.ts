import {
  attachmentsArgument,
  blocksArgument,
  flagArgument,
  metadataArgument,
  requiredArgument,
  textArgument,
} from './arguments.ts'
import { APP, type Channel, directChannel, findChannel, findPerson } from './cast.ts'
import type { JsonObject } from './json-object.ts'
import { announcePost, postMessage, replaceMessage, wireMessage } from './posting.ts'
import type { StoredMessage } from './store.ts'
import { isStreaming } from './streaming.ts'
import { type Method, SlackRefusal, type Workspace } from './workspace.ts'

const POST_TEXT_MAX = 40_000
const UPDATE_TEXT_MAX = 4000
const MARKDOWN_MAX = 12_000

export const chatMethods: Readonly<Record<string, Method>> = {
  'chat.postMessage': (workspace, args) => {
    const channel = writableChannel(workspace, requiredArgument(args, 'channel'))
    const content = contentArguments(args)
    if (isBlank(content)) throw new SlackRefusal('no_text')
    const threadTs = threadArgument(workspace, channel, args)
    const message = postMessage(workspace, {
      channel: channel.id,
      user: APP.botUserId,
      botId: APP.botId,
      text: (content.text ?? '').slice(0, POST_TEXT_MAX),
      blocks: content.blocks,
      attachments: content.attachments,
      metadata: filled(metadataArgument(args)),
      threadTs,
      broadcast: threadTs !== undefined && flagArgument(args, 'reply_broadcast') ? true : undefined,
    })
    void announcePost(workspace, message)
    return { channel: channel.id, ts: message.ts, message: withMetadata(workspace, message) }
  },
  'chat.update': (workspace, args) => {
    const before = ownMessage(workspace, args, 'cant_update_message')
    if (isStreaming(before, workspace.clock)) throw new SlackRefusal('streaming_state_conflict')
    const content = contentArguments(args)
    const metadata = metadataArgument(args)
    if (isBlank(content) && metadata === undefined) throw new SlackRefusal('no_text')
    if ((content.text ?? '').length > UPDATE_TEXT_MAX) throw new SlackRefusal('msg_too_long')
    // Slack keeps what the call does not name; an empty list or object takes it away.
    const after: StoredMessage = {
      ...before,
      text: content.text ?? before.text,
      blocks: content.blocks === undefined ? before.blocks : nonEmpty(content.blocks),
      attachments: content.attachments === undefined ? before.attachments : nonEmpty(content.attachments),
      metadata: metadata === undefined ? before.metadata : filled(metadata),
      edited: { user: APP.botUserId, ts: workspace.store.nextTs() },
      streamingSince: undefined,
    }
    replaceMessage(workspace, before, after)
    return {
      channel: after.channel,
      ts: after.ts,
      text: after.text,
      message: withMetadata(workspace, after),
    }
  },
  'chat.delete': (workspace, args) => {
    const before = ownMessage(workspace, args, 'cant_delete_message')
    replaceMessage(workspace, before, {
      ...before,
      text: 'This message was deleted.',
      blocks: undefined,
      attachments: undefined,
      metadata: undefined,
      deleted: true,
    })
    return { channel: before.channel, ts: before.ts }
  },
  'chat.postEphemeral': (workspace, args) => {
    const channel = writableChannel(workspace, requiredArgument(args, 'channel'))
    const user = requiredArgument(args, 'user')
    if (!channel.members.includes(user)) throw new SlackRefusal('user_not_in_channel')
    const content = contentArguments(args)
    if (isBlank(content)) throw new SlackRefusal('no_text')
    const ts = workspace.store.nextTs()
    workspace.store.saveEphemeral({
      ts,
      user,
      channel: channel.id,
      text: content.text ?? '',
      blocks: content.blocks,
      threadTs: threadArgument(workspace, channel, args),
    })
    return { message_ts: ts }
  },
  'chat.getPermalink': (workspace, args) => {
    const channel = readableChannel(requiredArgument(args, 'channel'))
    const ts = requiredArgument(args, 'message_ts')
    if (workspace.store.message(channel.id, ts) === undefined) throw new SlackRefusal('message_not_found')
    return {
      channel: channel.id,
      permalink: `${workspace.baseUrl()}/archives/${channel.id}/p${ts.replace('.', '')}`,
    }
  },
}

interface Content {
  readonly text: string | undefined
  readonly blocks: JsonObject[] | undefined
  readonly attachments: JsonObject[] | undefined
}

/** Text, blocks and attachments of a message, checked as Slack checks them. */
export function contentArguments(args: JsonObject): Content {
  const text = textArgument(args, 'text')
  const markdown = textArgument(args, 'markdown_text')
  const blocks = blocksArgument(args)
  const attachments = attachmentsArgument(args)
  if (markdown === undefined || markdown === '') return { text, blocks, attachments }
  if (blocks !== undefined || (text !== undefined && text !== ''))
    throw new SlackRefusal('markdown_text_conflict')
  if (markdown.length > MARKDOWN_MAX) throw new SlackRefusal('msg_too_long')
  return {
    text: markdown,
    blocks: blocksArgument({ blocks: [{ type: 'markdown', text: markdown }] }),
    attachments,
  }
}

export function isBlank(content: Content): boolean {
  return (content.text ?? '') === '' && !content.blocks?.length && !content.attachments?.length
}

/** A conversation the app may read: a private one it is no member of does not exist for it. */
export function readableChannel(idOrName: string): Channel {
  const channel = findChannel(idOrName)
  if (channel === undefined || (channel.kind !== 'channel' && !channel.members.includes(APP.botUserId)))
    throw new SlackRefusal('channel_not_found')
  return channel
}

export function writableChannel(workspace: Workspace, idOrName: string): Channel {
  const person = findPerson(idOrName)
  const channel = person === undefined ? readableChannel(idOrName) : directChannel(person.id)
  if (channel.kind === 'im' && findPerson(channel.members[0] ?? '')?.isDeactivated)
    throw new SlackRefusal('channel_not_found')
  const isMember = channel.members.includes(APP.botUserId)
  if (!isMember && !workspace.rights.scopes.includes('chat:write.public'))
    throw new SlackRefusal('not_in_channel')
  return channel
}

/** The thread to answer in; Slack refuses a thread whose first message does not exist. */
export function threadArgument(workspace: Workspace, channel: Channel, args: JsonObject): string | undefined {
  const ts = textArgument(args, 'thread_ts')
  if (ts === undefined || ts === '') return undefined
  const parent = workspace.store.message(channel.id, ts)
  if (parent === undefined) throw new SlackRefusal('thread_not_found')
  return parent.threadTs ?? parent.ts
}

export function ownMessage(workspace: Workspace, args: JsonObject, notOwn: string): StoredMessage {
  const channel = readableChannel(requiredArgument(args, 'channel'))
  const message = workspace.store.message(channel.id, requiredArgument(args, 'ts'))
  if (message === undefined || message.deleted) throw new SlackRefusal('message_not_found')
  if (message.botId !== APP.botId) throw new SlackRefusal(notOwn)
  return message
}

export function withMetadata(workspace: Workspace, message: StoredMessage): JsonObject {
  const wire = wireMessage(workspace, message)
  return message.metadata === undefined ? wire : { ...wire, metadata: message.metadata }
}

/** An empty object stands for no metadata at all. */
export function filled(metadata: JsonObject | undefined): JsonObject | undefined {
  return metadata !== undefined && Object.keys(metadata).length > 0 ? metadata : undefined
}

function nonEmpty(list: JsonObject[]): JsonObject[] | undefined {
  return list.length > 0 ? list : undefined
}
