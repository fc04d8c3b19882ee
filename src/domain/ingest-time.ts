/** Axiom's `_sysTime`: RFC 3339 with up to nine fractional digits. Kept as a string: a Date loses the last six. */

const SHAPE = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/

export function isIngestTime(text: string): boolean {
  return SHAPE.test(text) && Number.isFinite(Date.parse(text))
}

/** Whole seconds since the epoch and nanoseconds; null when the text is no such time. */
function parse(text: string): { readonly seconds: number; readonly nanos: number } | null {
  const match = SHAPE.exec(text)
  if (match === null) return null
  const seconds = Date.parse(`${match[1]}${match[3]}`) / 1_000
  if (!Number.isFinite(seconds)) return null
  return { seconds, nanos: Number((match[2] ?? '').padEnd(9, '0')) }
}

function format(seconds: number, nanos: number): string {
  const whole = new Date(seconds * 1_000).toISOString().slice(0, 19)
  return `${whole}.${String(nanos).padStart(9, '0')}Z`
}

/** Negative when `one` is earlier, 0 when they are the same moment; unreadable texts sort first. */
export function compareIngest(one: string, other: string): number {
  const a = parse(one)
  const b = parse(other)
  if (a === null || b === null) return Number(a !== null) - Number(b !== null)
  return a.seconds - b.seconds || a.nanos - b.nanos
}

export function laterIngest(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other
  return compareIngest(one, other) >= 0 ? one : other
}

/** The moment `ms` milliseconds before, with all nine digits kept. */
export function ingestBefore(text: string, ms: number): string {
  const parsed = parse(text)
  if (parsed === null) throw new RangeError('not an ingest time')
  const nanos = parsed.nanos - (ms % 1_000) * 1_000_000
  const seconds = parsed.seconds - Math.floor(ms / 1_000)
  return nanos < 0 ? format(seconds - 1, nanos + 1_000_000_000) : format(seconds, nanos)
}

/** Epoch milliseconds, rounded down. */
export function ingestMs(text: string): number {
  const parsed = parse(text)
  return parsed === null ? Number.NaN : parsed.seconds * 1_000 + Math.floor(parsed.nanos / 1_000_000)
}
