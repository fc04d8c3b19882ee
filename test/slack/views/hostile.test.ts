import { test } from 'node:test'
import fc from 'fast-check'
import type { Decision } from '../../../src/domain/decision.ts'
import { policySchema } from '../../../src/domain/policy.ts'
import { REVIEW_STATES } from '../../../src/domain/review.ts'
import type { ReviewCase } from '../../../src/domain/review-case.ts'
import { explainModal, explainView } from '../../../src/slack/views/explain.ts'
import {
  candidatesView,
  helpView,
  noSuchGrant,
  notAnId,
  unknownCommand,
} from '../../../src/slack/views/help.ts'
import { homeView } from '../../../src/slack/views/home.ts'
import { reasonModal } from '../../../src/slack/views/modals.ts'
import { noticeView, outcomeSentence, outsideNotice } from '../../../src/slack/views/notices.ts'
import { pendingView } from '../../../src/slack/views/pending.ts'
import { reviewCard } from '../../../src/slack/views/review-card.ts'
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
import { assertMessageFits, assertNothingInjected, assertViewFits } from '../support/fits.ts'
import { hostileText } from '../support/hostile.ts'

const RUNS = { numRuns: 60 }
const party = fc.record({
  id: hostileText,
  email: fc.option(hostileText),
  name: fc.option(hostileText),
  type: fc.constant('user' as const),
})
const time = fc.oneof(fc.constant(NOW), fc.double(), fc.integer())
const part = fc.oneof(
  fc.constant(' ours '),
  fc.record({ person: hostileText }),
  fc.record({ text: hostileText }),
  fc.record({ count: fc.integer() }),
  fc.record({ at: time }),
  fc.record({ hour: fc.nat(23) }),
  fc.record({ durationMs: fc.integer() }),
)
const evidence = fc.record({
  id: fc.constant('some_fact'),
  weight: fc.integer({ min: -50, max: 50 }),
  sentence: fc.array(part, { maxLength: 30 }),
})
const decision: fc.Arbitrary<Decision> = fc
  .record({
    reason: fc.option(hostileText),
    name: hostileText,
    slackUserId: fc.oneof(fc.constant('U0MAYA'), hostileText),
  })
  .map(({ reason, name, slackUserId }) => aDecision({ reason, actor: { slackUserId, name, email: null } }))

const reviewCase: fc.Arbitrary<ReviewCase> = fc
  .record({
    texts: fc.tuple(hostileText, hostileText, hostileText, hostileText, hostileText, hostileText),
    parties: fc.tuple(party, fc.option(party)),
    evidence: fc.array(evidence, { maxLength: 40 }),
    reasons: fc.array(hostileText, { maxLength: 20 }),
    decisions: fc.array(decision, { maxLength: 20 }),
    state: fc.constantFrom(...REVIEW_STATES),
    at: time,
    runbook: fc.option(hostileText),
    hasCard: fc.boolean(),
  })
  .map(({ texts, parties, reasons, ...rest }) => {
    const base = anAssessment()
    const model = base.model
    const opinion =
      model.kind === 'opinion'
        ? {
            ...model.opinion,
            summary: texts[0],
            reasons: reasons.map((text) => ({ text, evidenceIds: [] })),
            questions: reasons,
            usage: { ...model.opinion.usage, model: texts[1] },
          }
        : null
    return aCase({
      grant: aGrant({
        grantee: parties[0],
        grantor: parties[1],
        occurredAt: rest.at,
        expiresAt: rest.at,
        justification: texts[2],
        ticket: texts[3],
        ip: texts[4],
        country: texts[5],
        feedId: texts[0],
        raw: texts.join(''),
        role: { id: texts[0], name: texts[1], tier: 'T1', scope: texts[2] },
      }),
      assessment: {
        ...base,
        assessedAt: rest.at,
        baseline: { ...base.baseline, evidence: rest.evidence },
        model: opinion === null ? model : { kind: 'opinion', opinion },
        verdict: { ...base.verdict, floor: { id: texts[3], band: 'medium' } },
      },
      review: aReview({
        state: rest.state,
        dueAt: rest.at,
        escalatedAt: rest.at,
        alreadyGoneAt: rest.at,
        reopenedAt: rest.at,
      }),
      decisions: rest.decisions,
      card: rest.hasCard ? aCase().card : null,
      runbook: rest.runbook,
      sourceTitle: texts[4],
    })
  })

test('no case, however hostile or huge, makes a card or an explanation that Slack refuses or that acts', () => {
  fc.assert(
    fc.property(reviewCase, (one) => {
      for (const view of [reviewCard(one), explainView(one), outsideNotice(one.sourceTitle, one, TEAM_URL)]) {
        assertMessageFits(view)
        assertNothingInjected(view.blocks)
        assertNothingInjected([{ type: 'mrkdwn', text: view.text }])
      }
      for (const modal of [explainModal(one), reasonModal(one, { action: 'revoke', metadata: '{}' })]) {
        assertViewFits(modal)
        assertNothingInjected(modal.blocks)
      }
    }),
    RUNS,
  )
})

test('no list of cases, however hostile or long, makes a list or a home that Slack refuses or that acts', () => {
  const cases = fc.tuple(reviewCase, reviewCase).map((two) => Array.from({ length: 60 }, () => two).flat())
  fc.assert(
    fc.property(cases, hostileText, (many, text) => {
      const pending = { cases: many, total: 500, waitingForModel: 7 }
      for (const tables of [true, false]) {
        const view = pendingView(pending, { teamUrl: TEAM_URL, tables })
        assertMessageFits(view)
        assertNothingInjected(view.blocks)
      }
      const base = anOverview()
      const overview = anOverview({
        pending,
        decided: many.map((one) => ({ decision: one.decisions[0] ?? aDecision(), reviewCase: one })),
        unasked: many,
        setup: many.map(() => ({ title: text, state: 'open', todo: text })),
        alarms: many.map(() => ({ text, since: NOW })),
        feeds: base.feeds.flatMap((feed) => many.map(() => ({ ...feed, title: text, feedId: text }))),
        outbox: many.map(() => ({ lane: 'axiom', waiting: 1, oldestAt: NOW, lastError: text })),
        scorerModel: text,
      })
      const home = homeView(overview, { teamUrl: TEAM_URL, notice: null, deafIn: null, proposals: [] })
      assertViewFits(home)
      assertNothingInjected(home.blocks)
      const candidates = candidatesView(text, many)
      assertMessageFits(candidates)
      assertNothingInjected(candidates.blocks)
    }),
    { numRuns: 25 },
  )
})

test('what a person typed comes back as text', () => {
  fc.assert(
    fc.property(hostileText, (typed) => {
      for (const problem of [unknownCommand(typed), notAnId(typed), noSuchGrant(typed)]) {
        assertMessageFits(helpView(problem))
        assertNothingInjected(helpView(problem).blocks)
      }
    }),
  )
})

test('the loser of a race is told the winner’s name, whatever it is', () => {
  fc.assert(
    fc.property(decision, ({ actor }) => {
      const told =
        outcomeSentence({ kind: 'already-decided', by: actor, state: 'revoking', at: NOW }, GRANT_ID) ?? ''
      assertMessageFits(noticeView(told))
      assertNothingInjected(noticeView(told).blocks)
    }),
  )
})

test('the largest policy fits into one message', () => {
  const name = 'x'.repeat(200)
  const policy = policySchema.parse({
    feeds: Array.from({ length: 100 }, (_, index) => ({
      id: `feed-${index}`,
      preset: name,
      dataset: 'd'.repeat(128),
    })),
    people: { reviewers: Array.from({ length: 400 }, (_, index) => `U0${index}0000`) },
    roles: { breakGlass: Array.from({ length: 400 }, () => name) },
    identities: { companyDomains: Array.from({ length: 400 }, (_, index) => `d${index}.example`) },
    exceptions: Array.from({ length: 400 }, (_, index) => ({
      id: `e${index}`,
      grantee: '<!channel>'.repeat(20),
      role: name,
      reason: '`*x*'.repeat(100),
      owner: name,
      expiresAt: '2027-01-01T00:00:00Z',
    })),
    models: { scoring: name, analyst: name },
    prompts: { scoring: 'y'.repeat(8_000), analyst: 'y'.repeat(8_000) },
  })
  const view = tuneView({
    tenantId: 't',
    version: 9,
    policy,
    author: 'setup <!here>',
    reason: name.repeat(5),
    savedAt: NOW,
  })
  assertMessageFits(view)
  assertNothingInjected(
    view.blocks.map((block) => JSON.parse(JSON.stringify(block).replaceAll(/<@U0\d+>/g, ''))),
  )
})
