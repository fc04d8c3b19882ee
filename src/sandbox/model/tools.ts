import { isRecord, parseJson } from '../exchange.ts'
import { shapeTo } from './json-schema.ts'

export interface Tool {
  readonly name: string
  readonly description: string
  readonly parameters: unknown
}

export interface ToolCall {
  readonly name: string
  readonly arguments: string
}

const GRANT_ID = /\bG-[0-9A-Za-z]{2,40}\b/i

/** The function tools of a request, in the form of either API. */
export function toolsOf(value: unknown): readonly Tool[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((tool) => {
    if (!isRecord(tool) || tool['type'] !== 'function') return []
    const definition = isRecord(tool['function']) ? tool['function'] : tool
    const { name, description, parameters } = definition
    if (typeof name !== 'string') return []
    return { name, description: typeof description === 'string' ? description : '', parameters }
  })
}

/** The tool whose name shares the most words with what was said, called with what little the stub understands. */
export function chooseTool(tools: readonly Tool[], said: string): ToolCall | undefined {
  const words = wordsOf(said)
  const scored = tools
    .map((tool) => ({ tool, score: wordsOf(tool.name).filter((word) => words.includes(word)).length }))
    .filter((one) => one.score > 0)
    .toSorted((a, b) => b.score - a.score)
  const tool = scored[0]?.tool
  return tool === undefined
    ? undefined
    : { name: tool.name, arguments: JSON.stringify(argumentsOf(tool, said)) }
}

function argumentsOf(tool: Tool, said: string): unknown {
  const properties = isRecord(tool.parameters) ? tool.parameters['properties'] : undefined
  const id = GRANT_ID.exec(said)?.[0]
  const known = Object.keys(isRecord(properties) ? properties : {}).flatMap((key) => {
    if (id !== undefined && /id|grant/i.test(key)) return [[key, id]]
    return /query|question|text|search/i.test(key) ? [[key, said.slice(0, 200)]] : []
  })
  return shapeTo(tool.parameters, Object.fromEntries(known))
}

function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 3)
    .map((word) => word.replace(/s$/, ''))
}

/** Says in a sentence what a tool answered, quoting at most its beginning. */
export function sentenceOf(output: string): string {
  const value = parseJson(output)
  const text = typeof value === 'string' ? value : output
  return `The tool says: ${text.slice(0, 600)}`
}
