import type { CalibrationRow } from '../../src/domain/calibration.ts'
import { FAMILY_IDS } from '../../src/domain/oddity-families.ts'
import { type Levels, VALUE_IDS, type ValueId } from '../../src/domain/oddity-values.ts'

/** Levels of a grant with nothing remarkable but what is named. */
export function levelsWith(odd: Partial<Record<ValueId, number>>): Levels {
  return VALUE_IDS.map((id) => odd[id] ?? 0)
}

/** A change of ordinary life, learned at once. */
export function aRow(act: string, at: number, parts: Partial<CalibrationRow> = {}): CalibrationRow {
  return {
    act,
    at,
    by: act,
    learnedAt: at,
    levels: [levelsWith({})],
    bits: FAMILY_IDS.map(() => 0),
    raw: 0,
    ...parts,
  }
}
