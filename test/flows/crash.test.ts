import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { verifyChain } from '../../src/domain/verify-chain.ts'
import { grantIdOn, press } from '../support/desk.ts'
import { aStranger, oktaRoles, SUPER_ADMIN } from '../support/events.ts'
import { type Json, type Message, type TestWorld, until, withWorld } from '../support/world.ts'

const ROUNDS = 5
const GRANTS_PER_ROUND = 4
const KILL_WITHIN_MS = 900
const SETTLED_MS = 60_000

/** A small generator, so that a run that failed can be had again by its seed. */
function generator(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

interface Acknowledged {
  readonly grantId: string
  readonly user: string
}

/** Everybody clicks on every card that nobody has clicked yet; answers with the clicks that Slack saw acknowledged. */
async function clickAll(world: TestWorld, clicked: Set<string>): Promise<readonly Acknowledged[]> {
  const cards = (await world.cards()).filter((card) => !clicked.has(grantIdOn(card)))
  const clicks = cards.flatMap((card) => {
    clicked.add(grantIdOn(card))
    return (['U0MAYA', 'U0DEV'] as const).map((user) => click(world, user, card))
  })
  return (await Promise.all(clicks)).flat()
}

async function click(
  world: TestWorld,
  user: 'U0MAYA' | 'U0DEV',
  card: Message,
): Promise<readonly Acknowledged[]> {
  const result = await press(world, user, card, 'approve')
  assert.equal(result.sees?.view, undefined, 'the card is medium: approving needs no form')
  return result.ok === true ? [{ grantId: grantIdOn(card), user }] : []
}

const DECIDED = 'review.approved'

test('killed at random moments, the app loses no grant and no acknowledged click, and posts no card twice', async () => {
  const seed = Number(process.env['CRASH_SEED'] ?? randomInt(2 ** 31))
  process.stderr.write(`crash test: CRASH_SEED=${seed}\n`)
  const draw = generator(seed)
  await withWorld({}, async (world) => {
    const people: string[] = []
    const clicked = new Set<string>()
    const acknowledged: Acknowledged[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const grantees = Array.from({ length: GRANTS_PER_ROUND }, () => aStranger())
      people.push(...grantees.map(({ email }) => email))
      const events = grantees.map((grantee) =>
        oktaRoles({ grantee, grantor: aStranger(), roles: [SUPER_ADMIN] }),
      )
      await world.inject('okta-logs', events)
      const clicks = clickAll(world, clicked)
      // The moment of the kill is the subject: a random wait, not a wait for something.
      await pause(draw(KILL_WITHIN_MS))
      await world.app('kill')
      acknowledged.push(...(await clicks))
      await world.app('start')
    }
    await until(
      'a card for every grant',
      async () => (await world.cards()).length >= people.length,
      SETTLED_MS,
    )
    acknowledged.push(...(await clickAll(world, clicked)))
    const decided = new Set(acknowledged.map(({ grantId }) => grantId))
    const events = await until(
      'every acknowledged decision in the review dataset',
      async () => {
        const all = await world.reviewEvents()
        const approved = new Set(
          all.filter(({ event }) => event === DECIDED).map((event) => event['grant_id']),
        )
        return [...decided].every((grantId) => approved.has(grantId)) ? all : null
      },
      SETTLED_MS,
    )
    await assertWhole(world, { people, decided, events })
  })
})

async function assertWhole(
  world: TestWorld,
  run: {
    readonly people: readonly string[]
    readonly decided: ReadonlySet<string>
    readonly events: readonly Json[]
  },
): Promise<void> {
  const cards = await world.cards()
  const ids = cards.map(grantIdOn)
  assert.equal(new Set(ids).size, run.people.length, 'no grant is missing')
  assert.equal(ids.length, run.people.length, 'no grant has two live cards')
  for (const email of run.people)
    assert.equal(cards.filter((card) => JSON.stringify(card.blocks).includes(email)).length, 1, email)
  // Delivery is at least once: the same event may stand there twice, two different decisions may not.
  const decisions = new Map(
    run.events.filter(({ event }) => event === DECIDED).map((event) => [event['event_id'], event]),
  )
  const perGrant = [...decisions.values()].map((event) => event['grant_id'])
  assert.equal(new Set(perGrant).size, perGrant.length, 'no grant is approved twice')
  const report = await until('an outbox that is empty and a chain that is whole', async () => {
    const all = await verifyChain(await world.reviewEvents(), { chainKey: null, anchors: [] })
    return all.ok ? all : null
  })
  assert.equal(report.faultCount, 0)
}
