import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModelAnswer } from '../../src/domain/assessment.ts'
import type { Baseline } from '../../src/domain/evidence.ts'
import type { Scorer, ScoringRequest } from '../../src/ports.ts'
import { type Asked, askModel } from '../../src/workflows/ask-model.ts'
import { aGrant, aPolicy } from '../support/builders.ts'

const opinion = (evidenceIds: readonly string[]): ModelAnswer => ({
  kind: 'opinion',
  opinion: {
    band: 'medium',
    summary: 'Odd.',
    reasons: [{ text: 'It is odd.', evidenceIds }],
    questions: [],
    recommendation: 'ask',
    droppedReasons: 0,
    numbersContradict: false,
    promptHash: 'hash',
    usage: { model: 'stub', inputTokens: 900, cachedTokens: 100, outputTokens: 50, latencyMs: 5 },
  },
})

const baseline = (score: number, ...ids: readonly string[]): Baseline => ({
  score,
  band: 'low',
  evidence: ids.map((id) => ({ id, weight: 5, sentence: [id] })),
})

const candidate = (act: string, role: string, score = 0, ...ids: readonly string[]): Asked => ({
  grant: aGrant({ act, role: { id: role, name: role } }),
  baseline: baseline(score, ...ids),
})

function recording(answer: ModelAnswer = opinion(['self_grant'])): Scorer & { requests: ScoringRequest[] } {
  const requests: ScoringRequest[] = []
  return {
    requests,
    async assess(request) {
      requests.push(request)
      return answer
    },
  }
}

async function asked(scorer: Scorer, candidates: readonly Asked[], policy = aPolicy()) {
  const answers = new Map<Asked, ModelAnswer>()
  await askModel(
    { scorer },
    {
      policy,
      signal: new AbortController().signal,
      candidates,
      precedents: [],
      write: async (answered) => {
        for (const one of answered) answers.set(one.candidate, one.answer)
      },
    },
  )
  return answers
}

test('what one act gave is asked about once, and the oddest of it speaks for all', async () => {
  const scorer = recording()
  const [plain, odd, other] = [
    candidate('act-1', 'reader-admin'),
    candidate('act-1', 'owner', 40, 'self_grant'),
    candidate('act-2', 'owner'),
  ] as const
  const answers = await asked(scorer, [plain, odd, other])
  assert.equal(answers.size, 3)
  assert.equal(scorer.requests.length, 2)
  const request = scorer.requests.find(({ input }) => input.includes('alsoGivenInThisAct'))
  assert.match(request?.input ?? '', /"alsoGivenInThisAct":1,"ofThese":\[\{[^\]]*"role":"reader-admin"/)
  assert.deepEqual(request?.evidenceIds, ['self_grant'])
})

test('a shared answer is paid for once, and gives another grant no reason that is not its own', async () => {
  const [plain, odd] = [
    candidate('act-1', 'reader-admin'),
    candidate('act-1', 'owner', 40, 'self_grant'),
  ] as const
  const answers = await asked(recording(), [plain, odd])
  const [shared, own] = [answers.get(plain), answers.get(odd)]
  assert.ok(shared?.kind === 'opinion' && own?.kind === 'opinion')
  assert.equal(own.opinion.reasons.length, 1)
  assert.deepEqual(shared.opinion.reasons, [])
  assert.equal(own.opinion.usage.inputTokens, 900)
  assert.equal(shared.opinion.usage.inputTokens + shared.opinion.usage.outputTokens, 0)
})

test('a question that costs more than a grant may is not asked, for any of the act', async () => {
  const scorer = recording()
  const policy = aPolicy({ models: { tokensPerGrant: 1_000 } })
  const answers = await asked(scorer, [candidate('act-1', 'owner'), candidate('act-1', 'admin')], policy)
  assert.deepEqual([...answers.values()], Array(2).fill({ kind: 'no-answer', why: 'over-budget' }))
  assert.equal(scorer.requests.length, 0)
})

test('no more questions are open at once than the policy allows', async () => {
  let open = 0
  let most = 0
  const scorer: Scorer = {
    async assess() {
      open += 1
      most = Math.max(most, open)
      await new Promise((resolve) => setImmediate(resolve))
      open -= 1
      return opinion([])
    },
  }
  const candidates = Array.from({ length: 20 }, (_, index) => candidate(`act-${index}`, 'owner'))
  await asked(scorer, candidates, aPolicy({ models: { concurrency: 3 } }))
  assert.equal(most, 3)
})

test('when an answer cannot be written the failure comes out, and no further question is asked', async () => {
  const scorer = recording()
  const candidates = Array.from({ length: 10 }, (_, index) => candidate(`act-${index}`, 'owner'))
  await assert.rejects(
    askModel(
      { scorer },
      {
        policy: aPolicy({ models: { concurrency: 1 } }),
        signal: new AbortController().signal,
        candidates,
        precedents: [],
        write: async () => {
          throw new Error('disk full')
        },
      },
    ),
    /disk full/,
  )
  assert.ok(scorer.requests.length < 10, `${scorer.requests.length}`)
})

test('an answer that comes once earlier ones were written is written too', async () => {
  const candidates = ['act-1', 'act-2', 'act-3'].map((act) => candidate(act, 'owner'))
  // All are asked at once; each answer comes only after the one before was written.
  const waiting: (() => void)[] = []
  const scorer: Scorer = {
    async assess() {
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
        if (waiting.length === candidates.length) waiting.shift()?.()
      })
      return opinion([])
    },
  }
  const written: Asked[] = []
  await askModel(
    { scorer },
    {
      ...{ policy: aPolicy(), signal: new AbortController().signal, candidates, precedents: [] },
      async write(answered) {
        written.push(...answered.map((one) => one.candidate))
        waiting.shift()?.()
      },
    },
  )
  assert.equal(new Set(written).size, candidates.length)
})
