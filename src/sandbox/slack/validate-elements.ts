import { isDeepStrictEqual } from 'node:util'
import { isRecord } from '../exchange.ts'
import { objectsIn } from './json-object.ts'
import {
  boolean,
  byType,
  type Check,
  listOf,
  matching,
  numberOf,
  type ObjectRule,
  objectOf,
  oneOf,
  stringOf,
} from './schema-checks.ts'
import {
  anId,
  confirm,
  formattedOption,
  ID_MAX,
  imageElement,
  literal,
  option,
  optionGroup,
  placeholder,
  plainText,
  url,
} from './validate-text.ts'

const BUTTON_TEXT_MAX = 75
const BUTTON_VALUE_MAX = 2000
const INPUT_TEXT_MAX = 3000
const SELECT_OPTIONS_MAX = 100
const CHOICES_MAX = 10
const OVERFLOW_OPTIONS_MAX = 5

const common = { action_id: anId }
const focusable = { ...common, focus_on_load: boolean }
const type = { type: literal }
const style = oneOf('primary', 'danger')
const accessibility = { accessibility_label: stringOf({ min: 1, max: BUTTON_TEXT_MAX }) }

const button: Check = objectOf({
  required: { ...type, text: plainText(BUTTON_TEXT_MAX) },
  optional: { ...common, value: stringOf({ max: BUTTON_VALUE_MAX }), url, style, confirm, ...accessibility },
})

const feedbackButton: Check = objectOf({
  required: { text: plainText(BUTTON_TEXT_MAX), value: stringOf({ min: 1, max: BUTTON_VALUE_MAX }) },
  optional: accessibility,
})
const feedbackButtons: Check = objectOf({
  required: { ...type, positive_button: feedbackButton, negative_button: feedbackButton },
  optional: common,
})
const iconButton: Check = objectOf({
  required: { ...type, icon: oneOf('trash'), text: plainText(BUTTON_TEXT_MAX) },
  optional: {
    ...common,
    value: stringOf({ max: BUTTON_VALUE_MAX }),
    confirm,
    ...accessibility,
    visible_to_user_ids: listOf(anId, { max: 100 }),
  },
})

const overflow: Check = objectOf({
  required: { ...type, options: listOf(option(undefined, true), { min: 1, max: OVERFLOW_OPTIONS_MAX }) },
  optional: { ...common, confirm },
})

/** Every initial option has to be one of the options, letter for letter. */
const initialIsAnOption: ObjectRule = (element) => {
  const groups = objectsIn(element['option_groups']).flatMap((group) => objectsIn(group['options']))
  const known = [...objectsIn(element['options']), ...groups]
  const initial = isRecord(element['initial_option'])
    ? [element['initial_option']]
    : objectsIn(element['initial_options'])
  const field = element['initial_option'] === undefined ? 'initial_options' : 'initial_option'
  return initial.every((entry) => known.some((candidate) => isDeepStrictEqual(candidate, entry)))
    ? undefined
    : { field, message: 'must match one of the options' }
}

const optionsOrGroups: ObjectRule = (element) =>
  (element['options'] === undefined) === (element['option_groups'] === undefined)
    ? 'must define either `options` or `option_groups`'
    : undefined

const optionLists = {
  options: listOf(option(), { min: 1, max: SELECT_OPTIONS_MAX }),
  option_groups: listOf(optionGroup, { min: 1, max: SELECT_OPTIONS_MAX }),
}
const menu = { ...focusable, placeholder, confirm }
const many = { max_selected_items: numberOf({ min: 1, integer: true }) }

const staticSelect: Check = objectOf({
  required: type,
  optional: { ...menu, ...optionLists, initial_option: option() },
  rules: [optionsOrGroups, initialIsAnOption],
})
const multiStaticSelect: Check = objectOf({
  required: type,
  optional: {
    ...menu,
    ...many,
    ...optionLists,
    initial_options: listOf(option(), { min: 1, max: SELECT_OPTIONS_MAX }),
  },
  rules: [optionsOrGroups, initialIsAnOption],
})
const idList = listOf(anId, { min: 1, max: SELECT_OPTIONS_MAX })
const filter = objectOf({
  optional: {
    include: listOf(oneOf('im', 'mpim', 'private', 'public'), { min: 1, max: 4 }),
    exclude_external_shared_channels: boolean,
    exclude_bot_users: boolean,
  },
})
const conversations = { ...menu, default_to_current_conversation: boolean, filter }

const checkboxes: Check = objectOf({
  required: { ...type, options: listOf(formattedOption, { min: 1, max: CHOICES_MAX }) },
  optional: {
    ...focusable,
    confirm,
    initial_options: listOf(formattedOption, { min: 1, max: CHOICES_MAX }),
  },
  rules: [initialIsAnOption],
})
const radioButtons: Check = objectOf({
  required: { ...type, options: listOf(formattedOption, { min: 1, max: CHOICES_MAX }) },
  optional: { ...focusable, confirm, initial_option: formattedOption },
  rules: [initialIsAnOption],
})

const datepicker: Check = objectOf({
  required: type,
  optional: { ...menu, initial_date: matching(/^\d{4}-\d{2}-\d{2}$/, 'must be a date as YYYY-MM-DD') },
})
const timepicker: Check = objectOf({
  required: type,
  optional: {
    ...menu,
    initial_time: matching(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time as HH:mm'),
    timezone: stringOf({ min: 1, max: ID_MAX }),
  },
})
const datetimepicker: Check = objectOf({
  required: type,
  optional: { ...focusable, confirm, initial_date_time: numberOf({ min: 1_000_000_000, integer: true }) },
})

const dispatch = objectOf({
  optional: {
    trigger_actions_on: listOf(oneOf('on_enter_pressed', 'on_character_entered'), { min: 1, max: 2 }),
  },
})
const typed = { ...focusable, placeholder, dispatch_action_config: dispatch }
const minNotOverMax =
  (least: string, most: string): ObjectRule =>
  (element) =>
    element[least] !== undefined &&
    element[most] !== undefined &&
    Number(element[least]) > Number(element[most])
      ? { field: least, message: `must not be greater than \`${most}\`` }
      : undefined
const initialWithinLength: ObjectRule = (element) => {
  const max = typeof element['max_length'] === 'number' ? element['max_length'] : INPUT_TEXT_MAX
  const initial = element['initial_value']
  return typeof initial === 'string' && initial.length > max
    ? { field: 'initial_value', message: `must be less than ${max + 1} characters` }
    : undefined
}

const plainTextInput: Check = objectOf({
  required: type,
  optional: {
    ...typed,
    initial_value: stringOf(),
    multiline: boolean,
    min_length: numberOf({ min: 0, max: INPUT_TEXT_MAX, integer: true }),
    max_length: numberOf({ min: 1, max: INPUT_TEXT_MAX, integer: true }),
  },
  rules: [minNotOverMax('min_length', 'max_length'), initialWithinLength],
})
const numeric = matching(/^-?\d+(\.\d+)?$/, 'must be a number in a string')
const numberInput: Check = objectOf({
  required: { ...type, is_decimal_allowed: boolean },
  optional: { ...typed, initial_value: numeric, min_value: numeric, max_value: numeric },
  rules: [minNotOverMax('min_value', 'max_value')],
})
const addressInput: Check = objectOf({
  required: type,
  optional: { ...typed, initial_value: stringOf({ max: INPUT_TEXT_MAX }) },
})

/** Elements that hold a choice; they may stand in sections, actions and inputs. */
const CHOICES = {
  checkboxes,
  radio_buttons: radioButtons,
  datepicker,
  timepicker,
  static_select: staticSelect,
  multi_static_select: multiStaticSelect,
  users_select: objectOf({ required: type, optional: { ...menu, initial_user: anId } }),
  multi_users_select: objectOf({ required: type, optional: { ...menu, ...many, initial_users: idList } }),
  conversations_select: objectOf({
    required: type,
    optional: { ...conversations, initial_conversation: anId, response_url_enabled: boolean },
  }),
  multi_conversations_select: objectOf({
    required: type,
    optional: { ...conversations, ...many, initial_conversations: idList },
  }),
  channels_select: objectOf({
    required: type,
    optional: { ...menu, initial_channel: anId, response_url_enabled: boolean },
  }),
  multi_channels_select: objectOf({
    required: type,
    optional: { ...menu, ...many, initial_channels: idList },
  }),
} satisfies Record<string, Check>

export const buttonOnly: Check = byType({ button }, 'element')
export const actionsElement: Check = byType({ ...CHOICES, button, overflow, datetimepicker }, 'element')
export const accessory: Check = byType({ ...CHOICES, button, overflow, image: imageElement }, 'element')
export const contextAction: Check = byType(
  { feedback_buttons: feedbackButtons, icon_button: iconButton },
  'element',
)
export const inputElement: Check = byType(
  {
    ...CHOICES,
    datetimepicker,
    plain_text_input: plainTextInput,
    number_input: numberInput,
    email_text_input: addressInput,
    url_text_input: addressInput,
  },
  'element',
)
