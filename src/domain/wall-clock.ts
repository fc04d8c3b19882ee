import { offsetMinutes } from './local-time.ts'

/** Moments as people of one time zone read and write them. */

const DAY_MS = 86_400_000
export const WEEKDAYS = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const

const two = (value: number) => String(value).padStart(2, '0')

/** The zone's clock as a date whose UTC fields are the local ones; null for what no calendar knows. */
function wallDate(at: number, timezone: string): Date | null {
  if (Number.isNaN(new Date(at).getTime())) return null
  const date = new Date(at + offsetMinutes(timezone, at) * 60_000)
  return Number.isNaN(date.getTime()) ? null : date
}

/** `2026-11-24 11:05`. */
export function stampOf(at: number, timezone: string): string {
  const date = wallDate(at, timezone)
  if (date === null) return 'at an unknown time'
  return `${dayOf(at, timezone)} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`
}

/** `2026-11-24`. */
export function dayOf(at: number, timezone: string): string {
  const date = wallDate(at, timezone)
  if (date === null) return 'an unknown day'
  return `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`
}

export function hourOf(at: number, timezone: string): number | null {
  return wallDate(at, timezone)?.getUTCHours() ?? null
}

/** 0-6, Sunday 0. */
export function weekdayOf(at: number, timezone: string): number | null {
  return wallDate(at, timezone)?.getUTCDay() ?? null
}

/** Midnight of the day, or of one so many days before it. */
export function startOfDay(at: number, timezone: string, daysBefore = 0): number {
  const date = wallDate(at, timezone)
  if (date === null) return at
  const midnight = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() - daysBefore)
  return fromWall(midnight, timezone)
}

/** Midnight of the first day of the month, or of one so many months before it. */
export function startOfMonth(at: number, timezone: string, monthsBefore = 0): number {
  const date = wallDate(at, timezone)
  if (date === null) return at
  return fromWall(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - monthsBefore, 1), timezone)
}

/** Whole days from one moment's day to another's, as people count them. */
export function daysBetween(earlier: number, later: number, timezone: string): number {
  return Math.round((startOfDay(later, timezone) - startOfDay(earlier, timezone)) / DAY_MS)
}

const MOMENT = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2}))?(?::\d{2}(?:\.\d+)?)?(Z)?$/

/** The moment that a person writes as `2026-11-24` or `2026-11-24 11:05`; null when it is none. */
export function momentOf(text: string, timezone: string): number | null {
  const match = MOMENT.exec(text.trim())
  if (match === null) return null
  const [, year, month, day, hour = '0', minute = '0', utc] = match
  const wall = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute))
  if (Number.isNaN(wall)) return null
  return utc === undefined ? fromWall(wall, timezone) : wall
}

/** Twice, since the offset asked for is the one in force at the moment itself. */
function fromWall(wall: number, timezone: string): number {
  const guess = wall - offsetMinutes(timezone, wall) * 60_000
  return wall - offsetMinutes(timezone, guess) * 60_000
}
