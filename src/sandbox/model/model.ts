import { once } from 'node:events'
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { WorldClock } from '../clock.ts'
import { answerJson, isRecord, parseJson, readBody, urlOf } from '../exchange.ts'
import type { Faults } from '../faults.ts'
import type { Ask, Reply } from './ask.ts'
import { chatAnswer, chatChunks, readChatRequest } from './chat-wire.ts'
import { strictFault } from './json-schema.ts'
import { replyTo, tokensOf } from './reply.ts'
import {
  type Numbered,
  readResponsesRequest,
  responsesAnswer,
  responsesEvents,
  type Usage,
} from './responses-wire.ts'

export const SANDBOX_MODEL_KEY = 'sk-sandbox'
export const SANDBOX_MODELS = { scoring: 'sandbox-scoring', analyst: 'sandbox-analyst' } as const

const BODY_BYTES_MAX = 10 * 1024 * 1024
const SLOW_MS = 20_000
/** OpenAI caches prefixes from 1,024 tokens on, in steps of 128. */
const CACHE_TOKENS_MIN = 1024
const CACHE_TOKENS_STEP = 128
const PROMPTS_KEPT_MAX = 20

export interface StubModel {
  /** Handles /openai/v1/*; false when the path is not the model's. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>
  usage(): { readonly calls: Readonly<Record<string, number>> }
}

const WIRES = {
  '/openai/v1/responses': 'responses',
  '/openai/v1/chat/completions': 'chat',
} as const

type Wire = (typeof WIRES)[keyof typeof WIRES]

/** A model that speaks OpenAI's two protocols and answers by rule, so that a run can be repeated. */
export function createModel(options: { clock: WorldClock; faults: Faults; slowMs?: number }): StubModel {
  const { clock, faults, slowMs = SLOW_MS } = options
  const calls: Record<string, number> = {}
  const prompts: string[] = []
  let turn = 0

  const cachedTokensOf = (prompt: string): number => {
    const shared = Math.max(0, ...prompts.map((earlier) => sharedPrefix(earlier, prompt)))
    prompts.unshift(prompt)
    prompts.length = Math.min(prompts.length, PROMPTS_KEPT_MAX)
    const tokens = Math.floor(shared / 4)
    return tokens < CACHE_TOKENS_MIN ? 0 : tokens - (tokens % CACHE_TOKENS_STEP)
  }

  const answer = async (wire: Wire, body: Readonly<Record<string, unknown>>, response: ServerResponse) => {
    const ask = wire === 'responses' ? readResponsesRequest(body) : readChatRequest(body)
    calls[ask.model] = (calls[ask.model] ?? 0) + 1
    turn += 1
    if (faults.has('model', 'slow') && !(await waitUnlessClosed(slowMs, response))) return
    const reply = replyTo(ask, faults, turn)
    const written = reply.kind === 'tool' ? reply.call.arguments : reply.text
    const usage: Usage = {
      inputTokens: tokensOf(ask.prompt),
      cachedTokens: cachedTokensOf(`${ask.model}\n${ask.prompt}`),
      outputTokens: tokensOf(written),
    }
    const numbered = { id: `sandbox${turn}`, createdAt: Math.floor(clock.now() / 1000) }
    if (ask.isStream) await stream(response, eventsOf(wire, { ask, reply, usage, numbered }))
    else
      answerJson(
        response,
        200,
        (wire === 'responses' ? responsesAnswer : chatAnswer)(ask, reply, usage, numbered),
      )
  }

  return {
    async handle(request, response) {
      const { pathname } = urlOf(request)
      if (!pathname.startsWith('/openai/')) return false
      const read = await readBody(request, BODY_BYTES_MAX)
      const wire = Object.entries(WIRES).find(([path]) => path === pathname)?.[1]
      const body = 'problem' in read ? undefined : parseJson(read.text)
      const refused = refusal(request, {
        faults,
        body,
        isKnown: wire !== undefined && request.method === 'POST',
      })
      if (refused !== undefined)
        answerJson(response, refused.status, { error: refused.error }, refused.headers)
      else if (wire !== undefined && isRecord(body)) await answer(wire, body, response)
      return true
    },
    usage: () => ({ calls: { ...calls } }),
  }
}

interface Refusal {
  readonly status: number
  readonly error: Readonly<Record<string, unknown>>
  readonly headers?: OutgoingHttpHeaders
}

function refused(status: number, type: string, message: string, headers: OutgoingHttpHeaders = {}): Refusal {
  return { status, error: { message, type, param: null, code: null }, headers }
}

function refusal(
  request: IncomingMessage,
  context: { readonly faults: Faults; readonly body: unknown; readonly isKnown: boolean },
): Refusal | undefined {
  const { faults, body } = context
  if (request.headers.authorization !== `Bearer ${SANDBOX_MODEL_KEY}`)
    return refused(401, 'invalid_request_error', 'Incorrect API key provided.')
  if (!context.isKnown) return refused(404, 'invalid_request_error', 'Unknown request URL.')
  if (faults.has('model', 'down')) return refused(503, 'server_error', 'The engine is currently overloaded.')
  if (faults.has('model', '429'))
    return refused(429, 'rate_limit_exceeded', 'Rate limit reached.', { 'retry-after': '1' })
  if (!isRecord(body)) return refused(400, 'invalid_request_error', 'We could not parse the JSON body.')
  if (typeof body['model'] !== 'string' || body['model'] === '')
    return refused(400, 'invalid_request_error', 'you must provide a model parameter')
  if (body['input'] === undefined && !Array.isArray(body['messages']))
    return refused(400, 'invalid_request_error', "Missing required parameter: 'input' or 'messages'.")
  const fault = formatFault(body)
  return fault === undefined ? undefined : refused(400, 'invalid_request_error', `Invalid schema: ${fault}.`)
}

/** What is wrong with the strict schema that the request asks for. */
function formatFault(body: Readonly<Record<string, unknown>>): string | undefined {
  const { text, response_format: chatFormat } = body
  const format = isRecord(text)
    ? text['format']
    : isRecord(chatFormat)
      ? chatFormat['json_schema']
      : undefined
  if (!isRecord(format) || format['strict'] !== true) return undefined
  return strictFault(format['schema'])
}

function sharedPrefix(one: string, other: string): number {
  const length = Math.min(one.length, other.length)
  let index = 0
  while (index < length && one.charCodeAt(index) === other.charCodeAt(index)) index += 1
  return index
}

/** False when the other side hung up first. */
async function waitUnlessClosed(ms: number, response: ServerResponse): Promise<boolean> {
  const done = new AbortController()
  const closed = once(response, 'close', { signal: done.signal }).then(
    () => false,
    () => true,
  )
  const waited = wait(ms, true, { signal: done.signal }).catch(() => false)
  const first = await Promise.race([closed, waited])
  done.abort()
  return first
}

function* eventsOf(
  wire: Wire,
  parts: { ask: Ask; reply: Reply; usage: Usage; numbered: Numbered },
): Generator<string> {
  const { ask, reply, usage, numbered } = parts
  if (wire === 'responses') {
    for (const event of responsesEvents(ask, reply, usage, numbered))
      yield `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
    return
  }
  for (const chunk of chatChunks(ask, reply, usage, numbered)) yield `data: ${JSON.stringify(chunk)}\n\n`
  yield 'data: [DONE]\n\n'
}

async function stream(response: ServerResponse, events: Iterable<string>): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  for (const event of events) {
    if (response.destroyed) return
    if (!response.write(event)) await Promise.race([once(response, 'drain'), once(response, 'close')])
  }
  response.end()
}
