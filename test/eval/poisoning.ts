import { LEARNING_DELAY_MS } from '../../src/domain/calibration.ts'
import type { EvidenceInput } from '../../src/domain/evidence-rule.ts'
import { emptyProfile, factsOf, type HistoryProfile, learn } from '../../src/domain/history.ts'
import { actKeyOf } from '../../src/domain/history-log.ts'
import { createScene, DAY_MS, type Scene } from './attack-scene.ts'
import { byPoints, createProduct, type Product } from './product.ts'
import { CARRIES, EVAL_POLICY, forget, learnedAtOf as scheduleOf, USUAL_SCHEDULE } from './protocol.ts'
import { createRandom, seedOf } from './random.ts'
import type { Change, Stream } from './streams.ts'
import { emptyWorld, observe, type World } from './world.ts'

/** Somebody patient teaches the baseline their odd hours, and then gives a top role to a new account. */

export const POISONS = {
  none: { name: 'no poisoning (control)', play: final },
  odd: { name: '30 undocumented odd-hour grants', play: (scene: Scene) => oddHours(scene, 2, 5) },
  patient: { name: 'the same over eight months', play: (scene: Scene) => oddHours(scene, 6, 10) },
  drift: { name: '30 ordinary grants drifting to odd hours', play: drift },
} as const
export type Poison = keyof typeof POISONS

/** How the past is learned: at once or late, with or without what was flagged and nobody approved. */
export interface Learning {
  readonly name: string
  readonly delayDays: number
  /** What a flag that nobody approved holds back: nothing, the change itself, or whatever else its grantor does too. */
  readonly holds: 'nothing' | 'change' | 'grantor'
}

const DELAY_DAYS = LEARNING_DELAY_MS / DAY_MS

export const LEARNINGS: readonly Learning[] = [
  { name: 'everything at once', delayDays: 0, holds: 'nothing' },
  { name: `after ${DELAY_DAYS} days`, delayDays: DELAY_DAYS, holds: 'nothing' },
  { name: 'at once, flagged changes held', delayDays: 0, holds: 'change' },
  { name: `after ${DELAY_DAYS} days, flagged changes held`, delayDays: DELAY_DAYS, holds: 'change' },
  {
    name: `after ${DELAY_DAYS} days, who was flagged held (the product)`,
    delayDays: DELAY_DAYS,
    holds: 'grantor',
  },
]

export interface PoisonOutcome {
  readonly runs: number
  /** Runs whose last grant lies above the threshold; is flagged at the fixed one. */
  readonly finalCaught: number
  readonly finalFlagged: number
  /** Runs in which any poison grant was flagged before. */
  readonly noticed: number
  /** Poison grants that were flagged, of all. */
  readonly flaggedShare: number
}

const POISON_GRANTS = 30
const MEDIUM = 35

function final(scene: Scene): boolean {
  return lastAct(scene) !== null
}

/** The grant all the rest is for; answers with who gave it and when. */
function lastAct(scene: Scene) {
  const grantor = scene.activeGrantor(10)
  const role = scene.topRole()
  if (grantor === null || role === null) return null
  const moment = scene.oddHourOf(grantor)
  scene.act(moment, grantor, [{ role, grantee: scene.freshName() }], { ticket: false })
  return { grantor, moment }
}

function oddHours(scene: Scene, fewest: number, most: number): boolean {
  const last = lastAct(scene)
  if (last === null) return false
  let days = 0
  for (let index = 0; index < POISON_GRANTS; index += 1) {
    days += Math.floor(scene.random.between(fewest, most + 1))
    const [role, grantee] = [scene.usualRoleOf(last.grantor), scene.knownWithout(null)]
    if (role === null || grantee === null) return false
    const at = last.moment.at - days * DAY_MS
    scene.act({ ...last.moment, at }, last.grantor, [{ role, grantee }], { ticket: false })
  }
  return true
}

/** From the usual hour to the odd one in even steps, with tickets as usual. */
function drift(scene: Scene): boolean {
  const last = lastAct(scene)
  if (last === null) return false
  const usual = scene.usualMomentOf(last.grantor).at % DAY_MS
  const odd = last.moment.at % DAY_MS
  const way = ((odd - usual + 1.5 * DAY_MS) % DAY_MS) - 0.5 * DAY_MS
  let days = 0
  for (let index = 0; index < POISON_GRANTS; index += 1) {
    days += 2 + scene.random.below(4)
    const [role, grantee] = [scene.usualRoleOf(last.grantor), scene.knownWithout(null)]
    if (role === null || grantee === null) return false
    const at = last.moment.at - days * DAY_MS - (way * index) / POISON_GRANTS
    scene.act({ ...last.moment, at }, last.grantor, [{ role, grantee }], 'habit')
  }
  return true
}

/** Runs poisonings at moments spread over the second half of a stream, each on the ledger as it then was. */
export function runPoisoning(
  stream: Stream,
  plan: {
    readonly poison: Poison
    readonly runs: number
    readonly seed: number
    readonly learning: Learning
    readonly threshold: number
  },
): PoisonOutcome {
  const { learning } = plan
  const learnedAt = scheduleOf(stream, { ...USUAL_SCHEDULE, delayDays: learning.delayDays })
  const product = createProduct()
  const profile = emptyProfile()
  const world = emptyWorld()
  const anchors = anchorsOf(stream, plan.runs, plan.seed)
  const outcome = { runs: 0, finalCaught: 0, finalFlagged: 0, noticed: 0, flagged: 0, poison: 0 }
  for (const change of stream.changes) {
    while (anchors[0] !== undefined && anchors[0] <= change.at) {
      const scene = drawScene(world, { ...plan, at: anchors.shift() ?? 0, feedId: stream.feedId })
      if (scene === null) continue
      const played = play({ product, profile, learning }, scene.changes())
      const poison = played.slice(0, -1)
      outcome.runs += 1
      outcome.finalCaught += (played.at(-1)?.points ?? 0) >= plan.threshold ? 1 : 0
      outcome.finalFlagged += played.at(-1)?.flagged === true ? 1 : 0
      outcome.noticed += poison.some(({ flagged }) => flagged) ? 1 : 0
      outcome.flagged += poison.filter(({ flagged }) => flagged).length
      outcome.poison += poison.length
    }
    learn(profile, change.grants, learnedAt(change.at))
    if (change.scored) product.learn(inputsOf(profile, change), change, learnedAt(change.at))
    observe(world, change)
  }
  const { flagged, poison, ...counts } = outcome
  return { ...counts, flaggedShare: poison === 0 ? 0 : flagged / poison }
}

function anchorsOf(stream: Stream, runs: number, seed: number): number[] {
  const random = createRandom(seedOf('poison', stream.name, seed))
  const late = stream.changes.filter(({ scored }) => scored)
  return Array.from({ length: runs }, () => random.pick(late.slice(Math.floor(late.length / 2))).at).toSorted(
    (one, other) => one - other,
  )
}

function drawScene(
  world: World,
  parts: { readonly poison: Poison; readonly seed: number; readonly at: number; readonly feedId: string },
): Scene | null {
  const random = createRandom(seedOf('poison scene', parts.seed, parts.at))
  for (let draw = 0; draw < 100; draw += 1) {
    const name = `poison-${parts.poison}-${parts.seed}-${parts.at}-${draw}`
    const scene = createScene(world, random, { at: parts.at, feedId: parts.feedId, name })
    if (POISONS[parts.poison].play(scene)) return scene
  }
  return null
}

interface Ground {
  readonly product: Product
  readonly profile: HistoryProfile
  readonly learning: Learning
}

interface Played {
  readonly flagged: boolean
  readonly points: number
}

/** What came of each change; each is learned as it would be, and all are forgotten in the end. */
function play(ground: Ground, changes: readonly Change[]): readonly Played[] {
  const { product, profile, learning } = ground
  const played: Played[] = []
  let isSuspect = false
  changes.forEach((change, index) => {
    learn(profile, change.grants, null)
    const found = product.compare(inputsOf(profile, change))
    const flagged = found.some(({ baseline }) => baseline.score >= MEDIUM)
    played.push({ flagged, points: Math.max(...found.map(byPoints)) })
    // Whoever was flagged teaches nothing further, and what was not learned of them by then is not learned at all.
    if (learning.holds === 'grantor' && flagged && !isSuspect) {
      isSuspect = true
      const unlearned = changes
        .slice(0, index)
        .filter(({ at }) => at + learning.delayDays * DAY_MS > change.at)
      for (const earlier of unlearned) teach(ground, earlier, true)
    }
    teach(ground, change, isSuspect || (learning.holds === 'change' && flagged))
  })
  const acts = new Set(
    changes.flatMap((change) => change.grants.map((grant) => actKeyOf(grant.feedId, grant.act))),
  )
  const { rows } = product.calibration
  rows.splice(0, rows.length, ...rows.filter(({ act }) => !acts.has(act)))
  forget(
    profile,
    changes.flatMap((change) => change.grants),
  )
  return played
}

function teach({ product, profile, learning }: Ground, change: Change, isHeld: boolean): void {
  const learnedAt = isHeld ? null : change.at + learning.delayDays * DAY_MS
  forget(profile, change.grants)
  learn(profile, change.grants, learnedAt)
  product.learn(inputsOf(profile, change), change, learnedAt)
}

function inputsOf(profile: HistoryProfile, change: Change): readonly EvidenceInput[] {
  return change.grants
    .filter(({ direction }) => direction === 'given')
    .map((grant) => ({ grant, facts: factsOf(profile, grant), policy: EVAL_POLICY, carries: CARRIES }))
}
