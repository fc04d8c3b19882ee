import type { PolicyVersion } from '../domain/policy.ts'
import { presetFor } from '../domain/presets/registry.ts'
import { type Ports, UpstreamError } from '../ports.ts'
import { noticeRow } from './notices.ts'
import { noteFailedPoll, pollFeed, SUMMARY_MS } from './poll-feed.ts'

type PollTenantPorts = Pick<
  Ports,
  'clock' | 'store' | 'auditFeed' | 'telemetry' | 'chainKey' | 'hasWebhook' | 'log'
>

export interface PollTenantInput {
  readonly tenantId: string
  readonly policy: PolicyVersion
  readonly signal: AbortSignal
}

/** Polls every enabled feed once and sends a heartbeat; a feed that fails does not hold up the others. */
export async function pollTenant(
  ports: PollTenantPorts,
  input: PollTenantInput,
): Promise<{ readonly more: boolean }> {
  const { policy } = input.policy
  const results: Record<string, { rows: number; grants: number; error: string | null }> = {}
  let more = false
  let failed: UpstreamError | null = null
  for (const feed of policy.feeds.filter((candidate) => candidate.enabled)) {
    const preset = presetFor(policy, feed.preset)
    if (preset === null || input.signal.aborted) continue
    try {
      const { tenantId, signal } = input
      const outcome = await pollFeed(ports, { tenantId, feed, preset, policy, signal })
      results[feed.id] = { rows: outcome.rows, grants: outcome.grants, error: null }
      more ||= outcome.more
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error
      failed = error
      results[feed.id] = { rows: 0, grants: 0, error: error.message }
      await noteFailedPoll(ports, { tenantId: input.tenantId, feedId: feed.id, why: error.message })
    }
  }
  await heartbeat(ports, input, results)
  if (failed !== null) throw failed
  return { more }
}

async function heartbeat(
  ports: PollTenantPorts,
  input: PollTenantInput,
  results: Readonly<Record<string, { rows: number; grants: number; error: string | null }>>,
): Promise<void> {
  const backlog = await ports.store.records.outbox.backlog()
  await ports.telemetry.send([
    {
      _time: new Date(ports.clock.now()).toISOString(),
      event: 'poller.heartbeat',
      tenant: input.tenantId,
      policy_version: input.policy.version,
      detail: { feeds: results, outbox: backlog.map(({ lane, waiting }) => ({ lane, waiting })) },
    },
  ])
}

/** True once no enabled feed is still reading its history: until then, what is live waits for its baselines. */
export async function isHistoryRead(ports: Pick<Ports, 'store'>, input: PollTenantInput): Promise<boolean> {
  const states = new Map(
    (await ports.store.records.feeds.all(input.tenantId)).map((state) => [state.feedId, state]),
  )
  return input.policy.policy.feeds
    .filter((feed) => feed.enabled && presetFor(input.policy.policy, feed.preset) !== null)
    .every((feed) => {
      const state = states.get(feed.id)
      return state !== undefined && (state.backfilled || state.lastError !== null)
    })
}

/** Once history is read and judged: one notice of what the last week would have asked. */
export async function summariseHistory(ports: PollTenantPorts, input: PollTenantInput): Promise<void> {
  const { records } = ports.store
  const states = (await records.feeds.all(input.tenantId)).filter(
    (state) => state.backfilled && state.grantsFound > 0,
  )
  const untold: typeof states = []
  for (const state of states)
    if ((await records.runs.last(runName(input.tenantId, state.feedId))) === null) untold.push(state)
  if (untold.length === 0 || (await records.queue.size(input.tenantId, 'history')) > 0) return
  const now = ports.clock.now()
  const since = Math.min(...untold.map((state) => state.switchedOnAt))
  const tally = (await records.assessments.tally(input.tenantId, since)).filter(
    (row) => row.disposition === 'history',
  )
  const count = (band: string) =>
    tally.filter((row) => row.band === band).reduce((sum, row) => sum + row.count, 0)
  const text = summaryText({
    grants: untold.reduce((sum, state) => sum + state.grantsFound, 0),
    low: count('low'),
    medium: count('medium'),
    high: count('high'),
    isShadow: input.policy.policy.mode === 'shadow',
  })
  await ports.store.transaction(async (tx) => {
    for (const state of untold)
      await tx.runs.save({
        job: runName(input.tenantId, state.feedId),
        startedAt: now,
        finishedAt: now,
        error: null,
      })
    const key = untold.map((state) => state.feedId).join(',')
    await tx.outbox.add([noticeRow({ kind: 'summary', tenantId: input.tenantId, text, at: now, key })])
  })
}

function runName(tenantId: string, feedId: string): string {
  return `summary:${tenantId}:${feedId}`
}

const SUMMARY_DAYS = SUMMARY_MS / 86_400_000

function summaryText(counts: {
  grants: number
  low: number
  medium: number
  high: number
  isShadow: boolean
}): string {
  const asked = counts.medium + counts.high
  const total = asked + counts.low
  const mode = counts.isShadow
    ? 'This is shadow mode: nobody is asked until a policy admin switches to live in App Home.'
    : 'From now on new grants are judged as they come.'
  return [
    `History is read: ${counts.grants} privileged grants and removals.`,
    `Of the ${total} grants of the last ${SUMMARY_DAYS} days I would have asked about ${asked} (${counts.high} high, ${counts.medium} medium) and let ${counts.low} through with a note.`,
    mode,
  ].join(' ')
}
