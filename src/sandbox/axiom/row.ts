import { isRecord } from '../exchange.ts'
import type { Instant } from './instant.ts'

/** One event as the local Axiom holds it, with `_time` and `_sysTime`. */
export type Row = Readonly<Record<string, unknown>>

const DEPTH_MAX = 100
const STRING_BYTES_MAX = 1024 * 1024
const NAME_BYTES_MAX = 200
const RESERVED: readonly string[] = ['_blockInfo', '_cursor', '_rowID', '_source', '_sysTime']

/** The value at a path whose first name may be the dotted name that Axiom gives a nested field. */
export function lookUp(row: Row, path: readonly string[]): unknown {
  const [first = '', ...keys] = path
  let value = lookUpDotted(row, first)
  for (const key of keys) value = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined
  return value
}

function lookUpDotted(record: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(record, name)) return record[name]
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
    const head = name.slice(0, dot)
    const inner = Object.hasOwn(record, head) ? record[head] : undefined
    const value = isRecord(inner) ? lookUpDotted(inner, name.slice(dot + 1)) : undefined
    if (value !== undefined) return value
  }
  return undefined
}

/**
 * An event's own fields as Axiom keeps them: reserved names are renamed, over-long texts replaced, over-deep
 * nesting cut. Answers with a sentence where Axiom would reject the event.
 */
export function fieldsOf(event: Readonly<Record<string, unknown>>): Row | string {
  const fields: [string, unknown][] = []
  for (const [name, value] of Object.entries(event)) {
    if (Buffer.byteLength(name) > NAME_BYTES_MAX) return `field name is longer than ${NAME_BYTES_MAX} bytes`
    if (name === '_time') continue
    fields.push([RESERVED.includes(name) ? `_user${name}` : name, clean(value, 1)])
  }
  return Object.fromEntries(fields)
}

function clean(value: unknown, depth: number): unknown {
  if (typeof value === 'string')
    return Buffer.byteLength(value) > STRING_BYTES_MAX ? '<invalid string: too long>' : value
  if (typeof value !== 'object' || value === null) return value
  if (depth >= DEPTH_MAX) return null
  if (Array.isArray(value)) return value.map((item) => clean(item, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, clean(item, depth + 1)]))
}

export function rowOf(times: { time: Instant; sysTime: Instant }, fields: Row): Row {
  return { _time: times.time, _sysTime: times.sysTime, ...fields }
}

/** Every name under which a query may address the row: nested objects by dotted names, map fields as a whole. */
export function* fieldNames(row: Row, mapFields: ReadonlySet<string>, prefix = ''): Generator<FieldName> {
  for (const [key, value] of Object.entries(row)) {
    const name = prefix + key
    const nested = isRecord(value) && !mapFields.has(name)
    yield { name, isLeaf: !nested }
    if (nested) yield* fieldNames(value, mapFields, `${name}.`)
  }
}

export interface FieldName {
  readonly name: string
  /** Only leaves count towards the limit of fields in a dataset. */
  readonly isLeaf: boolean
}
