import type { Answer, CheckedSentence } from '../domain/answer.ts'
import type { NoAnswer } from '../domain/assessment.ts'
import type { TranscriptEntry } from '../domain/transcript.ts'

/** The model as an analyst with tools, and how an answer reaches people. */

export interface AnalystTool {
  readonly name: string
  readonly description: string
  /** JSON Schema of its arguments, strict: every property required, none beyond them. */
  readonly parameters: Readonly<Record<string, unknown>>
}

/** What was said and found so far, in order. */
export type AnalystItem =
  | { readonly kind: 'said'; readonly by: 'person' | 'analyst'; readonly text: string }
  | { readonly kind: 'call'; readonly id: string; readonly name: string; readonly arguments: string }
  | { readonly kind: 'result'; readonly id: string; readonly text: string }

export interface AnalystRequest {
  readonly model: string
  readonly instructions: string
  readonly items: readonly AnalystItem[]
  /** Empty on the last turn, when an answer must come. */
  readonly tools: readonly AnalystTool[]
  /** JSON Schema of the final answer, with the name it goes by. */
  readonly answer: { readonly name: string; readonly schema: Readonly<Record<string, unknown>> }
  readonly timeoutMs: number
  readonly outputTokensMax: number
}

export interface AnalystUsage {
  readonly inputTokens: number
  readonly cachedTokens: number
  readonly outputTokens: number
}

export type AnalystStep =
  | {
      readonly kind: 'calls'
      readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[]
      readonly usage: AnalystUsage
    }
  /** The answer as the text it came as; whether it fits the schema is for the caller to check. */
  | { readonly kind: 'answer'; readonly text: string; readonly usage: AnalystUsage }
  | { readonly kind: 'no-answer'; readonly why: NoAnswer; readonly usage: AnalystUsage | null }

export interface Analyst {
  /** One turn. Never throws for what the model or its server does, nor for an abort (`timeout`). */
  turn(request: AnalystRequest, signal: AbortSignal): Promise<AnalystStep>
}

/** One search of an audit dataset; every text in it is data, escaped by the adapter. */
export interface ActivityQuery {
  readonly dataset: string
  readonly prefix: string | null
  /** Epoch milliseconds, by event time; `to` is exclusive. */
  readonly from: number
  readonly to: number
  /** Any of these words must occur somewhere in the event; none means all events. */
  readonly words: readonly string[]
  readonly limit: number
}

export interface ActivityRows {
  readonly apl: string
  readonly rows: readonly { readonly at: number | null; readonly event: unknown }[]
  /** Axiom could not answer for all of the window. */
  readonly partial: boolean
}

export interface ActivitySearch {
  search(query: ActivityQuery): Promise<ActivityRows>
}

/** What is being looked up, for the person who waits; title and state are our own words. */
export interface VisibleStep {
  readonly id: string
  readonly title: string
  readonly state: 'running' | 'done' | 'failed'
}

/** One answer on its way to a thread. */
export interface AnswerStream {
  /** Aborted when the person presses stop. */
  readonly stopped: AbortSignal
  step(step: VisibleStep): Promise<void>
  sentence(sentence: CheckedSentence): Promise<void>
  /** Ends the message: tables, sources, buttons; what was not streamed is shown now. */
  finish(answer: Answer): Promise<void>
}

/** What was said in threads with us; it expires by itself. */
export interface Transcripts {
  load(tenantId: string, thread: string): Promise<readonly TranscriptEntry[]>
  save(tenantId: string, thread: string, entries: readonly TranscriptEntry[]): Promise<void>
}

/** Tokens that conversations used, by tenant. */
export interface TokenMeter {
  add(tenantId: string, used: { readonly tokens: number; readonly at: number }): Promise<void>
  since(tenantId: string, since: number): Promise<number>
}
