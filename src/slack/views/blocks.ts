import type {
  ActionsBlock,
  ActionsBlockElement,
  Button,
  ConfirmationDialog,
  ContextBlock,
  DividerBlock,
  HeaderBlock,
  KnownBlock,
  MrkdwnElement,
  PlainTextElement,
  RichTextBlock,
  SectionBlock,
  SectionBlockAccessory,
} from '@slack/types'

/** What is posted: blocks, and the text for notifications and screen readers. */
export interface MessageView {
  readonly text: string
  readonly blocks: KnownBlock[]
}

// Every view stays within Slack's limits by construction: each text is made of parts that are clipped to named
// limits, and tests push hostile and huge data through all of them.

/** An accessibility label that a screen reader says instead of the button's text. */
const LABEL_MAX = 75

function mrkdwn(text: string): MrkdwnElement {
  // Verbatim, so that Slack turns no address or name within the text into a link.
  return { type: 'mrkdwn', text, verbatim: true }
}

export function plainText(text: string): PlainTextElement {
  return { type: 'plain_text', text, emoji: false }
}

export function header(text: string): HeaderBlock {
  return { type: 'header', text: plainText(text) }
}

export function section(text: string, accessory?: SectionBlockAccessory): SectionBlock {
  return { type: 'section', text: mrkdwn(text), ...(accessory === undefined ? {} : { accessory }) }
}

export function fields(texts: readonly string[]): SectionBlock {
  return { type: 'section', fields: texts.map(mrkdwn) }
}

export function context(...texts: readonly string[]): ContextBlock {
  return { type: 'context', elements: texts.map(mrkdwn) }
}

export function divider(): DividerBlock {
  return { type: 'divider' }
}

export function actions(elements: ActionsBlockElement[]): ActionsBlock {
  return { type: 'actions', elements }
}

/** Text shown letter for letter: nothing in it is markup. */
export function preformattedBlock(text: string): RichTextBlock {
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }],
  }
}

export interface ButtonSpec {
  readonly text: string
  readonly actionId: string
  /** An id, nothing else: what a click means is looked up, never carried. */
  readonly value?: string
  readonly label?: string
  readonly style?: 'primary' | 'danger'
  /** Asks again before the click counts. */
  readonly confirm?: { readonly title: string; readonly text: string; readonly yes: string }
}

export function button(spec: ButtonSpec): Button {
  return {
    type: 'button',
    text: plainText(spec.text),
    action_id: spec.actionId,
    ...(spec.value === undefined ? {} : { value: spec.value }),
    ...(spec.label === undefined ? {} : { accessibility_label: spec.label.slice(0, LABEL_MAX) }),
    ...(spec.style === undefined ? {} : { style: spec.style }),
    ...(spec.confirm === undefined ? {} : { confirm: confirmation(spec.confirm) }),
  }
}

function confirmation(words: NonNullable<ButtonSpec['confirm']>): ConfirmationDialog {
  return {
    title: plainText(words.title),
    text: plainText(words.text),
    confirm: plainText(words.yes),
    deny: plainText('Cancel'),
  }
}
