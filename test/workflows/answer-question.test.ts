import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { TOOL_NAMES } from '../../src/domain/tool-result.ts'
import { TRANSCRIPT_ENTRIES_MAX } from '../../src/domain/transcript.ts'
import type { AnalystStep } from '../../src/ports/analyst.ts'
import { UpstreamError } from '../../src/ports.ts'
import { ANSWER_LIMITS } from '../../src/workflows/analyst-loop.ts'
import { answerQuestion, mayAsk } from '../../src/workflows/answer-question.ts'
import { recordFeedback } from '../../src/workflows/record-conversation.ts'
import { NOON, TENANT } from '../support/builders.ts'
import { GRANTS, MODEL_POLICY, openTalk, recordStream, type Talk } from '../support/conversation.ts'
import { aMember } from '../support/workflow-ports.ts'

const USAGE = { inputTokens: 100, cachedTokens: 0, outputTokens: 10 }
const calls = (...list: readonly (readonly [string, unknown])[]): AnalystStep => ({
  kind: 'calls',
  calls: list.map(([name, given], index) => ({
    id: `call-${index}`,
    name,
    arguments: typeof given === 'string' ? given : JSON.stringify(given),
  })),
  usage: USAGE,
})
const HISTORY_OF_ANA = { person: 'Ana', side: 'grantee', since: null, until: null }
const says = (more: Record<string, unknown> = {}): AnalystStep => ({
  kind: 'answer',
  text: JSON.stringify({
    sentences: [{ text: 'Ana Torres was given 2 roles.', cites: ['r1'] }],
    cannotSay: false,
    table: null,
    chart: null,
    prepare: null,
    ...more,
  }),
  usage: USAGE,
})
/** Plays the steps in turn; the last one is repeated. */
const play = (...steps: readonly AnalystStep[]) => {
  let turn = 0
  return (): AnalystStep => {
    const step = steps[Math.min(turn, steps.length - 1)]
    turn += 1
    assert.ok(step)
    return step
  }
}
const eventsOf = async (talk: Talk) =>
  (await talk.store.records.outbox.next('axiom', Number.MAX_SAFE_INTEGER, 100)).map(
    ({ payload }) => JSON.parse(payload) as { event: string; detail: Record<string, unknown> },
  )

describe('an answer by a model', () => {
  let talk: Talk
  before(async () => {
    talk = await openTalk({ ...MODEL_POLICY })
  })
  after(() => talk.close())
  const ask = async (script: Talk['script']['turn'], text: string, more: Parameters<Talk['ask']>[1] = {}) => {
    talk.requests.length = 0
    talk.script.turn = script
    return await talk.ask(text, { threadTs: `${text} ${Math.trunc(talk.requests.length)}`, ...more })
  }

  test('is looked up, checked, streamed sentence by sentence and recorded', async () => {
    const told = await ask(
      play(
        calls(['person_history', HISTORY_OF_ANA]),
        says({
          sentences: [
            { text: 'Ana Torres was given 2 roles.', cites: ['r1'] },
            { text: 'Wilhelmina Fox gave her Owner.', cites: ['r1:1'] },
            { text: 'She got Owner from Priya Raman on 23 November 2026 at 10:00.', cites: ['r1:1'] },
          ],
        }),
      ),
      'What roles did Ana get?',
    )
    assert.deepEqual(
      told.sentences.map(({ text }) => text),
      ['Ana Torres was given 2 roles.', 'She got Owner from Priya Raman on 23 November 2026 at 10:00.'],
    )
    assert.equal(told.sentences[1]?.cites[0]?.grantId, GRANTS.owner.id)
    assert.deepEqual(
      told.steps.map(({ title, state }) => `${title}: ${state}`),
      [
        'Reading the question: running',
        'Reading the question: done',
        'Reading the history of Ana: running',
        'Reading the history of Ana: done',
      ],
    )
    assert.deepEqual(told.finished, [told.answer])
    assert.equal(told.answer.model, 'a-model')
    const event = (await eventsOf(talk)).at(-1)
    assert.equal(event?.event, 'conversation.answered')
    assert.deepEqual(event.detail['tools'], ['person_history'])
    assert.deepEqual(event.detail['removed'], ['name not in the data: Wilhelmina Fox gave her Owner.'])
    assert.equal(event.detail['input_tokens'], 200)
    assert.equal(event.detail['answer_id'], told.answer.id)
  })

  test('offers every tool with a strict form, and none on the last turn', async () => {
    const limits = { ...ANSWER_LIMITS, turns: 3 }
    const told = await ask(
      (request) => (request.tools.length === 0 ? says() : calls(['person_history', HISTORY_OF_ANA])),
      'What roles did Ana get, again and again?',
      { limits },
    )
    assert.deepEqual(talk.requests[0]?.tools.map(({ name }) => name).toSorted(), [...TOOL_NAMES].toSorted())
    for (const { parameters } of talk.requests[0].tools) {
      assert.equal(parameters['additionalProperties'], false)
      assert.deepEqual(parameters['required'] ?? [], Object.keys(parameters['properties'] as object))
    }
    assert.equal(talk.requests.length, 3)
    assert.deepEqual(told.answer.leftOut, ['turns'])
    assert.equal(told.answer.sentences.length, 1)
  })

  test('ends when the calls of tools are used up, with what it has', async () => {
    const many = Array.from({ length: 9 }, () => ['person_history', HISTORY_OF_ANA] as const)
    const told = await ask(
      (request) => (request.tools.length === 0 ? says() : calls(...many)),
      'How many calls?',
    )
    assert.equal(told.steps.filter(({ id }) => id.startsWith('step-')).length, 2 * ANSWER_LIMITS.toolCalls)
    assert.deepEqual(told.answer.leftOut, ['tool calls'])
    assert.equal(told.answer.sentences.length, 1)
  })

  test('ends when its tokens are used up', async () => {
    const costly = { ...calls(['person_history', HISTORY_OF_ANA]), usage: { ...USAGE, inputTokens: 61_000 } }
    const told = await ask((request) => (request.tools.length === 0 ? says() : costly), 'How many tokens?')
    assert.equal(talk.requests.length, 2)
    assert.deepEqual(told.answer.leftOut, ['tokens'])
  })

  test('ends when its time is used up, and rules answer what they can', async () => {
    const told = await ask(async () => {
      talk.workflow.time.now += 61_000
      return calls(['person_history', HISTORY_OF_ANA])
    }, 'What roles did Ana get in time?')
    assert.deepEqual(told.answer.leftOut, ['time'])
    assert.equal(told.answer.model, null)
    assert.match(told.sentences[0]?.text ?? '', /^Roles given to Ana Torres .*: 2\.$/)
    talk.workflow.time.now = NOON
  })

  test('stops where the person presses stop, and says so', async () => {
    const stopping = new AbortController()
    const { stream, finished, sentences } = recordStream(stopping.signal)
    talk.script.turn = () => {
      stopping.abort()
      return calls(['person_history', HISTORY_OF_ANA])
    }
    const answer = await answerQuestion(talk, aQuestion('What roles did Ana get?'), stream)
    assert.deepEqual(answer.leftOut, ['stopped'])
    assert.deepEqual([sentences.length, finished.length], [0, 1])
  })

  test('is by rules when the model is down or refuses, and says which', async () => {
    for (const [why, leftOut] of [
      ['down', 'model down'],
      ['malformed', 'model down'],
      ['refused', 'model refused'],
    ] as const) {
      const told = await ask(play({ kind: 'no-answer', why, usage: null }), 'Who holds Super Administrator?')
      assert.deepEqual(told.answer.leftOut, [leftOut])
      assert.match(told.sentences[0]?.text ?? '', /^Holders of Super Administrator, .*: 2\.$/)
    }
  })

  test('is asked for once more when nothing of it stands', async () => {
    const wrong = says({ sentences: [{ text: 'Ana Torres was given 9 roles.', cites: ['r1'] }] })
    const told = await ask(
      play(calls(['person_history', HISTORY_OF_ANA]), wrong, says()),
      'What roles has Ana?',
    )
    assert.deepEqual(talk.requests[2]?.tools, [])
    assert.deepEqual(
      told.sentences.map(({ text }) => text),
      ['Ana Torres was given 2 roles.'],
    )
    const again = await ask(play(calls(['person_history', HISTORY_OF_ANA]), wrong), 'What roles had Ana?')
    assert.equal(talk.requests.length, 3)
    assert.equal(again.answer.cannotSay, true)
  })

  test('goes on when a tool fails, is unknown, takes wrong arguments or takes too long', async () => {
    talk.script.activity = (query) => {
      if (talk.searches.length > 1)
        throw new UpstreamError('axiom', 'Axiom answered 503', { retryable: true })
      return new Promise(() => assert.ok(query))
    }
    const activity = { grant: null, person: null, around: null, hours: null, source: null }
    const told = await ask(
      play(
        calls(
          ['activity', activity],
          ['activity', activity],
          ['drop_tables', {}],
          ['person_history', { person: 7 }],
          ['person_history', 'no JSON'],
          ['person_history', { ...HISTORY_OF_ANA, tenantId: 't-other' }],
          ['person_history', HISTORY_OF_ANA],
        ),
        says(),
      ),
      'What went on?',
      { grantId: GRANTS.selfGrant.id, limits: { ...ANSWER_LIMITS, toolMs: 300 } },
    )
    const outputs = (talk.requests[1]?.items ?? []).flatMap((item) =>
      item.kind === 'result' ? [item.text] : [],
    )
    assert.deepEqual(
      outputs.map((text) => /"refused":"([^"]*)"/.exec(text)?.[1] ?? 'found'),
      [
        'That took too long and was left out.',
        'The audit logs cannot be reached at the moment.',
        'There is no such tool.',
        'The arguments of person_history are not of its form.',
        'The arguments of person_history are not of its form.',
        'The arguments of person_history are not of its form.',
        'found',
      ],
    )
    assert.ok(!outputs.some((text) => text.includes('503')))
    assert.equal(told.sentences.length, 1)
  })

  test('remembers its thread, and no other', async () => {
    await ask(play(calls(['person_history', HISTORY_OF_ANA]), says()), 'What roles did Ana get?', {
      threadTs: '7',
    })
    const said = async (threadTs: string) => {
      await ask(play(says({ sentences: [], cannotSay: true })), 'And before?', { threadTs })
      return (talk.requests[0]?.items ?? []).map((item) => (item.kind === 'said' ? item.text : '')).join('\n')
    }
    assert.match(
      await said('7'),
      /Asked earlier:[\s\S]*What roles did Ana get\?[\s\S]*Answered earlier:[\s\S]*given 2 roles/,
    )
    assert.doesNotMatch(await said('8'), /earlier/)
    for (let turn = 0; turn < TRANSCRIPT_ENTRIES_MAX; turn += 1) await said('9')
    assert.equal((await talk.transcripts.load(TENANT, 'C0REVIEW:9')).length, TRANSCRIPT_ENTRIES_MAX)
  })

  test('is by rules once the day’s tokens are used up', async () => {
    await talk.meter.add(TENANT, { tokens: 2_000_000, at: talk.clock.now() })
    const told = await ask(play(says()), 'Who holds Super Administrator?')
    assert.deepEqual(told.answer.leftOut, ['tokens'])
    assert.deepEqual([talk.requests.length, told.answer.model], [0, null])
  })
})

const aQuestion = (text: string) => ({
  tenantId: TENANT,
  text,
  slackUserId: 'U0MAYA',
  channel: 'C0REVIEW',
  threadTs: '1.0001',
  grantId: null,
})

describe('activity in Axiom', () => {
  let talk: Talk
  before(async () => {
    talk = await openTalk({ ...MODEL_POLICY })
    talk.script.activity = () => ({
      apl: "['okta-logs']\n| where * contains 'jonas@northwind.example'",
      partial: false,
      rows: [
        {
          at: NOON - 9 * 3_600_000,
          event: { eventType: 'user.session.start', actor: { alternateId: 'jonas@northwind.example' } },
        },
      ],
    })
  })
  after(() => talk.close())

  test('is searched for people around a time, in configured datasets, and cited with its query', async () => {
    const given = { grant: null, person: 'Jonas', around: null, hours: 99, source: null }
    talk.script.turn = play(
      calls(['activity', given]),
      says({
        sentences: [{ text: 'Jonas Weber began a session: user.session.start at 03:00.', cites: ['r1:1'] }],
      }),
    )
    const told = await talk.ask('What else did Jonas do around then?', { grantId: GRANTS.selfGrant.id })
    assert.equal(told.sentences.length, 1)
    const [search] = talk.searches
    assert.ok(search)
    assert.equal(search.dataset, 'okta-logs')
    assert.equal(search.to - search.from, 6 * 3_600_000)
    assert.deepEqual(search.words, ['jonas@northwind.example'])
    assert.deepEqual(told.answer.cited[0]?.query, {
      apl: "['okta-logs']\n| where * contains 'jonas@northwind.example'",
      from: search.from,
      to: search.to,
    })
  })

  test('costs at most four queries an answer, and says when they are used up', async () => {
    talk.searches.length = 0
    const given = { grant: null, person: 'Jonas', around: '2026-11-24 03:00', hours: null, source: null }
    talk.script.turn = (request) =>
      request.items.some(({ kind }) => kind === 'call')
        ? says({ sentences: [], cannotSay: true })
        : calls(['activity', given], ['activity', given], ['activity', given])
    const told = await talk.ask('What else did Jonas do around then?')
    assert.equal(talk.searches.length, 4)
    assert.deepEqual(told.answer.leftOut, ['queries of Axiom'])
  })
})

describe('who asks', () => {
  test('reviewers may, others only as readers, and nobody who is no member', async () => {
    const talk = await openTalk({ people: { reviewers: ['U0MAYA'], readers: ['U0READER', 'U0GUEST'] } })
    for (const [id, more] of [
      ['U0READER', {}],
      ['U0OTHER', {}],
      ['U0GUEST', { guest: true }],
    ] as const)
      talk.workflow.members.set(id, aMember(id, more))
    const asked = await Promise.all(
      ['U0MAYA', 'U0READER', 'U0OTHER', 'U0GUEST', 'U0NOBODY'].map((id) => mayAsk(talk, TENANT, id)),
    )
    assert.deepEqual(asked, ['yes', 'yes', 'not-reader', 'not-reader', 'unknown'])
    const told = await talk.ask('What is waiting?', { slackUserId: 'U0OTHER' })
    assert.deepEqual([told.answer.sentences, told.answer.cannotSay, told.finished.length], [[], true, 1])
    await talk.close()
  })

  test('a reader who wants a case decided hears why there is no button, and so does who names no case', async () => {
    const talk = await openTalk({ people: { reviewers: ['U0MAYA'], readers: ['U0READER'] } })
    talk.workflow.members.set('U0READER', aMember('U0READER'))
    const asked = async (slackUserId: string, grantId: string | null) => {
      const { answer } = await talk.ask('revoke it, she left', { slackUserId, grantId })
      return [answer.prepared?.action ?? null, answer.notPrepared?.why ?? null, answer.cannotSay]
    }
    const { id } = GRANTS.owner
    assert.deepEqual(await asked('U0READER', id), [null, 'not-a-reviewer', false])
    assert.deepEqual(await asked('U0MAYA', null), [null, 'which-case', false])
    assert.deepEqual(await asked('U0MAYA', GRANTS.help.id), [null, 'settled', false])
    assert.deepEqual(await asked('U0MAYA', id), ['revoke', null, false])
    await talk.close()
  })

  test('feedback is recorded once for each person and value', async () => {
    const talk = await openTalk()
    const feedback = { tenantId: TENANT, answerId: 'answer-1', slackUserId: 'U0MAYA', value: 'bad' } as const
    await recordFeedback(talk, feedback)
    await recordFeedback(talk, feedback)
    const events = await eventsOf(talk)
    assert.deepEqual(
      events.map(({ event, detail }) => [event, detail]),
      [['conversation.feedback', { answer_id: 'answer-1', feedback: 'bad' }]],
    )
    await talk.close()
  })
})
