import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RulingInput, ruleOn } from '../../src/domain/decision.ts'
import { NEXT, REVIEW_STATES } from '../../src/domain/review.ts'
import { aGrant, aReview, NOON } from '../support/builders.ts'

const MINUTE = 60_000
const rule = (
  parts: Partial<RulingInput> & { state?: (typeof REVIEW_STATES)[number]; band?: 'medium' | 'high' },
) =>
  ruleOn({
    review: aReview(aGrant(), { state: parts.state ?? 'open', band: parts.band ?? 'medium' }),
    action: 'approve',
    reason: null,
    tier: 'T1',
    standing: true,
    now: NOON,
    decidedAt: null,
    reopenMs: 60 * MINUTE,
    ...parts,
  })

test('a medium grant is approved without a reason, a high one needs one', () => {
  assert.equal(rule({}).kind, 'allowed')
  assert.equal(rule({ band: 'high' }).kind, 'reason-needed')
  assert.equal(rule({ band: 'high', reason: 'Planned, see CHG-1' }).kind, 'allowed')
})

test('a revoke always needs a reason, and blanks are none', () => {
  assert.equal(rule({ action: 'revoke' }).kind, 'reason-needed')
  assert.equal(rule({ action: 'revoke', reason: '  \n' }).kind, 'reason-needed')
  assert.deepEqual(rule({ action: 'revoke', reason: 'She left' }), {
    kind: 'allowed',
    stateAfter: 'revoking',
    escalates: false,
    singleApproval: false,
  })
})

test('a standing T0 that one person approves is marked as single', () => {
  const ruling = rule({ tier: 'T0' })
  assert.equal(ruling.kind === 'allowed' && ruling.singleApproval, true)
  const activation = rule({ tier: 'T0', standing: false })
  assert.equal(activation.kind === 'allowed' && activation.singleApproval, false)
})

test('no action but reopen is possible once a review is settled', () => {
  for (const state of REVIEW_STATES.filter((one) => one !== 'open'))
    for (const action of ['approve', 'revoke', 'escalate'] as const)
      assert.deepEqual(rule({ state, action, reason: 'because' }), { kind: 'settled', state })
})

test('a decision can be reopened for a while, a confirmed revoke cannot', () => {
  const soon = { action: 'reopen' as const, decidedAt: NOON - MINUTE }
  assert.equal(rule({ ...soon, state: 'approved' }).kind, 'allowed')
  assert.equal(rule({ ...soon, state: 'revoking' }).kind, 'allowed')
  assert.equal(rule({ ...soon, state: 'revoked' }).kind, 'settled')
  assert.equal(rule({ ...soon, state: 'approved', decidedAt: NOON - 61 * MINUTE }).kind, 'too-late')
})

test('escalating twice is told apart from escalating', () => {
  assert.equal(rule({ action: 'escalate' }).kind, 'allowed')
  const escalated = aReview(aGrant(), { escalatedAt: NOON })
  assert.equal(rule({ action: 'escalate', review: escalated }).kind, 'already-escalated')
})

test('every ruling leads to a state that the table of transitions allows', () => {
  for (const state of REVIEW_STATES)
    for (const action of ['approve', 'revoke', 'escalate', 'reopen'] as const) {
      const ruling = rule({ state, action, reason: 'because', decidedAt: NOON })
      if (ruling.kind === 'allowed' && ruling.stateAfter !== state)
        assert.ok(NEXT[state].includes(ruling.stateAfter))
    }
})
