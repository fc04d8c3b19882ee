const BUCKET_MS = 15 * 60_000
/** Offsets remembered over all zones; beyond that the memory starts afresh. */
const OFFSETS_MAX = 20_000

const formatters = new Map<string, Intl.DateTimeFormat>()
const offsets = new Map<string, number>()

function formatterOf(timezone: string): Intl.DateTimeFormat {
  const cached = formatters.get(timezone)
  if (cached !== undefined) return cached
  const formatter = new Intl.DateTimeFormat('en', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formatters.set(timezone, formatter)
  return formatter
}

/** Minutes east of UTC in a zone at a moment. Zones change on the quarter hour, so one answer serves a quarter. */
export function offsetMinutes(timezone: string, at: number): number {
  const bucket = Math.floor(at / BUCKET_MS)
  const key = `${timezone} ${bucket}`
  const cached = offsets.get(key)
  if (cached !== undefined) return cached
  const start = bucket * BUCKET_MS
  const parts = new Map(
    formatterOf(timezone)
      .formatToParts(start)
      .map((part) => [part.type, Number(part.value)]),
  )
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  )
  const offset = Math.round((wall - start) / 60_000)
  if (offsets.size >= OFFSETS_MAX) offsets.clear()
  offsets.set(key, offset)
  return offset
}

/** Hour 0-23 and day 0-6 (Sunday 0) on the actor's clock when its offset is stated, else in the zone. */
export function localTimeOf(
  at: number,
  stated: { readonly localOffsetMinutes: number | null; readonly timezone: string },
): { readonly localHour: number; readonly localDay: number } {
  const offset = stated.localOffsetMinutes ?? offsetMinutes(stated.timezone, at)
  const local = new Date(at + offset * 60_000)
  return { localHour: local.getUTCHours(), localDay: local.getUTCDay() }
}
