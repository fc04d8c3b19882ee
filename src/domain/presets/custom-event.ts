import type { Fields } from '../event-fields.ts'

/** An event of a custom source in its plain form, whatever its shipper made of it: what conditions and mappings read. */

export type PlainValue = string | number | boolean | null | readonly PlainValue[] | PlainObject
export interface PlainObject {
  readonly [name: string]: PlainValue
}

const NODES_MAX = 5_000
const DEPTH_MAX = 12
const KEY_PARTS_MAX = 12
const TEXT_CHARACTERS_MAX = 100_000
/** Texts longer than this are not looked into for JSON. */
const JSON_TEXT_MAX = 64 * 1_024

/**
 * Flattened names are put together again (`actor.id`, `target.0.id`), JSON written as text is read, and what goes
 * beyond the limits is left out. Null when the event is no object.
 */
export function plainEvent(fields: Fields): PlainObject | null {
  const root = readText(fields.root)
  if (typeof root !== 'object' || root === null || Array.isArray(root)) return null
  const plain = plainOf(below(root as Record<string, unknown>, fields.base), 0, { left: NODES_MAX })
  return typeof plain === 'object' && plain !== null && !Array.isArray(plain) ? (plain as PlainObject) : null
}

/** Only the names behind the prefix, without it. */
function below(root: Record<string, unknown>, base: string): Record<string, unknown> {
  if (base === '') return root
  return Object.fromEntries(
    Object.entries(root).flatMap(([name, value]) =>
      name.startsWith(base) ? [[name.slice(base.length), value]] : [],
    ),
  )
}

function readText(value: unknown): unknown {
  if (typeof value !== 'string' || value.length > JSON_TEXT_MAX || !/^\s*[[{]/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

interface Budget {
  left: number
}

function plainOf(raw: unknown, depth: number, budget: Budget): PlainValue {
  budget.left -= 1
  const value = readText(raw)
  if (typeof value === 'string') return value.slice(0, TEXT_CHARACTERS_MAX)
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value !== 'object' || value === null || depth >= DEPTH_MAX || budget.left <= 0) return null
  if (Array.isArray(value)) {
    const items: PlainValue[] = []
    for (const item of value) {
      if (budget.left <= 0) break
      items.push(plainOf(item, depth + 1, budget))
    }
    return items
  }
  return plainObject(value as Record<string, unknown>, depth, budget)
}

function plainObject(value: Record<string, unknown>, depth: number, budget: Budget): PlainValue {
  // No prototype: an event may name a field `__proto__`.
  const grown: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  for (const name in value) {
    if (budget.left <= 0) break
    if (Object.hasOwn(value, name)) place(grown, name.split('.'), value[name])
  }
  const plain: Record<string, PlainValue> = Object.create(null) as Record<string, PlainValue>
  for (const name in grown) {
    if (budget.left <= 0) break
    plain[name] = plainOf(grown[name], depth + 1, budget)
  }
  const names = Object.keys(plain)
  const isList = names.length > 0 && names.every((name, index) => name === String(index))
  return isList ? names.map((name) => plain[name] ?? null) : plain
}

/** `a.b.c` becomes nested; a name that both holds a value and has names below it keeps the value. */
function place(target: Record<string, unknown>, parts: readonly string[], value: unknown): void {
  const [first = '', ...rest] = parts
  if (rest.length === 0 || parts.length > KEY_PARTS_MAX || parts.some((part) => part === '')) {
    const name = parts.join('.')
    target[name] = merged(target[name], value)
    return
  }
  const inner = target[first]
  if (inner !== undefined && (typeof inner !== 'object' || inner === null || Array.isArray(inner))) return
  const next = (inner ?? Object.create(null)) as Record<string, unknown>
  target[first] = next
  place(next, rest, value)
}

function merged(before: unknown, after: unknown): unknown {
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isObject(before) || !isObject(after)) return after ?? before
  for (const name of Object.keys(after)) place(before, name.split('.'), after[name])
  return before
}
