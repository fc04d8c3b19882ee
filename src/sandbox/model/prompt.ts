import { isRecord, parseJson } from '../exchange.ts'

export type Band = 'low' | 'medium' | 'high'

export interface EvidenceFact {
  readonly id: string
  readonly isMitigating: boolean
  readonly weight: number
  readonly text: string
}

/** What a scoring prompt says about the grant: the measured evidence and the baseline. */
export interface PromptFacts {
  readonly score: number
  readonly band: Band
  readonly evidence: readonly EvidenceFact[]
}

const PROMPT_CHARACTERS_MAX = 1_000_000
const CANDIDATES_MAX = 500
const TEXT_MAX = 200

/** All text of a request's messages, in order, whatever form their content takes. */
export function textsOf(input: unknown): readonly string[] {
  if (typeof input === 'string') return [input]
  if (Array.isArray(input)) return input.flatMap(textsOf)
  if (!isRecord(input)) return []
  return [input['text'], input['content'], input['output']].flatMap(textsOf)
}

/** The text of the last thing that a person said. */
export function lastUserText(messages: unknown): string {
  if (typeof messages === 'string') return messages
  if (!Array.isArray(messages)) return ''
  const last: unknown = messages.findLast((message) => isRecord(message) && message['role'] === 'user')
  return textsOf(last).join('\n')
}

/** The last JSON object of the prompt that holds an evidence list and a baseline. */
export function factsOf(prompt: string): PromptFacts | undefined {
  const text = prompt.slice(-PROMPT_CHARACTERS_MAX)
  let found: PromptFacts | undefined
  let at = text.indexOf('{')
  for (let tried = 0; at !== -1 && tried < CANDIDATES_MAX; tried += 1) {
    const end = endOfObject(text, at)
    const facts = end === undefined ? undefined : factsIn(parseJson(text.slice(at, end)))
    if (facts !== undefined) found = facts
    // What lies inside a matching object is its data, never a newer statement of the facts.
    at = text.indexOf('{', facts !== undefined && end !== undefined ? end : at + 1)
  }
  return found
}

/** The index after the brace that closes the one at `start`; braces inside strings do not count. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0
  let isInString = false
  for (let index = start; index < text.length; index += 1) {
    const character = text.charAt(index)
    if (isInString) {
      if (character === '\\') index += 1
      else if (character === '"') isInString = false
    } else if (character === '"') isInString = true
    else if (character === '{') depth += 1
    else if (character === '}') {
      depth -= 1
      if (depth === 0) return index + 1
    }
  }
  return undefined
}

function factsIn(value: unknown): PromptFacts | undefined {
  if (!isRecord(value) || !Array.isArray(value['evidence']) || !isRecord(value['baseline'])) return undefined
  const { score, band } = value['baseline']
  if (band !== 'low' && band !== 'medium' && band !== 'high') return undefined
  return {
    band,
    score: typeof score === 'number' ? score : 0,
    evidence: value['evidence'].flatMap(evidenceOf),
  }
}

function evidenceOf(item: unknown): EvidenceFact[] {
  if (!isRecord(item) || typeof item['id'] !== 'string') return []
  const weight = typeof item['weight'] === 'number' ? item['weight'] : 0
  const text = [item['sentence'], item['text']].find((one) => typeof one === 'string')
  return [
    {
      id: item['id'],
      weight,
      isMitigating: weight < 0 || Object.values(item).includes('mitigating'),
      text: typeof text === 'string' ? text.slice(0, TEXT_MAX) : item['id'].replaceAll('_', ' '),
    },
  ]
}
