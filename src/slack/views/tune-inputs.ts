import type { InputBlock, KnownBlock } from '@slack/types'
import { NOT_YET_IN_EFFECT, type Policy } from '../../domain/policy.ts'
import { type Option, type PolicyField, shippedText } from '../../domain/policy-field.ts'
import { code, linesWithin, mention, plain, preformatted } from '../mrkdwn.ts'
import { partId } from '../tune-payloads.ts'
import { plainText, preformattedBlock, section } from './blocks.ts'

/** One setting as inputs of a form, or as text for those who only look. */

/** What Slack lets an input hold. */
const INPUT_CHARACTERS_MAX = 3_000
/** Longer texts are edited in a file. */
const PARTS_MAX = 8
const PARTS_MIN_OF_PROMPTS = 3
const DEFAULT_MAX = 160
const USERS_MAX = 100
const LINES_TEXT_MAX = 2_500
const VALUE_MAX = 200
const PREFORMATTED_MAX = 2_900

export function fieldInputs(field: PolicyField, policy: Policy): readonly KnownBlock[] {
  const text = field.format(policy)
  const { form } = field
  const isPrompt = field.path.startsWith('prompts.')
  const parts = form.kind === 'lines' ? partsOf(text, isPrompt ? PARTS_MIN_OF_PROMPTS : 1) : []
  if (parts.length > PARTS_MAX || (form.kind === 'people' && text.split('\n').length > USERS_MAX))
    return [
      section(
        `*${field.label}*\nToo long to edit here (${text.length} characters): use \`npm run policy -- export\`, then \`import FILE\`.`,
      ),
    ]
  const hint = hintOf(field)
  const isOptional = field.parse('', policy).ok
  const input = (
    id: string,
    label: string,
    element: InputBlock['element'],
    optional: boolean,
  ): InputBlock => ({
    type: 'input',
    block_id: id,
    label: plainText(label),
    element,
    optional,
    ...(id === field.id ? { hint: plainText(hint) } : {}),
  })
  if (form.kind !== 'lines') return [input(field.id, field.label, elementFor(field, text), isOptional)]
  return parts.map((part, index) => {
    const id = partId(field.id, index, part.joint)
    const label = index === 0 ? field.label : `${field.label} (part ${index + 1})`
    return input(id, label, textInput(id, part.text, true), isOptional || index > 0)
  })
}

function hintOf(field: PolicyField): string {
  const shipped = shippedText(field)
  const words = field.path.startsWith('prompts.') ? 'the built-in one' : labelled(field, shipped)
  const notYet = NOT_YET_IN_EFFECT.includes(field.path) ? ' Kept, but not yet in effect.' : ''
  if (field.isInputOnly) return field.help
  return `${field.help} Default: ${words === '' ? 'none' : plain(words, DEFAULT_MAX)}.${notYet}`
}

/** The words for what a text stands for, where a field offers a choice. */
function labelled({ form }: PolicyField, text: string): string {
  const lines = text.split('\n').filter((line) => line !== '')
  if (form.kind !== 'choice' && form.kind !== 'choices') return lines.join(', ')
  return lines.map((line) => form.options.find((option) => option.value === line)?.label ?? line).join(', ')
}

function elementFor(field: PolicyField, text: string): InputBlock['element'] {
  const { form, id } = field
  const lines = text.split('\n').filter((line) => line !== '')
  switch (form.kind) {
    case 'choice': {
      const initial = form.options.find((option) => option.value === text)
      return {
        type: 'static_select',
        action_id: id,
        options: form.options.map(optionOf),
        ...(initial === undefined ? {} : { initial_option: optionOf(initial) }),
      }
    }
    case 'choices': {
      const initial = form.options.filter((option) => lines.includes(option.value))
      return {
        type: 'checkboxes',
        action_id: id,
        options: form.options.map(optionOf),
        ...(initial.length === 0 ? {} : { initial_options: initial.map(optionOf) }),
      }
    }
    case 'people':
      return {
        type: 'multi_users_select',
        action_id: id,
        ...(lines.length === 0 ? {} : { initial_users: lines }),
      }
    case 'channel':
      return {
        type: 'conversations_select',
        action_id: id,
        filter: { include: ['public', 'private'], exclude_bot_users: true },
        ...(text === '' ? {} : { initial_conversation: text }),
      }
    case 'date':
      return { type: 'datepicker', action_id: id, ...(text === '' ? {} : { initial_date: text }) }
    default:
      return textInput(id, text, false)
  }
}

function optionOf({ value, label }: Option) {
  return { text: plainText(label), value }
}

function textInput(id: string, text: string, multiline: boolean): InputBlock['element'] {
  return {
    type: 'plain_text_input',
    action_id: id,
    multiline,
    max_length: INPUT_CHARACTERS_MAX,
    ...(text === '' ? {} : { initial_value: text }),
  }
}

interface Part {
  readonly text: string
  readonly joint: 'n' | 'x'
}

/** Pieces that fit an input, cut at line breaks where there are any; one more than needed, to write on in. */
function partsOf(text: string, least: number): readonly Part[] {
  const parts: Part[] = []
  let rest = text
  let joint: Part['joint'] = 'n'
  while (rest.length > INPUT_CHARACTERS_MAX && parts.length <= PARTS_MAX) {
    const cut = rest.lastIndexOf('\n', INPUT_CHARACTERS_MAX)
    parts.push({ text: rest.slice(0, cut > 0 ? cut : INPUT_CHARACTERS_MAX), joint })
    rest = rest.slice(cut > 0 ? cut + 1 : INPUT_CHARACTERS_MAX)
    joint = cut > 0 ? 'n' : 'x'
  }
  parts.push({ text: rest, joint })
  const spare = Math.min(PARTS_MAX, Math.max(least, parts.length + (parts.length > 1 ? 1 : 0)))
  while (parts.length < spare) parts.push({ text: '', joint: 'n' })
  return parts
}

/** The setting as it stands, for those who cannot change it. */
export function fieldReading(field: PolicyField, policy: Policy, note: string | null): readonly KnownBlock[] {
  const text = field.format(policy)
  const mark = note === null ? '' : ` _(${note})_`
  const title = `*${field.label}*${mark}`
  const help = `${field.help.length > 500 ? `${field.help.slice(0, 499)}…` : field.help}`
  if (field.path.startsWith('prompts.') || field.path === 'customPresets')
    return [
      section(title),
      ...chunks(text === '' ? 'none' : text).map((chunk) =>
        preformattedBlock(preformatted(chunk, PREFORMATTED_MAX)),
      ),
    ]
  const lines = text.split('\n').filter((line) => line !== '')
  const shown = lines.map((line) => valueLine(field, line))
  const words =
    shown.length === 0 ? 'not set' : linesWithin(shown, LINES_TEXT_MAX - 600, (left) => `…and ${left} more`)
  return [
    section(`${title}\n${words}\n_${help.replaceAll('*', '∗').replaceAll('_', '‗').replaceAll('<', '‹')}_`),
  ]
}

function valueLine(field: PolicyField, line: string): string {
  if (field.form.kind === 'people' || field.id.endsWith(':groups')) return mention(line)
  if (field.form.kind === 'choice' || field.form.kind === 'choices')
    return code(labelled(field, line), VALUE_MAX)
  return code(line, VALUE_MAX)
}

const CHUNKS_MAX = 8

/** Long fixed text in pieces that a block can hold. */
export function chunks(text: string): readonly string[] {
  return partsOf(text, 1)
    .slice(0, CHUNKS_MAX)
    .map((part) => part.text)
    .filter((part) => part !== '')
}
