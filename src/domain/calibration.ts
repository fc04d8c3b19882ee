import { FAMILY_IDS } from './oddity-families.ts'
import { LEVEL_MAX, type Levels, VALUE_IDS } from './oddity-values.ts'

/** How the changes of one tenant have been: what a new one is compared with. */

/** One change of the past: what was odd about it, and how odd it was by what was known then. */
export interface CalibrationRow {
  /** Feed and act, as `actKeyOf` has it. */
  readonly act: string
  readonly at: number
  /** The person who gave; null when nobody knows. */
  readonly by: string | null
  /** From when on it counts as an example; null while it was flagged and nobody has approved it. */
  readonly learnedAt: number | null
  /** The levels of its grants, at most LEVELS_PER_CHANGE of them: those that no other exceeds in everything. */
  readonly levels: readonly Levels[]
  /** The bits of each family, in the order of FAMILY_IDS, in quarters. */
  readonly bits: readonly number[]
  readonly raw: number
}

export interface Calibration {
  /** Oldest first, one for each act. */
  readonly rows: CalibrationRow[]
}

/**
 * Behaviour counts as ordinary only after this time, so that nobody makes the odd ordinary within a campaign. Sixty
 * days let two of three poisoned histories through, 120 cost recall (test/eval).
 */
export const LEARNING_DELAY_MS = 90 * 86_400_000

/** So many of the newest changes are compared with: a few months of a busy tenant, years of a quiet one. */
export const CALIBRATION_ROWS_MAX = 2_000
const LEVELS_PER_CHANGE = 8

export function emptyCalibration(): Calibration {
  return { rows: [] }
}

/** Adds a change in its place, or replaces what was known of the same act; the oldest beyond the limit are dropped. */
export function learnChange(calibration: Calibration, row: CalibrationRow): void {
  const { rows } = calibration
  const known = rows.findLastIndex(({ act }) => act === row.act)
  if (known >= 0) rows.splice(known, 1)
  let place = rows.length
  while (place > 0 && (rows[place - 1]?.at ?? 0) > row.at) place -= 1
  rows.splice(place, 0, row)
  if (rows.length > CALIBRATION_ROWS_MAX) rows.splice(0, rows.length - CALIBRATION_ROWS_MAX)
}

/** One change of which grants were judged at several times: the oddest of each counts. */
export function joined(known: CalibrationRow | undefined, next: CalibrationRow): CalibrationRow {
  if (known === undefined) return next
  const isVouchedFor = known.learnedAt !== null && next.learnedAt !== null
  return {
    act: next.act,
    at: Math.min(known.at, next.at),
    by: next.by,
    learnedAt: isVouchedFor ? Math.max(known.learnedAt, next.learnedAt) : null,
    levels: outermost([...known.levels, ...next.levels]),
    bits: next.bits.map((one, place) => Math.max(one, known.bits[place] ?? 0)),
    raw: Math.max(known.raw, next.raw),
  }
}

/** Of the levels of many grants those that are not exceeded in every respect by others. */
export function outermost(all: readonly Levels[]): readonly Levels[] {
  const kept: Levels[] = []
  for (const levels of all) {
    if (kept.some((other) => isAtLeast(other, levels))) continue
    const left = kept.filter((other) => !isAtLeast(levels, other))
    kept.splice(0, kept.length, ...left, levels)
  }
  return kept.slice(0, LEVELS_PER_CHANGE)
}

function isAtLeast(one: Levels, other: Levels): boolean {
  return other.every((level, place) => (one[place] ?? 0) >= level)
}

/** Rows written under another table of values or families mean something else. */
const FORM = `1.${VALUE_IDS.length}.${FAMILY_IDS.length}`
const RAW_STEP = 0.01

/** Levels, bits and raw score of a row as text, e.g. `1.29.16 00a1...,0120... 0004... 812`. */
export function encodeRow(row: Pick<CalibrationRow, 'levels' | 'bits' | 'raw'>): string {
  const levels = row.levels.map((one) => one.map((level) => level.toString(LEVEL_MAX + 1)).join(''))
  const bits = row.bits.map((one) =>
    Math.round(one * 4)
      .toString(36)
      .padStart(2, '0'),
  )
  return [FORM, levels.join(','), bits.join(''), Math.round(row.raw / RAW_STEP)].join(' ')
}

/** The row again, or null when the text is of another form. */
export function decodeRow(text: string): Pick<CalibrationRow, 'levels' | 'bits' | 'raw'> | null {
  const [form, levels, bits, raw] = text.split(' ')
  if (form !== FORM || levels === undefined || bits === undefined || raw === undefined) return null
  return {
    levels: levels.split(',').map((one) => [...one].map((digit) => Number.parseInt(digit, LEVEL_MAX + 1))),
    bits: FAMILY_IDS.map((_, place) => Number.parseInt(bits.slice(place * 2, place * 2 + 2), 36) / 4),
    raw: Number(raw) * RAW_STEP,
  }
}
