import { isRecord } from '../exchange.ts'
import { parseApl } from './apl-parser.ts'
import { runApl, type Table } from './apl-run.ts'
import { AplError } from './apl-tokens.ts'
import type { Dataset } from './datasets.ts'
import { type Instant, parseInstant } from './instant.ts'
import type { Row } from './row.ts'

export type QueryAnswer =
  | { readonly status: 200; readonly body: unknown; readonly asked: Asked }
  | { readonly status: 400 | 404; readonly problem: string; readonly asked: Asked | undefined }

/** What was asked: the sandbox shows it, and tests count it. */
export interface Asked {
  readonly dataset: string
  readonly apl: string
}

interface World {
  dataset(name: string): Dataset | undefined
  isVisible(row: Row): boolean
  /** Answer with half the rows and say so. */
  readonly isPartial: boolean
}

/** Answers the body of an APL query in the tabular format. */
export function answerQuery(world: World, input: unknown): QueryAnswer {
  if (!isRecord(input) || typeof input['apl'] !== 'string')
    return { status: 400, problem: 'the body needs the query in "apl"', asked: undefined }
  const apl = input['apl']
  const start = boundOf(input['startTime'])
  const end = boundOf(input['endTime'])
  if (start === undefined || end === undefined)
    return { status: 400, problem: 'startTime and endTime must be RFC 3339 times', asked: undefined }
  try {
    const query = parseApl(apl)
    const asked = { dataset: query.dataset, apl }
    const dataset = world.dataset(query.dataset)
    if (dataset === undefined) return { status: 404, problem: `dataset ${query.dataset} not found`, asked }
    const rows = dataset.rows.filter((row) => world.isVisible(row) && isWithin(row, { start, end }))
    const table = runApl(query, {
      rows,
      columns: [...dataset.columns],
      knows: (path) => knowsField(dataset, path),
    })
    const body = tabular(query.dataset, table, {
      start,
      end,
      examined: rows.length,
      isPartial: world.isPartial,
    })
    return { status: 200, body, asked }
  } catch (error) {
    if (error instanceof AplError)
      return { status: 400, problem: `invalid query: ${error.message}`, asked: undefined }
    throw error
  }
}

/** Null where the body sets no bound, undefined where it sets one that is no time. */
function boundOf(value: unknown): Instant | null | undefined {
  if (value === undefined || value === null || value === '') return null
  return typeof value === 'string' ? parseInstant(value) : undefined
}

function isWithin(row: Row, range: { start: Instant | null; end: Instant | null }): boolean {
  const time = String(row['_time'])
  return (range.start === null || time >= range.start) && (range.end === null || time < range.end)
}

/** A map field answers to any key; every other field must have been ingested once. */
function knowsField(dataset: Dataset, path: readonly string[]): boolean {
  const [first = ''] = path
  if (path.length > 1 && dataset.view.mapFields.includes(first)) return true
  return dataset.fields.has(path.join('.'))
}

function tabular(
  dataset: string,
  table: Table,
  context: { start: Instant | null; end: Instant | null; examined: number; isPartial: boolean },
): unknown {
  const rows = context.isPartial ? table.rows.slice(0, Math.floor(table.rows.length / 2)) : table.rows
  return {
    format: 'tabular',
    status: {
      elapsedTime: 1000,
      minCursor: '',
      maxCursor: '',
      blocksExamined: 1,
      blocksCached: 0,
      blocksMatched: 1,
      rowsExamined: context.examined,
      rowsMatched: table.rowsMatched,
      numGroups: 0,
      isPartial: context.isPartial,
      cacheStatus: 1,
      minBlockTime: context.start ?? '',
      maxBlockTime: context.end ?? '',
      ...(context.isPartial && {
        messages: [
          { priority: 'warn', count: 1, msg: 'Some blocks could not be read; the result is partial.' },
        ],
      }),
    },
    tables: [
      {
        name: '0',
        sources: [{ name: dataset }],
        fields: table.columns.map((name) => ({ name, type: typeOf(name, rows) })),
        order: [],
        groups: [],
        range: { field: '_time', start: context.start ?? '', end: context.end ?? '' },
        // Axiom sends no columns at all where no row matched; a client that indexes them blindly falls over.
        columns: rows.length === 0 ? [] : table.columns.map((name) => rows.map((row) => row[name] ?? null)),
      },
    ],
    datasetNames: [dataset],
    fieldsMetaMap: { [dataset]: [] },
  }
}

function typeOf(name: string, rows: readonly Row[]): string {
  if (name === '_time' || name === '_sysTime') return 'datetime'
  const types = new Set<string>()
  for (const row of rows) {
    const value = row[name]
    if (value === undefined || value === null) continue
    types.add(Number.isInteger(value) ? 'integer' : (WIRE_TYPES[typeof value] ?? 'unknown'))
  }
  return [...types].sort().join('|') || 'unknown'
}

const WIRE_TYPES: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'float',
  boolean: 'boolean',
  object: 'map',
}
