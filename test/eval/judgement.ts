import { parseArgs } from 'node:util'
import { ATTACK_KINDS, type AttackKind, NAMED_KINDS, UNFORESEEN_KINDS } from './attacks.ts'
import { everyGrant, histogramOutlier, isolationForest, singleRules, summedEvidence } from './comparators.ts'
import { alertRate, evaluatedScores, meanRecall, recallOf, thresholdAt } from './measures.ts'
import { type Detector, type Outcome, runProtocol } from './protocol.ts'
import { loadStreams } from './streams.ts'

const BUDGETS = [1, 2, 5] as const
const ATTACKS_PER_KIND = 100
const SEED = 11

/** `npm run eval [--data DIR] [--seed N] [--attacks N]`: how well the unusual is told from the usual. */
export function runJudgement(args: readonly string[]): number {
  const { values } = parseArgs({
    args: [...args],
    options: { data: { type: 'string' }, seed: { type: 'string' }, attacks: { type: 'string' } },
    strict: true,
  })
  const streams = loadStreams(values.data ?? null)
  for (const stream of streams) {
    const detectors: readonly Detector[] = [
      summedEvidence,
      isolationForest(),
      histogramOutlier(),
      everyGrant,
      ...singleRules,
    ]
    const outcome = runProtocol(stream, {
      kinds: [...NAMED_KINDS, ...UNFORESEEN_KINDS],
      attacksPerKind: Number(values.attacks ?? ATTACKS_PER_KIND),
      seed: Number(values.seed ?? SEED),
      detectors,
    })
    print(outcome, detectors)
  }
  return 0
}

function print(outcome: Outcome, detectors: readonly Detector[]): void {
  const evaluated = outcome.benign.length - outcome.evaluationFrom
  process.stdout.write(
    `\n${outcome.stream}: ${evaluated} changes evaluated, ${outcome.attacks.length} attacks\n`,
  )
  detectors.forEach((detector, index) => {
    const benign = evaluatedScores(outcome, index)
    const recalls = BUDGETS.map((budget) =>
      meanRecall(outcome, index, thresholdAt(benign, budget)).toFixed(2),
    )
    process.stdout.write(
      `${detector.name.padEnd(32)} ${recalls.join(' ')}  fires on ${alertRate(benign, 1e-9).toFixed(1)} per 100\n`,
    )
  })
  const benign = evaluatedScores(outcome, 0)
  for (const kind of [...NAMED_KINDS, ...UNFORESEEN_KINDS] as const)
    process.stdout.write(
      `${kind} ${ATTACK_KINDS[kind].name.padEnd(20)} ${BUDGETS.map((budget) => recallOf(outcome, 0, kind, thresholdAt(benign, budget)).toFixed(2)).join(' ')} of ${count(outcome, kind)}\n`,
    )
}

function count(outcome: Outcome, kind: AttackKind): number {
  return outcome.attacks.filter((attack) => attack.kind === kind).length
}
