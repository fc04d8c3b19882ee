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
      blocks: streamedBlocks(added.text, added.tasks),
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
  readonly tasks: readonly JsonObject[]
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
  const parts = list.flatMap((chunk) =>
    chunk['type'] === 'markdown_text' ? [stringIn(chunk, 'text') ?? ''] : [],
  )
  const text = [textArgument(args, 'markdown_text') ?? '', ...parts].join('')
  if (text.length > APPEND_MAX) throw new SlackRefusal('msg_too_long')
  const tasks = list.filter((chunk) => chunk['type'] === 'task_update').map(taskCard)
  const blocks = list.filter((chunk) => chunk['type'] === 'blocks')
  const extra = blocks.flatMap((chunk) => blocksArgument({ blocks: chunk['blocks'] ?? [] }) ?? [])
  return { text, tasks: [...tasks, ...extra] }
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
  const text = message.text + added.text
  const replaced = new Set(added.tasks.map((task) => task['task_id']))
  const earlier = (message.blocks ?? []).filter(
    (block) =>
      block['type'] !== 'markdown' && !(block['type'] === 'task_card' && replaced.has(block['task_id'])),
  )
  return { ...message, text, blocks: streamedBlocks(text, [...earlier, ...added.tasks]) }
}

function streamedBlocks(text: string, others: readonly JsonObject[]): JsonObject[] {
  return assignIds([...(text === '' ? [] : [{ type: 'markdown', text }]), ...others])
}
