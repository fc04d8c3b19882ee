import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { test } from 'node:test'
import { SCENARIOS } from '../../../src/sandbox/samples/scenarios.ts'
import { NOW, standApi } from './stand-ins.ts'

test('the state names everything that the page shows', async (t) => {
  const { call } = await standApi(t)
  const { status, body } = await call('GET', 'state')
  assert.equal(status, 200)
  const state = body as Record<string, unknown>
  assert.deepEqual(state['app'], { status: 'running', pid: 7, connected: true })
  assert.deepEqual(state['clock'], { now: NOW, offsetMs: 0 })
  assert.deepEqual(state['datasets'], [
    { name: 'okta-logs', count: 0 },
    { name: 'github-audit', count: 0 },
  ])
  assert.deepEqual(state['faults'], { slack: [], axiom: [], model: [], webhook: [] })
  const ids = (state['scenarios'] as { id: string }[]).map((one) => one.id)
  assert.deepEqual(ids, [...SCENARIOS.map((one) => one.id), 'remove-at-source'])
})

test('events are appended line by line', async (t) => {
  const { call } = await standApi(t)
  const answer = await call('POST', 'events?dataset=okta-logs', '{"uuid":"a"}\n\n{"uuid":"b"}\n')
  assert.deepEqual(answer, { status: 200, body: { ingested: 2 } })
  const { body } = await call('GET', 'datasets/okta-logs')
  const { events } = body as { events: Record<string, unknown>[] }
  assert.deepEqual(
    events.map((event) => event['uuid']),
    ['a', 'b'],
  )
})

test('a wrong line is named and nothing of the body is kept', async (t) => {
  const { call, axiom } = await standApi(t)
  for (const wrong of ['{"uuid":', '[1]', '7']) {
    const { status, body } = await call('POST', 'events?dataset=okta-logs', `{"uuid":"a"}\n${wrong}\n`)
    assert.equal(status, 400)
    assert.match((body as { error: string }).error, /^Line 2 /)
  }
  assert.equal(axiom.events('okta-logs')?.length, 0)
})

const refusals: readonly (readonly [string, string, string, string | undefined, number, RegExp])[] = [
  [
    'an unknown dataset to append to',
    'POST',
    'events?dataset=nope',
    '{}',
    404,
    /use one of okta-logs, github-audit/,
  ],
  ['an unknown dataset to read', 'GET', 'datasets/nope', undefined, 404, /use one of okta-logs/],
  [
    'an unknown fault',
    'POST',
    'faults',
    '{"axiom":"flood"}',
    400,
    /axiom has no fault "flood"; use one of 429/,
  ],
  ['an unknown fault target', 'POST', 'faults', '{"printer":"jam"}', 400, /no target "printer"/],
  ['faults that are no JSON', 'POST', 'faults', 'off', 400, /JSON object/],
  ['an unknown scenario', 'POST', 'scenario', '{"id":"flood"}', 400, /use one of routine/],
  ['a removal without a grantee', 'POST', 'scenario', '{"id":"remove-at-source"}', 400, /"grantee"/],
  [
    'a removal of nothing',
    'POST',
    'scenario',
    '{"id":"remove-at-source","grantee":"x"}',
    409,
    /x holds no such role/,
  ],
  ['an unknown order to the app', 'POST', 'app', '{"do":"dance"}', 400, /"kill"/],
  ['a clock that goes back', 'POST', 'clock', '{"advanceMs":-1}', 400, /only goes forward/],
  ['a clock that is no number', 'POST', 'clock', '{"advanceMs":"1h"}', 400, /whole milliseconds/],
  ['an unknown channel', 'GET', 'messages?channel=nope', undefined, 404, /no channel "nope"/],
  ['an unknown person', 'GET', 'person?user=U1', undefined, 404, /no person "U1"/],
  ['an act that is no JSON', 'POST', 'act', '{', 400, /JSON object/],
  ['an unknown call', 'GET', 'constructor', undefined, 404, /has no call "constructor"/],
  ['a wrong method', 'GET', 'faults', undefined, 405, /Use POST/],
]
for (const [what, method, path, sent, status, message] of refusals)
  test(`${what} is refused with what to do instead`, async (t) => {
    const { call } = await standApi(t)
    const answer = await call(method, path, sent)
    assert.equal(answer.status, status)
    assert.match((answer.body as { error: string }).error, message)
  })

test('a body over 5 MB is refused', async (t) => {
  const { call } = await standApi(t)
  const { status } = await call('POST', 'events?dataset=okta-logs', `"${'x'.repeat(5 * 1024 * 1024)}"`)
  assert.equal(status, 413)
})

test('scenarios append their events, and a removal takes back what the last one gave', async (t) => {
  const { call, axiom } = await standApi(t)
  assert.deepEqual(await call('POST', 'scenario', '{"id":"self-grant-at-night"}'), {
    status: 200,
    body: { ingested: 2 },
  })
  const removal = '{"id":"remove-at-source","grantee":"jonas@northwind.example"}'
  assert.deepEqual((await call('POST', 'scenario', removal)).body, { ingested: 1 })
  assert.equal(axiom.events('okta-logs')?.at(-1)?.['eventType'], 'user.account.privilege.revoke')
  assert.equal((await call('POST', 'scenario', removal)).status, 409)
})

test('the app is controlled, the clock moved and faults are switched', async (t) => {
  const { call, app, faults, parts } = await standApi(t)
  for (const what of ['kill', 'start', 'stop']) await call('POST', 'app', JSON.stringify({ do: what }))
  assert.deepEqual(app.done, ['kill', 'start', 'stop'])
  const moved = await call('POST', 'clock', '{"advanceMs":3600000}')
  assert.deepEqual(moved.body, { clock: { now: NOW + 3_600_000, offsetMs: 3_600_000 } })
  assert.equal(parts.clock.now(), NOW + 3_600_000)
  await call('POST', 'faults', '{"axiom":["429"],"model":"down"}')
  assert.ok(faults.has('axiom', '429') && faults.has('model', 'down'))
})

test('acts go to Slack as they are, and usage joins what all pieces counted', async (t) => {
  const { call } = await standApi(t)
  const act = await call('POST', 'act', '{"user":"U0MAYA","type":"home"}')
  assert.deepEqual(act.body, { ok: true, sees: { echo: { user: 'U0MAYA', type: 'home' } } })
  const { body } = await call('GET', 'usage')
  assert.deepEqual(body, {
    methods: { 'auth.test': 1 },
    events: {},
    commands: {},
    refusals: [],
    queries: [],
    model: { calls: {} },
  })
})

test('many changes reach an open page as one', async (t) => {
  const { url, changes } = await standApi(t)
  const asked = request(`${url}/sandbox/api/stream`).end()
  const [response] = await once(asked, 'response')
  response.setEncoding('utf8')
  const [hello] = await once(response, 'data')
  assert.match(hello, /^: /)
  for (let count = 0; count < 20; count += 1) changes.changed()
  const [first] = await once(response, 'data')
  assert.equal(first, 'event: change\ndata: {}\n\n')
  changes.changed()
  const [second] = await once(response, 'data')
  assert.equal(second, 'event: change\ndata: {}\n\n', 'a later change is told again')
  asked.destroy()
})
