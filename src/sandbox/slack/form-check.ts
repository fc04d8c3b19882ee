import { isEmptyState, type StateValues } from './element-values.ts'
import { elementsIn, type PlacedElement } from './elements.ts'
import { stringIn } from './json-object.ts'

const INPUT_TEXT_MAX = 3000

/** What Slack's own client holds against a form before it sends it, by block. */
export function formErrors(blocks: unknown, values: StateValues): Record<string, string> {
  const errors: Record<string, string> = {}
  for (const placed of elementsIn(blocks)) {
    if (placed.block['type'] !== 'input') continue
    const state = values[placed.blockId]?.[placed.actionId]
    const text = stringIn(state, 'value') ?? ''
    const isMissing = isEmptyState(state) && placed.block['optional'] !== true
    const error = isMissing ? 'Please complete this required field.' : textError(placed, text)
    if (error !== undefined) errors[placed.blockId] = error
  }
  return errors
}

function textError({ type, element }: PlacedElement, text: string): string | undefined {
  if (text === '') return undefined
  const limit = (key: string, fallback: number) =>
    typeof element[key] === 'number' ? element[key] : fallback
  if (type === 'plain_text_input') {
    const min = limit('min_length', 0)
    const max = limit('max_length', INPUT_TEXT_MAX)
    if (text.length < min) return `Please enter at least ${min} characters.`
    return text.length > max ? `Please enter at most ${max} characters.` : undefined
  }
  if (type === 'email_text_input')
    return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? undefined : 'Please enter a valid email address.'
  if (type === 'url_text_input')
    return /^https?:\/\/\S+$/.test(text) ? undefined : 'Please enter a valid URL.'
  if (type !== 'number_input') return undefined
  const pattern = element['is_decimal_allowed'] === true ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/
  if (!pattern.test(text)) return 'Please enter a valid number.'
  const bound = (key: string) => {
    const value = stringIn(element, key)
    return value === undefined ? undefined : Number(value)
  }
  if (Number(text) < (bound('min_value') ?? -Infinity)) return `Please enter at least ${bound('min_value')}.`
  return Number(text) > (bound('max_value') ?? Infinity)
    ? `Please enter at most ${bound('max_value')}.`
    : undefined
}
