import { type Reader, stringOf, wrong } from './apl-reader.ts'
import { AplError } from './apl-tokens.ts'
import type { Instant } from './instant.ts'

export type Scalar = string | number | boolean

/** What `column_ifexists` gives for a field that is not there: a scalar, or an empty object for `dynamic({})`. */
export type Fallback = Scalar | Readonly<Record<string, never>>

export type Operand =
  | { readonly kind: 'field'; readonly path: readonly string[] }
  | { readonly kind: 'literal'; readonly value: Scalar }
  | { readonly kind: 'moment'; readonly instant: Instant }
  | { readonly kind: 'lower' | 'text'; readonly of: Operand }
  | {
      readonly kind: 'if-exists'
      readonly name: string
      readonly fallback: Fallback
      readonly keys: readonly string[]
    }

const DEPTH_MAX = 32

export function pathOf(reader: Reader): readonly string[] {
  const token = reader.next()
  if (token.kind === 'name') return [token.text, ...keysOf(reader)]
  if (token.kind !== 'symbol' || token.text !== '[') throw wrong(token, 'a field')
  const first = stringOf(reader)
  reader.expect(']')
  return [first, ...keysOf(reader)]
}

function keysOf(reader: Reader): readonly string[] {
  const keys: string[] = []
  while (reader.take('[')) {
    if (keys.length >= DEPTH_MAX) throw new AplError(`a field is nested more than ${DEPTH_MAX} levels deep`)
    keys.push(stringOf(reader))
    reader.expect(']')
  }
  return keys
}

export function nameOf(path: readonly string[]): string {
  return path.join('.')
}

/** The functions of one operand that are known, and what each becomes. */
const FUNCTIONS = { tolower: 'lower', tostring: 'text' } as const

export function operandOf(reader: Reader, depth = 0): Operand {
  if (depth > DEPTH_MAX) throw new AplError(`functions are nested more than ${DEPTH_MAX} levels deep`)
  const token = reader.peek()
  if (token.kind === 'string' || token.kind === 'number' || token.kind === 'moment') {
    reader.next()
    if (token.kind === 'moment') return { kind: 'moment', instant: token.instant }
    return { kind: 'literal', value: token.kind === 'number' ? token.value : token.text }
  }
  if (reader.take('true')) return { kind: 'literal', value: true }
  if (reader.take('false')) return { kind: 'literal', value: false }
  for (const [name, kind] of Object.entries(FUNCTIONS))
    if (reader.take(name)) {
      reader.expect('(')
      const of = operandOf(reader, depth + 1)
      reader.expect(')')
      return { kind, of }
    }
  if (reader.take('column_ifexists')) return ifExistsOf(reader)
  const path = pathOf(reader)
  const open = reader.peek()
  if (open.kind === 'symbol' && open.text === '(')
    throw new AplError(`the local Axiom does not know the function ${nameOf(path)}() at position ${token.at}`)
  return { kind: 'field', path }
}

function ifExistsOf(reader: Reader): Operand {
  reader.expect('(')
  const name = stringOf(reader)
  reader.expect(',')
  const fallback = fallbackOf(reader)
  reader.expect(')')
  return { kind: 'if-exists', name, fallback, keys: keysOf(reader) }
}

function fallbackOf(reader: Reader): Fallback {
  if (reader.take('dynamic')) {
    for (const symbol of ['(', '{', '}', ')']) reader.expect(symbol)
    return {}
  }
  const fallback = operandOf(reader)
  if (fallback.kind !== 'literal') throw new AplError('the default of column_ifexists must be a literal')
  return fallback.value
}
