import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newestIngestApl, pageApl, reviewEventsApl } from '../../src/axiom/apl.ts'
import type { AuditPageQuery } from '../../src/ports.ts'
import { type ColumnType, type Lint, lintApl } from '../support/apl-lint.ts'

const TABLE = 'okta-logs'
const COLUMNS: Readonly<Record<string, ColumnType>> = {
  _time: 'datetime',
  _sysTime: 'datetime',
  eventType: 'string',
  'outcome.result': 'string',
  isSystem: 'bool',
  count: 'long',
  properties: 'dynamic',
}
/** Each tries to end the literal, the query or the line it stands in. */
const HOSTILE = [
  `' or true or '`,
  `\\`,
  `\\'`,
  `'] | project secret //`,
  `x'\n| take 1 //`,
  `\r\n| union *`,
  '\t"\'`',
  '\u2028| count',
  '\u0001',
  'emoji \ud83d\ude00',
  `h@'verbatim'`,
  '```| count```',
  "dynamic({})['x']",
]

function lint(apl: string, table: string = TABLE): Lint {
  return lintApl(apl, { table, columns: COLUMNS })
}

function aQuery(change: Partial<AuditPageQuery> = {}): AuditPageQuery {
  return {
    dataset: TABLE,
    prefix: null,
    anyOf: [],
    allOf: [],
    fromIngest: null,
    timeFrom: 0,
    timeTo: 1,
    limit: 1_000,
    ...change,
  }
}

const CONDITIONS: Partial<AuditPageQuery> = {
  prefix: 'unknown',
  anyOf: [
    { field: 'eventType', op: 'in', values: ['user.account.privilege.grant', 'group.privilege.grant'] },
    { field: 'properties.roles.name', op: 'starts-with', values: ['admin', 'owner'] },
    { field: 'outcome.result', op: 'exists', values: [] },
  ],
  allOf: [
    { field: 'outcome.result', op: 'equals', values: ['SUCCESS'] },
    { field: 'eventType', op: 'not-equals', values: ['a', 'b'] },
    { field: 'eventType', op: 'in', values: ['a', 'b'] },
    { field: 'count', op: 'starts-with', values: ['1'] },
    { field: 'properties.x', op: 'contains', values: ['x', 'y'] },
    { field: 'isSystem', op: 'exists', values: [] },
  ],
  fromIngest: '2026-03-01T09:30:00.123456789Z',
}

test('every query that the app writes is one that the language service accepts', () => {
  const queries = [
    pageApl(aQuery()),
    pageApl(aQuery(CONDITIONS)),
    pageApl(aQuery({ ...CONDITIONS, prefix: null })),
    newestIngestApl(TABLE),
    reviewEventsApl({ dataset: TABLE, fromIngest: null, limit: 5_000 }),
    reviewEventsApl({ dataset: TABLE, fromIngest: '2026-03-01T09:30:00Z', limit: 5_000 }),
  ]
  for (const query of queries) assert.deepEqual(lint(query).faults, [], query)
})

test('a page is read in the order of ingest, from the cursor on', () => {
  assert.equal(
    pageApl(
      aQuery({
        anyOf: [{ field: 'eventType', op: 'in', values: ['grant', 'revoke'] }],
        fromIngest: '2026-03-01T09:30:00.123456789Z',
      }),
    ),
    [
      `['okta-logs']`,
      '| where _sysTime >= datetime(2026-03-01T09:30:00.123456789Z)',
      `| where column_ifexists('eventType', '') in ('grant', 'revoke')`,
      '| sort by _sysTime asc',
      '| limit 1000',
    ].join('\n'),
  )
})

test('a dotted field is tested flattened and below every map field that may hold it', () => {
  const apl = pageApl(aQuery({ prefix: 'eks', anyOf: [{ field: 'a.b', op: 'in', values: ['x'] }] }))
  assert.equal(
    apl.split('\n')[1],
    `| where (column_ifexists('eks.a.b', '') in ('x')` +
      ` or tostring(column_ifexists('eks.a', dynamic({}))['b']) in ('x')` +
      ` or tostring(column_ifexists('eks', dynamic({}))['a']['b']) in ('x'))`,
  )
})

test('an exclusion holds only where no form of the field has the value', () => {
  const apl = pageApl(aQuery({ allOf: [{ field: 'a.b', op: 'not-equals', values: ['x'] }] }))
  assert.equal(
    apl.split('\n')[1],
    `| where tostring(column_ifexists('a.b', '')) != 'x' and tostring(column_ifexists('a', dynamic({}))['b']) != 'x'`,
  )
})

test('hostile text stays text, wherever it stands', () => {
  const shape = lint(pageApl(aQuery(shapeWith('harmless', 'harmless')))).operators
  for (const text of HOSTILE) {
    const apl = pageApl(aQuery({ ...shapeWith(text, text), dataset: TABLE }))
    const found = lint(apl)
    assert.deepEqual(found.faults, [], JSON.stringify(text))
    assert.deepEqual(found.operators, shape, JSON.stringify(text))
    for (const value of found.literals)
      assert.ok(
        [TABLE, '', text, `f${text}`, `${text}.f${text}`].includes(value) || value.startsWith(text),
        JSON.stringify(value),
      )
    assert.deepEqual(lint(newestIngestApl(text), text).operators, [
      'ProjectOperator',
      'SortOperator',
      'TakeOperator',
    ])
    assert.deepEqual(lint(reviewEventsApl({ dataset: text, fromIngest: null, limit: 1 }), text).faults, [])
  }
})

test('any text comes through a query as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
      fc.pre(!text.includes('\0'))
      const { faults, literals } = lint(
        pageApl(aQuery({ anyOf: [{ field: 'eventType', op: 'in', values: [text, 'end'] }] })),
      )
      assert.deepEqual(faults, [])
      assert.deepEqual(literals, [TABLE, 'eventType', '', text.toWellFormed(), 'end'])
    }),
    { numRuns: 200 },
  )
})

test('what no query can carry is refused before it is sent', () => {
  const refused: readonly Partial<AuditPageQuery>[] = [
    { dataset: 'a\0b' },
    { prefix: '\0', anyOf: [{ field: 'a', op: 'exists', values: [] }] },
    { anyOf: [{ field: 'a', op: 'in', values: ['\0'] }] },
    { allOf: [{ field: '\0', op: 'exists', values: [] }] },
    { allOf: [{ field: 'a.b.c.d.e.f.g.h.i', op: 'exists', values: [] }] },
    { fromIngest: 'now() or true' },
    { fromIngest: '2026-03-01T09:30:00Z) or (true' },
  ]
  for (const change of refused)
    assert.throws(() => pageApl(aQuery(change)), { name: 'UpstreamError', retryable: false })
})

test('a condition without values lets nothing through, and an exclusion without values everything', () => {
  for (const op of ['in', 'equals', 'contains', 'starts-with'] as const)
    assert.match(pageApl(aQuery({ allOf: [{ field: 'a', op, values: [] }] })), /\| where false\n/)
  assert.match(pageApl(aQuery({ anyOf: [{ field: 'a', op: 'in', values: [] }] })), /\| where false\n/)
  assert.match(pageApl(aQuery({ allOf: [{ field: 'a', op: 'not-equals', values: [] }] })), /\| where true\n/)
})

test('the limit stays between one row and what Axiom allows', () => {
  assert.match(pageApl(aQuery({ limit: 1e9 })), /\| limit 50000$/)
  assert.match(pageApl(aQuery({ limit: 0 })), /\| limit 1$/)
  assert.match(pageApl(aQuery({ limit: 10.7 })), /\| limit 10$/)
})

test('the linter itself tells a faulty query from a sound one', () => {
  assert.notDeepEqual(lint(`['okta-logs'] | wher x`).faults, [])
  assert.notDeepEqual(lint(`['okta-logs'] | where absent == 'x'`).faults, [])
  assert.deepEqual(lint(`['okta-logs'] | where eventType == 'x' | count`).operators, [
    'FilterOperator',
    'CountOperator',
  ])
})

function shapeWith(field: string, value: string): Partial<AuditPageQuery> {
  const name = `f${field.replaceAll('.', '')}`
  return {
    prefix: field.replaceAll('.', ''),
    anyOf: [
      { field: name, op: 'in', values: [value] },
      { field: name, op: 'starts-with', values: [value] },
    ],
    allOf: [
      { field: name, op: 'equals', values: [value] },
      { field: name, op: 'not-equals', values: [value] },
      { field: name, op: 'contains', values: [value] },
    ],
  }
}
