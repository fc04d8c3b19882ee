import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { aCard, aTs, emptyAnswers, mrkdwn, plain } from './canned-answers.ts'
import { type CannedAnswers, type CannedWorld, openCannedWorld } from './canned-world.ts'

const CHROMIUM = '/usr/bin/chromium'
const skip = existsSync(CHROMIUM) ? false : `${CHROMIUM} is not installed, so the page is not opened`

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]
const PATIENCE_MS = 30_000

const BUTTONS = {
  type: 'actions',
  block_id: 'decide',
  elements: [
    { type: 'button', action_id: 'review.revoke', text: plain('Revoke'), style: 'danger', value: 'G1' },
    {
      type: 'overflow',
      action_id: 'review.more',
      options: [{ text: plain('Explain'), value: 'explain:G1' }],
    },
  ],
}

const MODAL = {
  id: 'V1',
  type: 'modal',
  title: plain('Revoke G-1'),
  submit: plain('Send'),
  blocks: [
    {
      type: 'input',
      block_id: 'why',
      label: plain('Reason'),
      element: { type: 'plain_text_input', action_id: 'reason', multiline: true },
    },
  ],
}

describe('the sandbox page', { skip }, () => {
  let browser: Browser
  let world: CannedWorld
  let answers: CannedAnswers
  let page: Page
  const faults: string[] = []

  before(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS })
  })
  after(() => browser.close())
  beforeEach(async () => {
    answers = emptyAnswers()
    world = await openCannedWorld(answers)
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    page.setDefaultTimeout(PATIENCE_MS)
    faults.length = 0
    page.on('pageerror', (error) => faults.push(error.message))
  })
  afterEach(async () => {
    await page.close()
    await world.close()
    assert.deepEqual(faults, [])
  })

  const open = async (hash = 'as=U0MAYA') => {
    await page.goto(`${world.url}/#${hash}`)
    await page.locator('.places button').first().waitFor()
  }

  test('a card shows its header, its facts and its buttons', async () => {
    const blocks = [
      { type: 'header', text: plain('High: Super administrator') },
      { type: 'section', fields: [mrkdwn('*Given to*\nJonas Weber'), mrkdwn('*Given by*\n<@U0JONAS>')] },
      BUTTONS,
    ]
    answers.messages['access-reviews']?.push(aCard({ blocks }))
    await open()
    const card = page.locator('article')
    await card.getByRole('heading', { name: 'High: Super administrator' }).waitFor()
    assert.equal(await card.locator('strong').first().textContent(), 'Given to')
    assert.equal(await card.locator('.mention').textContent(), '@Jonas Weber')
    assert.equal(await card.locator('.badge').textContent(), 'App')
    assert.deepEqual(await card.locator('.block-actions .button').allTextContents(), ['Revoke', '⋯'])
  })

  test('pressing a button says who pressed which button of which message', async () => {
    const card = aCard({ blocks: [BUTTONS] })
    answers.messages['access-reviews']?.push(card)
    await open()
    const posted = world.nextPost('/act')
    await page.getByRole('button', { name: 'Revoke' }).click()
    assert.deepEqual((await posted).body, {
      user: 'U0MAYA',
      type: 'button',
      messageTs: card['ts'],
      blockId: 'decide',
      actionId: 'review.revoke',
      value: 'G1',
    })
  })

  test('an overflow menu opens with the keyboard and sends the option chosen', async () => {
    answers.messages['access-reviews']?.push(aCard({ blocks: [BUTTONS] }))
    await open()
    const posted = world.nextPost('/act')
    await page.getByRole('button', { name: 'More actions' }).press('Enter')
    await page.getByRole('menuitem', { name: 'Explain' }).press('Enter')
    assert.equal((await posted).body['value'], 'explain:G1')
  })

  test('a button that asks first sends nothing when the answer is no', async () => {
    const asking = { ...BUTTONS.elements[0], confirm: { title: plain('Sure?'), text: plain('Really?') } }
    answers.messages['access-reviews']?.push(aCard({ blocks: [{ ...BUTTONS, elements: [asking] }] }))
    await open()
    await page.getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Revoke' }).click()
    const posted = world.nextPost('/act')
    await page.getByRole('dialog').getByRole('button', { name: 'Yes' }).click()
    await posted
    assert.equal(world.received.length, 1)
  })

  test('a refused form shows the error under its field and keeps what was typed', async () => {
    answers.person['U0MAYA'] = { modals: [MODAL] }
    world.onPost = () => ({ body: { ok: true, sees: { errors: { why: 'Say more.' } } } })
    await open()
    const reason = page.getByRole('textbox', { name: 'Reason' })
    await reason.fill('no')
    const posted = world.nextPost('/act')
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click()
    assert.deepEqual((await posted).body, {
      user: 'U0MAYA',
      type: 'submit',
      viewId: 'V1',
      values: { why: { reason: 'no' } },
    })
    await page.locator('[data-input-block="why"] .field-error', { hasText: 'Say more.' }).waitFor()
    assert.equal(await reason.inputValue(), 'no')
    assert.equal(await reason.getAttribute('aria-invalid'), 'true')
  })

  test('a live update of an open form keeps what is typed, the focus and the caret', async () => {
    answers.person['U0MAYA'] = { modals: [MODAL] }
    await open()
    const reason = page.getByRole('textbox', { name: 'Reason' })
    await reason.pressSequentially('not agreed')
    await reason.press('ArrowLeft')
    answers.person['U0MAYA'] = {
      modals: [{ ...MODAL, blocks: [{ type: 'section', text: plain('Checked.') }, ...MODAL.blocks] }],
    }
    world.announce()
    await page.getByRole('dialog').getByText('Checked.').waitFor()
    await page.keyboard.type('X')
    assert.equal(await reason.inputValue(), 'not agreeXd')
  })

  test('Escape closes the form at once and tells the world', async () => {
    answers.person['U0MAYA'] = { modals: [MODAL] }
    await open()
    const posted = world.nextPost('/act')
    await page.getByRole('textbox', { name: 'Reason' }).press('Escape')
    assert.deepEqual((await posted).body, { user: 'U0MAYA', type: 'close', viewId: 'V1' })
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  test('going back from a form on top finds the one below as it was left', async () => {
    answers.person['U0MAYA'] = { modals: [MODAL] }
    await open()
    await page.getByRole('textbox', { name: 'Reason' }).fill('not agreed')
    answers.person['U0MAYA'] = {
      modals: [MODAL, { id: 'V2', type: 'modal', title: plain('Evidence'), blocks: [] }],
    }
    world.announce()
    await page.getByRole('heading', { name: 'Evidence' }).waitFor()
    await page.keyboard.press('Escape')
    assert.equal(await page.getByRole('textbox', { name: 'Reason' }).inputValue(), 'not agreed')
  })

  test('hostile text stays text, wherever it comes from', async () => {
    const hostile = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
    const escaped = hostile.replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    const blocks = [
      { type: 'header', text: plain(hostile) },
      { type: 'section', text: mrkdwn(`${escaped} &lt;!channel&gt; <javascript:alert(1)|go>`) },
      { type: 'markdown', text: hostile },
      { type: 'table', rows: [[{ type: 'raw_text', text: hostile }]] },
      { type: hostile },
      {
        type: 'actions',
        elements: [{ type: 'button', action_id: 'a', text: plain(hostile), url: 'javascript:1' }],
      },
    ]
    answers.messages['access-reviews']?.push(
      aCard({ blocks }),
      aCard({ ts: aTs(1), user: hostile, text: hostile }),
    )
    await open()
    const log = page.getByRole('log')
    await log.getByText('<!channel>').waitFor()
    assert.equal(await log.locator('img, script, a').count(), 0)
    assert.equal(await log.locator('.mention-all').count(), 0)
    assert.match(await page.title(), /access-reviews/)
  })

  test('switching the person shows what that person sees, and is kept in the address', async () => {
    const only = (text: string) => [{ ts: aTs(1), user: 'U0JONAS', channel: 'C0REVIEW', text }]
    answers.person['U0JONAS'] = { ephemerals: only('You gave this role yourself.') }
    await open()
    assert.equal(await page.getByText('Only visible to you').count(), 0)
    await page.getByLabel('View as').selectOption('U0JONAS')
    await page.getByText('You gave this role yourself.').waitFor()
    assert.match(page.url(), /as=U0JONAS/)
    await page.reload()
    await page.getByText('You gave this role yourself.').waitFor()
    assert.equal(await page.getByLabel('View as').inputValue(), 'U0JONAS')
  })

  test('a guest is marked as one in the picker', async () => {
    await open()
    const options = await page.getByLabel('View as').locator('option').allTextContents()
    assert.deepEqual(
      options.filter((option) => /guest/.test(option)),
      ['Gus Tanner, Consultant, guest'],
    )
  })

  test('a slash command is sent as one, and its answer is visible to that person only', async () => {
    world.onPost = () => {
      const answer = { ts: aTs(0), user: 'U0MAYA', channel: 'C0REVIEW', text: 'Nothing waits.' }
      answers.person['U0MAYA'] = { ephemerals: [answer] }
      return { body: { ok: true, sees: { ephemerals: [answer] } } }
    }
    await open()
    const posted = world.nextPost('/act')
    await page.getByPlaceholder(/Message #access-reviews/).fill('/grants pending')
    await page.keyboard.press('Enter')
    assert.deepEqual((await posted).body, {
      user: 'U0MAYA',
      type: 'command',
      channel: 'C0REVIEW',
      text: '/grants pending',
    })
    const answer = page.locator('article.is-ephemeral', { hasText: 'Nothing waits.' })
    await answer.getByText('Only visible to you').waitFor()
    await answer.getByRole('button', { name: 'Dismiss' }).click()
    await answer.waitFor({ state: 'detached' })
  })

  test('a reply goes into the thread, with names turned into references', async () => {
    const card = aCard({ replies: [{ ts: aTs(5), user: 'U0JONAS', text: 'It was me.' }] })
    answers.messages['access-reviews']?.push(card)
    await open()
    await page.getByRole('button', { name: /1 reply/ }).click()
    const thread = page.getByRole('complementary', { name: 'Thread' })
    await thread.getByText('It was me.').waitFor()
    const posted = world.nextPost('/act')
    await thread.getByPlaceholder('Reply…').fill('@Countersign why <high>?')
    await page.keyboard.press('Enter')
    assert.deepEqual((await posted).body, {
      user: 'U0MAYA',
      type: 'message',
      channel: 'C0REVIEW',
      threadTs: card['ts'],
      text: '<@U0COUNTERSIGN> why <high>?',
    })
  })

  test('what was written is not lost when the world refuses it', async () => {
    world.onPost = () => ({ status: 403, body: { error: 'Maya Okafor cannot write here.' } })
    await open()
    const box = page.getByPlaceholder(/Message #access-reviews/)
    await box.fill('hello')
    await box.press('Enter')
    await page.getByText('Maya Okafor cannot write here.').waitFor()
    await page.waitForFunction(() => document.querySelector('textarea')?.value === 'hello')
  })

  test('opening Home tells the app, and shows what it publishes', async () => {
    world.onPost = () => {
      answers.person['U0MAYA'] = {
        home: { id: 'V2', blocks: [{ type: 'header', text: plain('Two reviews wait') }] },
      }
      return { body: { ok: true, sees: {} } }
    }
    await open()
    const posted = world.nextPost('/act')
    await page
      .getByRole('navigation')
      .getByRole('button', { name: /Countersign/ })
      .click()
    assert.deepEqual((await posted).body, { user: 'U0MAYA', type: 'home' })
    await page.getByRole('heading', { name: 'Two reviews wait' }).waitFor()
  })

  test('a live update redraws only the message that changed', async () => {
    const still = aCard({ ts: aTs(9), blocks: [BUTTONS] })
    answers.messages['access-reviews']?.push(still, aCard({ ts: aTs(8), text: 'waiting' }))
    await open()
    const button = page.getByRole('button', { name: 'Revoke' })
    await button.focus()
    await button.evaluate((node) => node.setAttribute('data-same', 'yes'))
    answers.messages['access-reviews']?.splice(1, 1, aCard({ ts: aTs(8), text: 'revoked' }))
    world.announce()
    await page.getByText('revoked').waitFor()
    assert.equal(await button.getAttribute('data-same'), 'yes')
    assert.equal(await button.evaluate((node) => node === document.activeElement), true)
  })

  test('news in another channel shows as unread until it is looked at', async () => {
    await open()
    answers.messages['general']?.push({ ts: aTs(0), user: 'U0JONAS', text: 'hello', replies: [] })
    world.announce()
    await page.getByLabel('unread').waitFor()
    await page.getByRole('button', { name: /general/ }).click()
    await page.getByText('hello').waitFor()
    assert.equal(await page.getByLabel('unread').count(), 0)
  })

  test('the world drawer plays scenarios, appends events and switches faults', async () => {
    world.onPost = ({ path }) => ({ body: path === '/faults' ? {} : { ingested: 3 } })
    await open('as=U0MAYA&world=open')
    let posted = world.nextPost('/scenario')
    await page.getByRole('button', { name: 'Routine grants' }).click()
    assert.deepEqual((await posted).body, { id: 'routine' })
    await page.getByText('3 events written').waitFor()

    posted = world.nextPost('/scenario')
    await page.getByLabel('Grantee').selectOption('jonas@northwind.example')
    await page.getByRole('button', { name: 'Remove at source' }).click()
    assert.deepEqual((await posted).body, { id: 'remove-at-source', grantee: 'jonas@northwind.example' })

    posted = world.nextPost('/events')
    await page.getByLabel(/Raw events/).fill('{"a":1}\n{"a":2}')
    await page.getByRole('button', { name: 'Append' }).click()
    assert.equal((await posted).text, '{"a":1}\n{"a":2}')

    posted = world.nextPost('/faults')
    await page.getByRole('tab', { name: 'Controls' }).click()
    await page.getByRole('group', { name: 'slack' }).getByLabel('5xx').check()
    assert.deepEqual((await posted).body, { slack: ['5xx'] })
  })

  test('the webhook inbox says which signatures hold', async () => {
    const received = { receivedAt: '2026-11-02T14:00:00Z', headers: {}, body: '{"type":"review.approved"}' }
    answers.webhooks.push({ ...received, verdict: 'valid' }, { ...received, verdict: 'invalid: wrong key' })
    await open('as=U0MAYA&world=open')
    await page.getByRole('tab', { name: 'Webhooks' }).click()
    await page.locator('.verdict').first().waitFor()
    assert.deepEqual(await page.locator('.verdict').allTextContents(), [
      'invalid: wrong key',
      'signature valid',
    ])
  })

  test('a long dataset is shown a page at a time, newest first', async () => {
    const events = Array.from({ length: 45 }, (_, index) => ({
      _time: '2026-11-02T13:00:00Z',
      action: `e${index}`,
    }))
    answers.datasets['okta-logs'] = events
    await open('as=U0MAYA&world=open')
    await page.getByRole('tab', { name: 'Axiom' }).click()
    await page.locator('.record', { hasText: 'e44' }).waitFor()
    assert.equal(await page.locator('.record').count(), 30)
    await page.getByRole('button', { name: 'Show more (15)' }).click()
    assert.equal(await page.locator('.record').count(), 45)
    await page.locator('.record summary').first().click()
    await page.getByText('"action": "e44"').waitFor()
  })

  test('the first steps stay away once dismissed', async () => {
    await open()
    await page.getByRole('button', { name: 'Got it' }).click()
    await page.reload()
    await page.locator('.places button').first().waitFor()
    assert.equal(await page.getByRole('region', { name: 'First steps' }).count(), 0)
  })
})
