import type OpenAI from 'openai'
import type { NoAnswer } from '../domain/assessment.ts'
import type { Analyst, AnalystItem, AnalystRequest, AnalystStep, AnalystUsage } from '../ports/analyst.ts'
import { type ModelConnection, openClient, whyOf } from './scorer.ts'

/** More calls of one turn are not looked at. */
const CALLS_MAX = 16
const CHARACTERS_A_TOKEN = 4

type Ask = (request: AnalystRequest, signal: AbortSignal) => Promise<AnalystStep>

/** Asks a model for its next step, over either of OpenAI's protocols. */
export function createAnalyst(connection: ModelConnection): Analyst {
  const client = openClient(connection)
  const ask =
    connection.api === 'responses' ? responsesOf(client) : chatOf(client, connection.baseUrl !== null)
  return {
    async turn(request, signal) {
      if (request.model === '') return noAnswer('unset')
      try {
        return await ask(request, AbortSignal.any([signal, AbortSignal.timeout(request.timeoutMs)]))
      } catch (error) {
        return noAnswer(whyOf(error))
      }
    },
  }
}

function noAnswer(why: NoAnswer, usage: AnalystUsage | null = null): AnalystStep {
  return { kind: 'no-answer', why, usage }
}

function stepOf(
  read: {
    readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[]
    readonly text: string
  },
  usage: AnalystUsage,
): AnalystStep {
  if (read.calls.length > 0) return { kind: 'calls', calls: read.calls.slice(0, CALLS_MAX), usage }
  return read.text === '' ? noAnswer('malformed', usage) : { kind: 'answer', text: read.text, usage }
}

/** A server that does not count must not make the budget boundless. */
function estimate(request: AnalystRequest, output: string): AnalystUsage {
  return {
    inputTokens: Math.ceil(
      (request.instructions.length + JSON.stringify([request.items, request.tools]).length) /
        CHARACTERS_A_TOKEN,
    ),
    cachedTokens: 0,
    outputTokens: Math.ceil(output.length / CHARACTERS_A_TOKEN),
  }
}

function responsesOf(client: OpenAI): Ask {
  return async (request, signal) => {
    const response = await client.responses.create(
      {
        model: request.model,
        instructions: request.instructions,
        input: request.items.map(inputItemOf),
        ...(request.tools.length === 0
          ? {}
          : {
              tools: request.tools.map(({ name, description, parameters }) => ({
                type: 'function' as const,
                name,
                description,
                parameters: { ...parameters },
                strict: true,
              })),
            }),
        text: { format: { type: 'json_schema', ...formatOf(request), strict: true } },
        max_output_tokens: request.outputTokensMax,
        store: false,
      },
      { signal, timeout: request.timeoutMs },
    )
    const usage = response.usage
      ? {
          inputTokens: response.usage.input_tokens,
          cachedTokens: response.usage.input_tokens_details?.cached_tokens ?? 0,
          outputTokens: response.usage.output_tokens,
        }
      : estimate(request, JSON.stringify(response.output))
    const isRefused = response.output.some(
      (item) => item.type === 'message' && item.content.some((part) => part.type === 'refusal'),
    )
    if (isRefused || response.incomplete_details?.reason === 'content_filter')
      return noAnswer('refused', usage)
    if (response.status === 'incomplete') return noAnswer('truncated', usage)
    if (response.status === 'failed' || response.status === 'cancelled') return noAnswer('down', usage)
    const calls = response.output.flatMap((item) =>
      item.type === 'function_call' ? [{ id: item.call_id, name: item.name, arguments: item.arguments }] : [],
    )
    return stepOf({ calls, text: response.output_text }, usage)
  }
}

function formatOf({ answer }: AnalystRequest): { name: string; schema: Record<string, unknown> } {
  return { name: answer.name, schema: { ...answer.schema } }
}

function inputItemOf(item: AnalystItem): OpenAI.Responses.ResponseInputItem {
  switch (item.kind) {
    case 'said':
      return { role: item.by === 'person' ? 'user' : 'assistant', content: item.text }
    case 'call':
      return { type: 'function_call', call_id: item.id, name: item.name, arguments: item.arguments }
    case 'result':
      return { type: 'function_call_output', call_id: item.id, output: item.text }
  }
}

function chatOf(client: OpenAI, isCompatibleServer: boolean): Ask {
  return async (request, signal) => {
    const completion = await client.chat.completions.create(
      {
        model: request.model,
        messages: [{ role: 'system', content: request.instructions }, ...messagesOf(request.items)],
        ...(request.tools.length === 0
          ? {}
          : {
              tools: request.tools.map(({ name, description, parameters }) => ({
                type: 'function' as const,
                function: { name, description, parameters: { ...parameters }, strict: true },
              })),
            }),
        response_format: { type: 'json_schema', json_schema: { ...formatOf(request), strict: true } },
        // OpenAI's newer models refuse the old name, and many compatible servers know no other; nor do they store.
        ...(isCompatibleServer
          ? { max_tokens: request.outputTokensMax }
          : { max_completion_tokens: request.outputTokensMax, store: false }),
      },
      { signal, timeout: request.timeoutMs },
    )
    const [choice] = completion.choices
    const usage = completion.usage
      ? {
          inputTokens: completion.usage.prompt_tokens,
          cachedTokens: completion.usage.prompt_tokens_details?.cached_tokens ?? 0,
          outputTokens: completion.usage.completion_tokens,
        }
      : estimate(request, JSON.stringify(choice ?? ''))
    if (choice?.message.refusal || choice?.finish_reason === 'content_filter')
      return noAnswer('refused', usage)
    if (choice?.finish_reason === 'length') return noAnswer('truncated', usage)
    const calls = (choice?.message.tool_calls ?? []).flatMap((call) =>
      call.type === 'function'
        ? [{ id: call.id, name: call.function.name, arguments: call.function.arguments }]
        : [],
    )
    return stepOf({ calls, text: choice?.message.content ?? '' }, usage)
  }
}

/** Calls of one turn stand together in one message, as the protocol wants them. */
function messagesOf(items: readonly AnalystItem[]): OpenAI.ChatCompletionMessageParam[] {
  const messages: OpenAI.ChatCompletionMessageParam[] = []
  for (const item of items) {
    const last = messages.at(-1)
    if (item.kind === 'said')
      messages.push({ role: item.by === 'person' ? 'user' : 'assistant', content: item.text })
    else if (item.kind === 'result')
      messages.push({ role: 'tool', tool_call_id: item.id, content: item.text })
    else {
      const call = {
        id: item.id,
        type: 'function' as const,
        function: { name: item.name, arguments: item.arguments },
      }
      if (last?.role === 'assistant' && last.tool_calls !== undefined) last.tool_calls.push(call)
      else messages.push({ role: 'assistant', tool_calls: [call] })
    }
  }
  return messages
}
