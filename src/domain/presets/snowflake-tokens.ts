/**
 * One SQL statement of Snowflake as tokens. Total and bounded: any text gives a list, and what is cut off or never
 * closed simply ends there.
 */

const TEXT_MAX = 20_000
const TOKENS_MAX = 500

export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'sign'
  /** A word as written, a quoted name or a text without its quotes. */
  readonly text: string
}

const SPACE = /\s+|--[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y
const PARTS: readonly (readonly [Token['kind'], RegExp])[] = [
  ['word', /[\p{L}_][\p{L}\p{N}_$]*/uy],
  ['quoted', /"((?:[^"]|"")*)(?:"|$)/y],
  ['string', /'((?:[^'\\]|''|\\[\s\S])*)(?:'|$)/y],
  ['string', /\$\$([\s\S]*?)(?:\$\$|$)/y],
  ['sign', /[\s\S]/uy],
]

export function tokensOf(sql: string): readonly Token[] {
  const text = sql.slice(0, TEXT_MAX)
  const tokens: Token[] = []
  let at = 0
  // Space and token take turns, so twice as many steps as tokens are enough.
  for (let step = 0; step < TOKENS_MAX * 2 && at < text.length; step += 1) {
    SPACE.lastIndex = at
    const space = SPACE.exec(text)
    if (space !== null && space[0] !== '') {
      at = SPACE.lastIndex
      continue
    }
    const token = tokenAt(text, at)
    if (token === null) break
    tokens.push(token.token)
    at = token.end
  }
  return tokens
}

function tokenAt(text: string, at: number): { readonly token: Token; readonly end: number } | null {
  for (const [kind, pattern] of PARTS) {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match === null || match[0] === '') continue
    const inside = match[1] ?? match[0]
    const written = kind === 'quoted' ? inside.replaceAll('""', '"') : inside
    return { token: { kind, text: written }, end: pattern.lastIndex }
  }
  return null
}
