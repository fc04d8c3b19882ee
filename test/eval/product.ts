import { type Comparison, calibrationRowOf, compareWithPast } from '../../src/domain/baseline.ts'
import { type Calibration, emptyCalibration, learnChange } from '../../src/domain/calibration.ts'
import type { EvidenceInput } from '../../src/domain/evidence-rule.ts'
import { DAY_MS } from '../../src/domain/history.ts'
import { actKeyOf } from '../../src/domain/history-log.ts'
import { type Detector, LEARNING_DELAY_DAYS, WARM_UP_DAYS } from './protocol.ts'
import type { Stream } from './streams.ts'

/** The product's own judgement, over a calibration in memory, by the very functions that the product uses. */

/** What counts for the rank of a change. */
type Scale = (comparison: Comparison) => number

export const byPoints: Scale = ({ baseline }) =>
  baseline.evidence.reduce((sum, { weight }) => sum + weight, 0)
export const byRaw: Scale = ({ oddity }) => oddity.raw
export const byScore: Scale = ({ baseline }) => baseline.score

export interface Product extends Detector {
  readonly calibration: Calibration
}

export function product(
  stream: Stream,
  name: string,
  scale: Scale,
  delayDays = LEARNING_DELAY_DAYS,
): Product {
  const calibration = emptyCalibration()
  const historyUntil = (stream.changes[0]?.at ?? 0) + WARM_UP_DAYS * DAY_MS
  const compare = (inputs: readonly EvidenceInput[]) =>
    inputs.map((input) => compareWithPast(input, calibration))
  return {
    name,
    calibration,
    score: (inputs) => Math.max(...compare(inputs).map(scale)),
    learn(inputs, { at }) {
      const [first] = inputs
      if (first === undefined) return
      const act = actKeyOf(first.grant.feedId, first.grant.act)
      const learnedAt = at < historyUntil ? at : at + delayDays * DAY_MS
      learnChange(calibration, calibrationRowOf({ act, at, learnedAt }, compare(inputs)))
    },
  }
}
