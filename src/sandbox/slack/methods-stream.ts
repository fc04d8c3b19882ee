import {
  blocksArgument,
  metadataArgument,
  requiredArgument,
  structuredArgument,
  textArgument,
} from './arguments.ts'
import { APP, TEAM } from './cast.ts'
import { assignIds } from './elements.ts'
import { type JsonObject, objectsIn, stringIn } from './json-object.ts'
import { filled, ownMessage, threadArgument, withMetadata, writableChannel } from './methods-chat.ts'
import { announcePost, postMessage, replaceMessage } from './posting.ts'
import type { StoredMessage } from './store.ts'
import { isStreaming } from './streaming.ts'
import { type Method, SlackRefusal, type Workspace } from './workspace.ts'

const APPEND_MAX = 12_000
const CHUNKS_MAX = 100

export const streamMethods: Readonly<Record<string, Method>> = {
  'chat.startStream': (workspace, args) => {
    const channel = writableChannel(workspace, requiredArgument(args, 'channel'))
    requiredArgument(args, 'thread_ts')
    const threadTs = threadArgument(workspace, channel, args)
    if (channel.kind !== 'im') {
      if (!textArgument(args, 'recipient_user_id')) throw new SlackRefusal('missing_recipient_user_id')
      if (textArgument(args, 'recipient_team_id') !== TEAM.id)
        throw new SlackRefusal('missing_recipient_team_id')
    }
    const added = addedArguments(args)
    const message = postMessage(workspace, {
      channel: channel.id,
      user: APP.botUserId,
      botId: APP.botId,
      text: added.text,
      blocks: streamedBlocks(added.blocks),
      threadTs,
      streamingSince: workspace.clock.now(),
    })
    void announcePost(workspace, message)
    return { channel: channel.id, ts: message.ts }
  },
  'chat.appendStream': (workspace, args) => {
    const before = streamingMessage(workspace, args)
    const after = append(before, addedArguments(args))
    workspace.store.saveMessage(after)
    return { channel: after.channel, ts: after.ts }
  },
  'chat.stopStream': (workspace, args) => {
    const before = streamingMessage(workspace, args)
    const closing = blocksArgument(args) ?? []
    const appended = append(before, addedArguments(args))
    if (appended.text === '' && closing.length === 0) throw new SlackRefusal('no_text')
    const after: StoredMessage = {
      ...appended,
      blocks: [...(appended.blocks ?? []), ...closing],
      metadata: filled(metadataArgument(args)),
      streamingSince: undefined,
    }
    replaceMessage(workspace, before, after)
    return { channel: after.channel, ts: after.ts, message: withMetadata(workspace, after) }
  },
}

function streamingMessage(workspace: Workspace, args: JsonObject): StoredMessage {
  const message = ownMessage(workspace, args, 'message_not_owned_by_app')
  if (!isStreaming(message, workspace.clock)) throw new SlackRefusal('message_not_in_streaming_state')
  return message
}

interface Added {
  readonly text: string
  /** Markdown and tasks in the order they came. */
  readonly blocks: readonly JsonObject[]
}

/** What one call adds to the stream: markdown, and task updates in chunks. */
function addedArguments(args: JsonObject): Added {
  const chunks = structuredArgument(args, 'chunks', 'invalid_chunks')
  if (chunks !== undefined && (!Array.isArray(chunks) || chunks.length > CHUNKS_MAX))
    throw new SlackRefusal('invalid_chunks')
  const list = objectsIn(chunks)
  const isKnown = (chunk: JsonObject) =>
    chunk['type'] === 'markdown_text'
      ? typeof chunk['text'] === 'string'
      : ['task_update', 'plan_update', 'blocks'].includes(String(chunk['type']))
  if (!list.every(isKnown)) throw new SlackRefusal('invalid_chunks')
  const markdown = textArgument(args, 'markdown_text') ?? ''
  const all = markdown === '' ? list : [{ type: 'markdown_text', text: markdown }, ...list]
  const text = all.map((chunk) => textOf(chunk)).join('')
  if (text.length > APPEND_MAX) throw new SlackRefusal('msg_too_long')
  return { text, blocks: all.flatMap(blocksOf) }
}

function textOf(chunk: JsonObject): string {
  return chunk['type'] === 'markdown_text' ? (stringIn(chunk, 'text') ?? '') : ''
}

function blocksOf(chunk: JsonObject): JsonObject[] {
  switch (chunk['type']) {
    case 'markdown_text':
      return [{ type: 'markdown', text: textOf(chunk) }]
    case 'task_update':
      return [taskCard(chunk)]
    case 'blocks':
      return blocksArgument({ blocks: chunk['blocks'] ?? [] }) ?? []
    default:
      return []
  }
}

function taskCard(chunk: JsonObject): JsonObject {
  return {
    type: 'task_card',
    task_id: stringIn(chunk, 'id') ?? '',
    title: stringIn(chunk, 'title') ?? '',
    status: stringIn(chunk, 'status') ?? 'in_progress',
  }
}

function append(message: StoredMessage, added: Added): StoredMessage {
  return {
    ...message,
    text: message.text + added.text,
    blocks: streamedBlocks([...(message.blocks ?? []), ...added.blocks]),
  }
}

/** A timeline: a task stands where it began, whatever becomes of it, and text goes on where text stood last. */
function streamedBlocks(blocks: readonly JsonObject[]): JsonObject[] {
  const shown: JsonObject[] = []
  for (const block of blocks) {
    const isTask = block['type'] === 'task_card'
    const known = isTask ? shown.findIndex((one) => one['task_id'] === block['task_id']) : -1
    const last = shown.at(-1)
    if (known >= 0) shown[known] = { ...shown[known], ...block }
    else if (block['type'] === 'markdown' && last?.['type'] === 'markdown')
      shown[shown.length - 1] = { ...last, text: `${last['text']}${block['text']}` }
    else shown.push(block)
  }
  return assignIds(shown.filter((block) => block['type'] !== 'markdown' || block['text'] !== ''))
}
