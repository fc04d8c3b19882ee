import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { COMMAND } from '../../src/slack/ids.ts'
import { METHOD_SCOPES, missingScopes } from '../../src/slack/scopes.ts'

const manifest = JSON.parse(readFileSync('manifest.json', 'utf8'))
const scopes = missingScopes(new Set())
  .map(({ scope }) => scope)
  .toSorted()
const EVENT_SCOPES: Readonly<Record<string, string | null>> = {
  agent_session_stopped: null,
  app_home_opened: null,
  app_mention: 'app_mentions:read',
  app_uninstalled: null,
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
  'message.im': 'im:history',
  tokens_revoked: null,
}

test('the manifest asks for exactly the scopes that have a reason', () => {
  assert.deepEqual(manifest.oauth_config.scopes.bot, scopes)
})

test('every scope is needed by a method, an event, the command or what people are known by', () => {
  const methods = Object.values(METHOD_SCOPES).flat()
  const events = manifest.settings.event_subscriptions.bot_events.map((name: string) => EVENT_SCOPES[name])
  const needed = new Set([...methods, ...events, 'commands', 'users:read.email'])
  needed.delete(null)
  assert.deepEqual([...needed].toSorted(), scopes)
})

test('every event that the listeners take is subscribed to, and no other', () => {
  const listeners = readFileSync('src/slack/listeners.ts', 'utf8')
  const taken = [...listeners.matchAll(/app\.event\('([a-z_]+)'/g)].flatMap((match) =>
    match[1] === 'message' ? ['message.channels', 'message.groups', 'message.im'] : [match[1]],
  )
  assert.deepEqual(manifest.settings.event_subscriptions.bot_events, taken.toSorted())
})

test('the app’s own conversation suggests what the manifest suggests', () => {
  const messages = readFileSync('src/slack/handlers/messages.ts', 'utf8')
  for (const { title, message } of manifest.features.agent_view.suggested_prompts)
    for (const text of [title, message]) assert.ok(messages.includes(`'${text}'`), text)
})

test('the manifest keeps Slack’s limits and installs without a public address', () => {
  const { display_information: display, features, settings } = manifest
  assert.ok(display.name.length <= 35)
  assert.ok(display.description.length <= 140)
  assert.ok(display.long_description.length >= 175 && display.long_description.length <= 4_000)
  assert.ok(features.agent_view.agent_description.length <= 300)
  assert.ok(features.agent_view.suggested_prompts.length <= 4)
  assert.deepEqual(
    features.slash_commands.map(({ command }: { command: string }) => command),
    [COMMAND],
  )
  assert.equal(settings.socket_mode_enabled, true)
  assert.equal(settings.token_rotation_enabled, false)
  assert.equal(settings.interactivity.is_enabled, true)
  assert.equal(features.app_home.messages_tab_read_only_enabled, false)
  assert.equal(manifest.oauth_config.redirect_urls, undefined)
})
