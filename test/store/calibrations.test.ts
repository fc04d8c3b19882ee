import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { CALIBRATION_ROWS_MAX, type CalibrationRow } from '../../src/domain/calibration.ts'
import { FAMILY_IDS } from '../../src/domain/oddity-families.ts'
import { VALUE_IDS } from '../../src/domain/oddity-values.ts'
import type { Store } from '../../src/store/database.ts'
import { NOON } from '../support/builders.ts'
import { eachEngine } from '../support/databases.ts'

const row = (act: string, parts: Partial<CalibrationRow> = {}): CalibrationRow => ({
  act,
  at: NOON,
  by: 'jonas@northwind.example',
  learnedAt: NOON,
  levels: [VALUE_IDS.map((_, place) => place % 3)],
  bits: FAMILY_IDS.map((_, place) => place / 4),
  raw: 3.25,
  ...parts,
})

eachEngine('Calibrations', (database) => {
  let store: Store
  before(async () => {
    store = await database.open()
  })

  test('come back as they were put in, oldest first, one for each act and only of their tenant', async () => {
    const { calibrations } = store.records
    await calibrations.put('t-a', [row('new', { at: NOON + 2 }), row('old', { learnedAt: null })])
    await calibrations.put('t-b', [row('other')])
    await calibrations.put('t-a', [row('new', { at: NOON + 2, raw: 9 })])
    assert.deepEqual((await calibrations.load('t-a')).rows, [
      row('old', { learnedAt: null }),
      row('new', { at: NOON + 2, raw: 9 }),
    ])
    assert.deepEqual(await calibrations.rows('t-a', ['old', 'nobody']), [row('old', { learnedAt: null })])
  })

  test('count as an example from so long after they happened, or not at all', async () => {
    const { calibrations } = store.records
    await calibrations.put('t-learn', [row('act')])
    await calibrations.setLearned('t-learn', 'act', null)
    assert.equal((await calibrations.load('t-learn')).rows[0]?.learnedAt, null)
    await calibrations.setLearned('t-learn', 'act', 1_000)
    assert.equal((await calibrations.load('t-learn')).rows[0]?.learnedAt, NOON + 1_000)
  })

  test('are kept up to their limit, the oldest going first', async () => {
    const { calibrations } = store.records
    const many = Array.from({ length: CALIBRATION_ROWS_MAX + 50 }, (_, index) =>
      row(`act-${index}`, { at: NOON + index }),
    )
    await calibrations.put('t-many', many)
    const { rows } = await calibrations.load('t-many')
    assert.equal(rows.length, CALIBRATION_ROWS_MAX)
    assert.equal(rows[0]?.act, 'act-50')
    assert.equal((await calibrations.rows('t-many', ['act-0'])).length, 0)
  })
})
