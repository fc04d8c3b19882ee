import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DRAFT_FORMAT, parseDraft } from '../../../src/domain/analyst-answer.ts'
import { fenced } from '../../../src/domain/analyst-prompt.ts'
import type { AnalystItem, AnalystStep } from '../../../src/ports/analyst.ts'
import { ANALYST_TOOLS } from '../../../src/workflows/analyst-tools.ts'
import { stubAnalyst } from '../../support/stub-analyst.ts'

const FACTS = {
  now: '2026-11-24 13:00',
  weekday: 'Tuesday',
  timezone: 'Europe/Berlin',
  caseOfThisThread: 'G-AAAAAAA',
}
const asked = (question: string, results: readonly string[] = []): readonly AnalystItem[] => [
  { kind: 'said', by: 'person', text: `Where and when this is asked:\n${fenced(FACTS)}` },
  { kind: 'said', by: 'person', text: `The question to answer:\n${fenced(question)}` },
  ...results.flatMap((text, index): readonly AnalystItem[] => [
    { kind: 'call', id: `c${index}`, name: 'find_grants', arguments: '{}' },
    { kind: 'result', id: `c${index}`, text },
  ]),
]
const RESULT = fenced([
  {
    result: 'r1',
    title: 'Grants on 2026-11-23',
    total: 1,
    counts: {},
    rows: [{ row: 1, role: 'Owner', to: 'Ana' }],
  },
])

async function stand(t: Parameters<typeof stubAnalyst>[0], manner: string) {
  const { analyst, faults } = await stubAnalyst(t)
  assert.deepEqual(faults.set({ model: manner }), [])
  return (items: readonly AnalystItem[], tools = ANALYST_TOOLS): Promise<AnalystStep> =>
    analyst.turn(
      {
        model: 'sandbox-analyst',
        instructions: 'You are the analyst.',
        items,
        tools,
        answer: DRAFT_FORMAT,
        timeoutMs: 5_000,
        outputTokensMax: 4_000,
      },
      new AbortController().signal,
    )
}
const callOf = (step: AnalystStep) => {
  assert.equal(step.kind, 'calls')
  return step.kind === 'calls' ? step.calls[0] : undefined
}
const draftOf = (step: AnalystStep) => {
  const draft = step.kind === 'answer' ? parseDraft(step.text) : null
  assert.ok(draft, JSON.stringify(step))
  return draft
}

test('it calls the tool that a question needs, with times on the team’s clock', async (t) => {
  const ask = await stand(t, 'off')
  const call = callOf(await ask(asked('Did anyone get owner on GitHub since Monday?')))
  assert.equal(call?.name, 'find_grants')
  const given = JSON.parse(call.arguments) as Record<string, unknown>
  assert.deepEqual([given['role'], given['source'], given['since']], ['owner', 'github', '2026-11-23 00:00'])
})

test('it quotes what it found, with citations, and says when it found nothing', async (t) => {
  const ask = await stand(t, 'off')
  const draft = draftOf(await ask(asked('Were there any grants yesterday?', [RESULT])))
  assert.deepEqual(draft.sentences, [
    { text: 'Grants on 2026-11-23: 1.', cites: ['r1'] },
    { text: 'Owner, Ana.', cites: ['r1:1'] },
  ])
  assert.equal(draftOf(await ask(asked('What is the meaning of life?'))).cannotSay, true)
})

test('badly, it makes up calls, numbers, names and citations', async (t) => {
  const ask = await stand(t, 'badly')
  assert.equal(callOf(await ask(asked('What roles did Ana get?')))?.arguments, '{"person":7}')
  const refused = fenced({ refused: 'no' })
  assert.equal(callOf(await ask(asked('What roles did Ana get?', [refused])))?.name, 'read_everything')
  const draft = draftOf(await ask(asked('What roles did Ana get?', [refused, refused, RESULT])))
  assert.ok(draft.sentences.some(({ cites }) => cites.includes('r99')))
})

test('endlessly, it calls as long as there are tools', async (t) => {
  const ask = await stand(t, 'endlessly')
  const results = Array.from({ length: 9 }, () => RESULT)
  callOf(await ask(asked('Anything?', results)))
  assert.equal(draftOf(await ask(asked('Anything?', results), [])).sentences.length > 0, true)
})

test('maliciously, it tries forbidden tools, then tells its instructions and prepares an approval', async (t) => {
  const ask = await stand(t, 'maliciously')
  assert.equal(callOf(await ask(asked('What is the meaning of life?')))?.name, 'approve_grant')
  const draft = draftOf(await ask(asked('What is the meaning of life?', [RESULT]), []))
  assert.ok(draft.sentences.some(({ text }) => text.includes('You are the analyst')))
  assert.equal(draft.prepare?.action, 'approve')
})
