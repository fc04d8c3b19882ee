import type { Operand, Scalar } from './apl-operands.ts'
import type { Aggregate, AplQuery, Condition, Stage } from './apl-parser.ts'
import { AplError } from './apl-tokens.ts'
import { lookUp, type Row } from './row.ts'

const ROWS_DEFAULT = 1000
const MOMENT_FIELDS: readonly string[] = ['_time', '_sysTime']

/** What a stage works on: rows, and every field that a later stage may name. */
export interface Flow {
  readonly rows: readonly Row[]
  readonly columns: readonly string[]
  knows(path: readonly string[]): boolean
}

export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
  readonly rowsMatched: number
}

/** Runs a parsed query over one dataset's rows, in the order of Axiom: newest `_time` first unless sorted. */
export function runApl(query: AplQuery, source: Flow): Table {
  const leading = query.stages.findIndex((stage) => stage.kind !== 'where')
  const filters = leading === -1 ? query.stages : query.stages.slice(0, leading)
  const rest = leading === -1 ? [] : query.stages.slice(leading)
  const matched = filters.reduce(applyStage, source)
  const ordered = rest.some((stage) => stage.kind === 'sort' || stage.kind === 'summarize')
    ? matched
    : { ...matched, rows: matched.rows.toSorted((a, b) => compareValues(b['_time'], a['_time'])) }
  const end = rest.reduce(applyStage, ordered)
  const rows = rest.some((stage) => stage.kind === 'limit') ? end.rows : end.rows.slice(0, ROWS_DEFAULT)
  return { columns: end.columns, rows, rowsMatched: matched.rows.length }
}

function applyStage(flow: Flow, stage: Stage): Flow {
  switch (stage.kind) {
    case 'where': {
      const test = compileCondition(stage.condition, flow)
      return { ...flow, rows: flow.rows.filter(test) }
    }
    case 'limit':
      return { ...flow, rows: flow.rows.slice(0, stage.rows) }
    case 'sort':
      return { ...flow, rows: sortRows(flow, stage.keys) }
    case 'project': {
      const columns = stage.columns.map((column) => ({ ...column, value: compileOperand(column.of, flow) }))
      return flowOf(
        columns.map((column) => column.name),
        flow.rows.map((row) => Object.fromEntries(columns.map((column) => [column.name, column.value(row)]))),
      )
    }
    case 'project-away':
      return flowOf(
        flow.columns.filter((name) => !stage.names.includes(name)),
        flow.rows,
      )
    case 'summarize':
      return summarize(flow, stage)
  }
}

function flowOf(columns: readonly string[], rows: readonly Row[]): Flow {
  return {
    columns,
    rows,
    knows: (path) => columns.includes(path.join('.')) || columns.includes(path[0] ?? ''),
  }
}

function sortRows(
  flow: Flow,
  keys: readonly { path: readonly string[]; descending: boolean }[],
): readonly Row[] {
  const sorts = keys.map((key) => ({
    value: compileOperand({ kind: 'field', path: key.path }, flow),
    sign: key.descending ? -1 : 1,
  }))
  return flow.rows.toSorted((a, b) => {
    for (const sort of sorts) {
      const order = compareValues(sort.value(a), sort.value(b))
      if (order !== 0) return order * sort.sign
    }
    return 0
  })
}

/** Nothing first, then numbers, booleans and texts; texts by code unit, as instants need it. */
function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  return rankOf(a) - rankOf(b) || Number(a === true) - Number(b === true)
}

function rankOf(value: unknown): number {
  if (value === null || value === undefined) return 0
  return ['number', 'boolean', 'string', 'object'].indexOf(typeof value) + 1
}

function summarize(
  flow: Flow,
  stage: { readonly aggregates: readonly Aggregate[]; readonly by: readonly (readonly string[])[] },
): Flow {
  const by = stage.by.map((path) => ({
    name: path.join('.'),
    value: compileOperand({ kind: 'field', path }, flow),
  }))
  const aggregates = stage.aggregates.map((aggregate) => ({
    ...aggregate,
    value:
      aggregate.by === 'count' ? () => null : compileOperand({ kind: 'field', path: aggregate.path }, flow),
  }))
  const groups = new Map<string, Row[]>()
  // Without `by` there is one row even where nothing matched: a count of zero.
  if (by.length === 0) groups.set('[]', [])
  for (const row of flow.rows) {
    const key = JSON.stringify(by.map((group) => group.value(row)))
    const rows = groups.get(key)
    if (rows === undefined) groups.set(key, [row])
    else rows.push(row)
  }
  const rows = [...groups.values()].map((members) => {
    const first = members[0] ?? {}
    return Object.fromEntries([
      ...by.map((group) => [group.name, group.value(first)]),
      ...aggregates.map((aggregate) => [aggregate.name, aggregateOf(aggregate, members)]),
    ])
  })
  return flowOf(
    [...by, ...aggregates].map((column) => column.name),
    rows,
  )
}

function aggregateOf(
  aggregate: { readonly by: Aggregate['by']; readonly value: (row: Row) => unknown },
  rows: readonly Row[],
): unknown {
  if (aggregate.by === 'count') return rows.length
  const sign = aggregate.by === 'max' ? 1 : -1
  let best: unknown = null
  for (const row of rows) {
    const value = aggregate.value(row)
    if (value === null || value === undefined) continue
    if (best === null || compareValues(value, best) * sign > 0) best = value
  }
  return best
}

function compileOperand(operand: Operand, flow: Flow): (row: Row) => unknown {
  switch (operand.kind) {
    case 'literal':
      return () => operand.value
    case 'moment':
      return () => operand.instant
    case 'lower': {
      const inner = compileOperand(operand.of, flow)
      return (row) => {
        const value = inner(row)
        return typeof value === 'string' ? value.toLowerCase() : null
      }
    }
    case 'text': {
      const inner = compileOperand(operand.of, flow)
      return (row) => textOf(inner(row))
    }
    case 'if-exists': {
      const { name, keys, fallback } = operand
      if (!flow.knows([name])) return () => (keys.length === 0 ? fallback : null)
      return (row) => lookUp(row, [name, ...keys]) ?? null
    }
    case 'field': {
      if (!flow.knows(operand.path))
        throw new AplError(
          `the dataset has no field ${JSON.stringify(operand.path.join('.'))}; column_ifexists('field', default) survives that`,
        )
      return (row) => lookUp(row, operand.path) ?? null
    }
  }
}

/** As `tostring` has it: nothing is the empty text. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function compileCondition(condition: Condition, flow: Flow): (row: Row) => boolean {
  switch (condition.kind) {
    case 'constant':
      return () => condition.value
    case 'every': {
      const tests = condition.of.map((inner) => compileCondition(inner, flow))
      return (row) => tests.every((test) => test(row))
    }
    case 'some': {
      const tests = condition.of.map((inner) => compileCondition(inner, flow))
      return (row) => tests.some((test) => test(row))
    }
    case 'among': {
      const left = compileOperand(condition.left, flow)
      for (const value of condition.values) checkMoments(condition.left, value)
      const values = new Set(condition.values.map((value) => compileOperand(value, flow)({})))
      return (row) => values.has(left(row))
    }
    case 'text': {
      const left = compileOperand(condition.left, flow)
      const part = condition.part.toLowerCase()
      return (row) => {
        const value = left(row)
        if (typeof value !== 'string') return false
        const text = value.toLowerCase()
        return condition.test === 'contains' ? text.includes(part) : text.startsWith(part)
      }
    }
    case 'anywhere': {
      const part = condition.part.toLowerCase()
      return (row) => holdsText(row, part)
    }
    case 'present': {
      const of = compileOperand(condition.of, flow)
      return (row) => {
        const value = of(row)
        return value !== null && (condition.test === 'isnotnull' || value !== '')
      }
    }
    case 'compare':
      return compileComparison(condition, flow)
  }
}

/** `*` stands for every text field of a row; nested objects are fields of their own, and names are no texts. */
function holdsText(row: Row, part: string): boolean {
  return Object.entries(row).some(([name, value]) => !MOMENT_FIELDS.includes(name) && textHolds(value, part))
}

function textHolds(value: unknown, part: string): boolean {
  if (typeof value === 'string') return value.toLowerCase().includes(part)
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some((inner) => textHolds(inner, part))
}

function compileComparison(
  condition: Extract<Condition, { kind: 'compare' }>,
  flow: Flow,
): (row: Row) => boolean {
  checkMoments(condition.left, condition.right)
  checkMoments(condition.right, condition.left)
  const left = compileOperand(condition.left, flow)
  const right = compileOperand(condition.right, flow)
  return (row) => holds(condition.by, left(row), right(row))
}

function holds(by: Extract<Condition, { kind: 'compare' }>['by'], left: unknown, right: unknown): boolean {
  if (by === '==') return left === right
  if (by === '!=') return left !== right
  if (by === '=~')
    return typeof left === 'string' && typeof right === 'string' && left.toLowerCase() === right.toLowerCase()
  // Values of different types, and nothing, are never ordered.
  if (typeof left !== typeof right || (typeof left !== 'string' && typeof left !== 'number')) return false
  const order = compareValues(left, right)
  if (by === '<') return order < 0
  if (by === '<=') return order <= 0
  return by === '>' ? order > 0 : order >= 0
}

/** A time compares with datetime(...) alone, and datetime(...) with a time alone, as Axiom's types demand. */
function checkMoments(one: Operand, other: Operand): void {
  const isTime = one.kind === 'field' && one.path.length === 1 && MOMENT_FIELDS.includes(one.path[0] ?? '')
  if (isTime && other.kind === 'literal')
    throw new AplError(
      `${one.path.join('.')} is a time: compare it with datetime(...), not ${quote(other.value)}`,
    )
  if (other.kind === 'moment' && !isTime)
    throw new AplError('datetime(...) compares with _time and _sysTime only')
}

function quote(value: Scalar): string {
  return JSON.stringify(value)
}
