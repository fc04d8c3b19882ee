import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai'
import { ContentFilterFinishReasonError, LengthFinishReasonError } from 'openai/error'
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod'
import type { ModelAnswer, ModelUsage, NoAnswer } from '../domain/assessment.ts'
import { checkOpinion, type OpinionAnswer, opinionSchema } from '../domain/opinion.ts'
import type { Clock, Scorer, ScoringRequest } from '../ports.ts'

export interface ModelConnection {
  readonly apiKey: string
  /** Null is OpenAI's own. */
  readonly baseUrl: string | null
  /** Many compatible servers speak chat completions only. */
  readonly api: 'responses' | 'chat'
}

/** What a person must put right before the model can answer, as one sentence. */
export interface ModelFault {
  readonly at: number
  readonly sentence: string
}

const OPENAI_URL = 'https://api.openai.com/v1'
const FORMAT_NAME = 'assessment'
/** One more try, inside the time that the request has anyway. */
const RETRIES = 1

/** The opinion as the wire gave it, or why there is none, with what it cost. */
type WireAnswer =
  | { readonly kind: 'answer'; readonly answer: OpinionAnswer; readonly tokens: Tokens | null }
  | { readonly kind: 'no-answer'; readonly why: NoAnswer }

type Tokens = Pick<ModelUsage, 'inputTokens' | 'cachedTokens' | 'outputTokens'>

type Ask = (request: ScoringRequest, signal: AbortSignal) => Promise<WireAnswer>

/** Asks a model for its opinion, over either of OpenAI's protocols. */
export function createScorer(
  connection: ModelConnection & { readonly clock: Clock },
): Scorer & { lastFault(): ModelFault | null } {
  const { clock } = connection
  const client = openClient(connection)
  const ask =
    connection.api === 'responses' ? responsesOf(client) : chatOf(client, connection.baseUrl !== null)
  let fault: ModelFault | null = null
  return {
    lastFault: () => fault,
    async assess(request) {
      if (request.model === '') return { kind: 'no-answer', why: 'unset' }
      const startedAt = clock.now()
      try {
        const answer = await ask(request, AbortSignal.timeout(request.timeoutMs))
        fault = null
        return answer.kind === 'no-answer' ? answer : opinionOf(request, answer, clock.now() - startedAt)
      } catch (error) {
        const sentence = faultOf(error, request.model)
        if (sentence !== null) fault = { at: clock.now(), sentence }
        return { kind: 'no-answer', why: whyOf(error) }
      }
    },
  }
}

export function openClient({ apiKey, baseUrl }: ModelConnection): OpenAI {
  return new OpenAI({
    apiKey,
    baseURL: baseUrl ?? OPENAI_URL,
    organization: null,
    project: null,
    maxRetries: RETRIES,
    logLevel: 'off',
  })
}

function opinionOf(
  request: ScoringRequest,
  { answer, tokens }: Extract<WireAnswer, { kind: 'answer' }>,
  latencyMs: number,
): ModelAnswer {
  const checked = checkOpinion(answer, { evidenceIds: request.evidenceIds, data: request.input })
  const usage = { model: request.model, ...(tokens ?? estimate(request, answer)), latencyMs }
  return { kind: 'opinion', opinion: { ...checked, promptHash: request.promptHash, usage } }
}

const CHARACTERS_A_TOKEN = 4

/** A server that does not count must not make the budget boundless. */
function estimate(request: ScoringRequest, answer: OpinionAnswer): Tokens {
  const characters = request.instructions.length + request.input.length
  return {
    inputTokens: Math.ceil(characters / CHARACTERS_A_TOKEN),
    cachedTokens: 0,
    outputTokens: Math.ceil(JSON.stringify(answer).length / CHARACTERS_A_TOKEN),
  }
}

function responsesOf(client: OpenAI): Ask {
  return async (request, signal) => {
    const response = await client.responses.parse(
      {
        model: request.model,
        instructions: request.instructions,
        input: request.input,
        text: { format: zodTextFormat(opinionSchema, FORMAT_NAME) },
        max_output_tokens: request.outputTokensMax,
        store: false,
      },
      { signal, timeout: request.timeoutMs },
    )
    const isRefused = response.output.some(
      (item) => item.type === 'message' && item.content.some((part) => part.type === 'refusal'),
    )
    if (isRefused || response.incomplete_details?.reason === 'content_filter') return noAnswer('refused')
    if (response.status === 'incomplete') return noAnswer('truncated')
    if (response.status === 'failed' || response.status === 'cancelled') return noAnswer('down')
    if (response.output_parsed === null) return noAnswer('malformed')
    const { usage } = response
    return {
      kind: 'answer',
      answer: response.output_parsed,
      tokens: usage
        ? {
            inputTokens: usage.input_tokens,
            cachedTokens: usage.input_tokens_details?.cached_tokens ?? 0,
            outputTokens: usage.output_tokens,
          }
        : null,
    }
  }
}

function chatOf(client: OpenAI, isCompatibleServer: boolean): Ask {
  return async (request, signal) => {
    const completion = await client.chat.completions.parse(
      {
        model: request.model,
        messages: [
          { role: 'system', content: request.instructions },
          { role: 'user', content: request.input },
        ],
        response_format: zodResponseFormat(opinionSchema, FORMAT_NAME),
        // OpenAI's newer models refuse the old name, and many compatible servers know no other; nor do they store.
        ...(isCompatibleServer
          ? { max_tokens: request.outputTokensMax }
          : { max_completion_tokens: request.outputTokensMax, store: false }),
      },
      { signal, timeout: request.timeoutMs },
    )
    const [choice] = completion.choices
    if (choice?.message.refusal) return noAnswer('refused')
    const answer = choice?.message.parsed
    if (answer === null || answer === undefined) return noAnswer('malformed')
    const { usage } = completion
    return {
      kind: 'answer',
      answer,
      tokens: usage
        ? {
            inputTokens: usage.prompt_tokens,
            cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
            outputTokens: usage.completion_tokens,
          }
        : null,
    }
  }
}

function noAnswer(why: NoAnswer): WireAnswer {
  return { kind: 'no-answer', why }
}

/** Whatever is not the connection, a limit or a status is an answer that could not be read. */
export function whyOf(error: unknown): NoAnswer {
  if (error instanceof LengthFinishReasonError) return 'truncated'
  if (error instanceof ContentFilterFinishReasonError) return 'refused'
  if (error instanceof APIConnectionTimeoutError || error instanceof APIUserAbortError) return 'timeout'
  if (error instanceof APIConnectionError) return 'down'
  if (error instanceof APIError) return error.code === 'content_filter' ? 'refused' : 'down'
  return error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'malformed'
}

const MESSAGE_CHARACTERS_MAX = 200

/** A sentence for whoever runs the app, where waiting will not help. */
function faultOf(error: unknown, model: string): string | null {
  if (!(error instanceof APIError)) return null
  if (error.status === 401) return "The model's server refuses the key: check OPENAI_API_KEY."
  if (error.status === 403) return `The key may not use the model ${model}: check its permissions.`
  if (error.status === 404)
    return `The model's server knows no model ${model}, or not this API: check the model's name, OPENAI_BASE_URL and OPENAI_API.`
  if (error.status === 400 || error.status === 422)
    return `The model's server does not accept the request: ${error.message.slice(0, MESSAGE_CHARACTERS_MAX)}`
  return null
}
