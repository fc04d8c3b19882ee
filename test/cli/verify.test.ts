import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import { runVerify } from '../../src/cli/verify.ts'
import { chainEvents, formatAnchor } from '../../src/domain/chain.ts'
import { CHAIN_START, type ReviewEvent } from '../../src/domain/review-event.ts'

const KEY = 'a chain key'
let folder = ''

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'verify-'))
})
after(async () => {
  await rm(folder, { recursive: true })
})

function aChain(length: number): ReviewEvent[] {
  const nothing = { grant_id: null, feed: null, source: null, kind: null, occurred_at: null, grantee: null }
  const nobody = { grantor: null, role: null, role_id: null, scope: null, tier: null, standing: null }
  const unjudged = { state_before: null, state_after: null, band: null, baseline_score: null, floor: null }
  const undecided = { scorer: null, actor: null, actor_name: null, actor_email: null, reason: null }
  return chainEvents(
    CHAIN_START,
    Array.from({ length }, (_, index) => ({
      _time: '2026-03-01T09:30:00.000Z',
      event: 'policy.changed' as const,
      event_id: `event-${index + 1}`,
      schema: 1 as const,
      tenant: 'northwind',
      ...nothing,
      ...nobody,
      ...unjudged,
      ...undecided,
      policy_version: index + 1,
      detail: { note: 'größer' },
    })),
    KEY,
  )
}

const CHAIN = aChain(20)
const HEAD = formatAnchor(CHAIN[19] ?? CHAIN_START)

async function verify(
  args: readonly string[],
  change: { stdin?: Readable; events?: readonly unknown[]; key?: string | null } = {},
) {
  const printed = { out: '', err: '' }
  const { events } = change
  const status = await runVerify(args, {
    chainKey: change.key === undefined ? KEY : change.key,
    readEvents:
      events === undefined
        ? null
        : async function* () {
            yield* events
          },
    stdin: change.stdin ?? Readable.from([]),
    out: (text) => {
      printed.out += text
    },
    err: (text) => {
      printed.err += text
    },
  })
  const result: unknown = printed.out === '' ? null : JSON.parse(printed.out)
  assert.ok(typeof result === 'object')
  return { status, err: printed.err, result: { ...result } as Record<string, unknown> }
}

async function aFile(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

function ndjson(events: readonly unknown[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('')
}

test('a whole file answers 0 with one JSON object that names the ends of the chain', async () => {
  const { status, err, result } = await verify([await aFile('whole.ndjson', ndjson(CHAIN)), '--anchor', HEAD])
  assert.equal(status, 0)
  assert.equal(err, '')
  const { ok, events, firstSeq, lastSeq, head, faultCount } = result
  assert.deepEqual(
    { ok, events, firstSeq, lastSeq, head, faultCount },
    { ok: true, events: 20, firstSeq: 1, lastSeq: 20, head: HEAD, faultCount: 0 },
  )
})

test('a file with a removed event, a cut tail or a broken line answers 1 and says where', async () => {
  const removed = await verify([await aFile('removed.ndjson', ndjson(CHAIN.toSpliced(4, 1)))])
  assert.equal(removed.status, 1)
  assert.deepEqual(removed.result['faults'], [
    { tenant: 'northwind', seq: 5, line: null, kind: 'missing', what: 'event 5 is missing' },
  ])
  const cut = await verify([await aFile('cut.ndjson', ndjson(CHAIN.slice(0, 15))), `--anchor=${HEAD}`])
  assert.equal(cut.status, 1)
  const broken = await verify([await aFile('broken.ndjson', `${ndjson(CHAIN)}\n{"seq":21,`)])
  assert.deepEqual(broken.result['faults'], [
    { tenant: null, seq: null, line: 22, kind: 'malformed', what: 'is no JSON object' },
  ])
})

test('standard input is read as it comes, in pieces of any size', async () => {
  const bytes = Buffer.from(`\ufeff${ndjson(CHAIN).replaceAll('\n', '\r\n')}`.trimEnd())
  const pieces: Buffer[] = []
  for (let start = 0; start < bytes.length; start += 7) pieces.push(bytes.subarray(start, start + 7))
  const { status, result } = await verify(['-'], { stdin: Readable.from(pieces) })
  assert.deepEqual([status, result['events']], [0, 20])
})

test('a line without end is a fault and is not kept in memory', async () => {
  const endless = Readable.from(
    (function* () {
      for (let piece = 0; piece < 100; piece += 1) yield 'x'.repeat(100_000)
      yield `\n${ndjson(CHAIN)}`
    })(),
  )
  const { status, result } = await verify(['-'], { stdin: endless })
  assert.deepEqual([status, result['events'], result['faultCount']], [1, 20, 1])
})

test('without a file the events come from Axiom', async () => {
  assert.equal((await verify([], { events: CHAIN })).status, 0)
  assert.equal((await verify(['--anchor', HEAD], { events: CHAIN.slice(0, 3) })).status, 1)
})

test('the key decides what is claimed', async () => {
  const without = await verify([], { events: CHAIN, key: null })
  assert.match(String(without.result['claim']), /Without CHAIN_KEY/)
  assert.equal((await verify([], { events: CHAIN, key: 'another' })).status, 1)
})

test('a wrong call answers 2 with one sentence about what to do', async () => {
  for (const [args, sentence] of [
    [['--anchor', '7'], /--anchor needs SEQ:HASH/],
    [['--anchor'], /--anchor needs SEQ:HASH/],
    [['--head', HEAD], /There is no option --head/],
    [['one', 'two'], /Name one file at most/],
    [[join(folder, 'absent.ndjson')], /There is no file/],
    [[folder], /There is no file/],
    [[], /Name an exported NDJSON file/],
  ] as const) {
    const { status, err, result } = await verify(args)
    assert.equal(status, 2)
    assert.match(err, sentence)
    assert.deepEqual(result, {})
  }
})
