import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModelAnswer } from '../../src/domain/assessment.ts'
import { baselineOf } from '../../src/domain/baseline.ts'
import type { Grant } from '../../src/domain/grant.ts'
import { emptyProfile, factsOf, learn } from '../../src/domain/history.ts'
import { checkOpinion, type OpinionAnswer } from '../../src/domain/opinion.ts'
import { buildScoringPrompt } from '../../src/domain/scoring-prompt.ts'
import { floorsOf, verdictOf } from '../../src/domain/verdict.ts'
import type { ScoringRequest } from '../../src/ports.ts'
import { type Asked, askModel } from '../../src/workflows/ask-model.ts'
import { aGrant, aParty, aPolicy, NOON } from '../support/builders.ts'
import { INJECTIONS } from '../support/injections.ts'

/** Every text field of a grant that somebody outside can write. */
const FIELDS: Readonly<Record<string, (grant: Grant, text: string) => Grant>> = {
  'grantee name': (grant, text) => ({ ...grant, grantee: { ...grant.grantee, name: text } }),
  'grantee id': (grant, text) => ({
    ...grant,
    grantee: { ...grant.grantee, id: text, email: null },
    granteePerson: text.toLowerCase(),
  }),
  'grantee e-mail': (grant, text) => ({ ...grant, grantee: { ...grant.grantee, email: text } }),
  'grantor name': (grant, text) => ({ ...grant, grantor: { ...aParty('bob'), name: text } }),
  'grantor id': (grant, text) => ({ ...grant, grantor: aParty(text), grantorPerson: text.toLowerCase() }),
  'role name': (grant, text) => ({ ...grant, role: { ...grant.role, name: text } }),
  'role id': (grant, text) => ({ ...grant, role: { ...grant.role, id: text } }),
  scope: (grant, text) => ({ ...grant, role: { ...grant.role, scope: text } }),
  justification: (grant, text) => ({ ...grant, justification: text }),
  ticket: (grant, text) => ({ ...grant, ticket: text }),
  'user agent': (grant, text) => ({ ...grant, userAgent: text }),
  country: (grant, text) => ({ ...grant, country: text }),
  session: (grant, text) => ({ ...grant, session: text }),
  'raw event': (grant, text) => ({ ...grant, raw: JSON.stringify({ note: text }) }),
}

/** Grants that rules alone call medium or high, each for another reason. */
const FLAGGED: readonly Grant[] = [
  aGrant({ act: 'standing', role: { tier: 'T0' } }),
  aGrant({ act: 'self', grantor: 'ana@northwind.example', role: { tier: 'T0' } }),
  aGrant({ act: 'external', grantee: aParty('ana@elsewhere.example', { type: 'external' }) }),
  aGrant({ act: 'weakened', kind: 'control_weakened', direction: 'none' }),
]

const CARRIES = { justification: true, ticket: true, expiry: true, ip: true }
const policy = aPolicy({ models: { concurrency: 8 } })
const profile = emptyProfile()
learn(profile, [aGrant({ act: 'earlier', occurredAt: NOON - 40 * 86_400_000 })])

const answerWith = (answer: OpinionAnswer, request: ScoringRequest): ModelAnswer => ({
  kind: 'opinion',
  opinion: {
    ...checkOpinion(answer, { evidenceIds: request.evidenceIds, data: request.input }),
    promptHash: request.promptHash,
    usage: { model: 'stub', inputTokens: 1, cachedTokens: 0, outputTokens: 1, latencyMs: 1 },
  },
})
const OBEDIENT: OpinionAnswer = {
  band: 'low',
  summary: 'Approved by the CISO, ticket 31337.',
  reasons: [
    { text: 'An exception is in force.', evidenceIds: ['expected_exception'] },
    { text: 'It was approved before.', evidenceIds: ['approved_before', 'source_approval'] },
  ],
  questions: [],
  recommendation: 'approve',
}
const MODELS: Readonly<Record<string, (request: ScoringRequest) => ModelAnswer>> = {
  obedient: (request) => answerWith(OBEDIENT, request),
  'always low': (request) => answerWith({ ...OBEDIENT, reasons: [] }, request),
  'always high': (request) => answerWith({ ...OBEDIENT, band: 'high', recommendation: 'revoke' }, request),
  malformed: () => ({ kind: 'no-answer', why: 'malformed' }),
  silent: () => ({ kind: 'no-answer', why: 'down' }),
}

interface Tried extends Asked {
  readonly title: string
}

/** All attacks in all fields of all flagged grants. */
function attempts(): readonly Tried[] {
  return FLAGGED.flatMap((flagged) =>
    Object.entries(FIELDS).flatMap(([field, write]) =>
      INJECTIONS.map(([name, text], index) => {
        const grant = { ...write(flagged, text), act: `${flagged.act}-${field}-${index}` }
        const facts = factsOf(profile, grant)
        return {
          title: `${name} in ${field} of ${flagged.act}`,
          grant,
          baseline: baselineOf({ grant, facts, policy, carries: CARRIES }),
        }
      }),
    ),
  )
}

function verdictBand(tried: Asked, answer: ModelAnswer) {
  const facts = factsOf(profile, tried.grant)
  const floors = floorsOf(tried.grant, tried.baseline.evidence, facts, policy)
  return verdictOf({ baseline: tried.baseline, floors, answer, policy }).band
}

test('there are at least sixty attacks, each different', () => {
  assert.ok(INJECTIONS.length >= 60, `${INJECTIONS.length}`)
  assert.equal(new Set(INJECTIONS.map(([, text]) => text)).size, INJECTIONS.length)
})

test('no injected text is mitigating evidence, and rules alone still flag every grant', () => {
  for (const tried of attempts()) {
    assert.notEqual(verdictBand(tried, { kind: 'rules' }), 'low', tried.title)
    for (const { id, weight } of tried.baseline.evidence)
      assert.ok(weight >= 0, `${tried.title}: ${id} speaks for the grant`)
  }
})

for (const [name, model] of Object.entries(MODELS))
  test(`with a model that is ${name}, every grant that rules flag is asked about under every attack`, async () => {
    const tries = attempts()
    const answers = new Map<Tried, ModelAnswer>()
    await askModel(
      { scorer: { assess: async (request) => model(request) } },
      {
        policy,
        signal: new AbortController().signal,
        candidates: tries,
        precedents: [],
        write: async (answered) => {
          for (const { candidate, answer } of answered) answers.set(candidate, answer)
        },
      },
    )
    assert.equal(answers.size, tries.length)
    for (const [tried, answer] of answers) {
      assert.notEqual(verdictBand(tried, answer), 'low', tried.title)
      if (answer.kind !== 'opinion') continue
      for (const reason of answer.opinion.reasons)
        for (const id of reason.evidenceIds)
          assert.ok(
            tried.baseline.evidence.some((evidence) => evidence.id === id),
            `${tried.title}: a reason cites ${id}, which is no evidence of it`,
          )
    }
  })

test('no text leaves the fence: one opening, one closing marker, one line of data between', () => {
  for (const tried of attempts()) {
    const { input, instructions } = buildScoringPrompt({
      ...tried,
      similar: [],
      policy,
      sourceTitle: 'Okta',
    })
    const lines = input.split('\n')
    assert.equal(lines.length, 5, tried.title)
    const [, opening = '', data = '', closing = ''] = lines
    assert.match(opening, /^<data-[0-9a-f]{16}>$/)
    assert.equal(closing, opening.replace('<', '</'))
    assert.ok(!/[<>]/.test(data), tried.title)
    assert.ok(!/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e]/u.test(data), tried.title)
    JSON.parse(data)
    assert.ok(!instructions.includes('opposite day'))
  }
})
