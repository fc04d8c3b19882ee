import { compareIngest, ingestBefore, ingestMs, laterIngest } from '../domain/ingest-time.ts'
import type { Policy, PolicyFeed } from '../domain/policy.ts'
import type { Preset } from '../domain/presets/preset.ts'
import {
  type AuditPageQuery,
  type AuditRow,
  ConflictError,
  type FeedState,
  type Ports,
  UpstreamError,
} from '../ports.ts'
import { inTransaction } from './in-transaction.ts'
import { type FeedContext, ingestObservations, type ReadRows, readRows } from './ingest-rows.ts'

const DAY_MS = 86_400_000
/** History this young is assessed, for the summary of what the last week would have asked. */
export const SUMMARY_MS = 7 * DAY_MS
const PAGE_ROWS = 1_000
/** A page that shares one ingest time is read again with a higher limit, up to Axiom's own. */
const PAGE_ROWS_MAX = 50_000
const PAGES_PER_POLL = 200
const SKIP_REASONS_MAX = 40

type PollPorts = Pick<Ports, 'clock' | 'store' | 'auditFeed' | 'chainKey' | 'hasWebhook' | 'log'>

export interface PollInput {
  readonly tenantId: string
  readonly feed: PolicyFeed
  readonly preset: Preset
  readonly policy: Policy
  readonly signal: AbortSignal
}

export interface PollOutcome {
  readonly pages: number
  readonly rows: number
  readonly grants: number
  /** True when the limit of pages ended the poll: the next one goes on at once. */
  readonly more: boolean
}

/** Reads what is new in one feed into the ledger. The cursor moves in the transaction of what it covers. */
export async function pollFeed(ports: PollPorts, input: PollInput): Promise<PollOutcome> {
  let state =
    (await ports.store.records.feeds.get(input.tenantId, input.feed.id)) ?? (await switchOn(ports, input))
  let from = state.cursor === null ? null : ingestBefore(state.cursor, input.preset.overlapMs)
  let limit = PAGE_ROWS
  const total = { pages: 0, rows: 0, grants: 0 }
  while (total.pages < PAGES_PER_POLL && !input.signal.aborted) {
    const page = await ports.auditFeed.page(pageQuery(ports.clock.now(), input, state, { from, limit }))
    total.pages += 1
    total.rows += page.rows.length
    if (page.partial)
      throw new UpstreamError('axiom', `${input.feed.dataset} answered only in part; the cursor stays.`, {
        retryable: true,
      })
    const last = page.rows.at(-1)?.ingestedAt ?? null
    const isLast = page.rows.length < limit
    const written = await writePage(ports, input, { state, rows: page.rows, isLast })
    state = written.state
    total.grants += written.grants
    if (isLast) return { ...total, more: false }
    const isStuck = last === null || (from !== null && compareIngest(last, from) <= 0)
    if (isStuck && limit >= PAGE_ROWS_MAX)
      throw new UpstreamError(
        'axiom',
        `${input.feed.dataset} has over ${PAGE_ROWS_MAX} rows of one ingest time.`,
        { retryable: false },
      )
    limit = isStuck ? Math.min(limit * 10, PAGE_ROWS_MAX) : PAGE_ROWS
    from = isStuck ? from : last
  }
  return { ...total, more: true }
}

/** A feed of which nothing has been read yet. */
export function newFeedState(
  start: Pick<FeedState, 'tenantId' | 'feedId' | 'switchedOnAt' | 'historyUntil'>,
): FeedState {
  return {
    ...start,
    version: 1,
    backfilled: start.historyUntil === null,
    cursor: null,
    lastPollAt: null,
    lastEventAt: null,
    eventsRead: 0,
    grantsFound: 0,
    skipped: {},
    lastError: null,
  }
}

/** All that the dataset holds now is history. Where that ends is Axiom's word, never this machine's clock. */
async function switchOn(ports: PollPorts, input: PollInput): Promise<FeedState> {
  const now = ports.clock.now()
  const historyUntil = await ports.auditFeed.newestIngest({
    dataset: input.feed.dataset,
    timeFrom: now - input.policy.learning.historyDays * DAY_MS,
    timeTo: now + input.preset.futureSkewMs,
  })
  const state = newFeedState({
    tenantId: input.tenantId,
    feedId: input.feed.id,
    switchedOnAt: now,
    historyUntil,
  })
  if (await ports.store.records.feeds.compareAndSet(state)) return state
  const other = await ports.store.records.feeds.get(input.tenantId, input.feed.id)
  if (other === null) throw new ConflictError('the feed was switched on elsewhere')
  return other
}

function pageQuery(
  now: number,
  input: PollInput,
  state: FeedState,
  at: { readonly from: string | null; readonly limit: number },
): AuditPageQuery {
  const backMs = state.backfilled ? input.preset.latestEventAgeMs : input.policy.learning.historyDays * DAY_MS
  return {
    dataset: input.feed.dataset,
    prefix: input.feed.prefix,
    anyOf: input.preset.filter,
    allOf: input.feed.conditions,
    fromIngest: at.from,
    timeFrom: now - Math.max(backMs, input.preset.overlapMs),
    timeTo: now + input.preset.futureSkewMs,
    limit: at.limit,
  }
}

interface PageToWrite {
  readonly state: FeedState
  readonly rows: readonly AuditRow[]
  readonly isLast: boolean
}

async function writePage(
  ports: PollPorts,
  input: PollInput,
  page: PageToWrite,
): Promise<{ readonly state: FeedState; readonly grants: number }> {
  const now = ports.clock.now()
  const context: FeedContext = {
    tenantId: input.tenantId,
    feedId: input.feed.id,
    prefix: input.feed.prefix,
    preset: input.preset,
    policy: input.policy,
    historyUntil: page.state.historyUntil,
    summariseFrom: page.state.switchedOnAt - SUMMARY_MS,
    now,
  }
  const read = readRows(context, page.rows)
  return await inTransaction(ports, async (records) => {
    const { inserted } = await ingestObservations(ports, records, context, read.sourced)
    const state = nextState(page, read, { now, grants: inserted.length })
    // Another instance took over the feed: its transaction covers these rows, this one is given up whole.
    if (!(await records.feeds.compareAndSet(state)))
      throw new UpstreamError('database', `${input.feed.id} is being read elsewhere.`, { retryable: true })
    return { state, grants: inserted.length }
  })
}

function nextState(
  page: PageToWrite,
  read: ReadRows,
  result: { readonly now: number; readonly grants: number },
): FeedState {
  const { state } = page
  let cursor = state.cursor
  const skipped: Record<string, number> = { ...state.skipped }
  let eventsRead = state.eventsRead
  for (const reading of read.readings) {
    // Rows inside the overlap were counted when they were read first.
    if (state.cursor !== null && compareIngest(reading.ingestedAt, state.cursor) <= 0) continue
    cursor = laterIngest(cursor, reading.ingestedAt)
    eventsRead += 1
    if (reading.skipped === null) continue
    const isListed = reading.skipped in skipped || Object.keys(skipped).length < SKIP_REASONS_MAX
    const reason = isListed ? reading.skipped : 'other reasons'
    skipped[reason] = (skipped[reason] ?? 0) + 1
  }
  return {
    ...state,
    version: state.version + 1,
    cursor,
    backfilled: state.backfilled || page.isLast || reached(cursor, state.historyUntil),
    lastPollAt: result.now,
    lastEventAt: cursor === null ? state.lastEventAt : ingestMs(cursor),
    eventsRead,
    grantsFound: state.grantsFound + result.grants,
    skipped,
    lastError: null,
  }
}

function reached(cursor: string | null, historyUntil: string | null): boolean {
  return historyUntil === null || (cursor !== null && compareIngest(cursor, historyUntil) > 0)
}

/** Remembers why a poll failed, for App Home; the cursor stays where it is. */
export async function noteFailedPoll(
  ports: Pick<Ports, 'clock' | 'store'>,
  input: { readonly tenantId: string; readonly feedId: string; readonly why: string },
): Promise<void> {
  const state = await ports.store.records.feeds.get(input.tenantId, input.feedId)
  if (state === null) return
  await ports.store.records.feeds.compareAndSet({
    ...state,
    version: state.version + 1,
    lastPollAt: ports.clock.now(),
    lastError: input.why.slice(0, 300),
  })
}
