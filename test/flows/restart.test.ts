import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verifyChain } from '../../src/domain/verify-chain.ts'
import {
  cardAbout,
  cardReads,
  decideWithReason,
  grantIdOn,
  openForm,
  press,
  submitReason,
  textIn,
  untilSteps,
} from '../support/desk.ts'
import { aStranger, type Colleague, oktaRoles, SUPER_ADMIN } from '../support/events.ts'
import { inFolder, type Message, sharedWorld, type TestWorld, until, withWorld } from '../support/world.ts'

async function superAdmins(world: TestWorld, ...grantees: readonly Colleague[]): Promise<void> {
  await world.inject(
    'okta-logs',
    grantees.map((grantee) => oktaRoles({ grantee, roles: [SUPER_ADMIN] })),
  )
}

async function superAdmin(world: TestWorld, grantee: Colleague = aStranger()): Promise<Message> {
  await superAdmins(world, grantee)
  return await cardAbout(world, grantee.email)
}

async function assertOneCardEach(world: TestWorld, grantees: readonly Colleague[]): Promise<void> {
  const cards = await world.cards()
  for (const { email } of grantees)
    assert.equal(cards.filter((card) => textIn(card.blocks).includes(email)).length, 1, email)
  // Delivery is at least once: after a kill the same event may stand in the dataset twice.
  const opened = await world.reviewEvents('review.opened')
  const distinct = new Set(opened.map((event) => event['event_id']))
  const asked = new Set(opened.map((event) => event['grant_id']))
  assert.equal(distinct.size, asked.size, 'no review was opened twice')
}

async function assertWhole(world: TestWorld): Promise<void> {
  const chainKey = world.world.appEnv()['CHAIN_KEY'] ?? ''
  const report = await verifyChain(await world.reviewEvents(), { chainKey, anchors: [] })
  assert.deepEqual(report.faults, [])
}

const shared = sharedWorld({})

test('grants that arrive while the app stops, or while it is away, have one card each after the start', async () => {
  const world = shared()
  const grantees = Array.from({ length: 9 }, aStranger)
  await superAdmins(world, ...grantees.slice(0, 3))
  const stopping = world.app('stop')
  await superAdmins(world, ...grantees.slice(3, 6))
  await stopping
  await superAdmins(world, ...grantees.slice(6))
  await world.app('start')
  for (const { email } of grantees) await cardAbout(world, email)
  await assertOneCardEach(world, grantees)
  await assertWhole(world)
})

test('a stop lets what is under way end: the app goes in its own time and leaves nothing half done', async () => {
  const world = shared()
  const [card, other] = [await superAdmin(world), await superAdmin(world)]
  const decided = await decideWithReason(world, 'U0MAYA', { card, action: 'revoke', reason: 'Not agreed.' })
  assert.equal(decided.ok, true)
  await world.app('stop')
  assert.deepEqual(appStatus(await world.get('state')), { status: 'stopped', pid: null })
  const refused = await press(world, 'U0DEV', other, 'approve')
  assert.deepEqual([refused.ok, refused.error], [false, 'dispatch_failed'])
  await world.app('start')
  await cardReads(world, grantIdOn(card), /Revoke requested/)
  await untilSteps(world, grantIdOn(card), ['review.opened', 'review.revoke_requested'])
  await untilSteps(world, grantIdOn(other), ['review.opened'])
  await until('the webhook', async () =>
    (await world.webhooks()).some((one) => one.body.includes(grantIdOn(card))),
  )
  await assertWhole(world)
})

function appStatus(state: Readonly<Record<string, unknown>>): unknown {
  const { status, pid } = state['app'] as { status: unknown; pid: unknown }
  return { status, pid }
}

test('a form that was open over a restart is still good', async () => {
  const world = shared()
  const card = await superAdmin(world)
  const viewId = await openForm(world, 'U0MAYA', { card, action: 'revoke' })
  await world.app('stop')
  const early = await submitReason(world, 'U0MAYA', { viewId, reason: 'Not agreed.' })
  assert.equal(early.ok, false, 'nobody was there to take it')
  await world.app('start')
  assert.equal((await submitReason(world, 'U0MAYA', { viewId, reason: 'Not agreed.' })).ok, true)
  await untilSteps(world, grantIdOn(card), ['review.opened', 'review.revoke_requested'])
})

test('an app that was killed reads on within seconds of its next start', async () => {
  const world = shared()
  const grantees = Array.from({ length: 6 }, aStranger)
  const before = (await world.cards()).length
  await superAdmins(world, ...grantees)
  // In the middle of its work: some of it is done, most is not.
  await until('a first card', async () => (await world.cards()).length > before)
  await world.app('kill')
  await world.app('start')
  for (const { email } of grantees) await cardAbout(world, email)
  await assertOneCardEach(world, grantees)
})

test('a world that is started again in its folder keeps messages, people’s views and datasets', async () => {
  await inFolder(async (dir) => {
    const grantee = aStranger()
    let before: readonly Message[] = []
    await withWorld({ dir }, async (world) => {
      const card = await superAdmin(world, grantee)
      await press(world, 'U0MAYA', card, 'approve')
      await cardReads(world, grantIdOn(card), /\*Approved\*/)
      await world.act({ user: 'U0MAYA', type: 'home' })
      before = await world.messages()
    })
    await withWorld({ dir }, async (world) => {
      assert.deepEqual(await world.messages(), before)
      assert.match(textIn((await world.get('person?user=U0MAYA'))['home']), /Countersign/)
      const [card] = await world.cards()
      assert.ok(card !== undefined)
      await untilSteps(world, grantIdOn(card), ['review.opened', 'review.approved'])
      const next = aStranger()
      await superAdmin(world, next)
      await assertOneCardEach(world, [grantee, next])
      await assertWhole(world)
    })
  })
})
