import { conclude } from '../domain/conclude.ts'
import type { Grant } from '../domain/grant.ts'
import { compareIngest } from '../domain/ingest-time.ts'
import { indexAliases } from '../domain/party.ts'
import type { Policy, PolicyFeed } from '../domain/policy.ts'
import { presetFor } from '../domain/presets/registry.ts'
import { withTeamTiers } from '../domain/tier-overrides.ts'
import { opensReview } from '../domain/verdict.ts'
import type { AuditRow, KnownState, Ports } from '../ports.ts'
import { readRows } from './ingest-rows.ts'

/** Looks at real events through a policy's feeds, and records nothing. */

const SAMPLE_HOURS = 24
const SAMPLE_ROWS = 2_000
const HOUR_MS = 3_600_000
const REASONS_SHOWN = 3
const FEEDS_MAX = 20

export { SAMPLE_HOURS }

type SamplePorts = Pick<Ports, 'clock' | 'auditFeed'>

export interface FeedSample {
  readonly feedId: string
  readonly title: string
  readonly events: number
  /** Events that say something about privileged roles. */
  readonly understood: number
  /** Why others were passed over, the commonest first. */
  readonly skipped: readonly { readonly reason: string; readonly events: number }[]
  /** What people may be asked about, newest first. */
  readonly grants: readonly Grant[]
  /** There were more events than a sample holds, or Axiom answered in part. */
  readonly isCut: boolean
}

export interface FeedComparison {
  readonly feedId: string
  readonly before: FeedSample | null
  readonly after: FeedSample | null
  readonly gained: readonly Grant[]
  readonly lost: readonly Grant[]
}

interface Reading {
  readonly tenantId: string
  readonly feed: PolicyFeed
  readonly policy: Policy
}

/** The events of the last hours through one feed. */
export async function sampleFeed(ports: SamplePorts, reading: Reading): Promise<FeedSample> {
  return sampleOf(reading, await rowsOf(ports, reading))
}

interface Rows {
  readonly rows: readonly AuditRow[]
  readonly isCut: boolean
}

async function rowsOf(ports: SamplePorts, { feed, policy }: Reading): Promise<Rows> {
  const preset = presetFor(policy, feed.preset)
  if (preset === null) return { rows: [], isCut: false }
  const now = ports.clock.now()
  const { rows, partial } = await ports.auditFeed.page({
    dataset: feed.dataset,
    prefix: feed.prefix,
    anyOf: preset.filter,
    allOf: feed.conditions,
    fromIngest: null,
    timeFrom: now - SAMPLE_HOURS * HOUR_MS,
    timeTo: now + preset.futureSkewMs,
    limit: SAMPLE_ROWS,
  })
  return { rows, isCut: partial || rows.length >= SAMPLE_ROWS }
}

const NOTHING_KNOWN: KnownState = { snapshots: [], grants: [], keys: new Map() }

function sampleOf({ tenantId, feed, policy }: Reading, { rows, isCut }: Rows): FeedSample {
  const preset = presetFor(policy, feed.preset)
  const title = preset?.title ?? feed.preset
  const nothing = { feedId: feed.id, title, events: 0, understood: 0, skipped: [], grants: [], isCut }
  if (preset === null) return nothing
  const { sourced, readings } = readRows({ preset, prefix: feed.prefix }, rows)
  const tiered = sourced.map((one) => ({
    ...one,
    observation: withTeamTiers(one.observation, preset.name, policy.roles.tiers),
  }))
  const { inserted } = conclude(tiered, NOTHING_KNOWN, {
    tenantId,
    feedId: feed.id,
    source: preset.name,
    settleWindowMs: preset.settleWindowMs,
    timezone: policy.timezone,
    aliases: indexAliases(policy.identities.aliases),
  })
  const reasons = new Map<string, number>()
  for (const { skipped } of readings)
    if (skipped !== null) reasons.set(skipped, (reasons.get(skipped) ?? 0) + 1)
  return {
    ...nothing,
    events: rows.length,
    understood: readings.filter(({ skipped }) => skipped === null).length,
    skipped: [...reasons]
      .map(([reason, events]) => ({ reason, events }))
      .toSorted((one, other) => other.events - one.events)
      .slice(0, REASONS_SHOWN),
    grants: inserted
      .filter(({ kind }) => opensReview(kind))
      .toSorted((one, other) => other.occurredAt - one.occurredAt),
  }
}

/** What feeds that a change touches would find and no longer find, over the same stretch of events. */
export async function compareFeeds(
  ports: SamplePorts,
  input: { readonly tenantId: string; readonly before: Policy; readonly after: Policy },
): Promise<readonly FeedComparison[]> {
  const comparisons: FeedComparison[] = []
  for (const feedId of touchedFeeds(input.before, input.after).slice(0, FEEDS_MAX)) {
    const sides = [input.before, input.after].map((policy) => {
      const feed = policy.feeds.find(({ id, enabled }) => id === feedId && enabled)
      return feed === undefined ? null : { tenantId: input.tenantId, feed, policy }
    })
    const [before = null, after = null] = sides
    const read = [
      before === null ? null : await rowsOf(ports, before),
      after === null ? null : await rowsOf(ports, after),
    ]
    const until = commonEnd(read)
    const [was, would] = [before, after].map((reading, side) => {
      const rows = read[side]
      return reading === null || rows === null || rows === undefined
        ? null
        : sampleOf(reading, { ...rows, rows: rows.rows.filter((row) => isWithin(row, until)) })
    })
    comparisons.push(comparisonOf(feedId, was ?? null, would ?? null))
  }
  return comparisons
}

/** Where a sample was cut, the other is looked at no further. */
function commonEnd(read: readonly (Rows | null)[]): string | null {
  const ends = read.flatMap((one) => (one?.isCut === true ? [one.rows.at(-1)?.ingestedAt ?? ''] : []))
  return ends.toSorted(compareIngest)[0] ?? null
}

function isWithin(row: AuditRow, until: string | null): boolean {
  return until === null || compareIngest(row.ingestedAt, until) <= 0
}

function comparisonOf(feedId: string, before: FeedSample | null, after: FeedSample | null): FeedComparison {
  const missingFrom = (one: FeedSample | null, other: FeedSample | null) => {
    const known = new Set((other?.grants ?? []).map(({ grantKey }) => grantKey))
    return (one?.grants ?? []).filter(({ grantKey }) => !known.has(grantKey))
  }
  return { feedId, before, after, gained: missingFrom(after, before), lost: missingFrom(before, after) }
}

/** Feeds that a change reads otherwise: by themselves, or through a source that is described otherwise. */
export function touchedFeeds(before: Policy, after: Policy): readonly string[] {
  const ids = new Set([...before.feeds, ...after.feeds].map(({ id }) => id))
  const seen = (policy: Policy, feedId: string) => {
    const feed = policy.feeds.find(({ id }) => id === feedId)
    const source = policy.customPresets.find(({ name }) => name === feed?.preset)
    return JSON.stringify([feed === undefined ? null : { ...feed, shadow: false }, source ?? null])
  }
  return [...ids].filter((id) => seen(before, id) !== seen(after, id))
}
