import { isRecord } from '../exchange.ts'
import { requiredArgument, structuredArgument, textArgument } from './arguments.ts'
import { type JsonObject, stringIn } from './json-object.ts'
import { threadArgument, writableChannel } from './methods-chat.ts'
import type { ThreadPresence } from './store.ts'
import { type Method, refusalFor, SlackRefusal, type Workspace } from './workspace.ts'

const LOADING_MESSAGES_MAX = 10
const PROMPTS_MAX = 4

const SESSION_STATES = ['active', 'processing', 'suspended', 'closed']

export const assistantMethods: Readonly<Record<string, Method>> = {
  // The app must be an agent, and subscribe to `agent_session_stopped`, for people to see a stop button.
  'agents.sessions.setStatus': (workspace, args) => {
    const state = requiredArgument(args, 'status')
    if (!SESSION_STATES.includes(state)) throw new SlackRefusal('invalid_status')
    requiredArgument(args, 'thread_ts')
    const presence = presenceArgument(workspace, args)
    workspace.store.savePresence({ ...presence, status: state === 'processing' ? 'is working' : '' })
    const canStop = workspace.rights.events.includes('agent_session_stopped')
    return canStop ? {} : { warning: 'missing_agent_session_stopped_event_subscription' }
  },
  'assistant.threads.setStatus': (workspace, args) => {
    const presence = presenceArgument(workspace, args)
    const status = textArgument(args, 'status')
    if (status === undefined) throw missing('status')
    const loading = structuredArgument(args, 'loading_messages', 'invalid_arguments') ?? []
    if (!Array.isArray(loading) || loading.length > LOADING_MESSAGES_MAX)
      throw new SlackRefusal('invalid_arguments')
    workspace.store.savePresence({ ...presence, status })
    return {}
  },
  'assistant.threads.setTitle': (workspace, args) => {
    workspace.store.savePresence({
      ...presenceArgument(workspace, args),
      title: requiredArgument(args, 'title'),
    })
    return {}
  },
  'assistant.threads.setSuggestedPrompts': (workspace, args) => {
    const prompts = structuredArgument(args, 'prompts', 'invalid_arguments')
    const isPrompt = (one: unknown): one is JsonObject =>
      isRecord(one) && Boolean(stringIn(one, 'title')) && Boolean(stringIn(one, 'message'))
    if (!Array.isArray(prompts) || prompts.length === 0 || !prompts.every(isPrompt)) throw missing('prompts')
    if (prompts.length > PROMPTS_MAX)
      throw refusalFor('invalid_arguments', [
        { pointer: '/prompts', message: `no more than ${PROMPTS_MAX} items allowed` },
      ])
    workspace.store.savePresence({ ...presenceArgument(workspace, args), prompts })
    return {}
  },
}

function missing(field: string): SlackRefusal {
  return refusalFor('invalid_arguments', [
    { pointer: `/${field}`, message: `missing required field: ${field}` },
  ])
}

/** Prompts may be set for a whole direct conversation, without a thread. */
function presenceArgument(workspace: Workspace, args: JsonObject): ThreadPresence {
  const channel = writableChannel(workspace, requiredArgument(args, 'channel_id'))
  const threadTs = threadArgument(workspace, channel, args) ?? ''
  return (
    workspace.store.presence(channel.id, threadTs) ?? {
      channel: channel.id,
      threadTs,
      status: '',
      prompts: [],
      title: '',
    }
  )
}
