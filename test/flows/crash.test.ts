import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { verifyChain } from '../../src/domain/verify-chain.ts'
import { grantIdOn, headerOf, press, submitReason, textIn, type User } from '../support/desk.ts'
import { aStranger, type Colleague, oktaRoles, SUPER_ADMIN } from '../support/events.ts'
import { type Json, type Message, type TestWorld, until, withWorld } from '../support/world.ts'

const ROUNDS = 8
const GRANTS_PER_ROUND = 3
const KILL_WITHIN_MS = 2_000
const FORM_WITHIN_MS = 1_000
/** What a killed app held for itself runs out before long; here the world's clock goes on instead of the test waiting. */
const LEASES_OUT_MS = 11_000
const SETTLED_MS = 40_000

/** A small generator, so that a run that failed can be had again by its seed. */
function generator(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

interface Click {
  readonly grantId: string
  readonly user: User
  readonly action: 'approve' | 'revoke'
  /** What the person saw: true when Slack had the app's acknowledgement. */
  readonly isAcknowledged: boolean
}

interface Run {
  readonly grantees: Colleague[]
  readonly clicks: Click[]
}

/** Two people decide on every card that waits, each as they like. */
async function clickAll(world: TestWorld, draw: (below: number) => number): Promise<readonly Click[]> {
  const cards = (await world.cards()).filter((card) => /waiting for a decision/.test(headerOf(card)))
  const plans = cards.flatMap((card) =>
    (['U0MAYA', 'U0DEV'] as const).map(
      (user) => ({ card, user, action: draw(3) === 0 ? 'revoke' : 'approve' }) as const,
    ),
  )
  return await Promise.all(
    plans.map(async ({ card, user, action }) => {
      const isAcknowledged =
        action === 'approve' ? await approve(world, user, card) : await revoke(world, user, card)
      return { grantId: grantIdOn(card), user, action, isAcknowledged }
    }),
  )
}

async function approve(world: TestWorld, user: User, card: Message): Promise<boolean> {
  return (await press(world, user, card, 'approve')).ok === true
}

/** Opening the form is no decision: only its submission is a click that counts. */
async function revoke(world: TestWorld, user: User, card: Message): Promise<boolean> {
  if ((await press(world, user, card, 'revoke')).ok !== true) return false
  const viewId = await formAbout(world, user, card)
  if (viewId === null) return false
  return (await submitReason(world, user, { viewId, reason: 'Not agreed.' })).ok === true
}

/** The form, if the app lived long enough to open it. */
async function formAbout(world: TestWorld, user: User, card: Message): Promise<string | null> {
  const deadline = performance.now() + FORM_WITHIN_MS
  return await until('the form, or the end of patience', async () => {
    const { modals } = await world.get(`person?user=${user}`)
    const top = (modals as readonly Json[]).at(-1)
    if (String(top?.['private_metadata']).includes(grantIdOn(card))) return { viewId: String(top?.['id']) }
    return performance.now() > deadline ? { viewId: null } : null
  }).then(({ viewId }) => viewId)
}

async function playRound(world: TestWorld, run: Run, draw: (below: number) => number): Promise<void> {
  const grantees = Array.from({ length: GRANTS_PER_ROUND }, aStranger)
  run.grantees.push(...grantees)
  const clicks = clickAll(world, draw)
  await world.inject(
    'okta-logs',
    grantees.map((grantee) => oktaRoles({ grantee, roles: [SUPER_ADMIN] })),
  )
  // The moment of the kill is the subject: a drawn wait, not a wait for something.
  await pause(draw(KILL_WITHIN_MS))
  await world.app('kill')
  run.clicks.push(...(await clicks))
  await world.app('start')
  await world.advance(LEASES_OUT_MS)
}

test('killed at random moments, the app loses no grant and no acknowledged click, and doubles nothing', async () => {
  const seed = Number(process.env['CRASH_SEED'] ?? randomInt(2 ** 31))
  process.stderr.write(`crash test: CRASH_SEED=${seed}\n`)
  const draw = generator(seed)
  await withWorld({}, async (world) => {
    const run: Run = { grantees: [], clicks: [] }
    for (let round = 0; round < ROUNDS; round += 1) await playRound(world, run, draw)
    await untilSettled(world, run)
    run.clicks.push(...(await clickAll(world, draw)))
    await untilSettled(world, run)
    await assertNothingLost(world, run)
  })
})

const DECISIONS = { approve: 'review.approved', revoke: 'review.revoke_requested' } as const

/** Delivery is at least once: the same event may stand in the dataset twice and is one. */
async function eventsNamed(world: TestWorld, ...names: readonly string[]): Promise<readonly Json[]> {
  const events = (await world.reviewEvents()).filter((event) => names.includes(String(event['event'])))
  return [...new Map(events.map((event) => [event['event_id'], event])).values()]
}

async function untilSettled(world: TestWorld, run: Run): Promise<void> {
  await until(
    'a card for every grant',
    async () => (await world.cards()).length >= run.grantees.length,
    SETTLED_MS,
  )
  const acknowledged = new Set(run.clicks.flatMap((click) => (click.isAcknowledged ? [click.grantId] : [])))
  await until(
    'a decision for every click that was acknowledged',
    async () => {
      const decided = new Set(
        (await eventsNamed(world, ...Object.values(DECISIONS))).map((event) => event['grant_id']),
      )
      return acknowledged.isSubsetOf(decided)
    },
    SETTLED_MS,
  )
  await until('an empty outbox', async () => {
    await world.act({ user: 'U0MAYA', type: 'home' })
    return /Everything is delivered/.test(textIn((await world.get('person?user=U0MAYA'))['home']))
  })
}

async function assertNothingLost(world: TestWorld, { grantees, clicks }: Run): Promise<void> {
  const cards = await world.cards()
  for (const { email } of grantees)
    assert.equal(
      cards.filter((card) => textIn(card.blocks).includes(email)).length,
      1,
      `one live card about ${email}`,
    )
  const opened = await eventsNamed(world, 'review.opened')
  assert.equal(opened.length, grantees.length, 'every grant was opened once')
  const decisions = await eventsNamed(world, ...Object.values(DECISIONS))
  const perGrant = Map.groupBy(decisions, (event) => event['grant_id'])
  for (const [grantId, [decision, ...more]] of perGrant) {
    assert.equal(more.length, 0, `one decision on ${grantId}`)
    const made = clicks.filter((click) => click.grantId === grantId)
    assert.ok(
      made.some(
        (click) => click.user === decision?.['actor'] && DECISIONS[click.action] === decision['event'],
      ),
      `what was decided on ${grantId} is what somebody clicked`,
    )
  }
  await until('cards that show what the record says', async () =>
    (await world.cards()).every(
      (card) => /waiting for a decision/.test(headerOf(card)) !== perGrant.has(grantIdOn(card)),
    ),
  )
  const chainKey = world.world.appEnv()['CHAIN_KEY'] ?? ''
  const report = await verifyChain(await world.reviewEvents(), { chainKey, anchors: [] })
  assert.deepEqual(report.faults, [])
}
