import type { Faults } from '../faults.ts'
import { assessmentWith, HOSTILE_TEXT, honestAssessment, hostileAssessment } from './assessment.ts'
import { shapeTo } from './json-schema.ts'
import { factsOf } from './prompt.ts'
import { chooseTool, sentenceOf, type Tool, type ToolCall } from './tools.ts'

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

/** Four characters a token is near enough for a stub. */
export function tokensOf(text: string): number {
  return Math.ceil(text.length / 4)
}

/** Answers as the faults say, else honestly. `turn` counts answers: malformed ones alternate between two kinds. */
export function replyTo(ask: Ask, faults: Faults, turn: number): Reply {
  if (faults.has('model', 'refusing')) return { kind: 'refusal', text: 'I cannot help with assessing this.' }
  if (ask.schema === null && ask.toolOutput === null && !faults.has('model', 'hostile')) {
    const call = chooseTool(ask.tools, ask.said)
    if (call !== undefined) return { kind: 'tool', call }
  }
  const text = ask.schema === null ? plainText(ask, faults) : structuredText(ask, faults, turn)
  const limit = faults.has('model', 'truncated') ? Math.floor(tokensOf(text) / 2) : ask.outputTokensMax
  return tokensOf(text) > limit
    ? { kind: 'text', text: text.slice(0, limit * 4), isCut: true }
    : { kind: 'text', text, isCut: false }
}

function structuredText(ask: Ask, faults: Faults, turn: number): string {
  if (faults.has('model', 'malformed'))
    return turn % 2 === 0
      ? 'Sure! Here is my assessment: it looks fine.'
      : '{"verdict":"fine","reasons":"none"}'
  const facts = factsOf(ask.prompt) ?? { score: 0, band: 'low', evidence: [] }
  const honest = honestAssessment(facts)
  const forced = (['low', 'high'] as const).find((band) => faults.has('model', band))
  const assessment = forced === undefined ? honest : assessmentWith(facts, forced)
  return JSON.stringify(
    shapeTo(ask.schema, faults.has('model', 'hostile') ? hostileAssessment() : assessment),
  )
}

function plainText(ask: Ask, faults: Faults): string {
  if (faults.has('model', 'hostile')) return HOSTILE_TEXT
  if (faults.has('model', 'malformed')) return ''
  if (ask.toolOutput !== null) return sentenceOf(ask.toolOutput)
  const facts = factsOf(ask.prompt)
  if (facts !== undefined) return honestAssessment(facts).summary
  return `This is the sandbox's stand-in for a language model, which answers from a script. You said: ${ask.said.slice(0, 300)}`
}
