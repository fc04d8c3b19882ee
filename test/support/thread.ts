import assert from 'node:assert/strict'
import { textIn, toldTo, type User } from './desk.ts'
import { type Json, type Message, type TestWorld, until } from './world.ts'

/** What people say to the app, and what it answers. */

export const APP = 'U0COUNTERSIGN'
export const MENTION = `<@${APP}>`

export interface Place {
  /** A channel's name, or `dm`. */
  readonly channel: string
  readonly threadTs?: string
}

export type Reply = Message & {
  readonly user: string
  readonly isStreaming?: boolean
}

/** Says something; answers with the `ts` of the words. */
export async function say(world: TestWorld, user: User, text: string, place: Place): Promise<string> {
  const sent = await world.act({ user, type: 'message', text, ...place })
  const ts = sent.sees?.message?.ts
  assert.ok(sent.ok === true && ts !== undefined, JSON.stringify(sent))
  return ts
}

async function messagesIn(world: TestWorld, user: User, channel: string): Promise<readonly Message[]> {
  if (channel !== 'dm') return await world.messages(channel)
  return (await world.get(`person?user=${user}`))['directMessages'] as readonly Message[]
}

/** Our own words in a thread, oldest first. */
export async function answersIn(
  world: TestWorld,
  thread: { readonly channel: string; readonly threadTs: string; readonly user?: User },
): Promise<readonly Reply[]> {
  const messages = await messagesIn(world, thread.user ?? 'U0MAYA', thread.channel)
  const root = messages.find(({ ts }) => ts === thread.threadTs)
  return ((root?.replies ?? []) as readonly Reply[]).filter(({ user }) => user === APP)
}

/** Asks, and waits until the answer in the thread has ended; answers with it. */
export async function ask(
  world: TestWorld,
  user: User,
  text: string,
  place: Place,
  patienceMs?: number,
): Promise<Reply> {
  const ts = await say(world, user, text, place)
  const thread = { channel: place.channel, threadTs: place.threadTs ?? ts, user }
  return await until(
    `an answer to "${text}"`,
    async () => (await answersIn(world, thread)).find((reply) => reply.ts > ts && reply.isStreaming !== true),
    patienceMs,
  )
}

/** What an answer says, its sentences and what stands below them. */
export function wordsOf(reply: Message | undefined): string {
  return textIn(reply?.blocks)
}

/** The titles of the steps an answer shows, in their order. */
export function stepsIn(reply: Message): readonly string[] {
  return ((reply.blocks ?? []) as readonly Json[])
    .filter((block) => block['type'] === 'task_card')
    .map((block) => String(block['title']))
}

/** Waits until the app has noted where it posted a card: people who reply are never as fast as a test. */
export async function untilNoted(world: TestWorld, card: Message): Promise<void> {
  const link = `p${card.ts.replace('.', '')}`
  await until('the card to be noted', async () => {
    await world.act({ user: 'U0SOFIA', type: 'command', text: '/grants pending' })
    return (await toldTo(world, 'U0SOFIA')).some((text) => text.includes(link))
  })
}

export async function toldEphemerally(world: TestWorld, user: User): Promise<readonly Message[]> {
  return (await world.get(`person?user=${user}`))['ephemerals'] as readonly Message[]
}
