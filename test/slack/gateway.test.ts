import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSlackGateway } from '../../src/slack/gateway.ts'
import { aCase, aReview, GRANT_ID, NOW } from './support/builders.ts'
import { APP_TOKEN, aPostedCard, aSlackWorld, CHANNEL } from './support/slack-world.ts'

const query = { tenantId: 'tenant-1', channel: CHANNEL, grantId: GRANT_ID, since: NOW - 60_000 }
const cardAt = (messageTs: string) => ({
  tenantId: 'tenant-1',
  grantId: GRANT_ID,
  channel: CHANNEL,
  messageTs,
  intentAt: NOW,
  renderedVersion: 1,
})

test('a card is posted with its grant in the metadata and found by it', async (t) => {
  const world = await aSlackWorld(t)
  const ts = await aPostedCard(world)
  const message = world.slack.messages(CHANNEL)?.at(-1)
  assert.equal(message?.ts, ts)
  assert.match(message?.text ?? '', /Ana Torres was given Super Administrator/)
  assert.deepEqual(await world.gateway.desk.findCards(query), [ts])
  assert.deepEqual(await world.gateway.desk.findCards({ ...query, grantId: 'another' }), [])
  assert.deepEqual(await world.gateway.desk.findCards({ ...query, tenantId: 'another' }), [])
})

test('a neutralised copy is one line and is not found again', async (t) => {
  const world = await aSlackWorld(t)
  const first = await aPostedCard(world)
  const second = await aPostedCard(world)
  assert.deepEqual(await world.gateway.desk.findCards(query), [first, second])
  await world.gateway.desk.neutraliseCard({ ...query, messageTs: second })
  assert.deepEqual(await world.gateway.desk.findCards(query), [first])
  assert.match(world.slack.messages(CHANNEL)?.find(({ ts }) => ts === second)?.text ?? '', /posted twice/)
})

test('many messages after a card do not hide it', async (t) => {
  const world = await aSlackWorld(t)
  const ts = await aPostedCard(world)
  for (let index = 0; index < 250; index += 1)
    await world.gateway.desk.notify({ tenantId: 'tenant-1', channel: CHANNEL, text: `note ${index}` })
  assert.deepEqual(await world.gateway.desk.findCards(query), [ts])
})

test('without a history scope nobody can say whether there is a card', async (t) => {
  const world = await aSlackWorld(t, { withoutScopes: ['channels:history', 'groups:history'] })
  assert.equal(await world.gateway.desk.findCards(query), null)
  const partly = await aSlackWorld(t, { withoutScopes: ['channels:history'] })
  assert.equal(await partly.gateway.desk.findCards(query), null)
})

test('an updated card shows the new state; a deleted one is gone', async (t) => {
  const world = await aSlackWorld(t)
  const ts = await aPostedCard(world)
  const approved = aCase({ review: aReview({ state: 'approved' }) })
  assert.equal(await world.gateway.desk.updateCard(cardAt(ts), approved), 'updated')
  assert.match(JSON.stringify(world.slack.messages(CHANNEL)?.at(-1)?.blocks), /High · approved/)
  assert.deepEqual(await world.gateway.desk.findCards(query), [ts])
  assert.equal(await world.gateway.desk.updateCard(cardAt('1795525511.999999'), approved), 'gone')
})

test('notices and replies are text, whatever they hold', async (t) => {
  const world = await aSlackWorld(t)
  const ts = await aPostedCard(world)
  await world.gateway.desk.replyInThread({
    tenantId: 'tenant-1',
    channel: CHANNEL,
    threadTs: ts,
    text: '<!channel> look',
  })
  await world.gateway.desk.notify({
    tenantId: 'tenant-1',
    channel: CHANNEL,
    text: 'Escalated',
    reviewCase: aCase(),
  })
  const shown = JSON.stringify(world.slack.messages(CHANNEL))
  assert.match(shown, /&lt;!channel&gt; look/)
  assert.match(shown, /Escalated/)
  assert.doesNotMatch(shown, /<!channel>/)
  assert.deepEqual(world.slack.usage().refusals, [])
})

test('a rate limit, a server’s fault and a refusal are told apart', async (t) => {
  const world = await aSlackWorld(t)
  world.faults.set({ slack: '429' })
  await assert.rejects(aPostedCard(world), {
    name: 'UpstreamError',
    retryable: true,
    status: 429,
    retryAfterMs: 1_000,
  })
  world.faults.set({ slack: '5xx' })
  await assert.rejects(aPostedCard(world), { name: 'UpstreamError', retryable: true, status: 500 })
  assert.equal(world.slack.usage().methods['chat.postMessage'], 2)
  world.faults.set({ slack: 'off' })
  const elsewhere = world.gateway.desk.postCard('C0NOWHERE', aCase())
  await assert.rejects(elsewhere, { name: 'SlackRefusal', code: 'channel_not_found', retryable: false })
})

test('people come as Slack knows them now', async (t) => {
  const { gateway } = await aSlackWorld(t)
  const person = (id: string) => gateway.directory.person('tenant-1', id)
  const maya = await person('U0MAYA')
  assert.equal(maya?.name, 'Maya Okafor')
  assert.equal(maya?.email, 'maya@northwind.example')
  assert.deepEqual([maya?.guest, maya?.stranger, maya?.deactivated, maya?.bot], [false, false, false, false])
  assert.equal((await person('U0GUEST'))?.guest, true)
  assert.equal((await person('U0GONE'))?.deactivated, true)
  assert.equal((await person('U0COUNTERSIGN'))?.bot, true)
  assert.equal(await person('U0NOBODY'), null)
})

test('a user group is its members, and one that does not exist is nobody', async (t) => {
  const { gateway } = await aSlackWorld(t)
  assert.deepEqual(await gateway.directory.groupMembers('tenant-1', 'S0SECURITY'), [
    'U0MAYA',
    'U0DEV',
    'U0SOFIA',
  ])
  assert.deepEqual(await gateway.directory.groupMembers('tenant-1', 'S0NOBODY'), [])
})

test('a check tells which scopes are missing and why, where the app is a member, and whether the app token works', async (t) => {
  const { gateway } = await aSlackWorld(t, { withoutScopes: ['usergroups:read'] })
  const channels = [CHANNEL, 'C0GENERAL', 'C0NOWHERE']
  const found = await gateway.check({ appToken: APP_TOKEN, channels })
  assert.deepEqual(found.missing, [
    { scope: 'usergroups:read', why: 'name reviewers and policy admins by user group' },
  ])
  assert.deepEqual(found.channels, [
    { id: CHANNEL, standing: 'member' },
    { id: 'C0GENERAL', standing: 'not-a-member' },
    { id: 'C0NOWHERE', standing: 'not-found' },
  ])
  assert.equal(found.appTokenFault, null)
  assert.equal(found.identity.teamName, 'Northwind')
  assert.match(
    (await gateway.check({ appToken: 'xapp-wrong', channels: [] })).appTokenFault ?? '',
    /invalid_auth/,
  )
})

test('who we are is asked once, and again only after a failure', async (t) => {
  const world = await aSlackWorld(t)
  world.faults.set({ slack: '429' })
  await assert.rejects(world.gateway.teamId(), { retryable: true })
  world.faults.set({ slack: 'off' })
  assert.equal(await world.gateway.teamId(), 'T0SANDBOX')
  await Promise.all([world.gateway.teamId(), world.gateway.identity()])
  assert.equal(world.slack.usage().methods['auth.test'], 2)
  const wrong = createSlackGateway({ botToken: 'xoxb-wrong', apiUrl: world.apiUrl, log: world.log })
  await assert.rejects(wrong.teamId(), { name: 'SlackRefusal', code: 'invalid_auth' })
})
