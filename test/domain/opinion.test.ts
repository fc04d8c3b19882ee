import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkOpinion, type OpinionAnswer, opinionSchema } from '../../src/domain/opinion.ts'

const SHOWN = {
  evidenceIds: ['odd_hour', 'self_grant'],
  data: '{"grant":{"occurredAt":"2026-03-01T02:00:00.000Z","role":{"tier":"T0"}},"baseline":{"score":41},"sentence":"1,240 grants, 2.5 a day, at 03:00"}',
}

function anAnswer(change: Partial<OpinionAnswer> = {}): OpinionAnswer {
  return {
    band: 'medium',
    summary: 'Unusual hour.',
    reasons: [{ text: 'Nobody works then.', evidenceIds: ['odd_hour'] }],
    questions: ['Who asked?'],
    recommendation: 'ask',
    ...change,
  }
}

test('a sound answer passes as it is', () => {
  assert.deepEqual(checkOpinion(anAnswer(), SHOWN), {
    ...anAnswer(),
    droppedReasons: 0,
    numbersContradict: false,
  })
})

test('reasons that cite nothing, or anything that was not shown, are dropped and counted', () => {
  const { reasons, droppedReasons } = checkOpinion(
    anAnswer({
      reasons: [
        { text: 'No evidence.', evidenceIds: [] },
        { text: 'Invented.', evidenceIds: ['approved_by_ceo'] },
        { text: 'Half invented.', evidenceIds: ['odd_hour', '__proto__'] },
        { text: 'Sound.', evidenceIds: ['self_grant', 'self_grant'] },
      ],
    }),
    SHOWN,
  )
  assert.deepEqual(reasons, [{ text: 'Sound.', evidenceIds: ['self_grant'] }])
  assert.equal(droppedReasons, 3)
})

test('texts and lists are clipped', () => {
  const long = `${'y'.repeat(5_000)}\ud83d`
  const checked = checkOpinion(
    anAnswer({
      summary: long,
      reasons: Array.from({ length: 50 }, () => ({ text: long, evidenceIds: ['odd_hour'] })),
      questions: Array.from({ length: 50 }, () => long),
    }),
    SHOWN,
  )
  assert.deepEqual([checked.reasons.length, checked.questions.length, checked.droppedReasons], [6, 3, 0])
  for (const text of [checked.summary, ...checked.reasons.map((one) => one.text), ...checked.questions])
    assert.ok(text.length <= 500 && text.endsWith('…') && text.isWellFormed())
})

test('numbers that the data holds do not contradict it, however they are written', () => {
  for (const summary of [
    'Score 41 of 100.',
    'One of 1240 grants; 1,240 in all, 2.5 a day.',
    'Given at 3:00 on 1 March 2026 to a T0 role, as G-7K2 says.',
    'Both 2 facts agree.',
    'No numbers at all.',
  ])
    assert.equal(checkOpinion(anAnswer({ summary }), SHOWN).numbersContradict, false, summary)
})

test('a number from nowhere, in the summary or a reason, is flagged', () => {
  for (const change of [
    { summary: 'Given 17 times before.' },
    { summary: 'Score 42.' },
    { summary: '2.6 a day.' },
    { reasons: [{ text: 'This happened 300 times.', evidenceIds: ['odd_hour'] }] },
  ])
    assert.equal(checkOpinion(anAnswer(change), SHOWN).numbersContradict, true)
})

test('the schema takes nothing that is missing, added or of another kind', () => {
  assert.equal(opinionSchema.safeParse(anAnswer()).success, true)
  const { summary, ...withoutSummary } = anAnswer()
  assert.ok(summary)
  for (const other of [
    withoutSummary,
    { ...anAnswer(), extra: 1 },
    { ...anAnswer(), band: 'critical' },
    null,
    'low',
  ])
    assert.equal(opinionSchema.safeParse(other).success, false)
})
