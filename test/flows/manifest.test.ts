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
  untilSteps,
  untilTold,
} from '../support/desk.ts'
import { aStranger, type Colleague, oktaRoles, SUPER_ADMIN } from '../support/events.ts'
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
  'message.im': 'im:history',
}
/** What no call or event shows by its name. */
const OTHER_NEEDS: Readonly<Record<string, string>> = {
  commands: 'the slash command was used',
  'users:read.email': 'without it users.info tells no address: the grantor test below',
}
/** The sandbox has no button for these: they end an installation. */
const NOT_DRIVEN = ['app_uninstalled', 'tokens_revoked']

async function superAdmin(world: TestWorld, given: { grantee?: Colleague; grantor?: Colleague } = {}): Promise<Message> {
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
  await choose(world, 'U0MAYA', approved, 'explain')
  await decideWithReason(world, 'U0MAYA', { card: second, action: 'revoke', reason: 'Not agreed.' })
  await untilSteps(world, grantIdOn(second), ['review.opened', 'review.revoke_requested'])
  for (const text of ['/grants pending', '/grants tune', `/grants explain ${codeOf(first)}`])
    await world.act({ user: 'U0DEV', type: 'command', text })
  for (const tab of ['home', 'messages']) await world.act({ user: 'U0DEV', type: 'home', tab })
  await world.act({ user: 'U0DEV', type: 'message', channel: 'dm', text: 'help' })
  await world.act({ user: 'U0DEV', type: 'message', channel: 'access-reviews', text: '<@U0COUNTERSIGN> hello' })
  // A post that failed makes the app look into the channel's history, here in a public and a private channel.
  await world.faults({ slack: '5xx' })
  const third = aStranger()
  await world.inject('okta-logs', [oktaRoles({ grantee: third, roles: [SUPER_ADMIN] })])
  await until('an attempt to post', async () => {
    const { queries } = await world.get('usage')
    const opened = (await world.reviewEvents('review.opened')).length
    return Array.isArray(queries) && opened === 3
  })
  await world.faults({ slack: 'off' })
  await cardAbout(world, third.email)
}

interface Usage {
  readonly methods: Readonly<Record<string, number>>
  readonly events: Readonly<Record<string, number>>
  readonly commands: Readonly<Record<string, number>>
  readonly refusals: readonly { readonly method: string; readonly error: string; readonly detail: string }[]
}

async function usageOf(world: TestWorld): Promise<Usage> {
  return (await world.get('usage')) as unknown as Usage
}

test('the manifest asks for what the app uses, and for nothing else', async () => {
  const env = { REVIEWERS: 'S0SECURITY' }
  await withWorld({ env }, async (world) => {
    await driveEverything(world)
    const publicUse = await usageOf(world)
    await withWorld({ env: { ...env, REVIEW_CHANNEL: 'C0ESCALATE' } }, async (privateWorld) => {
      const { refusals } = await usageOf(privateWorld)
      assert.deepEqual(refusals, [])
    })
    const { methods, events, commands, refusals } = publicUse
    assert.deepEqual(refusals, [], 'Slack refused nothing')
    for (const method of Object.keys(methods).filter((name) => name !== 'apps.connections.open'))
      assert.ok(Object.hasOwn(METHOD_SCOPES, method), `${method} is called but its scopes are not stated`)
    const needs = new Map<string, string>(Object.entries(OTHER_NEEDS))
    for (const [method, scopes] of Object.entries(METHOD_SCOPES))
      if (method in methods) for (const scope of scopes) needs.set(scope, method)
    for (const event of Object.keys(events)) {
      const scope = EVENT_SCOPES[event]
      if (scope !== undefined) needs.set(scope, event)
    }
    assert.deepEqual([...needs.keys()].toSorted(), SCOPES.toSorted())
    const driven = EVENTS.filter((event) => event in events)
    assert.deepEqual([...driven, ...NOT_DRIVEN].toSorted(), EVENTS.toSorted())
    assert.deepEqual(
      Object.keys(commands),
      MANIFEST.features.slash_commands.map(({ command }) => command),
    )
  })
})
