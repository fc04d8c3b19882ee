import assert from 'node:assert/strict'
import { test } from 'node:test'
import { grantIdOf, grantKeyOf } from '../../src/domain/grant.ts'
import { cardAbout, codeOf, grantIdOn, press, textIn, type User, untilSteps } from '../support/desk.ts'
import { aStranger, type Colleague, oktaEvent, oktaRoles, oktaUser, SUPER_ADMIN } from '../support/events.ts'
import { type ActResult, type Message, sharedWorld, until } from '../support/world.ts'

const GRANTS = 24
let cards: readonly Message[] = []

const world = sharedWorld({}, async (testWorld) => {
  const grantees = Array.from({ length: GRANTS }, aStranger)
  await testWorld.inject(
    'okta-logs',
    grantees.map((grantee) => oktaRoles({ grantee, roles: [SUPER_ADMIN] })),
  )
  cards = await until('all cards', async () => {
    const all = await testWorld.cards()
    return all.length === GRANTS ? all : null
  })
})

/** Types a command and waits for the answer, which nobody else sees. */
async function type(text: string, user: User = 'U0MAYA'): Promise<string> {
  const countOf = async () =>
    ((await world().get(`person?user=${user}`))['ephemerals'] as readonly Message[]).length
  const count = await countOf()
  const result = await world().act({ user, type: 'command', text })
  assert.equal(result.ok, true, text)
  await until(`an answer to ${text}`, async () => (await countOf()) > count)
  const { ephemerals } = await world().get(`person?user=${user}`)
  return textIn((ephemerals as readonly Message[]).at(-1))
}

const HELP = /`\/grants pending`[\s\S]*`\/grants explain [\s\S]*`\/grants tune`[\s\S]*`\/grants help`/

test('pending lists what waits, strongest first, with a link to each card', async () => {
  const person = aStranger()
  await world().inject('okta-logs', [oktaRoles({ grantee: person, grantor: person, roles: [SUPER_ADMIN] })])
  const high = await cardAbout(world(), person.email)
  const answer = await type('/grants pending')
  assert.match(answer, new RegExp(`${GRANTS + 1} reviews wait for people`))
  const codes = answer.match(/^G-\w{7}$/gm) ?? []
  assert.equal(codes[0], codeOf(high), 'high comes first')
  assert.match(answer, new RegExp(`archives/C0REVIEW/p${high.ts.replace('.', '')}`))
  assert.match(answer, /…and 5 more reviews: decide these first/)
  await press(world(), 'U0DEV', cards[0] ?? high, 'escalate')
})

test('explain takes a code whole or in part, in any case of letters, with or without its prefix', async () => {
  const [card] = cards
  assert.ok(card !== undefined)
  const id = grantIdOn(card)
  const code = codeOf(card)
  for (const typed of [code, code.toLowerCase(), id.slice(0, 12), id.toUpperCase(), `g-${id.slice(0, 10)}`]) {
    const answer = await type(`/grants explain ${typed}`)
    assert.match(answer, new RegExp(`^${code} · Medium`, 'm'), typed)
    assert.match(answer, /baseline score \d+ of 100/)
    assert.match(answer, /\*How the verdict came about\*/)
    assert.match(answer, /user\.account\.privilege\.grant/, 'the raw event stands below')
  }
})

test('explain asks which one when several grants begin so', async () => {
  const [card] = cards
  assert.ok(card !== undefined)
  const prefix = grantIdOn(card).slice(0, 2)
  const grantee = aStranger()
  const isAlike = (requestId: string) => grantIdFor(card, grantee, requestId).startsWith(prefix)
  const requestId = Array.from({ length: 100_000 }, (_, index) => `alike-${index}`).find(isAlike)
  assert.ok(requestId !== undefined)
  await world().inject('okta-logs', [oktaRoles({ grantee, requestId, roles: [SUPER_ADMIN] })])
  const alike = await cardAbout(world(), grantee.email)
  const answer = await type(`/grants explain g-${prefix}`)
  assert.match(answer, /Several grants begin with/)
  assert.ok(answer.includes(codeOf(card)) && answer.includes(codeOf(alike)))
})

/** The id that such a grant will have: ids are stable, so that they can be quoted anywhere. */
function grantIdFor(card: Message, grantee: Colleague, act: string): string {
  const parts = {
    feedId: 'okta-okta-logs',
    act,
    direction: 'given',
    granteeKey: grantee.oktaId.toLowerCase(),
  } as const
  const role = { roleId: 'super-administrator', scope: '*' }
  return grantIdOf(String(card.metadata?.event_payload['tenant_id']), grantKeyOf({ ...parts, ...role }))
}

test('explain answers what it does not know, and what is no code, with what to do', async () => {
  assert.match(await type('/grants explain'), /Say which grant/)
  assert.match(await type('/grants explain zzzzzzzzzzzz'), /No grant’s code begins with `zzzzzzzzzzzz`/)
  assert.match(await type('/grants explain G-!!!'), /is not a grant’s code/)
})

test('hostile words after the command come back as harmless text', async () => {
  const nasty = [
    `G-1' or 1=1 --`,
    '<!channel> <@U0DEV>',
    `*bold* \`code\` <https://evil.example|click> ${'\u202E'}`,
    `'] | where true | ${'\u001b[31m'}`,
    'x'.repeat(3_000),
  ]
  for (const text of nasty) {
    const answer = await type(`/grants explain ${text}`)
    assert.match(answer, /is not a grant’s code|No grant’s code/)
    assert.doesNotMatch(answer, /<!channel>|<@U0DEV>|<https:\/\/evil|[\u202E\u001b]/)
    assert.ok(answer.length < 2_000)
  }
})

test('tune shows the policy in force, and what is not yet in effect', async () => {
  const answer = await type('/grants tune')
  assert.match(answer, /^Policy version 1$/m)
  assert.match(answer, /<@U0MAYA>/)
  assert.match(answer, /`medium` `35`/)
  assert.match(answer, /`self_grant` `high`/)
  assert.match(answer, /`rawDays`.*not yet in effect/)
  assert.match(answer, /sandbox-scoring/)
})

test('help, nothing at all and nonsense get the list of commands', async () => {
  assert.match(await type('/grants help'), HELP)
  assert.match(await type('/grants'), HELP)
  assert.match(await type('/grants HELP'), HELP)
  const nonsense = await type('/grants drop <!everyone> tables')
  assert.match(nonsense, /There is no command `drop/)
  assert.match(nonsense, HELP)
  assert.doesNotMatch(nonsense, /<!everyone>/)
})

test('a guest is told nothing about anybody', async () => {
  for (const text of ['/grants help', '/grants nonsense'])
    await world().act({ user: 'U0GUEST', type: 'command', text })
  const [card] = cards
  assert.ok(card !== undefined)
  const answer = await type(`/grants explain ${codeOf(card)}`, 'U0GUEST')
  assert.match(answer, /Only full members of this workspace/)
  assert.doesNotMatch(answer, /northwind\.example/)
  assert.match(await type('/grants pending', 'U0GUEST'), /Only full members/)
})

async function home(user: User): Promise<string> {
  await world().act({ user, type: 'home' })
  const view = await until(`${user}’s home`, async () => (await world().get(`person?user=${user}`))['home'])
  return textIn(view)
}

test('App Home shows everybody what waits, and only the policy admin the switch', async () => {
  const [card] = cards
  assert.ok(card !== undefined)
  await press(world(), 'U0DEV', card, 'approve')
  await untilSteps(world(), grantIdOn(card), ['review.opened', 'review.escalated', 'review.approved'])
  for (const user of ['U0MAYA', 'U0DEV', 'U0PRIYA'] as const) {
    const texts = await home(user)
    assert.match(texts, /\*Live\*: people are asked[^\n]*The environment pins this mode/)
    assert.match(texts, /\d+ reviews wait for people/)
    assert.match(texts, /Newest decisions[\s\S]*Dev Patel \(<@U0DEV>\) approved/)
    assert.match(texts, /Okta `okta-okta-logs`: read (less than a minute|\d+ minutes?) ago/)
    assert.match(texts, /Everything is delivered|waiting/)
    assert.doesNotMatch(texts, /Back to shadow|Go live/, 'what MODE pins is offered to nobody')
  }
  assert.match(await home('U0GUEST'), /Only full members of this workspace/)
})

test('Explain on App Home opens all evidence', async () => {
  await home('U0PRIYA')
  const view = (await world().get('person?user=U0PRIYA'))['home'] as {
    id: string
    blocks: readonly unknown[]
  }
  const value = /"value":"(\w{26})"/.exec(JSON.stringify(view.blocks))?.[1]
  const opened = await world().act({
    user: 'U0PRIYA',
    type: 'button',
    viewId: view.id,
    actionId: 'home:explain',
    value,
  })
  assert.match(textIn(opened.sees?.view), /How the verdict came about/)
})

test('a direct message with a command is answered like it, and an empty mention with what can be asked', async () => {
  const direct = await world().act({ user: 'U0DEV', type: 'message', channel: 'dm', text: 'pending' })
  await untilAnswered('D0DEV', direct, /reviews wait for people/)
  const mention = await world().act({
    user: 'U0DEV',
    type: 'message',
    channel: 'access-reviews',
    text: '<@U0COUNTERSIGN>',
  })
  await untilAnswered('access-reviews', mention, HELP)
})

async function untilAnswered(channel: string, sent: ActResult, words: RegExp): Promise<void> {
  const ts = sent.sees?.message?.ts
  assert.ok(ts !== undefined, 'the message was sent')
  await until(`an answer in ${channel}`, async () => {
    const list = channel.startsWith('D0')
      ? ((await world().get(`person?user=U0${channel.slice(2)}`))['directMessages'] as readonly Message[])
      : await world().messages(channel)
    return list.some((one) => one.ts === ts && (one.replies ?? []).some((reply) => words.test(textIn(reply))))
  })
}

test('what was only asked leaves no trace in the record', async () => {
  const events = new Set((await world().reviewEvents()).map((event) => event['event']))
  assert.deepEqual([...events].toSorted(), [
    'policy.changed',
    'poller.heartbeat',
    'review.approved',
    'review.escalated',
    'review.opened',
  ])
})

test('explain shows what else happened to these people, in order, with the grant in its place', async () => {
  const person = aStranger()
  await world().inject('okta-logs', [
    oktaEvent({
      eventType: 'user.mfa.factor.reset_all',
      targets: [oktaUser(person)],
      at: Date.now() - 600_000,
    }),
    oktaRoles({ grantee: person, roles: [SUPER_ADMIN] }),
  ])
  const card = await cardAbout(world(), person.email)
  const answer = await type(`/grants explain ${codeOf(card)}`)
  assert.match(answer, /had its factors reset, 10 minutes before/)
  assert.match(answer, /\*What happened around it\*\n• .*factors reset/)
  assert.match(answer, /^\*→\* .*Role granted: Super administrator/m)
})
