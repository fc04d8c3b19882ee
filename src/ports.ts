import type { ModelAnswer } from './domain/assessment.ts'
import type { Member } from './domain/authority.ts'
import type { Condition } from './domain/presets/preset.ts'
import type { Card, ReviewCase } from './domain/review-case.ts'
import type { Lane, OutboxRow, UnitOfWork } from './ports/records.ts'

export type * from './ports/policy-changes.ts'
export type * from './ports/records.ts'
export { LANES } from './ports/records.ts'

/** All that the app asks of the world, one interface per role. Times are epoch milliseconds. */

export interface Clock {
  now(): number
}

export interface Ids {
  /** A new unique id, never reused. */
  next(): string
}

/** An upstream failed. Caught in two places only: the scheduler and the Slack boundary. */
export class UpstreamError extends Error {
  readonly upstream: string
  readonly retryable: boolean
  readonly status: number | null
  readonly retryAfterMs: number | null

  constructor(
    upstream: string,
    message: string,
    options: { retryable: boolean; status?: number; retryAfterMs?: number; cause?: unknown },
  ) {
    super(message, { cause: options.cause })
    this.name = 'UpstreamError'
    this.upstream = upstream
    this.retryable = options.retryable
    this.status = options.status ?? null
    this.retryAfterMs = options.retryAfterMs ?? null
  }
}

/** Somebody else changed the row in between; the unit of work is tried again a named number of times. */
export class ConflictError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ConflictError'
  }
}

// --- Audit logs ---------------------------------------------------------------------------------

export interface AuditPageQuery {
  readonly dataset: string
  readonly prefix: string | null
  /** Any of these must hold. */
  readonly anyOf: readonly Condition[]
  /** All of these must hold: the feed's own conditions. */
  readonly allOf: readonly FeedCondition[]
  /** Inclusive lower bound by ingest time (`_sysTime`); null reads from the start of the time window. */
  readonly fromIngest: string | null
  readonly timeFrom: number
  readonly timeTo: number
  readonly limit: number
}

export interface FeedCondition {
  readonly field: string
  readonly op: 'equals' | 'not-equals' | 'in' | 'starts-with' | 'contains' | 'exists'
  readonly values: readonly string[]
}

export interface AuditRow {
  /** Axiom's `_sysTime`, exactly as it came. */
  readonly ingestedAt: string
  readonly event: unknown
}

export interface AuditFeed {
  /** Rows in ingest order. `partial` when Axiom could not answer for all of the window. */
  page(query: AuditPageQuery): Promise<{ readonly rows: readonly AuditRow[]; readonly partial: boolean }>
  /** Ingest time of the newest row of a dataset, or null when it has none: where history ends at switch-on. */
  newestIngest(query: Pick<AuditPageQuery, 'dataset' | 'timeFrom' | 'timeTo'>): Promise<string | null>
}

// --- Model --------------------------------------------------------------------------------------

export interface ScoringRequest {
  readonly model: string
  /** Static text first, so that it can be cached. */
  readonly instructions: string
  /** The data: fenced and marked, never instruction. */
  readonly input: string
  readonly promptHash: string
  /** Evidence that may be cited. */
  readonly evidenceIds: readonly string[]
  readonly timeoutMs: number
  readonly outputTokensMax: number
}

export interface Scorer {
  /** Never throws for what the model or its server does; answers `no-answer` with the reason. */
  assess(request: ScoringRequest): Promise<ModelAnswer>
}

// --- Targets of the outbox ------------------------------------------------------------------------
export interface OutboxTarget {
  readonly lane: Lane
  readonly batchMax: number
  /**
   * Delivers rows in order. `refused` only when the target refuses these rows for their content (400, 413);
   * anything else that fails throws a retryable UpstreamError.
   */
  deliver(
    rows: readonly OutboxRow[],
  ): Promise<{ readonly kind: 'delivered' } | { readonly kind: 'refused'; readonly why: string }>
}

// --- Slack, as workflows see it -----------------------------------------------------------------

export type DirectoryPerson = Member

export interface Directory {
  person(tenantId: string, slackUserId: string): Promise<DirectoryPerson | null>
  /** Members of a user group; an empty list when it does not exist. */
  groupMembers(tenantId: string, groupId: string): Promise<readonly string[]>
}

export interface ReviewDesk {
  /** Posts the card with the grant id in its metadata; answers with its `ts`. */
  postCard(channel: string, reviewCase: ReviewCase): Promise<string>
  /** `gone` when the message was deleted. */
  updateCard(card: Card & { readonly messageTs: string }, reviewCase: ReviewCase): Promise<'updated' | 'gone'>
  /** Messages of ours in the channel since then whose metadata names the grant; null when history may not be read. */
  findCards(query: {
    tenantId: string
    channel: string
    grantId: string
    since: number
  }): Promise<readonly string[] | null>
  /** Turns a surplus card into one line that points at the live one. */
  neutraliseCard(query: {
    tenantId: string
    channel: string
    messageTs: string
    grantId: string
  }): Promise<void>
  replyInThread(query: { tenantId: string; channel: string; threadTs: string; text: string }): Promise<void>
  /** A plain notice in a channel: alarms, summaries, escalations. */
  notify(query: { tenantId: string; channel: string; text: string; reviewCase?: ReviewCase }): Promise<void>
}

// --- Log and alarms -----------------------------------------------------------------------------

export interface Log {
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
  error(fields: Readonly<Record<string, unknown>>, message: string): void
}

/** Events outside the chain: heartbeats, backfill progress, alarms. A lost one is not made good later. */
export interface Telemetry {
  send(events: readonly Readonly<Record<string, unknown>>[]): Promise<void>
}

export interface Ports {
  readonly clock: Clock
  readonly ids: Ids
  readonly store: UnitOfWork
  readonly auditFeed: AuditFeed
  readonly scorer: Scorer
  readonly targets: readonly OutboxTarget[]
  readonly directory: Directory
  readonly desk: ReviewDesk
  readonly telemetry: Telemetry
  readonly log: Log
  /** Whether decisions go to a webhook as well. */
  readonly hasWebhook: boolean
  /** Key of the review chain's HMAC, or null. */
  readonly chainKey: string | null
}
