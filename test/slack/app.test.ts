import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSlackApp } from '../../src/slack/bolt-app.ts'
import type { CaseSearch } from '../../src/workflows/find-cases.ts'
import { aCase, aDecision, aReview, GRANT_ID, NOW } from './support/builders.ts'
import { textsIn } from './support/fits.ts'
import {
  aConnectedApp,
  act,
  aPostedCard,
  aSlackWorld,
  CHANNEL,
  eventually,
  homeOf,
  modalOf,
  notedUseCases,
  toldAfter,
} from './support/slack-world.ts'

const mediumCase = aCase({ review: aReview({ band: 'medium' }) })

function press(actionId: string, messageTs: string, user = 'U0MAYA') {
  return { user, type: 'button', messageTs, actionId }
}

test('approving at medium is written down, acknowledged and acted on, and the card alone tells it', async (t) => {
  const world = await aSlackWorld(t)
  const useCases = notedUseCases({ reviewCase: async () => mediumCase })
  const app = await aConnectedApp(t, world, useCases)
  const messageTs = await aPostedCard(world, mediumCase)
  assert.equal((await act(world, press('review:approve', messageTs))).ok, true)
  await app.stop()
  assert.deepEqual(world.slack.person('U0MAYA')?.ephemerals, [])
  assert.deepEqual(useCases.asked, ['reviewCase', 'recordClick', 'actOnClick'])
  assert.deepEqual(
    { ...useCases.clicks[0], id: null },
    {
      id: null,
      tenantId: 'tenant-1',
      kind: 'button',
      action: 'approve',
      grantId: GRANT_ID,
      reason: null,
      slackUserId: 'U0MAYA',
      channel: CHANNEL,
      messageTs,
      receivedAt: NOW,
    },
  )
})

test('a click that cannot be written down is not acknowledged, and the person is told to click again', async (t) => {
  const world = await aSlackWorld(t)
  const useCases = notedUseCases({ recordClick: () => Promise.reject(new Error('disk full')) })
  const app = await aConnectedApp(t, world, useCases)
  const messageTs = await aPostedCard(world)
  assert.equal((await act(world, press('review:escalate', messageTs))).ok, false)
  await app.stop()
  assert.equal(useCases.asked.includes('actOnClick'), false)
  const told = textsIn(world.slack.person('U0MAYA')?.ephemerals).join('\n')
  assert.match(told, /was not recorded: click again/)
  assert.doesNotMatch(told, /disk full/)
  const causes = world.log.lines.map(({ fields }) => fields['error'])
  assert.ok(causes.some((cause) => cause instanceof Error && cause.message === 'disk full'))
})

test('a recorded click whose action fails is promised, not repeated', async (t) => {
  const world = await aSlackWorld(t)
  await aConnectedApp(
    t,
    world,
    notedUseCases({ actOnClick: () => Promise.reject(new Error('database away')) }),
  )
  const messageTs = await aPostedCard(world)
  const told = await toldAfter(world, press('review:escalate', messageTs))
  assert.match(told, /written down and will be acted on/)
})

test('revoke asks for a reason first: opening the form is no decision, sending it is', async (t) => {
  const world = await aSlackWorld(t)
  const useCases = notedUseCases()
  await aConnectedApp(t, world, useCases)
  const messageTs = await aPostedCard(world)
  await act(world, press('review:revoke', messageTs))
  const form = await modalOf(world, 'U0MAYA', /Revoke G-7K2Q9XM/)
  const submit = (reason: string) =>
    act(world, { user: 'U0MAYA', type: 'submit', viewId: form.id, values: { 'reason-text': reason } })
  assert.equal(useCases.clicks.length, 0)

  assert.match(JSON.stringify((await submit('   \n ')).sees.errors), /Write a reason/)
  assert.equal(useCases.clicks.length, 0)

  assert.equal((await submit(' Nobody asked for it ')).ok, true)
  assert.deepEqual(world.slack.person('U0MAYA')?.modals, [])
  const [click] = useCases.clicks
  assert.equal(click?.reason, 'Nobody asked for it')
  assert.equal(click?.action, 'revoke')
  assert.equal(click?.messageTs, messageTs)
})

test('a submission whose outcome is not the decision itself is told in the channel', async (t) => {
  const world = await aSlackWorld(t)
  await aConnectedApp(
    t,
    world,
    notedUseCases({ actOnClick: async () => ({ kind: 'barred', why: 'grantor' }) }),
  )
  const messageTs = await aPostedCard(world)
  await act(world, press('review:revoke', messageTs))
  const { id } = await modalOf(world, 'U0MAYA', /Revoke/)
  const values = { 'reason-text': 'because' }
  assert.match(
    await toldAfter(world, { user: 'U0MAYA', type: 'submit', viewId: id, values }),
    /you gave the role/,
  )
})

test('approving at high asks for a reason', async (t) => {
  const world = await aSlackWorld(t)
  await aConnectedApp(t, world, notedUseCases())
  const messageTs = await aPostedCard(world)
  await act(world, press('review:approve', messageTs))
  await modalOf(world, 'U0MAYA', /Approve G-7K2Q9XM/)
})

test('whoever may not decide sees no form but the reason why', async (t) => {
  const world = await aSlackWorld(t)
  await aConnectedApp(
    t,
    world,
    notedUseCases({ mayDecide: async () => ({ kind: 'barred', why: 'grantor' }) }),
  )
  const messageTs = await aPostedCard(world)
  assert.match(await toldAfter(world, press('review:revoke', messageTs, 'U0JONAS')), /you gave the role/)
  assert.deepEqual(world.slack.person('U0JONAS')?.modals, [])
})

test('a slow check shows a waiting modal, which becomes the form', async (t) => {
  const world = await aSlackWorld(t)
  const { promise, resolve } = Promise.withResolvers<void>()
  const mayDecide = async () => {
    await promise
    return { kind: 'may-decide', reviewCase: aCase(), reasonNeeded: true } as const
  }
  await aConnectedApp(t, world, notedUseCases({ mayDecide }))
  const messageTs = await aPostedCard(world)
  const pressed = act(world, press('review:revoke', messageTs))
  await modalOf(world, 'U0MAYA', /One moment/)
  resolve()
  await pressed
  await modalOf(world, 'U0MAYA', /Revoke G-7K2Q9XM/)
  assert.deepEqual(world.slack.usage().refusals, [])
})

test('the loser of a race is told who won', async (t) => {
  const world = await aSlackWorld(t)
  const actOnClick = async () =>
    ({ kind: 'already-decided', by: aDecision().actor, state: 'approved', at: NOW }) as const
  await aConnectedApp(t, world, notedUseCases({ reviewCase: async () => mediumCase, actOnClick }))
  const messageTs = await aPostedCard(world, mediumCase)
  const told = await toldAfter(world, press('review:approve', messageTs, 'U0DEV'))
  assert.match(told, /Maya Okafor \(<@U0MAYA>\) was faster: G-7K2Q9XM is approved/)
})

test('the same press delivered twice is acted on once', async (t) => {
  const world = await aSlackWorld(t)
  const useCases = notedUseCases({ recordClick: async () => false })
  const app = await aConnectedApp(t, world, useCases)
  const messageTs = await aPostedCard(world)
  assert.equal((await act(world, press('review:escalate', messageTs))).ok, true)
  await app.stop()
  assert.deepEqual(useCases.asked, ['recordClick'])
})

test('the menu of a card explains, and reopens', async (t) => {
  const world = await aSlackWorld(t)
  const useCases = notedUseCases()
  await aConnectedApp(t, world, useCases)
  const messageTs = await aPostedCard(world, aCase({ review: aReview({ state: 'approved' }) }))
  await act(world, { ...press('review:more', messageTs), value: `explain:${GRANT_ID}` })
  await modalOf(world, 'U0MAYA', /Explain G-7K2Q9XM/)
  await act(world, { ...press('review:more', messageTs), value: `reopen:${GRANT_ID}` })
  await eventually(() => useCases.clicks[0]?.action === 'reopen')
})

test('a button that nothing answers to is acknowledged all the same', async (t) => {
  const world = await aSlackWorld(t)
  await aConnectedApp(t, world, notedUseCases())
  const text = { type: 'plain_text', text: 'Old' }
  const blocks = [
    { type: 'actions', elements: [{ type: 'button', action_id: 'old:button', text, value: 'x' }] },
  ]
  await world.gateway.api.call('once', 'chat.postMessage', { channel: CHANNEL, text: 'old', blocks })
  const messageTs = world.slack.messages(CHANNEL)?.at(-1)?.ts ?? ''
  assert.equal((await act(world, press('old:button', messageTs))).ok, true)
})

test('/grants answers pending, explain, tune and help, to the person alone', async (t) => {
  const world = await aSlackWorld(t)
  await aConnectedApp(t, world, notedUseCases())
  const answer = (text: string) =>
    toldAfter(world, { user: 'U0MAYA', type: 'command', text: `/grants ${text}` })
  assert.match(await answer('pending'), /1 review waits for people[\s\S]*G-7K2Q9XM/)
  assert.match(await answer('Explain g-7k2'), /How the verdict came about/)
  assert.match(await answer('explain'), /Say which grant/)
  assert.match(await answer('tune'), /There is no policy yet/)
  assert.match(await answer('help'), /`\/grants pending`/)
  assert.match(await answer('<!channel> now'), /There is no command `&lt;!channel&gt; now`/)
  assert.deepEqual(world.slack.messages(CHANNEL), [])
  assert.deepEqual(world.slack.usage().refusals, [])
})

test('an explanation of several, none, or no code at all says so', async (t) => {
  const world = await aSlackWorld(t)
  const searches = new Map<string, CaseSearch>([
    ['7k', { kind: 'several', cases: [aCase(), aCase()] }],
    ['zz', { kind: 'none' }],
  ])
  const findCases = async (_tenantId: string, typed: string) =>
    searches.get(typed) ?? { kind: 'not-an-id' as const }
  await aConnectedApp(t, world, notedUseCases({ findCases }))
  const answer = (typed: string) =>
    toldAfter(world, { user: 'U0MAYA', type: 'command', text: `/grants explain ${typed}` })
  assert.match(await answer('7k'), /Several grants begin with `7k`/)
  assert.match(await answer('zz'), /No grant’s code begins with `zz`/)
  assert.match(await answer('!'), /`!` is not a grant’s code/)
})

test('guests see nothing of what was granted to whom', async (t) => {
  const world = await aSlackWorld(t)
  const useCases = notedUseCases()
  await aConnectedApp(t, world, useCases)
  const command = { user: 'U0GUEST', type: 'command', channel: CHANNEL, text: '/grants pending' }
  assert.match(await toldAfter(world, command), /Only full members/)
  await act(world, { user: 'U0GUEST', type: 'home' })
  await homeOf(world, 'U0GUEST', /Only full members/)
  assert.deepEqual(useCases.asked, [])
})

test('the home page is published when it is opened, and again with what a press came to', async (t) => {
  const world = await aSlackWorld(t)
  const useCases = notedUseCases({ switchMode: async () => ({ kind: 'not-admin' }) })
  const app = await aConnectedApp(t, world, useCases)
  const pressHome = (viewId: string, actionId: string) =>
    act(world, { user: 'U0MAYA', type: 'button', viewId, actionId })
  await act(world, { user: 'U0MAYA', type: 'home' })
  const home = await homeOf(world, 'U0MAYA', /\*Shadow\*/)
  await pressHome(home.id, 'home:go-live')
  const refused = await homeOf(world, 'U0MAYA', /Only policy admins can switch the mode/)
  await pressHome(refused.id, 'home:open-review')
  await homeOf(world, 'U0MAYA', /The review is open/)
  await app.publishHomeFor('U0DEV')
  await homeOf(world, 'U0DEV', /\*Shadow\*/)
  assert.deepEqual(world.slack.usage().refusals, [])
})

test('the conversation with the app suggests questions and answers them like commands', async (t) => {
  const world = await aSlackWorld(t)
  await aConnectedApp(t, world, notedUseCases())
  await act(world, { user: 'U0MAYA', type: 'home', tab: 'messages' })
  await eventually(() => world.slack.person('U0MAYA')?.prompts.length === 4)
  await act(world, { user: 'U0MAYA', type: 'message', channel: 'D0MAYA', text: 'pending' })
  const written = () => JSON.stringify(world.slack.person('U0MAYA')?.directMessages)
  await eventually(() => written().includes('1 review waits for people'))
  assert.deepEqual(world.slack.usage().refusals, [])
})

test('a refused token ends the start with a reason', async (t) => {
  const world = await aSlackWorld(t)
  const options = { useCases: notedUseCases(), clock: { now: () => NOW }, log: world.log }
  const app = createSlackApp(world.gateway, { ...options, appToken: 'xapp-wrong' })
  await assert.rejects(app.start(), { name: 'SlackRefusal', code: 'invalid_auth', retryable: false })
  await app.stop()
})

test('the app comes back after a disconnect, and stays away once stopped', async (t) => {
  const world = await aSlackWorld(t)
  const app = await aConnectedApp(t, world, notedUseCases())
  assert.equal(app.connected(), true)
  world.faults.set({ slack: 'disconnect' })
  await eventually(() => !app.connected())
  world.faults.set({ slack: 'off' })
  await eventually(() => app.connected())
  await act(world, { user: 'U0MAYA', type: 'home' })
  await homeOf(world, 'U0MAYA', /Countersign/)
  await app.stop()
  assert.equal(app.connected(), false)
  await eventually(() => world.slack.state().app.connections === 0)
})

test('an app that starts while Slack is away connects once it is back', async (t) => {
  const world = await aSlackWorld(t)
  world.faults.set({ slack: 'disconnect' })
  const app = await aConnectedApp(t, world, notedUseCases())
  assert.equal(app.connected(), false)
  world.faults.set({ slack: 'off' })
  await eventually(() => app.connected())
})
