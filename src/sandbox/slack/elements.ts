import { randomUUID } from 'node:crypto'
import { isRecord } from '../exchange.ts'
import { type JsonObject, objectsIn, stringIn } from './json-object.ts'

/** An interactive element and the block it stands in. */
export interface PlacedElement {
  readonly blockId: string
  readonly actionId: string
  readonly type: string
  readonly element: JsonObject
  readonly block: JsonObject
}

const shortId = () => randomUUID().replaceAll('-', '').slice(0, 5)

/** Slack invents an id for every block and element that has none. */
export function assignIds(blocks: readonly JsonObject[]): JsonObject[] {
  return blocks.map((block) => {
    const withId: Record<string, unknown> = { ...block, block_id: stringIn(block, 'block_id') ?? shortId() }
    for (const key of ['accessory', 'element'])
      if (isRecord(block[key])) withId[key] = withActionId(block[key])
    if (['actions', 'context_actions', 'card'].includes(String(block['type'])))
      for (const key of ['elements', 'actions'])
        if (Array.isArray(block[key])) withId[key] = objectsIn(block[key]).map(withActionId)
    const children = childrenKey(block)
    if (children !== undefined) withId[children] = assignIds(objectsIn(block[children]))
    return withId
  })
}

/** The field of a container or carousel that holds blocks of its own. */
function childrenKey(block: JsonObject): string | undefined {
  if (block['type'] === 'container') return 'child_blocks'
  return block['type'] === 'carousel' ? 'elements' : undefined
}

function withActionId(element: JsonObject): JsonObject {
  if (element['type'] === 'image') return element
  return { ...element, action_id: stringIn(element, 'action_id') ?? shortId() }
}

/** Every interactive element in the order in which a reader meets it. */
export function elementsIn(blocks: unknown): PlacedElement[] {
  return objectsIn(blocks).flatMap((block) => {
    const children = childrenKey(block)
    if (children !== undefined) return elementsIn(block[children])
    return [
      ...objectsIn([block['accessory'], block['element']]),
      ...objectsIn(block['elements']),
      ...objectsIn(block['actions']),
    ].flatMap((element) => {
      const actionId = stringIn(element, 'action_id')
      const type = stringIn(element, 'type')
      return actionId === undefined || type === undefined
        ? []
        : [{ blockId: stringIn(block, 'block_id') ?? '', actionId, type, element, block }]
    })
  })
}
