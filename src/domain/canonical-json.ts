/** Deeper values than this are refused, so that hostile nesting cannot exhaust the stack. */
const DEPTH_MAX = 64

/**
 * JSON in the one form of RFC 8785: members sorted by UTF-16 code units, numbers as ECMAScript prints them.
 * Throws for what has no such form: lone surrogates (the caller replaces them beforehand, with `toWellFormed`),
 * numbers that are not finite, `undefined`, functions, values nested too deeply.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0)
}

/** Reads a canonical string; null when it is no JSON object in exactly that form. */
export function parseCanonicalObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
    return canonicalJson(value) === text ? { ...value } : null
  } catch {
    return null
  }
}

function write(value: unknown, depth: number): string {
  if (depth > DEPTH_MAX) throw new TypeError('canonical JSON: nested too deeply')
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return writeString(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('canonical JSON: a number is not finite')
    return JSON.stringify(value)
  }
  if (typeof value !== 'object') throw new TypeError(`canonical JSON: a ${typeof value} has no JSON form`)
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(',')}]`
  // The default order of strings in ECMAScript is the one that the RFC asks for: by UTF-16 code units.
  const names = Object.keys(value).sort()
  const members = new Map<string, unknown>(Object.entries(value))
  return `{${names.map((name) => `${writeString(name)}:${write(members.get(name), depth + 1)}`).join(',')}}`
}

function writeString(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('canonical JSON: a text holds a lone surrogate')
  return JSON.stringify(text)
}
