import { dayOf, momentOf, stampOf, startOfDay, startOfMonth, WEEKDAYS, weekdayOf } from './wall-clock.ts'

/** A stretch of time that a question is about. */
export interface Period {
  readonly since: number
  /** Exclusive; null is up to now. */
  readonly until: number | null
}

const HOUR_MS = 3_600_000
const UNITS = [
  ['hour', HOUR_MS],
  ['day', 24 * HOUR_MS],
  ['week', 7 * 24 * HOUR_MS],
  ['month', 30 * 24 * HOUR_MS],
] as const
const AMOUNT_MAX = 1_000

/** The period that a text names in plain English, on the clock of the zone; null when it names none. */
export function periodIn(text: string, now: number, timezone: string): Period | null {
  const lower = text.toLowerCase()
  const day = (daysBefore: number) => startOfDay(now, timezone, daysBefore)
  const date = /\b(since|from|after|on)\s+(\d{4}-\d{2}-\d{2})\b/.exec(lower)
  const start = date === null ? null : momentOf(date[2] ?? '', timezone)
  if (date !== null && start !== null)
    return { since: start, until: date[1] === 'on' ? startOfDay(start, timezone, -1) : null }
  const back = /\b(?:last|past|previous)\s+(\d{1,3})?\s*(hour|day|week|month|h|d)s?\b/.exec(lower)
  if (back !== null && back[1] !== undefined) return { since: now - lengthOf(back[1], back[2]), until: null }
  if (/\byesterday\b/.test(lower)) return { since: day(1), until: day(0) }
  if (/\b(?:today|tonight|this morning)\b/.test(lower)) return { since: day(0), until: null }
  const sinceMonday = ((weekdayOf(now, timezone) ?? 1) + 6) % 7
  if (/\bthis week\b/.test(lower)) return { since: day(sinceMonday), until: null }
  if (/\b(?:last|previous) week\b/.test(lower))
    return { since: day(sinceMonday + 7), until: day(sinceMonday) }
  if (/\bthis month\b/.test(lower)) return { since: startOfMonth(now, timezone), until: null }
  if (/\b(?:last|previous) month\b/.test(lower))
    return { since: startOfMonth(now, timezone, 1), until: startOfMonth(now, timezone) }
  if (back !== null) return { since: now - lengthOf('1', back[2]), until: null }
  return weekdayPeriod(lower, now, timezone)
}

/** The time of day that a text looks around, at its last occurrence; null when it names none. */
export function momentIn(text: string, now: number, timezone: string): number | null {
  const match =
    /\b(?:around|about|near|at)\s+(?:(\d{4}-\d{2}-\d{2})\s+)?(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?\b/i.exec(
      text,
    )
  if (match === null || (match[3] === undefined && match[4] === undefined)) return null
  const half = match[4]?.toLowerCase()
  const hour = half === undefined ? Number(match[2]) : (Number(match[2]) % 12) + (half === 'pm' ? 12 : 0)
  if (hour > 23) return null
  const on = (day: string) =>
    momentOf(`${day} ${String(hour).padStart(2, '0')}:${match[3] ?? '00'}`, timezone)
  if (match[1] !== undefined) return on(match[1])
  const period = periodIn(text, now, timezone)
  const moment = on(dayOf(period?.since ?? now, timezone))
  return moment !== null && moment > now ? on(dayOf(startOfDay(now, timezone, 1), timezone)) : moment
}

function lengthOf(amount: string, unit: string | undefined): number {
  const one = UNITS.find(([name]) => unit !== undefined && name.startsWith(unit))?.[1] ?? UNITS[0][1]
  return Math.min(Number(amount), AMOUNT_MAX) * one
}

/** `since Monday` begins at the last one, today included; `on Monday` is that day alone. */
function weekdayPeriod(lower: string, now: number, timezone: string): Period | null {
  const named = WEEKDAYS.findIndex((name) => new RegExp(`\\b${name.toLowerCase()}\\b`).test(lower))
  if (named === -1) return null
  const daysBefore = ((weekdayOf(now, timezone) ?? 0) - named + 7) % 7
  const since = startOfDay(now, timezone, daysBefore)
  const isOneDay = new RegExp(`\\bon\\s+${WEEKDAYS[named]?.toLowerCase()}\\b`).test(lower)
  return { since, until: isOneDay ? startOfDay(now, timezone, daysBefore - 1) : null }
}

/** `since 2026-11-23`, or `on` and `from ... up to` where it has an end; the end is the last day within. */
export function periodLabel({ since, until }: Period, timezone: string): string {
  const isWholeDay = startOfDay(since, timezone) === since
  if (until === null) return `since ${isWholeDay ? dayOf(since, timezone) : stampOf(since, timezone)}`
  const first = dayOf(since, timezone)
  const last = dayOf(until - 1, timezone)
  return first === last ? `on ${first}` : `from ${first} to ${last}`
}
