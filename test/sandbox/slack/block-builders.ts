import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultText } from '../../../src/sandbox/slack/schema-checks.ts'
import { type Surface, validateBlocks } from '../../../src/sandbox/slack/validate-blocks.ts'

type Fields = Readonly<Record<string, unknown>>

export const long = (length: number) => 'x'.repeat(length)
export const many = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index))
export const plain = (text: string) => ({ type: 'plain_text', text })
export const mrkdwn = (text: string) => ({ type: 'mrkdwn', text })
export const section = (fields: Fields = {}) => ({ type: 'section', text: mrkdwn('hello'), ...fields })
export const button = (fields: Fields = {}) => ({ type: 'button', text: plain('Go'), ...fields })
export const actions = (...elements: unknown[]) => ({ type: 'actions', elements })
export const option = (fields: Fields = {}) => ({ text: plain('One'), value: 'one', ...fields })
export const select = (fields: Fields = {}) => ({ type: 'static_select', options: [option()], ...fields })
export const input = (element: Fields, fields: Fields = {}) => ({
  type: 'input',
  label: plain('Why'),
  element,
  ...fields,
})
export const richText = {
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'a' }] }],
}
export const image = { type: 'image', image_url: 'https://pictures.example/a.png', alt_text: 'a' }
export const cell = { type: 'raw_text', text: 'a' }
export const table = (rows: number, columns: number) => ({
  type: 'table',
  rows: many(rows, () => many(columns, () => cell)),
})
export const pie = (segments: unknown[], title = 'Verdicts') => ({
  type: 'data_visualization',
  title,
  chart: { type: 'pie', segments },
})
export const line = (fields: Fields = {}) => ({
  type: 'data_visualization',
  title: 'Grants',
  chart: {
    type: 'line',
    series: [{ name: 'Okta', data: [{ label: 'Mon', value: 1 }] }],
    axis_config: { categories: ['Mon'] },
    ...fields,
  },
})
export const feedback = {
  type: 'feedback_buttons',
  action_id: 'feedback',
  positive_button: { text: plain('Good'), value: 'good' },
  negative_button: { text: plain('Bad'), value: 'bad' },
}

export type AcceptedCase = readonly [what: string, surface: Surface, ...blocks: unknown[]]
export type RefusedCase = readonly [what: string, surface: Surface, fault: string, ...blocks: unknown[]]

export function testAccepted(cases: readonly AcceptedCase[]): void {
  for (const [what, surface, ...blocks] of cases)
    test(`Slack takes ${what}`, () => {
      assert.deepEqual(validateBlocks(blocks, surface), [])
    })
}

/** Each case has exactly the one fault that it names. */
export function testRefused(cases: readonly RefusedCase[]): void {
  for (const [what, surface, fault, ...blocks] of cases)
    test(`Slack refuses ${what}`, () => {
      assert.deepEqual(validateBlocks(blocks, surface).map(faultText), [`[ERROR] ${fault}`])
    })
}
