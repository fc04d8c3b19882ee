import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { chainEvents, formatAnchor, isTombstone, parseAnchor, tombstoneFor } from '../../src/domain/chain.ts'
import { CHAIN_START, type ReviewEvent, type ReviewEventBody } from '../../src/domain/review-event.ts'
import { type ChainReport, verifyChain } from '../../src/domain/verify-chain.ts'

const KEY = 'a chain key of sufficient length'

function aBody(change: Partial<ReviewEventBody> = {}): ReviewEventBody {
  return {
    _time: '2026-03-01T09:30:00.120Z',
    event: 'review.opened',
    event_id: 'event-1',
    schema: 1,
    tenant: 'northwind',
    grant_id: 'g1',
    feed: 'okta',
    source: 'okta',
    kind: 'grant',
    occurred_at: '2026-03-01T09:29:00.000Z',
    grantee: 'ana@northwind.example',
    grantor: 'jonas@northwind.example',
    role: 'Super Administrator',
    role_id: 'SUPER_ADMIN',
    scope: '*',
    tier: 'T0',
    standing: true,
    state_before: null,
    state_after: 'open',
    band: 'medium',
    baseline_score: 41,
    floor: 'standing_t0',
    scorer: 'model',
    actor: null,
    actor_name: null,
    actor_email: null,
    reason: null,
    policy_version: 3,
    detail: { evidence: { self_grant: 20 }, notes: ['first'] },
    ...change,
  }
}

function aChain(length: number, options: { key?: string | null; tenant?: string } = {}): ReviewEvent[] {
  const bodies = Array.from({ length }, (_, index) =>
    aBody({ event_id: `event-${index + 1}`, tenant: options.tenant ?? 'northwind' }),
  )
  return chainEvents(CHAIN_START, bodies, options.key ?? null)
}

function at(events: readonly ReviewEvent[], index: number): ReviewEvent {
  const event = events[index]
  assert.ok(event !== undefined)
  return event
}

async function check(
  events: readonly unknown[],
  options: { key?: string | null; anchors?: readonly ReviewEvent[] } = {},
): Promise<ChainReport> {
  // What a target gives back has been through JSON.
  const rows: unknown[] = events.map((event) => JSON.parse(JSON.stringify(event)))
  return await verifyChain(rows, { chainKey: options.key ?? null, anchors: options.anchors ?? [] })
}

function tombstoneOf(event: ReviewEvent, key: string | null): ReviewEvent {
  const tombstone = tombstoneFor(event, 'field role is too long', key)
  assert.ok(tombstone !== null && isTombstone(tombstone) && !isTombstone(event))
  return tombstone
}

function kinds(report: ChainReport): unknown[] {
  return report.faults.map((fault) => [fault.kind, fault.seq])
}

test('a chain goes on from its head, one number and one hash after another', () => {
  const [first, second] = [at(aChain(2), 0), at(aChain(2), 1)]
  assert.deepEqual([first.seq, first.prev_hash], [1, CHAIN_START.hash])
  assert.deepEqual([second.seq, second.prev_hash], [2, first.hash])
  const [third] = chainEvents({ seq: 2, hash: second.hash }, [aBody()], null)
  assert.deepEqual([third?.seq, third?.prev_hash, third?.hmac], [3, second.hash, null])
})

test('texts that no target could keep are repaired before they are chained, and never stop the chain', async () => {
  const events = chainEvents(
    CHAIN_START,
    [
      aBody({ grantee: 'broken \ud800 name', role: 'r'.repeat(100_000), detail: { 'odd\udc00': '\udc00' } }),
      aBody({ detail: { score: Number.NaN, list: Array.from({ length: 20 }, () => 'x'.repeat(50_000)) } }),
      aBody({ reason: `${'y'.repeat(3_998)}\ud83d\ude00\ud83d\ude00` }),
    ],
    KEY,
  )
  assert.equal(at(events, 0).grantee, 'broken \ufffd name')
  assert.ok((at(events, 0).role ?? '').length <= 4_000)
  assert.deepEqual(at(events, 0).detail, { 'odd\ufffd': '\ufffd' })
  assert.equal(at(events, 1).detail['clipped'], true)
  assert.ok(at(events, 2).reason?.isWellFormed())
  assert.equal((await check(events, { key: KEY })).ok, true)
})

test('a whole chain is whole, in any order, with duplicates and unchained events between', async () => {
  const events = aChain(5, { key: KEY })
  const heartbeat = {
    _time: '2026-03-01T09:30:00Z',
    event: 'poller.heartbeat',
    tenant: 'northwind',
    seq: null,
  }
  const report = await check([...events.toReversed(), heartbeat, at(events, 2), at(events, 4)], { key: KEY })
  assert.deepEqual(report.faults, [])
  assert.equal(report.ok, true)
  assert.equal(report.unchained, 1)
  const head = formatAnchor(at(events, 4))
  assert.deepEqual(report.tenants, [
    { tenant: 'northwind', events: 5, duplicates: 2, tombstones: 0, firstSeq: 1, lastSeq: 5, head },
  ])
})

test('what a target does to the form of an event is no alteration', async () => {
  const { detail, ...flat } = at(aChain(1), 0)
  const forms = [
    {
      ...flat,
      _time: '2026-03-01T09:30:00.12Z',
      _sysTime: '2026-03-01T09:30:01.000000007Z',
      _rowID: '0x1',
      detail,
    },
    {
      ...flat,
      _time: '2026-03-01T09:30:00.120000000Z',
      'detail.evidence.self_grant': 20,
      'detail.notes': ['first'],
    },
    {
      ...Object.fromEntries(Object.entries(flat).filter(([, value]) => value !== null)),
      detail,
      lag_ms: null,
    },
  ]
  for (const form of forms) assert.deepEqual((await check([form])).faults, [])
})

test('any change of any field is found, with the number of the event', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: 4 }),
      fc.constantFrom(...Object.keys(aBody())),
      fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant('other')),
      async (index, field, value) => {
        const events = aChain(5)
        const changed = { ...at(events, index), [field]: value }
        fc.pre(JSON.stringify(changed) !== JSON.stringify(at(events, index)))
        const report = await check(events.with(index, changed))
        assert.equal(report.ok, false)
        assert.ok(report.faults.some((fault) => fault.seq === index + 1 && fault.what.includes(field)))
      },
    ),
    { numRuns: 60 },
  )
})

test('any change of a chain field is found', async () => {
  const events = aChain(4, { key: KEY })
  const other = at(aChain(1, { tenant: 'other' }), 0)
  for (const change of [
    { canonical: other.canonical },
    { canonical: at(events, 1).canonical.replace('jonas', 'dev') },
    { hash: other.hash },
    { hash: 'x' },
    { prev_hash: other.hash },
    { seq: 3 },
    { seq: 9 },
    { seq: null },
    { seq: 2.5 },
    { tenant: 'other' },
    { hmac: null },
    { hmac: other.hash },
    { canonical: null },
    { added: 'field' },
  ]) {
    const report = await check(events.with(1, { ...at(events, 1), ...change } as ReviewEvent), { key: KEY })
    assert.equal(report.ok, false, JSON.stringify(change))
  }
})

test('a deleted event is missing by its number, wherever a later one is there to show it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 8 }), fc.nat(), async (length, choice) => {
      const events = aChain(length)
      const index = choice % (length - 1)
      const report = await check(events.toSpliced(index, 1))
      assert.deepEqual(kinds(report), [['missing', index + 1]])
    }),
    { numRuns: 30 },
  )
})

test('two events that swapped their numbers are both found', async () => {
  const events = aChain(4)
  const swapped = [at(events, 0), { ...at(events, 1), seq: 3 }, { ...at(events, 2), seq: 2 }, at(events, 3)]
  const report = await check(swapped)
  assert.deepEqual(kinds(report), [
    ['reordered', 2],
    ['reordered', 3],
  ])
  assert.equal(report.faults[0]?.what, 'was recorded as event 2 and is numbered 3')
})

test('an event that was written anew, hash and all, does not fit the one after it', async () => {
  const events = aChain(3)
  const [forged] = chainEvents({ seq: 1, hash: at(events, 0).hash }, [aBody({ grantee: 'eve' })], null)
  assert.deepEqual(
    kinds(
      await check(
        events.with(
          1,
          at(
            [forged].flatMap((one) => one ?? []),
            0,
          ),
        ),
      ),
    ),
    [['altered', 3]],
  )
  assert.deepEqual(kinds(await check([...events, forged])), [['rival', 2]])
})

test('a tail that was cut off shows against an anchor, and only against one', async () => {
  const events = aChain(6)
  assert.equal((await check(events.slice(0, 4))).ok, true)
  const report = await check(events.slice(0, 4), { anchors: [at(events, 5)] })
  assert.deepEqual(kinds(report), [['cut-off', 6]])
  assert.deepEqual(kinds(await check([], { anchors: [at(events, 1)] })), [['cut-off', 2]])
  assert.equal((await check(events, { anchors: [at(events, 5), at(events, 2)] })).ok, true)
})

test('a rewritten history does not hold the anchor of the true one', async () => {
  const events = aChain(5)
  const rewritten = chainEvents(
    CHAIN_START,
    Array.from({ length: 5 }, () => aBody({ grantee: 'eve' })),
    null,
  )
  assert.equal((await check(rewritten)).ok, true)
  assert.deepEqual(kinds(await check(rewritten, { anchors: [at(events, 3)] })), [['anchor', 4]])
})

test('a chain may begin where an anchor says so, and nowhere else', async () => {
  const events = aChain(6)
  const kept = events.slice(3)
  assert.deepEqual(kinds(await check(kept)), [['missing', 1]])
  assert.equal((await check(kept, { anchors: [at(events, 2)] })).ok, true)
  assert.equal((await check(kept, { anchors: [at(events, 3)] })).ok, true)
  // An anchor at the end is there to find a cut tail; it does not excuse a cut start.
  assert.deepEqual(kinds(await check(kept, { anchors: [at(events, 5)] })), [['missing', 1]])
  assert.deepEqual(kinds(await check(kept, { anchors: [at(events, 0)] })), [
    ['missing', 1],
    ['anchor', 1],
  ])
})

test('with the key, a chain that was forged as a whole is found; without it, the claim says that it is not', async () => {
  const forged = aChain(3, { key: 'another key' })
  const without = await check(forged)
  assert.equal(without.ok, true)
  assert.match(without.claim, /Without CHAIN_KEY this does not exclude/)
  assert.deepEqual(kinds(await check(forged, { key: KEY })), [
    ['forged', 1],
    ['forged', 2],
    ['forged', 3],
  ])
  assert.equal((await check(aChain(3), { key: KEY })).faultCount, 3)
  assert.match((await check(aChain(3, { key: KEY }), { key: KEY })).claim, /Nobody without the chain key/)
})

test('events from before the key was set are covered by the first that carries an HMAC', async () => {
  const early = aChain(2)
  const late = chainEvents(at(early, 1), [aBody(), aBody()], KEY)
  assert.equal((await check([...early, ...late], { key: KEY })).ok, true)
  const stripped = { ...at(late, 1), hmac: null }
  assert.deepEqual(kinds(await check([...early, at(late, 0), stripped], { key: KEY })), [['forged', 4]])
})

test('a tombstone keeps the place of a refused event, and the report counts it', async () => {
  const events = aChain(3, { key: KEY })
  const tombstone = tombstoneOf(at(events, 1), KEY)
  assert.equal(tombstone.event, 'outbox.tombstone')
  assert.equal(tombstone.grantee, null)
  const report = await check(events.with(1, tombstone), { key: KEY })
  assert.deepEqual(report.faults, [])
  assert.equal(report.tenants[0]?.tombstones, 1)
  assert.match(report.claim, /1 of the events were refused/)
  const arrivedAfterAll = await check([...events, tombstone], { key: KEY })
  assert.deepEqual([arrivedAfterAll.ok, arrivedAfterAll.tenants[0]?.tombstones], [true, 0])
})

test('what is not chained needs no tombstone', () => {
  for (const payload of [null, 'text', {}, { event: 'poller.heartbeat' }, { ...at(aChain(1), 0), hash: 'x' }])
    assert.equal(tombstoneFor(payload, 'refused', KEY), null)
})

test('with the key, nobody else can put a tombstone where an event was', async () => {
  const events = aChain(3, { key: KEY })
  for (const index of [0, 1, 2]) {
    const event = at(events, index)
    for (const forged of [
      tombstoneOf(event, null),
      tombstoneOf(event, 'another key'),
      { ...tombstoneOf(event, null), hmac: event.hmac },
    ])
      assert.deepEqual(kinds(await check(events.with(index, forged), { key: KEY })), [['forged', index + 1]])
  }
})

test('chains of several tenants are checked apart, each against its own anchors', async () => {
  const [one, other] = [aChain(3), aChain(2, { tenant: 'contoso' })]
  const mixed = [at(one, 0), at(other, 0), at(one, 1), at(other, 1), at(one, 2)]
  const whole = await check(mixed, { anchors: [at(one, 2), at(other, 1)] })
  assert.deepEqual(whole.faults, [])
  assert.deepEqual(
    whole.tenants.map((chain) => [chain.tenant, chain.lastSeq]),
    [
      ['contoso', 2],
      ['northwind', 3],
    ],
  )
  const broken = await check(mixed.toSpliced(1, 1))
  assert.deepEqual([broken.faults[0]?.tenant, broken.faults[0]?.kind], ['contoso', 'missing'])
  assert.equal((await check(other, { anchors: [at(one, 1)] })).ok, false)
})

test('an event of a chained kind that carries no chain fields is found', async () => {
  const report = await check([...aChain(2), { _time: '2026-03-01T10:00:00Z', event: 'review.approved' }])
  assert.deepEqual(kinds(report), [['unchained', null]])
  assert.equal(report.faults[0]?.line, 3)
})

test('lines of any other shape are malformed and never stop the check', async () => {
  let deep: unknown = 'x'
  for (let depth = 0; depth < 5_000; depth += 1) deep = { deep }
  await fc.assert(
    fc.asyncProperty(fc.anything(), async (value) => {
      const report = await verifyChain([...aChain(2), value, { ...at(aChain(1), 0), extra: deep }], {
        chainKey: KEY,
        anchors: [],
      })
      assert.equal(report.ok, false)
    }),
  )
  assert.deepEqual(kinds(await check(['text', 1, null, []])), [
    ['malformed', null],
    ['malformed', null],
    ['malformed', null],
    ['malformed', null],
  ])
})

test('with thousands of faults the report stays short and gives their number', async () => {
  const report = await check(Array.from({ length: 3_000 }, () => 'text'))
  assert.equal(report.faultCount, 3_000)
  assert.equal(report.faults.length, 100)
})

test('an anchor is written and read as SEQ:HASH', () => {
  const anchor = formatAnchor(at(aChain(2), 1))
  assert.deepEqual(parseAnchor(anchor), { seq: 2, hash: at(aChain(2), 1).hash })
  assert.equal(parseAnchor(anchor.toUpperCase())?.hash, at(aChain(2), 1).hash)
  for (const text of ['', '2', '2:', `:${'0'.repeat(64)}`, `2:${'0'.repeat(63)}`, `-1:${'0'.repeat(64)}`])
    assert.equal(parseAnchor(text), null)
})
