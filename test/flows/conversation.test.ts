import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { REASON_INPUT, REASON_MODAL } from '../../src/slack/ids.ts'
import {
  cardAbout,
  cardReads,
  codeOf,
  grantIdOn,
  historyOf,
  stepsOf,
  textIn,
  type User,
  untilTold,
} from '../support/desk.ts'
import { ANA, aStranger, type Colleague, oktaRoles, SUPER_ADMIN } from '../support/events.ts'
import {
  answersIn,
  ask,
  MENTION,
  say,
  stepsIn,
  toldEphemerally,
  untilNoted,
  wordsOf,
} from '../support/thread.ts'
import { type Json, type Message, sharedWorld, until } from '../support/world.ts'

const REVIEWS = 'access-reviews'
const FIRST_STEP_MAX_MS = 1_000
/** How long Slack refuses calls. */
const SPELL_MS = 1_500

const world = sharedWorld({})

async function aCard(grantee: Colleague = aStranger()): Promise<Message> {
  await world().inject('okta-logs', [oktaRoles({ grantee, roles: [SUPER_ADMIN] })])
  const card = await cardAbout(world(), grantee.email)
  await untilNoted(world(), card)
  return card
}

const threadOf = (card: Message) => ({ channel: REVIEWS, threadTs: card.ts })

test('a question under a card is answered there, step by step, and every sentence names its source', async () => {
  const grantee = aStranger()
  const card = await aCard(grantee)
  const answer = await ask(world(), 'U0MAYA', 'Why was this flagged?', threadOf(card))
  const words = wordsOf(answer)
  assert.match(words, new RegExp(grantee.email))
  assert.match(
    words,
    new RegExp(`\\[${codeOf(card)}\\]\\(http\\S+/archives/C0REVIEW/p${card.ts.replace('.', '')}\\)`),
  )
  assert.match(words, /\*Sources\*.*\n1\. /)
  assert.equal(stepsIn(answer)[0], 'Reading the question')
  assert.ok(stepsIn(answer).length > 1, stepsIn(answer).join())
  const { refusals } = await world().get('usage')
  assert.deepEqual(refusals, [])
})

test('the first step is seen within a second, however long the model takes', async () => {
  const card = await aCard()
  await world().faults({ model: 'slow' })
  const sending = performance.now()
  const saying = say(world(), 'U0MAYA', 'Why was this flagged?', threadOf(card))
  const first = await until('the first step', async () => (await answersIn(world(), threadOf(card)))[0])
  assert.ok(performance.now() - sending < FIRST_STEP_MAX_MS, `${performance.now() - sending} ms`)
  assert.equal(first.isStreaming, true)
  assert.deepEqual(stepsIn(first), ['Reading the question'])
  await saying
  await world().faults({ model: 'off' })
})

test('talk between five people under a card is left alone; a mention in the midst of it is answered', async () => {
  const card = await aCard()
  const talk: readonly (readonly [User, string])[] = [
    ['U0MAYA', 'This one looks odd to me'],
    ['U0DEV', 'she joined the platform team last week'],
    ['U0SOFIA', '<@U0DEV> did you see a ticket?'],
    ['U0DEV', 'no'],
    ['U0JONAS', 'I gave it, Priya asked me to'],
    ['U0PRIYA', 'what a mess'],
    ['U0MAYA', '> why was this flagged?\nthat is what I keep asking myself'],
    ['U0SOFIA', 'let us wait for the standup then'],
  ]
  for (const [user, text] of talk) await say(world(), user, text, threadOf(card))
  // Words of one thread are taken in turn: once this is answered, nothing before it will be.
  await ask(world(), 'U0DEV', `${MENTION} what do we know about it`, threadOf(card))
  assert.equal((await answersIn(world(), threadOf(card))).length, 1)
})

test('a mention at the top of the channel is answered in a thread on it, across cases', async () => {
  const card = await aCard()
  const answer = await ask(world(), 'U0MAYA', `${MENTION} what is waiting for me?`, { channel: REVIEWS })
  assert.ok(wordsOf(answer).includes(codeOf(card)) || /\d+ rows/.test(wordsOf(answer)))
})

test('direct messages are answered in their thread, and so is what follows there', async () => {
  const grantee = aStranger()
  await aCard(grantee)
  const ts = await say(world(), 'U0DEV', `What roles does ${grantee.email} hold?`, { channel: 'dm' })
  const thread = { channel: 'dm', threadTs: ts, user: 'U0DEV' } as const
  await until('the answer', async () =>
    (await answersIn(world(), thread)).find((one) => one.isStreaming !== true),
  )
  const next = await ask(world(), 'U0DEV', `And what was ${grantee.email} given before?`, {
    channel: 'dm',
    threadTs: ts,
  })
  assert.match(wordsOf(next), new RegExp(grantee.email))
})

test('the stop button ends an answer, and the thread takes the next question', async () => {
  const card = await aCard()
  await world().faults({ model: 'slow' })
  await say(world(), 'U0MAYA', 'Why was this flagged?', threadOf(card))
  await until('the first step', async () => (await answersIn(world(), threadOf(card)))[0])
  const stopped = await world().act({
    user: 'U0MAYA',
    type: 'stop',
    ...{ channel: 'C0REVIEW', threadTs: card.ts },
  })
  assert.equal(stopped.ok, true, JSON.stringify(stopped))
  await until('the answer to say that it was stopped', async () =>
    (await answersIn(world(), threadOf(card))).some((one) => /it was stopped/.test(wordsOf(one))),
  )
  await world().faults({ model: 'off' })
  const next = await ask(world(), 'U0MAYA', 'And why was it flagged?', threadOf(card))
  assert.doesNotMatch(wordsOf(next), /it was stopped/)
})

test('questions in one thread are answered one at a time, and stopping one lets the next begin', async () => {
  const card = await aCard()
  await world().faults({ model: 'slow' })
  await say(world(), 'U0MAYA', 'Why was this flagged?', threadOf(card))
  await say(world(), 'U0DEV', 'Who gave it?', threadOf(card))
  const second = await until('the second to wait', async () => (await answersIn(world(), threadOf(card)))[1])
  assert.deepEqual(stepsIn(second), ['Waits for the answer before it'])
  await world().faults({ model: 'off' })
  await world().act({ user: 'U0MAYA', type: 'stop', channel: 'C0REVIEW', threadTs: card.ts })
  const [first, last] = await until('both answers', async () => {
    const answers = await answersIn(world(), threadOf(card))
    const areDone =
      answers.length === 2 && answers.every((one) => /answer:feedback/.test(JSON.stringify(one)))
    return areDone ? answers : null
  })
  assert.ok(first !== undefined && last !== undefined && first.ts < last.ts)
  assert.match(wordsOf(first), /it was stopped/)
  assert.doesNotMatch(wordsOf(last), /it was stopped/)
  assert.match(JSON.stringify(last.blocks), /Waited for the answers before it/)
})

test('what people think of an answer is recorded beside the question', async () => {
  const card = await aCard()
  const answer = await ask(world(), 'U0MAYA', 'Why was this flagged?', threadOf(card))
  const value = /"value":"(good:[\w-]+)"/.exec(JSON.stringify(answer.blocks))?.[1]
  const actionId = 'answer:feedback'
  await world().act({ user: 'U0DEV', type: 'button', messageTs: answer.ts, actionId, value })
  await untilTold(world(), 'U0DEV', /Thank you: noted/)
  const events = await until('both events', async () => {
    const all = await world().reviewEvents()
    const id = value?.split(':')[1] ?? ''
    const found = all.filter((event) => JSON.stringify(event).includes(id))
    return found.length === 2 ? found : null
  })
  assert.deepEqual(
    events.map((event) => [event['event'], event['actor']]),
    [
      ['conversation.answered', 'U0MAYA'],
      ['conversation.feedback', 'U0DEV'],
    ],
  )
})

async function reviewSteps(grantId: string): Promise<readonly unknown[]> {
  return (await stepsOf(world(), grantId)).filter((step) => String(step).startsWith('review.'))
}

async function formOf(user: User): Promise<Json> {
  return await until(`${user}’s form`, async () => {
    const { modals } = await world().get(`person?user=${user}`)
    return (modals as readonly Json[]).find((view) => view['callback_id'] === REASON_MODAL)
  })
}

test('a prepared revoke is refused to the grantee, and decided by a reviewer who sends the form', async () => {
  const card = await aCard(ANA)
  const grantId = grantIdOn(card)
  const answer = await ask(world(), 'U0MAYA', 'revoke it, she left the team', threadOf(card))
  assert.match(wordsOf(answer), /\*Prepared, not decided:\* revoke/)
  const press = { type: 'button', messageTs: answer.ts, actionId: 'answer:decide' }
  assert.equal((await world().act({ user: 'U0ANA', ...press })).ok, true)
  await untilTold(world(), 'U0ANA', /not a reviewer|the role was given to you/)
  await world().act({ user: 'U0DEV', ...press })
  const form = await formOf('U0DEV')
  assert.match(JSON.stringify(form), /"initial_value":"[^"]*she left the team/)
  assert.deepEqual(await reviewSteps(grantId), ['review.opened'], 'nothing is decided yet')
  const values = { [REASON_INPUT]: 'She left the team.' }
  await world().act({ user: 'U0DEV', type: 'submit', viewId: form['id'], values })
  const requested = await until('the revoke', async () =>
    (await historyOf(world(), grantId)).find((event) => event['event'] === 'review.revoke_requested'),
  )
  assert.match(JSON.stringify(requested), /She left the team\./)
  await cardReads(world(), grantId, /Dev Patel/)
})

test('whoever is neither a reviewer nor a reader gets one polite sentence, a guest no more than that', async () => {
  const grantee = aStranger()
  const card = await aCard(grantee)
  for (const user of ['U0PRIYA', 'U0GUEST'] as const) {
    for (const text of ['Why was this flagged?', `${MENTION} who is it?`])
      await say(world(), user, text, threadOf(card))
    await untilTold(world(), user, /I answer reviewers, and whom the policy names as readers/)
    await ask(world(), 'U0MAYA', `${MENTION} who gave it?`, threadOf(card))
    const told = (await toldEphemerally(world(), user)).filter((one) =>
      /I answer reviewers/.test(textIn(one)),
    )
    assert.equal(told.length, 1)
    assert.doesNotMatch(JSON.stringify(told), new RegExp(`${grantee.email}|G-`))
  }
  assert.equal((await answersIn(world(), threadOf(card))).length, 2, 'the reviewer alone was answered')
})

test('an answer comes through a spell of rate limits', async () => {
  const card = await aCard()
  await say(world(), 'U0MAYA', 'Why was this flagged?', threadOf(card))
  await until('the first step', async () => (await answersIn(world(), threadOf(card)))[0])
  await world().faults({ slack: '429' })
  const saying = say(world(), 'U0MAYA', 'Who gave it?', threadOf(card))
  await pause(SPELL_MS)
  await world().faults({ slack: 'off' })
  await saying
  await until('both answers', async () => {
    const answers = await answersIn(world(), threadOf(card))
    return answers.length === 2 && answers.every((one) => one.isStreaming !== true)
  })
})

test('where there are no streams answers are posted, with the same words and buttons', async () => {
  const card = await aCard()
  await world().faults({ slack: ['no-streams', 'no-tables'] })
  const ts = await say(world(), 'U0MAYA', 'Why was this flagged?', threadOf(card))
  const answer = await until('the whole answer', async () =>
    (await answersIn(world(), threadOf(card))).find(
      (one) => one.ts > ts && /answer:feedback/.test(JSON.stringify(one.blocks)),
    ),
  )
  await world().faults({ slack: 'off' })
  assert.match(wordsOf(answer), new RegExp(`<http\\S+\\|${codeOf(card)}>`))
  assert.match(wordsOf(answer), /:white_check_mark: Reading the question/)
})

test('the app’s own conversation suggests questions that it can answer', async () => {
  await world().act({ user: 'U0SOFIA', type: 'home', tab: 'messages' })
  const prompts = await until('suggestions', async () => {
    const found = (await world().get('person?user=U0SOFIA'))['prompts'] as readonly Json[]
    return found.length === 4 ? found : null
  })
  for (const { message } of prompts) {
    const answer = await ask(world(), 'U0SOFIA', String(message), { channel: 'dm' })
    assert.match(wordsOf(answer), /\*Sources\*|data does not say/)
  }
})
