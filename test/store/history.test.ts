import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Grant } from '../../src/domain/grant.ts'
import { emptyProfile, factsOf, learn } from '../../src/domain/history.ts'
import { LOOK_BACK_ROWS } from '../../src/domain/history-log.ts'
import type { ReviewState } from '../../src/domain/review.ts'
import type { Store } from '../../src/store/database.ts'
import { aGrant, aReview, type GrantParts, NOON } from '../support/builders.ts'
import { eachEngine } from '../support/databases.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Repeatable chance, so that a failure can be looked into. */
function chance(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return (state >>> 8) % below
  }
}

const KINDS: readonly GrantParts[] = [
  {},
  {},
  {},
  {},
  { justification: 'on call' },
  { ticket: 'OPS-1' },
  { kind: 'removal', direction: 'taken' },
  { kind: 'eligible' },
  { kind: 'activate', standing: false },
  { kind: 'context', direction: 'none' },
  { outcome: 'failure' },
  { firstSeen: true },
  { grantor: null },
]

/** A ledger in which all that facts depend on occurs: ties, shared acts, refusals, people who give and receive. */
function aLedger(tenantId: string, count: number): readonly Grant[] {
  const next = chance(42)
  const grants = new Map<string, Grant>()
  for (let index = 0; index < count; index += 1) {
    const act = Math.floor(index / 3)
    const grant = aGrant({
      tenantId,
      feedId: ['okta', 'github'][next(2)] ?? 'okta',
      act: `act-${act}`,
      occurredAt: NOON - (count - act * 3) * 10 * MINUTE_MS + next(3) * 20_000,
      grantor: next(3) > 0 ? 'hot@northwind.example' : `admin${next(4)}@northwind.example`,
      grantee: next(8) > 0 ? `person${next(12)}@northwind.example` : `admin${next(4)}@northwind.example`,
      role: { id: `role-${next(6)}`, tier: (['T0', 'T1', 'T2'] as const)[next(3)] ?? 'T2' },
      ...KINDS[next(KINDS.length)],
    })
    grants.set(grant.id, grant)
  }
  return [...grants.values()]
}

async function insert(store: Store, grants: readonly Grant[]): Promise<void> {
  await store.transaction((records) => records.ledger.insert(grants))
}

async function decide(
  store: Store,
  grant: Grant,
  decision: { action: 'approve' | 'revoke'; state: ReviewState; at: number },
): Promise<void> {
  await store.records.reviews.insert([aReview(grant, { state: decision.state })])
  await store.records.decisions.insert({
    id: `decision-${grant.id}`,
    tenantId: grant.tenantId,
    grantId: grant.id,
    action: decision.action,
    reason: 'because',
    actor: { slackUserId: 'U0MAYA', name: 'Maya', email: null },
    decidedAt: decision.at,
    stateBefore: 'open',
    stateAfter: decision.state,
    singleApproval: false,
  })
}

eachEngine('history', (database) => {
  test('facts from the database are those of a fold over the same rows, in one batch and one by one', async () => {
    const store = await database.open()
    const ledger = aLedger('t-fold', 1_500)
    await insert(store, ledger)
    await insert(store, aLedger('t-other', 60))
    const folded = emptyProfile()
    learn(folded, ledger)
    const together = await store.records.history.load('t-fold', ledger.slice(-500))
    for (const [index, grant] of ledger.slice(-500).entries()) {
      const expected = factsOf(folded, grant)
      assert.deepEqual(factsOf(together, grant), expected)
      if (index % 25 !== 0) continue
      const alone = await store.records.history.load('t-fold', [grant])
      assert.deepEqual(factsOf(alone, grant), expected)
    }
    const hot = factsOf(folded, ledger.at(-1) ?? aGrant())
    assert.equal(hot.feed.grants, LOOK_BACK_ROWS.feed)
  })

  test('a batch with one event from long ago is cut in two and finds the same facts', async () => {
    const store = await database.open()
    const tenantId = 't-late'
    const old = aGrant({ tenantId, act: 'old', occurredAt: NOON - 400 * DAY_MS })
    const between = Array.from({ length: 20_300 }, (_, index) =>
      aGrant({ tenantId, act: `b-${index}`, occurredAt: NOON - 300 * DAY_MS + index * MINUTE_MS }),
    )
    const now = aGrant({ tenantId, act: 'now', occurredAt: NOON })
    for (let start = 0; start < between.length; start += 5_000)
      await insert(store, between.slice(start, start + 5_000))
    await insert(store, [old, now])
    const folded = emptyProfile()
    learn(folded, [old, ...between, now])
    const profile = await store.records.history.load(tenantId, [now, old])
    for (const grant of [old, now]) assert.deepEqual(factsOf(profile, grant), factsOf(folded, grant))
    // All rows between the two lie within the span of the batch; held whole they would be 20,300.
    const rows = [...profile.logs.grantor.values()].flat()
    assert.ok(rows.length <= LOOK_BACK_ROWS.grantor + 2)
  })

  test('reviewers’ decisions that still stand are remembered, for the same person, role, scope and feed', async () => {
    const store = await database.open()
    const tenantId = 't-outcomes'
    const past = (act: string, parts: GrantParts = {}) =>
      aGrant({ tenantId, act, occurredAt: NOON - 5 * DAY_MS, ...parts })
    const cases = [
      { role: 'approved', action: 'approve', state: 'approved', approvedAt: true, revokedAt: false },
      { role: 'revoked', action: 'revoke', state: 'revoking', approvedAt: false, revokedAt: true },
      { role: 'overdue', action: 'revoke', state: 'overdue', approvedAt: false, revokedAt: true },
      { role: 'reopened', action: 'approve', state: 'open', approvedAt: false, revokedAt: false },
      { role: 'moot', action: 'revoke', state: 'moot', approvedAt: false, revokedAt: false },
    ] as const
    const decidedAt = NOON - 4 * DAY_MS
    for (const { role, action, state } of cases) {
      const grant = past(`past-${role}`, { role: { id: role } })
      await insert(store, [grant])
      await decide(store, grant, { action, state, at: decidedAt })
    }
    const again = cases.map(({ role }) => aGrant({ tenantId, act: 'again', role: { id: role } }))
    const elsewhere = aGrant({ tenantId, act: 'elsewhere', feedId: 'github', role: { id: 'approved' } })
    const tooEarly = past('too-early', { role: { id: 'approved' }, occurredAt: decidedAt })
    const profile = await store.records.history.load(tenantId, [...again, elsewhere, tooEarly])
    for (const [index, expected] of cases.entries()) {
      const grant = again[index]
      assert.ok(grant)
      assert.deepEqual(factsOf(profile, grant).outcome, {
        approvedAt: expected.approvedAt ? decidedAt : null,
        revokedAt: expected.revokedAt ? decidedAt : null,
      })
    }
    for (const grant of [elsewhere, tooEarly])
      assert.deepEqual(factsOf(profile, grant).outcome, { approvedAt: null, revokedAt: null })
  })

  test('names that look like statements or like each other are only names', async () => {
    const store = await database.open()
    const tenantId = 't-names'
    const hostile = aGrant({
      tenantId,
      act: 'first',
      occurredAt: NOON - DAY_MS,
      grantee: "x'); drop table grants; --",
      role: { id: 'a\u001fb', scope: 'c' },
    })
    const alike = { ...hostile, act: 'second', id: 'g2', grantKey: 'k2', occurredAt: NOON }
    const other = {
      ...alike,
      id: 'g3',
      grantKey: 'k3',
      role: { ...hostile.role, id: 'a', scope: 'b\u001fc' },
    }
    await insert(store, [hostile, alike, other])
    const profile = await store.records.history.load(tenantId, [alike, other])
    assert.equal(factsOf(profile, alike).grantee.sameRole.givenAt, NOON - DAY_MS)
    assert.equal(factsOf(profile, other).grantee.sameRole.givenAt, null)
  })

  test('an empty batch and a first grant have no past', async () => {
    const store = await database.open()
    assert.equal((await store.records.history.load('t-none', [])).logs.grantor.size, 0)
    const grant = aGrant({ tenantId: 't-none' })
    await insert(store, [grant])
    const facts = factsOf(await store.records.history.load('t-none', [grant]), grant)
    assert.equal(facts.feed.firstAt, null)
    assert.equal(facts.grantor?.grants, 0)
  })
})
