import { isRecord } from '../exchange.ts'
import { ActRefusal } from './act-refusal.ts'
import { chooseValue, holdsValue, optionsOf } from './element-values.ts'
import type { PlacedElement } from './elements.ts'
import { type JsonObject, stringIn } from './json-object.ts'

/** The entry of `actions` for what somebody did to an element, and the element's new state if it has one. */
export function elementAction(
  placed: PlacedElement,
  value: unknown,
  actionTs: string,
): { action: JsonObject; state?: JsonObject } {
  const base = {
    type: placed.type,
    action_id: placed.actionId,
    block_id: placed.blockId,
    action_ts: actionTs,
  }
  const { element } = placed
  if (holdsValue(placed.type)) return chooseFrom(placed, value, base)
  if (placed.type === 'overflow') {
    const option = optionsOf(element).find((one) => one['value'] === value)
    if (option === undefined) {
      const values = optionsOf(element).map((one) => String(one['value']))
      throw new ActRefusal(
        400,
        `Choose from the menu "${placed.actionId}" with "value": ${values.join(', ')}.`,
      )
    }
    return { action: { ...base, selected_option: option } }
  }
  if (placed.type === 'feedback_buttons') {
    const button = [element['positive_button'], element['negative_button']].find(
      (one) => stringIn(one, 'value') === value,
    )
    if (!isRecord(button)) throw new ActRefusal(400, `Press one of "${placed.actionId}" by its "value".`)
    return { action: { ...base, text: button['text'], value: button['value'] } }
  }
  const told = ['text', 'value', 'style', 'url', 'icon', 'confirm'].filter(
    (key) => element[key] !== undefined,
  )
  return { action: { ...base, ...Object.fromEntries(told.map((key) => [key, element[key]])) } }
}

function chooseFrom(
  placed: PlacedElement,
  value: unknown,
  base: JsonObject,
): { action: JsonObject; state: JsonObject } {
  if (placed.block['type'] === 'input' && placed.block['dispatch_action'] !== true)
    throw new ActRefusal(400, `"${placed.actionId}" tells the app nothing until the view is submitted.`)
  if (value === undefined)
    throw new ActRefusal(400, `Say with "value" what to choose in "${placed.actionId}".`)
  const choice = chooseValue(placed, value)
  if ('wrong' in choice) throw new ActRefusal(400, choice.wrong)
  return { action: { ...choice.state, ...base }, state: choice.state }
}
