import { z } from 'zod'
import type { Bar } from './authority.ts'
import { ACTIONS, type Action } from './decision.ts'
import type { Cell, ToolResult } from './tool-result.ts'

/** An answer to a question about cases: drafted by a model or by rules, checked by code, shown to people. */

export interface DraftSentence {
  readonly text: string
  /** Results (`r1`) or rows of them (`r1:3`). */
  readonly cites: readonly string[]
}

/** What a model drafts. Cells of tables and charts are never the model's: it names results and columns. */
export interface DraftAnswer {
  readonly sentences: readonly DraftSentence[]
  /** True when the data does not say. */
  readonly cannotSay: boolean
  readonly table: { readonly result: string; readonly columns: readonly string[] } | null
  /** A bar chart of how often each value of a column occurs in a result. */
  readonly chart: { readonly result: string; readonly column: string } | null
  /** A decision to lay before a person, who may press the button or not. */
  readonly prepare: { readonly grant: string; readonly action: Action; readonly reason: string } | null
}

export interface Cite {
  readonly resultId: string
  /** Counted from 1; null for the result as a whole. */
  readonly row: number | null
  readonly grantId: string | null
}

export interface CheckedSentence {
  readonly text: string
  readonly cites: readonly Cite[]
}

export type RemovalReason =
  | 'no citation'
  | 'citation not found'
  | 'number not in the data'
  | 'name not in the data'
  | 'not about the data'
  | 'repeats the instructions'

export interface RemovedSentence {
  readonly text: string
  readonly why: RemovalReason
}

export interface AnswerTable {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

export interface AnswerChart {
  readonly title: string
  readonly bars: readonly { readonly label: string; readonly value: number }[]
}

/** Why an answer is less than it could be, in the order it happened. */
export type LeftOut =
  | 'turns'
  | 'tool calls'
  | 'queries of Axiom'
  | 'tokens'
  | 'time'
  | 'stopped'
  | 'model down'
  | 'model refused'

export interface PreparedDecision {
  readonly grantId: string
  readonly action: Action
  readonly reason: string
}

/** Why a decision that was asked for is not laid before the person who asked. */
export interface NotPrepared {
  /** Null where the question does not say which case is meant. */
  readonly grantId: string | null
  readonly why: Bar | 'which-case' | 'settled'
}

const preparedSchema = z.strictObject({ grantId: z.string(), action: z.enum(ACTIONS), reason: z.string() })

/** A stored preparation; what does not read as one is none. */
export function parsePrepared(value: unknown): PreparedDecision | null {
  const parsed = preparedSchema.safeParse(value)
  return parsed.success ? parsed.data : null
}

export interface Answer {
  /** Names the answer in events, and in what people say of it. */
  readonly id: string
  readonly sentences: readonly CheckedSentence[]
  readonly removed: readonly RemovedSentence[]
  readonly cannotSay: boolean
  readonly table: AnswerTable | null
  readonly chart: AnswerChart | null
  /** Results that a kept sentence, the table or the chart rests on. */
  readonly cited: readonly ToolResult[]
  readonly prepared: PreparedDecision | null
  readonly notPrepared: NotPrepared | null
  readonly leftOut: readonly LeftOut[]
  /** The model that drafted it; null when rules did: no model is set, or `leftOut` says why it gave no answer. */
  readonly model: string | null
  /** The clock on which its times are told. */
  readonly timezone: string
}
