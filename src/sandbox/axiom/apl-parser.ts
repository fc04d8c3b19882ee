import { nameOf, type Operand, operandOf, pathOf } from './apl-operands.ts'
import { createReader, listOf, type Reader, stringOf, wrong } from './apl-reader.ts'
import { AplError, tokenize } from './apl-tokens.ts'

const COMPARISONS = ['==', '!=', '<', '<=', '>', '>=', '=~'] as const
export type Comparison = (typeof COMPARISONS)[number]

export type Condition =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'every' | 'some'; readonly of: readonly Condition[] }
  | { readonly kind: 'compare'; readonly by: Comparison; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'among'; readonly left: Operand; readonly values: readonly Operand[] }
  | {
      readonly kind: 'text'
      readonly test: 'contains' | 'startswith'
      readonly left: Operand
      readonly part: string
    }
  /** `* contains 'part'`: any text of the row. */
  | { readonly kind: 'anywhere'; readonly part: string }
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

function rowsOf(reader: Reader): number {
  const token = reader.next()
  if (token.kind !== 'number' || !Number.isSafeInteger(token.value) || token.value < 1)
    throw wrong(token, 'a whole number of rows')
  if (token.value > ROWS_MAX) throw new AplError(`the limit ${token.value} is over ${ROWS_MAX} rows`)
  return token.value
}

function columnOf(reader: Reader): { name: string; of: Operand } {
  const of = operandOf(reader)
  if (of.kind !== 'field') throw new AplError('project needs a name for a computed column: name = value')
  const name = nameOf(of.path)
  return reader.take('=') ? { name, of: operandOf(reader) } : { name, of }
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
  if (reader.take('*')) {
    const token = reader.next()
    if (token.kind !== 'name' || token.text !== 'contains') throw wrong(token, '"contains" after *')
    return { kind: 'anywhere', part: stringOf(reader) }
  }
  for (const test of ['isnotnull', 'isnotempty'] as const)
    if (reader.take(test)) {
      reader.expect('(')
      const of = operandOf(reader)
      reader.expect(')')
      return { kind: 'present', test, of }
    }
  const left = operandOf(reader)
  const next = reader.peek()
  const isAlone = next.kind === 'end' || [')', '|', 'and', 'or'].includes(next.text)
  if (left.kind === 'literal' && typeof left.value === 'boolean' && isAlone)
    return { kind: 'constant', value: left.value }
  return testOf(reader, left)
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
  return { kind: 'compare', by, left, right: operandOf(reader) }
}

function literalOf(reader: Reader): Operand {
  const operand = operandOf(reader)
  if (operand.kind === 'field') throw new AplError(`a list holds the field ${nameOf(operand.path)}`)
  return operand
}
