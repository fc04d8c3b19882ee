import { createHash } from 'node:crypto'

/**
 * Total, bounded readers over one raw event, whatever its shipper made of it. A path such as `actor.id` is found
 * nested, flattened (`{"actor.id": ...}`), in lower case, behind a prefix, and inside fields that hold JSON as text.
 */

export const TEXT_MAX = 500
const IDENTITY_MAX = 200
const LIST_MAX = 200
/** Texts longer than this are never parsed as JSON. */
const JSON_TEXT_MAX = 512 * 1_024
const PATH_SEGMENTS_MAX = 8
const PATHS_CACHED_MAX = 2_000
/** Keys of one object that are looked through for a flattened list. */
const KEYS_MAX = 5_000

/** Where shippers put a whole event inside their own: nested or as text. */
export const ENVELOPES = ['message', 'event.original', 'event', '_raw'] as const

type JsonObject = Readonly<Record<string, unknown>>

/** One event, seen from where its own fields begin. */
export interface Fields {
  readonly root: unknown
  /** Prefix of flattened names, with its dot; empty when there is none. */
  readonly base: string
}

/** The text of one JSON object or list, parsed; null for anything else. */
function parsed(text: string): unknown {
  const first = text.charCodeAt(0)
  if ((first !== 0x7b && first !== 0x5b) || text.length > JSON_TEXT_MAX) return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function objectOf(value: unknown): JsonObject | null {
  const candidate = typeof value === 'string' ? parsed(value) : value
  return typeof candidate === 'object' && candidate !== null ? (candidate as JsonObject) : null
}

interface Path {
  readonly length: number
  /** `joins[from][to]`: the segments from..to as one flattened name, and the same in lower case if that differs. */
  readonly joins: readonly (readonly { readonly name: string; readonly lower: string | null }[])[]
}

const paths = new Map<string, Path>()

function pathOf(text: string): Path {
  const cached = paths.get(text)
  if (cached !== undefined) return cached
  const segments = text.split('.').slice(0, PATH_SEGMENTS_MAX)
  const joins = segments.map((_, from) =>
    segments.map((__, to) => {
      const name = segments.slice(from, to + 1).join('.')
      const lower = name.toLowerCase()
      return { name, lower: lower === name ? null : lower }
    }),
  )
  const path = { length: segments.length, joins }
  if (paths.size < PATHS_CACHED_MAX) paths.set(text, path)
  return path
}

function find(node: unknown, path: Path, from: number): unknown {
  const holder = objectOf(node)
  if (holder === null) return undefined
  const names = path.joins[from] ?? []
  for (let to = from; to < path.length; to += 1) {
    const join = names[to]
    if (join === undefined) return undefined
    // Own properties only: a path or an event may say `__proto__`.
    let value = Object.hasOwn(holder, join.name) ? holder[join.name] : undefined
    if (value === undefined && join.lower !== null && Object.hasOwn(holder, join.lower))
      value = holder[join.lower]
    // Axiom answers null for a column that this event lacks, so null counts as not there.
    if (value === undefined || value === null) continue
    if (to === path.length - 1) return value
    const found = find(value, path, to + 1)
    if (found !== undefined) return found
  }
  return undefined
}

/** The value at a path, or undefined. Null and absent are the same. */
export function valueAt(fields: Fields, path: string): unknown {
  return find(fields.root, pathOf(fields.base === '' ? path : fields.base + path), 0)
}

/**
 * Finds where the event's own fields begin: the first place that has one of the marker fields. All later reads use
 * that one place, so that fields of an envelope are never mixed with those of what it carries.
 */
export function fieldsOf(
  event: unknown,
  options: { readonly prefix: string | null; readonly markers: readonly string[] },
): Fields {
  const plain = { root: event, base: '' }
  const marked = (fields: Fields) => options.markers.some((marker) => valueAt(fields, marker) !== undefined)
  if (options.prefix !== null && options.prefix !== '') {
    const inner = valueAt(plain, options.prefix)
    if (inner !== undefined && marked({ root: inner, base: '' })) return { root: objectOf(inner), base: '' }
    const flattened = { root: event, base: `${options.prefix}.` }
    if (marked(flattened)) return flattened
  }
  if (marked(plain)) return plain
  for (const envelope of ENVELOPES) {
    const inner = objectOf(valueAt(plain, envelope))
    if (inner !== null && marked({ root: inner, base: '' })) return { root: inner, base: '' }
  }
  return plain
}

/** The objects of a list: an array, JSON text, one object alone, or flattened names (`target.0.id`, `target[0].id`). */
export function objectsAt(fields: Fields, path: string): readonly Fields[] {
  const value = valueAt(fields, path)
  if (value === undefined) return flattenedObjects(fields, path)
  const list = objectOf(value)
  if (list === null) return []
  const numbered = !Array.isArray(list) && Object.hasOwn(list, '0')
  const items = Array.isArray(list)
    ? list.slice(0, LIST_MAX)
    : numbered
      ? Object.values(list).slice(0, LIST_MAX)
      : [list]
  return items.flatMap((item: unknown) => {
    const root = objectOf(item)
    return root === null ? [] : [{ root, base: '' }]
  })
}

const INDEXED = /^(?:\.(\d{1,4})|\[(\d{1,4})\])\.(.+)$/s

function flattenedObjects(fields: Fields, path: string): readonly Fields[] {
  const holder = objectOf(fields.root)
  if (holder === null) return []
  const start = fields.base + path
  const items = new Map<number, Map<string, unknown>>()
  let seen = 0
  for (const name in holder) {
    seen += 1
    if (seen > KEYS_MAX) break
    if (!name.startsWith(start) || !Object.hasOwn(holder, name)) continue
    const match = INDEXED.exec(name.slice(start.length))
    if (match === null) continue
    const index = Number(match[1] ?? match[2])
    const item = items.get(index) ?? new Map<string, unknown>()
    if (items.size < LIST_MAX || items.has(index)) items.set(index, item.set(match[3] ?? '', holder[name]))
  }
  return [...items.entries()]
    .sort(([one], [other]) => one - other)
    .map(([, item]) => ({ root: Object.fromEntries(item), base: '' }))
}

// Control characters, line separators and direction overrides: none belongs in a name.
const UNFIT = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g
const HAS_UNFIT = new RegExp(UNFIT.source)

function isFit(text: string): boolean {
  return !HAS_UNFIT.test(text) && text.isWellFormed()
}

function written(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value)
  return null
}

/** Text as people may see it: trimmed, clipped, control characters replaced. Null when empty or no text. */
export function textOf(value: unknown, charactersMax: number = TEXT_MAX): string | null {
  const text = written(value)
  if (text === null) return null
  let shown = text.slice(0, charactersMax + 100).trim()
  if (shown.length > charactersMax) shown = `${shown.slice(0, charactersMax - 1)}…`
  if (!isFit(shown)) shown = shown.toWellFormed().replaceAll(UNFIT, '\ufffd')
  return shown === '' ? null : shown
}

/**
 * Text that tells things apart (ids, roles, scopes): cleaned and clipped like any text, but two that differ stay
 * different, since what cleaning took away is kept as a short hash.
 */
export function identityOf(value: unknown, charactersMax: number = IDENTITY_MAX): string | null {
  const text = written(value)?.trim()
  if (text === undefined || text === '') return null
  if (text.length <= charactersMax && isFit(text)) return text
  const digest = createHash('sha256').update(JSON.stringify(text)).digest('hex').slice(0, 12)
  return `${textOf(text, charactersMax - 13) ?? ''}~${digest}`
}

export function textAt(fields: Fields, path: string, charactersMax: number = TEXT_MAX): string | null {
  return textOf(valueAt(fields, path), charactersMax)
}

export function identityAt(fields: Fields, path: string): string | null {
  return identityOf(valueAt(fields, path))
}

const EMAIL = /^[^\s@<>"'(),:;]{1,64}@[^\s@<>"'(),:;]{1,185}\.[^\s@<>"'(),:;.]{2,63}$/

/** An e-mail address when the text looks like one, else null. */
export function emailOf(value: unknown): string | null {
  return typeof value === 'string' && value.length <= 254 && EMAIL.test(value) && isFit(value) ? value : null
}

const TIMESTAMP =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?)?\s?(Z|UTC|[+-]\d\d(?::?\d\d)?)?$/i
const YEAR_10000 = 253_402_300_800_000

/** Minutes east of UTC that a timestamp states itself; null for none and for plain UTC. */
export function offsetMinutesOf(value: unknown): number | null {
  const zone = typeof value === 'string' ? TIMESTAMP.exec(value.trim())?.[8] : undefined
  return zone === undefined || /^[zu]/i.test(zone) ? null : zoneMinutes(zone)
}

function zoneMinutes(zone: string | undefined): number {
  if (zone === undefined || /^[zu]/i.test(zone)) return 0
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  return (zone.startsWith('-') ? -1 : 1) * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2)))
}

/** Epoch milliseconds of an ISO time (UTC when it names no zone) or of epoch seconds, milliseconds or finer. */
export function timeOf(value: unknown): number | null {
  if (typeof value === 'number') return epochMs(value)
  if (typeof value !== 'string' || value.length > 50) return null
  const text = value.trim()
  if (/^\d{9,19}(\.\d+)?$/.test(text)) return epochMs(Number(text))
  const match = TIMESTAMP.exec(text)
  if (match === null) return null
  const [month, day, hour] = [Number(match[2]), Number(match[3]), Number(match[4] ?? 0)]
  const [minute, second] = [Number(match[5] ?? 0), Number(match[6] ?? 0)]
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return null
  const fraction = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'))
  const time = Date.UTC(Number(match[1]), month - 1, day, hour, minute, second, fraction)
  return withinRange(time - zoneMinutes(match[8]) * 60_000)
}

function epochMs(value: number): number | null {
  if (!Number.isFinite(value) || value <= 0) return null
  if (value < 1e11) return withinRange(Math.floor(value * 1_000))
  if (value < 1e14) return withinRange(Math.floor(value))
  return withinRange(Math.floor(value / (value < 1e17 ? 1e3 : 1e6)))
}

function withinRange(time: number): number | null {
  return time >= 0 && time < YEAR_10000 ? time : null
}

/** The first of the paths that holds a time. */
export function timeAt(fields: Fields, among: readonly string[]): number | null {
  for (const path of among) {
    const found = timeOf(valueAt(fields, path))
    if (found !== null) return found
  }
  return null
}
