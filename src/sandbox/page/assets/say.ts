import type { ActResult } from './api.ts'
import { APP } from './directory.ts'
import { text } from './json.ts'
import { withReferences } from './mrkdwn.ts'
import type { Screen } from './screen.ts'

export interface Utterance {
  readonly channel: string
  readonly threadTs: string
  readonly typed: string
}

/** Sends what a person typed; undefined when it could not be sent. What begins with a slash is a command. */
export async function say(screen: Screen, utterance: Utterance): Promise<ActResult | undefined> {
  const { channel, threadTs, typed } = utterance
  if (typed.startsWith('/')) return screen.act({ type: 'command', channel, text: typed })
  const people = [...screen.state.people, { id: APP.userId, name: APP.name }]
  const result = await screen.act({
    type: 'message',
    channel,
    text: withReferences(typed, { people, channels: screen.channels }),
    ...(threadTs === '' ? {} : { threadTs }),
  })
  // The app answers a direct message in its thread, so that is where the person will look.
  const sent = screen.person.directMessages.at(-1)
  const isAsked = screen.place.kind === 'direct' && threadTs === '' && result?.ok === true
  if (isAsked && sent !== undefined) screen.go({ threadTs: text(sent['ts']) })
  return result
}
