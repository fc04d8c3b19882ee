import { type JsonObject, objectsIn, stringIn } from './json-object.ts'
import {
  boolean,
  byType,
  type Check,
  faultsOf,
  listOf,
  numberOf,
  type ObjectRule,
  objectOf,
  oneOf,
  type SchemaFault,
  stringOf,
} from './schema-checks.ts'
import {
  charactersIn,
  dataTable,
  dataVisualization,
  plan,
  richText,
  table,
  taskCard,
} from './validate-data-blocks.ts'
import { accessory, actionsElement, buttonOnly, contextAction, inputElement } from './validate-elements.ts'
import { anId, anyText, imageElement, imageFields, literal, mrkdwn, plainText } from './validate-text.ts'

export type Surface = 'message' | 'modal' | 'home'

const BLOCKS_MAX: Record<Surface, number> = { message: 50, modal: 100, home: 100 }
const SECTION_TEXT_MAX = 3000
const FIELDS_MAX = 10
const FIELD_TEXT_MAX = 2000
const HEADER_MAX = 150
const CONTEXT_ELEMENTS_MAX = 10
const ACTIONS_MAX = 25
const LABEL_MAX = 2000
const CARD_TITLE_MAX = 150
const CARD_BODY_MAX = 200
const CARD_BUTTONS_MAX = 3
const CONTAINER_TITLE_MAX = 150
const CONTAINER_CHILDREN_MAX = 10
const ALERT_MAX = 200
const CONTEXT_ACTIONS_MAX = 5
const MARKDOWN_MAX = 12_000
const CHARTS_MAX = 2
const MESSAGE_CHARACTERS_MAX = 12_000

const type = { type: literal }
const block = { block_id: anId }

const textOrFields: ObjectRule = (section) =>
  section['text'] === undefined && section['fields'] === undefined
    ? 'must define either `text` or `fields`'
    : undefined
const uniqueActions: ObjectRule = (actions) => {
  const ids = objectsIn(actions['elements']).map((element) => stringIn(element, 'action_id'))
  const twice = ids.find((id, index) => id !== undefined && ids.indexOf(id) !== index)
  return twice === undefined
    ? undefined
    : { field: 'elements', message: `\`action_id\` "${twice}" already exists in this block` }
}

const section: Check = objectOf({
  required: type,
  optional: {
    ...block,
    text: anyText(SECTION_TEXT_MAX),
    fields: listOf(anyText(FIELD_TEXT_MAX), { min: 1, max: FIELDS_MAX }),
    accessory,
    expand: boolean,
  },
  rules: [textOrFields],
})
const header: Check = objectOf({
  required: { ...type, text: plainText(HEADER_MAX) },
  optional: { ...block, level: numberOf({ min: 1, max: 4, integer: true }) },
})
const divider: Check = objectOf({ required: type, optional: block })
const context: Check = objectOf({
  required: {
    ...type,
    elements: listOf(byType({ plain_text: plainText(), mrkdwn: mrkdwn(), image: imageElement }, 'element'), {
      min: 1,
      max: CONTEXT_ELEMENTS_MAX,
    }),
  },
  optional: block,
})
const actions: Check = objectOf({
  required: { ...type, elements: listOf(actionsElement, { min: 1, max: ACTIONS_MAX }) },
  optional: block,
  rules: [uniqueActions],
})
const contextActions: Check = objectOf({
  required: { ...type, elements: listOf(contextAction, { min: 1, max: CONTEXT_ACTIONS_MAX }) },
  optional: block,
  rules: [uniqueActions],
})
const input: Check = objectOf({
  required: { ...type, label: plainText(LABEL_MAX), element: inputElement },
  optional: { ...block, hint: plainText(LABEL_MAX), optional: boolean, dispatch_action: boolean },
})
const image: Check = objectOf({
  required: imageFields.required,
  optional: { ...imageFields.optional, ...block, title: plainText(LABEL_MAX) },
  rules: imageFields.rules,
})
const markdown: Check = objectOf({
  required: { ...type, text: stringOf({ min: 1, max: MARKDOWN_MAX }) },
  optional: block,
})
const card: Check = objectOf({
  required: type,
  optional: {
    ...block,
    hero_image: imageElement,
    icon: imageElement,
    title: mrkdwn(CARD_TITLE_MAX),
    subtitle: mrkdwn(CARD_TITLE_MAX),
    body: mrkdwn(CARD_BODY_MAX),
    actions: listOf(buttonOnly, { min: 1, max: CARD_BUTTONS_MAX }),
  },
  rules: [
    (one) =>
      ['hero_image', 'title', 'actions', 'body'].every((field) => one[field] === undefined)
        ? 'must define at least one of `hero_image`, `title`, `actions` or `body`'
        : undefined,
  ],
})
const alert: Check = objectOf({
  required: { ...type, text: anyText(ALERT_MAX) },
  optional: { ...block, level: oneOf('default', 'info', 'warning', 'error', 'success') },
})
const container: Check = objectOf({
  required: {
    ...type,
    child_blocks: listOf(
      byType({ actions, context, divider, header, image, rich_text: richText, section, table }),
      { min: 1, max: CONTAINER_CHILDREN_MAX },
    ),
  },
  optional: {
    ...block,
    title: plainText(CONTAINER_TITLE_MAX),
    rich_text_title: richText,
    subtitle: anyText(CONTAINER_TITLE_MAX),
    icon: imageElement,
    width: oneOf('narrow', 'standard', 'wide', 'full'),
    is_collapsible: boolean,
    default_collapsed: boolean,
    has_header_divider: boolean,
  },
  rules: [
    (one) =>
      one['title'] === undefined && one['rich_text_title'] === undefined
        ? 'must define either `title` or `rich_text_title`'
        : undefined,
    (one) =>
      one['default_collapsed'] === true && one['is_collapsible'] !== true
        ? { field: 'default_collapsed', message: 'requires `is_collapsible` to be true' }
        : undefined,
  ],
})
const carousel: Check = objectOf({
  required: { ...type, elements: listOf(byType({ card }), { min: 1, max: 10 }) },
  optional: block,
})

const EVERYWHERE = { section, header, divider, context, actions, image, rich_text: richText, card }
const BLOCKS: Record<Surface, Readonly<Record<string, Check>>> = {
  message: {
    ...EVERYWHERE,
    markdown,
    table,
    data_table: dataTable,
    data_visualization: dataVisualization,
    container,
    carousel,
    context_actions: contextActions,
    plan,
    task_card: taskCard,
  },
  modal: { ...EVERYWHERE, input, alert },
  home: { ...EVERYWHERE, input },
}

/** Why Slack would refuse these blocks on this surface; `base` is where they stand in the payload. */
export function validateBlocks(blocks: unknown, surface: Surface, base = '/blocks'): SchemaFault[] {
  const known = listOf(byType(BLOCKS[surface], `block type in a ${surface}`), { max: BLOCKS_MAX[surface] })
  const faults = faultsOf(known, blocks, base)
  const all = objectsIn(blocks)
  return [...faults, ...duplicateIds(all, base), ...focusFaults(all, base), ...countFaults(all, base)]
}

/** Whether the message as a whole is too long for Slack, although each block is within its limits. */
export function tooManyCharacters(blocks: readonly JsonObject[]): boolean {
  return charactersIn(blocks) > MESSAGE_CHARACTERS_MAX
}

function duplicateIds(blocks: readonly JsonObject[], base: string): SchemaFault[] {
  const seen = new Set<string>()
  const faults: SchemaFault[] = []
  const visit = (list: readonly JsonObject[], at: string): void => {
    list.forEach((one, index) => {
      const id = stringIn(one, 'block_id')
      if (id !== undefined && seen.has(id))
        faults.push({ pointer: `${at}/${index}/block_id`, message: `\`block_id\` "${id}" already exists` })
      if (id !== undefined) seen.add(id)
      if (one['type'] === 'container') visit(objectsIn(one['child_blocks']), `${at}/${index}/child_blocks`)
    })
  }
  visit(blocks, base)
  return faults
}

function focusFaults(blocks: readonly JsonObject[], base: string): SchemaFault[] {
  const elements = blocks.flatMap((one) => [
    ...objectsIn(one['elements']),
    ...objectsIn([one['element'], one['accessory']]),
  ])
  return elements.filter((element) => element['focus_on_load'] === true).length > 1
    ? [{ pointer: base, message: 'only one element may have `focus_on_load` set to true' }]
    : []
}

function countFaults(blocks: readonly JsonObject[], base: string): SchemaFault[] {
  const of = (name: string) => blocks.filter((one) => one['type'] === name)
  const faults: SchemaFault[] = []
  if (of('table').length > 1) faults.push({ pointer: base, message: 'only_one_table_allowed' })
  if (of('data_visualization').length > CHARTS_MAX)
    faults.push({ pointer: base, message: `no more than ${CHARTS_MAX} data_visualization blocks allowed` })
  const markdownLength = of('markdown').reduce((sum, one) => sum + (stringIn(one, 'text')?.length ?? 0), 0)
  if (of('markdown').length > 1 && markdownLength > MARKDOWN_MAX)
    faults.push({
      pointer: base,
      message: `markdown blocks must be less than ${MARKDOWN_MAX + 1} characters in all`,
    })
  return faults
}
