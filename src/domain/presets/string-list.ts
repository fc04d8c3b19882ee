import { type Fields, identityOf, valueAt } from '../event-fields.ts'

/** Texts of a list, however a shipper wrote it: an array, JSON text, or names between commas. */

const ITEMS_MAX = 1_000
const TEXT_MAX = 50_000

export function stringListOf(value: unknown, itemsMax: number = ITEMS_MAX): readonly string[] {
  return [...new Set(written(value, itemsMax))]
}

export function stringListAt(fields: Fields, path: string, itemsMax: number = ITEMS_MAX): readonly string[] {
  return stringListOf(valueAt(fields, path), itemsMax)
}

function written(value: unknown, itemsMax: number): readonly string[] {
  const items = Array.isArray(value) ? value.slice(0, itemsMax) : partsOf(value)
  return items.slice(0, itemsMax).flatMap((item: unknown) => identityOf(item) ?? [])
}

function partsOf(value: unknown): readonly unknown[] {
  if (typeof value !== 'string') return []
  const text = value.slice(0, TEXT_MAX).trim()
  if (!text.startsWith('[')) return text.split(',')
  // Names with escapes are cut off rather than mistaken for others, since no id of these sources holds one.
  return Array.from(text.matchAll(/"([^"\\]*)"/g), (match) => match[1])
}
