import { canonicalJson } from './canonical-json.ts'
import type { ChainFaultKind } from './chain-report.ts'
import { CHAINED_EVENTS } from './review-event.ts'

/** A review event as a target gave it back, before anything in it is believed. */
export interface ChainRow {
  readonly kind: 'chained'
  readonly tenant: string
  readonly seq: number
  readonly prevHash: string
  readonly hash: string
  readonly hmac: unknown
  readonly canonical: string
  readonly fields: Readonly<Record<string, unknown>>
}

export type RowReading =
  | ChainRow
  | { readonly kind: 'unchained' }
  | {
      readonly kind: 'faulty'
      readonly fault: ChainFaultKind
      /** The number it claims, where it has one. */
      readonly seq: number | null
      readonly what: string
    }

const CHAIN_FIELDS = ['seq', 'prev_hash', 'canonical', 'hash'] as const
const HASH_FORM = /^[0-9a-f]{64}$/

export function readChainRow(value: unknown): RowReading {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { kind: 'faulty', fault: 'malformed', seq: null, what: 'is no JSON object' }
  const fields: Readonly<Record<string, unknown>> = { ...value }
  const absent = CHAIN_FIELDS.filter((name) => isEmpty(fields[name]))
  if (absent.length === CHAIN_FIELDS.length) return readUnchained(fields)
  const { tenant, seq, prev_hash: prevHash, canonical, hash } = fields
  const number = isSeq(seq) ? seq : null
  if (absent.length > 0)
    return { kind: 'faulty', fault: 'malformed', seq: number, what: `lacks ${absent.join(', ')}` }
  if (isSeq(seq) && isHash(prevHash) && isHash(hash) && isText(canonical) && isText(tenant))
    return { kind: 'chained', tenant, seq, prevHash, hash, hmac: fields['hmac'], canonical, fields }
  const wrong = [
    isText(tenant) ? [] : 'tenant',
    isSeq(seq) ? [] : 'seq',
    isHash(prevHash) ? [] : 'prev_hash',
    isText(canonical) ? [] : 'canonical',
    isHash(hash) ? [] : 'hash',
  ].flat()
  return { kind: 'faulty', fault: 'malformed', seq: number, what: `${wrong.join(', ')} not of our form` }
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

export function isSeq(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1
}

export function isHash(value: unknown): value is string {
  return typeof value === 'string' && HASH_FORM.test(value)
}

function readUnchained(fields: Readonly<Record<string, unknown>>): RowReading {
  const name = CHAINED_EVENTS.find((candidate) => candidate === fields['event'])
  if (name === undefined) return { kind: 'unchained' }
  return {
    kind: 'faulty',
    fault: 'unchained',
    seq: null,
    what: `calls itself ${name}, a kind of event that is always chained, and carries no chain fields`,
  }
}

/** Not covered by the canonical string, or added by Axiom. */
const OUTSIDE = new Set([
  'canonical',
  'hash',
  'hmac',
  '_sysTime',
  '_rowID',
  '_source',
  '_cursor',
  '_blockInfo',
])
const DEPTH_MAX = 32

/**
 * Names of fields whose value in the row is not the one of the canonical string. A target may keep a nested
 * object as it is, or flattened under dotted names, and drop what is null or empty: none of that is a difference.
 */
export function differingFields(
  row: Readonly<Record<string, unknown>>,
  canonical: Readonly<Record<string, unknown>>,
): readonly string[] {
  const given = new Map<string, string>()
  const expected = new Map<string, string>()
  for (const [name, value] of Object.entries(row)) if (!OUTSIDE.has(name)) collect(given, name, value, 0)
  for (const [name, value] of Object.entries(canonical)) collect(expected, name, value, 0)
  const differing = new Set<string>()
  for (const [name, value] of expected) if (given.get(name) !== value) differing.add(name)
  for (const name of given.keys()) if (!expected.has(name)) differing.add(name)
  return [...differing].toSorted()
}

function collect(leaves: Map<string, string>, name: string, value: unknown, depth: number): void {
  if (isEmpty(value)) return
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && depth < DEPTH_MAX) {
    for (const [key, inner] of Object.entries(value)) collect(leaves, `${name}.${key}`, inner, depth + 1)
    return
  }
  leaves.set(name, name === '_time' ? momentOf(value) : formOf(value))
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

/** Axiom keeps `_time` as a moment and prints it with more or fewer digits than it was given. */
function momentOf(value: unknown): string {
  const [, seconds, fraction = ''] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|\+00:00)$/.exec(String(value)) ?? []
  return seconds === undefined ? `other ${String(value)}` : `${seconds}.${fraction.padEnd(9, '0')}`
}

/** A value that has no canonical form was not written by us: it gets a form that nothing else has. */
function formOf(value: unknown): string {
  try {
    return canonicalJson(value)
  } catch {
    return 'not canonical'
  }
}
