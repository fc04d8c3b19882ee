import type { Decision } from '../domain/decision.ts'
import type { Policy } from '../domain/policy.ts'
import { presetFor } from '../domain/presets/registry.ts'
import { type Quality, qualityOf } from '../domain/quality.ts'
import type { ReviewCase } from '../domain/review-case.ts'
import type { FeedState, Lane, Ports } from '../ports.ts'
import { type PendingList, pendingReviews } from './find-cases.ts'
import { loadCases } from './load-case.ts'
import { reviewersOf } from './roster.ts'
import { isPolicyAdmin } from './switch-mode.ts'

const DAY_MS = 86_400_000
const DECIDED_MAX = 10
const UNASKED_MAX = 10
export const QUALITY_DAYS = 90
const OUTCOMES_MAX = 2_000

/** One thing to do before reviews work; `todo` says what, in our own words. */
export interface SetupStep {
  readonly title: string
  readonly state: 'done' | 'open' | 'faulty'
  readonly todo: string | null
}

export interface FeedHealth {
  readonly feedId: string
  readonly title: string
  readonly state: FeedState | null
  readonly lastPollAgeMs: number | null
  /** Share of the history window read so far, 0-1; null when the backfill is done or has no estimate. */
  readonly backfillShare: number | null
}

export interface Alarm {
  readonly text: string
  readonly since: number
}

/** All that the App Home shows one person. */
export interface Overview {
  readonly at: number
  readonly setup: readonly SetupStep[]
  readonly mode: Policy['mode']
  readonly modePinned: boolean
  readonly scorerModel: string | null
  readonly pending: PendingList
  readonly decided: readonly { readonly decision: Decision; readonly reviewCase: ReviewCase }[]
  readonly unasked: readonly ReviewCase[]
  readonly feeds: readonly FeedHealth[]
  readonly outbox: readonly {
    readonly lane: Lane
    readonly waiting: number
    readonly oldestAt: number | null
    readonly lastError: string | null
  }[]
  readonly alarms: readonly Alarm[]
  readonly week: {
    readonly grants: number
    readonly letThrough: number
    readonly shadow: number
    readonly asked: number
    readonly approved: number
    readonly revoked: number
  }
  /** Of the last QUALITY_DAYS. */
  readonly quality: Quality
  readonly isPolicyAdmin: boolean
  readonly isReviewer: boolean
}

type OverviewPorts = Pick<Ports, 'clock' | 'store' | 'directory' | 'hasWebhook'>

export async function overviewFor(
  ports: OverviewPorts,
  input: {
    readonly tenantId: string
    readonly slackUserId: string
    readonly modePinned: boolean
    readonly alarms: readonly Alarm[]
  },
): Promise<Overview> {
  const { tenantId, slackUserId } = input
  const { records } = ports.store
  const current = await records.policies.current(tenantId)
  if (current === null) throw new Error('The tenant has no policy: it was not seeded.')
  const { policy } = current
  const now = ports.clock.now()
  const feeds = await feedHealth(ports, { tenantId, policy, now })
  return {
    at: now,
    setup: setupSteps(policy, { feeds, hasWebhook: ports.hasWebhook }),
    mode: policy.mode,
    modePinned: input.modePinned,
    scorerModel: policy.scorer === 'model' ? policy.models.scoring : null,
    pending: await pendingReviews(ports, tenantId),
    decided: await newestDecisions(ports, tenantId),
    unasked: await unaskedCases(ports, tenantId),
    feeds,
    outbox: await records.outbox.backlog(),
    alarms: input.alarms,
    week: await weekCounts(ports, tenantId, now - 7 * DAY_MS),
    quality: qualityOf(
      await records.decisions.outcomes({ tenantId, since: now - QUALITY_DAYS * DAY_MS, limit: OUTCOMES_MAX }),
    ),
    isPolicyAdmin: await isPolicyAdmin(ports, { tenantId, policy, slackUserId }),
    isReviewer: (await reviewersOf(ports.directory, tenantId, policy)).has(slackUserId),
  }
}

async function feedHealth(
  ports: OverviewPorts,
  input: { readonly tenantId: string; readonly policy: Policy; readonly now: number },
): Promise<readonly FeedHealth[]> {
  const states = new Map(
    (await ports.store.records.feeds.all(input.tenantId)).map((state) => [state.feedId, state]),
  )
  return input.policy.feeds
    .filter((feed) => feed.enabled)
    .map((feed) => {
      const state = states.get(feed.id) ?? null
      return {
        feedId: feed.id,
        title: presetFor(input.policy, feed.preset)?.title ?? feed.preset,
        state,
        lastPollAgeMs:
          state === null || state.lastPollAt === null ? null : Math.max(0, input.now - state.lastPollAt),
        backfillShare: backfillShare(input, state),
      }
    })
}

/** Ingest times say how far the backfill has come; rows of a bulk import share one, then there is no estimate. */
function backfillShare({ policy }: { readonly policy: Policy }, state: FeedState | null): number | null {
  if (state === null || state.backfilled || state.historyUntil === null || state.lastEventAt === null)
    return null
  const from = state.switchedOnAt - policy.learning.historyDays * DAY_MS
  const share = (state.lastEventAt - from) / (Date.parse(state.historyUntil) - from)
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : null
}

async function newestDecisions(ports: OverviewPorts, tenantId: string): Promise<Overview['decided']> {
  const { records } = ports.store
  const decisions = await records.decisions.newest(tenantId, DECIDED_MAX)
  const cases = await loadCases(records, tenantId, [
    ...new Set(decisions.map((decision) => decision.grantId)),
  ])
  const byId = new Map(cases.map((reviewCase) => [reviewCase.grant.id, reviewCase]))
  return decisions.flatMap((decision) => {
    const reviewCase = byId.get(decision.grantId)
    return reviewCase === undefined ? [] : [{ decision, reviewCase }]
  })
}

async function unaskedCases(ports: OverviewPorts, tenantId: string): Promise<readonly ReviewCase[]> {
  const { records } = ports.store
  const recent = await records.assessments.recent({
    tenantId,
    dispositions: ['auto_resolved', 'shadow'],
    limit: UNASKED_MAX,
  })
  const cases = await loadCases(records, tenantId, [
    ...new Set(recent.map((assessment) => assessment.grantId)),
  ])
  return cases.filter(({ review }) => review?.state === 'auto_resolved' || review?.state === 'shadow')
}

async function weekCounts(ports: OverviewPorts, tenantId: string, since: number): Promise<Overview['week']> {
  const tally = await ports.store.records.assessments.tally(tenantId, since)
  const decisions = await ports.store.records.decisions.tally(tenantId, since)
  const judged = (...dispositions: readonly string[]) =>
    tally.filter((row) => dispositions.includes(row.disposition)).reduce((sum, row) => sum + row.count, 0)
  return {
    grants: judged('auto_resolved', 'shadow', 'review', 'sample', 'waiting'),
    letThrough: judged('auto_resolved'),
    shadow: judged('shadow'),
    asked: judged('review', 'sample'),
    approved: decisions.get('approve') ?? 0,
    revoked: decisions.get('revoke') ?? 0,
  }
}

function setupSteps(
  policy: Policy,
  state: { readonly feeds: readonly FeedHealth[]; readonly hasWebhook: boolean },
): readonly SetupStep[] {
  const step = (title: string, isDone: boolean, todo: string): SetupStep => ({
    title,
    state: isDone ? 'done' : 'open',
    todo: isDone ? null : todo,
  })
  const faulty = state.feeds.find((feed) => feed.state?.lastError != null)
  return [
    faulty === undefined
      ? step(
          'Audit feeds',
          state.feeds.length > 0,
          'Name at least one feed, e.g. FEEDS=okta:okta-logs, and restart.',
        )
      : {
          title: 'Audit feeds',
          state: 'faulty',
          todo: `${faulty.title} could not be read: run npm run doctor.`,
        },
    step(
      'Scoring',
      policy.scorer === 'rules' || policy.models.scoring !== null,
      'Choose a model: OPENAI_SCORING_MODEL, or SCORER=rules.',
    ),
    step(
      'Review channel',
      policy.channels.review !== null,
      'Set REVIEW_CHANNEL and invite the app to that channel.',
    ),
    step(
      'Reviewers',
      policy.people.reviewers.length > 0,
      'Name reviewers (REVIEWERS): nobody can decide without one.',
    ),
    step(
      'Policy admins',
      policy.people.policyAdmins.length > 0,
      'Name policy admins (POLICY_ADMINS): nobody can go live without one.',
    ),
    step(
      'Decision webhook',
      state.hasWebhook,
      'Set DECISION_WEBHOOK_URL and DECISION_WEBHOOK_SECRET, so that decisions reach your automation.',
    ),
  ]
}
