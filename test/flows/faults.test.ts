import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import {
  cardAbout,
  cardReads,
  codeOf,
  decideWithReason,
  grantIdOn,
  headerOf,
  press,
  textIn,
  untilSteps,
} from '../support/desk.ts'
import {
  aStranger,
  type Colleague,
  githubRepositoryAdmin,
  oktaRoles,
  SUPER_ADMIN,
} from '../support/events.ts'
import { type Json, type Message, sharedWorld, type TestWorld, until, withWorld } from '../support/world.ts'

const MINUTE_MS = 60_000

const world = sharedWorld({})

afterEach(async () => world().faults({ slack: 'off', axiom: 'off', model: 'off', webhook: 'off' }))

/** Medium by its floor, whatever a model says. */
async function superAdmins(...grantees: readonly Colleague[]): Promise<void> {
  await world().inject(
    'okta-logs',
    grantees.map((grantee) => oktaRoles({ grantee, roles: [SUPER_ADMIN] })),
  )
}

/** Low by rules. */
async function repositoryAdmin(grantee: Colleague): Promise<void> {
  await world().inject('github-audit', [githubRepositoryAdmin({ grantee })])
}

async function eventAbout(grantee: Colleague, name: string, patienceMs?: number): Promise<Json> {
  return await until(
    `${name} about ${grantee.login}`,
    async () => (await world().reviewEvents(name)).find((event) => isAbout(event, grantee)),
    patienceMs,
  )
}

function isAbout(event: Json, { email, login }: Colleague): boolean {
  return String(event['grantee']).includes(email) || event['grantee'] === login
}

async function homeText(testWorld: TestWorld = world()): Promise<string> {
  await testWorld.act({ user: 'U0DEV', type: 'home' })
  return textIn((await testWorld.get('person?user=U0DEV'))['home'])
}

async function assertOneCardEach(...grantees: readonly Colleague[]): Promise<void> {
  const cards = await world().cards()
  for (const { email } of grantees)
    assert.equal(cards.filter((card) => textIn(card.blocks).includes(email)).length, 1, email)
}

for (const fault of ['429', '5xx'])
  test(`while Slack answers ${fault} nothing is lost, and each grant has one card in the end`, async () => {
    const grantees = [aStranger(), aStranger(), aStranger()]
    const posts = await callsOf('chat.postMessage')
    await world().faults({ slack: fault })
    await superAdmins(...grantees)
    for (const grantee of grantees) await eventAbout(grantee, 'review.opened')
    await until('the app to have tried', async () => (await callsOf('chat.postMessage')) > posts)
    await world().faults({ slack: 'off' })
    for (const grantee of grantees) await cardAbout(world(), grantee.email)
    await assertOneCardEach(...grantees)
  })

async function callsOf(method: string): Promise<number> {
  const { methods } = await world().get('usage')
  return (methods as Record<string, number>)[method] ?? 0
}

test('Slack’s own limits on posting slow a burst of cards down and lose none', async () => {
  await withWorld({ scale: { rateLimits: 1 } }, async (limited) => {
    const grantees = Array.from({ length: 14 }, aStranger)
    await limited.inject(
      'okta-logs',
      grantees.map((grantee) => oktaRoles({ grantee, roles: [SUPER_ADMIN] })),
    )
    await until('all cards', async () => (await limited.cards()).length === grantees.length, 30_000)
    const { refusals } = await limited.get('usage')
    assert.ok((refusals as readonly { error: string }[]).some(({ error }) => error === 'ratelimited'))
  })
})

test('after a disconnect the app connects again, and what was clicked meanwhile is said to have failed', async () => {
  const grantee = aStranger()
  await superAdmins(grantee)
  const card = await cardAbout(world(), grantee.email)
  await world().faults({ slack: 'disconnect' })
  await until('the cut', async () => !isConnected(await world().get('state')))
  const failed = await press(world(), 'U0MAYA', card, 'approve')
  assert.deepEqual([failed.ok, failed.error], [false, 'dispatch_failed'])
  await world().faults({ slack: 'off' })
  await until('the new connection', async () => isConnected(await world().get('state')), 40_000)
  assert.equal((await press(world(), 'U0MAYA', card, 'approve')).ok, true)
  await untilSteps(world(), grantIdOn(card), ['review.opened', 'review.approved'])
})

function isConnected(state: Json): boolean {
  return (state['app'] as { connected: boolean }).connected
}

test('a message that Slack delivers twice is answered once', async () => {
  await world().faults({ slack: 'duplicate' })
  const sent = await world().act({ user: 'U0DEV', type: 'message', channel: 'dm', text: 'help' })
  const ts = sent.sees?.message?.ts
  const find = async () => {
    const { directMessages } = await world().get('person?user=U0DEV')
    return (directMessages as readonly Message[]).find((message) => message.ts === ts)
  }
  await until('an answer', async () => ((await find())?.replies?.length ?? 0) > 0)
  const next = await world().act({ user: 'U0DEV', type: 'message', channel: 'dm', text: 'tune' })
  await until('the answer to the next', async () => {
    const { directMessages } = await world().get('person?user=U0DEV')
    const found = (directMessages as readonly Message[]).find((one) => one.ts === next.sees?.message?.ts)
    return (found?.replies?.length ?? 0) > 0
  })
  assert.equal((await find())?.replies?.length, 1)
})

for (const fault of ['429', '5xx'])
  test(`while Axiom answers ${fault} grants and review events wait, and none is lost or doubled`, async () => {
    const [before, during] = [aStranger(), aStranger()]
    await superAdmins(before)
    const card = await cardAbout(world(), before.email)
    await world().faults({ axiom: fault })
    await superAdmins(during)
    await press(world(), 'U0MAYA', card, 'approve')
    await cardReads(world(), grantIdOn(card), /\*Approved\*/)
    await until('App Home to show it', async () => /:rotating_light: \*Alarms\*/.test(await homeText()))
    await world().faults({ axiom: 'off' })
    await world().advance(MINUTE_MS)
    await cardAbout(world(), during.email)
    await untilSteps(world(), grantIdOn(card), ['review.opened', 'review.approved'])
    await assertOneCardEach(before, during)
    await until('App Home to be calm again', async () => !/:rotating_light:/.test(await homeText()))
  })

test('a partial answer of Axiom is not taken for the whole: the cursor stays before it', async () => {
  const grantees = Array.from({ length: 6 }, aStranger)
  await world().faults({ axiom: 'partial' })
  await superAdmins(...grantees)
  await until('App Home to say so', async () =>
    /answered only in part; the cursor stays/.test(await homeText()),
  )
  const events = await world().reviewEvents()
  assert.ok(!events.some((event) => grantees.some((grantee) => isAbout(event, grantee))))
  await world().faults({ axiom: 'off' })
  for (const grantee of grantees) await cardAbout(world(), grantee.email)
  await assertOneCardEach(...grantees)
})

test('rows that Axiom shows late are found all the same', async () => {
  const [hidden, seen] = [aStranger(), aStranger()]
  await world().faults({ axiom: 'late' })
  await superAdmins(hidden)
  const polls = async () =>
    ((await world().get('usage'))['queries'] as readonly { dataset: string }[]).filter(
      (query) => query.dataset === 'okta-logs',
    ).length
  const count = await polls()
  await until('two more polls', async () => (await polls()) >= count + 2)
  assert.ok(!(await world().cards()).some((card) => textIn(card.blocks).includes(hidden.email)))
  await world().faults({ axiom: 'off' })
  await superAdmins(seen)
  await cardAbout(world(), hidden.email)
  await cardAbout(world(), seen.email)
  await assertOneCardEach(hidden, seen)
})

const SILENCE: readonly (readonly [fault: string, words: RegExp])[] = [
  ['down', /the model’s server is down/],
  ['refusing', /the model refused/],
  ['malformed', /the answer had the wrong form/],
  ['truncated', /the answer was cut off/],
]
for (const [fault, words] of SILENCE)
  test(`with a model that is ${fault}, rules ask at once about medium, and low waits`, async () => {
    const [medium, low] = [aStranger(), aStranger()]
    await world().faults({ model: fault })
    await superAdmins(medium)
    await repositoryAdmin(low)
    const card = await cardAbout(world(), medium.email)
    assert.match(textIn(card.blocks), words)
    const waiting = await eventAbout(low, 'review.waiting')
    assert.deepEqual([waiting['band'], waiting['state_after']], ['low', 'waiting'])
    assert.match(await homeText(), /1 grant waits for the model’s answer/)
    await world().faults({ model: 'off' })
    await world().advance(MINUTE_MS)
    await eventAbout(low, 'grant.auto_resolved')
    assert.ok(!(await world().cards()).some((one) => textIn(one.blocks).includes(low.login)))
  })

test('what was broken off by faults is taken up: a click that Slack could not vouch for, a grant no model judged', async () => {
  const [clicked, low] = [aStranger(), aStranger()]
  await superAdmins(clicked)
  const card = await cardAbout(world(), clicked.email)
  await world().faults({ model: 'down', slack: '5xx' })
  await repositoryAdmin(low)
  const { grant_id: waitingId } = await eventAbout(low, 'review.waiting')
  // The click arrives over the socket and is acknowledged, but nobody can say who clicked.
  const click = await press(world(), 'U0MAYA', card, 'approve')
  assert.equal(click.ok, true)
  await world().faults({ slack: 'off' })
  await world().advance(31 * MINUTE_MS)
  const history = await untilSteps(world(), grantIdOn(card), ['review.opened', 'review.approved'], 45_000)
  assert.equal(history[1]?.['actor'], 'U0MAYA')
  const opened = await cardAbout(world(), low.login, 45_000)
  assert.equal(grantIdOn(opened), waitingId)
  assert.match(headerOf(opened), /Low · waiting for a decision/)
})

test('a model that calls everything low hides nothing that rules flag', async () => {
  const [medium, self] = [aStranger(), aStranger()]
  await world().faults({ model: 'low' })
  await superAdmins(medium)
  await world().inject('okta-logs', [oktaRoles({ grantee: self, grantor: self, roles: [SUPER_ADMIN] })])
  assert.match(headerOf(await cardAbout(world(), medium.email)), /Medium/)
  assert.match(headerOf(await cardAbout(world(), self.email)), /High/)
})

test('a model may raise a grant that rules call low', async () => {
  const low = aStranger()
  await world().faults({ model: 'high' })
  await repositoryAdmin(low)
  const card = await cardAbout(world(), low.login)
  assert.match(headerOf(card), /High/)
})

test('what a hijacked model writes has no power over people or verdict', async () => {
  const medium = aStranger()
  await world().faults({ model: 'hostile' })
  await superAdmins(medium)
  const card = await cardAbout(world(), medium.email)
  assert.match(headerOf(card), /Medium/)
  const texts = textIn(card.blocks)
  assert.doesNotMatch(texts, /<!(?!date)|<@U0MAYA>|<https:\/\/evil|\*Approved\* by/)
  assert.doesNotMatch(texts, /no_such_evidence|approved_by_ceo/, 'reasons that cite no evidence are dropped')
  const opened = await eventAbout(medium, 'review.opened')
  assert.match(JSON.stringify(opened['detail']), /"dropped_reasons":2/)
})

test('a webhook target that is down gets the decision once it is back', async () => {
  const grantee = aStranger()
  await superAdmins(grantee)
  const card = await cardAbout(world(), grantee.email)
  await world().faults({ webhook: '5xx' })
  await decideWithReason(world(), 'U0MAYA', { card, action: 'revoke', reason: 'Not agreed.' })
  await until('App Home to show what waits', async () => /webhook: \d+ waiting/.test(await homeText()))
  await world().faults({ webhook: 'off' })
  await world().advance(MINUTE_MS)
  const webhook = await until('the webhook', async () =>
    (await world().webhooks()).find((one) => one.body.includes(grantIdOn(card))),
  )
  assert.equal(webhook.verdict, 'valid')
})

test('a webhook that is refused for its content does not hold up those behind it', async () => {
  const [first, second] = [aStranger(), aStranger()]
  await superAdmins(first, second)
  const [refused, taken] = [await cardAbout(world(), first.email), await cardAbout(world(), second.email)]
  await world().faults({ webhook: '400' })
  await press(world(), 'U0MAYA', refused, 'approve')
  await untilSteps(world(), grantIdOn(refused), ['review.opened', 'review.approved'])
  await until('nothing to wait', async () => /Everything is delivered/.test(await homeText()))
  await world().faults({ webhook: 'off' })
  await press(world(), 'U0MAYA', taken, 'approve')
  await until('the next webhook', async () =>
    (await world().webhooks()).some((one) => one.body.includes(grantIdOn(taken))),
  )
  assert.ok(!(await world().webhooks()).some((one) => one.body.includes(grantIdOn(refused))), codeOf(refused))
})
