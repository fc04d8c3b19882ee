import assert from 'node:assert/strict'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, test } from 'node:test'
import { createScorer, type ModelConnection } from '../../src/openai/scorer.ts'
import type { ScoringRequest } from '../../src/ports.ts'

interface Reply {
  readonly status?: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

let server: Server
let replies: readonly (Reply | 'hang up' | 'never')[]
let requests: { path: string | undefined; headers: IncomingHttpHeaders; body: Record<string, unknown> }[]

beforeEach(async () => {
  requests = []
  replies = []
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>
      requests.push({ path: request.url, headers: request.headers, body })
      const [reply = {}, ...rest] = replies
      if (rest.length > 0) replies = rest
      if (reply === 'never') return
      if (reply === 'hang up') {
        response.destroy()
        return
      }
      const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? {})
      response
        .writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers })
        .end(text)
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

function scorer(change: Partial<ModelConnection> = {}) {
  const { port } = server.address() as AddressInfo
  let now = 0
  const clock = {
    now: () => {
      now += 40
      return now
    },
  }
  return createScorer({
    apiKey: 'sk-test',
    baseUrl: `http://127.0.0.1:${port}/v1`,
    api: 'responses',
    clock,
    ...change,
  })
}

function aRequest(change: Partial<ScoringRequest> = {}): ScoringRequest {
  return {
    model: 'a-model',
    instructions: 'Judge the grant.',
    input: '{"baseline":{"score":41}}',
    promptHash: 'abc',
    evidenceIds: ['odd_hour'],
    timeoutMs: 5_000,
    outputTokensMax: 700,
    ...change,
  }
}

const OPINION = {
  band: 'medium',
  summary: 'Score 41 at an odd hour.',
  reasons: [
    { text: 'Nobody works then.', evidenceIds: ['odd_hour'] },
    { text: 'The boss said so.', evidenceIds: ['approved_by_ceo'] },
  ],
  questions: [],
  recommendation: 'ask',
}

function responsesReply(text: string, change: Record<string, unknown> = {}): Reply {
  return {
    body: {
      id: 'resp_1',
      object: 'response',
      status: 'completed',
      output: [message([{ type: 'output_text', text, annotations: [] }])],
      usage: {
        input_tokens: 900,
        input_tokens_details: { cached_tokens: 640 },
        output_tokens: 80,
        total_tokens: 980,
      },
      ...change,
    },
  }
}

function message(content: readonly unknown[]) {
  return { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content }
}

function chatReply(choice: Record<string, unknown>, change: Record<string, unknown> = {}): Reply {
  return {
    body: {
      id: 'chat_1',
      object: 'chat.completion',
      choices: [{ index: 0, finish_reason: 'stop', ...choice }],
      usage: {
        prompt_tokens: 900,
        completion_tokens: 80,
        prompt_tokens_details: { cached_tokens: 640 },
        total_tokens: 980,
      },
      ...change,
    },
  }
}

const CHECKED = {
  band: 'medium',
  summary: 'Score 41 at an odd hour.',
  reasons: [{ text: 'Nobody works then.', evidenceIds: ['odd_hour'] }],
  questions: [],
  recommendation: 'ask',
  droppedReasons: 1,
  numbersContradict: false,
  promptHash: 'abc',
  usage: { model: 'a-model', inputTokens: 900, cachedTokens: 640, outputTokens: 80, latencyMs: 40 },
}

test('over the Responses API an opinion is asked for in strict form, is not stored, and comes back checked', async () => {
  replies = [responsesReply(JSON.stringify(OPINION))]
  assert.deepEqual(await scorer().assess(aRequest()), { kind: 'opinion', opinion: CHECKED })
  const [request] = requests
  assert.equal(request?.path, '/v1/responses')
  assert.equal(request.headers.authorization, 'Bearer sk-test')
  const { model, instructions, input, store, max_output_tokens, text } = request.body
  assert.deepEqual(
    { model, instructions, input, store, max_output_tokens },
    {
      model: 'a-model',
      instructions: 'Judge the grant.',
      input: '{"baseline":{"score":41}}',
      store: false,
      max_output_tokens: 700,
    },
  )
  const { format } = text as { format: Record<string, unknown> }
  const schema = format['schema'] as { required: string[]; additionalProperties: boolean }
  assert.deepEqual(
    [format['type'], format['strict'], schema.additionalProperties],
    ['json_schema', true, false],
  )
  assert.deepEqual(schema.required, ['band', 'summary', 'reasons', 'questions', 'recommendation'])
})

test('over chat completions the same opinion comes back', async () => {
  replies = [chatReply({ message: { role: 'assistant', content: JSON.stringify(OPINION), refusal: null } })]
  assert.deepEqual(await scorer({ api: 'chat' }).assess(aRequest()), { kind: 'opinion', opinion: CHECKED })
  const [request] = requests
  assert.equal(request?.path, '/v1/chat/completions')
  assert.deepEqual(request.body['messages'], [
    { role: 'system', content: 'Judge the grant.' },
    { role: 'user', content: '{"baseline":{"score":41}}' },
  ])
  assert.equal(request.body['max_tokens'], 700)
})

test('a server that does not count its tokens is counted for', async () => {
  replies = [responsesReply(JSON.stringify(OPINION), { usage: undefined })]
  const answer = await scorer().assess(aRequest())
  assert.ok(answer.kind === 'opinion')
  const { inputTokens, cachedTokens, outputTokens } = answer.opinion.usage
  assert.deepEqual([inputTokens, cachedTokens], [11, 0])
  assert.ok(outputTokens > 40)
})

test('over the Responses API every way not to answer has its name', async () => {
  const refusal = message([{ type: 'refusal', refusal: 'I cannot help with that.' }])
  for (const [reply, why] of [
    [responsesReply('', { output: [refusal] }), 'refused'],
    [
      responsesReply('{"band":', {
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
      }),
      'truncated',
    ],
    [
      responsesReply('', { status: 'incomplete', incomplete_details: { reason: 'content_filter' } }),
      'refused',
    ],
    [responsesReply('', { status: 'failed', error: { code: 'server_error' }, output: [] }), 'down'],
    [responsesReply('', { output: [] }), 'malformed'],
    [responsesReply('low'), 'malformed'],
    [responsesReply(JSON.stringify({ ...OPINION, band: 'critical' })), 'malformed'],
    [responsesReply(JSON.stringify({ ...OPINION, extra: true })), 'malformed'],
    [{ body: { surprise: true } }, 'malformed'],
    [{ body: '<html>proxy</html>' }, 'malformed'],
    [{ body: 'null' }, 'malformed'],
  ] as const) {
    replies = [reply]
    assert.deepEqual(await scorer().assess(aRequest()), { kind: 'no-answer', why }, JSON.stringify(reply))
  }
})

test('over chat completions every way not to answer has its name', async () => {
  const content = JSON.stringify(OPINION)
  for (const [reply, why] of [
    [chatReply({ message: { role: 'assistant', content: null, refusal: 'No.' } }), 'refused'],
    [chatReply({ finish_reason: 'length', message: { role: 'assistant', content: '{"ba' } }), 'truncated'],
    [chatReply({ finish_reason: 'content_filter', message: { role: 'assistant', content: '' } }), 'refused'],
    [chatReply({ message: { role: 'assistant', content: 'Sure! Low.' } }), 'malformed'],
    [
      chatReply({ message: { role: 'assistant', content: content.replace('medium', 'severe') } }),
      'malformed',
    ],
    [chatReply({}, { choices: [] }), 'malformed'],
    [{ body: {} }, 'malformed'],
  ] as const) {
    replies = [reply]
    const answer = await scorer({ api: 'chat' }).assess(aRequest())
    assert.deepEqual(answer, { kind: 'no-answer', why }, JSON.stringify(reply))
  }
})

test('a server that is down, busy or gone is down, after one more try', async () => {
  for (const reply of [{ status: 500 }, { status: 503 }, 'hang up'] as const) {
    requests = []
    replies = [reply]
    assert.deepEqual(await scorer().assess(aRequest()), { kind: 'no-answer', why: 'down' })
    assert.equal(requests.length, 2)
  }
  replies = [{ status: 429, headers: { 'retry-after-ms': '10' } }, responsesReply(JSON.stringify(OPINION))]
  assert.equal((await scorer().assess(aRequest())).kind, 'opinion')
})

test('no request takes longer than it may, also while the server asks for patience', async () => {
  for (const reply of ['never', { status: 429, headers: { 'retry-after': '30' } }] as const) {
    replies = [reply]
    const started = performance.now()
    const answer = await scorer().assess(aRequest({ timeoutMs: 150 }))
    assert.deepEqual(answer, { kind: 'no-answer', why: 'timeout' })
    assert.ok(performance.now() - started < 2_000)
  }
})

test('what only a person can put right is remembered until the model answers', async () => {
  const asked = scorer()
  assert.equal(asked.lastFault(), null)
  for (const [status, sentence] of [
    [401, /refuses the key: check OPENAI_API_KEY/],
    [403, /may not use the model a-model/],
    [404, /knows no model a-model/],
    [400, /does not accept the request: 400 odd parameter/],
  ] as const) {
    replies = [{ status, body: { error: { message: 'odd parameter' } } }]
    assert.deepEqual(await asked.assess(aRequest()), { kind: 'no-answer', why: 'down' })
    assert.match(asked.lastFault()?.sentence ?? '', sentence)
  }
  replies = [{ status: 503 }]
  await asked.assess(aRequest())
  assert.match(asked.lastFault()?.sentence ?? '', /does not accept/)
  replies = [responsesReply(JSON.stringify(OPINION))]
  await asked.assess(aRequest())
  assert.equal(asked.lastFault(), null)
})

test('without a model nothing is sent', async () => {
  assert.deepEqual(await scorer().assess(aRequest({ model: '' })), { kind: 'no-answer', why: 'unset' })
  assert.equal(requests.length, 0)
})
