import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  type CalibrationRow,
  decodeRow,
  emptyCalibration,
  encodeRow,
  learnChange,
  outermost,
} from '../../src/domain/calibration.ts'
import { FAMILY_IDS } from '../../src/domain/oddity-families.ts'
import { LEVEL_MAX, VALUE_IDS } from '../../src/domain/oddity-values.ts'
import { aRow, levelsWith } from './oddity-builders.ts'

const levels = fc.array(fc.integer({ min: 0, max: LEVEL_MAX }), {
  minLength: VALUE_IDS.length,
  maxLength: VALUE_IDS.length,
})
const bits = fc.array(
  fc.integer({ min: 0, max: 90 }).map((quarters) => quarters / 4),
  { minLength: FAMILY_IDS.length, maxLength: FAMILY_IDS.length },
)

describe('calibration', () => {
  test('a row written as text comes back the same', () => {
    fc.assert(
      fc.property(
        fc.array(levels, { minLength: 1, maxLength: 8 }),
        bits,
        fc.integer({ min: 0, max: 2_000 }),
        (all, some, raw) => {
          const row = { levels: all, bits: some, raw: raw / 100 }
          const read = decodeRow(encodeRow(row))
          assert.deepEqual(read?.levels, row.levels)
          assert.deepEqual(read?.bits, row.bits)
          assert.ok(Math.abs((read?.raw ?? -1) - row.raw) < 1e-9)
        },
      ),
    )
  })

  test('a row of another table of values, or of none, is not read', () => {
    const text = encodeRow(aRow('a', 1))
    assert.equal(decodeRow(text.replace(/^\S+/, '0.1.1')), null)
    for (const wrong of ['', 'x', text.slice(0, 9)]) assert.equal(decodeRow(wrong), null)
  })

  test('rows stand in the order of time, whatever order they are learned in, one for each act', () => {
    const calibration = emptyCalibration()
    for (const row of [aRow('b', 2), aRow('a', 1), aRow('c', 3), aRow('b', 2, { raw: 5 })])
      learnChange(calibration, row)
    assert.deepEqual(
      calibration.rows.map(({ act, raw }) => [act, raw]),
      [
        ['a', 0],
        ['b', 5],
        ['c', 0],
      ],
    )
  })

  test('only the newest rows are kept', () => {
    const calibration = emptyCalibration()
    for (let at = 0; at < 2_100; at += 1) learnChange(calibration, aRow(`act-${at}`, at))
    assert.equal(calibration.rows.length, 2_000)
    assert.equal(calibration.rows[0]?.at, 100)
  })

  test('of the grants of a change those are kept that no other exceeds in everything', () => {
    const [hour, self, both] = [
      levelsWith({ hour: 3 }),
      levelsWith({ self: 1 }),
      levelsWith({ hour: 3, self: 1 }),
    ]
    assert.deepEqual(outermost([hour, self]), [hour, self])
    assert.deepEqual(outermost([hour, both, self, both]), [both])
  })

  test('a change without any grant to speak of is a row all the same', () => {
    const row: CalibrationRow = aRow('a', 1, { levels: [] })
    assert.deepEqual(decodeRow(encodeRow({ ...row, levels: [levelsWith({})] }))?.levels, [levelsWith({})])
  })
})
