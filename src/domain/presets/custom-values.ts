import { emailOf, identityOf, textOf } from '../event-fields.ts'
import { PARTY_TYPES, type Party, type PartyType } from '../party.ts'
import type { PlainObject, PlainValue } from './custom-event.ts'
import { type Expression, expressionOf } from './custom-expression.ts'
import type { CustomCondition, CustomParty } from './custom-schema.ts'

/** Conditions and mappings of a custom source as functions of one plain event. */

const NAME_MAX = 200
const VALUES_MAX = 50

export type Test = (data: PlainObject) => boolean
export type PartyReader = (data: PlainObject) => Party | null

export function everyTest(conditions: readonly CustomCondition[]): Test {
  const tests = conditions.map(testOf)
  return (data) => tests.every((test) => test(data))
}

export function someTest(conditions: readonly CustomCondition[]): Test {
  const tests = conditions.map(testOf)
  return (data) => tests.some((test) => test(data))
}

function testOf(condition: CustomCondition): Test {
  const path = condition.field.split('.')
  const fold = (value: string) => (condition.ignoreCase ? value.toLowerCase() : value)
  const wanted = [...(condition.value === undefined ? [] : [condition.value]), ...condition.values].map(
    (value) => fold(String(value)),
  )
  const some = (data: PlainObject, matches: (found: string, value: string) => boolean) =>
    textsAt(data, path).some((found) => wanted.some((value) => matches(fold(found), value)))
  switch (condition.op) {
    case 'equals':
    case 'in':
      return (data) => some(data, (found, value) => found === value)
    case 'not-equals':
    case 'not-in':
      return (data) => !some(data, (found, value) => found === value)
    case 'starts-with':
      return (data) => some(data, (found, value) => found.startsWith(value))
    case 'ends-with':
      return (data) => some(data, (found, value) => found.endsWith(value))
    case 'contains':
      return (data) => some(data, (found, value) => found.includes(value))
    case 'exists':
      return (data) => textsAt(data, path).length > 0
    case 'missing':
      return (data) => textsAt(data, path).length === 0
  }
}

/** What stands at a path as texts: one, or those of a list; a path goes on through the items of a list. */
function textsAt(data: PlainValue, path: readonly string[]): readonly string[] {
  const [name, ...rest] = path
  if (Array.isArray(data)) return data.slice(0, VALUES_MAX).flatMap((item: PlainValue) => textsAt(item, path))
  if (name === undefined) {
    if (data === null) return []
    if (typeof data === 'object') return [JSON.stringify(data)]
    return data === '' ? [] : [String(data)]
  }
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, name)) return []
  return textsAt((data as PlainObject)[name] ?? null, rest)
}

export function partyReader(mapping: CustomParty | undefined): PartyReader {
  if (mapping === undefined) return () => null
  const parts = typeof mapping === 'string' ? { id: mapping } : mapping
  const read = (expression: string | undefined): Expression =>
    expression === undefined ? () => null : expressionOf(expression)
  const [id, email, name, type] = [read(parts.id), read(parts.email), read(parts.name), read(parts.type)]
  return (data) => {
    const address = emailOf(firstOf(email(data)))
    const identity = identityOf(firstOf(id(data))) ?? address
    if (identity === null) return null
    return {
      id: identity,
      email: address ?? emailOf(identity),
      name: textOf(firstOf(name(data)), NAME_MAX),
      type: partyTypeOf(firstOf(type(data))),
    }
  }
}

/** A list where one value is due stands for its first. */
export function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value
}

const TYPE_WORDS: readonly (readonly [RegExp, PartyType])[] = [
  [/group|team/, 'group'],
  [/service|\bapp|application|\bbot\b|machine|token|robot|integration/, 'service'],
  [/external|guest/, 'external'],
  [/user|person|member|human|employee|admin/, 'user'],
]

function partyTypeOf(value: unknown): PartyType {
  const word = (textOf(value, NAME_MAX) ?? '').toLowerCase()
  const known = PARTY_TYPES.find((type) => type === word)
  return known ?? TYPE_WORDS.find(([pattern]) => pattern.test(word))?.[1] ?? 'unknown'
}
