import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KnownBlock } from '@slack/types'
import fc from 'fast-check'
import type { Answer, LeftOut } from '../../../src/domain/answer.ts'
import { answerEnding, postedBlocks, sentenceParagraph } from '../../../src/slack/views/answer.ts'
import { anAnswer, aResult, aSentence, GRANT_ID } from '../support/builders.ts'
import { assertMessageFits, assertNothingInjected, textsIn } from '../support/fits.ts'
import { hostileText } from '../support/hostile.ts'

const CARD = 'https://northwind.slack.com/archives/C0REVIEW/p1795525511000100'
const URLS = new Map([[GRANT_ID, CARD]])
const SHOWN = { urls: URLS, tables: true, charts: true }
const QUERY = {
  apl: "['okta-logs']\n| limit 51",
  from: Date.UTC(2026, 10, 24, 1),
  to: Date.UTC(2026, 10, 24, 3),
}

function ending(answer: Answer, options = SHOWN): KnownBlock[] {
  // Charts are not among the SDK's blocks yet.
  return JSON.parse(JSON.stringify(answerEnding(answer, options)))
}

function assertFits(answer: Answer, options = SHOWN): void {
  const paragraphs = answer.sentences.map((sentence) => sentenceParagraph(sentence, options.urls))
  const steps = [{ id: 'a', title: 'Reading', state: 'done' }] as const
  const blocks = [...postedBlocks(steps, paragraphs), ...ending(answer, options)]
  assertMessageFits({ text: 'An answer', blocks })
  assertNothingInjected(blocks)
}

const FULL = anAnswer({
  sentences: [
    aSentence('G-7K2Q9XM: Ana Torres was given Super Administrator.'),
    aSentence('Nobody else holds it.', { cites: [{ resultId: 'r2', row: null, grantId: null }] }),
  ],
  removed: [
    { text: 'x', why: 'no citation' },
    { text: 'y', why: 'name not in the data' },
  ],
  table: { title: 'Roles of Ana', columns: ['role', 'standing'], rows: [['Owner', true]] },
  chart: { title: 'By hour', bars: [{ label: '03:00', value: 4 }] },
  cited: [aResult(), aResult({ id: 'r2', title: 'Events of Ana', total: 2, query: QUERY })],
  prepared: { grantId: GRANT_ID, action: 'revoke', reason: 'She left' },
  leftOut: ['time'],
  model: null,
})

test('all that can stand below an answer', (t) => {
  t.assert.snapshot(ending(FULL))
  assertFits(FULL)
})

test('a code that a sentence names is the link itself, others follow it, sources have their number', () => {
  const shown = FULL.sentences.map((sentence) => sentenceParagraph(sentence, URLS))
  assert.equal(shown[0]?.markdown, `[G-7K2Q9XM](${CARD}): Ana Torres was given Super Administrator.`)
  assert.equal(shown[0]?.mrkdwn, `<${CARD}|G-7K2Q9XM>: Ana Torres was given Super Administrator.`)
  assert.equal(shown[1]?.markdown, 'Nobody else holds it. (source 2)')
  const several = ['a', 'b', 'c', 'd', 'e'].map((letter) => letter.repeat(26))
  const cites = several.map((grantId) => ({ resultId: 'r1', row: 1, grantId }))
  assert.match(
    sentenceParagraph(aSentence('Five of them.', { cites }), URLS).markdown,
    /^Five of them\. \(`G-AAAAAAA`, `G-BBBBBBB`, `G-CCCCCCC`, 2 more\)$/,
  )
})

test('a cited grant without a card can be explained with a button', () => {
  const text = JSON.stringify(ending(anAnswer(), { ...SHOWN, urls: new Map() }))
  assert.match(text, new RegExp(`"Explain G-7K2Q9XM".*"action_id":"answer:explain","value":"${GRANT_ID}"`))
})

test('buttons of several grants without a card make a message that Slack takes', () => {
  const ids = ['7', '8', '9', 'A'].map((first) => `${first}K2Q9XM0000000000000000000`)
  const sentences = ids.map((grantId) => aSentence('One.', { cites: [{ resultId: 'r1', row: 1, grantId }] }))
  const prepared = { grantId: GRANT_ID, action: 'revoke', reason: 'She left' } as const
  const answer = anAnswer({ sentences, prepared })
  const options = { ...SHOWN, urls: new Map() }
  assertFits(answer, options)
  assert.deepEqual(
    textsIn(ending(answer, options)).filter((text) => /^(?:Revoke|Explain) /.test(text)),
    ['Revoke G-7K2Q9XM', 'Explain G-7K2Q9XM', 'Explain G-8K2Q9XM', 'Explain G-9K2Q9XM'],
  )
})

test('an answer that knows nothing says so, and one that knows a part says that', () => {
  const nothing = anAnswer({ sentences: [], cannotSay: true, cited: [] })
  assert.match(textsIn(ending(nothing)).join('\n'), /I don’t know: the data does not say\./)
  assert.match(textsIn(ending(anAnswer({ cannotSay: true }))).join('\n'), /The rest the data does not say\./)
})

test('rules that did not understand a question say what they answer, not what the data holds', () => {
  const nothing = anAnswer({ sentences: [], cannotSay: true, cited: [], model: null })
  const text = textsIn(ending(nothing)).join('\n')
  assert.match(text, /Without a model I answer common questions only/)
  assert.doesNotMatch(text, /the data does not say/)
})

test('who asks for a decision and gets no button is told why in one sentence', () => {
  const told = (why: NonNullable<Answer['notPrepared']>['why'], grantId: string | null = GRANT_ID) =>
    textsIn(ending(anAnswer({ sentences: [], notPrepared: { grantId, why } }))).join('\n')
  assert.match(told('not-a-reviewer'), /Only reviewers decide on cases, and you are not one/)
  assert.match(told('grantee'), /the role was given to you/)
  assert.match(told('settled'), /`G-7K2Q9XM` is not open for that/)
  assert.match(told('which-case', null), /Which case do you mean\?/)
})

test('every reason why something was left out has words', () => {
  const all: readonly LeftOut[] = [
    'turns',
    'tool calls',
    'queries of Axiom',
    'tokens',
    'time',
    'stopped',
    'model down',
    'model refused',
  ]
  const text = textsIn(ending(anAnswer({ leftOut: all }))).join('\n')
  assert.match(text, /This answer is not complete: .*turns.*look-ups.*Axiom queries.*token.*time.*stopped/)
  assert.doesNotMatch(text, /undefined/)
})

test('hostile and huge answers fit, inject nothing, and put nothing but an id into a button', () => {
  const cell = fc.oneof(hostileText, fc.integer(), fc.boolean(), fc.constant(null))
  fc.assert(
    fc.property(
      hostileText,
      fc.array(cell, { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      (text, cells, asBlocks) => {
        const answer = anAnswer({
          sentences: Array.from({ length: 14 }, () => aSentence(text || 'x')),
          table: {
            title: text,
            columns: cells.map(() => text),
            rows: Array.from({ length: 20 }, () => cells),
          },
          chart: { title: text, bars: Array.from({ length: 30 }, (_, value) => ({ label: text, value })) },
          cited: Array.from({ length: 9 }, (_, index) =>
            aResult({ id: `r${index + 1}`, title: text, query: { ...QUERY, apl: text } }),
          ),
          prepared: { grantId: GRANT_ID, action: 'approve', reason: text },
          removed: [{ text, why: 'no citation' }],
        })
        const options = { ...SHOWN, tables: asBlocks, charts: asBlocks }
        assertFits(answer, options)
        const values = [...JSON.stringify(ending(answer, options)).matchAll(/"value":"([^"]*)"/g)].map(
          ([, value]) => value,
        )
        for (const value of values) assert.match(value ?? '', /^(?:good:|bad:)?answer-1$/)
      },
    ),
    { numRuns: 60 },
  )
})
