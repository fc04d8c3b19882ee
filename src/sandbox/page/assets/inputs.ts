import type { BlockContext } from './block-context.ts'
import { confirmed } from './confirm.ts'
import { h } from './dom.ts'
import { readControl } from './form-values.ts'
import { drawTextObject, plainWords } from './inline-view.ts'
import type { Fields } from './json.ts'
import { fields, list, numeric, records, text, words } from './json.ts'

const OPTIONS_MAX = 100

export interface InputParts {
  readonly element: Fields
  readonly blockId: string
  readonly context: BlockContext
  /** Whether a change is sent to the app at once: always outside input blocks. */
  readonly dispatches: boolean
  /** Ids for the label and the description of the control, where an input block gives them. */
  readonly labelledBy?: string
  readonly describedBy?: string
}

type Aria = Readonly<Record<string, string | undefined>>

/** One field: a wrapper that knows block, action and type, around native controls. */
export function drawInput(parts: InputParts): HTMLElement {
  const { element, blockId } = parts
  const type = text(element['type'])
  const actionId = text(element['action_id'])
  const wrapper = h('span', {
    class: 'field',
    'data-block': blockId,
    'data-action': actionId,
    'data-type': type,
  })
  const aria: Aria = {
    'aria-labelledby': parts.labelledBy,
    'aria-describedby': parts.describedBy,
    'aria-label': parts.labelledBy === undefined ? words(element['placeholder']) || actionId : undefined,
    'data-focus': `${blockId}/${actionId}`,
  }
  wrapper.append(controlFor(type, parts, aria))
  if (element['focus_on_load'] === true) wrapper.dataset['first'] = ''
  if (parts.dispatches) sendChanges(wrapper, parts)
  return wrapper
}

function controlFor(type: string, parts: InputParts, aria: Aria): HTMLElement {
  const { element, context } = parts
  switch (type) {
    case 'plain_text_input':
    case 'rich_text_input':
      return drawText(element, aria)
    case 'number_input':
      return h('input', { ...aria, type: 'number', ...textAttributes(element), ...numberAttributes(element) })
    case 'email_text_input':
      return h('input', { ...aria, type: 'email', ...textAttributes(element) })
    case 'url_text_input':
      return h('input', { ...aria, type: 'url', ...textAttributes(element) })
    case 'datepicker':
      return h('input', { ...aria, type: 'date', value: text(element['initial_date']) })
    case 'timepicker':
      return h('input', { ...aria, type: 'time', value: text(element['initial_time']) })
    case 'datetimepicker':
      return h('input', { ...aria, type: 'datetime-local', value: localMinute(element['initial_date_time']) })
    case 'checkboxes':
      return drawChoices('checkbox', parts, aria)
    case 'radio_buttons':
      return drawChoices('radio', parts, aria)
    default:
      return type.includes('select')
        ? drawSelect(type, element, context, aria)
        : h('span', { class: 'unknown-block' }, `This page cannot draw "${type}".`)
  }
}

function drawText(element: Fields, aria: Aria): HTMLElement {
  const attributes = textAttributes(element)
  if (element['multiline'] !== true && element['type'] === 'plain_text_input')
    return h('input', { ...aria, type: 'text', ...attributes })
  const area = h('textarea', { ...aria, ...attributes, value: undefined, rows: 4 })
  area.value = text(element['initial_value'])
  area.defaultValue = area.value
  return area
}

function textAttributes(element: Fields): Record<string, string | undefined> {
  return {
    value: text(element['initial_value']),
    placeholder: words(element['placeholder']) || undefined,
    maxlength: text(element['max_length']) || undefined,
    autocomplete: 'off',
  }
}

function numberAttributes(element: Fields): Record<string, string | undefined> {
  return {
    min: text(element['min_value']) || undefined,
    max: text(element['max_value']) || undefined,
    step: element['is_decimal_allowed'] === true ? 'any' : '1',
  }
}

function localMinute(value: unknown): string {
  const seconds = numeric(value)
  if (seconds === undefined) return ''
  const date = new Date(seconds * 1000)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

interface Choice {
  readonly value: string
  readonly label: string
}

/** Users and channels are the world's own; static options are the block's. */
function choicesOf(type: string, element: Fields, context: BlockContext): readonly [string, Choice[]][] {
  if (type.includes('users')) {
    const here = context.people.filter((person) => !person.isDeactivated)
    return [
      ['', here.map(({ id, name, title }) => ({ value: id, label: title ? `${name} (${title})` : name }))],
    ]
  }
  if (type.includes('conversations') || type.includes('channels'))
    return [['', context.channels.map(({ id, name }) => ({ value: id, label: `#${name}` }))]]
  const read = (options: unknown) =>
    records(options)
      .slice(0, OPTIONS_MAX)
      .map((option) => ({ value: text(option['value']), label: plainWords(option['text']) }))
  const groups = records(element['option_groups'])
  if (groups.length === 0) return [['', read(element['options'])]]
  return groups.map((group) => [plainWords(group['label']), read(group['options'])])
}

function initialOf(element: Fields): ReadonlySet<string> {
  const single = ['initial_user', 'initial_conversation', 'initial_channel'].map((key) => text(element[key]))
  const several = ['initial_users', 'initial_conversations', 'initial_channels'].flatMap((key) =>
    list(element[key]).map(text),
  )
  const options = [fields(element['initial_option']), ...records(element['initial_options'])]
  return new Set([...single, ...several, ...options.map((option) => text(option['value']))].filter(Boolean))
}

function drawSelect(type: string, element: Fields, context: BlockContext, aria: Aria): HTMLElement {
  const multiple = type.startsWith('multi_')
  const initial = initialOf(element)
  const groups = choicesOf(type, element, context)
  if (multiple)
    return drawMulti(
      groups.flatMap(([, choices]) => choices),
      initial,
      aria,
    )
  const select = h('select', { ...aria })
  select.append(h('option', { value: '' }, words(element['placeholder']) || 'Choose'))
  for (const [label, choices] of groups) {
    const options = choices.map((choice) =>
      h('option', { value: choice.value, selected: initial.has(choice.value) }, choice.label),
    )
    select.append(...(label === '' ? options : [h('optgroup', { label }, ...options)]))
  }
  return select
}

function drawMulti(choices: readonly Choice[], initial: ReadonlySet<string>, aria: Aria): HTMLElement {
  return h(
    'span',
    {
      class: 'multi',
      role: 'group',
      'aria-labelledby': aria['aria-labelledby'],
      'aria-label': aria['aria-label'],
    },
    ...choices.map((choice) =>
      h(
        'label',
        { class: 'choice' },
        h('input', { type: 'checkbox', value: choice.value, checked: initial.has(choice.value) }),
        h('span', {}, choice.label),
      ),
    ),
  )
}

function drawChoices(kind: 'checkbox' | 'radio', parts: InputParts, aria: Aria): HTMLElement {
  const { element, blockId, context } = parts
  const initial = initialOf(element)
  const name = `${context.surface}/${blockId}/${text(element['action_id'])}`
  const choices = records(element['options']).map((option) => {
    const value = text(option['value'])
    const focus = `${blockId}/${text(element['action_id'])}/${value}`
    return h(
      'label',
      { class: 'choice' },
      h('input', { type: kind, name, value, checked: initial.has(value), 'data-focus': focus }),
      h(
        'span',
        {},
        drawTextObject(option['text'], context.directory),
        option['description'] !== undefined &&
          h('span', { class: 'choice-hint' }, drawTextObject(option['description'], context.directory)),
      ),
    )
  })
  const role = kind === 'radio' ? 'radiogroup' : 'group'
  return h('span', { class: 'choices', ...aria, 'data-focus': undefined, role }, ...choices)
}

/** Text is sent on Enter, everything else when it changes. */
function sendChanges(wrapper: HTMLElement, parts: InputParts): void {
  const send = async () => {
    if (!(await confirmed(parts.element, parts.context.directory))) return
    const actionId = text(parts.element['action_id'])
    await parts.context.act({ blockId: parts.blockId, actionId, value: readControl(wrapper) })
  }
  if (text(parts.element['type']).endsWith('_input'))
    wrapper.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.target instanceof HTMLTextAreaElement) return
      event.preventDefault()
      void send()
    })
  else wrapper.addEventListener('change', () => void send())
}
