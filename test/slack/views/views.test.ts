import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { ModalView } from '@slack/types'
import { BARS } from '../../../src/domain/authority.ts'
import { type PolicyVersion, parsePolicy } from '../../../src/domain/policy.ts'
import { REVIEW_STATES } from '../../../src/domain/review.ts'
import type { MessageView } from '../../../src/slack/views/blocks.ts'
import { explainModal, explainView } from '../../../src/slack/views/explain.ts'
import { candidatesView, helpView, unknownCommand } from '../../../src/slack/views/help.ts'
import { homeView } from '../../../src/slack/views/home.ts'
import { loadingModal, messageModal, reasonModal } from '../../../src/slack/views/modals.ts'
import { noticeView, outcomeSentence, outsideNotice } from '../../../src/slack/views/notices.ts'
import { pendingView } from '../../../src/slack/views/pending.ts'
import { reviewCard, surplusCard } from '../../../src/slack/views/review-card.ts'
import { tuneView } from '../../../src/slack/views/tune.ts'
import {
  aCase,
  aDecision,
  aGrant,
  anAssessment,
  anOverview,
  aReview,
  GRANT_ID,
  NOW,
  TEAM_URL,
} from '../support/builders.ts'
import { assertMessageFits, assertViewFits, textsIn } from '../support/fits.ts'

function snapshotMessage(t: TestContext, view: MessageView): void {
  assertMessageFits(view)
  t.assert.snapshot(view)
}

function snapshotModal(t: TestContext, view: ModalView): void {
  assertViewFits(view)
  t.assert.snapshot(view)
}

function aPolicy(value: unknown = {}): PolicyVersion {
  const parsed = parsePolicy(value)
  assert.ok(parsed.ok)
  return {
    tenantId: 'tenant-1',
    version: 3,
    policy: parsed.policy,
    author: 'U0MAYA',
    reason: 'First version',
    savedAt: NOW,
  }
}

const approval = aDecision({
  action: 'approve',
  stateAfter: 'approved',
  reason: 'Agreed with the rota',
  singleApproval: true,
})

test('an open card shows facts, evidence, floor, the model’s reading and three buttons', (t) => {
  snapshotMessage(t, reviewCard(aCase()))
})

test('a card says when no model is set', (t) => {
  snapshotMessage(t, reviewCard(aCase({ assessment: anAssessment({ model: { kind: 'rules' } }) })))
})

test('a card says when the model gave no answer, and why', (t) => {
  const assessment = anAssessment({ model: { kind: 'no-answer', why: 'timeout' } })
  snapshotMessage(t, reviewCard(aCase({ assessment, runbook: null })))
})

test('an approved card names who approved, why, and that one person did', (t) => {
  snapshotMessage(t, reviewCard(aCase({ review: aReview({ state: 'approved' }), decisions: [approval] })))
})

test('a card never says revoked before the source confirmed it', (t) => {
  const view = reviewCard(
    aCase({ review: aReview({ state: 'revoking', dueAt: NOW + 3_600_000 }), decisions: [aDecision()] }),
  )
  assert.doesNotMatch(textsIn(view.blocks).join('\n'), /revoked, confirmed/i)
  snapshotMessage(t, view)
})

test('a confirmed revoke says that the source confirmed it', (t) => {
  snapshotMessage(t, reviewCard(aCase({ review: aReview({ state: 'revoked' }), decisions: [aDecision()] })))
})

test('an overdue revoke says that the role may still be held', (t) => {
  snapshotMessage(t, reviewCard(aCase({ review: aReview({ state: 'overdue' }), decisions: [aDecision()] })))
})

test('a moot card says that the role is gone', (t) => {
  snapshotMessage(t, reviewCard(aCase({ review: aReview({ state: 'moot' }) })))
})

test('a card that is escalated, reopened or already gone says so and stays open', (t) => {
  const review = aReview({ escalatedAt: NOW, reopenedAt: NOW, alreadyGoneAt: NOW })
  snapshotMessage(
    t,
    reviewCard(aCase({ review, decisions: [approval, aDecision({ action: 'reopen', reason: null })] })),
  )
})

test('an undecided blind sample cannot be told from a medium review that is blind as well', () => {
  const quiet = anAssessment({
    baseline: { ...anAssessment().baseline, score: 4, band: 'low' },
    verdict: { band: 'low', floor: null, waits: false },
    disposition: 'sample',
  })
  const medium = {
    ...quiet,
    disposition: 'review' as const,
    verdict: { ...quiet.verdict, band: 'medium' as const },
  }
  const blind = { blind: true, band: 'medium' } as const
  const sample = aCase({ assessment: quiet, review: aReview({ ...blind, origin: 'sample' }) })
  const asked = aCase({ assessment: medium, review: aReview({ ...blind, origin: 'policy' }) })
  assert.deepEqual(reviewCard(sample), reviewCard(asked))
  assert.deepEqual(explainView(sample), explainView(asked))
  const shown = textsIn(explainView(sample).blocks).join('\n')
  assert.doesNotMatch(shown, /of 100|sample|Verdict:|let through|recommends/)
})

test('a decided blind sample tells its verdict', () => {
  const review = aReview({ blind: true, band: 'medium', origin: 'sample', state: 'approved' })
  const shown = textsIn(explainView(aCase({ review, decisions: [approval] })).blocks).join('\n')
  assert.match(shown, /How the verdict came about/)
  assert.match(shown, /This was a blind sample/)
})

test('reopening is offered for decided reviews only', () => {
  for (const state of REVIEW_STATES) {
    const options = JSON.stringify(reviewCard(aCase({ review: aReview({ state }) })).blocks)
    assert.equal(
      options.includes(`reopen:${GRANT_ID}`),
      ['approved', 'revoking', 'overdue'].includes(state),
      state,
    )
  }
})

test('a button carries the id of its grant and nothing else', () => {
  const values = [...JSON.stringify(reviewCard(aCase()).blocks).matchAll(/"value":"([^"]+)"/g)].map(
    (match) => match[1],
  )
  assert.deepEqual(values, [GRANT_ID, GRANT_ID, GRANT_ID, `explain:${GRANT_ID}`])
})

test('evidence beyond what a card shows is counted', () => {
  const evidence = Array.from({ length: 9 }, (_, index) => ({
    id: `fact_${index}`,
    weight: index + 1,
    sentence: [`Fact ${index}.`],
  }))
  const assessment = anAssessment({ baseline: { score: 80, band: 'high', evidence } })
  const text = textsIn(reviewCard(aCase({ assessment })).blocks).join('\n')
  assert.match(text, /Fact 8[\s\S]*Fact 4[\s\S]*…and 4 more pieces: `\/grants explain G-7K2Q9XM`/)
})

test('a runbook command with hidden characters is not shown altered', () => {
  const text = textsIn(reviewCard(aCase({ runbook: 'remove \u202eana' })).blocks).join('\n')
  assert.match(text, /holds unusual characters/)
  assert.doesNotMatch(text, /remove/)
})

test('a surplus card is one line', (t) => snapshotMessage(t, surplusCard(GRANT_ID)))

test('an explanation shows weights, scores, the derivation and the event', (t) => {
  snapshotMessage(t, explainView(aCase({ decisions: [approval], review: aReview({ state: 'approved' }) })))
})

test('an explanation fits a modal too', (t) => snapshotModal(t, explainModal(aCase())))

test('an explanation tells every way a verdict can come about', () => {
  const { baseline, model } = anAssessment()
  assert.ok(model.kind === 'opinion')
  const says = (band: 'low' | 'medium' | 'high') => ({ ...model, opinion: { ...model.opinion, band } })
  const told = (changes: Parameters<typeof anAssessment>[0]): string =>
    textsIn(explainView(aCase({ assessment: anAssessment(changes) })).blocks).join('\n')
  assert.match(told({ model: { kind: 'rules' } }), /so the evidence decides/)
  assert.match(told({ model: { kind: 'no-answer', why: 'breaker' } }), /low is not let through/)
  assert.match(told({ model: says('medium') }), /says medium, which stands/)
  assert.match(
    told({ model: says('low'), baseline: { ...baseline, band: 'high' } }),
    /against evidence that says high/,
  )
  assert.match(
    told({ model: says('low'), verdict: { band: 'low', floor: null, waits: false } }),
    /mitigating fact: low stands/,
  )
  assert.match(told({ model: says('low') }), /Otherwise it stays medium/)
})

test('the pending list is a table with a link to each card', (t) => {
  const list = { cases: [aCase(), aCase({ card: null })], total: 5, waitingForModel: 1 }
  snapshotMessage(t, pendingView(list, { teamUrl: TEAM_URL, tables: true }))
})

test('the pending list without tables is the same rows as sections', (t) => {
  const list = { cases: [aCase(), aCase({ card: null })], total: 5, waitingForModel: 1 }
  snapshotMessage(t, pendingView(list, { teamUrl: TEAM_URL, tables: false }))
})

test('an empty pending list is one sentence', (t) => {
  snapshotMessage(
    t,
    pendingView({ cases: [], total: 0, waitingForModel: 0 }, { teamUrl: null, tables: true }),
  )
})

test('help says what was wrong', (t) => snapshotMessage(t, helpView(unknownCommand('<!channel> list'))))

test('an ambiguous code lists the candidates', (t) =>
  snapshotMessage(t, candidatesView('7k', [aCase(), aCase()])))

test('tune shows the policy in force and what has no effect yet', (t) => {
  const policy = aPolicy({
    feeds: [{ id: 'okta', preset: 'okta', dataset: 'okta-logs', shadow: true }],
    people: { reviewers: ['U0MAYA', 'S0SECURITY'] },
    channels: { review: 'C0REVIEW' },
    exceptions: [
      {
        id: 'e1',
        grantee: 'ci@northwind.example',
        role: 'deployer',
        reason: 'Nightly',
        owner: 'maya',
        expiresAt: '2027-01-01T00:00:00Z',
      },
    ],
    prompts: { scoring: 'Ours' },
  })
  snapshotMessage(t, tuneView(policy))
})

test('tune leaves out no setting', () => {
  const { policy } = aPolicy()
  const shown = textsIn(tuneView(aPolicy()).blocks).join('\n')
  const groups = Object.values(policy).filter((value) => typeof value === 'object' && !Array.isArray(value))
  for (const group of groups)
    for (const name of Object.keys(group)) assert.ok(shown.includes(`\`${name}\``), name)
})

test('the home of a policy admin in shadow offers to go live', (t) => {
  const view = homeView(anOverview(), { teamUrl: TEAM_URL, notice: null, deafIn: null, proposals: [] })
  assertViewFits(view)
  t.assert.snapshot(view)
})

test('the home of somebody else offers no switch and no opening', (t) => {
  const overview = anOverview({
    mode: 'live',
    modePinned: true,
    scorerModel: null,
    isPolicyAdmin: false,
    isReviewer: false,
    setup: [{ title: 'Feeds', state: 'done', todo: null }],
    pending: { cases: [], total: 0, waitingForModel: 0 },
    decided: [],
    outbox: [],
    alarms: [],
    feeds: [],
  })
  const view = homeView(overview, {
    teamUrl: null,
    notice: 'Only policy admins can switch the mode.',
    deafIn: null,
    proposals: [],
  })
  assertViewFits(view)
  assert.doesNotMatch(JSON.stringify(view), /go-live|go-shadow|open-review/)
  t.assert.snapshot(view)
})

test('modals ask for a reason', (t) => {
  snapshotModal(t, reasonModal(aCase(), { action: 'revoke', metadata: '{}' }))
  snapshotModal(t, reasonModal(aCase(), { action: 'approve', metadata: '{}' }))
  snapshotModal(t, loadingModal())
  snapshotModal(t, messageModal('Not possible', 'You gave the role.'))
})

test('every outcome but the decision itself is told in a sentence', (t) => {
  const by = aDecision().actor
  const sentences = [
    outcomeSentence({ kind: 'already-decided', by, state: 'approved', at: NOW }, GRANT_ID),
    outcomeSentence({ kind: 'already-decided', by: null, state: 'moot', at: null }, GRANT_ID),
    outcomeSentence({ kind: 'already-escalated', by }, GRANT_ID),
    outcomeSentence({ kind: 'already-escalated', by: null }, GRANT_ID),
    outcomeSentence({ kind: 'reason-needed' }, GRANT_ID),
    outcomeSentence({ kind: 'too-late' }, GRANT_ID),
    outcomeSentence({ kind: 'not-this-message' }, GRANT_ID),
    outcomeSentence({ kind: 'no-such-review' }, GRANT_ID),
    ...BARS.map((why) => outcomeSentence({ kind: 'barred', why }, GRANT_ID)),
  ]
  assert.equal(outcomeSentence({ kind: 'decided', reviewCase: aCase() }, GRANT_ID), null)
  t.assert.snapshot(sentences)
})

test('a notice about a case shows which one', (t) => {
  snapshotMessage(t, outsideNotice('Escalated: please look.', aCase(), TEAM_URL))
  snapshotMessage(t, noticeView('Nothing to do.'))
})

test('a weakened control is told without calling it a role given', () => {
  const view = reviewCard(aCase({ grant: aGrant({ kind: 'control_weakened', direction: 'none' }) }))
  assert.match(textsIn(view.blocks).join('\n'), /A security control was weakened/)
  assert.doesNotMatch(view.text, /was given/)
})
