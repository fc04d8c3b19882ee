import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultText } from '../../../src/sandbox/slack/schema-checks.ts'
import { validateView, viewTooLarge } from '../../../src/sandbox/slack/view-rules.ts'
import { input, long, plain, section } from './block-builders.ts'

const modal = (fields: Readonly<Record<string, unknown>> = {}) => ({
  type: 'modal',
  title: plain('Revoke'),
  blocks: [section()],
  ...fields,
})
const faults = (view: Readonly<Record<string, unknown>>, surface: 'modal' | 'home' = 'modal') =>
  validateView(view, surface).map(faultText)

test('a modal at every limit is taken', () => {
  const view = modal({
    title: plain(long(24)),
    submit: plain(long(24)),
    close: plain(long(24)),
    private_metadata: long(3000),
    callback_id: long(255),
    blocks: [input({ type: 'plain_text_input' })],
    notify_on_close: true,
  })
  assert.deepEqual(faults(view), [])
})

const REFUSED: [string, Readonly<Record<string, unknown>>, string][] = [
  [
    'title',
    modal({ title: plain(long(25)) }),
    'must be less than 25 characters [json-pointer:/view/title/text]',
  ],
  [
    'submit',
    modal({ submit: plain(long(25)) }),
    'must be less than 25 characters [json-pointer:/view/submit/text]',
  ],
  [
    'close',
    modal({ close: plain(long(25)) }),
    'must be less than 25 characters [json-pointer:/view/close/text]',
  ],
  [
    'private metadata',
    modal({ private_metadata: long(3001) }),
    'must be less than 3001 characters [json-pointer:/view/private_metadata]',
  ],
  [
    'callback id',
    modal({ callback_id: long(256) }),
    'must be less than 256 characters [json-pointer:/view/callback_id]',
  ],
  ['unknown property', modal({ hash: 'h' }), 'invalid additional property: hash [json-pointer:/view]'],
  ['missing title', modal({ title: undefined }), 'missing required field: title [json-pointer:/view]'],
  ['missing blocks', modal({ blocks: undefined }), 'missing required field: blocks [json-pointer:/view]'],
  [
    'inputs without a submit button',
    modal({ blocks: [input({ type: 'plain_text_input' })] }),
    '`submit` is required when an input block is within blocks array [json-pointer:/view/submit]',
  ],
  [
    'block out of its limits',
    modal({ blocks: [section({ text: plain('') })] }),
    'must be more than 0 characters [json-pointer:/view/blocks/0/text/text]',
  ],
]

for (const [what, view, fault] of REFUSED)
  test(`a modal is refused for its ${what}`, () => {
    assert.deepEqual(faults(view), [`[ERROR] ${fault}`])
  })

test('a home has no title', () => {
  assert.deepEqual(faults({ type: 'home', blocks: [section()] }, 'home'), [])
  assert.deepEqual(faults({ type: 'home', title: plain('a'), blocks: [] }, 'home'), [
    '[ERROR] invalid additional property: title [json-pointer:/view]',
  ])
})

test('a view of more than 250 kB is too large', () => {
  assert.equal(viewTooLarge(modal({ private_metadata: long(249_000) })), false)
  assert.equal(viewTooLarge(modal({ private_metadata: long(250_000) })), true)
})
