import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseApl } from '../../../src/sandbox/axiom/apl-parser.ts'
import { runApl } from '../../../src/sandbox/axiom/apl-run.ts'
import { AplError } from '../../../src/sandbox/axiom/apl-tokens.ts'
import { fieldNames, type Row } from '../../../src/sandbox/axiom/row.ts'

const ROWS: readonly Row[] = [
  {
    _time: '2026-03-01T10:00:00.000000000Z',
    _sysTime: '2026-03-01T10:00:05.123456788Z',
    action: 'org.add_member',
    'a.b': 'literal',
    n: 1,
    actor: { id: 'u1', alternateId: 'Sofia@northwind.example' },
  },
  {
    _time: '2026-03-01T11:00:00.000000000Z',
    _sysTime: '2026-03-01T10:00:05.123456789Z',
    action: 'repo.add_member',
    a: { b: 'nested' },
    n: 3,
    actor: { id: 'u2', alternateId: '' },
  },
  {
    _time: '2026-03-01T09:00:00.000000000Z',
    _sysTime: '2026-03-01T10:00:05.123456790Z',
    action: 'it\'s \\ a "test"\n',
    n: 2,
    flag: true,
  },
]

function run(pipeline: string, rows = ROWS): readonly Row[] {
  const known = new Set(ROWS.flatMap((row) => [...fieldNames(row, new Set())].map((field) => field.name)))
  const columns = [...new Set(ROWS.flatMap((row) => Object.keys(row)))]
  return runApl(parseApl(`['audit'] ${pipeline}`), {
    rows,
    columns,
    knows: (path) => known.has(path.join('.')),
  }).rows
}

const numbers = (pipeline: string) => run(pipeline).map((row) => row['n'])

describe('what the local Axiom evaluates', () => {
  test('ingest times compare to the ninth digit', () => {
    const low = 'datetime(2026-03-01T10:00:05.123456789Z)'
    assert.deepEqual(numbers(`| where _sysTime >= ${low} | sort by _sysTime asc`), [3, 2])
    assert.deepEqual(numbers(`| where _sysTime > ${low}`), [2])
    assert.deepEqual(numbers(`| where _sysTime < ${low}`), [1])
    assert.deepEqual(numbers(`| where _sysTime <= datetime("2026-03-01T10:00:05.123456788Z")`), [1])
  })

  test('without a sort the newest event time comes first', () => {
    assert.deepEqual(numbers(''), [3, 1, 2])
    assert.deepEqual(numbers('| limit 1'), [3])
  })

  test('a sort without a direction is descending, and several keys are applied in turn', () => {
    assert.deepEqual(numbers('| sort by n'), [3, 2, 1])
    assert.deepEqual(numbers('| sort by flag desc, n asc | take 2'), [2, 1])
  })

  test('and binds tighter than or, parentheses tighter still', () => {
    assert.deepEqual(numbers('| where n == 1 or n == 2 and flag == true | sort by n asc'), [1, 2])
    assert.deepEqual(numbers('| where (n == 1 or n == 2) and flag == true'), [2])
  })

  test('a dotted name finds the field of that name and the nested one; keys find the nested one', () => {
    assert.deepEqual(numbers("| where ['a.b'] in ('literal', 'nested') | sort by n asc"), [1, 3])
    assert.deepEqual(numbers("| where ['actor']['id'] == 'u2'"), [3])
    assert.deepEqual(numbers("| where ['actor.alternateId'] =~ 'sofia@NORTHWIND.example'"), [1])
  })

  test('texts are searched without regard to case, tolower helps in lists', () => {
    assert.deepEqual(numbers("| where action startswith 'ORG.' or action contains 'Repo'"), [3, 1])
    assert.deepEqual(numbers("| where tolower(['actor.alternateId']) in ('sofia@northwind.example')"), [1])
  })

  test('emptiness and absence differ', () => {
    assert.deepEqual(numbers("| where isnotnull(['actor.alternateId']) | sort by n asc"), [1, 3])
    assert.deepEqual(numbers("| where isnotempty(['actor.alternateId'])"), [1])
    assert.deepEqual(numbers('| where flag != true | sort by n asc'), [1, 3])
  })

  test('a missing field is refused unless column_ifexists names it', () => {
    assert.throws(() => run("| where nope == 'x'"), /no field "nope"; column_ifexists/)
    assert.deepEqual(numbers("| where column_ifexists('nope', 'x') == 'x' | limit 1"), [3])
    assert.deepEqual(numbers("| where column_ifexists('a.b', '') == 'nested'"), [3])
  })

  test('keys below a field that may be absent find what is nested, as text where that is asked', () => {
    const id = "tostring(column_ifexists('actor', dynamic({}))['id'])"
    assert.deepEqual(numbers(`| where ${id} in ('u1', 'u2') | sort by n asc`), [1, 3])
    assert.deepEqual(numbers("| where isnotempty(tostring(column_ifexists('nope', dynamic({}))['id']))"), [])
    assert.deepEqual(
      numbers("| where tostring(flag) == 'true' or tostring(n) == '3' | sort by n asc"),
      [2, 3],
    )
  })

  test('a condition may be a plain true or false', () => {
    assert.equal(numbers('| where true').length, 3)
    assert.deepEqual(numbers('| where (false or n == 1) and true'), [1])
  })

  test('columns are chosen, renamed and dropped', () => {
    assert.deepEqual(run("| where n == 1 | project _sysTime, ['actor.id'], who = tolower(action)"), [
      { _sysTime: '2026-03-01T10:00:05.123456788Z', 'actor.id': 'u1', who: 'org.add_member' },
    ])
    assert.throws(() => run('| project n | where action == "x"'), /no field "action"/)
  })

  test('summaries count, find the extremes and group', () => {
    assert.deepEqual(run('| summarize count()'), [{ count_: 3 }])
    assert.deepEqual(run('| where n > 9 | summarize Count = count(), newest = max(_sysTime)'), [
      { Count: 0, newest: null },
    ])
    assert.deepEqual(run('| summarize newest = max(_sysTime), min(n)'), [
      { newest: '2026-03-01T10:00:05.123456790Z', min_n: 1 },
    ])
    assert.deepEqual(run('| summarize rows = count() by flag | sort by rows desc'), [
      { flag: null, rows: 2 },
      { flag: true, rows: 1 },
    ])
  })

  test('no more than 1,000 rows come back without a limit', () => {
    const many = Array.from({ length: 1500 }, (_, n) => ({ ...ROWS[0], n }))
    assert.equal(run('', many).length, 1000)
    assert.equal(run('| limit 1200', many).length, 1200)
  })
})

describe('what the local Axiom refuses', () => {
  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['an unknown operator', '| extend x = 1', /operator "extend"/],
    ['an unknown join', "| join (['other']) on n", /operator "join"/],
    ['an unknown function', '| where strlen(action) > 3', /function strlen\(\)/],
    ['an unknown aggregate', '| summarize dcount(n)', /aggregate "dcount"/],
    ['a regular expression', "| where action matches regex '.*'", /comparison/],
    ['a second query', "; ['other'] | limit 1", /unexpected ";"/],
    ['a comment', '| where n == 1 // and flag == true', /unexpected "\/"/],
    ['a raw line break in a literal', "| where action == 'a\nb'", /raw line break/],
    ['NUL in a literal', "| where action == 'a\0b'", /NUL/],
    ['an unknown escape', "| where action == 'a\\qb'", /unknown escape/],
    ['an open literal', "| where action == 'abc", /not closed/],
    ['an open parenthesis', '| where (n == 1', /expected "\)"/],
    ['a time compared with text', "| where _sysTime >= '2026-03-01T00:00:00Z'", /compare it with datetime/],
    ['datetime against a text field', '| where action >= datetime(2026-03-01)', /_time and _sysTime only/],
    ['a datetime that is none', '| where _time > datetime(yesterday)', /no RFC 3339 time/],
    ['too many rows', '| limit 50001', /over 50000 rows/],
    ['no rows', '| limit 0', /whole number/],
    ['a bare dotted name', '| where actor.id == 1', /unexpected "\."/],
    ['a default that is no literal', "| where column_ifexists('x', n) == 1", /must be a literal/],
    ['a filled dynamic', "| where column_ifexists('x', dynamic({'a': 1})) == 1", /unexpected ":"/],
    ['a number as a condition', '| where 1', /comparison/],
    ['a list of fields', '| where action in (n)', /list holds the field/],
    ['too deep a nesting', `| where ${'('.repeat(40)}n == 1${')'.repeat(40)}`, /levels deep/],
  ]
  for (const [title, pipeline, message] of refused)
    test(title, () => {
      assert.throws(
        () => run(pipeline),
        (error: unknown) => error instanceof AplError && message.test(error.message),
      )
    })

  test('a literal that is escaped as Axiom wants it stays a literal', () => {
    const escaped = 'it\\\'s \\\\ a \\"test\\"\\n'
    assert.deepEqual(numbers(`| where action == '${escaped}'`), [2])
  })

  test('text that tries to end the literal finds nothing else', () => {
    const hostile = "x') or n > 0 or action in ('"
    const escaped = hostile.replaceAll("'", "\\'")
    assert.deepEqual(numbers(`| where action in ('${escaped}')`), [])
  })
})
