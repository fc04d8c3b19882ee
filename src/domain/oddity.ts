import type { Calibration, CalibrationRow } from './calibration.ts'
import { FAMILIES, FAMILY_IDS, type FamilyId } from './oddity-families.ts'
import { type Levels, priorShare, VALUE_IDS } from './oddity-values.ts'

/** How odd one grant is among the changes of its tenant, and in what respect. */
export interface Oddity {
  /** Bits by family, in quarters. */
  readonly bits: readonly number[]
  /** How rare so many bits are in each family, in bits, before any family is favoured. */
  readonly ranks: readonly number[]
  readonly raw: number
  /** The raw scores at which the oddest 5 and the oddest 1 of 100 changes begin. */
  readonly thresholds: Thresholds
  /** What stands out most; null when nothing does. */
  readonly leading: Leading | null
  /** How many changes it was compared with. */
  readonly of: number
}

export interface Thresholds {
  readonly five: number
  readonly one: number
}

interface Leading {
  readonly family: FamilyId
  /** Places in VALUE_IDS. */
  readonly pattern: readonly number[]
  /** Changes at least as odd in all these respects at once. */
  readonly alike: number
}

/** A pattern nobody has shown yet is as likely as its parts taken together, as far as so many changes' worth. */
const JOINT_PSEUDO_CHANGES = 4
const JOINT_SHARE_MIN = 1e-5
/** What is known of no tenant in particular is worth so many changes of its own. */
const VALUE_PSEUDO_CHANGES = 10
const RANK_PSEUDO_CHANGES = 100
const THRESHOLD_CHANGES = 1_000
const THRESHOLD_PSEUDO_CHANGES = 100
/** Where the thresholds lay on both streams, to begin with; they never leave it by more than this. */
const USUAL_THRESHOLDS: Thresholds = { five: 8.2, one: 9.8 }
const THRESHOLD_DRIFT_MAX = 2
const THRESHOLD_GAP_MIN = 1

/** Compares the levels of a grant with the changes before its own act. */
export function oddityOf(
  calibration: Calibration,
  change: { readonly act: string; readonly at: number },
  levels: Levels,
): Oddity {
  const past = calibration.rows.filter((row) => row.at < change.at && row.act !== change.act)
  const learned = past.filter((row) => row.learnedAt !== null && row.learnedAt <= change.at)
  const counted = countAlike(learned, levels)
  const found = FAMILY_IDS.map((_, place) => strongest(place, levels, counted, learned.length))
  const ranks = found.map((one, place) => (one === null ? 0 : rankBits(learned, place, one.bits)))
  const ranked = FAMILY_IDS.map((family, place) =>
    found[place] == null ? 0 : (ranks[place] ?? 0) + FAMILIES[family].bits,
  )
  const raw = Math.max(0, ...ranked)
  const leader = ranked.indexOf(raw)
  const [family, best] = [FAMILY_IDS[leader], found[leader]]
  return {
    bits: found.map((one) => one?.bits ?? 0),
    ranks,
    raw,
    thresholds: thresholdsOf(past),
    leading: raw === 0 || family === undefined || best == null ? null : { ...best, family },
    of: learned.length,
  }
}

/** From 0 to 99: 35 where the oddest 5 of 100 changes begin, 70 where the oddest 1 does. */
export function oddityScore({ raw, thresholds }: Oddity): number {
  const { five, one } = thresholds
  const score = raw < five ? (35 * raw) / five : 35 + (35 * (raw - five)) / (one - five)
  return Math.min(99, score)
}

/** By value, and by family and pattern: in how many changes it was at least as odd; -1 where a pattern is not there. */
interface Counted {
  readonly single: readonly number[]
  readonly joint: readonly (readonly number[])[]
}

function countAlike(rows: readonly CalibrationRow[], levels: Levels): Counted {
  const count = (places: readonly number[]) => {
    let alike = 0
    for (const row of rows) if (isAlike(row, levels, places)) alike += 1
    return alike
  }
  const single = levels.map((level, place) => (level === 0 ? rows.length : count([place])))
  const joint = FAMILY_IDS.map((family) =>
    FAMILIES[family].patterns.map((pattern) => {
      if (!pattern.every((place) => (levels[place] ?? 0) > 0)) return -1
      return pattern.length === 1 ? (single[pattern[0] ?? 0] ?? 0) : count(pattern)
    }),
  )
  return { single, joint }
}

/** Whether one of the change's grants was at least as odd in all these respects. */
function isAlike(row: CalibrationRow, levels: Levels, places: readonly number[]): boolean {
  search: for (const other of row.levels) {
    for (const place of places) if ((other[place] ?? 0) < (levels[place] ?? 0)) continue search
    return true
  }
  return false
}

interface Found {
  readonly bits: number
  readonly pattern: readonly number[]
  readonly alike: number
}

/** The pattern of a family that is the rarest among the changes of the tenant; null when none is there. */
function strongest(place: number, levels: Levels, counted: Counted, of: number): Found | null {
  let best: Found | null = null
  const family = FAMILY_IDS[place]
  if (family === undefined) return null
  FAMILIES[family].patterns.forEach((pattern, index) => {
    const alike = counted.joint[place]?.[index] ?? -1
    if (alike < 0) return
    const parts = pattern.map((value) => shareOf(value, levels[value] ?? 0, counted.single[value] ?? 0, of))
    const product = parts.reduce((share, part) => share * part, 1)
    const expected = JOINT_PSEUDO_CHANGES * Math.max(product, JOINT_SHARE_MIN)
    const bits = inQuarters(-Math.log2((alike + expected) / (of + JOINT_PSEUDO_CHANGES)))
    if (bits > (best?.bits ?? 0)) best = { bits, pattern, alike }
  })
  return best
}

function shareOf(value: number, level: number, alike: number, of: number): number {
  const id = VALUE_IDS[value]
  const prior = id === undefined ? 1 : priorShare(id, level)
  return (alike + VALUE_PSEUDO_CHANGES * prior) / (of + VALUE_PSEUDO_CHANGES)
}

function inQuarters(bits: number): number {
  return Math.round(bits * 4) / 4
}

/** How rare so many bits are in this family, in bits again: families whose patterns are often rare speak up less. */
function rankBits(rows: readonly CalibrationRow[], place: number, bits: number): number {
  let atLeast = 0
  for (const row of rows) if ((row.bits[place] ?? 0) >= bits) atLeast += 1
  const expected = Math.max(1, RANK_PSEUDO_CHANGES * 2 ** -bits)
  return -Math.log2((atLeast + expected) / (rows.length + RANK_PSEUDO_CHANGES))
}

/**
 * From all changes, learned or not, for what people are asked about must not depend on whether they answer. But of
 * somebody's changes that are held back only one counts: nobody raises the bar by doing odd things again and again.
 */
function thresholdsOf(past: readonly CalibrationRow[]): Thresholds {
  const held = new Set<string | null>()
  const raws: number[] = []
  for (const row of past.slice(-THRESHOLD_CHANGES)) {
    if (row.learnedAt === null && held.has(row.by)) continue
    if (row.learnedAt === null) held.add(row.by)
    raws.push(row.raw)
  }
  raws.sort((one, other) => other - one)
  const blended = (share: number, usual: number) => {
    const own = raws[Math.floor(raws.length * share)] ?? usual
    const blend =
      (own * raws.length + usual * THRESHOLD_PSEUDO_CHANGES) / (raws.length + THRESHOLD_PSEUDO_CHANGES)
    return Math.min(usual + THRESHOLD_DRIFT_MAX, Math.max(usual - THRESHOLD_DRIFT_MAX, blend))
  }
  const five = blended(0.05, USUAL_THRESHOLDS.five)
  return { five, one: Math.max(five + THRESHOLD_GAP_MIN, blended(0.01, USUAL_THRESHOLDS.one)) }
}
