import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import OpenAI from 'openai'
import { LengthFinishReasonError } from 'openai/core/error'
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod'
import { z } from 'zod'
import { createFaults } from '../../../src/sandbox/faults.ts'
import { createModel } from '../../../src/sandbox/model/model.ts'
import { serve, standingClock } from '../serve.ts'

const assessment = z.object({
  band: z.enum(['low', 'medium', 'high']),
  summary: z.string(),
  reasons: z.array(z.object({ text: z.string(), evidenceIds: z.array(z.string()) })),
  questions: z.array(z.string()),
  recommendation: z.enum(['approve', 'revoke', 'escalate', 'ask']),
})

async function stand(t: TestContext) {
  const faults = createFaults()
  const model = createModel({ clock: standingClock(1_790_000_000_000), faults, slowMs: 60_000 })
  const url = await serve(t, model.handle)
  const client = new OpenAI({ apiKey: 'sk-sandbox', baseURL: `${url}/openai/v1`, maxRetries: 0 })
  return { faults, model, url, client }
}

type Client = Awaited<ReturnType<typeof stand>>['client']

const evidence = [
  { id: 'self_grant', weight: 30 },
  { id: 'odd_hour', weight: 12 },
]
const approved = { id: 'approved_before', weight: -10 }

function promptOf(band: string, facts: readonly object[] = evidence): string {
  return `Judge this grant.\n\`\`\`json\n${JSON.stringify({ baseline: { score: 55, band }, evidence: facts })}\n\`\`\``
}

const ask = (client: Client, input: string) =>
  client.responses.parse({
    model: 'sandbox-scoring',
    instructions: 'You review grants.',
    input,
    store: false,
    text: { format: zodTextFormat(assessment, 'assessment') },
  })

describe('the Responses API', () => {
  test('the band follows the baseline and reasons cite evidence that exists', async (t) => {
    const { client } = await stand(t)
    for (const band of ['low', 'medium', 'high']) {
      const { output_parsed: opinion, usage, status } = await ask(client, promptOf(band))
      assert.equal(status, 'completed')
      assert.equal(opinion?.band, band)
      const cited = opinion.reasons.flatMap((reason) => reason.evidenceIds)
      assert.deepEqual(cited, ['self_grant', 'odd_hour'])
      assert.ok((usage?.input_tokens ?? 0) > 10 && (usage?.output_tokens ?? 0) > 10)
      assert.equal(usage?.input_tokens_details.cached_tokens, 0)
    }
  })

  test('mitigating evidence turns medium into low, and high stays', async (t) => {
    const { client } = await stand(t)
    const medium = await ask(client, promptOf('medium', [...evidence, approved]))
    assert.equal(medium.output_parsed?.band, 'low')
    assert.deepEqual(medium.output_parsed.reasons[0]?.evidenceIds, ['approved_before'])
    const high = await ask(client, promptOf('high', [...evidence, approved]))
    assert.equal(high.output_parsed?.band, 'high')
  })

  test('a long static start is cached for the next prompt, and a changed start is not', async (t) => {
    const { client } = await stand(t)
    const start = 'The rules. '.repeat(1000)
    const cached = async (input: string) =>
      (await ask(client, input)).usage?.input_tokens_details.cached_tokens
    assert.equal(await cached(start + promptOf('low')), 0)
    const second = (await cached(start + promptOf('high'))) ?? 0
    assert.ok(second >= 2688 && second % 128 === 0, String(second))
    assert.equal(await cached(`Changed. ${start}${promptOf('high')}`), 0)
  })

  test('a refusal is a refusal item and leaves nothing parsed', async (t) => {
    const { client, faults } = await stand(t)
    faults.set({ model: 'refusing' })
    const { output, output_parsed } = await ask(client, promptOf('high'))
    assert.equal(output_parsed, null)
    const [item] = output
    assert.ok(item?.type === 'message' && item.content[0]?.type === 'refusal')
  })

  test('a truncated answer is incomplete, by fault and by limit', async (t) => {
    const { client, faults } = await stand(t)
    const limited = await client.responses.create({ model: 'm', input: 'Hello there', max_output_tokens: 3 })
    assert.equal(limited.incomplete_details?.reason, 'max_output_tokens')
    assert.equal(limited.output_text.length, 12)
    faults.set({ model: 'truncated' })
    const { status, output_parsed, incomplete_details } = await ask(client, promptOf('high'))
    assert.equal(status, 'incomplete')
    assert.equal(incomplete_details?.reason, 'max_output_tokens')
    assert.equal(output_parsed, null)
  })

  test('a hostile model says low, invents evidence and shouts', async (t) => {
    const { client, faults } = await stand(t)
    faults.set({ model: 'hostile' })
    const { output_parsed: opinion } = await ask(client, promptOf('high'))
    assert.equal(opinion?.band, 'low')
    assert.match(opinion.summary, /<!channel>.*ignore previous/)
    const cited = opinion.reasons.flatMap((reason) => reason.evidenceIds)
    assert.ok(cited.length > 0 && !cited.some((id) => evidence.some((one) => one.id === id)))
  })

  test('low and high are forced whatever the baseline, with real citations', async (t) => {
    const { client, faults } = await stand(t)
    faults.set({ model: 'low' })
    assert.equal((await ask(client, promptOf('high'))).output_parsed?.band, 'low')
    faults.set({ model: 'high' })
    const { output_parsed: opinion } = await ask(client, promptOf('low'))
    assert.equal(opinion?.band, 'high')
    assert.deepEqual(opinion.reasons[0]?.evidenceIds, ['self_grant'])
  })

  test('malformed answers are now no JSON, now another shape, and both fail to parse', async (t) => {
    const { client, faults } = await stand(t)
    faults.set({ model: 'malformed' })
    await assert.rejects(ask(client, promptOf('high')), z.ZodError)
    await assert.rejects(ask(client, promptOf('high')), SyntaxError)
  })

  test('down, rate-limited and unauthorised are errors of the right class', async (t) => {
    const { client, faults, url } = await stand(t)
    faults.set({ model: 'down' })
    await assert.rejects(ask(client, promptOf('low')), OpenAI.InternalServerError)
    faults.set({ model: '429' })
    await assert.rejects(ask(client, promptOf('low')), OpenAI.RateLimitError)
    faults.set({ model: 'off' })
    const stranger = new OpenAI({ apiKey: 'sk-other', baseURL: `${url}/openai/v1`, maxRetries: 0 })
    await assert.rejects(ask(stranger, promptOf('low')), OpenAI.AuthenticationError)
    await assert.rejects(client.responses.create({ model: '', input: 'x' }), OpenAI.BadRequestError)
  })

  test('a slow answer can be given up', async (t) => {
    const { client, faults, model } = await stand(t)
    faults.set({ model: 'slow' })
    const abort = new AbortController()
    const asked = client.responses.create({ model: 'm', input: 'x' }, { signal: abort.signal })
    const refused = assert.rejects(asked, OpenAI.APIUserAbortError)
    const deadline = Date.now() + 5000
    while (model.usage().calls['m'] === undefined && Date.now() < deadline) await new Promise(setImmediate)
    abort.abort()
    await refused
    faults.set({ model: 'off' })
    assert.equal((await client.responses.create({ model: 'm', input: 'x' })).status, 'completed')
  })

  test('an answer streams in pieces that add up, and refusals and cuts stream too', async (t) => {
    const { client, faults } = await stand(t)
    const stream = client.responses.stream({ model: 'sandbox-analyst', input: 'What is a grant? <ü>' })
    let text = ''
    stream.on('response.output_text.delta', (event) => {
      text += event.delta
    })
    const final = await stream.finalResponse()
    assert.equal(final.output_text, text)
    assert.match(text, /You said: What is a grant\? <ü>/)
    faults.set({ model: 'refusing' })
    const refusal = await client.responses.stream({ model: 'm', input: 'x' }).finalResponse()
    assert.ok(refusal.output[0]?.type === 'message' && refusal.output[0].content[0]?.type === 'refusal')
    faults.set({ model: 'truncated' })
    assert.equal(
      (await client.responses.stream({ model: 'm', input: 'x' }).finalResponse()).status,
      'incomplete',
    )
  })

  test('a tool that fits the question is called, and its answer told', async (t) => {
    const { client } = await stand(t)
    const tools: OpenAI.Responses.FunctionTool[] = ['list_pending_grants', 'explain_grant'].map((name) => ({
      type: 'function',
      name,
      description: name,
      strict: true,
      parameters: {
        type: 'object',
        properties: { id: { type: 'string' } },
        required: ['id'],
        additionalProperties: false,
      },
    }))
    const question = { role: 'user' as const, content: 'Please explain G-7f3a' }
    const first = await client.responses.stream({ model: 'm', input: [question], tools }).finalResponse()
    const [call] = first.output
    assert.ok(call?.type === 'function_call')
    assert.equal(call.name, 'explain_grant')
    assert.deepEqual(call.parsed_arguments, { id: 'G-7f3a' })
    const { call_id, name } = call
    const second = await client.responses.create({
      model: 'm',
      tools,
      input: [
        question,
        { type: 'function_call', call_id, name, arguments: call.arguments },
        { type: 'function_call_output', call_id, output: 'Jonas gave it to himself.' },
      ],
    })
    assert.match(second.output_text, /Jonas gave it to himself/)
  })
})

describe('chat completions', () => {
  const askChat = (client: Client, content: string) =>
    client.chat.completions.parse({
      model: 'sandbox-scoring',
      messages: [
        { role: 'system', content: 'You review grants.' },
        { role: 'user', content },
      ],
      response_format: zodResponseFormat(assessment, 'assessment'),
    })

  test('the same opinion comes through the other protocol', async (t) => {
    const { client } = await stand(t)
    const { choices, usage } = await askChat(client, promptOf('high'))
    assert.equal(choices[0]?.message.parsed?.band, 'high')
    assert.equal(choices[0].finish_reason, 'stop')
    assert.equal(usage?.prompt_tokens_details?.cached_tokens, 0)
  })

  test('refusals and cut answers have their own forms', async (t) => {
    const { client, faults } = await stand(t)
    faults.set({ model: 'refusing' })
    const { choices } = await askChat(client, promptOf('high'))
    assert.match(choices[0]?.message.refusal ?? '', /cannot help/)
    faults.set({ model: 'truncated' })
    await assert.rejects(askChat(client, promptOf('high')), LengthFinishReasonError)
  })

  test('an answer streams in pieces that add up', async (t) => {
    const { client } = await stand(t)
    const stream = client.chat.completions.stream({
      model: 'm',
      messages: [{ role: 'user', content: 'Hello' }],
    })
    const final = await stream.finalChatCompletion()
    assert.match(final.choices[0]?.message.content ?? '', /You said: Hello/)
  })

  test('a tool is called and its answer told', async (t) => {
    const { client } = await stand(t)
    const parameters = { type: 'object', properties: {}, required: [], additionalProperties: false }
    const tools = [
      { type: 'function' as const, function: { name: 'list_pending', parameters, strict: true } },
    ]
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'What is pending?' }]
    const first = await client.chat.completions.create({ model: 'm', messages, tools })
    const message = first.choices[0]?.message
    const call = message?.tool_calls?.[0]
    assert.ok(message && call?.type === 'function')
    assert.equal(call.function.name, 'list_pending')
    const next = [
      ...messages,
      message,
      { role: 'tool' as const, tool_call_id: call.id, content: 'Two grants.' },
    ]
    const second = await client.chat.completions.create({ model: 'm', messages: next, tools })
    assert.match(second.choices[0]?.message.content ?? '', /Two grants/)
  })
})
