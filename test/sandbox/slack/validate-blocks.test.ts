import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultText } from '../../../src/sandbox/slack/schema-checks.ts'
import { tooManyCharacters, validateBlocks } from '../../../src/sandbox/slack/validate-blocks.ts'
import {
  actions,
  button,
  feedback,
  image,
  input,
  long,
  many,
  mrkdwn,
  plain,
  section,
  table,
  testAccepted,
  testRefused,
} from './block-builders.ts'

testAccepted([
  ['a section with text of 3000 characters', 'message', section({ text: mrkdwn(long(3000)) })],
  ['ten fields', 'message', section({ fields: many(10, () => mrkdwn(long(2000))) })],
  ['a header of 150 characters', 'message', { type: 'header', text: plain(long(150)), level: 2 }],
  ['ten context elements', 'message', { type: 'context', elements: many(10, () => mrkdwn('a')) }],
  ['25 buttons in one block', 'message', actions(...many(25, (index) => button({ action_id: `a${index}` })))],
  ['50 blocks in a message', 'message', ...many(50, () => ({ type: 'divider' }))],
  ['100 blocks in a modal', 'modal', ...many(100, () => ({ type: 'divider' }))],
  ['an alert in a modal', 'modal', { type: 'alert', text: plain(long(200)), level: 'warning' }],
  [
    'a container with children',
    'message',
    {
      type: 'container',
      title: plain('More'),
      child_blocks: [section(), actions(button())],
      is_collapsible: true,
      default_collapsed: true,
    },
  ],
  [
    'context actions',
    'message',
    {
      type: 'context_actions',
      elements: [feedback, { type: 'icon_button', icon: 'trash', text: plain('Delete') }],
    },
  ],
  ['markdown of 12,000 characters', 'message', { type: 'markdown', text: long(12_000) }],
])

testRefused([
  [
    '51 blocks in a message',
    'message',
    'no more than 50 items allowed [json-pointer:/blocks]',
    ...many(51, () => ({ type: 'divider' })),
  ],
  [
    '101 blocks at home',
    'home',
    'no more than 100 items allowed [json-pointer:/blocks]',
    ...many(101, () => ({ type: 'divider' })),
  ],
  [
    'a section of 3001 characters',
    'message',
    'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
    section({ text: mrkdwn(long(3001)) }),
  ],
  [
    'empty text',
    'message',
    'must be more than 0 characters [json-pointer:/blocks/0/text/text]',
    section({ text: mrkdwn('') }),
  ],
  [
    'a section with nothing in it',
    'message',
    'must define either `text` or `fields` [json-pointer:/blocks/0]',
    { type: 'section' },
  ],
  [
    'eleven fields',
    'message',
    'no more than 10 items allowed [json-pointer:/blocks/0/fields]',
    section({ fields: many(11, () => mrkdwn('a')) }),
  ],
  [
    'a field of 2001 characters',
    'message',
    'must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]',
    section({ fields: [mrkdwn(long(2001))] }),
  ],
  [
    'a header of 151 characters',
    'message',
    'must be less than 151 characters [json-pointer:/blocks/0/text/text]',
    { type: 'header', text: plain(long(151)) },
  ],
  [
    'a header in mrkdwn',
    'message',
    'unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]',
    { type: 'header', text: mrkdwn('a') },
  ],
  [
    'emoji on mrkdwn',
    'message',
    'invalid additional property: emoji [json-pointer:/blocks/0/text]',
    section({ text: { ...mrkdwn('a'), emoji: true } }),
  ],
  [
    'an unknown property of a block',
    'message',
    'invalid additional property: colour [json-pointer:/blocks/0]',
    section({ colour: 'red' }),
  ],
  [
    'eleven context elements',
    'message',
    'no more than 10 items allowed [json-pointer:/blocks/0/elements]',
    { type: 'context', elements: many(11, () => mrkdwn('a')) },
  ],
  [
    'a button in a context block',
    'message',
    'unsupported element: button [json-pointer:/blocks/0/elements/0/type]',
    { type: 'context', elements: [button()] },
  ],
  [
    'no actions',
    'message',
    'no less than 1 items allowed [0 given] [json-pointer:/blocks/0/elements]',
    actions(),
  ],
  [
    '26 actions',
    'message',
    'no more than 25 items allowed [json-pointer:/blocks/0/elements]',
    actions(...many(26, () => button())),
  ],
  [
    'a text input among actions',
    'message',
    'unsupported element: plain_text_input [json-pointer:/blocks/0/elements/0/type]',
    actions({ type: 'plain_text_input' }),
  ],
  [
    'two actions of one id in a block',
    'message',
    '`action_id` "go" already exists in this block [json-pointer:/blocks/0/elements]',
    actions(button({ action_id: 'go' }), button({ action_id: 'go' })),
  ],
  [
    'two blocks of one id',
    'message',
    '`block_id` "b" already exists [json-pointer:/blocks/1/block_id]',
    section({ block_id: 'b' }),
    section({ block_id: 'b' }),
  ],
  [
    'an id of 256 characters',
    'message',
    'must be less than 256 characters [json-pointer:/blocks/0/block_id]',
    section({ block_id: long(256) }),
  ],
  [
    'an input in a message',
    'message',
    'unsupported block type in a message: input [json-pointer:/blocks/0/type]',
    input({ type: 'plain_text_input' }),
  ],
  [
    'a table in a modal',
    'modal',
    'unsupported block type in a modal: table [json-pointer:/blocks/0/type]',
    table(1, 1),
  ],
  [
    'markdown at home',
    'home',
    'unsupported block type in a home: markdown [json-pointer:/blocks/0/type]',
    { type: 'markdown', text: 'a' },
  ],
  [
    'an alert in a message',
    'message',
    'unsupported block type in a message: alert [json-pointer:/blocks/0/type]',
    { type: 'alert', text: plain('a') },
  ],
  [
    'context actions at home',
    'home',
    'unsupported block type in a home: context_actions [json-pointer:/blocks/0/type]',
    { type: 'context_actions', elements: [feedback] },
  ],
  [
    'an alert of 201 characters',
    'modal',
    'must be less than 201 characters [json-pointer:/blocks/0/text/text]',
    { type: 'alert', text: plain(long(201)) },
  ],
  [
    'a picture without its description',
    'message',
    'missing required field: alt_text [json-pointer:/blocks/0]',
    { type: 'image', image_url: 'https://a.example/a.png' },
  ],
  [
    'a picture from two places',
    'message',
    'must define either `image_url` or `slack_file` [json-pointer:/blocks/0]',
    { ...image, slack_file: { id: 'F1' } },
  ],
  [
    'a card body of 201 characters',
    'message',
    'must be less than 201 characters [json-pointer:/blocks/0/body/text]',
    { type: 'card', body: mrkdwn(long(201)) },
  ],
  [
    'four buttons on a card',
    'message',
    'no more than 3 items allowed [json-pointer:/blocks/0/actions]',
    { type: 'card', actions: many(4, () => button()) },
  ],
  [
    'an empty card',
    'message',
    'must define at least one of `hero_image`, `title`, `actions` or `body` [json-pointer:/blocks/0]',
    { type: 'card', subtitle: mrkdwn('a') },
  ],
  [
    'a container without a title',
    'message',
    'must define either `title` or `rich_text_title` [json-pointer:/blocks/0]',
    { type: 'container', child_blocks: [section()] },
  ],
  [
    'eleven blocks in a container',
    'message',
    'no more than 10 items allowed [json-pointer:/blocks/0/child_blocks]',
    { type: 'container', title: plain('a'), child_blocks: many(11, () => section()) },
  ],
  [
    'six context actions',
    'message',
    'no more than 5 items allowed [json-pointer:/blocks/0/elements]',
    { type: 'context_actions', elements: many(6, (i) => ({ ...feedback, action_id: `f${i}` })) },
  ],
  [
    'markdown of 12,001 characters',
    'message',
    'must be less than 12001 characters [json-pointer:/blocks/0/text]',
    { type: 'markdown', text: long(12_001) },
  ],
  ['a block without a type', 'message', 'missing required field: type [json-pointer:/blocks/0]', {}],
  ['something that is no block', 'message', 'missing required field: type [json-pointer:/blocks/0]', 'text'],
])

test('blocks that are no list are refused', () => {
  assert.deepEqual(validateBlocks({}, 'message').map(faultText), [
    '[ERROR] must provide an array [json-pointer:/blocks]',
  ])
})

test('a message may hold 12,000 characters in all and no more', () => {
  const sections = (last: number) => [
    ...many(3, () => section({ text: mrkdwn(long(3000)) })),
    section({ text: mrkdwn(long(last)) }),
  ]
  assert.equal(tooManyCharacters(sections(3000)), false)
  assert.equal(tooManyCharacters([...sections(3000), { type: 'header', text: plain('x') }]), true)
})
