import { type Comparison, calibrationRowOf, compareWithPast } from '../domain/baseline.ts'
import { type Calibration, type CalibrationRow, joined, learnChange } from '../domain/calibration.ts'
import type { Grant } from '../domain/grant.ts'
import { factsOf, type HistoryFacts, type HistoryProfile } from '../domain/history.ts'
import { actKeyOf } from '../domain/history-log.ts'
import type { Policy } from '../domain/policy.ts'
import { presetFor } from '../domain/presets/registry.ts'

export interface Compared<T extends { readonly grant: Grant }> {
  readonly one: T
  readonly facts: HistoryFacts
  readonly comparison: Comparison
}

const CARRIES_NOTHING = { justification: false, ticket: false, expiry: false, ip: false }

/**
 * Compares grants with the past of their tenant, in the order of time: each act with what came before it, and then
 * added to it. `calibration` is the caller's own copy and grows.
 */
export function compareInOrder<T extends { readonly grant: Grant }>(
  past: { readonly profile: HistoryProfile; readonly calibration: Calibration; readonly policy: Policy },
  grants: readonly T[],
  learnDelayMs: (one: T) => number,
): readonly Compared<T>[] {
  const { profile, calibration, policy } = past
  const compared: Compared<T>[] = []
  for (const members of actsInOrder(grants)) {
    const [first] = members
    if (first === undefined) continue
    const found = members.map((one) => {
      const { grant } = one
      const facts = factsOf(profile, grant)
      const carries = presetFor(policy, grant.source)?.carries ?? CARRIES_NOTHING
      return { one, facts, comparison: compareWithPast({ grant, facts, policy, carries }, calibration) }
    })
    compared.push(...found)
    learnChange(calibration, changeRow(calibration, first.grant, found, learnDelayMs(first)))
  }
  return compared
}

function changeRow(
  calibration: Calibration,
  grant: Grant,
  found: readonly { readonly comparison: Comparison }[],
  learnDelayMs: number | null,
): CalibrationRow {
  const act = actKeyOf(grant.feedId, grant.act)
  const at = grant.occurredAt
  const learnedAt = learnDelayMs === null ? null : at + learnDelayMs
  const row = calibrationRowOf(
    { act, at, by: grant.grantorPerson, learnedAt },
    found.map(({ comparison }) => comparison),
  )
  return joined(
    calibration.rows.find((known) => known.act === act),
    row,
  )
}

/** What is remembered of judged grants, one row for each act; a flag on any of its grants holds the act back. */
export function calibrationRowsOf(
  judged: readonly {
    readonly grant: Grant
    readonly comparison: Comparison
    /** Null while nobody vouches for it. */
    readonly learnDelayMs: number | null
  }[],
): readonly CalibrationRow[] {
  const rows = new Map<string, CalibrationRow>()
  for (const { grant, comparison, learnDelayMs } of judged) {
    const act = actKeyOf(grant.feedId, grant.act)
    const learnedAt = learnDelayMs === null ? null : grant.occurredAt + learnDelayMs
    const row = calibrationRowOf({ act, at: grant.occurredAt, by: grant.grantorPerson, learnedAt }, [
      comparison,
    ])
    rows.set(act, joined(rows.get(act), row))
  }
  return [...rows.values()]
}

function actsInOrder<T extends { readonly grant: Grant }>(grants: readonly T[]): readonly (readonly T[])[] {
  const acts = new Map<string, T[]>()
  for (const one of grants.toSorted((a, b) => a.grant.occurredAt - b.grant.occurredAt)) {
    const key = actKeyOf(one.grant.feedId, one.grant.act)
    const members = acts.get(key)
    if (members === undefined) acts.set(key, [one])
    else members.push(one)
  }
  return [...acts.values()]
}
