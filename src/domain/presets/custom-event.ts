import type { Fields } from '../event-fields.ts'

/** An event of a custom source in its plain form, whatever its shipper made of it: what conditions and mappings read. */

export type PlainValue = string | number | boolean | null | readonly PlainValue[] | PlainObject
export interface PlainObject {
  readonly [name: string]: PlainValue
}
type Growing = Record<string, PlainValue>

const NODES_MAX = 5_000
const DEPTH_MAX = 12
const KEY_PARTS_MAX = 12
const TEXT_CHARACTERS_MAX = 20_000
/** Texts longer than this are not looked into for JSON. */
const JSON_TEXT_MAX = 64 * 1_024

/**
 * Flattened names are put together again (`actor.id`, `target.0.id`, `target[0].id`), JSON written as text is read,
 * nulls and what goes beyond the limits are left out: an event is the same in all its forms. Null when it is no
 * object, or an empty one.
 */
export function plainEvent(fields: Fields): PlainObject | null {
  const root = readText(fields.root)
  if (!isObject(root)) return null
  const plain = plainOf(below(root, fields.base), 0, { left: NODES_MAX })
  return isObject(plain) ? (plain as PlainObject) : null
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readText(value: unknown): unknown {
  if (typeof value !== 'string' || value.length > JSON_TEXT_MAX) return value
  const first = value.charCodeAt(0)
  if (first !== 0x7b && first !== 0x5b) return value
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
  if (!Array.isArray(value)) {
    const grown = emptyObject()
    fill(grown, value as Record<string, unknown>, depth, budget)
    return settled(grown)
  }
  const items: PlainValue[] = []
  for (const item of value) {
    if (budget.left <= 0) break
    items.push(plainOf(item, depth + 1, budget))
  }
  return items
}

/** No prototype: an event may name a field `__proto__`. */
function emptyObject(): Growing {
  return Object.create(null) as Growing
}

function fill(target: Growing, source: Record<string, unknown>, depth: number, budget: Budget): void {
  for (const name in source) {
    if (budget.left <= 0) return
    if (Object.hasOwn(source, name)) put(target, partsOf(name), source[name], depth, budget)
  }
}

function partsOf(name: string): readonly string[] {
  if (!name.includes('.') && !name.includes('[')) return [name]
  const parts = name.replaceAll(/\[(\d{1,4})\]/g, '.$1').split('.')
  return parts.length > KEY_PARTS_MAX || parts.includes('') ? [name] : parts
}

/** `a.b.c` becomes nested; where one form of an event holds a value and another has names below it, the first stays. */
function put(target: Growing, parts: readonly string[], raw: unknown, depth: number, budget: Budget): void {
  // Axiom answers null for a column that this event lacks.
  if (raw === null || raw === undefined || depth + parts.length > DEPTH_MAX) return
  let holder = target
  for (const part of parts.slice(0, -1)) {
    const inner = holder[part] ?? emptyObject()
    if (!isObject(inner)) return
    holder[part] = inner as Growing
    holder = inner as Growing
  }
  const last = parts.at(-1) ?? ''
  const existing = holder[last]
  const value = readText(raw)
  if (isObject(value)) {
    const inner = existing ?? emptyObject()
    if (!isObject(inner)) return
    budget.left -= 1
    holder[last] = inner as Growing
    fill(inner as Growing, value, depth + parts.length, budget)
  } else if (existing === undefined) holder[last] = plainOf(value, depth + parts.length, budget)
}

const LIST_INDEX = /^\d{1,4}$/

/** Names that count from 0 were a list, and an object without anything in it says nothing. */
function settled(grown: Growing): PlainValue {
  for (const name in grown) {
    const value = grown[name]
    if (!isObject(value)) continue
    const inner = settled(value as Growing)
    if (inner === null) delete grown[name]
    else grown[name] = inner
  }
  const names = Object.keys(grown)
  if (names.length === 0) return null
  const isList = names[0] === '0' && names.every((name) => LIST_INDEX.test(name))
  return isList ? names.map((name) => grown[name] ?? null) : grown
}
