import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Answer } from '../../src/domain/answer.ts'
import { policySchema } from '../../src/domain/policy.ts'
import type { AnswerStream } from '../../src/ports/analyst.ts'
import type { UseCases } from '../../src/slack/use-cases.ts'
import { aCase, anAnswer, aSentence, GRANT_ID, NOW } from './support/builders.ts'
import { textsIn } from './support/fits.ts'
import {
  aConnectedApp,
  act,
  aPostedCard,
  aSlackWorld,
  CHANNEL,
  eventually,
  modalOf,
  notedUseCases,
  type SlackWorld,
  said,
  toldAfter,
  waitFor,
} from './support/slack-world.ts'

type Question = Parameters<UseCases['answer']>[0]

const POLICY = {
  tenantId: 'tenant-1',
  version: 1,
  policy: policySchema.parse({ channels: { review: CHANNEL } }),
  author: 'U0MAYA',
  reason: 'first',
  savedAt: NOW,
}

/** The app with the thread of one card, and the questions that reach it. */
async function aThread(t: TestContext, changes: Partial<UseCases> = {}) {
  const world = await aSlackWorld(t)
  const questions: Question[] = []
  let threadTs = ''
  const { answer = async (_question: Question, stream: AnswerStream) => await said(stream, anAnswer()) } =
    changes
  const useCases = notedUseCases({
    policy: async () => POLICY,
    thread: async (query) => (query.threadTs === threadTs ? aCase() : null),
    ...changes,
    async answer(question, stream) {
      questions.push(question)
      return await answer(question, stream)
    },
  })
  const app = await aConnectedApp(t, world, useCases)
  threadTs = await aPostedCard(world)
  const say = (user: string, text: string, place: Readonly<Record<string, unknown>> = { threadTs }) =>
    act(world, { user, type: 'message', channel: CHANNEL, text, ...place })
  return { world, useCases, app, questions, threadTs, say }
}

/** Our answers in a thread, oldest first. */
function repliesIn(world: SlackWorld, threadTs: string, channel = CHANNEL) {
  const root = world.slack.messages(channel)?.find(({ ts }) => ts === threadTs)
  return (root?.replies ?? []).filter(({ user }) => user === 'U0COUNTERSIGN')
}

function wordsOf(message: unknown): string {
  return textsIn(message).join('\n')
}

async function untilEnded(world: SlackWorld, threadTs: string, count = 1, channel = CHANNEL) {
  return await waitFor(() => {
    const replies = repliesIn(world, threadTs, channel)
    const isDone = replies.length === count && replies.every((one) => one.isStreaming !== true)
    return isDone ? replies : undefined
  })
}

test('a question in the thread of a card is answered there, about its case, with where it comes from', async (t) => {
  const { world, questions, threadTs, say } = await aThread(t)
  await say('U0MAYA', 'Why was this flagged?')
  const [answer] = await untilEnded(world, threadTs)
  assert.deepEqual(questions, [
    {
      tenantId: 'tenant-1',
      text: 'Why was this flagged?',
      slackUserId: 'U0MAYA',
      channel: CHANNEL,
      threadTs,
      grantId: GRANT_ID,
    },
  ])
  assert.match(wordsOf(answer), /Ana Torres was given.*\(\[G-7K2Q9XM\]\(http\S+\/archives\/C0REVIEW\/p/)
  assert.match(wordsOf(answer), /\*Sources\*[^\n]*\n1\. Grants to ana@northwind\.example/)
  assert.deepEqual(world.slack.usage().refusals, [])
})

test('the first step is seen while the answer is still being looked for, and so is the stop button', async (t) => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const { world, threadTs, say } = await aThread(t, {
    async answer(_question, stream) {
      await promise
      return await said(stream, anAnswer())
    },
  })
  await say('U0MAYA', 'Why was this flagged?')
  const reply = await waitFor(() => repliesIn(world, threadTs)[0])
  assert.equal(reply.isStreaming, true)
  assert.match(JSON.stringify(reply.blocks), /"title":"Reading the question","status":"in_progress"/)
  const root = () => world.slack.messages(CHANNEL)?.find(({ ts }) => ts === threadTs)
  assert.equal(root()?.status, 'is working')
  resolve()
  const [answer] = await untilEnded(world, threadTs)
  assert.match(JSON.stringify(answer?.blocks), /"title":"Reading the question","status":"complete"/)
  await eventually(() => root()?.status === undefined)
})

test('talk between people in the thread of a card is left alone, and nobody is looked up for it', async (t) => {
  const { world, useCases, app, threadTs, say } = await aThread(t)
  const talk = [
    ['U0MAYA', 'I think this one is fine'],
    ['U0DEV', 'not so sure, it is 3 in the morning there'],
    ['U0SOFIA', '<@U0DEV> did you ask Jonas about it?'],
    ['U0DEV', 'he is on a plane'],
    ['U0JONAS', 'I am back. <@U0MAYA> still awake?'],
    ['U0PRIYA', 'what a day'],
    ['U0MAYA', 'ok'],
  ] as const
  for (const [user, text] of talk) await say(user, text)
  await app.stop()
  assert.deepEqual(repliesIn(world, threadTs), [])
  assert.deepEqual(
    useCases.asked.filter((name) => name === 'mayAsk' || name === 'seenEvent'),
    [],
  )
})

test('the policy says what is answered in threads: mentions alone, or everything', async (t) => {
  const quiet = await aThread(t, { threadsSetting: async () => 'mentions' })
  await quiet.say('U0MAYA', 'Why was this flagged?')
  await quiet.say('U0MAYA', '<@U0COUNTERSIGN> and <@U0ANA>: why?')
  await untilEnded(quiet.world, quiet.threadTs)
  assert.deepEqual(
    quiet.questions.map(({ text }) => text),
    ['and ana@northwind.example: why?'],
  )
  const loud = await aThread(t, { threadsSetting: async () => 'everything' })
  await loud.say('U0MAYA', 'I think this one is fine')
  await untilEnded(loud.world, loud.threadTs)
})

test('edits, other threads and words at the top of a channel are not for us', async (t) => {
  const { world, app, useCases, say } = await aThread(t)
  await say('U0MAYA', 'Why is it so quiet here?', {})
  const other = world.slack.messages(CHANNEL)?.at(-1)?.ts
  await say('U0MAYA', 'Does nobody answer me here?', { threadTs: other })
  await app.stop()
  assert.equal(useCases.asked.includes('answer'), false)
  assert.equal(world.slack.usage().methods['chat.startStream'], undefined)
})

test('words that come twice, or as a mention and as a message, are answered once', async (t) => {
  const { world, app, questions, threadTs, say } = await aThread(t)
  world.faults.set({ slack: 'duplicate' })
  await say('U0MAYA', '<@U0COUNTERSIGN> why was this flagged?')
  await untilEnded(world, threadTs)
  await app.stop()
  assert.equal(questions.length, 1)
  assert.equal(world.slack.usage().methods['chat.startStream'], 1)
})

test('a mention in a channel of reviews is answered in a thread on it, about no one case', async (t) => {
  const { world, questions, say } = await aThread(t)
  await say('U0MAYA', '<@U0COUNTERSIGN> what is waiting for me?', {})
  const asked = await waitFor(() => world.slack.messages(CHANNEL)?.find(({ user }) => user === 'U0MAYA'))
  await untilEnded(world, asked.ts)
  assert.deepEqual(
    questions.map(({ text, grantId, threadTs }) => ({ text, grantId, threadTs })),
    [{ text: 'what is waiting for me?', grantId: null, threadTs: asked.ts }],
  )
})

test('in a channel without cards nothing about cases is told, since others would read along', async (t) => {
  const { world, questions } = await aThread(t)
  const told = await toldAfter(world, {
    user: 'U0MAYA',
    type: 'message',
    channel: 'C0ESCALATE',
    text: '<@U0COUNTERSIGN> what is waiting for me?',
  })
  assert.match(told, /Others would read along here/)
  assert.deepEqual(questions, [])
})

test('a direct message is a question, unless it is one of the short commands', async (t) => {
  const { world, questions } = await aThread(t)
  const write = async (text: string) => {
    await act(world, { user: 'U0MAYA', type: 'message', channel: 'D0MAYA', text })
    const { ts } = await waitFor(() =>
      world.slack.person('U0MAYA')?.directMessages.find((one) => one.text === text),
    )
    return wordsOf(
      await waitFor(() => {
        const root = world.slack.person('U0MAYA')?.directMessages.find((one) => one.ts === ts)
        return root?.replies.find((one) => one.user === 'U0COUNTERSIGN' && one.isStreaming !== true)
      }),
    )
  }
  assert.match(await write('pending'), /1 review waits for people/)
  assert.match(await write('explain G-7K2'), /How the verdict came about/)
  assert.match(await write('help'), /`\/grants pending`/)
  assert.deepEqual(questions, [])
  assert.match(await write('explain why Ana got this'), /Ana Torres was given/)
  assert.match(await write('what is pending?'), /Ana Torres was given/)
  assert.deepEqual(
    questions.map(({ grantId }) => grantId),
    [null, null],
  )
})

test('whoever may not ask gets one polite sentence in each thread, and nothing about the case', async (t) => {
  const { world, app, questions, threadTs, say } = await aThread(t, { mayAsk: async () => 'not-reader' })
  await say('U0GUEST', 'Why was this flagged?')
  const told = await waitFor(() => world.slack.person('U0GUEST')?.ephemerals[0])
  assert.match(wordsOf(told), /^I answer reviewers, and whom the policy names as readers/)
  assert.equal(told.threadTs, threadTs)
  assert.doesNotMatch(wordsOf(told), /Ana|G-/)
  await say('U0GUEST', '<@U0COUNTERSIGN> who is Ana?')
  await app.stop()
  assert.equal(world.slack.person('U0GUEST')?.ephemerals.length, 1)
  assert.deepEqual([questions, repliesIn(world, threadTs)], [[], []])
})

test('one answer at a time in a thread: later questions are seen to wait, and are answered in order', async (t) => {
  const gates: PromiseWithResolvers<void>[] = []
  const { world, questions, threadTs, say } = await aThread(t, {
    async answer(question, stream) {
      const gate = Promise.withResolvers<void>()
      gates.push(gate)
      await gate.promise
      return await said(stream, anAnswer({ sentences: [aSentence(`About: ${question.text}`)] }))
    },
  })
  for (const text of ['Who is first?', 'Who is second?', 'Who is third?']) await say('U0MAYA', text)
  await waitFor(() => (repliesIn(world, threadTs).length === 3 ? true : undefined))
  const third = JSON.stringify(repliesIn(world, threadTs)[2]?.blocks)
  assert.match(third, /"title":"Waits for 2 answers before it","status":"in_progress"/)
  assert.equal(questions.length, 1)
  for (let turn = 0; turn < 3; turn += 1) {
    await eventually(() => gates.length === turn + 1)
    gates[turn]?.resolve()
  }
  const replies = await untilEnded(world, threadTs, 3)
  for (const [index, order] of ['first', 'second', 'third'].entries())
    assert.match(wordsOf(replies[index]), new RegExp(`About: Who is ${order}`))
})

test('more questions than may wait in a thread are turned away with a sentence', async (t) => {
  const gate = Promise.withResolvers<void>()
  const { world, app, say } = await aThread(t, {
    async answer(_question, stream) {
      await gate.promise
      return await said(stream, anAnswer())
    },
  })
  for (let index = 0; index < 7; index += 1) await say('U0MAYA', `Why is number ${index} here?`)
  const told = await waitFor(() => world.slack.person('U0MAYA')?.ephemerals[0])
  assert.match(wordsOf(told), /Several questions wait in this thread already/)
  gate.resolve()
  await app.stop()
})

test('the stop button ends the answer with what there is', async (t) => {
  const { world, threadTs, say } = await aThread(t, {
    async answer(_question, stream) {
      await stream.step({ id: 'a', title: 'Reading Ana’s history', state: 'running' })
      await new Promise<void>((resolve) => stream.stopped.addEventListener('abort', () => resolve()))
      return await said(stream, anAnswer({ leftOut: ['stopped'] }))
    },
  })
  await say('U0MAYA', 'Why was this flagged?')
  await waitFor(() => repliesIn(world, threadTs)[0])
  await act(world, { user: 'U0MAYA', type: 'stop', channel: CHANNEL, threadTs })
  const words = await waitFor(() => {
    const text = wordsOf(repliesIn(world, threadTs))
    return /not complete/.test(text) ? text : undefined
  })
  assert.match(words, /Ana Torres was given/)
  assert.match(words, /This answer is not complete: it was stopped\./)
})

test('an app that stops ends the answers under way, and tells who waits to ask again', async (t) => {
  const { world, app, threadTs, say } = await aThread(t, {
    async answer(_question, stream) {
      await new Promise<void>((resolve) => stream.stopped.addEventListener('abort', () => resolve()))
      return await said(stream, anAnswer({ leftOut: ['stopped'] }))
    },
  })
  await say('U0MAYA', 'Why was this flagged?')
  await say('U0DEV', 'Who gave it to her?')
  await waitFor(() => (repliesIn(world, threadTs).length === 2 ? true : undefined))
  await app.stop()
  const [first, second] = repliesIn(world, threadTs)
  assert.match(wordsOf(first), /it was stopped/)
  assert.match(wordsOf(second), /Countersign restarts: ask again in a minute/)
})

test('a failure is one sentence in the place of the answer', async (t) => {
  const { world, threadTs, say } = await aThread(t, { answer: () => Promise.reject(new Error('disk full')) })
  await say('U0MAYA', 'Why was this flagged?')
  const [reply] = await untilEnded(world, threadTs)
  assert.match(wordsOf(reply), /Something went wrong on our side, so this question has no answer/)
  assert.doesNotMatch(JSON.stringify(reply), /disk full/)
})

test('what people think of an answer is recorded and acknowledged', async (t) => {
  const feedback: unknown[] = []
  const recordFeedback: UseCases['recordFeedback'] = async (one) => void feedback.push(one)
  const { world, threadTs, say } = await aThread(t, { recordFeedback })
  await say('U0MAYA', 'Why was this flagged?')
  const [answer] = await untilEnded(world, threadTs)
  const press = { user: 'U0DEV', type: 'button', messageTs: answer?.ts, actionId: 'answer:feedback' }
  assert.match(await toldAfter(world, { ...press, value: 'bad:answer-1' }), /Thank you/)
  assert.deepEqual(feedback, [
    { tenantId: 'tenant-1', answerId: 'answer-1', slackUserId: 'U0DEV', value: 'bad' },
  ])
})

const PREPARED: Answer = anAnswer({
  prepared: { grantId: GRANT_ID, action: 'revoke', reason: 'She left <!channel>' },
})

async function aPreparedRevoke(t: TestContext, changes: Partial<UseCases> = {}) {
  const thread = await aThread(t, {
    answer: async (_question, stream) => await said(stream, PREPARED),
    ...changes,
  })
  const { world, threadTs, say } = thread
  const reviewCase = aCase()
  thread.useCases.reviewCase = async () =>
    reviewCase.card === null ? null : { ...reviewCase, card: { ...reviewCase.card, messageTs: threadTs } }
  await say('U0MAYA', 'revoke it, she left')
  const [answer] = await untilEnded(world, threadTs)
  const press = (user: string) => ({
    user,
    type: 'button',
    messageTs: answer?.ts,
    actionId: 'answer:decide',
  })
  return { ...thread, answer, press }
}

test('a prepared revoke is a button that holds an id alone, and opens the form with the reason in it', async (t) => {
  const { world, answer, press, useCases, threadTs } = await aPreparedRevoke(t)
  assert.match(
    wordsOf(answer),
    /\*Prepared, not decided:\* revoke `G-7K2Q9XM`\. Reason: “She left &lt;!channel&gt;”/,
  )
  assert.match(JSON.stringify(answer?.blocks), /"action_id":"answer:decide","value":"answer-1"/)
  await act(world, press('U0MAYA'))
  const form = await modalOf(world, 'U0MAYA', /Revoke G-7K2Q9XM/)
  assert.match(JSON.stringify(form), /"initial_value":"She left <!channel>"/)
  assert.equal(useCases.clicks.length, 0, 'nothing is decided yet')
  const values = { 'reason-text': 'She left' }
  await act(world, { user: 'U0MAYA', type: 'submit', viewId: form.id, values })
  await eventually(() => useCases.clicks.length === 1)
  const { action, reason, messageTs, channel } = useCases.clicks[0] ?? {}
  assert.deepEqual(
    { action, reason, messageTs, channel },
    { action: 'revoke', reason: 'She left', messageTs: threadTs, channel: CHANNEL },
  )
})

test('pressing a prepared decision is checked like any other click, and told where it was pressed', async (t) => {
  const { world, press, threadTs } = await aPreparedRevoke(t, {
    mayDecide: async () => ({ kind: 'barred', why: 'grantee' }),
  })
  assert.match(await toldAfter(world, press('U0ANA')), /the role was given to you/)
  assert.equal(world.slack.person('U0ANA')?.ephemerals.at(-1)?.threadTs, threadTs)
  assert.deepEqual(world.slack.person('U0ANA')?.modals, [])
})

test('a prepared decision that is not kept any more sends people to the card', async (t) => {
  const { world, press } = await aPreparedRevoke(t, { prepared: async () => null })
  assert.match(await toldAfter(world, press('U0MAYA')), /prepared too long ago: decide on the card/)
})

test('where Slack refuses tables and charts the same data comes as text, and is not tried again', async (t) => {
  const table = { title: 'Roles', columns: ['role', 'by'], rows: [['Owner', 'jonas']] }
  const chart = { title: 'By hour', bars: [{ label: '03:00', value: 4 }] }
  const { world, threadTs, say } = await aThread(t, {
    answer: async (_question, stream) => await said(stream, anAnswer({ table, chart })),
  })
  world.faults.set({ slack: 'no-tables' })
  await say('U0MAYA', 'Which roles does Ana hold?')
  const [answer] = await untilEnded(world, threadTs)
  assert.match(wordsOf(answer), /• role Owner, by jonas[\s\S]*• 03:00: 4/)
  const refusals = world.slack.usage().refusals.length
  await say('U0MAYA', 'Which roles does Ana hold?')
  await untilEnded(world, threadTs, 2)
  assert.equal(world.slack.usage().refusals.length, refusals)
})
