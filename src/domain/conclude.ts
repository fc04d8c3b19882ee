import { concludeSnapshot } from './conclude-snapshot.ts'
import {
  actFactsOf,
  type ConcludeContext,
  type KnownLike,
  type Outcome,
  openWork,
  record,
  type Source,
  type Work,
} from './conclude-work.ts'
import { directionOf, type Grant } from './grant.ts'
import type { ChangeObservation, Observation } from './presets/preset.ts'
import type { Snapshot } from './snapshot-timeline.ts'

/** An observation with where it came from. */
export interface Sourced {
  readonly observation: Observation
  readonly ingestedAt: string
  /** The raw event as JSON. */
  readonly raw: string
}

export interface ConcludedSnapshot extends Snapshot {
  readonly tenantId: string
  readonly feedId: string
}

export interface Concluded {
  readonly inserted: readonly Grant[]
  /** Known rows that were enriched or corrected; their ids and grant keys stay. */
  readonly replaced: readonly Grant[]
  readonly snapshots: readonly ConcludedSnapshot[]
  /** Every grant key met for the first time, with the id of the grant it became. */
  readonly keys: ReadonlyMap<string, string>
  /** One list for each observation, in the order they came. */
  readonly outcomes: readonly (readonly Outcome[])[]
}

/**
 * Concludes grants and removals from observations. Idempotent: what is known already changes nothing. Handled in
 * order of event time, whatever order they came in.
 */
export function conclude(
  observations: readonly Sourced[],
  known: KnownLike,
  context: ConcludeContext,
): Concluded {
  const work = openWork(known, context)
  const outcomes: (readonly Outcome[])[] = observations.map(() => [])
  const ordered = observations
    .map((sourced, index) => ({ sourced, index }))
    .sort((one, other) => {
      const time = one.sourced.observation.occurredAt - other.sourced.observation.occurredAt
      return time || one.index - other.index
    })
  for (const { sourced, index } of ordered) {
    const { observation, ingestedAt, raw } = sourced
    // Failed and denied calls are never grants.
    if (observation.outcome !== 'success') continue
    const source = { facts: actFactsOf(observation), ingestedAt, raw }
    outcomes[index] =
      observation.form === 'change'
        ? [concludeChange(work, source, observation)]
        : concludeSnapshot(work, source, observation)
  }
  return closeWork(work, outcomes)
}

function concludeChange(work: Work, source: Source, observation: ChangeObservation): Outcome {
  const { kind, role } = observation
  return record(work, source, { kind, role, direction: directionOf(kind), firstSeen: false })
}

function closeWork(work: Work, outcomes: Concluded['outcomes']): Concluded {
  const { tenantId, feedId } = work.context
  const all = new Map([...work.rows.values()].flatMap((rows) => [...rows]))
  const rowsOf = (ids: Iterable<string>) => [...ids].flatMap((id) => all.get(id) ?? [])
  const inserted = rowsOf(work.insertedIds)
  const replaced = rowsOf([...work.replacedIds].filter((id) => !work.insertedIds.has(id)))
  const snapshots = [...work.saved.values()].map((snapshot) => ({ ...snapshot, tenantId, feedId }))
  return { inserted, replaced, snapshots, keys: work.keys, outcomes }
}
