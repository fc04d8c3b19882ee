import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSlackApp } from '../../src/slack/bolt-app.ts'
import { aCase, aDecision, anOverview, aReview, GRANT_ID, NOW } from './support/builders.ts'
import { textsIn } from './support/fits.ts'
import {
  APP_TOKEN,
  aConnectedApp,
  act,
  aPostedCard,
  aSlackWorld,
  CHANNEL,
  eventually,
  notedUseCases,
} from './support/slack-world.ts'

const mediumCase = aCase({ review: aReview({ band: 'medium' }) })

test('approving at medium is written down, acknowledged and acted on, and the card alone tells it', async (t) => {
  const world = await aSlackWorld(t)
  const useCases = notedUseCases({ reviewCase: async () => mediumCase })
  await aConnectedApp(t, world, useCases)
  const messageTs = await aPostedCard(world, mediumCase)
  const seen = await act(world, { user: 'U0MAYA', type: 'button', messageTs, actionId: 'review:approve' })
  assert.equal(seen.ok, true)
  assert.deepEqual(seen.sees.ephemerals, [])
  assert.deepEqual(useCases.asked, ['reviewCase', 'recordClick', 'actOnClick'])
  const [click] = useCases.clicks
  assert.deepEqual(
    { ...click, id: null },
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
  await aConnectedApp(t, world, useCases)
  const messageTs = await aPostedCard(world)
  const seen = await act(world, { user: 'U0MAYA', type: 'button', messageTs, actionId: 'review:escalate' })
  assert.equal(seen.ok, false)
  assert.equal(useCases.asked.includes('actOnClick'), false)
  assert.match(seen.sees.ephemerals[0]?.text ?? '', /was not recorded: click again/)
  assert.doesNotMatch(JSON.stringify(seen), /disk full/)
  assert.ok(
    world.log.lines.some(
      ({ fields }) => fields['error'] instanceof Error && fields['error'].message === 'disk full',
    ),
  )
})

test('a recorded click whose action fails is promised, not repeated', async (t) => {
  const world = await aSlackWorld(t)
  await aConnectedApp(
    t,
    world,
    notedUseCases({ actOnClick: () => Promise.reject(new Error('database away')) }),
  )
  const messageTs = await aPostedCard(world)
  const seen = await act(world, { user: 'U0MAYA', type: 'button', messageTs, actionId: 'review:escalate' })
  assert.equal(seen.ok, true)
  assert.match(seen.sees.ephemerals[0]?.text ?? '', /written down and will be acted on/)
})

test('revoke asks for a reason first: opening the form is no decision, sending it is', async (t) => {
  const world = await aSlackWorld(t)
  const useCases = notedUseCases()
  await aConnectedApp(t, world, useCases)
  const messageTs = await aPostedCard(world)
  const opened = await act(world, { user: 'U0MAYA', type: 'button', messageTs, actionId: 'review:revoke' })
  assert.equal(opened.sees.view?.title.text, 'Revoke G-7K2Q9XM')
  assert.equal(useCases.clicks.length, 0)

  const blank = await act(world, submit(opened.sees.view?.id, '   \n '))
  assert.match(JSON.stringify(blank.sees.errors), /Write a reason/)
  assert.equal(useCases.clicks.length, 0)

  const sent = await act(world, submit(opened.sees.view?.id, ' Nobody asked for it '))
  assert.equal(sent.ok, true)
  assert.equal(sent.sees.view, undefined)
  const [click] = useCases.clicks
  assert.equal(click?.reason, 'Nobody asked for it')
  assert.equal(click?.action, 'revoke')
  assert.equal(click?.messageTs, messageTs)
})

function submit(viewId: string | undefined, reason: string) {
  return { user: 'U0MAYA', type: 'submit', viewId, values: { 'reason-text': reason } }
}

test('approving at high asks for a reason', async (t) => {
  const world = await aSlackWorld(t)
  await aConnectedApp(t, world, notedUseCases())
  const messageTs = await aPostedCard(world)
  const opened = await act(world, { user: 'U0MAYA', type: 'button', messageTs, actionId: 'review:approve' })
  assert.equal(opened.sees.view?.title.text, 'Approve G-7K2Q9XM')
})

test('whoever may not decide sees no form but the reason why', async (t) => {
  const world = await aSlackWorld(t)
  await aConnectedApp(
    t,
    world,
    notedUseCases({ mayDecide: async () => ({ kind: 'barred', why: 'grantor' }) }),
  )
  const messageTs = await aPostedCard(world)
  const seen = await act(world, { user: 'U0JONAS', type: 'button', messageTs, actionId: 'review:revoke' })
  assert.equal(seen.sees.view, undefined)
  assert.match(seen.sees.ephemerals[0]?.text ?? '', /you gave the role/)
})

test('a slow check shows a waiting modal, which becomes the form', async (t) => {
  const world = await aSlackWorld(t)
  let answer: () => void = () => undefined
  const asked = new Promise<void>((resolve) => {
    answer = resolve
  })
  const mayDecide = async () => {
    await asked
    return { kind: 'may-decide', reviewCase: aCase(), reasonNeeded: true } as const
  }
  await aConnectedApp(t, world, notedUseCases({ mayDecide }))
  const messageTs = await aPostedCard(world)
  const shown = () => world.slack.usage().methods['views.open'] ?? 0
  const pressed = act(world, { user: 'U0MAYA', type: 'button', messageTs, actionId: 'review:revoke' })
  await eventually(() => shown() === 1)
  answer()
  await pressed
  await eventually(() => (world.slack.usage().methods['views.update'] ?? 0) === 1)
  assert.deepEqual(world.slack.usage().refusals, [])
})

test('the loser of a race is told who won', async (t) => {
  const world = await aSlackWorld(t)
  const outcome = { kind: 'already-decided', by: aDecision().actor, state: 'approved', at: NOW } as const
  await aConnectedApp(
    t,
    world,
    notedUseCases({ reviewCase: async () => mediumCase, actOnClick: async () => outcome }),
  )
  const messageTs = await aPostedCard(world, mediumCase)
  const seen = await act(world, { user: 'U0DEV', type: 'button', messageTs, actionId: 'review:approve' })
  assert.match(
    seen.sees.ephemerals[0]?.text ?? '',
    /Maya Okafor \(<@U0MAYA>\) was faster: G-7K2Q9XM is approved/,
  )
})

test('the same press delivered twice is acted on once', async (t) => {
  const world = await aSlackWorld(t)
  const useCases = notedUseCases({ recordClick: async () => false })
  await aConnectedApp(t, world, useCases)
  const messageTs = await aPostedCard(world)
  const seen = await act(world, { user: 'U0MAYA', type: 'button', messageTs, actionId: 'review:escalate' })
  assert.equal(seen.ok, true)
  assert.equal(useCases.asked.includes('actOnClick'), false)
})

test('the menu of a card explains, and reopens', async (t) => {
  const world = await aSlackWorld(t)
  const useCases = notedUseCases()
  await aConnectedApp(t, world, useCases)
  const messageTs = await aPostedCard(world, aCase({ review: aReview({ state: 'approved' }) }))
  const press = { user: 'U0MAYA', type: 'button', messageTs, actionId: 'review:more' }
  const explained = await act(world, { ...press, value: `explain:${GRANT_ID}` })
  assert.equal(explained.sees.view?.title.text, 'Explain G-7K2Q9XM')
  await act(world, { ...press, value: `reopen:${GRANT_ID}` })
  assert.equal(useCases.clicks[0]?.action, 'reopen')
})

test('a button that nothing answers to is acknowledged all the same', async (t) => {
  const world = await aSlackWorld(t)
  await aConnectedApp(t, world, notedUseCases())
  const elements = [
    { type: 'button', action_id: 'old:button', text: { type: 'plain_text', text: 'Old' }, value: 'x' },
  ]
  const blocks = [{ type: 'actions', elements }]
  await world.gateway.api.call('once', 'chat.postMessage', { channel: CHANNEL, text: 'old', blocks })
  const messageTs = world.slack.messages(CHANNEL)?.at(-1)?.ts
  const seen = await act(world, { user: 'U0MAYA', type: 'button', messageTs, actionId: 'old:button' })
  assert.equal(seen.ok, true)
})

test('/grants answers pending, explain, tune and help, to the person alone', async (t) => {
  const world = await aSlackWorld(t)
  await aConnectedApp(t, world, notedUseCases())
  const answer = async (text: string) => {
    const seen = await act(world, { user: 'U0MAYA', type: 'command', text: `/grants ${text}` })
    assert.equal(seen.sees.messages.length, 0)
    return textsIn(seen.sees.ephemerals).join('\n')
  }
  assert.match(await answer('pending'), /1 review waits for people[\s\S]*G-7K2Q9XM/)
  assert.match(await answer('Explain g-7k2'), /How the verdict came about/)
  assert.match(await answer('explain'), /Say which grant/)
  assert.match(await answer('tune'), /There is no policy yet/)
  assert.match(await answer('help'), /`\/grants pending`/)
  assert.match(await answer('<!channel> now'), /There is no command `&lt;!channel&gt; now`/)
  assert.deepEqual(world.slack.usage().refusals, [])
})

test('an explanation of several, none, or no code at all says so', async (t) => {
  const world = await aSlackWorld(t)
  const search = { kind: 'several', cases: [aCase(), aCase()] } as const
  const kinds = { '7k': search, zz: { kind: 'none' }, '!': { kind: 'not-an-id' } } as const
  await aConnectedApp(
    t,
    world,
    notedUseCases({ findCases: async (_tenant, typed) => kinds[typed as keyof typeof kinds] }),
  )
  const answer = async (typed: string) =>
    textsIn(
      (await act(world, { user: 'U0MAYA', type: 'command', text: `/grants explain ${typed}` })).sees
        .ephemerals,
    ).join('\n')
  assert.match(await answer('7k'), /Several grants begin with `7k`/)
  assert.match(await answer('zz'), /No grant’s code begins with `zz`/)
  assert.match(await answer('!'), /`!` is not a grant’s code/)
})

test('guests see nothing of what was granted to whom', async (t) => {
  const world = await aSlackWorld(t)
  const useCases = notedUseCases()
  await aConnectedApp(t, world, useCases)
  const seen = await act(world, {
    user: 'U0GUEST',
    type: 'command',
    channel: CHANNEL,
    text: '/grants pending',
  })
  assert.match(seen.sees.ephemerals[0]?.text ?? '', /Only full members/)
  const home = await act(world, { user: 'U0GUEST', type: 'home' })
  assert.match(textsIn(home.sees.home?.blocks).join('\n'), /Only full members/)
  assert.deepEqual(useCases.asked, [])
})

test('the home page is published when it is opened, and again with what a press came to', async (t) => {
  const world = await aSlackWorld(t)
  const useCases = notedUseCases({ switchMode: async () => ({ kind: 'not-admin' }) })
  const app = await aConnectedApp(t, world, useCases)
  const home = await act(world, { user: 'U0MAYA', type: 'home' })
  assert.match(textsIn(home.sees.home?.blocks).join('\n'), /\*Shadow\*/)
  const viewId = home.sees.home?.id
  const pressed = await act(world, { user: 'U0MAYA', type: 'button', viewId, actionId: 'home:go-live' })
  assert.match(textsIn(pressed.sees.home?.blocks).join('\n'), /Only policy admins can switch the mode/)
  const opened = await act(world, {
    user: 'U0MAYA',
    type: 'button',
    viewId: pressed.sees.home?.id,
    actionId: 'home:open-review',
  })
  assert.match(textsIn(opened.sees.home?.blocks).join('\n'), /The review is open/)
  await app.publishHomeFor('U0DEV')
  assert.equal(useCases.asked.filter((name) => name === 'overview').length, 4)
})

test('the conversation with the app suggests questions and answers them like commands', async (t) => {
  const world = await aSlackWorld(t)
  await aConnectedApp(t, world, notedUseCases())
  await act(world, { user: 'U0MAYA', type: 'home', tab: 'messages' })
  assert.equal(world.slack.usage().methods['assistant.threads.setSuggestedPrompts'], 1)
  await act(world, { user: 'U0MAYA', type: 'message', channel: 'D0MAYA', text: 'pending' })
  const answer = world.slack.messages('D0MAYA')?.flatMap((message) => [message, ...(message.replies ?? [])])
  assert.match(JSON.stringify(answer), /1 review waits for people/)
  assert.deepEqual(world.slack.usage().refusals, [])
})

test('a mention in a card’s thread is answered there, once, and tells nothing of the case', async (t) => {
  const world = await aSlackWorld(t)
  world.faults.set({ slack: 'duplicate' })
  await aConnectedApp(t, world, notedUseCases({ thread: async () => aCase() }))
  const threadTs = await aPostedCard(world)
  await act(world, {
    user: 'U0MAYA',
    type: 'message',
    channel: CHANNEL,
    threadTs,
    text: '<@U0COUNTERSIGN> why?',
  })
  await eventually(() => (world.slack.usage().methods['chat.postMessage'] ?? 0) >= 2)
  const card = world.slack.messages(CHANNEL)?.find((message) => message.ts === threadTs)
  const answers = JSON.stringify(card?.replies ?? []).match(/cannot be answered here yet/g) ?? []
  assert.ok(answers.length >= 1)
  assert.equal(world.slack.usage().methods['chat.postMessage'], 2)
})

test('a refused token ends the start with a reason', async (t) => {
  const world = await aSlackWorld(t)
  const options = { useCases: notedUseCases(), clock: { now: () => NOW }, log: world.log }
  const app = createSlackApp(world.gateway, { ...options, appToken: 'xapp-wrong' })
  await assert.rejects(app.start(), { name: 'SlackRefusal', code: 'invalid_auth', retryable: false })
  await app.stop()
})

test('the app comes back after a disconnect, and after Slack was away', async (t) => {
  const world = await aSlackWorld(t)
  const useCases = notedUseCases({ overview: async () => anOverview({ alarms: [] }) })
  const app = await aConnectedApp(t, world, useCases)
  assert.equal(app.connected(), true)
  world.faults.set({ slack: 'disconnect' })
  await eventually(() => !app.connected())
  world.faults.set({ slack: 'off' })
  await eventually(() => app.connected())
  const home = await act(world, { user: 'U0MAYA', type: 'home' })
  assert.ok(home.sees.home)
  await app.stop()
  assert.equal(app.connected(), false)
  await eventually(() => world.slack.state().app.connections === 0)
})

test('an app that starts while Slack is away connects once it is back', async (t) => {
  const world = await aSlackWorld(t)
  world.faults.set({ slack: 'disconnect' })
  const app = createSlackApp(world.gateway, {
    appToken: APP_TOKEN,
    useCases: notedUseCases(),
    clock: { now: () => NOW },
    log: world.log,
  })
  t.after(() => app.stop())
  await app.start()
  assert.equal(app.connected(), false)
  world.faults.set({ slack: 'off' })
  await eventually(() => app.connected())
})
