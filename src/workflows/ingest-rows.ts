import { LEARNING_DELAY_MS } from '../domain/calibration.ts'
import { type Concluded, conclude, type Sourced } from '../domain/conclude.ts'
import { type Grant, RAW_CHARACTERS_MAX } from '../domain/grant.ts'
import { compareIngest } from '../domain/ingest-time.ts'
import { indexAliases, partyKey } from '../domain/party.ts'
import type { Policy } from '../domain/policy.ts'
import type { Preset } from '../domain/presets/preset.ts'
import { withTeamTiers } from '../domain/tier-overrides.ts'
import { opensReview } from '../domain/verdict.ts'
import type { AuditRow, KnownState, Ports, QueueItem, Records } from '../ports.ts'
import { assessAgain } from './assess-again.ts'
import { settleRemovals } from './settle-removals.ts'

export interface FeedContext {
  readonly tenantId: string
  readonly feedId: string
  readonly prefix: string | null
  readonly preset: Preset
  readonly policy: Policy
  /** Rows ingested up to and including this moment are history; null when there is none. */
  readonly historyUntil: string | null
  /** History younger than this (event time) is assessed for the summary. */
  readonly summariseFrom: number
  readonly now: number
}

export interface ReadRows {
  readonly sourced: readonly Sourced[]
  /** Per row: how many observations, or the reason it was skipped. */
  readonly readings: readonly { readonly ingestedAt: string; readonly skipped: string | null }[]
}

/** Reads raw rows with the feed's preset. */
export function readRows(
  context: Pick<FeedContext, 'preset' | 'prefix'>,
  rows: readonly AuditRow[],
): ReadRows {
  const sourced: Sourced[] = []
  const readings = rows.map((row) => {
    const reading = context.preset.read(row.event, { prefix: context.prefix })
    if ('skipped' in reading) return { ingestedAt: row.ingestedAt, skipped: reading.skipped }
    const raw = rawText(row.event)
    for (const observation of reading.observations)
      sourced.push({ observation, ingestedAt: row.ingestedAt, raw })
    return { ingestedAt: row.ingestedAt, skipped: null }
  })
  return { sourced, readings }
}

/** The event as JSON, clipped; nothing when it is nested too deeply to be written out. */
function rawText(event: unknown): string {
  try {
    return (JSON.stringify(event) ?? '').slice(0, RAW_CHARACTERS_MAX).toWellFormed()
  } catch (error) {
    if (error instanceof RangeError) return ''
    throw error
  }
}

export interface Ingested {
  readonly inserted: readonly Grant[]
  readonly replaced: readonly Grant[]
}

/** Concludes grants from what was read and writes ledger, queue and settled reviews, in the caller's transaction. */
export async function ingestObservations(
  ports: Pick<Ports, 'chainKey' | 'hasWebhook'>,
  records: Records,
  context: FeedContext,
  sourced: readonly Sourced[],
): Promise<Ingested> {
  if (sourced.length === 0) return { inserted: [], replaced: [] }
  const known = await loadKnown(records, context, sourced)
  const { tiers } = context.policy.roles
  const tiered = sourced.map((one) => ({
    ...one,
    observation: withTeamTiers(one.observation, context.preset.name, tiers),
  }))
  const concluded = conclude(tiered, known, {
    tenantId: context.tenantId,
    feedId: context.feedId,
    source: context.preset.name,
    settleWindowMs: context.preset.settleWindowMs,
    timezone: context.policy.timezone,
    aliases: indexAliases(context.policy.identities.aliases),
  })
  const inserted = await writeConcluded(records, context, concluded)
  const written = [...inserted, ...concluded.replaced]
  await records.queue.put(written.flatMap((grant) => queueItem(context, grant)))
  await assessAgain(
    records,
    context,
    written.filter((grant) => !isHistory(context, grant)),
  )
  await settleRemovals(
    ports,
    records,
    context,
    written.filter((grant) => grant.kind === 'removal'),
  )
  return { inserted, replaced: concluded.replaced }
}

async function loadKnown(
  records: Records,
  context: FeedContext,
  sourced: readonly Sourced[],
): Promise<KnownState> {
  const granteeKeys = new Set<string>()
  let since = Number.POSITIVE_INFINITY
  for (const { observation } of sourced) {
    granteeKeys.add(partyKey(observation.grantee))
    since = Math.min(since, observation.occurredAt)
  }
  return await records.ledger.known({
    tenantId: context.tenantId,
    feedId: context.feedId,
    granteeKeys: [...granteeKeys],
    // Twice the window: a row that an earlier record enriched lies up to one window before what it merged.
    since: since - 2 * context.preset.settleWindowMs,
  })
}

async function writeConcluded(
  records: Records,
  context: FeedContext,
  concluded: Concluded,
): Promise<readonly Grant[]> {
  const ids = new Set<string>()
  // History is learned at once: it was there before anybody knew that it would be looked at.
  for (const [learnDelayMs, isWanted] of [
    [0, true],
    [LEARNING_DELAY_MS, false],
  ] as const) {
    const grants = concluded.inserted.filter((grant) => isHistory(context, grant) === isWanted)
    for (const id of await records.ledger.insert(grants, learnDelayMs)) ids.add(id)
  }
  await records.ledger.replace(concluded.replaced)
  await records.ledger.saveSnapshots(
    concluded.snapshots.map((snapshot) => ({
      ...snapshot,
      tenantId: context.tenantId,
      feedId: context.feedId,
    })),
  )
  await records.ledger.saveKeys(context.tenantId, concluded.keys)
  return concluded.inserted.filter((grant) => ids.has(grant.id))
}

function isHistory({ historyUntil }: FeedContext, grant: Grant): boolean {
  return historyUntil !== null && compareIngest(grant.ingestedAt, historyUntil) <= 0
}

function queueItem(context: FeedContext, grant: Grant): readonly QueueItem[] {
  if (!opensReview(grant.kind)) return []
  const isPast = isHistory(context, grant)
  if (isPast && grant.occurredAt < context.summariseFrom) return []
  return [
    {
      tenantId: context.tenantId,
      grantId: grant.id,
      dueAt: context.now,
      enqueuedAt: context.now,
      mode: isPast ? 'history' : 'live',
      attempts: 0,
    },
  ]
}
