import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ago, formatDate, formatDay } from '../../../src/sandbox/page/assets/date-format.ts'

const NOON_MS = new Date(2026, 10, 2, 12, 0).getTime()
const HOUR_MS = 3_600_000

test('pretty dates say today, yesterday and tomorrow in the time of the world', () => {
  const say = (ms: number) => formatDate(ms / 1000, '{date_short_pretty} at {time}', NOON_MS)
  assert.equal(say(NOON_MS - HOUR_MS), 'today at 11:00')
  assert.equal(say(NOON_MS - 24 * HOUR_MS), 'yesterday at 12:00')
  assert.equal(say(NOON_MS + 24 * HOUR_MS), 'tomorrow at 12:00')
  assert.equal(say(NOON_MS - 72 * HOUR_MS), '30 Oct 2026 at 12:00')
  assert.equal(formatDay(NOON_MS, NOON_MS), 'Today')
})

test('a token that Slack does not have stays as it was written', () => {
  assert.equal(formatDate(NOON_MS / 1000, '{date_num} {nonsense}', NOON_MS), '2026-11-02 {nonsense}')
})

test('distances are said in the largest whole unit, before and after', () => {
  assert.equal(ago(90 * 60_000), '1 hour ago')
  assert.equal(ago(-49 * HOUR_MS), 'in 2 days')
  assert.equal(ago(500), 'just now')
})
