import { type Fields, valueAt } from '../event-fields.ts'
import type { CustomCondition, CustomPreset } from './custom-schema.ts'
import { isOfItem, textTest } from './custom-values.ts'
import type { Condition } from './preset.ts'

/** Which events of a custom source are worth reading: for Axiom's query, and at a glance. */

type Op = CustomCondition['op']

/** The query's own test that lets through at least what an op of the rules does. */
const ASKED_AS: Readonly<Partial<Record<Op, Condition['op']>>> = {
  equals: 'in',
  in: 'in',
  'starts-with': 'starts-with',
  'ends-with': 'contains',
  contains: 'contains',
  exists: 'exists',
}

/** What Axiom is asked for: what is written, else what follows from the rules. */
export function filterOf(source: CustomPreset): readonly Condition[] {
  const written = source.filter ?? []
  if (written.length > 0) return written.map((one) => ({ ...one, ...opAndValues(one.op, one.values) }))
  return merged(source.rules.map(({ when }) => askedFor(when)))
}

function askedFor(when: readonly CustomCondition[]): Condition {
  const chosen = tellingCondition(when)
  // Without a field that says something every event is read.
  if (chosen === null) return { field: '_time', op: 'exists', values: [] }
  const op = ASKED_AS[chosen.op] ?? 'exists'
  const values = [...(chosen.value === undefined ? [] : [chosen.value]), ...chosen.values]
  return { field: chosen.field, ...opAndValues(chosen.ignoreCase && op === 'in' ? 'contains' : op, values) }
}

/** The first condition that asks for a value; else one that asks for a field to be there. */
function tellingCondition(when: readonly CustomCondition[]): CustomCondition | null {
  const positive = when.filter(({ op, field }) => ASKED_AS[op] !== undefined && !isOfItem(field))
  return positive.find(({ op }) => op !== 'exists') ?? positive[0] ?? null
}

/** A field of numbers or flags is compared with no text by the query, so it is searched as text. */
function opAndValues(op: Condition['op'], found: CustomCondition['values']): Omit<Condition, 'field'> {
  const values = found.map(String)
  const isPlainText = values.every((value) => !/^(-?\d[\d.]*|true|false)$/.test(value))
  return { op: op === 'in' && !isPlainText ? 'contains' : op, values: op === 'exists' ? [] : values }
}

function merged(conditions: readonly Condition[]): readonly Condition[] {
  const byTest = new Map<string, Condition>()
  for (const condition of conditions) {
    const key = JSON.stringify([condition.field, condition.op])
    const values = [...new Set([...(byTest.get(key)?.values ?? []), ...condition.values])]
    byTest.set(key, { ...condition, values })
  }
  return [...byTest.values()]
}

/** Whether Axiom's query would find an event: it looks through nested and flattened names, not into lists and texts. */
export function isAskedFor(filter: readonly Condition[], event: unknown): boolean {
  return filter.some(({ field, op, values }) => {
    const found = columnOf(event, field.split('.'))
    if (found === undefined || found === null) return false
    const text = typeof found === 'object' ? JSON.stringify(found) : String(found)
    if (op === 'exists') return text !== ''
    if (op === 'in') return values.includes(text)
    const folded = text.toLowerCase()
    const wanted = values.map((value) => value.toLowerCase())
    return wanted.some((value) => (op === 'starts-with' ? folded.startsWith(value) : folded.includes(value)))
  })
}

function columnOf(node: unknown, path: readonly string[]): unknown {
  if (path.length === 0) return node
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return undefined
  for (let end = 1; end <= path.length; end += 1) {
    const name = path.slice(0, end).join('.')
    const found = Object.hasOwn(node, name)
      ? columnOf((node as Record<string, unknown>)[name], path.slice(end))
      : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/** Whether some rule may match, by one field of each: the plain form of an event costs more than a look at it. */
export function glanceOf(source: CustomPreset): (fields: Fields) => boolean {
  const chosen = source.rules.map(({ when }) => tellingCondition(when))
  const conditions = chosen.flatMap((one) =>
    one === null ? [] : [{ field: one.field, test: textTest(one) }],
  )
  if (conditions.length < chosen.length) return () => true
  const tests = Map.groupBy(conditions, ({ field }) => field)
  return (fields) => {
    for (const [field, ofField] of tests) {
      const found = valueAt(fields, field)
      // Not found here, it may still be within a list; what may be JSON is read by the rules.
      if (found === undefined || typeof found === 'object') return true
      const text = String(found)
      if (/^[[{]/.test(text) || ofField.some(({ test }) => test(text))) return true
    }
    return false
  }
}
