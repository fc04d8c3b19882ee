import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verifyChain } from '../../src/domain/verify-chain.ts'
import { HOME_ACTIONS, TUNE_ACTIONS } from '../../src/slack/ids.ts'
import { cardAbout, codeOf, decideWithReason, textIn, type User } from '../support/desk.ts'
import { aStranger, oktaRoles, SUPER_ADMIN } from '../support/events.ts'
import {
  change,
  closeAll,
  openSection,
  openSettings,
  pressIn,
  submitReason,
  submitSection,
  untilModal,
} from '../support/tuning.ts'
import { type Json, type Message, sharedWorld, until } from '../support/world.ts'

const world = sharedWorld({ env: { POLICY_ADMINS: 'U0MAYA,U0DEV', SCORER: 'rules' } })

async function policyEvents(): Promise<readonly Json[]> {
  const events = (await world().reviewEvents()).filter((event) =>
    String(event['event']).startsWith('policy.'),
  )
  return events.toSorted((one, other) => Number(one['seq']) - Number(other['seq']))
}

/** The newest policy event once it is this one. */
async function untilEvent(name: string, version?: number): Promise<Json> {
  return await until(`${name} ${version ?? ''}`, async () => {
    const last = (await policyEvents()).at(-1)
    const isIt = last?.['event'] === name && (version === undefined || last['policy_version'] === version)
    return isIt ? last : null
  })
}

const detailOf = (event: Json) => event['detail'] as Readonly<Record<string, unknown>>

/** Presses a button of the newest direct message that has it. */
async function decideInMessage(user: User, actionId: string): Promise<void> {
  const message = await until(`${user}’s message`, async () => {
    const { directMessages } = await world().get(`person?user=${user}`)
    return (directMessages as readonly Message[]).findLast((one) => JSON.stringify(one).includes(actionId))
  })
  const value = /"value":"([\w-]+)"/.exec(JSON.stringify(message.blocks))?.[1]
  await world().act({ user, type: 'button', messageTs: message.ts, actionId, value })
}

test('wrong values stand under their fields, and nothing is saved', async () => {
  const form = await openSection(world(), 'U0MAYA', 'thresholds')
  const { errors } = await submitSection(world(), 'U0MAYA', form, {
    'thresholds.medium': 'plenty',
    'thresholds.high': '1000',
  })
  assert.match(errors['thresholds.medium'] ?? '', /Must be a number/)
  const high = await submitSection(world(), 'U0MAYA', form, {
    'thresholds.medium': '90',
    'thresholds.high': '80',
  })
  assert.match(high.errors['thresholds.medium'] ?? '', /lower than high/)
  assert.equal((await policyEvents()).length, 1)
})

test('the preview tells what the settings would have made of the past, undone revokes first', async () => {
  const grantee = aStranger()
  await world().inject('okta-logs', [oktaRoles({ grantee, roles: [SUPER_ADMIN] })])
  const card = await cardAbout(world(), grantee.email)
  await decideWithReason(world(), 'U0SOFIA', { card, action: 'revoke', reason: 'Nobody asked for it' })
  await until('the revoke', async () => (await world().reviewEvents('review.revoke_requested')).length > 0)
  const form = await openSection(world(), 'U0MAYA', 'thresholds')
  const { preview } = await submitSection(world(), 'U0MAYA', form, { 'floors.standing_t0': 'low' })
  assert.ok(preview !== null)
  const tested = await untilModal(world(), 'U0MAYA', (modal) =>
    textIn(modal).includes('no longer asked about'),
  )
  const words = textIn(tested)
  assert.match(words, /Asked about: \*1\* before \(0 high, 1 medium\), \*0\* by these settings/)
  assert.match(words, /1 grant that people revoked would have passed unseen/)
  assert.match(
    words,
    new RegExp(
      `archives/C0REVIEW/p${card.ts.replace('.', '')}\\|${codeOf(card)}>.*revoked then.*not asked about`,
    ),
  )
  assert.match(words, /one past grant that people revoked would have passed unseen \(backtest\)/)
})

test('a tightening change is saved by one person, with reason, author and difference', async () => {
  const said = await change(world(), 'U0MAYA', 'thresholds', { 'thresholds.medium': '20' })
  assert.match(said, /Saved as version 2/)
  const event = await untilEvent('policy.changed', 2)
  assert.equal(event['actor'], 'U0MAYA')
  assert.equal(event['reason'], 'Tuned by hand')
  assert.deepEqual(detailOf(event)['diff'], ['thresholds.medium: 35 → 20'])
  assert.equal(detailOf(event)['second_person'], 'not needed')
})

test('a loosening change waits until another admin confirms it, who is told', async () => {
  const said = await change(world(), 'U0MAYA', 'thresholds', { 'thresholds.medium': '60' })
  assert.match(said, /Proposed[\s\S]*<@U0DEV>/)
  const proposed = await untilEvent('policy.proposed')
  assert.match(String(detailOf(proposed)['loosens']), /thresholds.medium/)
  const root = await openSettings(world(), 'U0MAYA')
  assert.match(textIn(root), /Waits for a second person[\s\S]*Withdraw/)
  assert.doesNotMatch(textIn(root), /Confirm/, 'nobody confirms their own change')
  const value = String(detailOf(proposed)['proposal'])
  await world().act({ user: 'U0SOFIA', type: 'home' })
  const home = await until('a home', async () => (await world().get('person?user=U0SOFIA'))['home'])
  assert.match(textIn(home), /Waits for a second person/)
  assert.doesNotMatch(textIn(home), /Confirm/, 'a reviewer confirms only where there is no other admin')
  await decideInMessage('U0DEV', TUNE_ACTIONS.confirm)
  const event = await untilEvent('policy.changed', 3)
  assert.equal(detailOf(event)['author'], 'U0MAYA')
  assert.equal(detailOf(event)['second_person'], 'U0DEV')
  assert.equal(detailOf(event)['proposal'], value)
})

test('a proposal may be rejected, and then is gone', async () => {
  await change(world(), 'U0DEV', 'letting-through', { 'autoResolve.blindSampleRate': '0.5' })
  await untilEvent('policy.changed', 4)
  await change(world(), 'U0DEV', 'letting-through', { 'autoResolve.blindSampleRate': '0' })
  await untilEvent('policy.proposed')
  await decideInMessage('U0MAYA', TUNE_ACTIONS.reject)
  const event = await untilEvent('policy.rejected')
  assert.equal(event['actor'], 'U0MAYA')
  await decideInMessage('U0MAYA', TUNE_ACTIONS.confirm)
  await until('the sentence', async () => {
    const { ephemerals, directMessages } = await world().get('person?user=U0MAYA')
    return /decided already, by <@U0MAYA>/.test(textIn([ephemerals, directMessages]))
  })
  assert.equal((await policyEvents()).at(-1)?.['event'], 'policy.rejected')
})

test('of two who edit at once the later one is told what changed, and overwrites nothing', async () => {
  const maya = await openSection(world(), 'U0MAYA', 'thresholds')
  const dev = await openSection(world(), 'U0DEV', 'thresholds')
  const first = await submitSection(world(), 'U0MAYA', maya, { 'thresholds.high': '65' })
  const second = await submitSection(world(), 'U0DEV', dev, { 'thresholds.high': '66' })
  assert.ok(first.preview !== null && second.preview !== null)
  assert.match(await submitReason(world(), 'U0MAYA', first.preview, 'Mine'), /Saved as version 5/)
  const told = await submitReason(world(), 'U0DEV', second.preview, 'Mine')
  assert.match(told, /Meanwhile <@U0MAYA> saved version 5[\s\S]*70 → 65/)
  const event = await untilEvent('policy.changed', 5)
  assert.deepEqual(detailOf(event)['diff'], ['thresholds.high: 70 → 65'])
})

test('from noisy to quiet and back: what the policy says decides about new grants', async () => {
  const noisy = await change(world(), 'U0MAYA', 'letting-through', { 'autoResolve.enabled': 'off' })
  assert.match(noisy, /Saved as version 6/)
  const asked = aStranger()
  await world().inject('okta-logs', [oktaRoles({ grantee: asked, roles: ['Access requests administrator'] })])
  await cardAbout(world(), asked.email)
  const quieter: readonly [string, Json][] = [
    ['thresholds', { 'thresholds.medium': '98', 'thresholds.high': '99', 'floors.standing_t0': 'low' }],
    ['letting-through', { 'autoResolve.enabled': 'on', 'autoResolve.blindSampleRate': '0' }],
  ]
  for (const [index, [section, values]] of quieter.entries()) {
    assert.match(await change(world(), 'U0MAYA', section, values), /Proposed/)
    await untilEvent('policy.proposed')
    await decideInMessage('U0DEV', TUNE_ACTIONS.confirm)
    await untilEvent('policy.changed', 7 + index)
  }
  const quiet = aStranger()
  await world().inject('okta-logs', [oktaRoles({ grantee: quiet, roles: [SUPER_ADMIN] })])
  const note = await until('the note', async () =>
    (await world().reviewEvents('grant.auto_resolved')).find((event) =>
      String(event['grantee']).includes(quiet.email),
    ),
  )
  assert.equal(note['policy_version'], 8, 'each judgement names the version that it was made by')
  const stillOpen = await cardAbout(world(), asked.email)
  assert.match(textIn(stillOpen), /Approve/, 'an open review stays as it was')
})

test('rolling back takes two clicks and makes a new version of the old content', async () => {
  const root = await openSettings(world(), 'U0MAYA')
  await pressIn(world(), 'U0MAYA', root, { actionId: TUNE_ACTIONS.versions })
  const versions = await untilModal(world(), 'U0MAYA', (modal) => textIn(modal).includes('in force'))
  assert.match(textIn(versions), /Version 8[\s\S]*Version 6[\s\S]*Roll back to 6\?/)
  await pressIn(world(), 'U0MAYA', versions, { actionId: TUNE_ACTIONS.rollBack, value: '6' })
  const event = await untilEvent('policy.changed', 9)
  assert.equal(event['reason'], 'Rolled back to version 6.')
  assert.deepEqual([...(detailOf(event)['diff'] as readonly string[])].toSorted(), [
    'autoResolve.blindSampleRate: 0 → 0.5',
    'autoResolve.enabled: on → off',
    'floors.standing_t0: low → medium',
    'thresholds.high: 99 → 65',
    'thresholds.medium: 98 → 60',
  ])
})

test('rolling back to something looser needs a second person too', async () => {
  const root = await openSettings(world(), 'U0MAYA')
  await pressIn(world(), 'U0MAYA', root, { actionId: TUNE_ACTIONS.versions })
  const versions = await untilModal(world(), 'U0MAYA', (modal) => textIn(modal).includes('in force'))
  await pressIn(world(), 'U0MAYA', versions, { actionId: TUNE_ACTIONS.rollBack, value: '8' })
  await untilEvent('policy.proposed')
  await openSettings(world(), 'U0MAYA')
  await decideInMessage('U0DEV', TUNE_ACTIONS.reject)
  await untilEvent('policy.rejected')
})

test('whoever is no policy admin reads everything and is offered nothing', async () => {
  for (const section of ['thresholds', 'people', 'scoring', 'exceptions']) {
    const modal = await openSection(world(), 'U0PRIYA', section)
    assert.equal(modal['submit'], null)
    assert.ok(!modal.blocks.some((block) => block['type'] === 'input'))
  }
  await closeAll(world(), 'U0PRIYA')
})

test('the settings open from App Home as well, and show what the environment holds only as set', async () => {
  await closeAll(world(), 'U0MAYA')
  await world().act({ user: 'U0MAYA', type: 'home' })
  const home = await until('a home', async () => (await world().get('person?user=U0MAYA'))['home'])
  await world().act({
    user: 'U0MAYA',
    type: 'button',
    viewId: (home as Json)['id'],
    actionId: HOME_ACTIONS.refresh,
  })
  await pressIn(world(), 'U0MAYA', { id: String((home as Json)['id']) }, { actionId: TUNE_ACTIONS.open })
  const root = await untilModal(world(), 'U0MAYA', (modal) => textIn(modal).includes('Earlier versions'))
  assert.match(textIn(root), /`DECISION_WEBHOOK_URL` set/)
  assert.match(textIn(root), /Mode: `live`[\s\S]*pinned by MODE or POLICY_FILE/)
  assert.doesNotMatch(textIn(root), /whsec_|xoxb-|127\.0\.0\.1/)
})

test('every step is in the chain, which is whole', async () => {
  const report = await verifyChain(await world().reviewEvents(), { chainKey: null, anchors: [] })
  assert.equal(report.faultCount, 0, JSON.stringify(report.faults))
})
