const ZONE = 'Europe/Berlin'
const DAY_MS = 24 * 60 * 60 * 1000
const WORKDAY_START_HOUR = 9
const WORKDAY_END_HOUR = 17

const PARTS = new Intl.DateTimeFormat('en-GB', {
  timeZone: ZONE,
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
})

/** A day of the calendar in Berlin, as the midnight that UTC gives the same date. */
export type LocalDay = number

function localAsUtc(ms: number): number {
  const part: Record<string, number> = {}
  for (const { type, value } of PARTS.formatToParts(ms)) part[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

export function localDayOf(ms: number): LocalDay {
  return Math.floor(localAsUtc(ms) / DAY_MS) * DAY_MS
}

export function isWeekend(day: LocalDay): boolean {
  return [0, 6].includes(new Date(day).getUTCDay())
}

/** The moment when clocks in Berlin show this time on this day. */
export function atLocal(day: LocalDay, minutesAfterMidnight: number, second = 0): number {
  const wanted = day + minutesAfterMidnight * 60_000 + second * 1000
  // The offset is looked up twice, since the first guess may lie on the other side of a clock change.
  const guess = wanted - (localAsUtc(wanted) - wanted)
  return wanted - (localAsUtc(guess) - guess)
}

/** The workdays before `day`, oldest first, no further back than `days` days. */
export function workdaysBefore(day: LocalDay, days: number): readonly LocalDay[] {
  return Array.from({ length: days }, (_, index) => day - (days - index) * DAY_MS).filter(
    (one) => !isWeekend(one),
  )
}

/** The latest moment up to `nowMs` at which people were at work: now, or the end of the last workday. */
export function latestWorkingTime(nowMs: number): number {
  const today = localDayOf(nowMs)
  for (let day = today; day > today - 7 * DAY_MS; day -= DAY_MS) {
    if (isWeekend(day) || atLocal(day, WORKDAY_START_HOUR * 60 + 30) > nowMs) continue
    return Math.min(nowMs, atLocal(day, WORKDAY_END_HOUR * 60))
  }
  return nowMs
}

/** The latest time before `nowMs` when clocks in Berlin showed this time of day. */
export function lastNightAt(nowMs: number, minutesAfterMidnight: number): number {
  const today = localDayOf(nowMs)
  const tonight = atLocal(today, minutesAfterMidnight)
  return tonight < nowMs ? tonight : atLocal(today - DAY_MS, minutesAfterMidnight)
}
