import assert from 'node:assert/strict'
import { REASON_INPUT, REASON_MODAL, REVIEW_ACTIONS } from '../../src/slack/ids.ts'
import { type ActResult, type Json, type Message, type TestWorld, until } from './world.ts'

/** What people do with cards, and what they read there. */

export type User = 'U0MAYA' | 'U0DEV' | 'U0SOFIA' | 'U0JONAS' | 'U0ANA' | 'U0PRIYA' | 'U0GUEST' | 'U0GONE'

/** Every text within a message or view, however deep, one a line. */
export function textIn(value: unknown): string {
  const texts: string[] = []
  const walk = (node: unknown) => {
    if (Array.isArray(node)) node.forEach(walk)
    else if (typeof node === 'object' && node !== null)
      for (const [key, inner] of Object.entries(node))
        if (typeof inner === 'string')
          texts.push(...(['text', 'url', 'fallback'].includes(key) ? [inner] : []))
        else walk(inner)
  }
  walk(value)
  return texts.join('\n')
}

export function grantIdOn(card: Message): string {
  const id = card.metadata?.event_payload['grant_id']
  assert.ok(typeof id === 'string', 'the card names its grant')
  return id
}

/** The header of a card: code, band and state. */
export function headerOf(card: Message): string {
  return textIn(card.blocks?.[0])
}

/** Waits for the card about a grantee, by name or e-mail address or login. */
export async function cardAbout(world: TestWorld, grantee: string, patienceMs?: number): Promise<Message> {
  return await until(
    `a card about ${grantee}`,
    async () => (await world.cards()).findLast((card) => factsOf(card).includes(grantee)),
    patienceMs,
  )
}

/** The part that says who was given what. */
function factsOf(card: Message): string {
  return card.text + textIn(card.blocks?.[1])
}

/** Waits until the grant's card reads so. */
export async function cardReads(
  world: TestWorld,
  grantId: string,
  words: RegExp,
  patienceMs?: number,
): Promise<Message> {
  return await until(
    `the card of ${grantId} to read ${words}`,
    async () =>
      (await world.cards()).find((card) => grantIdOn(card) === grantId && words.test(textIn(card.blocks))),
    patienceMs,
  )
}

export async function press(
  world: TestWorld,
  user: User,
  card: Message,
  action: Exclude<keyof typeof REVIEW_ACTIONS, 'more'>,
): Promise<ActResult> {
  return await world.act({ user, type: 'button', messageTs: card.ts, actionId: REVIEW_ACTIONS[action] })
}

/** Chooses from the menu of a card. */
export async function choose(
  world: TestWorld,
  user: User,
  card: Message,
  verb: 'explain' | 'reopen',
): Promise<ActResult> {
  const value = `${verb}:${grantIdOn(card)}`
  return await world.act({ user, type: 'button', messageTs: card.ts, actionId: REVIEW_ACTIONS.more, value })
}

export interface Reasoned {
  readonly card: Message
  readonly action: 'approve' | 'revoke'
  readonly reason: string
}

/** Presses a button that asks for a reason, and gives it. */
export async function decideWithReason(world: TestWorld, user: User, decision: Reasoned): Promise<ActResult> {
  const viewId = await openForm(world, user, decision)
  return await submitReason(world, user, { viewId, reason: decision.reason })
}

/** Presses a button that asks for a reason; answers with the form's id once it is open. */
export async function openForm(
  world: TestWorld,
  user: User,
  { card, action }: Omit<Reasoned, 'reason'>,
): Promise<string> {
  const pressed = await press(world, user, card, action)
  assert.equal(pressed.ok, true, JSON.stringify(pressed))
  return await until(`${user}’s form to ${action} ${codeOf(card)}`, async () => {
    const { modals } = await world.get(`person?user=${user}`)
    const top = (modals as readonly Json[]).at(-1)
    const isForm = top?.['callback_id'] === REASON_MODAL
    return isForm && String(top['private_metadata']).includes(grantIdOn(card)) ? String(top['id']) : null
  })
}

export async function submitReason(
  world: TestWorld,
  user: User,
  form: { readonly viewId: string; readonly reason: string },
): Promise<ActResult> {
  return await world.act({
    user,
    type: 'submit',
    viewId: form.viewId,
    values: { [REASON_INPUT]: form.reason },
  })
}

/** All that only this person was ever told, newest last. */
export async function toldTo(world: TestWorld, user: User): Promise<readonly string[]> {
  const { ephemerals } = await world.get(`person?user=${user}`)
  return (ephemerals as readonly Message[]).map(textIn)
}

/** Waits until this person alone was told so, about this card. */
export async function untilTold(
  world: TestWorld,
  user: User,
  words: RegExp,
  card?: Message,
): Promise<string> {
  const code = card === undefined ? '' : codeOf(card)
  return await until(`${user} to be told ${words} about ${code}`, async () =>
    (await toldTo(world, user)).findLast((text) => words.test(text) && text.includes(code)),
  )
}

/** The grant's short code, as people read and type it. */
export function codeOf(card: Message): string {
  return /^G-\w{7}/.exec(headerOf(card))?.[0] ?? assert.fail('the card has no code')
}

/** A grant's events in the chain's order; heartbeats and other tenants' are none. */
export async function historyOf(world: TestWorld, grantId: string): Promise<readonly Json[]> {
  const events = (await world.reviewEvents()).filter((event) => event['grant_id'] === grantId)
  return events.toSorted((one, other) => Number(one['seq']) - Number(other['seq']))
}

export async function stepsOf(world: TestWorld, grantId: string): Promise<readonly unknown[]> {
  return (await historyOf(world, grantId)).map((event) => event['event'])
}

/** Waits until the grant's events are these, in this order. */
export async function untilSteps(
  world: TestWorld,
  grantId: string,
  steps: readonly string[],
  patienceMs?: number,
): Promise<readonly Json[]> {
  let seen: readonly unknown[] = []
  return await until(
    `the steps ${steps.join(', ')} of ${grantId}`,
    async () => {
      seen = await stepsOf(world, grantId)
      return seen.join() === steps.join() ? await historyOf(world, grantId) : null
    },
    patienceMs,
  ).catch((error: unknown) => assert.fail(`${String(error)}; there are ${seen.join(', ')}`))
}
