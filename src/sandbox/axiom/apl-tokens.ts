import { type Instant, parseInstant } from './instant.ts'

/** A query that the local Axiom refuses; its message says what is wrong and where. */
export class AplError extends Error {
  override readonly name = 'AplError'
}

export type Token =
  | { readonly kind: 'name' | 'symbol' | 'string'; readonly text: string; readonly at: number }
  | { readonly kind: 'number'; readonly text: string; readonly value: number; readonly at: number }
  | { readonly kind: 'moment'; readonly text: string; readonly instant: Instant; readonly at: number }
  | { readonly kind: 'end'; readonly text: ''; readonly at: number }

const QUERY_CHARACTERS_MAX = 100_000
const TOKENS_MAX = 20_000

const SPACE = /\s+/y
const NAME = /project-away\b|[A-Za-z_][A-Za-z0-9_]*/y
const NUMBER = /-?\d+(?:\.\d+)?(?![A-Za-z0-9_])/y
const SYMBOL = /==|!=|<=|>=|=~|[|(),<>=[\]{}*]/y
const MOMENT = /datetime\s*\(\s*(?:"([^"')]*)"|'([^"')]*)'|([^"')]*?))\s*\)/y

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  n: '\n',
  r: '\r',
  t: '\t',
}

/** Splits a query into tokens. Comments, verbatim strings and NUL are refused: ours contain none, an injection may. */
export function tokenize(apl: string): readonly Token[] {
  if (apl.length > QUERY_CHARACTERS_MAX)
    throw new AplError(`the query is longer than ${QUERY_CHARACTERS_MAX} characters`)
  const tokens: Token[] = []
  let at = 0
  while (at < apl.length) {
    const space = match(SPACE, apl, at)
    if (space !== undefined) {
      at += space[0].length
      continue
    }
    if (tokens.length >= TOKENS_MAX) throw new AplError(`the query has more than ${TOKENS_MAX} tokens`)
    const token = tokenAt(apl, at)
    tokens.push(token.token)
    at = token.end
  }
  tokens.push({ kind: 'end', text: '', at })
  return tokens
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(text) ?? undefined
}

function tokenAt(apl: string, at: number): { token: Token; end: number } {
  const moment = match(MOMENT, apl, at)
  if (moment !== undefined) return { token: momentToken(moment, at), end: at + moment[0].length }
  const first = apl.charAt(at)
  if (first === "'" || first === '"') return stringToken(apl, at)
  const name = match(NAME, apl, at)
  if (name !== undefined) return { token: { kind: 'name', text: name[0], at }, end: at + name[0].length }
  const number = match(NUMBER, apl, at)
  if (number !== undefined)
    return {
      token: { kind: 'number', text: number[0], value: Number(number[0]), at },
      end: at + number[0].length,
    }
  const symbol = match(SYMBOL, apl, at)
  if (symbol !== undefined)
    return { token: { kind: 'symbol', text: symbol[0], at }, end: at + symbol[0].length }
  throw new AplError(`unexpected ${JSON.stringify(first)} at position ${at}`)
}

function momentToken(found: RegExpExecArray, at: number): Token {
  const inner = found[1] ?? found[2] ?? found[3] ?? ''
  const instant = parseInstant(inner)
  if (instant === undefined) throw new AplError(`datetime(${inner}) at position ${at} is no RFC 3339 time`)
  return { kind: 'moment', text: found[0], instant, at }
}

function stringToken(apl: string, at: number): { token: Token; end: number } {
  const quote = apl.charAt(at)
  let text = ''
  for (let index = at + 1; index < apl.length; index += 1) {
    const character = apl.charAt(index)
    if (character === quote) return { token: { kind: 'string', text, at }, end: index + 1 }
    if (character === '\n' || character === '\r' || character === '\0')
      throw new AplError(`a literal at position ${at} holds a raw line break or NUL; escape or reject it`)
    if (character !== '\\') {
      text += character
      continue
    }
    index += 1
    const escaped = ESCAPES[apl.charAt(index)]
    if (escaped === undefined)
      throw new AplError(`unknown escape \\${apl.charAt(index)} in the literal at position ${at}`)
    text += escaped
  }
  throw new AplError(`the literal at position ${at} is not closed`)
}
