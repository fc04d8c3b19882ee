import { isRecord } from '../exchange.ts'
import { findChannel, findPerson } from './cast.ts'
import { elementsIn, type PlacedElement } from './elements.ts'
import { type JsonObject, objectsIn, stringIn } from './json-object.ts'

/** Where an element keeps what somebody chose, and what a choice has to be. */
interface ValueField {
  readonly state: string
  readonly initial: string
  readonly holds: 'text' | 'option' | 'options' | 'id' | 'ids' | 'moment'
}

const TEXT: ValueField = { state: 'value', initial: 'initial_value', holds: 'text' }
const OPTION: ValueField = { state: 'selected_option', initial: 'initial_option', holds: 'option' }
const OPTIONS: ValueField = { state: 'selected_options', initial: 'initial_options', holds: 'options' }
const one = (noun: string): ValueField => ({
  state: `selected_${noun}`,
  initial: `initial_${noun}`,
  holds: 'id',
})
const some = (noun: string): ValueField => ({
  state: `selected_${noun}s`,
  initial: `initial_${noun}s`,
  holds: 'ids',
})

const FIELDS: Readonly<Record<string, ValueField>> = {
  plain_text_input: TEXT,
  number_input: TEXT,
  email_text_input: TEXT,
  url_text_input: TEXT,
  static_select: OPTION,
  radio_buttons: OPTION,
  checkboxes: OPTIONS,
  multi_static_select: OPTIONS,
  users_select: one('user'),
  conversations_select: one('conversation'),
  channels_select: one('channel'),
  multi_users_select: some('user'),
  multi_conversations_select: some('conversation'),
  multi_channels_select: some('channel'),
  datepicker: one('date'),
  timepicker: one('time'),
  datetimepicker: { state: 'selected_date_time', initial: 'initial_date_time', holds: 'moment' },
}

export type StateValues = Readonly<Record<string, Readonly<Record<string, JsonObject>>>>

export type Choice = { readonly state: JsonObject } | { readonly wrong: string }

/** What `state.values` holds before anybody touched an element. */
export function initialState(blocks: unknown): StateValues {
  let values: StateValues = {}
  for (const placed of elementsIn(blocks)) {
    const field = FIELDS[placed.type]
    if (field === undefined) continue
    const empty = field.holds === 'options' || field.holds === 'ids' ? [] : null
    const value = placed.element[field.initial] ?? empty
    values = withState(values, placed, { type: placed.type, [field.state]: value })
  }
  return values
}

export function withState(values: StateValues, placed: PlacedElement, state: JsonObject): StateValues {
  return { ...values, [placed.blockId]: { ...values[placed.blockId], [placed.actionId]: state } }
}

/** Whether the element can hold a value at all, as buttons and menus of commands cannot. */
export function holdsValue(type: string): boolean {
  return Object.hasOwn(FIELDS, type)
}

export function isEmptyState(state: JsonObject | undefined): boolean {
  const field = FIELDS[stringIn(state, 'type') ?? '']
  const value = field === undefined ? undefined : state?.[field.state]
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

/**
 * The state after somebody chose `chosen`: a text, an option's value, an id, a list of them, or the whole
 * state as Slack writes it. Null empties the element.
 */
export function chooseValue(placed: PlacedElement, chosen: unknown): Choice {
  const field = FIELDS[placed.type]
  if (field === undefined) return { wrong: `The ${placed.type} "${placed.actionId}" holds no value.` }
  const value = isRecord(chosen) && Object.hasOwn(chosen, field.state) ? chosen[field.state] : chosen
  const state = (content: unknown): Choice => ({ state: { type: placed.type, [field.state]: content } })
  const isList = field.holds === 'options' || field.holds === 'ids'
  if (value === null || value === '') return state(isList ? [] : null)
  if (field.holds === 'moment')
    return Number.isSafeInteger(value) ? state(value) : { wrong: `"${placed.actionId}" needs epoch seconds.` }
  const entries = (isList ? [value].flat() : [value]).map((entry) =>
    isRecord(entry) ? (stringIn(entry, 'value') ?? '') : entry,
  )
  const resolved = entries.map((entry) => resolveEntry(placed, field, entry))
  const wrong = resolved.find((entry) => 'wrong' in entry)
  if (wrong !== undefined) return wrong
  const found = resolved.map((entry) => ('found' in entry ? entry.found : undefined))
  return state(isList ? found : found[0])
}

function resolveEntry(
  placed: PlacedElement,
  field: ValueField,
  entry: unknown,
): { found: unknown } | { wrong: string } {
  if (typeof entry === 'number' && field.holds === 'text') return { found: String(entry) }
  if (typeof entry !== 'string') return { wrong: `"${placed.actionId}" needs a text.` }
  if (field.holds === 'text') return { found: entry }
  if (field.holds === 'option' || field.holds === 'options') {
    const option = optionsOf(placed.element).find((candidate) => candidate['value'] === entry)
    return option === undefined
      ? { wrong: `"${placed.actionId}" has no option with the value "${entry}".` }
      : { found: option }
  }
  return idFits(placed.type, entry)
    ? { found: entry }
    : { wrong: `"${entry}" is nothing that "${placed.actionId}" can hold.` }
}

function idFits(type: string, id: string): boolean {
  if (type.includes('users')) return findPerson(id) !== undefined
  if (type.includes('conversations') || type.includes('channels')) return findChannel(id) !== undefined
  return type === 'datepicker' ? /^\d{4}-\d{2}-\d{2}$/.test(id) : /^([01]\d|2[0-3]):[0-5]\d$/.test(id)
}

export function optionsOf(element: JsonObject): JsonObject[] {
  const groups = objectsIn(element['option_groups']).flatMap((group) => objectsIn(group['options']))
  return [...objectsIn(element['options']), ...groups]
}
