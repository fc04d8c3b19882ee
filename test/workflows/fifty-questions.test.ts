import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from '../../src/domain/answer.ts'
import { checkAnswer } from '../../src/domain/citations.ts'
import { shortCode } from '../../src/domain/grant.ts'
import { ANSWER_LIMITS } from '../../src/workflows/analyst-loop.ts'
import { NOON } from '../support/builders.ts'
import { BLIND_SCORE, GRANTS, openTalk, type Talk } from '../support/conversation.ts'
import { stubAnalyst } from '../support/stub-analyst.ts'

/** Fifty questions to a ledger with known answers: what each answer must say, or that it must say nothing. */

interface Asked {
  readonly text: string
  readonly grantId?: string
  /** Texts of which each stands in some sentence; null when the data does not say. */
  readonly says: readonly string[] | null
}

const { selfGrant, owner, blind, help, superForPriya } = GRANTS
const inCase = (grantId: string, text: string, ...says: readonly string[]): Asked => ({ grantId, text, says })
const ask = (text: string, ...says: readonly string[]): Asked => ({ text, says })
const unknown = (text: string): Asked => ({ text, says: null })

const QUESTIONS: readonly Asked[] = [
  ask('What roles did Ana get?', ': 2.', 'Owner', 'Help Desk Administrator', 'Priya Raman'),
  ask('What is the history of Ana Torres?', ': 2.', '2026-11-23 10:00'),
  ask("What's Jonas's history?", ': 1.', 'Super Administrator'),
  ask('Which roles has ana@northwind.example got before?', ': 2.'),
  ask('What did Ana get since 2026-11-01?', 'since 2026-11-01: 1.', 'Owner'),
  ask('What did Ana get this week?', 'since 2026-11-23: 1.'),
  ask('What did Ana get last week?', ': 0.'),
  ask('What roles did Karim get?', 'Karim Bensalem'),
  ask('Which roles gave Sofia to others?', 'Roles given by Sofia Lindqvist'),
  ask('What access has Zoe got?', 'Nobody in the ledger matches'),
  ask('Show the history of Priya Raman', 'Super Administrator', 'Sofia Lindqvist'),
  ask('Who holds Super Administrator?', ': 2.', 'Jonas Weber', 'Priya Raman'),
  ask('Who holds Help Desk Administrator?', 'Ana Torres', ': 2.'),
  ask('Who holds Owner?', ': 1.', 'Ana Torres'),
  ask('How many people hold "Owner"?', ': 1.'),
  ask('Who holds Emperor?', ': 0.'),
  ask('Who has Owner on GitHub?', ': 1.'),
  ask('What is waiting for me?', 'Reviews that wait for you: 3.'),
  ask('What is pending?', 'Reviews that wait for a decision: 3.'),
  ask('Are there open reviews?', ': 3.'),
  ask('Which cases need a decision?', ': 3.'),
  ask('What is the riskiest this week and why?', 'riskiest first: 3.', 'Super Administrator', '88'),
  ask('What was the most unusual grant in the last 2 days?', 'riskiest first: 3.', 'Jonas Weber'),
  ask('Did anyone get owner on GitHub since Monday?', ': 1.', 'Ana Torres'),
  ask('Did anyone get owner on GitHub today?', ': 0.'),
  ask('Did anybody get Super Administrator today?', ': 1.', 'Jonas Weber'),
  ask('Has anyone received Super Administrator since 2026-09-01?', ': 2.'),
  ask('Were there any grants yesterday?', 'on 2026-11-23: 1.'),
  ask('How many grants were there this month?', ': 3.'),
  ask('How many grants were there in October?', 'Grants'),
  ask('Summarise yesterday for the stand-up', 'on 2026-11-23: 1.', 'Reviews that wait for a decision: 3.'),
  ask('Give me a recap of last week', 'from 2026-11-16 to 2026-11-22: 0.'),
  inCase(selfGrant.id, 'Why was this flagged?', 'gave the role to themself', 'at 03:00'),
  inCase(selfGrant.id, 'What is unusual about it?', 'gave the role to themself'),
  inCase(selfGrant.id, 'Explain the evidence', '03:00'),
  inCase(blind.id, 'Why is this here?', 'The two never met before'),
  inCase(owner.id, 'Why am I asked about this?', 'Owner'),
  inCase(blind.id, 'Anything similar before?', ': 2.'),
  inCase(selfGrant.id, 'Were there similar grants?', 'Priya Raman'),
  inCase(selfGrant.id, 'Any precedent for this?', 'approved'),
  ask(`Why was ${shortCode(owner.id)} flagged?`, 'Owner', 'Ana Torres'),
  ask(shortCode(help.id), 'Help Desk Administrator'),
  ask(`Explain ${shortCode(superForPriya.id)}`, 'Super Administrator'),
  ask('Explain G-ZZZZZZZ', 'No grant has that code'),
  ask('What are the usual hours of Sofia?', 'gave roles, UTC: 3'),
  ask('Which policy is in force?', 'Policy version 2'),
  ask('What are the thresholds?', 'version 2'),
  inCase(selfGrant.id, 'What else did Jonas do around then?', 'Events of Jonas Weber'),
  unknown('What is the meaning of life?'),
  unknown('Is it going to rain in Lisbon?'),
]

function isSaid(answer: Answer, text: string): boolean {
  return answer.sentences.some((sentence) => sentence.text.includes(text))
}

async function converse(talk: Talk, check: (asked: Asked, answer: Answer) => void): Promise<void> {
  for (const [index, asked] of QUESTIONS.entries()) {
    const { text, grantId = null } = asked
    const { answer, finished } = await talk.ask(text, { grantId, threadTs: String(index) })
    assert.equal(finished.length, 1, text)
    assertHonest(answer, text)
    check(asked, answer)
  }
}

/** Whatever the model did: every sentence stands on its citations, and nothing of a blind case is told. */
function assertHonest(answer: Answer, text: string): void {
  const draft = {
    sentences: answer.sentences.map((one) => ({
      text: one.text,
      cites: one.cites.map(({ resultId, row }) => (row === null ? resultId : `${resultId}:${row}`)),
    })),
    cannotSay: false,
    table: null,
    chart: null,
    prepare: null,
  }
  assert.deepEqual(checkAnswer(draft, answer.cited, { instructions: '' }).removed, [], text)
  assert.ok(!JSON.stringify(answer).includes(String(BLIND_SCORE)), text)
  assert.equal(answer.prepared, null, text)
}

function assertSays({ text, says }: Asked, answer: Answer): void {
  assert.equal(answer.cannotSay, says === null, text)
  for (const part of says ?? [])
    assert.ok(isSaid(answer, part), `${text} -> ${JSON.stringify([answer.sentences, answer.removed])}`)
}

test('there are fifty questions', () => assert.equal(QUESTIONS.length, 50))

test('without a model, rules answer them all, and no answer claims a model', async () => {
  const talk = await openTalk()
  await converse(talk, (asked, answer) => {
    assertSays(asked, answer)
    assert.deepEqual([answer.model, answer.removed], [null, []], asked.text)
  })
  await talk.close()
})

for (const api of ['responses', 'chat'] as const)
  test(`a model that uses its tools well answers them all, over ${api}`, async (t) => {
    const talk = await openTalk({ models: { analyst: 'sandbox-analyst' } })
    const { analyst } = await stubAnalyst(t, api)
    talk.script.turn = (request, signal) => analyst.turn(request, signal)
    await converse(talk, (asked, answer) => {
      assertSays(asked, answer)
      assert.deepEqual([answer.model, answer.leftOut], ['sandbox-analyst', []], asked.text)
    })
    await talk.close()
  })

for (const manner of ['badly', 'endlessly', 'maliciously', 'malformed', 'truncated', 'refusing', 'down'])
  test(`a model that answers ${manner} says nothing that its citations do not hold, and ends`, async (t) => {
    const talk = await openTalk({ models: { analyst: 'sandbox-analyst' } })
    const { analyst, faults } = await stubAnalyst(t)
    assert.deepEqual(faults.set({ model: manner }), [])
    // The client waits before it tries a server again that is down: one answer shows it.
    const turn: Talk['script']['turn'] = (request, signal) => analyst.turn(request, signal)
    talk.script.turn = turn
    let turns = 0
    await converse(talk, (asked, answer) => {
      if (manner === 'down') talk.script.turn = () => ({ kind: 'no-answer', why: 'down', usage: null })
      turns = Math.max(turns, talk.requests.length)
      talk.requests.length = 0
      if (manner === 'endlessly') assert.deepEqual(answer.leftOut, ['turns'], asked.text)
      if (['malformed', 'truncated', 'refusing', 'down'].includes(manner)) assertSays(asked, answer)
      for (const { text } of answer.sentences)
        assert.doesNotMatch(text, /Quux|Wilhelmina|1999|sk-sandbox|xoxb|t-other|security team that reviews/)
    })
    assert.ok(turns <= ANSWER_LIMITS.turns)
    assert.equal(talk.clock.now(), NOON)
    await talk.close()
  })
