import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createActivitySearch } from '../../src/axiom/activity-search.ts'
import { activityApl } from '../../src/axiom/apl.ts'
import { parseApl } from '../../src/sandbox/axiom/apl-parser.ts'
import { runApl } from '../../src/sandbox/axiom/apl-run.ts'
import { AplError } from '../../src/sandbox/axiom/apl-tokens.ts'
import type { Row } from '../../src/sandbox/axiom/row.ts'
import { lintApl } from '../support/apl-lint.ts'

const COLUMNS = {
  _time: 'datetime',
  _sysTime: 'datetime',
  eventType: 'string',
  properties: 'dynamic',
} as const
const lint = (apl: string) => lintApl(apl, { table: 'okta-logs', columns: COLUMNS })
const query = (words: readonly string[], limit = 51) => activityApl({ dataset: 'okta-logs', words, limit })

test('the search for activity is one that the language service accepts', () => {
  assert.equal(
    query(['ana@northwind.example', '00u1']),
    "['okta-logs']\n| where * contains 'ana@northwind.example' or * contains '00u1'\n| sort by _time asc\n| limit 51",
  )
  assert.deepEqual(lint(query(['ana', 'b'])).faults, [])
  assert.deepEqual(lint(query([])).faults, [])
  assert.match(query(['x'], 1_000_000), /limit 100$/)
})

test('words from outside stay words, whatever they hold', () => {
  const { operators } = lint(query(['harmless']))
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom("' or true", "'] | union *", '\\', "x'\n| take 1 //", '*', "* contains 'y'"),
  )
  fc.assert(
    fc.property(
      hostile.filter((word) => !word.includes('\0')),
      (word) => {
        const checked = lint(query([word]))
        assert.deepEqual(checked.operators, operators)
        assert.deepEqual(checked.literals, ['okta-logs', word.toWellFormed()])
      },
    ),
    { numRuns: 200 },
  )
})

const ROWS: readonly Row[] = [
  {
    _time: '2026-11-24T03:00:00Z',
    _sysTime: 'ana',
    eventType: 'b',
    actor: { alternateId: 'ANA@northwind.example' },
  },
  { _time: '2026-11-24T02:00:00Z', _sysTime: 'x', eventType: 'a', target: [{ id: 'ana@northwind.example' }] },
  {
    _time: '2026-11-24T01:00:00Z',
    _sysTime: 'x',
    eventType: 'c',
    'ana@northwind.example': 'name only',
    n: 7,
  },
]
const run = (apl: string) =>
  runApl(parseApl(apl), { rows: ROWS, columns: ['_time', 'eventType'], knows: () => true }).rows.map(
    (row) => row['eventType'],
  )

test('the local Axiom looks into every text of a row, oldest first, and not at names, numbers or times', () => {
  assert.deepEqual(run(query(['ana@northwind'])), ['a', 'b'])
  assert.deepEqual(run(query(['7'])), [])
  assert.deepEqual(run(query(['nobody', 'NAME ONLY'])), ['c'])
  assert.deepEqual(run(query([])), ['c', 'a', 'b'])
  assert.throws(() => parseApl("['okta-logs'] | where * startswith 'x'"), AplError)
})

test('rows come with their time, without what Axiom adds, bounded by the window', async () => {
  const windows: unknown[] = []
  const search = createActivitySearch({
    async query(apl, window) {
      windows.push([apl, window])
      return {
        partial: true,
        rows: [{ _time: '2026-11-24T03:00:00Z', _sysTime: 'x', _rowID: 'y', eventType: 'b' }],
      }
    },
    ingest: async () => undefined,
  })
  const found = await search.search({
    dataset: 'okta-logs',
    prefix: null,
    from: 5,
    to: 9,
    words: ['ana'],
    limit: 51,
  })
  assert.deepEqual(windows, [[found.apl, { timeFrom: 5, timeTo: 9 }]])
  assert.equal(found.partial, true)
  assert.deepEqual(found.rows, [
    { at: Date.parse('2026-11-24T03:00:00Z'), event: { _time: '2026-11-24T03:00:00Z', eventType: 'b' } },
  ])
})
