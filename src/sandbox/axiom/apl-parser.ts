import { AplError, type Token, tokenize } from './apl-tokens.ts'
import type { Instant } from './instant.ts'

export type Scalar = string | number | boolean

export type Operand =
  | { readonly kind: 'field'; readonly path: readonly string[] }
  | { readonly kind: 'literal'; readonly value: Scalar }
  | { readonly kind: 'moment'; readonly instant: Instant }
  | { readonly kind: 'lower'; readonly of: Operand }
  | { readonly kind: 'if-exists'; readonly name: string; readonly fallback: Scalar }

export const COMPARISONS = ['==', '!=', '<', '<=', '>', '>=', '=~'] as const
export type Comparison = (typeof COMPARISONS)[number]

export type Condition =
  | { readonly kind: 'every' | 'some'; readonly of: readonly Condition[] }
  | { readonly kind: 'compare'; readonly by: Comparison; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'among'; readonly left: Operand; readonly values: readonly Operand[] }
  | {
      readonly kind: 'text'
      readonly test: 'contains' | 'startswith'
      readonly left: Operand
      readonly part: string
    }
  | { readonly kind: 'present'; readonly test: 'isnotnull' | 'isnotempty'; readonly of: Operand }

export interface Aggregate {
  readonly name: string
  readonly by: 'count' | 'max' | 'min'
  readonly path: readonly string[]
}

export type Stage =
  | { readonly kind: 'where'; readonly condition: Condition }
  | { readonly kind: 'project'; readonly columns: readonly { name: string; of: Operand }[] }
  | { readonly kind: 'project-away'; readonly names: readonly string[] }
  | { readonly kind: 'sort'; readonly keys: readonly { path: readonly string[]; descending: boolean }[] }
  | { readonly kind: 'limit'; readonly rows: number }
  | {
      readonly kind: 'summarize'
      readonly aggregates: readonly Aggregate[]
      readonly by: readonly (readonly string[])[]
    }

export interface AplQuery {
  readonly dataset: string
  readonly stages: readonly Stage[]
}

const STAGES_MAX = 20
const DEPTH_MAX = 32
const ROWS_MAX = 50_000

interface Reader {
  peek(): Token
  next(): Token
  /** Takes the symbol or keyword if it is next. */
  take(text: string): boolean
  expect(text: string): void
}

function createReader(tokens: readonly Token[]): Reader {
  let position = 0
  const end: Token = { kind: 'end', text: '', at: 0 }
  const peek = () => tokens[position] ?? end
  const isNext = (text: string) => {
    const token = peek()
    return (token.kind === 'symbol' || token.kind === 'name') && token.text === text
  }
  return {
    peek,
    next() {
      const token = peek()
      position += 1
      return token
    },
    take(text) {
      if (!isNext(text)) return false
      position += 1
      return true
    },
    expect(text) {
      if (!isNext(text)) throw wrong(peek(), `"${text}"`)
      position += 1
    },
  }
}

function wrong(token: Token, wanted: string): AplError {
  const found = token.kind === 'end' ? 'the end of the query' : JSON.stringify(token.text)
  return new AplError(`expected ${wanted} at position ${token.at}, found ${found}`)
}

/** Parses the few shapes of query that Countersign sends; anything else is refused with the reason. */
export function parseApl(apl: string): AplQuery {
  const reader = createReader(tokenize(apl))
  reader.expect('[')
  const dataset = stringOf(reader)
  reader.expect(']')
  const stages: Stage[] = []
  while (reader.take('|')) {
    if (stages.length >= STAGES_MAX) throw new AplError(`the query has more than ${STAGES_MAX} stages`)
    stages.push(stageOf(reader))
  }
  if (reader.peek().kind !== 'end') throw wrong(reader.peek(), '"|" or the end of the query')
  return { dataset, stages }
}

function stageOf(reader: Reader): Stage {
  const token = reader.next()
  switch (token.kind === 'name' ? token.text : '') {
    case 'where':
      return { kind: 'where', condition: someOf(reader, 0) }
    case 'project':
      return { kind: 'project', columns: listOf(reader, columnOf) }
    case 'project-away':
      return { kind: 'project-away', names: listOf(reader, (inner) => nameOf(pathOf(inner))) }
    case 'sort':
      reader.expect('by')
      return { kind: 'sort', keys: listOf(reader, sortKeyOf) }
    case 'limit':
    case 'take':
      return { kind: 'limit', rows: rowsOf(reader) }
    case 'summarize':
      return {
        kind: 'summarize',
        aggregates: listOf(reader, aggregateOf),
        by: reader.take('by') ? listOf(reader, pathOf) : [],
      }
    default:
      throw new AplError(
        `the local Axiom does not know the operator ${JSON.stringify(token.text)} at position ${token.at}; it knows where, project, project-away, sort, limit, take and summarize`,
      )
  }
}

function listOf<T>(reader: Reader, item: (reader: Reader) => T): readonly T[] {
  const items = [item(reader)]
  while (reader.take(',')) items.push(item(reader))
  return items
}

function stringOf(reader: Reader): string {
  const token = reader.next()
  if (token.kind !== 'string') throw wrong(token, 'a quoted string')
  return token.text
}

function rowsOf(reader: Reader): number {
  const token = reader.next()
  if (token.kind !== 'number' || !Number.isSafeInteger(token.value) || token.value < 1)
    throw wrong(token, 'a whole number of rows')
  if (token.value > ROWS_MAX) throw new AplError(`the limit ${token.value} is over ${ROWS_MAX} rows`)
  return token.value
}

function pathOf(reader: Reader): readonly string[] {
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

function nameOf(path: readonly string[]): string {
  return path.join('.')
}

function columnOf(reader: Reader): { name: string; of: Operand } {
  const of = operandOf(reader, 0)
  if (of.kind !== 'field') throw new AplError('project needs a name for a computed column: name = value')
  const name = nameOf(of.path)
  return reader.take('=') ? { name, of: operandOf(reader, 0) } : { name, of }
}

function sortKeyOf(reader: Reader): { path: readonly string[]; descending: boolean } {
  const path = pathOf(reader)
  if (reader.take('asc')) return { path, descending: false }
  // As in Kusto, a sort without a direction is descending.
  reader.take('desc')
  return { path, descending: true }
}

function aggregateOf(reader: Reader): Aggregate {
  const first = reader.next()
  if (first.kind !== 'name') throw wrong(first, 'count(), max(field) or min(field)')
  if (!reader.take('=')) return aggregateCall(reader, first.text, undefined)
  return aggregateCall(reader, reader.next().text, first.text)
}

function aggregateCall(reader: Reader, by: string, name: string | undefined): Aggregate {
  if (by !== 'count' && by !== 'max' && by !== 'min')
    throw new AplError(`the local Axiom does not know the aggregate ${JSON.stringify(by)}`)
  reader.expect('(')
  const path = by === 'count' ? [] : pathOf(reader)
  reader.expect(')')
  return { name: name ?? `${by}_${nameOf(path)}`, by, path }
}

function someOf(reader: Reader, depth: number): Condition {
  const of = [everyOf(reader, depth)]
  while (reader.take('or')) of.push(everyOf(reader, depth))
  return of.length === 1 && of[0] !== undefined ? of[0] : { kind: 'some', of }
}

function everyOf(reader: Reader, depth: number): Condition {
  const of = [conditionOf(reader, depth)]
  while (reader.take('and')) of.push(conditionOf(reader, depth))
  return of.length === 1 && of[0] !== undefined ? of[0] : { kind: 'every', of }
}

function conditionOf(reader: Reader, depth: number): Condition {
  if (depth > DEPTH_MAX) throw new AplError(`conditions are nested more than ${DEPTH_MAX} levels deep`)
  if (reader.take('(')) {
    const inner = someOf(reader, depth + 1)
    reader.expect(')')
    return inner
  }
  for (const test of ['isnotnull', 'isnotempty'] as const)
    if (reader.take(test)) {
      reader.expect('(')
      const of = operandOf(reader, depth)
      reader.expect(')')
      return { kind: 'present', test, of }
    }
  return testOf(reader, operandOf(reader, depth))
}

function testOf(reader: Reader, left: Operand): Condition {
  const token = reader.next()
  if (token.kind === 'name' && token.text === 'in') {
    reader.expect('(')
    const values = listOf(reader, literalOf)
    reader.expect(')')
    return { kind: 'among', left, values }
  }
  if (token.kind === 'name' && (token.text === 'contains' || token.text === 'startswith'))
    return { kind: 'text', test: token.text, left, part: stringOf(reader) }
  const by = COMPARISONS.find((candidate) => token.kind === 'symbol' && candidate === token.text)
  if (by === undefined) throw wrong(token, 'a comparison that the local Axiom knows')
  return { kind: 'compare', by, left, right: operandOf(reader, 0) }
}

function literalOf(reader: Reader): Operand {
  const operand = operandOf(reader, 0)
  if (operand.kind === 'field') throw new AplError(`a list holds the field ${nameOf(operand.path)}`)
  return operand
}

function operandOf(reader: Reader, depth: number): Operand {
  if (depth > DEPTH_MAX) throw new AplError(`functions are nested more than ${DEPTH_MAX} levels deep`)
  const token = reader.peek()
  if (token.kind === 'string' || token.kind === 'number' || token.kind === 'moment') {
    reader.next()
    if (token.kind === 'moment') return { kind: 'moment', instant: token.instant }
    return { kind: 'literal', value: token.kind === 'number' ? token.value : token.text }
  }
  if (reader.take('true')) return { kind: 'literal', value: true }
  if (reader.take('false')) return { kind: 'literal', value: false }
  if (reader.take('tolower')) return lowerOf(reader, depth)
  if (reader.take('column_ifexists')) return ifExistsOf(reader)
  const path = pathOf(reader)
  const open = reader.peek()
  if (open.kind === 'symbol' && open.text === '(')
    throw new AplError(`the local Axiom does not know the function ${nameOf(path)}() at position ${token.at}`)
  return { kind: 'field', path }
}

function lowerOf(reader: Reader, depth: number): Operand {
  reader.expect('(')
  const of = operandOf(reader, depth + 1)
  reader.expect(')')
  return { kind: 'lower', of }
}

function ifExistsOf(reader: Reader): Operand {
  reader.expect('(')
  const name = stringOf(reader)
  reader.expect(',')
  const fallback = operandOf(reader, 0)
  if (fallback.kind !== 'literal') throw new AplError('the default of column_ifexists must be a literal')
  reader.expect(')')
  return { kind: 'if-exists', name, fallback: fallback.value }
}
