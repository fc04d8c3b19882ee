import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, test } from 'node:test'
import { DRAFT_FORMAT } from '../../src/domain/analyst-answer.ts'
import { createAnalyst } from '../../src/openai/analyst.ts'
import type { AnalystRequest } from '../../src/ports/analyst.ts'
import { ANALYST_TOOLS } from '../../src/workflows/analyst-tools.ts'

let server: Server
let reply: { readonly status?: number; readonly body?: unknown } | 'never'
let bodies: Record<string, unknown>[]

beforeEach(async () => {
  bodies = []
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      bodies.push(JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>)
      if (reply === 'never') return
      const headers = { 'content-type': 'application/json', 'x-should-retry': 'false' }
      response.writeHead(reply.status ?? 200, headers).end(JSON.stringify(reply.body ?? {}))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(
  () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    }),
)

const analyst = (api: 'responses' | 'chat') => {
  const { port } = server.address() as AddressInfo
  return createAnalyst({ apiKey: 'sk-test', baseUrl: `http://127.0.0.1:${port}/v1`, api })
}
const request = (change: Partial<AnalystRequest> = {}): AnalystRequest => ({
  model: 'a-model',
  instructions: 'Answer questions.',
  items: [
    { kind: 'said', by: 'person', text: 'Who?' },
    { kind: 'call', id: 'c1', name: 'case', arguments: '{"grant":null}' },
    { kind: 'call', id: 'c2', name: 'open_reviews', arguments: '{"mine":true}' },
    { kind: 'result', id: 'c1', text: 'one' },
    { kind: 'result', id: 'c2', text: 'two' },
    { kind: 'said', by: 'analyst', text: 'Nobody.' },
  ],
  tools: ANALYST_TOOLS,
  answer: DRAFT_FORMAT,
  timeoutMs: 2_000,
  outputTokensMax: 500,
  ...change,
})
const idle = new AbortController().signal
const responsesOf = (output: readonly unknown[], change: Record<string, unknown> = {}) => ({
  body: {
    id: 'resp_1',
    object: 'response',
    status: 'completed',
    output,
    usage: {
      input_tokens: 900,
      input_tokens_details: { cached_tokens: 640 },
      output_tokens: 80,
      total_tokens: 980,
    },
    ...change,
  },
})
const said = (content: readonly unknown[]) => ({ type: 'message', id: 'm', role: 'assistant', content })
const chatOf = (message: Record<string, unknown>, finish = 'stop', change: Record<string, unknown> = {}) => ({
  body: {
    id: 'chat_1',
    object: 'chat.completion',
    choices: [{ index: 0, finish_reason: finish, message: { role: 'assistant', ...message } }],
    usage: { prompt_tokens: 900, completion_tokens: 80, total_tokens: 980 },
    ...change,
  },
})
const USAGE = { inputTokens: 900, cachedTokens: 640, outputTokens: 80 }

test('calls of tools come back as calls, over either protocol', async () => {
  reply = responsesOf([
    { type: 'reasoning', id: 'rs_1', summary: [] },
    { type: 'function_call', id: 'fc_1', call_id: 'c9', name: 'case', arguments: '{}', status: 'completed' },
  ])
  assert.deepEqual(await analyst('responses').turn(request(), idle), {
    kind: 'calls',
    calls: [{ id: 'c9', name: 'case', arguments: '{}' }],
    usage: USAGE,
  })
  const call = { id: 'c9', type: 'function', function: { name: 'case', arguments: '{}' } }
  reply = chatOf({ content: null, tool_calls: [call] }, 'tool_calls')
  const step = await analyst('chat').turn(request(), idle)
  assert.deepEqual(step.kind === 'calls' && step.calls, [{ id: 'c9', name: 'case', arguments: '{}' }])
})

test('an answer comes back as its text, with what it cost', async () => {
  reply = responsesOf([said([{ type: 'output_text', text: '{"a":1}', annotations: [] }])])
  assert.deepEqual(await analyst('responses').turn(request(), idle), {
    kind: 'answer',
    text: '{"a":1}',
    usage: USAGE,
  })
  reply = chatOf({ content: '{"a":1}' })
  const step = await analyst('chat').turn(request(), idle)
  assert.equal(step.kind === 'answer' && step.text, '{"a":1}')
})

test('what was said, called and found goes out in the form of each protocol, and nothing is stored', async () => {
  reply = responsesOf([])
  await analyst('responses').turn(request(), idle)
  const [body] = bodies
  assert.ok(body)
  assert.deepEqual(
    (body['input'] as { type?: string; role?: string; call_id?: string }[]).map(
      ({ type, role, call_id: id }) => `${type ?? role} ${id ?? ''}`.trim(),
    ),
    [
      'user',
      'function_call c1',
      'function_call c2',
      'function_call_output c1',
      'function_call_output c2',
      'assistant',
    ],
  )
  assert.equal(body['store'], false)
  const tools = body['tools'] as { strict: boolean }[]
  assert.ok(tools.length === ANALYST_TOOLS.length && tools.every(({ strict }) => strict))
  reply = chatOf({ content: 'x' })
  await analyst('chat').turn(request(), idle)
  const messages = bodies[1]?.['messages'] as { role: string; tool_calls?: unknown[] }[]
  assert.deepEqual(
    messages.map(({ role, tool_calls: list }) => `${role} ${list?.length ?? ''}`.trim()),
    ['system', 'user', 'assistant 2', 'tool', 'tool', 'assistant'],
  )
})

test('on the last turn no tool is offered', async () => {
  for (const api of ['responses', 'chat'] as const) {
    reply = api === 'chat' ? chatOf({ content: 'x' }) : responsesOf([])
    await analyst(api).turn(request({ tools: [] }), idle)
    assert.equal(bodies.at(-1)?.['tools'], undefined)
  }
})

test('refusals, cut answers, silence and failures are no answers, each with its reason', async () => {
  const why = async (api: 'responses' | 'chat', change: Partial<AnalystRequest> = {}) => {
    const step = await analyst(api).turn(request(change), idle)
    return step.kind === 'no-answer' ? step.why : step.kind
  }
  reply = responsesOf([said([{ type: 'refusal', refusal: 'no' }])])
  assert.equal(await why('responses'), 'refused')
  reply = chatOf({ content: null, refusal: 'no' })
  assert.equal(await why('chat'), 'refused')
  reply = responsesOf([], { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } })
  assert.equal(await why('responses'), 'truncated')
  reply = chatOf({ content: '{"a' }, 'length')
  assert.equal(await why('chat'), 'truncated')
  reply = responsesOf([])
  assert.equal(await why('responses'), 'malformed')
  reply = { status: 503, body: { error: { message: 'busy' } } }
  assert.equal(await why('responses'), 'down')
  assert.equal(await why('responses', { model: '' }), 'unset')
  reply = 'never'
  assert.equal(await why('chat', { timeoutMs: 50 }), 'timeout')
})

test('a person who presses stop ends the turn at once', async () => {
  reply = 'never'
  const stop = new AbortController()
  const step = analyst('responses').turn(request({ timeoutMs: 60_000 }), stop.signal)
  stop.abort()
  assert.deepEqual(await step, { kind: 'no-answer', why: 'timeout', usage: null })
})

test('a server that counts no tokens is counted by its texts', async () => {
  reply = chatOf({ content: 'x' }, 'stop', { usage: undefined })
  const step = await analyst('chat').turn(request(), idle)
  assert.ok((step.usage?.inputTokens ?? 0) > 100)
})
