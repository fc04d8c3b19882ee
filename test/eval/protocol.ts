import { LEARNING_DELAY_MS } from '../../src/domain/calibration.ts'
import type { EvidenceInput } from '../../src/domain/evidence-rule.ts'
import type { Grant } from '../../src/domain/grant.ts'
import { emptyProfile, factsOf, type HistoryProfile, learn } from '../../src/domain/history.ts'
import { type LogKind, logKeyOf, logSubjectOf, pastGrantOf } from '../../src/domain/history-log.ts'
import { type Policy, policySchema } from '../../src/domain/policy.ts'
import { type Attack, type AttackKind, drawAttack } from './attacks.ts'
import { createRandom, seedOf } from './random.ts'
import type { Change, Stream } from './streams.ts'
import { emptyWorld, observe } from './world.ts'

/**
 * Time order; a year of warm-up; of the changes after it the first 40% for validation, the rest for evaluation. A
 * change is scored with earlier events only, all its grants together. What is given and soon taken away is looked at
 * once more when the removal comes. Attacks run on the ledger as of their moment and leave no trace.
 */

const DAY_MS = 86_400_000
const VALIDATION_SHARE = 0.4
/** A removal within this time of the grant has the grant looked at again. */
const QUICK_REMOVAL_MS = DAY_MS
export const CARRIES = { justification: true, ticket: true, expiry: false, ip: false }

/** A way of telling the unusual from the usual: all are given the same facts in the same order. */
export interface Detector {
  readonly name: string
  /** How unusual a change is, from the facts about each of its grants. */
  score(inputs: readonly EvidenceInput[], change: Change): number
  /** A change of ordinary life is over and done with; one that was looked at again comes twice. */
  learn?(inputs: readonly EvidenceInput[], change: Change): void
}

export interface Scored {
  readonly at: number
  readonly change: Change
  /** By detector, in their order. */
  readonly scores: number[]
}

export interface ScoredAttack {
  readonly kind: AttackKind
  readonly at: number
  /** By detector: the highest over its changes. */
  readonly scores: readonly number[]
  /** By detector: of its last change. */
  readonly last: readonly number[]
}

export interface Outcome {
  readonly stream: string
  /** All scored changes after the warm-up; those from `evaluationFrom` on are evaluated. */
  readonly benign: readonly Scored[]
  readonly evaluationFrom: number
  readonly attacks: readonly ScoredAttack[]
}

export interface Plan {
  readonly kinds: readonly AttackKind[]
  readonly attacksPerKind: number
  readonly seed: number
  readonly detectors: readonly Detector[]
  readonly policy?: Policy
  readonly schedule?: Schedule
}

export interface Schedule {
  /** What lies before is history: learned at once and never scored. */
  readonly historyDays: number
  /** Days until later behaviour is learned. */
  readonly delayDays: number
  /** Changes of this age, in days since the stream began, are evaluated; without it, all after validation. */
  readonly evaluated?: { readonly from: number; readonly to: number }
}

export const USUAL_SCHEDULE: Schedule = { historyDays: 365, delayDays: LEARNING_DELAY_MS / DAY_MS }

export type LearnedAt = (at: number) => number | null

export function learnedAtOf(stream: Stream, schedule: Schedule): LearnedAt {
  const historyUntil = (stream.changes[0]?.at ?? 0) + schedule.historyDays * DAY_MS
  // Of ordinary life people approve in time what was flagged.
  return (at) => (at < historyUntil ? at : at + schedule.delayDays * DAY_MS)
}

export const EVAL_POLICY: Policy = policySchema.parse({ timezone: 'UTC', learning: { learningDays: 0 } })

export function runProtocol(stream: Stream, plan: Plan): Outcome {
  const schedule = plan.schedule ?? USUAL_SCHEDULE
  const learnedAt = learnedAtOf(stream, schedule)
  const begin = stream.changes[0]?.at ?? 0
  const start = begin + schedule.historyDays * DAY_MS
  const { from, to } = schedule.evaluated ?? { from: 0, to: Number.POSITIVE_INFINITY }
  const isOfAge = (at: number) => at >= begin + from * DAY_MS && at < begin + to * DAY_MS
  const scoredChanges = stream.changes.filter(
    (change) => change.scored && change.at >= start && isOfAge(change.at),
  )
  const evaluationFrom =
    schedule.evaluated === undefined ? Math.floor(scoredChanges.length * VALIDATION_SHARE) : 0
  const anchors = anchorsOf(stream, scoredChanges.slice(evaluationFrom), plan)
  const judge = judgeOf(plan, learnedAt)
  const world = emptyWorld()
  const benign: Scored[] = []
  const attacks: ScoredAttack[] = []
  const recent: Scored[] = []
  let next = 0
  for (const change of stream.changes) {
    for (let anchor = anchors[next]; anchor !== undefined && anchor.at <= change.at; anchor = anchors[next]) {
      next += 1
      const attack = drawAttack(world, { ...anchor, feedId: stream.feedId })
      if (attack !== null) attacks.push(judge.attack(attack))
    }
    learn(judge.profile, change.grants, learnedAt(change.at))
    lookAgain(judge, recent, change)
    if (change.scored) {
      const scored = judge.benign(change)
      if (change.at >= start && isOfAge(change.at)) benign.push(scored)
      recent.push(scored)
    }
    observe(world, change)
  }
  return { stream: stream.name, benign, evaluationFrom, attacks }
}

/** Attacks happen when people work: each begins shortly after one of the changes in evaluation. */
function anchorsOf(stream: Stream, evaluated: readonly Change[], plan: Plan) {
  return plan.kinds
    .flatMap((kind) =>
      Array.from({ length: plan.attacksPerKind }, (_, index) => {
        const random = createRandom(seedOf('anchor', stream.name, kind, plan.seed, index))
        return {
          kind,
          at: random.pick(evaluated).at + Math.floor(random.between(0, 2 * DAY_MS)),
          seed: plan.seed + index,
        }
      }),
    )
    .toSorted((one, other) => one.at - other.at)
}

export interface Judge {
  readonly profile: HistoryProfile
  benign(change: Change): Scored
  attack(attack: Attack): ScoredAttack
}

function judgeOf(plan: Plan, learnedAt: LearnedAt): Judge {
  const profile = emptyProfile()
  const policy = plan.policy ?? EVAL_POLICY
  const inputsOf = (change: Change) =>
    change.grants
      .filter((grant) => grant.direction === 'given')
      .map((grant): EvidenceInput => ({ grant, facts: factsOf(profile, grant), policy, carries: CARRIES }))
  return {
    profile,
    benign(change) {
      const inputs = inputsOf(change)
      const scores = plan.detectors.map((detector) => detector.score(inputs, change))
      for (const detector of plan.detectors) detector.learn?.(inputs, change)
      return { at: change.at, change, scores }
    },
    attack({ kind, changes }) {
      const all: number[][] = []
      let given: Change[] = []
      for (const change of changes) {
        learn(profile, change.grants, learnedAt(change.at))
        given = [...given, change].filter((one) => one.grants.some((grant) => grant.direction === 'given'))
        // A removal has what was given before looked at again.
        const due = given.includes(change) ? [change] : given
        for (const one of due) {
          const inputs = inputsOf(one)
          all.push(plan.detectors.map((detector) => detector.score(inputs, one)))
        }
      }
      forget(
        profile,
        changes.flatMap((change) => change.grants),
      )
      return {
        kind,
        at: changes.at(-1)?.at ?? 0,
        scores: plan.detectors.map((_, index) => Math.max(...all.map((scores) => scores[index] ?? 0))),
        last: all.at(-1) ?? [],
      }
    },
  }
}

/** Changes that gave what this one takes away so soon are judged with that known, and keep the higher score. */
function lookAgain(judge: Judge, recent: Scored[], change: Change): void {
  while (recent[0] !== undefined && recent[0].at < change.at - QUICK_REMOVAL_MS) recent.shift()
  const taken = new Set(change.grants.filter(({ direction }) => direction === 'taken').map(holdingOf))
  if (taken.size === 0) return
  for (const scored of recent) {
    if (!scored.change.grants.some((grant) => grant.direction === 'given' && taken.has(holdingOf(grant))))
      continue
    const again = judge.benign(scored.change)
    again.scores.forEach((score, index) => {
      scored.scores[index] = Math.max(scored.scores[index] ?? 0, score)
    })
  }
}

function holdingOf(grant: Grant): string {
  return `${grant.granteePerson} ${grant.role.id} ${grant.role.scope}`
}

/** Takes grants out of a profile again. A grantor's or feed's first moment is only ever set by real life before. */
export function forget(profile: HistoryProfile, grants: readonly Grant[]): void {
  for (const grant of grants) {
    const row = pastGrantOf(grant)
    for (const kind of Object.keys(profile.logs) as LogKind[]) {
      const subject = logSubjectOf(kind, row)
      const logs: Map<string, { readonly id: string }[]> = profile.logs[kind]
      if (subject === null) continue
      const key = logKeyOf(subject)
      const left = (logs.get(key) ?? []).filter(({ id }) => id !== row.id)
      if (left.length === 0) logs.delete(key)
      else logs.set(key, left)
    }
    const { grantorPerson } = row
    if (grantorPerson !== null && !profile.logs.grantor.has(logKeyOf([grantorPerson])))
      profile.grantorsSince.delete(grantorPerson)
  }
}
