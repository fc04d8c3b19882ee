import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HOME_ACTIONS } from '../../src/slack/ids.ts'
import {
  cardAbout,
  cardReads,
  grantIdOn,
  headerOf,
  press,
  textIn,
  type User,
  untilSteps,
} from '../support/desk.ts'
import {
  aStranger,
  type Colleague,
  githubRepositoryAdmin,
  oktaRoles,
  SUPER_ADMIN,
} from '../support/events.ts'
import {
  type ActResult,
  inFolder,
  type Json,
  sharedWorld,
  type TestWorld,
  until,
  withWorld,
} from '../support/world.ts'

/** A first live start with nothing said about the mode. */
const world = sharedWorld({ env: { MODE: '' } })

async function superAdmin(grantee: Colleague): Promise<void> {
  await world().inject('okta-logs', [oktaRoles({ grantee, roles: [SUPER_ADMIN] })])
}

async function shadowed(grantee: Colleague): Promise<Json> {
  return await until(`the shadow result about ${grantee.email}`, async () =>
    (await world().reviewEvents('grant.shadowed')).find((event) =>
      String(event['grantee']).includes(grantee.email),
    ),
  )
}

interface Home {
  readonly id: string
  readonly blocks: readonly unknown[]
}

async function homeOf(testWorld: TestWorld, user: User): Promise<Home> {
  const before = (await testWorld.get(`person?user=${user}`))['home'] as { hash: string } | null
  await testWorld.act({ user, type: 'home' })
  return await until(`${user}’s home`, async () => {
    const home = (await testWorld.get(`person?user=${user}`))['home'] as (Home & { hash: string }) | null
    return home !== null && home.hash !== before?.hash ? home : null
  })
}

async function pressHome(
  testWorld: TestWorld,
  user: User,
  button: { readonly home: Home; readonly actionId: string; readonly value?: string },
): Promise<ActResult> {
  const { home, ...rest } = button
  return await testWorld.act({ user, type: 'button', viewId: home.id, ...rest })
}

/** What the page says on top about the last click. */
async function untilHomeSays(testWorld: TestWorld, user: User, words: RegExp): Promise<void> {
  await until(`${user}’s home to say ${words}`, async () =>
    words.test(textIn((await testWorld.get(`person?user=${user}`))['home'])),
  )
}

const early = aStranger()
const routine = aStranger()

test('a first start asks nobody: what it would have asked is recorded and stands in App Home', async () => {
  await superAdmin(early)
  await world().inject('github-audit', [githubRepositoryAdmin({ grantee: routine })])
  const event = await shadowed(early)
  assert.deepEqual([event['band'], event['floor'], event['state_after']], ['medium', 'standing_t0', 'shadow'])
  const home = textIn(await homeOf(world(), 'U0MAYA'))
  assert.match(home, /\*Shadow\*: everything is computed and shown here, and nobody is asked/)
  assert.match(home, /Nobody was asked about[\s\S]*was given Super administrator/)
  assert.match(home, /shadow: computed, nobody was asked/)
  assert.match(home, /Go live/)
  assert.deepEqual(await world().cards(), [])
})

test('whoever is no policy admin is offered no switch', async () => {
  const home = await homeOf(world(), 'U0DEV')
  assert.doesNotMatch(textIn(home), /Go live/)
  const forced = await pressHome(world(), 'U0DEV', { home, actionId: HOME_ACTIONS.goLive })
  assert.match(forced.error ?? '', /There is no element/)
  assert.equal((await world().reviewEvents('policy.changed')).length, 1, 'the seed alone')
})

test('a reviewer opens a shadow case by hand, and it gets its card', async () => {
  const { grant_id: value } = await shadowed(early)
  const home = await homeOf(world(), 'U0DEV')
  await pressHome(world(), 'U0DEV', { home, actionId: HOME_ACTIONS.openReview, value: String(value) })
  await untilHomeSays(world(), 'U0DEV', /The review is open: its card comes in a moment/)
  const card = await cardAbout(world(), early.email)
  assert.match(headerOf(card), /waiting for a decision/)
  await press(world(), 'U0MAYA', card, 'approve')
  const [, opened] = await untilSteps(world(), String(value), [
    'grant.shadowed',
    'review.opened',
    'review.approved',
  ])
  assert.equal(opened?.['actor'], 'U0DEV')
})

test('somebody who may not decide cannot open a case either', async () => {
  const home = await homeOf(world(), 'U0PRIYA')
  assert.doesNotMatch(textIn(home), /Open as review/)
})

test('the policy admin goes live: new grants get cards, what was computed in shadow stays listed', async () => {
  const still = aStranger()
  await superAdmin(still)
  await shadowed(still)
  const home = await homeOf(world(), 'U0MAYA')
  await pressHome(world(), 'U0MAYA', { home, actionId: HOME_ACTIONS.goLive })
  await untilHomeSays(world(), 'U0MAYA', /The mode is switched/)
  const change = await until('the change in the record', async () =>
    (await world().reviewEvents('policy.changed')).find((event) => event['policy_version'] === 2),
  )
  assert.match(JSON.stringify(change), /U0MAYA/)
  const next = aStranger()
  await superAdmin(next)
  const card = await cardAbout(world(), next.email)
  assert.equal(card.deleted, undefined)
  assert.ok(!(await world().cards()).some((one) => one.text.includes(still.name)), 'no card after the fact')
  const texts = textIn(await homeOf(world(), 'U0MAYA'))
  assert.match(texts, /\*Live\*: people are asked/)
  assert.ok(texts.includes(still.name), 'listed still')
})

test('the policy admin goes back to shadow: open reviews stay open, new grants ask nobody', async () => {
  const waiting = aStranger()
  await superAdmin(waiting)
  const card = await cardAbout(world(), waiting.email)
  const home = await homeOf(world(), 'U0MAYA')
  await pressHome(world(), 'U0MAYA', { home, actionId: HOME_ACTIONS.goShadow })
  await untilHomeSays(world(), 'U0MAYA', /The mode is switched/)
  const next = aStranger()
  await superAdmin(next)
  await shadowed(next)
  assert.equal((await press(world(), 'U0DEV', card, 'approve')).ok, true)
  await cardReads(world(), grantIdOn(card), /\*Approved\* by Dev Patel/)
})

test('a mode that the environment pins is switched by nobody', async () => {
  await withWorld({ env: { MODE: 'shadow' } }, async (pinned) => {
    const home = await homeOf(pinned, 'U0MAYA')
    assert.match(textIn(home), /\*Shadow\*.*The environment pins this mode/)
    const forced = await pressHome(pinned, 'U0MAYA', { home, actionId: HOME_ACTIONS.goLive })
    assert.match(forced.error ?? '', /There is no element/)
  })
})

test('a switch on a page from before the mode was pinned is refused', async () => {
  await inFolder(async (dir) => {
    await withWorld({ dir, env: { MODE: '' } }, async (before) => {
      assert.match(textIn(await homeOf(before, 'U0MAYA')), /Go live/)
    })
    await withWorld({ dir, env: { MODE: 'shadow' } }, async (after) => {
      const home = (await after.get('person?user=U0MAYA'))['home'] as Home
      await pressHome(after, 'U0MAYA', { home, actionId: HOME_ACTIONS.goLive })
      await untilHomeSays(after, 'U0MAYA', /The environment pins the mode: change MODE and restart/)
      assert.equal((await after.reviewEvents('policy.changed')).length, 1)
    })
  })
})
