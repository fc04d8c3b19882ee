import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Decision } from '../../src/domain/decision.ts'
import type { Review, ReviewState } from '../../src/domain/review.ts'
import type { Card } from '../../src/domain/review-case.ts'
import { type Click, ConflictError } from '../../src/ports.ts'
import type { Store } from '../../src/store/database.ts'
import { aGrant, aReview, NOON } from '../support/builders.ts'
import { eachEngine } from '../support/databases.ts'

const reviewOf = (tenantId: string, act: string, parts: Partial<Review> = {}): Review =>
  aReview(aGrant({ tenantId, act }), parts)

const ids = (reviews: readonly Review[]) => reviews.map((review) => review.grantId)

eachEngine('Reviews', (database) => {
  let store: Store
  before(async () => {
    store = await database.open()
  })

  test('come back as they were put in, and are opened once', async () => {
    const review = reviewOf('t-reviews', 'a', {
      state: 'revoking',
      dueAt: NOON + 1,
      escalatedAt: NOON + 2,
      alreadyGoneAt: NOON + 3,
      reopenedAt: NOON + 4,
      settledByGrantId: 'other',
      blind: true,
      origin: 'person',
      band: 'high',
    })
    await store.records.reviews.insert([review])
    assert.deepEqual(await store.records.reviews.byIds('t-reviews', [review.grantId, 'unknown']), [review])
    assert.deepEqual(await store.records.reviews.byIds('t-other', [review.grantId]), [])
    const both = [reviewOf('t-reviews', 'b'), { ...review, state: 'open' as const }]
    await assert.rejects(store.records.reviews.insert(both), ConflictError)
    assert.deepEqual(await store.records.reviews.byIds('t-reviews', ids(both)), [review])
  })

  test('put their grantor under suspicion until approved, whoever a later record says it was', async () => {
    const { ledger, reviews } = store.records
    const grantOf = (act: string, grantor: string) => aGrant({ tenantId: 't-suspects', act, grantor })
    const [asked, low, approved] = [
      grantOf('asked', 'mallory@x.example'),
      grantOf('low', 'lou@x.example'),
      grantOf('approved', 'ann@x.example'),
    ]
    await ledger.insert([asked, low, approved])
    await reviews.insert([
      aReview(asked, { state: 'open', band: 'medium' }),
      aReview(low, { state: 'open', band: 'low' }),
      aReview(approved, { state: 'approved', band: 'high' }),
    ])
    const everybody = ['mallory@x.example', 'lou@x.example', 'ann@x.example', 'eve@x.example']
    const suspects = async (since: number) => [...(await reviews.suspects('t-suspects', everybody, since))]
    const { openedAt } = aReview(asked)
    assert.deepEqual(await suspects(openedAt), ['mallory@x.example'])
    assert.deepEqual(await suspects(openedAt + 1), [], 'not for what was opened before')
    assert.deepEqual([...(await reviews.suspects('t-other', everybody, 0))], [])
    await ledger.replace([{ ...grantOf('asked', 'eve@x.example'), id: asked.id, grantKey: asked.grantKey }])
    assert.deepEqual(await suspects(openedAt), ['eve@x.example'])
  })

  test('change for the first of two who saw the same version, and not for the second', async () => {
    const other = await database.open()
    const review = reviewOf('t-cas', 'a')
    await store.records.reviews.insert([review])
    const change = (state: ReviewState) => ({ ...review, state, version: 2, updatedAt: NOON + 1 })
    const outcomes = await Promise.all([
      store.transaction((records) => records.reviews.compareAndSet(change('approved'))),
      other.transaction((records) => records.reviews.compareAndSet(change('revoking'))),
    ])
    assert.deepEqual([...outcomes].sort(), [false, true])
    const winner = change(outcomes[0] ? 'approved' : 'revoking')
    assert.deepEqual(await store.records.reviews.byIds('t-cas', [review.grantId]), [winner])
    assert.equal(await store.records.reviews.compareAndSet({ ...review, version: 2 }), false)
    assert.equal(await store.records.reviews.compareAndSet({ ...review, version: 9 }), false)
    assert.equal(
      await store.records.reviews.compareAndSet(reviewOf('t-cas', 'unknown', { version: 2 })),
      false,
    )
  })

  test('are listed by state, highest band first, then oldest', async () => {
    const rows = [
      reviewOf('t-list', 'low', { band: 'low' }),
      reviewOf('t-list', 'high-late', { band: 'high', openedAt: NOON + 5 }),
      reviewOf('t-list', 'medium', { state: 'overdue' }),
      reviewOf('t-list', 'high-early', { band: 'high', openedAt: NOON - 5 }),
      reviewOf('t-list', 'approved', { state: 'approved', band: 'high' }),
    ]
    await store.records.reviews.insert(rows)
    const [low, late, medium, early] = ids(rows)
    const listed = async (states: readonly ReviewState[], limit = 10) =>
      ids(await store.records.reviews.inStates('t-list', states, limit))
    assert.deepEqual(await listed(['open', 'overdue']), [early, late, medium, low])
    assert.deepEqual(await listed(['open', 'overdue'], 2), [early, late])
    assert.deepEqual(await listed(['moot']), [])
    assert.deepEqual(await listed([]), [])
    const counts = await store.records.reviews.countByState('t-list')
    assert.deepEqual(
      counts,
      new Map([
        ['approved', 1],
        ['open', 3],
        ['overdue', 1],
      ] as const),
    )
  })

  test('are overdue from their deadline on while they wait for the source or the model', async () => {
    const rows = [
      reviewOf('t-due', 'late', { state: 'revoking', dueAt: NOON }),
      reviewOf('t-due', 'later', { state: 'waiting', dueAt: NOON - 10 }),
      reviewOf('t-due', 'open', { dueAt: NOON - 20 }),
      reviewOf('t-due', 'not yet', { state: 'waiting', dueAt: NOON + 1 }),
      reviewOf('t-due', 'never', { state: 'revoking' }),
    ]
    await store.records.reviews.insert(rows)
    const [late, later] = ids(rows)
    assert.deepEqual(ids(await store.records.reviews.overdue('t-due', NOON, 10)), [later, late])
    assert.deepEqual(ids(await store.records.reviews.overdue('t-due', NOON, 1)), [later])
  })

  test('are found by feed, grantees and state', async () => {
    const tenantId = 't-grantees'
    const grants = [
      aGrant({ tenantId, act: '1', grantee: 'Ana' }),
      aGrant({ tenantId, act: '2', grantee: 'dev' }),
      aGrant({ tenantId, act: '3', grantee: 'ana', feedId: 'other' }),
      aGrant({ tenantId, act: '4', grantee: 'ana' }),
    ]
    const states: readonly ReviewState[] = ['open', 'open', 'open', 'approved']
    await store.records.ledger.insert(grants)
    const rows = grants.map((grant, index) => aReview(grant, { state: states[index] ?? 'open' }))
    await store.records.reviews.insert(rows)
    const query = { tenantId, feedId: 'okta-logs', granteeKeys: ['ana', 'nobody'] }
    const find = (wanted: readonly ReviewState[]) =>
      store.records.reviews.forGrantees({ ...query, states: wanted })
    assert.deepEqual(await find(['open', 'revoking']), [rows[0]])
    assert.deepEqual(await find([]), [])
  })
})

eachEngine('Decisions and clicks', (database) => {
  let store: Store
  before(async () => {
    store = await database.open()
  })
  const decision = (id: string, more: Partial<Decision> = {}): Decision => ({
    id,
    tenantId: 't-decided',
    grantId: 'g1',
    action: 'approve',
    reason: null,
    actor: { slackUserId: 'U0DEV', name: "D'ev", email: null },
    decidedAt: NOON,
    stateBefore: 'open',
    stateAfter: 'approved',
    singleApproval: true,
    ...more,
  })

  test('decisions are listed per grant oldest first, newest overall, and counted by action', async () => {
    const { decisions } = store.records
    const rows = [
      decision('d2', { decidedAt: NOON + 2, action: 'reopen', reason: 'a "typo"', singleApproval: false }),
      decision('d1'),
      decision('d3', { grantId: 'g2', decidedAt: NOON + 3 }),
    ]
    for (const row of rows) await decisions.insert(row)
    const [second, first, third] = rows
    assert.deepEqual(await decisions.forGrants('t-decided', ['g1']), [first, second])
    assert.deepEqual(await decisions.newest('t-decided', 2), [third, second])
    const tally = await decisions.tally('t-decided', NOON + 2)
    assert.deepEqual(
      new Map([...tally].sort()),
      new Map([
        ['approve', 1],
        ['reopen', 1],
      ] as const),
    )
  })

  test('a decision with the same id is refused', async () => {
    await store.records.decisions.insert(decision('twice', { tenantId: 't-twice' }))
    const again = store.records.decisions.insert(decision('twice', { tenantId: 't-twice' }))
    await assert.rejects(again, { name: 'UpstreamError', upstream: 'database', retryable: false })
  })

  test('a click is written down once, and taken up until it is finished', async () => {
    const click = (id: string, receivedAt: number): Click => ({
      id,
      tenantId: 't-clicks',
      kind: 'submission',
      action: 'revoke',
      grantId: 'g1',
      reason: 'not ours',
      slackUserId: 'U0DEV',
      channel: null,
      messageTs: null,
      receivedAt,
    })
    const { clicks } = store.records
    assert.equal(await clicks.add(click('late', NOON + 1)), true)
    assert.equal(await clicks.add(click('early', NOON)), true)
    assert.equal(await clicks.add(click('late', NOON + 9)), false)
    assert.deepEqual(await clicks.unfinished('t-clicks', 10), [click('early', NOON), click('late', NOON + 1)])
    assert.deepEqual(await clicks.unfinished('t-other', 10), [])
    await clicks.finish('t-clicks', 'early', 'decided', NOON + 5)
    assert.deepEqual(await clicks.unfinished('t-clicks', 10), [click('late', NOON + 1)])
    assert.equal(await clicks.add(click('early', NOON)), false)
  })
})

eachEngine('Cards', (database) => {
  let store: Store
  before(async () => {
    store = await database.open()
  })
  const card = (review: Review, more: Partial<Card> = {}): Card => ({
    tenantId: review.tenantId,
    grantId: review.grantId,
    channel: 'C0REVIEW',
    messageTs: null,
    intentAt: NOON,
    renderedVersion: 0,
    ...more,
  })

  test('are wanted by reviews without one and by those that changed since, open ones first', async () => {
    const tenantId = 't-cards'
    const review = (act: string, parts: Partial<Review> = {}) => reviewOf(tenantId, act, parts)
    const [fresh, urgent, changed, intended, shown] = [
      review('fresh'),
      review('urgent', { band: 'high' }),
      review('changed', { state: 'approved', version: 3, band: 'high' }),
      review('intended', { band: 'low' }),
      review('shown', { version: 2 }),
    ] as const
    const undelivered = review('undelivered', { state: 'revoking' })
    const unwanted = (['auto_resolved', 'shadow', 'waiting', 'moot', 'approved', 'revoked'] as const).map(
      (state) => review(`unwanted ${state}`, { state }),
    )
    await store.records.reviews.insert([fresh, urgent, changed, intended, shown, undelivered, ...unwanted])
    await store.records.cards.put(card(changed, { messageTs: '1.1', renderedVersion: 2 }))
    await store.records.cards.put(card(intended))
    await store.records.cards.put(card(shown))
    await store.records.cards.put(card(shown, { messageTs: '1.2', renderedVersion: 2 }))
    const outdated = await store.records.cards.outdated(tenantId, 20)
    assert.deepEqual(outdated, [urgent, fresh, intended, changed, undelivered])
    assert.deepEqual(await store.records.cards.outdated(tenantId, 1), [urgent])
    assert.deepEqual(await store.records.cards.outdated('t-other', 20), [])
  })

  test('are found by grant and by message', async () => {
    const review = reviewOf('t-message', 'a')
    const posted = card(review, { messageTs: '17.5', renderedVersion: 1 })
    await store.records.cards.put(card(review))
    await store.records.cards.put(posted)
    assert.deepEqual(await store.records.cards.forGrants('t-message', [review.grantId]), [posted])
    const find = (messageTs: string, channel = 'C0REVIEW', tenantId = 't-message') =>
      store.records.cards.byMessage({ tenantId, channel, messageTs })
    assert.deepEqual(await find('17.5'), posted)
    assert.equal(await find('17.6'), null)
    assert.equal(await find('17.5', 'C0OTHER'), null)
    assert.equal(await find('17.5', 'C0REVIEW', 't-other'), null)
  })
})
