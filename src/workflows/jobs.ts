import type { PolicyVersion } from '../domain/policy.ts'
import { LANES, type Lane, type Ports } from '../ports.ts'
import { assessDue } from './assess-grants.ts'
import { calibrateFeeds } from './calibrate-feed.ts'
import { deliverOutbox } from './deliver-outbox.ts'
import { isHistoryRead, pollTenant, summariseHistory } from './poll-tenant.ts'
import { recoverClicks } from './recover-clicks.ts'
import { summariseShadow } from './shadow-summary.ts'
import { syncCards } from './sync-cards.ts'
import { watchDeadlines } from './watch-deadlines.ts'
import { withLease } from './with-lease.ts'

/** One named piece of work for the scheduler. */
export interface TenantJob {
  readonly name: JobName
  readonly schedule: string
  run(signal: AbortSignal): Promise<void>
}

export type JobName =
  | 'poll'
  | 'assess'
  | 'cards'
  | 'deadlines'
  | 'clicks'
  | 'shadow-summary'
  | `deliver-${Lane}`

const EVERY_FIVE_SECONDS = '*/5 * * * * *'
/** In the time zone that the schedule is read in. */
const EVERY_MORNING = '0 9 * * *'
/** A click that is being acted on right now is not lost. */
const CLICK_GRACE_MS = 30_000

export interface JobsInput {
  /** Cron expression of the poll. */
  readonly schedule: string
  readonly holder: string
  /** When this process started. */
  readonly startedAt: number
  /** Runs another job now. */
  readonly kick: (name: JobName) => void
}

/** Everything that runs by itself, for every tenant. Work that only one instance may do takes a lease. */
export function jobsOf(ports: Ports, input: JobsInput): readonly TenantJob[] {
  const forEachTenant =
    (name: JobName, work: (tenant: TenantRun) => Promise<void>) => async (signal: AbortSignal) => {
      for (const { tenantId } of await ports.store.records.tenants.all()) {
        const policy = await ports.store.records.policies.current(tenantId)
        if (policy === null || signal.aborted) continue
        const lease = { name: `${name}:${tenantId}`, holder: input.holder, signal }
        await withLease(ports, lease, (held) => work({ tenantId, policy, signal: held }))
      }
    }
  const job = (name: JobName, schedule: string, work: (tenant: TenantRun) => Promise<void>): TenantJob => ({
    name,
    schedule,
    run: forEachTenant(name, work),
  })
  return [
    job('poll', input.schedule, (run) => poll(ports, input, run)),
    job('assess', EVERY_FIVE_SECONDS, (run) => assess(ports, input, run)),
    job('cards', EVERY_FIVE_SECONDS, (run) => cards(ports, run)),
    job('deadlines', EVERY_FIVE_SECONDS, async ({ tenantId }) => {
      if ((await watchDeadlines(ports, tenantId)) > 0) kickAfterChange(input)
    }),
    job('clicks', EVERY_FIVE_SECONDS, async ({ tenantId }) => {
      // What a process before this one left behind is nobody's any more: no grace.
      const receivedBefore = Math.max(input.startedAt, ports.clock.now() - CLICK_GRACE_MS)
      if ((await recoverClicks(ports, { tenantId, receivedBefore })) > 0) kickAfterChange(input)
    }),
    job('shadow-summary', EVERY_MORNING, async (run) => {
      await summariseShadow(ports, run)
      input.kick('deliver-slack')
    }),
    ...LANES.map((lane) => deliver(ports, input, lane)),
  ]
}

interface TenantRun {
  readonly tenantId: string
  readonly policy: PolicyVersion
  readonly signal: AbortSignal
}

function kickAfterChange(input: JobsInput): void {
  input.kick('cards')
  for (const lane of LANES) input.kick(`deliver-${lane}`)
}

async function poll(ports: Ports, input: JobsInput, run: TenantRun): Promise<void> {
  try {
    const { more } = await pollTenant(ports, run)
    if (more) input.kick('poll')
  } finally {
    // What the feeds that answered brought is judged, whatever the others did.
    input.kick('assess')
    kickAfterChange(input)
  }
}

async function assess(ports: Ports, input: JobsInput, run: TenantRun): Promise<void> {
  if (!(await isHistoryRead(ports, run))) return
  await calibrateFeeds(ports, { ...run, policy: run.policy.policy })
  let assessed = 0
  for (let batch = await assessDue(ports, run); batch > 0; batch = await assessDue(ports, run)) {
    assessed += batch
    kickAfterChange(input)
    if (run.signal.aborted) return
  }
  await summariseHistory(ports, run)
  if (assessed > 0) kickAfterChange(input)
}

async function cards(ports: Ports, run: TenantRun): Promise<void> {
  await syncCards(ports, { ...run, policy: run.policy.policy })
}

/** Lanes serve all tenants in one order, so their lease is one for all. */
function deliver(ports: Ports, input: JobsInput, lane: Lane): TenantJob {
  const name = `deliver-${lane}` as const
  return {
    name,
    schedule: EVERY_FIVE_SECONDS,
    run: async (signal) => {
      const lease = { name, holder: input.holder, signal }
      await withLease(ports, lease, (held) => deliverOutbox(ports, { lane, signal: held }))
    },
  }
}
