import type { Assessment, Disposition } from '../domain/assessment.ts'
import type { Decided } from '../domain/backtest.ts'
import type { Calibration, CalibrationRow } from '../domain/calibration.ts'
import type { Decision } from '../domain/decision.ts'
import type { Grant } from '../domain/grant.ts'
import type { HistoryProfile } from '../domain/history.ts'
import type { Reach } from '../domain/history-context.ts'
import type { PastCase } from '../domain/judge-anew.ts'
import type { PolicyVersion } from '../domain/policy.ts'
import type { Outcome } from '../domain/quality.ts'
import type { Review, ReviewState } from '../domain/review.ts'
import type { Card } from '../domain/review-case.ts'
import type { ChainHead, ReviewEvent } from '../domain/review-event.ts'
import type { Proposals } from './policy-changes.ts'

/** Everything durable: one interface per table, and the unit of work that spans them. */

/** Where outbox rows go: the review dataset, the compliance webhook, notices in Slack. */
export const LANES = ['axiom', 'webhook', 'slack'] as const
export type Lane = (typeof LANES)[number]

export interface OutboxRow {
  /** Grows in order of writing. */
  readonly position: number
  readonly tenantId: string
  readonly lane: Lane
  readonly eventId: string
  /** The JSON object to deliver. */
  readonly payload: string
  readonly attempts: number
  readonly createdAt: number
}

export interface SnapshotRow {
  readonly tenantId: string
  readonly feedId: string
  readonly granteeKey: string
  readonly act: string
  readonly occurredAt: number
  readonly roles: readonly Grant['role'][]
}

export interface KnownQuery {
  readonly tenantId: string
  readonly feedId: string
  readonly granteeKeys: readonly string[]
  /** Earliest event time in the batch less the settle window. */
  readonly since: number
}

/** What the ledger knows that bears on concluding a batch of observations. */
export interface KnownState {
  /** All snapshots of the grantees from the last one before `since` on, by event time. */
  readonly snapshots: readonly SnapshotRow[]
  /** Rows of the grantees in this feed with `occurredAt >= since`. */
  readonly grants: readonly Grant[]
  /** Every key of those grants, with the id of the grant that each became (merged records share one). */
  readonly keys: ReadonlyMap<string, string>
}

export interface Ledger {
  /**
   * Inserts what is new; answers with the ids that were. As behaviour it counts from so long after it happened: at
   * once unless said otherwise.
   */
  insert(grants: readonly Grant[], learnDelayMs?: number): Promise<ReadonlySet<string>>
  /** From when on these count as somebody's habits; null while nobody vouches for them. */
  setLearned(tenantId: string, grantIds: readonly string[], learnDelayMs: number | null): Promise<void>
  /** What these people gave and is not learned by then is held back. */
  holdBack(tenantId: string, grantors: readonly string[], now: number): Promise<void>
  /** What was held back of this person is learned in its time after all. */
  release(tenantId: string, grantor: string, learnDelayMs: number): Promise<void>
  /** The newest grants that one feed gave, oldest first. */
  newestGiven(query: { tenantId: string; feedId: string; limit: number }): Promise<readonly Grant[]>
  /** Writes rows that later records enriched or corrected. */
  replace(grants: readonly Grant[]): Promise<void>
  known(query: KnownQuery): Promise<KnownState>
  saveSnapshots(snapshots: readonly SnapshotRow[]): Promise<void>
  /** Remembers which grant a key was merged into. */
  saveKeys(tenantId: string, keys: ReadonlyMap<string, string>): Promise<void>
  byIds(tenantId: string, ids: readonly string[]): Promise<readonly Grant[]>
  byIdPrefix(tenantId: string, prefix: string, limit: number): Promise<readonly Grant[]>
  /** Rows of one grantee, role and scope in a feed at or after a moment, oldest first (every-role removals included). */
  related(query: {
    tenantId: string
    feedId: string
    granteeKey: string
    since: number
    limit: number
  }): Promise<readonly Grant[]>
  /** Ids of grants given within these times to or by these people, or by anybody in the feed; the newest. */
  given(query: { tenantId: string; reach: Reach; limit: number }): Promise<readonly string[]>
  count(tenantId: string): Promise<number>
}

/** What is looked for in the ledger; what is not given is not asked. Empty lists match nothing. */
export interface GrantFilter {
  readonly tenantId: string
  /** Persons after aliases, as the ledger holds them. */
  readonly grantee?: string
  readonly grantor?: string
  readonly either?: string
  /** Part of a role's name or id, in any case. */
  readonly role?: string
  readonly feedIds?: readonly string[]
  readonly tiers?: readonly Grant['role']['tier'][]
  readonly directions?: readonly Grant['direction'][]
  readonly kinds?: readonly Grant['kind'][]
  /** By event time: from `since` on, before `until`. */
  readonly since?: number
  readonly until?: number
  readonly limit: number
}

export interface PersonFound {
  readonly person: string
  /** Names that the sources give this person. */
  readonly names: readonly string[]
}

/** Questions that people ask of the ledger. */
export interface GrantSearch {
  /** Newest first, and how many there are in all. */
  find(filter: GrantFilter): Promise<{ readonly grants: readonly Grant[]; readonly total: number }>
  /** Persons whose id, address or name holds the text, those seen last first. */
  people(query: { tenantId: string; text: string; limit: number }): Promise<readonly PersonFound[]>
}

export interface QueueItem {
  readonly tenantId: string
  readonly grantId: string
  readonly dueAt: number
  readonly enqueuedAt: number
  /** `history` is judged without asking anybody. */
  readonly mode: 'live' | 'history'
  readonly attempts: number
}

/** Grants that wait to be assessed; survives a restart. */
export interface AssessmentQueue {
  /** Adds, or replaces what is queued for the same grant. */
  put(items: readonly QueueItem[]): Promise<void>
  due(tenantId: string, now: number, limit: number): Promise<readonly QueueItem[]>
  /** Removes these, but not what was queued for the same grant after them. */
  remove(items: readonly Pick<QueueItem, 'tenantId' | 'grantId' | 'enqueuedAt'>[]): Promise<void>
  size(tenantId: string, mode: QueueItem['mode']): Promise<number>
}

export interface Assessments {
  insert(assessments: readonly Assessment[]): Promise<void>
  latest(tenantId: string, grantIds: readonly string[]): Promise<readonly Assessment[]>
  recent(query: {
    tenantId: string
    dispositions: readonly Disposition[]
    limit: number
  }): Promise<readonly Assessment[]>
  /** Assessed at or after a moment, counted by disposition and band. */
  tally(
    tenantId: string,
    since: number,
  ): Promise<readonly { disposition: Disposition; band: string; count: number }[]>
  /** Tokens used by the model at or after a moment. */
  tokensSince(tenantId: string, since: number): Promise<number>
  /** Of the last so many opinions: how many, and how many raised the grant above its baseline. */
  raisedShare(
    tenantId: string,
    window: number,
  ): Promise<{ readonly opinions: number; readonly raised: number }>
}

/** What was judged of grants as they happened, as a backtest needs it. */
export interface BacktestCases {
  /** Each grant by its newest revision, those assessed first coming first; `after` is the last of the page before. */
  page(query: {
    tenantId: string
    since: number
    after: { readonly assessedAt: number; readonly grantId: string } | null
    limit: number
  }): Promise<readonly PastCase[]>
  /** What people made of reviews, by grant, unless they took it back: as many as people ever clicked. */
  decided(tenantId: string): Promise<ReadonlyMap<string, Decided>>
}

export interface Reviews {
  insert(reviews: readonly Review[]): Promise<void>
  byIds(tenantId: string, grantIds: readonly string[]): Promise<readonly Review[]>
  /** Writes `next` when the stored version is `next.version - 1`; false when somebody was faster. */
  compareAndSet(next: Review): Promise<boolean>
  /** Highest band first, then oldest. */
  inStates(tenantId: string, states: readonly ReviewState[], limit: number): Promise<readonly Review[]>
  countByState(tenantId: string): Promise<ReadonlyMap<ReviewState, number>>
  /** `revoking` and `waiting` reviews whose `dueAt` has passed. */
  overdue(tenantId: string, now: number, limit: number): Promise<readonly Review[]>
  /** Which of these people gave something that people were asked about since then and have not approved. */
  suspects(tenantId: string, grantors: readonly string[], since: number): Promise<ReadonlySet<string>>
  /** Reviews in these states for grants to one of the grantees in a feed. */
  forGrantees(query: {
    tenantId: string
    feedId: string
    granteeKeys: readonly string[]
    states: readonly ReviewState[]
  }): Promise<readonly Review[]>
}

export interface Decisions {
  insert(decision: Decision): Promise<void>
  forGrants(tenantId: string, grantIds: readonly string[]): Promise<readonly Decision[]>
  newest(tenantId: string, limit: number): Promise<readonly Decision[]>
  /** Reviews decided at or after a moment: the newest approve or revoke of each, newest first. */
  outcomes(query: { tenantId: string; since: number; limit: number }): Promise<readonly Outcome[]>
  /** Decided at or after a moment, counted by action. */
  tally(tenantId: string, since: number): Promise<ReadonlyMap<Decision['action'], number>>
}

export interface Cards {
  /** Reviews that want a card, or whose card shows an older version; open ones first. */
  outdated(tenantId: string, limit: number): Promise<readonly Review[]>
  forGrants(tenantId: string, grantIds: readonly string[]): Promise<readonly Card[]>
  put(card: Card): Promise<void>
  byMessage(query: { tenantId: string; channel: string; messageTs: string }): Promise<Card | null>
}

/** A click or submission, written down before it is acknowledged. */
export interface Click {
  readonly id: string
  readonly tenantId: string
  readonly kind: 'button' | 'submission'
  readonly action: 'approve' | 'revoke' | 'escalate' | 'reopen'
  readonly grantId: string
  readonly reason: string | null
  readonly slackUserId: string
  readonly channel: string | null
  readonly messageTs: string | null
  readonly receivedAt: number
}

export interface Clicks {
  /** False when this click is known already. */
  add(click: Click): Promise<boolean>
  unfinished(tenantId: string, limit: number): Promise<readonly Click[]>
  finish(tenantId: string, id: string, outcome: string, at: number): Promise<void>
}

export interface Chain {
  /** The head, locked until the transaction ends. */
  lockHead(tenantId: string): Promise<ChainHead>
  append(tenantId: string, events: readonly ReviewEvent[]): Promise<void>
  page(query: { tenantId: string; afterSeq: number; limit: number }): Promise<readonly ReviewEvent[]>
  head(tenantId: string): Promise<ChainHead>
}

export interface Outbox {
  add(
    rows: readonly Pick<OutboxRow, 'tenantId' | 'lane' | 'eventId' | 'payload' | 'createdAt'>[],
  ): Promise<void>
  /** The oldest undelivered rows of a lane, in order; none while the first waits for its next attempt. */
  next(lane: Lane, now: number, limit: number): Promise<readonly OutboxRow[]>
  delivered(positions: readonly number[]): Promise<void>
  /** Puts the lane's first row off; the rest waits behind it. */
  putOff(position: number, nextAttemptAt: number, why: string): Promise<void>
  /** Replaces a refused row's payload, to be delivered in its place. */
  replacePayload(position: number, payload: string): Promise<void>
  backlog(): Promise<
    readonly { lane: Lane; waiting: number; oldestAt: number | null; lastError: string | null }[]
  >
}

export interface Policies {
  current(tenantId: string): Promise<PolicyVersion | null>
  /** False when that version exists already. */
  save(version: PolicyVersion): Promise<boolean>
  list(tenantId: string, limit: number): Promise<readonly PolicyVersion[]>
  version(tenantId: string, version: number): Promise<PolicyVersion | null>
}

/** Where reading one feed stands. */
export interface FeedState {
  readonly tenantId: string
  readonly feedId: string
  /** Grows with every write; a write is a compare-and-set on it. */
  readonly version: number
  readonly switchedOnAt: number
  /** Ingest time of the newest row at switch-on: up to and including it all is history. Null: nothing was there. */
  readonly historyUntil: string | null
  readonly backfilled: boolean
  /** Newest ingest time read so far. */
  readonly cursor: string | null
  readonly lastPollAt: number | null
  readonly lastEventAt: number | null
  readonly eventsRead: number
  readonly grantsFound: number
  /** Events that no rule understood or that are not privileged, by reason. */
  readonly skipped: Readonly<Record<string, number>>
  readonly lastError: string | null
}

export interface Feeds {
  get(tenantId: string, feedId: string): Promise<FeedState | null>
  all(tenantId: string): Promise<readonly FeedState[]>
  /** Inserts at version 1, else writes when the stored version is `next.version - 1`. */
  compareAndSet(next: FeedState): Promise<boolean>
}

export interface JobRun {
  readonly job: string
  readonly startedAt: number
  readonly finishedAt: number | null
  readonly error: string | null
}

export interface Runs {
  save(run: JobRun): Promise<void>
  last(job: string): Promise<JobRun | null>
}

export interface Leases {
  /** True when the holder has the lease until then: it was free, expired or its own. */
  take(lease: { name: string; holder: string; until: number; now: number }): Promise<boolean>
  release(lease: { name: string; holder: string }): Promise<void>
}

export interface Tenants {
  /** The tenant of a Slack workspace or organisation; made when `name` is given and there is none. */
  forWorkspace(workspaceId: string): Promise<string | null>
  create(tenant: { tenantId: string; workspaceId: string; name: string; at: number }): Promise<string>
  all(): Promise<readonly { tenantId: string; workspaceId: string; name: string }[]>
}

/** Everything durable, reached inside one transaction. */
export interface Records {
  readonly ledger: Ledger
  readonly queue: AssessmentQueue
  readonly assessments: Assessments
  readonly backtestCases: BacktestCases
  readonly reviews: Reviews
  readonly decisions: Decisions
  readonly cards: Cards
  readonly clicks: Clicks
  readonly chain: Chain
  readonly outbox: Outbox
  readonly policies: Policies
  readonly proposals: Proposals
  readonly feeds: Feeds
  readonly runs: Runs
  readonly leases: Leases
  readonly tenants: Tenants
  readonly history: History
  readonly calibrations: Calibrations
  readonly search: GrantSearch
}

/** How the changes of a tenant have been, one row a change. */
export interface Calibrations {
  /** A copy of the newest, oldest first; whoever gets it may add to it. */
  load(tenantId: string): Promise<Calibration>
  rows(tenantId: string, acts: readonly string[]): Promise<readonly CalibrationRow[]>
  /** Adds or replaces, and drops the oldest beyond the limit. */
  put(tenantId: string, rows: readonly CalibrationRow[]): Promise<void>
  /** From so long after it happened on the change counts as an example; null while nobody vouches for it. */
  setLearned(tenantId: string, act: string, learnDelayMs: number | null): Promise<void>
  /** Changes by these people that are not learned by then are held back. */
  holdBack(tenantId: string, grantors: readonly string[], now: number): Promise<void>
  release(tenantId: string, grantor: string, learnDelayMs: number): Promise<void>
}

/** Facts about the past that baselines are computed from, all for a batch at once. */
export interface History {
  load(tenantId: string, grants: readonly Grant[]): Promise<HistoryProfile>
}

export interface UnitOfWork {
  /** All of it becomes durable together, or none. Serialisable for what it reads and writes by key. */
  transaction<T>(work: (records: Records) => Promise<T>): Promise<T>
  /** Each call on its own. Never use it inside `transaction`. */
  readonly records: Records
}
