import { randomUUID } from 'node:crypto'
import type { ActOf } from './act-input.ts'
import { ActRefusal, type ActResult, channelFor, failureOf } from './act-refusal.ts'
import { APP, type Channel, directChannel, type Person } from './cast.ts'
import type { JsonObject } from './json-object.ts'
import { slashCommand } from './payloads.ts'
import { announcePost, postMessage, wireMessage } from './posting.ts'
import { respondTo } from './respond.ts'
import { watch } from './sees.ts'
import { shownMessage } from './shown.ts'
import type { StoredMessage } from './store.ts'
import { isStreaming } from './streaming.ts'
import { deliveredText, escapeText, typedBlocks } from './typed-text.ts'
import { SlackRefusal, type Workspace } from './workspace.ts'

const COMMAND_CHANNEL = 'access-reviews'

/** Types a slash command. */
export async function runCommand(
  workspace: Workspace,
  person: Person,
  act: ActOf<'command'>,
): Promise<ActResult> {
  const channel = channelFor(person, act.channel ?? COMMAND_CHANNEL)
  const [command = '', ...rest] = act.text.trim().split(/\s+/)
  if (!workspace.rights.commands.includes(command) || !workspace.rights.scopes.includes('commands'))
    throw new ActRefusal(
      400,
      `${command} is not a valid command; the app has ${workspace.rights.commands.join(', ') || 'none'}.`,
    )
  const target = { user: person.id, channel: channel.id }
  const payload = slashCommand({
    person,
    channel,
    command,
    text: escapeText(rest.join(' ')),
    triggerId: workspace.triggers.issue({ user: person.id }),
    responseUrl: workspace.responseUrls.issue(target),
  })
  const seen = watch(workspace.store, target)
  const delivery = await workspace.socket.deliver({ type: 'slash_commands', payload })
  if (delivery.kind !== 'unconnected') workspace.usage.count('commands', command)
  if (delivery.kind !== 'acked') return { ...failureOf(command, delivery), sees: seen.sees() }
  const refused = answerFromAck(workspace, target, delivery.payload)
  await seen.settled()
  if (refused === undefined) return { ok: true, sees: seen.sees() }
  return {
    ok: false,
    error: refused,
    message: `${command} failed with the error "${refused}"`,
    sees: seen.sees(),
  }
}

/** An acknowledgement with content is itself the answer to the command. */
function answerFromAck(
  workspace: Workspace,
  target: { user: string; channel: string },
  payload: JsonObject,
): string | undefined {
  if (Object.keys(payload).length === 0) return undefined
  try {
    respondTo(workspace, target, payload)
    return undefined
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error
    workspace.usage.refused('slash_commands.ack', error.error, '')
    return error.error
  }
}

/** Writes into a channel, a thread or the conversation with the app. */
export async function sendMessage(
  workspace: Workspace,
  person: Person,
  act: ActOf<'message'>,
): Promise<ActResult> {
  const channel = channelFor(person, act.channel)
  if (channel.kind === 'im' && !workspace.rights.messagesTab)
    throw new ActRefusal(403, 'The manifest does not let people write to the app in a direct message.')
  const parent = act.threadTs === undefined ? undefined : workspace.store.message(channel.id, act.threadTs)
  if (act.threadTs !== undefined && (parent === undefined || parent.deleted))
    throw new ActRefusal(404, `There is no message ${act.threadTs} in this conversation to answer.`)
  const seen = watch(workspace.store, { user: person.id, channel: channel.id })
  const message = postMessage(workspace, {
    channel: channel.id,
    user: person.id,
    text: deliveredText(act.text),
    threadTs: parent === undefined ? undefined : (parent.threadTs ?? parent.ts),
  })
  await announceTyped(workspace, channel, message, act.text)
  await seen.settled()
  return { ok: true, sees: { ...seen.sees(), message: shownMessage(workspace.store, message) } }
}

async function announceTyped(
  workspace: Workspace,
  channel: Channel,
  message: StoredMessage,
  typed: string,
): Promise<void> {
  const composed = {
    client_msg_id: randomUUID(),
    blocks: typedBlocks(typed, randomUUID().slice(0, 5)),
  }
  const isMention = message.text.includes(`<@${APP.botUserId}>`) && channel.members.includes(APP.botUserId)
  const mention = {
    ...wireMessage(workspace, message),
    ...composed,
    type: 'app_mention',
    channel: channel.id,
    event_ts: message.ts,
  }
  await Promise.all([
    announcePost(workspace, message, composed),
    // In a direct conversation everything is addressed to the app anyway.
    ...(isMention && channel.kind !== 'im' ? [workspace.events.publish('app_mention', mention)] : []),
  ])
}

/** Opens the app's Home, or the tab of messages beside it. */
export async function openHome(workspace: Workspace, person: Person, act: ActOf<'home'>): Promise<ActResult> {
  const tab = act.tab ?? 'home'
  if (!(tab === 'home' ? workspace.rights.homeTab : workspace.rights.messagesTab))
    throw new ActRefusal(403, `The manifest does not switch the ${tab} tab on.`)
  const channel = directChannel(person.id)
  const before = workspace.store.home(person.id)
  const seen = watch(workspace.store, { user: person.id, channel: channel.id })
  await workspace.events.publish('app_home_opened', {
    type: 'app_home_opened',
    user: person.id,
    channel: channel.id,
    tab,
    event_ts: workspace.store.nextTs(),
    ...(tab === 'home' && before !== undefined ? { view: before } : {}),
  })
  await seen.settled()
  const home = workspace.store.home(person.id)
  return { ok: true, sees: { ...seen.sees(), ...(tab === 'home' && home !== undefined ? { home } : {}) } }
}

/** Presses the stop button beside an answer that is still being written. */
export async function stopAnswer(
  workspace: Workspace,
  person: Person,
  act: ActOf<'stop'>,
): Promise<ActResult> {
  const channel = channelFor(person, act.channel)
  const streaming = workspace.store
    .replies(channel.id, act.threadTs)
    .filter((message) => isStreaming(message, workspace.clock))
  const isWorking = Boolean(workspace.store.presence(channel.id, act.threadTs)?.status)
  if (streaming.length === 0 && !isWorking)
    throw new ActRefusal(404, 'No answer is being written in this thread.')
  // Slack ends the streams by itself; the thread's state is for the app to change.
  for (const message of streaming) workspace.store.saveMessage({ ...message, streamingSince: undefined })
  const seen = watch(workspace.store, { user: person.id, channel: channel.id })
  await workspace.events.publish('agent_session_stopped', {
    type: 'agent_session_stopped',
    channel: channel.id,
    user: person.id,
    thread_ts: act.threadTs,
    streaming_message_ts: streaming.map((message) => message.ts),
    event_ts: workspace.store.nextTs(),
  })
  await seen.settled()
  return { ok: true, sees: seen.sees() }
}
