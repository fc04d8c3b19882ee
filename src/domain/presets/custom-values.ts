import { emailOf, identityOf, textOf } from '../event-fields.ts'
import { PARTY_TYPES, type Party, type PartyType } from '../party.ts'
import type { PlainObject, PlainValue } from './custom-event.ts'
import { type Expression, expressionOf } from './custom-expression.ts'
import type { CustomCondition, CustomParty } from './custom-schema.ts'

/** Conditions and mappings of a custom source as functions of one plain event. */

const NAME_MAX = 200
const VALUES_MAX = 500

export type Test = (data: PlainObject) => boolean
export type PartiesReader = (data: PlainObject) => readonly Party[]

export function everyTest(conditions: readonly CustomCondition[]): Test {
  const tests = conditions.map(testOf)
  return (data) => tests.every((test) => test(data))
}

export function someTest(conditions: readonly CustomCondition[]): Test {
  const tests = conditions.map(testOf)
  return (data) => tests.some((test) => test(data))
}

/** Whether a condition speaks of the item of `each` rather than of the whole event. */
export function isOfItem(field: string): boolean {
  return field === 'item' || field.startsWith('item.')
}

function testOf(condition: CustomCondition): Test {
  const path = condition.field.split('.')
  const isMet = textTest(condition)
  switch (condition.op) {
    case 'not-equals':
    case 'not-in':
      return (data) => !textsAt(data, path).some(isMet)
    case 'missing':
      return (data) => textsAt(data, path).length === 0
    default:
      return (data) => textsAt(data, path).some(isMet)
  }
}

/** What a condition says of one text; for the negative ones, of the text that must not be there. */
export function textTest({ op, value, values, ignoreCase }: CustomCondition): (found: string) => boolean {
  const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text)
  const wanted = [...(value === undefined ? [] : [value]), ...values].map((one) => fold(String(one)))
  switch (op) {
    case 'starts-with':
      return (found) => wanted.some((one) => fold(found).startsWith(one))
    case 'ends-with':
      return (found) => wanted.some((one) => fold(found).endsWith(one))
    case 'contains':
      return (found) => wanted.some((one) => fold(found).includes(one))
    case 'exists':
    case 'missing':
      return () => true
    default:
      return (found) => wanted.includes(fold(found))
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

/** Reads everybody whom a mapping names: several where its expressions give lists. */
export function partiesReader(mapping: CustomParty | undefined): PartiesReader {
  if (mapping === undefined) return () => []
  const parts = typeof mapping === 'string' ? { id: mapping } : mapping
  const read = (expression: string | undefined): Expression =>
    expression === undefined ? () => null : expressionOf(expression)
  const [id, email, name, type] = [read(parts.id), read(parts.email), read(parts.name), read(parts.type)]
  return (data) => {
    const [ids, emails] = [listOf(id(data)), listOf(email(data))]
    const [names, types] = [listOf(name(data)), listOf(type(data))]
    const count = ids.length === 0 ? emails.length : ids.length
    // Lists of other lengths lack somebody's value, and whose is not known.
    const at = (list: readonly unknown[], index: number) => (list.length === count ? list[index] : undefined)
    return Array.from({ length: count }, (_, index) => {
      const address = emailOf(at(emails, index))
      const identity = identityOf(at(ids, index)) ?? address
      if (identity === null) return []
      const kind = types.length === 1 ? types[0] : at(types, index)
      return [
        {
          id: identity,
          email: address ?? emailOf(identity),
          name: textOf(at(names, index), NAME_MAX),
          type: partyTypeOf(kind),
        },
      ]
    }).flat()
  }
}

/** A list, or one value as a list of its own. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return []
  return Array.isArray(value) ? value.slice(0, VALUES_MAX) : [value]
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
