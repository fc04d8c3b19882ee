import type { Answer, CheckedSentence } from '../../../src/domain/answer.ts'
import type { Assessment } from '../../../src/domain/assessment.ts'
import type { Decision } from '../../../src/domain/decision.ts'
import type { Grant } from '../../../src/domain/grant.ts'
import { qualityOf } from '../../../src/domain/quality.ts'
import type { Review } from '../../../src/domain/review.ts'
import type { ReviewCase } from '../../../src/domain/review-case.ts'
import type { ToolResult } from '../../../src/domain/tool-result.ts'
import type { Overview } from '../../../src/workflows/overview.ts'

export const NOW = Date.UTC(2026, 10, 24, 13, 5)
export const TEAM_URL = 'https://northwind.slack.com/'
export const GRANT_ID = '7k2q9xmabcdefghjkmnpqrstvw'

export function aGrant(changes: Partial<Grant> = {}): Grant {
  return {
    id: GRANT_ID,
    tenantId: 'tenant-1',
    grantKey: 'key',
    feedId: 'okta',
    source: 'okta',
    act: 'act-1',
    kind: 'grant',
    direction: 'given',
    occurredAt: NOW,
    localOffsetMinutes: null,
    grantor: { id: '00u2', email: 'jonas@northwind.example', name: 'Jonas Weber', type: 'user' },
    grantee: { id: '00u1', email: 'ana@northwind.example', name: 'Ana Torres', type: 'user' },
    mechanism: 'console',
    ip: '203.0.113.7',
    country: 'DE',
    asn: null,
    userAgent: null,
    session: null,
    justification: 'Cover for the on-call rota',
    ticket: 'OPS-114',
    expiresAt: null,
    path: null,
    holding: null,
    outcome: 'success',
    role: { id: 'super-admin', name: 'Super Administrator', tier: 'T0', scope: 'org:northwind' },
    granteePerson: 'ana@northwind.example',
    grantorPerson: 'jonas@northwind.example',
    standing: true,
    firstSeen: false,
    localHour: 14,
    localDay: 2,
    ingestedAt: '2026-11-24T13:05:10Z',
    raw: '{"eventType":"user.account.privilege.grant"}',
    ...changes,
  }
}

export function anAssessment(changes: Partial<Assessment> = {}): Assessment {
  return {
    tenantId: 'tenant-1',
    grantId: GRANT_ID,
    revision: 1,
    assessedAt: NOW + 20_000,
    policyVersion: 3,
    baseline: {
      score: 58,
      band: 'medium',
      evidence: [
        { id: 'prior_approval', weight: -6, sentence: ['A reviewer approved the same role before.'] },
        {
          id: 'first_role_for_grantee',
          weight: 18,
          sentence: [{ person: 'ana@northwind.example' }, ' never held a privileged role before.'],
        },
        {
          id: 'odd_hour',
          weight: 9,
          sentence: ['Given at ', { hour: 3 }, ', ', { count: 0 }, ' of their grants fall there.'],
        },
        {
          id: 'still_learning',
          weight: 0,
          sentence: ['Still learning: ', { durationMs: 259_200_000 }, ' of history.'],
        },
      ],
    },
    model: {
      kind: 'opinion',
      opinion: {
        band: 'high',
        summary: 'A first role over the whole organisation, given at night.',
        reasons: [{ text: 'The grantee never held a role before.', evidenceIds: ['first_role_for_grantee'] }],
        questions: ['Is the rota covered this week?'],
        recommendation: 'ask',
        droppedReasons: 0,
        numbersContradict: false,
        promptHash: 'abc',
        usage: { model: 'stub-large', inputTokens: 1, cachedTokens: 0, outputTokens: 1, latencyMs: 1 },
      },
    },
    verdict: { band: 'high', floor: { id: 'standing_t0', band: 'medium' }, waits: false },
    disposition: 'review',
    ...changes,
  }
}

export function aReview(changes: Partial<Review> = {}): Review {
  return {
    tenantId: 'tenant-1',
    grantId: GRANT_ID,
    state: 'open',
    version: 1,
    origin: 'policy',
    band: 'high',
    policyVersion: 3,
    openedAt: NOW + 30_000,
    updatedAt: NOW + 30_000,
    dueAt: null,
    escalatedAt: null,
    alreadyGoneAt: null,
    reopenedAt: null,
    settledByGrantId: null,
    blind: false,
    ...changes,
  }
}

export function aDecision(changes: Partial<Decision> = {}): Decision {
  return {
    id: 'decision-1',
    tenantId: 'tenant-1',
    grantId: GRANT_ID,
    action: 'revoke',
    reason: 'Nobody asked for it',
    actor: { slackUserId: 'U0MAYA', name: 'Maya Okafor', email: 'maya@northwind.example' },
    decidedAt: NOW + 60_000,
    stateBefore: 'open',
    stateAfter: 'revoking',
    singleApproval: false,
    ...changes,
  }
}

export function aCase(changes: Partial<ReviewCase> = {}): ReviewCase {
  return {
    grant: aGrant(),
    assessment: anAssessment(),
    review: aReview(),
    decisions: [],
    card: {
      tenantId: 'tenant-1',
      grantId: GRANT_ID,
      channel: 'C0REVIEW',
      messageTs: '1795525511.000100',
      intentAt: NOW,
      renderedVersion: 1,
    },
    runbook: "okta-cli roles remove --user 'ana@northwind.example' --role super-admin",
    sourceTitle: 'Okta',
    ...changes,
  }
}

export function anOverview(changes: Partial<Overview> = {}): Overview {
  return {
    at: NOW,
    setup: [
      { title: 'Audit feeds', state: 'done', todo: null },
      {
        title: 'Reviewers',
        state: 'open',
        todo: 'Name reviewers (REVIEWERS): nobody can decide without one.',
      },
    ],
    mode: 'shadow',
    modePinned: false,
    scorerModel: 'stub-large',
    pending: { cases: [aCase()], total: 3, waitingForModel: 2 },
    decided: [{ decision: aDecision(), reviewCase: aCase({ review: aReview({ state: 'revoking' }) }) }],
    unasked: [aCase({ review: aReview({ state: 'shadow', band: 'low' }), card: null })],
    feeds: [
      {
        feedId: 'okta',
        title: 'Okta',
        state: {
          tenantId: 'tenant-1',
          feedId: 'okta',
          version: 4,
          switchedOnAt: NOW - 86_400_000,
          historyUntil: '2026-11-23T13:05:00Z',
          backfilled: false,
          cursor: '2026-11-20T00:00:00Z',
          lastPollAt: NOW - 90_000,
          lastEventAt: NOW - 400_000,
          eventsRead: 1_200,
          grantsFound: 41,
          skipped: {},
          lastError: null,
        },
        lastPollAgeMs: 90_000,
        backfillShare: 0.42,
      },
    ],
    outbox: [{ lane: 'axiom', waiting: 3, oldestAt: NOW - 300_000, lastError: 'HTTP 503' }],
    alarms: [{ text: 'The feed okta has gone silent.', since: NOW - 3_600_000 }],
    week: { grants: 40, letThrough: 30, shadow: 4, asked: 6, approved: 4, revoked: 1 },
    quality: qualityOf([]),
    isPolicyAdmin: true,
    isReviewer: true,
    ...changes,
  }
}

export function aSentence(text: string, changes: Partial<CheckedSentence> = {}): CheckedSentence {
  return { text, cites: [{ resultId: 'r1', row: 1, grantId: GRANT_ID }], ...changes }
}

export function aResult(changes: Partial<ToolResult> = {}): ToolResult {
  return {
    id: 'r1',
    tool: 'person_history',
    title: 'Grants to ana@northwind.example since 2026-08-26',
    subjects: ['ana@northwind.example'],
    rows: [{ role: 'Super Administrator', by: 'jonas@northwind.example' }],
    total: 1,
    counts: {},
    grantIds: [GRANT_ID],
    query: null,
    ...changes,
  }
}

export function anAnswer(changes: Partial<Answer> = {}): Answer {
  return {
    id: 'answer-1',
    sentences: [aSentence('Ana Torres was given Super Administrator once.')],
    removed: [],
    cannotSay: false,
    table: null,
    chart: null,
    cited: [aResult()],
    prepared: null,
    notPrepared: null,
    leftOut: [],
    model: 'stub-large',
    timezone: 'Europe/Berlin',
    ...changes,
  }
}
