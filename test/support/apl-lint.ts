import { createRequire } from 'node:module'

/** Checks APL with Axiom's own language service, which parses and types a query and runs nothing. */

export type ColumnType = 'string' | 'long' | 'bool' | 'datetime' | 'dynamic'

export interface Lint {
  /** What the language service objects to. */
  readonly faults: readonly string[]
  /** The kinds of its operators, in order: hostile text that adds one shows here. */
  readonly operators: readonly string[]
  /** The values of its string literals, as the service understood them. */
  readonly literals: readonly string[]
}

const TYPE_MEMBERS: Readonly<Record<ColumnType, string>> = {
  string: 'String',
  long: 'Long',
  bool: 'Bool',
  datetime: 'DateTime',
  dynamic: 'Dynamic',
}

/** Lints a query against one table with the given columns. */
export function lintApl(
  apl: string,
  schema: { readonly table: string; readonly columns: Readonly<Record<string, ColumnType>> },
): Lint {
  const kusto = loadKusto()
  const symbols = member(kusto, 'Symbols')
  const types = member(symbols, 'ScalarTypes')
  const columns = Object.entries(schema.columns).map(([name, type]) =>
    create(member(symbols, 'ColumnSymbol'), [name, member(types, TYPE_MEMBERS[type]), null]),
  )
  const table = create(path(symbols, 'TableSymbol', '$ctor3'), [schema.table, columns])
  const database = create(path(symbols, 'DatabaseSymbol', 'ctor'), ['db', [table]])
  const cluster = create(path(symbols, 'ClusterSymbol', 'ctor'), ['cluster', [database]])
  const globals = call(path(kusto, 'GlobalState', 'Default'), 'WithCluster', [cluster])
  const code = call(member(kusto, 'KustoCode'), 'ParseAndAnalyze', [
    apl,
    call(globals, 'WithDatabase', [database]),
  ])
  const found: Lint & { operators: string[]; literals: string[] } = {
    faults: list(call(code, 'GetDiagnostics', [])).map((fault) => String(member(fault, 'Message'))),
    operators: [],
    literals: [],
  }
  walk(member(code, 'Syntax'), found)
  return found
}

function walk(node: unknown, found: { operators: string[]; literals: string[] }): void {
  if (typeof node !== 'object' || node === null) return
  const kind = kindNames().get(member(node, 'Kind')) ?? 'unknown'
  if (kind.endsWith('Operator')) found.operators.push(kind)
  if (kind === 'StringLiteralExpression') found.literals.push(String(member(node, 'LiteralValue')))
  const count = Number(member(node, 'ChildCount'))
  for (let index = 0; index < count; index += 1) walk(call(node, 'GetChild', [index]), found)
}

let loaded: { readonly kusto: unknown; readonly kinds: ReadonlyMap<unknown, string> } | null = null

/** The service comes as two scripts that set globals, the bridge first; loading them takes a second. */
function load(): NonNullable<typeof loaded> {
  if (loaded !== null) return loaded
  const require = createRequire(import.meta.url)
  require('@axiomhq/language-service-next/bridge.min.js')
  require('@axiomhq/language-service-next/Kusto.Language.Bridge.min.js')
  const kusto = path(globalThis, 'Kusto', 'Language')
  const kinds = path(kusto, 'Syntax', 'SyntaxKind')
  const names = typeof kinds === 'function' ? Object.entries(kinds) : []
  loaded = { kusto, kinds: new Map(names.map(([name, value]) => [value, name])) }
  return loaded
}

function loadKusto(): unknown {
  return load().kusto
}

function kindNames(): ReadonlyMap<unknown, string> {
  return load().kinds
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

function member(owner: unknown, name: string): unknown {
  return isObject(owner) ? Reflect.get(owner, name) : undefined
}

function path(owner: unknown, ...names: readonly string[]): unknown {
  return names.reduce(member, owner)
}

function call(owner: unknown, name: string, parameters: readonly unknown[]): unknown {
  const found = member(owner, name)
  if (typeof found !== 'function') throw new TypeError(`the language service has no ${name}`)
  return Reflect.apply(found, owner, parameters)
}

function create(type: unknown, parameters: readonly unknown[]): unknown {
  if (typeof type !== 'function') throw new TypeError('the language service has changed its shape')
  return Reflect.construct(type, parameters)
}

function list(value: unknown): readonly unknown[] {
  const array = call(member(globalThis, 'Bridge'), 'toArray', [value])
  return Array.isArray(array) ? array : []
}
