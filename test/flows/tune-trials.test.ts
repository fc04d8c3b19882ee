import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HOME_ACTIONS, TUNE_ACTIONS } from '../../src/slack/ids.ts'
import { textIn } from '../support/desk.ts'
import { aStranger, oktaRoles, SUPER_ADMIN } from '../support/events.ts'
import { closeAll, openSection, pressIn, submitSection, untilModal } from '../support/tuning.ts'
import { type Json, sharedWorld, until } from '../support/world.ts'

const GRANTS = 4

const world = sharedWorld({ env: { MODE: '' } }, async (testWorld) => {
  const events = Array.from({ length: GRANTS }, () =>
    oktaRoles({ grantee: aStranger(), roles: [SUPER_ADMIN] }),
  )
  await testWorld.inject('okta-logs', events)
  await until(
    'all shadow results',
    async () => (await testWorld.reviewEvents('grant.shadowed')).length >= GRANTS,
  )
})

async function homeId(): Promise<string> {
  await closeAll(world(), 'U0MAYA')
  await world().act({ user: 'U0MAYA', type: 'home' })
  const home = await until('a home', async () => (await world().get('person?user=U0MAYA'))['home'])
  return String((home as Json)['id'])
}

test('a prompt is tried on a sample, with what it costs first and how far it agrees after', async () => {
  const form = await openSection(world(), 'U0MAYA', 'scoring')
  const { preview } = await submitSection(world(), 'U0MAYA', form, { 'prompts.scoring': 'Be stricter.' })
  assert.ok(preview !== null)
  assert.match(textIn(preview), new RegExp(`Ask the model about ${GRANTS} grants[\\s\\S]*about \\d+ tokens`))
  await untilModal(world(), 'U0MAYA', (modal) => textIn(modal).includes('Asked about:'))
  const value = String(preview['private_metadata'])
  await pressIn(world(), 'U0MAYA', preview, { actionId: TUNE_ACTIONS.tryPrompt, value })
  const tried = await untilModal(world(), 'U0MAYA', (modal) => textIn(modal).includes('agreement'))
  assert.match(
    textIn(tried),
    new RegExp(`${GRANTS} of ${GRANTS} answered, \\d with the band of before: \\d+%`),
  )
  assert.equal((await world().reviewEvents('policy.changed')).length, 1, 'a trial changes nothing')
})

test('conditions are tried on real events, with grants gained and lost', async () => {
  const form = await openSection(world(), 'U0MAYA', 'feeds')
  const { preview } = await submitSection(world(), 'U0MAYA', form, {
    'feeds:conditions': 'feed=okta-okta-logs | field=eventType | op=equals | values=user.session.start',
  })
  assert.ok(preview !== null)
  const value = String(preview['private_metadata'])
  await untilModal(world(), 'U0MAYA', (modal) => textIn(modal).includes('Asked about:'))
  await pressIn(world(), 'U0MAYA', preview, { actionId: TUNE_ACTIONS.tryFeeds, value })
  const tried = await untilModal(world(), 'U0MAYA', (modal) => textIn(modal).includes('lost'))
  assert.match(textIn(tried), new RegExp(`before: ${GRANTS} events, ${GRANTS} understood, ${GRANTS} grants`))
  assert.match(
    textIn(tried),
    new RegExp(`by these settings: 0 events[\\s\\S]*0 grants gained[\\s\\S]*${GRANTS} grants lost`),
  )
})

test('a test run judges real grants without any trace, and leads to going live', async () => {
  const before = (await world().reviewEvents('grant.shadowed')).length
  const id = await homeId()
  await pressIn(world(), 'U0MAYA', { id }, { actionId: TUNE_ACTIONS.testRun })
  const result = await untilModal(world(), 'U0MAYA', (modal) => textIn(modal).includes('as if live'))
  assert.match(textIn(result), new RegExp(`${GRANTS} understood, ${GRANTS} grants`))
  assert.match(textIn(result), new RegExp(`Of ${GRANTS} grants people would be asked about \\*${GRANTS}\\*`))
  assert.equal((await world().cards()).length, 0)
  assert.equal((await world().reviewEvents('grant.shadowed')).length, before)
  await pressIn(world(), 'U0MAYA', result, { actionId: HOME_ACTIONS.goLive })
  await until('the switch', async () =>
    (await world().reviewEvents('policy.changed')).some((event) => event['policy_version'] === 2),
  )
})

test('only a policy admin makes a test run', async () => {
  await world().act({ user: 'U0PRIYA', type: 'home' })
  const home = await until('a home', async () => (await world().get('person?user=U0PRIYA'))['home'])
  assert.doesNotMatch(textIn(home), /Test run/)
})
