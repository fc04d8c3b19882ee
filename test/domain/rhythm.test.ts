import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dayTail, hourTail } from '../../src/domain/rhythm.ts'

const NONE: readonly number[] = new Array<number>(24).fill(0)
const office = NONE.map((_, hour) => (hour >= 9 && hour <= 16 ? 20 : 0))
const night = NONE.map((_, hour) => (hour <= 3 || hour >= 23 ? 20 : 0))

describe('rhythm', () => {
  test('an hour is measured by the person’s own habit once there is one', () => {
    assert.ok(hourTail({ own: night, team: office, slot: 1 }) > 0.2)
    assert.ok(hourTail({ own: office, team: night, slot: 1 }) < 0.15)
  })

  test('somebody new is measured by the habit of the team', () => {
    assert.ok(hourTail({ own: NONE, team: office, slot: 3 }) < 0.05)
    assert.ok(hourTail({ own: NONE, team: office, slot: 12 }) > 0.2)
  })

  test('midnight lies beside eleven at night', () => {
    const late = NONE.map((_, hour) => (hour === 23 ? 50 : 0))
    assert.ok(hourTail({ own: late, team: NONE, slot: 0 }) > hourTail({ own: late, team: NONE, slot: 6 }))
  })

  test('without any habit no hour stands out', () => {
    for (let slot = 0; slot < 24; slot += 1)
      assert.ok(Math.abs(hourTail({ own: NONE, team: NONE, slot }) - 1) < 1e-9)
  })

  test('days do not speak for the days beside them', () => {
    const weekdays = [0, 30, 30, 30, 30, 30, 0]
    assert.ok(dayTail({ own: weekdays, team: weekdays, slot: 6 }) < 0.01)
    assert.ok(dayTail({ own: weekdays, team: weekdays, slot: 5 }) > 0.5)
  })
})
