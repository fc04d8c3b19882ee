import assert from 'node:assert/strict'
import type { HomeView, ModalView } from '@slack/types'
import type { JsonObject } from '../../../src/sandbox/slack/json-object.ts'
import { tooManyCharacters, validateBlocks } from '../../../src/sandbox/slack/validate-blocks.ts'
import { validateView, viewTooLarge } from '../../../src/sandbox/slack/view-rules.ts'
import type { MessageView } from '../../../src/slack/views/blocks.ts'

const MESSAGE_BLOCKS_MAX = 50
const VIEW_BLOCKS_MAX = 100
const MESSAGE_CHARACTERS_MAX = 12_000
const NOTIFICATION_MAX = 4_000
/** Slack's limit by the kind of block a text stands in; fields and header apart. */
const TEXT_MAX: Readonly<Record<string, number>> = {
  section: 3_000,
  context: 3_000,
  header: 150,
  rich_text: 3_000,
}

/** Fails unless Slack would take this message. */
export function assertMessageFits(view: MessageView): void {
  const blocks = asJson(view.blocks)
  assert.ok(view.text.length > 0 && view.text.length <= NOTIFICATION_MAX, 'the text for notifications fits')
  assert.ok(blocks.length <= MESSAGE_BLOCKS_MAX, `${blocks.length} blocks`)
  assertTextsFit(blocks)
  const characters = blocks.flatMap(textsIn).reduce((sum, text) => sum + text.length, 0)
  assert.ok(characters <= MESSAGE_CHARACTERS_MAX, `${characters} characters in all`)
  assert.deepEqual(validateBlocks(blocks, 'message'), [])
  assert.equal(tooManyCharacters(blocks), false)
}

/** Fails unless Slack would take this modal or App Home. */
export function assertViewFits(view: ModalView | HomeView): void {
  const [json] = asJson([view])
  assert.ok(json !== undefined)
  const blocks = asJson(view.blocks)
  assert.ok(blocks.length <= VIEW_BLOCKS_MAX, `${blocks.length} blocks`)
  assertTextsFit(blocks)
  assert.deepEqual(validateView(json, view.type), [])
  assert.equal(viewTooLarge(json), false)
}

function assertTextsFit(blocks: readonly JsonObject[]): void {
  for (const block of blocks) {
    const type = String(block['type'])
    const max = TEXT_MAX[type] ?? 3_000
    for (const text of textsIn(block))
      assert.ok(text.length > 0 && text.length <= max, `${type}: ${text.length}`)
  }
}

function asJson(value: readonly unknown[]): JsonObject[] {
  return JSON.parse(JSON.stringify(value))
}

/** Every text a reader would see, at any depth. */
export function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, entry]) =>
    key === 'text' && typeof entry === 'string' ? [entry] : textsIn(entry),
  )
}

/** Texts that Slack reads as markup. */
function markupIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(markupIn)
  if (typeof value !== 'object' || value === null) return []
  if ('type' in value && value.type === 'mrkdwn' && 'text' in value) return [String(value.text)]
  return Object.values(value).flatMap(markupIn)
}

const OUR_OWN = [
  /<!date\^\d+\^\{date_short_pretty\} \{time\}\|\d{4}-\d\d-\d\d \d\d:\d\d UTC>/g,
  /<@U0(?:MAYA|ADMIN)>/g,
  /<#C0REVIEW>/g,
  /<https:\/\/northwind\.slack\.com\/archives\/C0REVIEW\/p\d+\|[\w -]+>/gi,
]

/** Fails when anything in the view could act as markup that we did not write. */
export function assertNothingInjected(blocks: readonly unknown[]): void {
  for (const text of markupIn(blocks)) {
    const rest = OUR_OWN.reduce((left, token) => left.replaceAll(token, ''), text).replaceAll(/^>/gm, '')
    assert.doesNotMatch(rest, /[<>]/, `a tag in ${text}`)
    assert.doesNotMatch(rest, /&(?!amp;|lt;|gt;)/, `a bare & in ${text}`)
    for (const line of rest.split('\n'))
      assert.equal((line.match(/`/g)?.length ?? 0) % 2, 0, `an open code span in ${line}`)
    assert.doesNotMatch(text, /[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u001b]/, 'an invisible character')
  }
}
