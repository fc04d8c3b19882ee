import { type Channel, findChannel } from './cast.ts'

type ChannelKind = Channel['kind']

const READ = { channel: 'channels:read', group: 'groups:read', im: 'im:read' } as const
const HISTORY = { channel: 'channels:history', group: 'groups:history', im: 'im:history' } as const

/** The scope that Slack demands for each method; two kinds depend on the type of the conversation. */
const METHOD_SCOPES: Readonly<Record<string, string | undefined>> = {
  'agents.sessions.setStatus': 'chat:write',
  'apps.connections.open': 'connections:write',
  'assistant.threads.setStatus': 'assistant:write',
  'assistant.threads.setSuggestedPrompts': 'assistant:write',
  'assistant.threads.setTitle': 'assistant:write',
  'bots.info': 'users:read',
  'chat.appendStream': 'chat:write',
  'chat.delete': 'chat:write',
  'chat.postEphemeral': 'chat:write',
  'chat.postMessage': 'chat:write',
  'chat.startStream': 'chat:write',
  'chat.stopStream': 'chat:write',
  'chat.update': 'chat:write',
  'conversations.open': 'im:write',
  'team.info': 'team:read',
  'usergroups.list': 'usergroups:read',
  'usergroups.users.list': 'usergroups:read',
  'users.info': 'users:read',
  'users.list': 'users:read',
  'users.lookupByEmail': 'users:read.email',
}

/** The events that an app may subscribe to here, and the scope behind each. */
const EVENT_SCOPES: Readonly<Record<string, string>> = {
  app_mention: 'app_mentions:read',
  'message.channels': HISTORY.channel,
  'message.groups': HISTORY.group,
  'message.im': HISTORY.im,
}

const LIST_TYPES: Readonly<Record<string, ChannelKind>> = {
  public_channel: 'channel',
  private_channel: 'group',
  im: 'im',
}

/** The kinds of conversation that `conversations.list` was asked for. */
export function listedKinds(types: string): ChannelKind[] {
  return types.split(',').flatMap((type) => LIST_TYPES[type.trim()] ?? [])
}

export function scopesNeeded(method: string, args: { channel: string; types: string }): string[] {
  const kind = findChannel(args.channel)?.kind ?? 'channel'
  if (method === 'conversations.info' || method === 'conversations.members') return [READ[kind]]
  if (method === 'conversations.history' || method === 'conversations.replies') return [HISTORY[kind]]
  if (method === 'conversations.list') return listedKinds(args.types).map((listed) => READ[listed])
  const scope = METHOD_SCOPES[method]
  return scope === undefined ? [] : [scope]
}

export function eventScope(subscription: string): string | undefined {
  return EVENT_SCOPES[subscription]
}
