import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { METHOD_SCOPES } from '../../src/slack/scopes.ts'
import {
  cardAbout,
  cardReads,
  choose,
  codeOf,
  decideWithReason,
  grantIdOn,
  press,
  textIn,
  toldTo,
  untilSteps,
  untilTold,
} from '../support/desk.ts'
import { aStranger, type Colleague, oktaRoles, SOFIA, SUPER_ADMIN } from '../support/events.ts'
import { answersIn, ask, MENTION, say, wordsOf } from '../support/thread.ts'
import { type Json, type Message, type TestWorld, until, withWorld } from '../support/world.ts'

const MANIFEST = JSON.parse(readFileSync(new URL('../../manifest.json', import.meta.url), 'utf8')) as {
  readonly oauth_config: { readonly scopes: { readonly bot: readonly string[] } }
  readonly settings: { readonly event_subscriptions: { readonly bot_events: readonly string[] } }
  readonly features: { readonly slash_commands: readonly { readonly command: string }[] }
}
const SCOPES = MANIFEST.oauth_config.scopes.bot
const EVENTS = MANIFEST.settings.event_subscriptions.bot_events

/** The scope without which Slack does not deliver an event; the others need none. */
const EVENT_SCOPES: Readonly<Record<string, string>> = {
  app_mention: 'app_mentions:read',
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
  'message.im': 'im:history',
}
/** What no call or event shows by its name. */
const OTHER_NEEDS: Readonly<Record<string, string>> = {
  commands: 'the slash command was used',
  'users:read.email': 'without it users.info tells no address: the grantor test below',
}
/** The sandbox has no button for these: they end an installation. */
const NOT_DRIVEN = ['app_uninstalled', 'tokens_revoked']

async function superAdmin(
  world: TestWorld,
  given: { grantee?: Colleague; grantor?: Colleague } = {},
): Promise<Message> {
  const { grantee = aStranger(), grantor } = given
  const by = grantor === undefined ? {} : { grantor }
  await world.inject('okta-logs', [oktaRoles({ grantee, ...by, roles: [SUPER_ADMIN] })])
  return await cardAbout(world, grantee.email)
}

/** Does nearly all that people can do with the app. */
async function driveEverything(world: TestWorld): Promise<void> {
  const [first, second] = [await superAdmin(world), await superAdmin(world)]
  await press(world, 'U0PRIYA', first, 'approve')
  await untilTold(world, 'U0PRIYA', /not a reviewer/)
  await press(world, 'U0DEV', first, 'escalate')
  await press(world, 'U0MAYA', first, 'approve')
  const approved = await cardReads(world, grantIdOn(first), /\*Approved\*/)
  await choose(world, 'U0DEV', approved, 'explain')
  await decideWithReason(world, 'U0MAYA', { card: second, action: 'revoke', reason: 'Not agreed.' })
  await untilSteps(world, grantIdOn(second), ['review.opened', 'review.revoke_requested'])
  for (const text of ['/grants pending', '/grants tune', `/grants explain ${codeOf(first)}`])
    await world.act({ user: 'U0DEV', type: 'command', text })
  for (const tab of ['home', 'messages']) await world.act({ user: 'U0DEV', type: 'home', tab })
  await world.act({ user: 'U0DEV', type: 'message', channel: 'dm', text: 'help' })
  await ask(world, 'U0DEV', `${MENTION} what is waiting for me?`, { channel: 'access-reviews' })
  await ask(world, 'U0DEV', 'Why was this flagged?', { channel: 'access-reviews', threadTs: second.ts })
  await stopAnAnswer(world)
  await postAfterFailure(world)
}

/** An answer whose model takes long, with a second step that its stream is appended. */
async function stopAnAnswer(world: TestWorld): Promise<void> {
  await world.faults({ model: 'slow' })
  const threadTs = await say(world, 'U0DEV', 'Who holds Super administrator?', { channel: 'dm' })
  const thread = { channel: 'dm', threadTs, user: 'U0DEV' } as const
  await until('an answer to stop', async () => (await answersIn(world, thread))[0])
  await world.act({ user: 'U0DEV', type: 'stop', channel: 'dm', threadTs })
  await until('it to end', async () => /it was stopped/.test(wordsOf((await answersIn(world, thread))[0])))
  await world.faults({ model: 'off' })
}

interface Usage {
  readonly methods: Readonly<Record<string, number>>
  readonly events: Readonly<Record<string, number>>
  readonly commands: Readonly<Record<string, number>>
  readonly refusals: readonly { readonly method: string; readonly error: string; readonly detail: string }[]
}

async function usageOf(world: TestWorld): Promise<Usage> {
  return (await world.get('usage')) as Json & Usage
}

/** A post that failed makes the app look into the channel's history before it posts again. */
async function postAfterFailure(world: TestWorld): Promise<Message> {
  const grantee = aStranger()
  const posts = async () => (await usageOf(world)).methods['chat.postMessage'] ?? 0
  await world.faults({ slack: '5xx' })
  const before = await posts()
  await world.inject('okta-logs', [oktaRoles({ grantee, roles: [SUPER_ADMIN] })])
  await until('an attempt to post', async () => (await posts()) > before)
  await world.faults({ slack: 'off' })
  return await cardAbout(world, grantee.email)
}

const REVIEWERS = 'S0SECURITY'

test('the manifest asks for what the app uses, and for nothing else', async () => {
  const used: Usage[] = []
  await withWorld({ env: { REVIEWERS } }, async (world) => {
    await driveEverything(world)
    used.push(await usageOf(world))
  })
  await withWorld({ env: { REVIEWERS, REVIEW_CHANNEL: 'C0ESCALATE' } }, async (world) => {
    const grantee = aStranger()
    await world.faults({ slack: '5xx' })
    await world.inject('okta-logs', [oktaRoles({ grantee, roles: [SUPER_ADMIN] })])
    await until(
      'an attempt to post',
      async () => ((await usageOf(world)).methods['chat.postMessage'] ?? 0) > 0,
    )
    await world.faults({ slack: 'off' })
    await until('the card', async () => (await world.cards('access-escalations')).length === 1)
    used.push(await usageOf(world))
  })
  const methods = new Set(used.flatMap((usage) => Object.keys(usage.methods)))
  const events = new Set(used.flatMap((usage) => Object.keys(usage.events)))
  assert.deepEqual(
    used.flatMap(({ refusals }) => refusals),
    [],
    'Slack refused nothing',
  )
  methods.delete('apps.connections.open')
  for (const method of methods) assert.ok(Object.hasOwn(METHOD_SCOPES, method), `${method} states no scopes`)
  const needs = new Set<string>(Object.keys(OTHER_NEEDS))
  for (const [method, scopes] of Object.entries(METHOD_SCOPES))
    if (methods.has(method)) for (const scope of scopes) needs.add(scope)
  for (const [event, scope] of Object.entries(EVENT_SCOPES)) if (events.has(event)) needs.add(scope)
  assert.deepEqual([...needs].toSorted(), SCOPES.toSorted())
  assert.deepEqual(
    [...EVENTS.filter((event) => events.has(event)), ...NOT_DRIVEN].toSorted(),
    EVENTS.toSorted(),
  )
  assert.deepEqual(
    Object.keys(used[0]?.commands ?? {}),
    MANIFEST.features.slash_commands.map(({ command }) => command),
  )
})

/** The project's manifest without some of its scopes. */
function manifestWithout(...scopes: readonly string[]): unknown {
  const bot = SCOPES.filter((scope) => !scopes.includes(scope))
  return { ...MANIFEST, oauth_config: { ...MANIFEST.oauth_config, scopes: { bot } } }
}

async function untilMissing(world: TestWorld, method: string, scope: string): Promise<void> {
  await until(`${method} to be refused for want of ${scope}`, async () =>
    (await usageOf(world)).refusals.some(
      (one) => one.method === method && one.error === 'missing_scope' && one.detail.includes(scope),
    ),
  )
}

test('without chat:write no card can be posted, and App Home says so', async () => {
  await withWorld({ manifest: manifestWithout('chat:write') }, async (world) => {
    await world.inject('okta-logs', [oktaRoles({ grantee: aStranger(), roles: [SUPER_ADMIN] })])
    await untilMissing(world, 'chat.postMessage', 'chat:write')
    await until('App Home to say so', async () => {
      await world.act({ user: 'U0DEV', type: 'home' })
      const home = textIn((await world.get('person?user=U0DEV'))['home'])
      return /Cards could not be posted or updated: Slack refused chat.postMessage/.test(home)
    })
  })
})

for (const [scope, method] of [
  ['users:read', 'users.info'],
  ['usergroups:read', 'usergroups.users.list'],
] as const)
  test(`without ${scope} nobody can be told to be a reviewer: a click decides nothing, and its author is told`, async () => {
    await withWorld({ env: { REVIEWERS }, manifest: manifestWithout(scope) }, async (world) => {
      const card = await superAdmin(world)
      await press(world, 'U0MAYA', card, 'approve')
      await untilMissing(world, method, scope)
      await untilTold(world, 'U0MAYA', /Something went wrong on our side/)
      await press(world, 'U0MAYA', card, 'revoke')
      await until('a second sentence', async () => (await toldTo(world, 'U0MAYA')).length === 2)
      await untilSteps(world, grantIdOn(card), ['review.opened'])
      // The click is written down still, and must not keep the app from its other work after a start.
      await world.app('stop')
      await world.app('start')
      await superAdmin(world)
    })
  })

test('without users:read.email nobody decides, since grantor and grantee could not be told from others', async () => {
  await withWorld({ manifest: manifestWithout('users:read.email') }, async (world) => {
    const card = await superAdmin(world, { grantor: SOFIA })
    for (const user of ['U0SOFIA', 'U0MAYA'] as const) {
      await press(world, user, card, 'approve')
      await untilTold(world, user, /users:read\.email/)
    }
    await untilSteps(world, grantIdOn(card), ['review.opened'])
  })
})

test('without the scopes for histories everything works but the search for a lost card', async () => {
  await withWorld({ manifest: manifestWithout('channels:history', 'groups:history') }, async (world) => {
    const card = await postAfterFailure(world)
    await press(world, 'U0MAYA', card, 'approve')
    await untilSteps(world, grantIdOn(card), ['review.opened', 'review.approved'])
    const { methods, refusals } = await usageOf(world)
    assert.deepEqual([methods['conversations.history'], refusals], [undefined, []])
  })
})
