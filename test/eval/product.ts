import { type Comparison, calibrationRowOf, compareWithPast } from '../../src/domain/baseline.ts'
import { type Calibration, emptyCalibration, learnChange } from '../../src/domain/calibration.ts'
import type { EvidenceInput } from '../../src/domain/evidence-rule.ts'
import { actKeyOf } from '../../src/domain/history-log.ts'
import { FAMILIES, FAMILY_IDS, type FamilyId } from '../../src/domain/oddity-families.ts'
import type { Detector, LearnedAt } from './protocol.ts'
import type { Change } from './streams.ts'

/** The product's own judgement, over a calibration in memory, by the very functions that the product uses. */

/** What counts for the rank of a change. */
type Scale = (comparison: Comparison) => number

/** Points of all evidence: what the score of 0 to 100 is made of, without its steps. */
export const byPoints: Scale = ({ baseline }) =>
  baseline.evidence.reduce((sum, { weight }) => sum + weight, 0)
export const byScore: Scale = ({ baseline }) => baseline.score

/** The raw score without some families, as if nobody had thought of them. */
export function without(families: readonly FamilyId[]): Scale {
  return ({ oddity }) =>
    FAMILY_IDS.reduce((raw, family, place) => {
      const rank = oddity.ranks[place] ?? 0
      return families.includes(family) || rank === 0 ? raw : Math.max(raw, rank + FAMILIES[family].bits)
    }, 0)
}

export interface Product {
  readonly calibration: Calibration
  compare(inputs: readonly EvidenceInput[]): readonly Comparison[]
  learn(inputs: readonly EvidenceInput[], change: Change, learnedAt: number | null): void
  /** One detector for each way to rank; the first of them learns for all. */
  detectors(scales: Readonly<Record<string, Scale>>, learnedAt: LearnedAt): readonly Detector[]
}

export function createProduct(): Product {
  const calibration = emptyCalibration()
  let last: { readonly inputs: readonly EvidenceInput[]; readonly found: readonly Comparison[] } | null = null
  const compare = (inputs: readonly EvidenceInput[]) => {
    if (last?.inputs !== inputs)
      last = { inputs, found: inputs.map((input) => compareWithPast(input, calibration)) }
    return last.found
  }
  const learn: Product['learn'] = (inputs, { at }, learnedAt) => {
    const [first] = inputs
    if (first === undefined) return
    const act = actKeyOf(first.grant.feedId, first.grant.act)
    learnChange(
      calibration,
      calibrationRowOf({ act, at, by: first.grant.grantorPerson, learnedAt }, compare(inputs)),
    )
    last = null
  }
  return {
    calibration,
    compare,
    learn,
    detectors: (scales, learnedAt) =>
      Object.entries(scales).map(([name, scale], index) => ({
        name,
        score: (inputs) => Math.max(...compare(inputs).map(scale)),
        ...(index === 0
          ? {
              learn: (inputs: readonly EvidenceInput[], change: Change) =>
                learn(inputs, change, learnedAt(change.at)),
            }
          : {}),
      })),
  }
}
