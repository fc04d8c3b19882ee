/** RFC 3339 in UTC with nine fractional digits: strings of this form compare in the order of time. */
export type Instant = string

const FORM = /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9})\d*)?\s?(Z|z|[+-]\d{2}:\d{2})?)?$/

/** Accepts RFC 3339 and its common relatives (a date alone, a space for the T, no zone for UTC). */
export function parseInstant(text: string): Instant | undefined {
  const match = FORM.exec(text.trim())
  if (match === null) return undefined
  const [, date = '', time = '00:00:00', fraction = '', zone = 'Z'] = match
  const asUtc = Date.parse(`${date}T${time}Z`)
  // JavaScript rolls the 31st of February over into March; a database refuses it.
  if (Number.isNaN(asUtc) || !new Date(asUtc).toISOString().startsWith(`${date}T`)) return undefined
  const seconds = asUtc - zoneMs(zone)
  if (Number.isNaN(new Date(seconds).getTime())) return undefined
  return `${new Date(seconds).toISOString().slice(0, 19)}.${fraction.padEnd(9, '0')}Z`
}

function zoneMs(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0
  const [hours = 0, minutes = 0] = zone.slice(1).split(':').map(Number)
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

function instantOfMs(ms: number, nanoseconds = 0): Instant {
  return `${new Date(ms).toISOString().slice(0, 23)}${String(nanoseconds).padStart(6, '0')}Z`
}

/** An event's own time: any form above, or an epoch number in seconds, ms, us or ns, told apart by size. */
export function instantOfEvent(value: unknown): Instant | undefined {
  if (typeof value === 'string') return parseInstant(value)
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return undefined
  const ms = value < 1e11 ? value * 1000 : value < 1e14 ? value : value < 1e17 ? value / 1e3 : value / 1e6
  return Number.isNaN(new Date(ms).getTime()) ? undefined : instantOfMs(ms)
}

/** The time of ingest: never twice the same, and never a whole millisecond that a Date could hold. */
export function createIngestClock(now: () => number): () => Instant {
  let lastMs = 0
  let nanoseconds = 0
  return () => {
    const ms = now()
    const fresh = Number(process.hrtime.bigint() % 900_000n) + 1
    nanoseconds = ms === lastMs ? Math.max(nanoseconds + 1, fresh) : fresh
    lastMs = ms
    return instantOfMs(ms, nanoseconds)
  }
}
