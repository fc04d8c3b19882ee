import type { Tool, ToolCall } from './tools.ts'

/** What the stub says, before either API's wire puts it into its own form. */
export type Reply =
  | { readonly kind: 'text'; readonly text: string; readonly isCut: boolean }
  | { readonly kind: 'refusal'; readonly text: string }
  | { readonly kind: 'tool'; readonly call: ToolCall }

/** A request of either API, reduced to what the stub looks at. */
export interface Ask {
  readonly model: string
  readonly prompt: string
  readonly said: string
  /** What the last tool answered, where that is the newest item. */
  readonly toolOutput: string | null
  readonly tools: readonly Tool[]
  /** The schema that the answer must follow; null for plain text. */
  readonly schema: unknown
  readonly outputTokensMax: number
  readonly isStream: boolean
}
