import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { FamilyId } from '../../src/domain/oddity-families.ts'
import { ATTACK_KINDS, type AttackKind, GATED_KINDS, NAMED_KINDS, UNFORESEEN_KINDS } from './attacks.ts'
import { coldStart } from './cold-start.ts'
import { everyGrant, histogramOutlier, isolationForest, singleRules, summedEvidence } from './comparators.ts'
import { asked } from './floors.ts'
import { alertRate, evaluatedScores, meanRecall, recallOf, thresholdAt } from './measures.ts'
import { LEARNINGS, POISONS, type Poison, type PoisonOutcome, runPoisoning } from './poisoning.ts'
import { byPoints, byScore, createProduct, without } from './product.ts'
import { type Detector, learnedAtOf, type Outcome, runProtocol, USUAL_SCHEDULE } from './protocol.ts'
import { loadStreams, type Stream } from './streams.ts'
import { chart, share, table } from './tables.ts'

const BUDGETS = [1, 2, 5] as const
const ALL_KINDS = [...NAMED_KINDS, ...UNFORESEEN_KINDS] as const
const ATTACKS_PER_KIND = 100
const POISON_RUNS = 40
/** No weight was settled on the attacks of this seed. */
const SEED = 101
/** Medium begins here, for every organisation. */
const FIXED = 35
const SURE_KINDS = ['a', 'b', 'i'] as const

/** Families that were thought of with a kind of attack in mind. */
const OWN_FAMILIES: Readonly<Record<(typeof GATED_KINDS)[number], readonly FamilyId[]>> = {
  a: ['dormant', 'night'],
  b: ['night', 'hour'],
  c: ['self'],
  d: ['look_alike'],
  e: ['chain'],
  f: ['burst', 'bundle'],
  g: ['hour', 'night', 'shift'],
  h: ['group'],
  i: ['repeat', 'shift'],
  j: ['removal'],
}

interface Options {
  readonly data: string | null
  readonly charts: string | null
  readonly seed: number
  readonly attacks: number
  readonly runs: number
}

interface Run {
  readonly stream: Stream
  readonly outcome: Outcome
  readonly names: readonly string[]
}

/**
 * `npm run eval -- [--data DIR] [--charts DIR] [--seed N] [--attacks N] [--runs N]`: how well the unusual is told from
 * the usual. 0 when every bar holds, 1 when one does not, 2 for a wrong call.
 */
export function runJudgement(args: readonly string[]): number {
  const options = optionsOf(args)
  const runs = loadStreams(options.data).map((stream) => runOf(stream, options))
  say(
    'Ordinary life is presumed benign; misuse is injected. Floors off, a change counts as its oddest grant.\n',
  )
  const broken = runs.flatMap((run) => {
    const poisoned = poisonings(run, options)
    report(run, poisoned, options)
    return brokenBars(run, poisoned)
  })
  if (options.charts !== null) drawCharts(options.charts, runs)
  say(broken.length === 0 ? '\nEvery bar holds.\n' : `\nBars that do not hold:\n${broken.join('\n')}\n`)
  return broken.length === 0 ? 0 : 1
}

function report(run: Run, poisoned: Poisonings, options: Options): void {
  const { outcome, stream } = run
  say(`\n${stream.name}: ${outcome.benign.length - outcome.evaluationFrom} changes evaluated, `)
  say(`${outcome.attacks.length} attacks\n\nRecall over kinds a to j at so many alerts per 100 changes\n`)
  say(budgetTable(run))
  say(`\nOne fixed threshold (score ${FIXED})\n`)
  say(fixedTable(run))
  say('\nBy kind, the product\n')
  say(kindTable(run))
  say(`\nWith each kind's own family removed, at 5: ${unforeseenLine(run)}\n`)
  say(`Asked with the floors of the default policy on: ${askedLine(run)}\n`)
  say('\nCold start: 90 days of history, then live, at the fixed threshold\n')
  say(table(['age in days', 'changes', 'alerts per 100', 'recall a to j'], coldStart(stream, options)))
  say('\nPoisoning: how often the last grant is caught (at 5 per 100 / at the fixed threshold)\n')
  say(poisonTable(poisoned))
}

function say(text: string): void {
  process.stdout.write(text)
}

function optionsOf(args: readonly string[]): Options {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: { data: text, charts: text, seed: text, attacks: text, runs: text },
    strict: true,
  })
  return {
    data: values.data ?? null,
    charts: values.charts ?? null,
    seed: Number(values.seed ?? SEED),
    attacks: Number(values.attacks ?? ATTACKS_PER_KIND),
    runs: Number(values.runs ?? POISON_RUNS),
  }
}

function runOf(stream: Stream, options: Options): Run {
  const product = createProduct()
  const removed = Object.entries(OWN_FAMILIES).map(
    ([kind, families]) => [`- ${kind}`, without(families)] as const,
  )
  const scales = { product: byPoints, score: byScore, ...Object.fromEntries(removed) }
  const detectors: readonly Detector[] = [
    ...product.detectors(scales, learnedAtOf(stream, USUAL_SCHEDULE)),
    asked(product),
    summedEvidence,
    isolationForest(),
    histogramOutlier(),
    everyGrant,
    ...singleRules,
  ]
  const plan = { kinds: ALL_KINDS, attacksPerKind: options.attacks, seed: options.seed, detectors }
  return { stream, outcome: runProtocol(stream, plan), names: detectors.map(({ name }) => name) }
}

function at(run: Run, name: string, per100: number): { readonly index: number; readonly threshold: number } {
  const index = run.names.indexOf(name)
  return { index, threshold: thresholdAt(evaluatedScores(run.outcome, index), per100) }
}

/** Ranks that stand in tables of their own. */
const ELSEWHERE = /^(- |score$|asked)/

function budgetTable(run: Run): string {
  const rows = run.names.flatMap((name, index) => (ELSEWHERE.test(name) ? [] : [budgetRow(run, index)]))
  return table(['detector', ...BUDGETS.map(String), 'l to s at 5'], rows)
}

function budgetRow(run: Run, index: number): readonly string[] {
  const name = run.names[index] ?? ''
  const recalls = BUDGETS.map((budget) => meanRecall(run.outcome, index, at(run, name, budget).threshold))
  const unforeseen = meanRecall(run.outcome, index, at(run, name, 5).threshold, UNFORESEEN_KINDS)
  return [name, ...recalls.map(share), share(unforeseen)]
}

function fixedTable(run: Run): string {
  const index = run.names.indexOf('score')
  const benign = evaluatedScores(run.outcome, index)
  const row = (score: number) => [
    String(score),
    alertRate(benign, score).toFixed(1),
    share(meanRecall(run.outcome, index, score)),
    share(meanRecall(run.outcome, index, score, UNFORESEEN_KINDS)),
    ...NAMED_KINDS.map((kind) => share(recallOf(run.outcome, index, kind, score))),
  ]
  return table(['score', 'per 100', 'a to j', 'l to s', ...NAMED_KINDS], [FIXED, 70].map(row))
}

function kindTable(run: Run): string {
  const rows = ALL_KINDS.map((kind) => [
    kind,
    ATTACK_KINDS[kind].name,
    String(run.outcome.attacks.filter((attack) => attack.kind === kind).length),
    ...BUDGETS.map((budget) => {
      const { index, threshold } = at(run, 'product', budget)
      return share(recallOf(run.outcome, index, kind, threshold))
    }),
  ])
  return table(['', 'kind', 'attacks', ...BUDGETS.map(String)], rows)
}

function unforeseenLine(run: Run): string {
  const recalls = GATED_KINDS.map((kind) => {
    const { index, threshold } = at(run, `- ${kind}`, 5)
    return [kind, recallOf(run.outcome, index, kind, threshold)] as const
  })
  const mean = recalls.reduce((sum, [, recall]) => sum + recall, 0) / recalls.length
  return `mean ${share(mean)}; ${recalls.map(([kind, recall]) => `${kind} ${share(recall)}`).join(' ')}`
}

function askedLine(run: Run): string {
  const index = run.names.indexOf('asked, floors on')
  const rate = alertRate(evaluatedScores(run.outcome, index), 1)
  const recalls = NAMED_KINDS.map((kind) => `${kind} ${share(recallOf(run.outcome, index, kind, 1))}`)
  return `${rate.toFixed(1)} per 100 changes, standing T0 grants included; caught: ${recalls.join(' ')}`
}

type Poisonings = readonly {
  readonly learning: string
  readonly outcomes: Readonly<Record<Poison, PoisonOutcome>>
}[]

function poisonings(run: Run, options: Options): Poisonings {
  const { threshold } = at(run, 'product', 5)
  return LEARNINGS.map((learning) => {
    const play = (poison: Poison) => runPoisoning(run.stream, { ...options, poison, learning, threshold })
    return {
      learning: learning.name,
      outcomes: { none: play('none'), odd: play('odd'), patient: play('patient'), drift: play('drift') },
    }
  })
}

function poisonTable(poisoned: Poisonings): string {
  const kinds = Object.keys(POISONS) as readonly Poison[]
  const rows = poisoned.map(({ learning, outcomes }) => [
    learning,
    ...kinds.map((kind) => {
      const { finalCaught, finalFlagged, runs } = outcomes[kind]
      return `${share(finalCaught / runs)} / ${share(finalFlagged / runs)}`
    }),
  ])
  return table(['learning', ...kinds.map((kind) => POISONS[kind].name)], rows)
}

function brokenBars(run: Run, poisoned: Poisonings): readonly string[] {
  const recall = (name: string, budget: number, kinds?: readonly AttackKind[]) => {
    const { index, threshold } = at(run, name, budget)
    return meanRecall(run.outcome, index, threshold, kinds)
  }
  const score = run.names.indexOf('score')
  const rate = alertRate(evaluatedScores(run.outcome, score), FIXED)
  const odd = poisoned.at(-1)?.outcomes.odd
  const bars: readonly (readonly [string, number, number])[] = [
    ['recall a to j at 5', recall('product', 5), 0.8],
    ['recall a to j at 2', recall('product', 2), 0.65],
    ['recall at the fixed threshold', meanRecall(run.outcome, score, FIXED), 0.75],
    ['room below 5 alerts per 100 at the fixed threshold', 5 - rate, 0],
    ['lead over the isolation forest at 5', recall('product', 5) - recall('isolation forest', 5), 0.25],
    ['last grant after 30 odd-hour grants at 5', (odd?.finalCaught ?? 0) / (odd?.runs ?? 1), 0.95],
    ...SURE_KINDS.map((kind) => [`recall of ${kind} at 5`, recall('product', 5, [kind]), 0.95] as const),
  ]
  return bars
    .filter(([, value, bar]) => !(value >= bar))
    .map(([what, value, bar]) => `${run.stream.name}: ${what} is ${share(value)}, not ${share(bar)}`)
}

function drawCharts(folder: string, runs: readonly Run[]): void {
  mkdirSync(folder, { recursive: true })
  const budgets = Array.from({ length: 40 }, (_, step) => (step + 1) / 4)
  for (const run of runs) {
    const names = [
      'product',
      'own evidence, summed',
      'isolation forest',
      'histogram outlier',
      'rule: unusual_hour',
    ]
    const lines = names.map((name) => ({
      name,
      points: budgets.map((budget) => {
        const { index, threshold } = at(run, name, budget)
        return [budget, meanRecall(run.outcome, index, threshold)] as const
      }),
    }))
    const axis = { label: 'alerts per 100 changes', max: 10 }
    writeFileSync(
      `${folder}/${run.stream.name}-recall.svg`,
      chart(`${run.stream.name}: recall, kinds a to j`, axis, lines),
    )
    const kinds = GATED_KINDS.map((kind) => ({
      name: `${kind} ${ATTACK_KINDS[kind].name}`,
      points: budgets.map((budget) => {
        const { index, threshold } = at(run, 'product', budget)
        return [budget, recallOf(run.outcome, index, kind, threshold)] as const
      }),
    }))
    writeFileSync(
      `${folder}/${run.stream.name}-kinds.svg`,
      chart(`${run.stream.name}: recall by kind`, axis, kinds),
    )
  }
}
