import { APP, type Channel, type Person, TEAM } from './cast.ts'
import type { StateValues } from './element-values.ts'
import type { JsonObject } from './json-object.ts'
import type { View } from './store.ts'

const VERIFICATION = 'sandbox-verification'
// Slack shows apps these names instead of the real ones.
const HIDDEN_NAMES = { group: 'privategroup', im: 'directmessage' } as const

function userName(person: Person): string {
  return person.email.split('@')[0] ?? person.id
}

function channelName(channel: Channel): string {
  return channel.kind === 'channel' ? channel.name : HIDDEN_NAMES[channel.kind]
}

/** The fields that all interactive payloads share. */
function interaction(person: Person): JsonObject {
  const name = userName(person)
  return {
    user: { id: person.id, username: name, name, team_id: TEAM.id },
    api_app_id: APP.id,
    token: VERIFICATION,
    team: { id: TEAM.id, domain: TEAM.domain },
    enterprise: null,
    is_enterprise_install: false,
  }
}

export function messageAction(input: {
  person: Person
  channel: Channel
  messageTs: string
  threadTs: string | undefined
  /** Absent for an ephemeral message: Slack does not hand it back. */
  message: JsonObject | undefined
  state: StateValues
  action: JsonObject
  triggerId: string
  responseUrl: string
}): JsonObject {
  return {
    type: 'block_actions',
    ...interaction(input.person),
    container: {
      type: 'message',
      message_ts: input.messageTs,
      channel_id: input.channel.id,
      is_ephemeral: input.message === undefined,
      ...(input.threadTs === undefined ? {} : { thread_ts: input.threadTs }),
    },
    trigger_id: input.triggerId,
    channel: { id: input.channel.id, name: channelName(input.channel) },
    ...(input.message === undefined ? {} : { message: input.message }),
    state: { values: input.state },
    response_url: input.responseUrl,
    actions: [input.action],
  }
}

export function viewAction(input: {
  person: Person
  view: View
  action: JsonObject
  triggerId: string
}): JsonObject {
  return {
    type: 'block_actions',
    ...interaction(input.person),
    container: { type: 'view', view_id: input.view.id },
    trigger_id: input.triggerId,
    view: input.view,
    actions: [input.action],
  }
}

export function viewSubmission(input: { person: Person; view: View; triggerId: string }): JsonObject {
  return {
    type: 'view_submission',
    ...interaction(input.person),
    trigger_id: input.triggerId,
    view: input.view,
    response_urls: [],
  }
}

export function viewClosed(input: { person: Person; view: View; isCleared: boolean }): JsonObject {
  return {
    type: 'view_closed',
    ...interaction(input.person),
    view: input.view,
    is_cleared: input.isCleared,
  }
}

export function slashCommand(input: {
  person: Person
  channel: Channel
  command: string
  text: string
  triggerId: string
  responseUrl: string
}): JsonObject {
  return {
    token: VERIFICATION,
    team_id: TEAM.id,
    team_domain: TEAM.domain,
    channel_id: input.channel.id,
    channel_name: channelName(input.channel),
    user_id: input.person.id,
    user_name: userName(input.person),
    command: input.command,
    text: input.text,
    api_app_id: APP.id,
    is_enterprise_install: 'false',
    response_url: input.responseUrl,
    trigger_id: input.triggerId,
  }
}
