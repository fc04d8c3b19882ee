import { isRecord } from '../exchange.ts'
import type { Ask, Reply } from './ask.ts'
import { lastUserText, textsOf } from './prompt.ts'
import { deltasOf, type Numbered, type Usage } from './responses-wire.ts'
import { toolsOf } from './tools.ts'

type Item = Readonly<Record<string, unknown>>

/** Reads a request of the chat completions API. */
export function readChatRequest(body: Readonly<Record<string, unknown>>): Ask {
  const { messages, tools, response_format: format } = body
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined
  const jsonSchema = isRecord(format) && isRecord(format['json_schema']) ? format['json_schema'] : undefined
  const limit = body['max_completion_tokens'] ?? body['max_tokens']
  return {
    model: String(body['model']),
    prompt: textsOf(messages).join('\n'),
    said: lastUserText(messages),
    toolOutput: isRecord(last) && last['role'] === 'tool' ? textsOf(last['content']).join('\n') : null,
    tools: toolsOf(tools),
    schema: jsonSchema === undefined ? null : (jsonSchema['schema'] ?? {}),
    outputTokensMax: typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY,
    isStream: body['stream'] === true,
  }
}

export function chatAnswer(ask: Ask, reply: Reply, usage: Usage, numbered: Numbered): Item {
  const message = {
    role: 'assistant',
    content: reply.kind === 'text' ? reply.text : null,
    refusal: reply.kind === 'refusal' ? reply.text : null,
    ...(reply.kind === 'tool' && { tool_calls: [toolCallOf(reply, numbered)] }),
  }
  return {
    ...head(ask, numbered, 'chat.completion'),
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishOf(reply) }],
    usage: chatUsage(usage),
  }
}

/** The chunks of a streamed completion; the last one carries the usage, as `include_usage` asks. */
export function* chatChunks(ask: Ask, reply: Reply, usage: Usage, numbered: Numbered): Generator<Item> {
  const common = head(ask, numbered, 'chat.completion.chunk')
  const chunk = (delta: Item, finish: string | null = null) => ({
    ...common,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  })
  yield chunk({ role: 'assistant', content: '' })
  if (reply.kind === 'tool') yield chunk({ tool_calls: [{ index: 0, ...toolCallOf(reply, numbered) }] })
  else
    for (const delta of deltasOf(reply.text))
      yield chunk(reply.kind === 'refusal' ? { refusal: delta } : { content: delta })
  yield chunk({}, finishOf(reply))
  yield { ...common, choices: [], usage: chatUsage(usage) }
}

function head(ask: Ask, numbered: Numbered, object: string): Item {
  return { id: `chatcmpl-${numbered.id}`, object, created: numbered.createdAt, model: ask.model }
}

function toolCallOf(reply: Extract<Reply, { kind: 'tool' }>, numbered: Numbered): Item {
  return { id: `call_${numbered.id}`, type: 'function', function: reply.call }
}

function finishOf(reply: Reply): string {
  if (reply.kind === 'tool') return 'tool_calls'
  return reply.kind === 'text' && reply.isCut ? 'length' : 'stop'
}

function chatUsage(usage: Usage): Item {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedTokens, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  }
}
