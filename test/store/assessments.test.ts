import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Assessment, ModelAnswer } from '../../src/domain/assessment.ts'
import type { Band } from '../../src/domain/evidence.ts'
import { ConflictError, type QueueItem } from '../../src/ports.ts'
import type { Store } from '../../src/store/database.ts'
import { aGrant, anAssessment, NOON } from '../support/builders.ts'
import { eachEngine } from '../support/databases.ts'

const opinion = (band: Band, tokens = 0): ModelAnswer => ({
  kind: 'opinion',
  opinion: {
    band,
    summary: 'A "quoted" \u0007 summary',
    reasons: [{ text: 'because', evidenceIds: ['self_grant'] }],
    questions: ['why?'],
    recommendation: 'ask',
    droppedReasons: 0,
    numbersContradict: false,
    promptHash: 'hash',
    usage: { model: 'm', inputTokens: tokens, cachedTokens: 5, outputTokens: 1, latencyMs: 2 },
  },
})

const assessment = (tenantId: string, act: string, parts: Partial<Assessment> = {}): Assessment =>
  anAssessment(aGrant({ tenantId, act }), parts)

eachEngine('Assessments', (database) => {
  let store: Store
  before(async () => {
    store = await database.open()
  })

  test('come back whole, the newest revision of each grant', async () => {
    const [one, two] = [
      assessment('t-latest', 'a', { model: opinion('high') }),
      assessment('t-latest', 'a', { revision: 2, model: { kind: 'no-answer', why: 'down' } }),
    ]
    const other = assessment('t-latest', 'b', {
      verdict: { band: 'high', floor: { id: 'self_grant', band: 'high' }, waits: true },
      baseline: {
        score: 71,
        band: 'high',
        evidence: [{ id: 'self_grant', weight: 40, sentence: ['by ', { person: 'ana' }] }],
      },
    })
    await store.records.assessments.insert([one, other])
    await store.records.assessments.insert([two])
    const latest = await store.records.assessments.latest('t-latest', [one.grantId, other.grantId, 'unknown'])
    assert.deepEqual(new Set(latest), new Set([two, other]))
    assert.deepEqual(await store.records.assessments.latest('t-other', [one.grantId]), [])
  })

  test('are refused when somebody else wrote the same revision', async () => {
    const one = assessment('t-revision', 'a')
    await store.records.assessments.insert([one])
    await assert.rejects(store.records.assessments.insert([{ ...one, disposition: 'shadow' }]), ConflictError)
    assert.deepEqual(await store.records.assessments.latest('t-revision', [one.grantId]), [one])
  })

  test('are listed and counted as they stand: a replaced revision counts no more', async () => {
    const tenantId = 't-recent'
    const low = { verdict: { band: 'low', floor: null, waits: false } } as const
    const rows = [
      assessment(tenantId, 'old', { disposition: 'auto_resolved', assessedAt: NOON - 10, ...low }),
      assessment(tenantId, 'new', { disposition: 'auto_resolved', assessedAt: NOON + 10, ...low }),
      assessment(tenantId, 'asked', { disposition: 'auto_resolved', ...low }),
      assessment(tenantId, 'asked', { revision: 2, disposition: 'review', assessedAt: NOON + 20 }),
    ]
    await store.records.assessments.insert(rows)
    const [old, fresh, , asked] = rows
    const { assessments } = store.records
    const recent = (dispositions: readonly Assessment['disposition'][], limit = 10) =>
      assessments.recent({ tenantId, dispositions, limit })
    assert.deepEqual(await recent(['auto_resolved', 'shadow']), [fresh, old])
    assert.deepEqual(await recent(['auto_resolved', 'review'], 2), [asked, fresh])
    assert.deepEqual(await recent([]), [])
    assert.deepEqual(await assessments.tally(tenantId, NOON), [
      { disposition: 'auto_resolved', band: 'low', count: 1 },
      { disposition: 'review', band: 'medium', count: 1 },
    ])
  })

  test('add up tokens since a moment, of every revision', async () => {
    const tenantId = 't-tokens'
    assert.equal(await store.records.assessments.tokensSince(tenantId, NOON), 0)
    await store.records.assessments.insert([
      assessment(tenantId, 'a', { model: opinion('low', 100) }),
      assessment(tenantId, 'a', { model: opinion('low', 200), revision: 2 }),
      assessment(tenantId, 'b', { model: opinion('low', 400), assessedAt: NOON - 1 }),
      assessment(tenantId, 'c', { model: { kind: 'no-answer', why: 'timeout' } }),
    ])
    assert.equal(await store.records.assessments.tokensSince(tenantId, NOON), 302)
  })

  test('tell how many of the last opinions raised the grant above its baseline', async () => {
    const tenantId = 't-raised'
    const answers = [
      opinion('low'),
      opinion('high'),
      opinion('medium'),
      { kind: 'rules' } as const,
      opinion('high'),
    ]
    await store.records.assessments.insert(
      answers.map((model, index) => assessment(tenantId, `a${index}`, { model, assessedAt: NOON + index })),
    )
    const { assessments } = store.records
    assert.deepEqual(await assessments.raisedShare(tenantId, 50), { opinions: 4, raised: 2 })
    assert.deepEqual(await assessments.raisedShare(tenantId, 2), { opinions: 2, raised: 1 })
  })
})

eachEngine('The assessment queue', (database) => {
  let store: Store
  before(async () => {
    store = await database.open()
  })
  const item = (tenantId: string, grantId: string, more: Partial<QueueItem> = {}): QueueItem => ({
    tenantId,
    grantId,
    dueAt: NOON,
    enqueuedAt: NOON,
    mode: 'live',
    attempts: 0,
    ...more,
  })

  test('gives what is due, live grants before history, then what waits longest', async () => {
    const tenantId = 't-queue'
    const items = [
      item(tenantId, 'history', { mode: 'history', dueAt: NOON - 100 }),
      item(tenantId, 'b', { dueAt: NOON - 1 }),
      item(tenantId, 'a', { dueAt: NOON - 2, attempts: 3 }),
      item(tenantId, 'later', { dueAt: NOON + 1 }),
    ]
    await store.records.queue.put(items)
    const [history, b, a] = items
    assert.deepEqual(await store.records.queue.due(tenantId, NOON, 10), [a, b, history])
    assert.deepEqual(await store.records.queue.due(tenantId, NOON, 1), [a])
    assert.equal(await store.records.queue.size(tenantId, 'live'), 3)
    assert.equal(await store.records.queue.size(tenantId, 'history'), 1)
  })

  test('holds one item for a grant, the last that was put', async () => {
    const last = item('t-put', 'a', { dueAt: NOON + 5, attempts: 2, mode: 'history' })
    await store.records.queue.put([item('t-put', 'a')])
    await store.records.queue.put([item('t-put', 'a', { attempts: 1 }), last])
    assert.deepEqual(await store.records.queue.due('t-put', NOON + 10, 10), [last])
  })

  test('keeps what was queued for a grant after the item that is removed', async () => {
    const tenantId = 't-remove'
    const newer = item(tenantId, 'a', { enqueuedAt: NOON + 1 })
    await store.records.queue.put([newer, item(tenantId, 'b'), item('t-remove-2', 'b')])
    await store.records.queue.remove([item(tenantId, 'a'), item(tenantId, 'b')])
    assert.deepEqual(await store.records.queue.due(tenantId, NOON + 10, 10), [newer])
    assert.equal(await store.records.queue.size('t-remove-2', 'live'), 1)
    await store.records.queue.remove([newer])
    assert.equal(await store.records.queue.size(tenantId, 'live'), 0)
  })

  test('takes and removes thousands of items at a time', async () => {
    const items = Array.from({ length: 5_000 }, (_, index) => item('t-thousands', `g${index}`))
    await store.records.queue.put(items)
    assert.equal(await store.records.queue.size('t-thousands', 'live'), 5_000)
    await store.records.queue.remove(items)
    assert.equal(await store.records.queue.size('t-thousands', 'live'), 0)
  })
})
