import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { App, ViewSubmitAction } from '@slack/bolt'
import type { ModalView } from '@slack/types'
import { act, boltApp, type Local, localSlack, refusal, until } from './local-slack.ts'

const text = (content: string) => ({ type: 'plain_text' as const, text: content })

function modal(callbackId: string, fields: Partial<ModalView> = {}): ModalView {
  return {
    type: 'modal',
    callback_id: callbackId,
    title: text('Revoke'),
    submit: text('Send'),
    blocks: [
      {
        type: 'input',
        block_id: 'reason',
        label: text('Why'),
        element: { type: 'plain_text_input', action_id: 'why', min_length: 5, max_length: 20 },
      },
      {
        type: 'input',
        block_id: 'band',
        label: text('Band'),
        optional: true,
        element: {
          type: 'static_select',
          action_id: 'chosen',
          options: [
            { text: text('High'), value: 'high' },
            { text: text('Low'), value: 'low' },
          ],
        },
      },
    ],
    ...fields,
  }
}

/** Opens a modal for Maya through a command, with whatever else the app listens to. */
async function opened(
  t: Parameters<typeof localSlack>[0],
  listeners: (app: App) => void,
  view: ModalView = modal('revoke'),
): Promise<Local & { viewId: string }> {
  const local = await localSlack(t)
  await boltApp(local, (app) => {
    app.command('/grants', async ({ ack, client, command }) => {
      await ack()
      await client.views.open({ trigger_id: command.trigger_id, view })
    })
    listeners(app)
  })
  const { sees } = await act(local, { user: 'U0MAYA', type: 'command', text: '/grants tune' })
  assert.equal(sees.view?.callback_id, view.callback_id)
  return { ...local, viewId: sees.view?.id ?? '' }
}

const submit = (viewId: string, values: unknown) => ({ user: 'U0MAYA', type: 'submit', viewId, values })

test('a submitted form carries its state in the types of its elements and then closes', async (t) => {
  const bodies: ViewSubmitAction[] = []
  const local = await opened(t, (app) => {
    app.view('revoke', async ({ ack, body }) => {
      await ack()
      bodies.push(body as ViewSubmitAction)
    })
  })
  const { sees } = await act(local, submit(local.viewId, { reason: { why: 'Not needed' }, chosen: 'high' }))
  assert.equal(sees.view, undefined)
  assert.deepEqual(bodies[0]?.view.state.values, {
    reason: { why: { type: 'plain_text_input', value: 'Not needed' } },
    band: {
      chosen: { type: 'static_select', selected_option: { text: text('High'), value: 'high' } },
    },
  })
})

test('the client holds back a form that misses or exceeds what its inputs ask', async (t) => {
  let submissions = 0
  const local = await opened(t, (app) => {
    app.view('revoke', async ({ ack }) => {
      submissions += 1
      await ack()
    })
  })
  const errorFor = async (why: string) =>
    (await act(local, submit(local.viewId, { why }))).sees.errors?.['reason'] ?? ''
  assert.match(await errorFor(''), /complete this required field/)
  assert.match(await errorFor('abcd'), /at least 5/)
  assert.match(await errorFor('x'.repeat(21)), /at most 20/)
  assert.equal(submissions, 0)
  assert.equal((await local.slack.act(submit(local.viewId, { chosen: 'medium' }))).status, 400)
  assert.equal((await local.slack.act(submit(local.viewId, { nothing: 'a' }))).status, 400)
})

test('errors of the app keep the form open, without those for blocks it does not have', async (t) => {
  const local = await opened(t, (app) => {
    app.view('revoke', async ({ ack }) => {
      await ack({ response_action: 'errors', errors: { reason: 'Say more.', nowhere: 'x' } })
    })
  })
  const { ok, sees } = await act(local, submit(local.viewId, { why: 'enough' }))
  assert.equal(ok, true)
  assert.deepEqual(sees.errors, { reason: 'Say more.' })
  assert.equal(sees.view?.id, local.viewId)
})

test('an acknowledgement can update, push and clear', async (t) => {
  const local = await opened(t, (app) => {
    app.view('revoke', async ({ ack }) => ack({ response_action: 'update', view: modal('second') }))
    app.view('second', async ({ ack }) => ack({ response_action: 'push', view: modal('third') }))
    app.view('third', async ({ ack }) => ack({ response_action: 'clear' }))
  })
  const values = { why: 'enough' }
  const second = await act(local, submit(local.viewId, values))
  assert.deepEqual([second.sees.view?.id, second.sees.view?.callback_id], [local.viewId, 'second'])
  const third = await act(local, submit(local.viewId, values))
  assert.equal(third.sees.view?.callback_id, 'third')
  assert.equal(local.slack.person('U0MAYA')?.modals.length, 2)
  assert.equal((await local.slack.act(submit(local.viewId, values))).status, 403)
  const cleared = await act(local, submit(third.sees.view?.id ?? '', values))
  assert.equal(cleared.sees.view, undefined)
  assert.deepEqual(local.slack.person('U0MAYA')?.modals, [])
})

test('an acknowledgement with a view that Slack refuses fails for the person and is written down', async (t) => {
  const local = await opened(t, (app) => {
    app.view('revoke', async ({ ack }) =>
      ack({ response_action: 'update', view: modal('x', { title: text('x'.repeat(25)) }) }),
    )
  })
  const { ok, error, sees } = await act(local, submit(local.viewId, { why: 'enough' }))
  assert.deepEqual(
    { ok, error, view: sees.view?.id },
    { ok: false, error: 'invalid_arguments', view: local.viewId },
  )
  assert.match(local.slack.usage().refusals.at(-1)?.detail ?? '', /less than 25/)
})

test('a trigger opens one view, within three seconds of the clock', async (t) => {
  const local = await localSlack(t)
  const triggers: string[] = []
  await boltApp(local, (app) => {
    app.command('/grants', async ({ ack, command }) => {
      triggers.push(command.trigger_id)
      await ack()
    })
  })
  const command = { user: 'U0MAYA', type: 'command', text: '/grants' }
  await act(local, command)
  const open = (trigger_id = '') => local.client.views.open({ trigger_id, view: modal('revoke') })
  await assert.rejects(open('made.up'), refusal('invalid_trigger_id'))
  await open(triggers[0])
  await assert.rejects(open(triggers[0]), refusal('exchanged_trigger_id'))
  await act(local, command)
  local.clock.advance(3001)
  await assert.rejects(open(triggers[1]), refusal('expired_trigger_id'))
})

test('three modals may lie on each other, and a fourth is refused', async (t) => {
  const refusals: unknown[] = []
  const row = (actionId: string) => ({
    type: 'actions' as const,
    elements: [{ type: 'button' as const, action_id: actionId, text: text('More') }],
  })
  const stacked = modal('stacked', { blocks: [row('deeper')] })
  const local = await opened(
    t,
    (app) => {
      app.action('deeper', async ({ ack, client, body }) => {
        await ack()
        const trigger_id = 'trigger_id' in body ? body.trigger_id : ''
        await client.views
          .push({ trigger_id, view: stacked })
          .catch((error) => refusals.push(error.data.error))
      })
    },
    stacked,
  )
  let { viewId } = local
  for (const expected of [2, 3]) {
    const { sees } = await act(local, { user: 'U0MAYA', type: 'button', viewId, actionId: 'deeper' })
    viewId = sees.view?.id ?? ''
    assert.equal(local.slack.person('U0MAYA')?.modals.length, expected)
  }
  await act(local, { user: 'U0MAYA', type: 'button', viewId, actionId: 'deeper' })
  assert.deepEqual(refusals, ['push_limit_reached'])
})

test('an update needs an open view and the newest hash, and keeps what was typed', async (t) => {
  const local = await opened(t, () => undefined)
  const [before] = local.slack.person('U0MAYA')?.modals ?? []
  const { viewId: view_id, client } = local
  await act(local, submit(view_id, { why: 'abc' }))
  await client.views.update({ view_id, hash: before?.hash ?? '', view: modal('newer') })
  const [after] = local.slack.person('U0MAYA')?.modals ?? []
  assert.equal(after?.['callback_id'], 'newer')
  assert.equal(after?.state.values['reason']?.['why']?.['value'], 'abc')
  const stale = { view_id, hash: before?.hash ?? '', view: modal('newest') }
  await assert.rejects(client.views.update(stale), refusal('hash_conflict'))
  await assert.rejects(client.views.update({ view_id: 'V0', view: modal('x') }), refusal('not_found'))
  await assert.rejects(
    client.views.update({ view_id, view: modal('x', { title: text('x'.repeat(25)) }) }),
    refusal('invalid_arguments', /json-pointer:\/view\/title\/text/),
  )
})

test('closing tells the app when it asked to be told', async (t) => {
  let closed = 0
  const local = await opened(
    t,
    (app) => {
      app.view({ callback_id: 'revoke', type: 'view_closed' }, async ({ ack }) => {
        closed += 1
        await ack()
      })
    },
    modal('revoke', { notify_on_close: true }),
  )
  const { sees } = await act(local, { user: 'U0MAYA', type: 'close', viewId: local.viewId })
  assert.equal(sees.view, undefined)
  await until('the app was told', () => closed === 1)
})
