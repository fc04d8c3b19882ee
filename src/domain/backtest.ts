import type { Disposition } from './assessment.ts'
import { BANDS, type Band, bandRank } from './evidence.ts'
import type { PresentGrant } from './evidence-rule.ts'
import { shortCode } from './grant.ts'
import { type Judge, type JudgedAnew, judgeAnew, openJudge, type PastCase } from './judge-anew.ts'
import type { Policy } from './policy.ts'

/** What another policy would have made of the grants of the past. */

/** Grants that people are asked about, by the band of the verdict. A low one is asked about when nothing may resolve by itself. */
export type Flagged = Readonly<Record<Band, number>>

/** Where one grant stands under a policy. */
export interface Standing {
  readonly band: Band
  /** Whether people are asked about it, or would be but for the shadow mode. */
  readonly isFlagged: boolean
  readonly disposition: Disposition
  /** The strongest floor that applied. */
  readonly floor: string | null
}

/** What people made of a review, unless they took it back. */
export type Decided = 'approve' | 'revoke'

/** A grant of which the policy would have made something else. */
export interface Flip {
  readonly grantId: string
  readonly code: string
  readonly grant: Pick<PresentGrant, 'source' | 'occurredAt' | 'grantee' | 'grantor' | 'role'>
  readonly before: Standing
  readonly after: Standing
  readonly decided: Decided | null
  /** True when the policy in force would do so already: no doing of the change at hand. */
  readonly alreadyInForce: boolean
}

export interface Backtest {
  readonly grants: number
  readonly before: Flagged
  readonly after: Flagged
  readonly bySource: readonly {
    readonly source: string
    readonly before: Flagged
    readonly after: Flagged
  }[]
  /** Those that the change itself brings about come first; of these, what a reviewer revoked and nobody would see. */
  readonly flips: readonly Flip[]
  readonly flipsTotal: number
  /** No longer asked about, and asked about only now. */
  readonly letThrough: number
  readonly newlyAsked: number
  /** Grants that a reviewer revoked and that this change would let through: it needs a second person. */
  readonly undoesRevokes: number
}

type Tally = Record<Band, number>

export interface BacktestWork {
  readonly candidate: Judge
  readonly inForce: Judge
  readonly sources: Map<string, { readonly before: Tally; readonly after: Tally }>
  readonly flips: Omit<Flip, 'decided'>[]
  grants: number
}

export function openBacktest(question: {
  readonly policy: Policy
  readonly inForce: Policy
  readonly judgedBy: Judge['judgedBy']
}): BacktestWork {
  return {
    candidate: openJudge(question.policy, question.judgedBy),
    inForce: openJudge(question.inForce, question.judgedBy),
    sources: new Map(),
    flips: [],
    grants: 0,
  }
}

export function addCases(work: BacktestWork, cases: readonly PastCase[]): void {
  for (const past of cases) addCase(work, past)
}

function addCase(work: BacktestWork, past: PastCase): void {
  const before = standing(past)
  const after = standingAnew(judgeAnew(work.candidate, past))
  work.grants += 1
  const source = work.sources.get(past.grant.source) ?? { before: nothing(), after: nothing() }
  work.sources.set(past.grant.source, source)
  if (before.isFlagged) source.before[before.band] += 1
  if (after.isFlagged) source.after[after.band] += 1
  if (isSame(before, after)) return
  const { grant } = past
  const alreadyInForce = isSame(after, standingAnew(judgeAnew(work.inForce, past)))
  work.flips.push({
    grantId: grant.id,
    code: shortCode(grant.id),
    grant,
    before,
    after,
    alreadyInForce,
  })
}

/** The result, with at most so many flips; of those that flipped it must be known what people decided. */
export function closeBacktest(
  work: BacktestWork,
  { decided, flipsMax }: { readonly decided: ReadonlyMap<string, Decided>; readonly flipsMax: number },
): Backtest {
  const sources = [...work.sources].sort(([one], [other]) => (one < other ? -1 : 1))
  const sumOf = (side: 'before' | 'after') =>
    sources.reduce((sum, [, tallies]) => plus(sum, tallies[side]), nothing())
  const flips = work.flips
    .map((flip): Flip => ({ ...flip, decided: decided.get(flip.grantId) ?? null }))
    .sort(inOrderOfWeight)
  return {
    grants: work.grants,
    before: sumOf('before'),
    after: sumOf('after'),
    bySource: sources.map(([source, tallies]) => ({ source, ...tallies })),
    flips: flips.slice(0, flipsMax),
    flipsTotal: flips.length,
    letThrough: flips.filter(isLetThrough).length,
    newlyAsked: flips.filter(({ before, after }) => !before.isFlagged && after.isFlagged).length,
    undoesRevokes: flips.filter((flip) => undoesRevoke(flip) && !flip.alreadyInForce).length,
  }
}

function standing({ band, disposition, floor }: PastCase): Standing {
  return { band, disposition, floor, isFlagged: isFlagged(band, disposition) }
}

function standingAnew({ verdict, disposition }: JudgedAnew): Standing {
  const { band, floor } = verdict
  return { band, disposition, floor: floor?.id ?? null, isFlagged: isFlagged(band, disposition) }
}

function isFlagged(band: Band, disposition: Disposition): boolean {
  return band !== 'low' || disposition === 'review'
}

function isSame(one: Standing, other: Standing): boolean {
  return one.band === other.band && one.isFlagged === other.isFlagged
}

function isLetThrough({ before, after }: Flip): boolean {
  return before.isFlagged && !after.isFlagged
}

function undoesRevoke(flip: Flip): boolean {
  return flip.decided === 'revoke' && isLetThrough(flip)
}

function inOrderOfWeight(one: Flip, other: Flip): number {
  return (
    Number(one.alreadyInForce) - Number(other.alreadyInForce) ||
    gravity(one) - gravity(other) ||
    other.grant.occurredAt - one.grant.occurredAt ||
    (one.grantId < other.grantId ? -1 : 1)
  )
}

/** The lower the graver: a revoke undone, then high that becomes low, the rest let through, newly asked, moved. */
function gravity(flip: Flip): number {
  const { before, after } = flip
  if (undoesRevoke(flip)) return 0
  if (isLetThrough(flip)) return 3 - bandRank(before.band)
  return after.isFlagged && !before.isFlagged ? 4 : 5
}

function nothing(): Tally {
  return { low: 0, medium: 0, high: 0 }
}

function plus(one: Tally, other: Tally): Tally {
  const sum = nothing()
  for (const band of BANDS) sum[band] = one[band] + other[band]
  return sum
}
