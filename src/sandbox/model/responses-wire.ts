import { isRecord } from '../exchange.ts'
import type { Ask, Reply } from './ask.ts'
import { lastUserText, textsOf } from './prompt.ts'
import { toolsOf } from './tools.ts'

export interface Usage {
  readonly inputTokens: number
  readonly cachedTokens: number
  readonly outputTokens: number
}

export interface Numbered {
  readonly id: string
  readonly createdAt: number
}

type Item = Readonly<Record<string, unknown>>

/** Reads a request of the Responses API. */
export function readResponsesRequest(body: Readonly<Record<string, unknown>>): Ask {
  const { input, instructions, tools, text } = body
  const items: readonly unknown[] = Array.isArray(input) ? input : []
  const last: unknown = items.at(-1)
  const format = isRecord(text) ? text['format'] : undefined
  const limit = body['max_output_tokens']
  return {
    model: String(body['model']),
    prompt: textsOf([instructions, input]).join('\n'),
    said: lastUserText(input),
    toolOutput:
      isRecord(last) && last['type'] === 'function_call_output' ? textsOf(last['output']).join('\n') : null,
    tools: toolsOf(tools),
    schema: isRecord(format) && format['type'] === 'json_schema' ? (format['schema'] ?? {}) : null,
    outputTokensMax: typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY,
    isStream: body['stream'] === true,
  }
}

function itemOf(reply: Reply, id: string): Item {
  if (reply.kind === 'tool')
    return {
      type: 'function_call',
      id: `fc_${id}`,
      call_id: `call_${id}`,
      name: reply.call.name,
      arguments: reply.call.arguments,
      status: 'completed',
    }
  const isCut = reply.kind === 'text' && reply.isCut
  return {
    type: 'message',
    id: `msg_${id}`,
    role: 'assistant',
    status: isCut ? 'incomplete' : 'completed',
    content: [partOf(reply.kind, reply.text)],
  }
}

function partOf(kind: 'text' | 'refusal', text: string): Item {
  if (kind === 'refusal') return { type: 'refusal', refusal: text }
  return { type: 'output_text', text, annotations: [], logprobs: [] }
}

/** The finished response, as one JSON object. */
export function responsesAnswer(ask: Ask, reply: Reply, usage: Usage, numbered: Numbered): Item {
  const isCut = reply.kind === 'text' && reply.isCut
  return {
    ...shell(ask, numbered),
    status: isCut ? 'incomplete' : 'completed',
    incomplete_details: isCut ? { reason: 'max_output_tokens' } : null,
    output: [itemOf(reply, numbered.id)],
    usage: {
      input_tokens: usage.inputTokens,
      input_tokens_details: { cached_tokens: usage.cachedTokens, cache_write_tokens: 0 },
      output_tokens: usage.outputTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: usage.inputTokens + usage.outputTokens,
    },
  }
}

function shell(ask: Ask, numbered: Numbered): Item {
  return {
    id: `resp_${numbered.id}`,
    object: 'response',
    created_at: numbered.createdAt,
    status: 'in_progress',
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    metadata: {},
    model: ask.model,
    output: [],
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
  }
}

const DELTA_CHARACTERS = 24

/** The events of a streamed response, in the order in which OpenAI sends them. */
export function* responsesEvents(
  ask: Ask,
  reply: Reply,
  usage: Usage,
  numbered: Numbered,
): Generator<Item & { readonly type: string }> {
  let number = 0
  const event = (type: string, fields: Item) => ({ type, sequence_number: number++, ...fields })
  const started = shell(ask, numbered)
  const done = responsesAnswer(ask, reply, usage, numbered)
  const item = itemOf(reply, numbered.id)
  const place = { item_id: item['id'], output_index: 0 }
  yield event('response.created', { response: started })
  yield event('response.in_progress', { response: started })
  const empty = reply.kind === 'tool' ? { arguments: '' } : { content: [] }
  yield event('response.output_item.added', {
    output_index: 0,
    item: { ...item, ...empty, status: 'in_progress' },
  })
  if (reply.kind === 'tool') {
    const { arguments: text } = reply.call
    const type = 'response.function_call_arguments'
    for (const delta of deltasOf(text)) yield event(`${type}.delta`, { ...place, delta })
    yield event(`${type}.done`, { ...place, arguments: text, name: reply.call.name })
  } else {
    const inPart = { ...place, content_index: 0 }
    const type = reply.kind === 'refusal' ? 'response.refusal' : 'response.output_text'
    const logprobs = reply.kind === 'refusal' ? {} : { logprobs: [] }
    yield event('response.content_part.added', { ...inPart, part: partOf(reply.kind, '') })
    for (const delta of deltasOf(reply.text)) yield event(`${type}.delta`, { ...inPart, ...logprobs, delta })
    const whole = reply.kind === 'refusal' ? { refusal: reply.text } : { text: reply.text, ...logprobs }
    yield event(`${type}.done`, { ...inPart, ...whole })
    yield event('response.content_part.done', { ...inPart, part: partOf(reply.kind, reply.text) })
  }
  yield event('response.output_item.done', { output_index: 0, item })
  yield event(done['status'] === 'completed' ? 'response.completed' : 'response.incomplete', {
    response: done,
  })
}

export function deltasOf(text: string): readonly string[] {
  const characters = [...text]
  return Array.from({ length: Math.ceil(characters.length / DELTA_CHARACTERS) }, (_, index) =>
    characters.slice(index * DELTA_CHARACTERS, (index + 1) * DELTA_CHARACTERS).join(''),
  )
}
