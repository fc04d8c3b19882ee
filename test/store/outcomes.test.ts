import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Decision } from '../../src/domain/decision.ts'
import type { Store } from '../../src/store/database.ts'
import { aGrant, anAssessment, aReview, NOON } from '../support/builders.ts'
import { eachEngine } from '../support/databases.ts'

const TENANT = 't-outcomes'

eachEngine('Outcomes of reviews', (database) => {
  let store: Store
  before(async () => {
    store = await database.open()
  })

  const decisionOn = (grantId: string, action: Decision['action'], at: number): Decision => ({
    id: `${grantId}-${action}-${at}`,
    tenantId: TENANT,
    grantId,
    action,
    reason: null,
    actor: { slackUserId: 'U0MAYA', name: 'Maya', email: null },
    decidedAt: NOON + at,
    stateBefore: 'open',
    stateAfter: 'approved',
    singleApproval: false,
  })

  test('are the newest approve or revoke of each decided review, with its verdict and origin', async () => {
    const { records } = store
    const [twice, sample, open] = ['twice', 'sample', 'open'].map((act) => aGrant({ tenantId: TENANT, act }))
    assert.ok(twice && sample && open)
    await records.reviews.insert([
      aReview(twice, { state: 'revoked' }),
      aReview(sample, { state: 'approved', origin: 'sample', blind: true }),
      aReview(open, { state: 'open' }),
    ])
    const verdict = (band: 'low' | 'high') => ({ band, floor: null, waits: false })
    await records.assessments.insert([
      anAssessment(twice, { revision: 1, verdict: verdict('low') }),
      anAssessment(twice, { revision: 2, verdict: verdict('high') }),
      anAssessment(sample, { verdict: verdict('low'), disposition: 'sample' }),
      anAssessment(open),
    ])
    for (const decision of [
      decisionOn(twice.id, 'approve', 1),
      decisionOn(twice.id, 'escalate', 3),
      decisionOn(twice.id, 'revoke', 2),
      decisionOn(sample.id, 'approve', 5),
      decisionOn(open.id, 'approve', 6),
    ])
      await records.decisions.insert(decision)
    assert.deepEqual(await records.decisions.outcomes({ tenantId: TENANT, since: NOON, limit: 10 }), [
      { origin: 'sample', band: 'low', action: 'approve', recommendation: null },
      { origin: 'policy', band: 'high', action: 'revoke', recommendation: null },
    ])
    assert.equal(
      (await records.decisions.outcomes({ tenantId: TENANT, since: NOON + 3, limit: 10 })).length,
      1,
    )
    assert.deepEqual(await records.decisions.outcomes({ tenantId: 't-other', since: 0, limit: 10 }), [])
  })
})
