/** No target is left alone for longer than this on its own word. */
const RETRY_AFTER_MAX_MS = 15 * 60_000

/** Reads a `Retry-After` header: seconds, or an HTTP date; null when there is none to go by. */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null
  const text = header.trim()
  const ms = /^\d{1,9}(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now
  return Number.isNaN(ms) ? null : Math.min(Math.max(Math.ceil(ms), 0), RETRY_AFTER_MAX_MS)
}
