import { GATED_KINDS } from './attacks.ts'
import { alertRate, evaluatedScores, meanRecall } from './measures.ts'
import { byScore, createProduct } from './product.ts'
import { learnedAtOf, runProtocol, USUAL_SCHEDULE } from './protocol.ts'
import type { Stream } from './streams.ts'
import { share } from './tables.ts'

/** Ages of a tenant in days. Before the last, little ordinary life is there to be measured on. */
const AGES = [
  [90, 180],
  [180, 365],
  [365, 730],
  [730, 1_460],
] as const
const HISTORY_DAYS = 90
const FIXED = 35

/** How a tenant fares that begins with three months of history: neither silence nor a flood. */
export function coldStart(
  stream: Stream,
  options: { readonly seed: number; readonly attacks: number },
): readonly (readonly string[])[] {
  return AGES.map(([from, to]) => {
    const schedule = { ...USUAL_SCHEDULE, historyDays: HISTORY_DAYS, evaluated: { from, to } }
    const detectors = createProduct().detectors({ score: byScore }, learnedAtOf(stream, schedule))
    const attacksPerKind = Math.ceil(options.attacks / 4)
    const outcome = runProtocol(stream, {
      kinds: GATED_KINDS,
      attacksPerKind,
      seed: options.seed,
      detectors,
      schedule,
    })
    const benign = evaluatedScores(outcome, 0)
    const recall = outcome.attacks.length === 0 ? Number.NaN : meanRecall(outcome, 0, FIXED)
    return [`${from}-${to}`, String(benign.length), alertRate(benign, FIXED).toFixed(1), share(recall)]
  })
}
