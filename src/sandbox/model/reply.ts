import type { Faults } from '../faults.ts'
import { analystReply, isAnalystAsk } from './analyst.ts'
import type { Ask, Reply } from './ask.ts'
import { assessmentWith, HOSTILE_TEXT, honestAssessment, hostileAssessment } from './assessment.ts'
import { shapeTo } from './json-schema.ts'
import { factsOf } from './prompt.ts'
import { chooseTool, sentenceOf } from './tools.ts'

/** Four characters a token is near enough for a stub. */
export function tokensOf(text: string): number {
  return Math.ceil(text.length / 4)
}

/** Answers as the faults say, else honestly. `turn` counts answers: malformed ones alternate between two kinds. */
export function replyTo(ask: Ask, faults: Faults, turn: number): Reply {
  if (faults.has('model', 'refusing')) return { kind: 'refusal', text: 'I cannot help with assessing this.' }
  if (isAnalystAsk(ask) && !faults.has('model', 'malformed') && !faults.has('model', 'truncated'))
    return analystReply(ask, faults, turn)
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
