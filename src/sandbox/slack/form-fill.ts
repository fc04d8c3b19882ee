import { isRecord } from '../exchange.ts'
import { ActRefusal } from './act-refusal.ts'
import { chooseValue, holdsValue, type StateValues, withState } from './element-values.ts'
import { elementsIn, type PlacedElement } from './elements.ts'
import type { JsonObject } from './json-object.ts'
import type { View } from './store.ts'

/** `values` by block and action, or by action alone, laid over what the view already holds. */
export function filledValues(view: View, values: JsonObject): StateValues {
  const inputs = elementsIn(view['blocks']).filter((placed) => holdsValue(placed.type))
  let filled = view.state.values
  for (const [key, value] of Object.entries(values)) {
    for (const { placed, chosen } of addressed(inputs, key, value)) {
      const choice = chooseValue(placed, chosen)
      if ('wrong' in choice) throw new ActRefusal(400, choice.wrong)
      filled = withState(filled, placed, choice.state)
    }
  }
  return filled
}

function addressed(
  inputs: readonly PlacedElement[],
  key: string,
  value: unknown,
): { placed: PlacedElement; chosen: unknown }[] {
  const inBlock = inputs.filter((placed) => placed.blockId === key)
  if (
    inBlock.length > 0 &&
    isRecord(value) &&
    Object.keys(value).every((id) => inBlock.some((one) => one.actionId === id))
  )
    return inBlock.flatMap((placed) =>
      Object.hasOwn(value, placed.actionId) ? [{ placed, chosen: value[placed.actionId] }] : [],
    )
  const byAction = inputs.filter((placed) => placed.actionId === key)
  const [placed] = byAction
  if (placed !== undefined && byAction.length === 1) return [{ placed, chosen: value }]
  const there = inputs.map((one) => `${one.blockId}.${one.actionId}`).join(', ') || 'none'
  throw new ActRefusal(400, `The view has ${byAction.length} inputs called "${key}"; there are: ${there}.`)
}
