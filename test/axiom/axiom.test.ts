import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { createAuditFeed } from '../../src/axiom/audit-feed.ts'
import { type AxiomConnection, createAxiom } from '../../src/axiom/client.ts'
import { readReviewEvents } from '../../src/axiom/review-reader.ts'
import { createReviewSink } from '../../src/axiom/review-sink.ts'
import { createTelemetry } from '../../src/axiom/telemetry.ts'
import type { AuditPageQuery, OutboxRow } from '../../src/ports.ts'
import { openWire, type Reply, type Wire } from './wire.ts'

const NOW = Date.parse('2026-03-01T10:00:00Z')
let wire: Wire

beforeEach(async () => {
  wire = await openWire()
})
afterEach(() => wire.close())

function axiom(change: Partial<AxiomConnection> = {}) {
  const connection = { token: 'xaat-test', url: wire.url, edgeUrl: wire.url, organisationId: null, ...change }
  return createAxiom(connection, { clock: { now: () => NOW } })
}

function aQuery(change: Partial<AuditPageQuery> = {}): AuditPageQuery {
  return {
    dataset: 'okta-logs',
    prefix: null,
    anyOf: [{ field: 'eventType', op: 'in', values: ['grant'] }],
    allOf: [],
    fromIngest: null,
    timeFrom: NOW - 60_000,
    timeTo: NOW,
    limit: 1_000,
    ...change,
  }
}

/** A tabular answer as Axiom gives it: column by column, every field of the dataset in every row. */
function tabular(rows: readonly Record<string, unknown>[], change: { isPartial?: boolean } = {}): Reply {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  return {
    status: 200,
    body: {
      format: 'tabular',
      status: { isPartial: change.isPartial ?? false, elapsedTime: 1, rowsMatched: rows.length },
      tables: [
        {
          name: '0',
          fields: names.map((name) => ({ name, type: 'unknown' })),
          columns: rows.length === 0 ? undefined : names.map((name) => rows.map((row) => row[name] ?? null)),
        },
      ],
    },
  }
}

function aRow(
  position: number,
  payload: unknown = { _time: '2026-03-01T09:00:00Z', seq: position },
): OutboxRow {
  const text = JSON.stringify(payload)
  return {
    position,
    tenantId: 't',
    lane: 'axiom',
    eventId: `e${position}`,
    payload: text,
    attempts: 0,
    createdAt: 0,
  }
}

function accepted(count: number, change: Record<string, unknown> = {}): Reply {
  return { status: 200, body: { ingested: count, failed: 0, processedBytes: 1, ...change } }
}

test('a page is one query, uncached, with event time bounded beside it', async () => {
  wire.answer(tabular([]))
  const page = await createAuditFeed(axiom()).page(aQuery())
  assert.deepEqual(page, { rows: [], partial: false })
  const [request] = wire.requests
  assert.equal(wire.requests.length, 1)
  assert.equal(request?.path, '/v1/query/_apl')
  assert.equal(request.query.get('nocache'), 'true')
  assert.equal(request.query.get('format'), 'tabular')
  assert.equal(request.headers.authorization, 'Bearer xaat-test')
  const { apl, ...bounds } = JSON.parse(request.body) as Record<string, unknown>
  assert.match(String(apl), /^\['okta-logs'\]\n\| where column_ifexists\('eventType', ''\) in \('grant'\)/)
  assert.deepEqual(bounds, { startTime: '2026-03-01T09:59:00.000Z', endTime: '2026-03-01T10:00:00.000Z' })
})

test('rows come with their exact ingest time and without what Axiom added or left empty', async () => {
  wire.answer(
    tabular([
      {
        _time: '2026-03-01T09:00:00Z',
        _sysTime: '2026-03-01T09:00:01.123456789Z',
        _rowID: '0x1',
        eventType: 'grant',
        'actor.id': 'u1',
        target: [{ id: 'u2' }],
        absent: null,
      },
      { _time: '2026-03-01T09:00:00Z', _sysTime: '2026-03-01T09:00:01.123456790Z', map: { a: 1 } },
    ]),
  )
  const { rows } = await createAuditFeed(axiom()).page(aQuery())
  assert.deepEqual(rows, [
    {
      ingestedAt: '2026-03-01T09:00:01.123456789Z',
      event: { _time: '2026-03-01T09:00:00Z', eventType: 'grant', 'actor.id': 'u1', target: [{ id: 'u2' }] },
    },
    { ingestedAt: '2026-03-01T09:00:01.123456790Z', event: { _time: '2026-03-01T09:00:00Z', map: { a: 1 } } },
  ])
})

test('an answer about a part of the window says so', async () => {
  const row = { _time: '2026-03-01T09:00:00Z', _sysTime: '2026-03-01T09:00:01Z' }
  wire.answer(tabular([row], { isPartial: true }))
  const feed = createAuditFeed(axiom())
  assert.equal((await feed.page(aQuery())).partial, true)
  await assert.rejects(feed.newestIngest(aQuery()), { name: 'UpstreamError', retryable: true })
})

test('a row without a usable ingest time stops the page, since no cursor can be had from it', async () => {
  for (const ingested of [undefined, 'yesterday', 1_772_355_601_000]) {
    wire.answer(tabular([{ _time: '2026-03-01T09:00:00Z', _sysTime: ingested }]))
    await assert.rejects(createAuditFeed(axiom()).page(aQuery()), { name: 'UpstreamError', retryable: false })
  }
})

test('the newest ingest time is one query, and null for an empty dataset', async () => {
  wire.answer(tabular([{ _sysTime: '2026-03-01T09:00:01.5Z' }]), tabular([]))
  const feed = createAuditFeed(axiom())
  assert.equal(await feed.newestIngest(aQuery()), '2026-03-01T09:00:01.5Z')
  assert.equal(await feed.newestIngest(aQuery()), null)
  assert.equal(wire.requests.length, 2)
})

test('failures of a query say whether another try may help, and when', async () => {
  const feed = createAuditFeed(axiom())
  const reset = { 'x-querylimit-remaining': '0', 'x-querylimit-reset': String(NOW / 1_000 + 30) }
  for (const [reply, expected] of [
    [
      { status: 400, body: { message: 'bad query' } },
      { status: 400, retryable: false },
    ],
    [{ status: 401 }, { status: 401, retryable: false }],
    [{ status: 403 }, { status: 403, retryable: false }],
    [{ status: 404 }, { status: 404, retryable: false }],
    [
      { status: 429, headers: { 'retry-after': '7' } },
      { status: 429, retryable: true, retryAfterMs: 7_000 },
    ],
    [
      { status: 429, headers: reset },
      { status: 429, retryable: true, retryAfterMs: 30_000 },
    ],
    [{ status: 430 }, { status: 430, retryable: true, retryAfterMs: null }],
    [{ status: 432 }, { status: 432, retryable: true }],
    [
      { status: 200, body: 'not json' },
      { status: null, retryable: true },
    ],
    [
      { status: 200, body: { status: {}, tables: 'none' } },
      { status: null, retryable: true },
    ],
  ] satisfies readonly (readonly [Reply, Record<string, unknown>])[]) {
    wire.answer(reply)
    await assert.rejects(feed.page(aQuery()), { name: 'UpstreamError', upstream: 'axiom', ...expected })
  }
})

test('a server that fails once is asked again, and one that stays down is a passing failure', async () => {
  wire.answer({ status: 503 }, tabular([]))
  assert.deepEqual((await createAuditFeed(axiom()).page(aQuery())).rows, [])
  wire.answer({ status: 500 })
  await assert.rejects(createAuditFeed(axiom()).page(aQuery()), { status: 500, retryable: true })
})

test('a server that cannot be reached is a passing failure without a status', async () => {
  await wire.close()
  await assert.rejects(createAuditFeed(axiom()).page(aQuery()), { status: null, retryable: true })
  wire = await openWire()
})

test('review events go out as one gzipped request, in order', async () => {
  wire.answer(accepted(2))
  const sink = createReviewSink({ axiom: axiom(), dataset: 'grant-reviews' })
  assert.deepEqual(await sink.deliver([aRow(1), aRow(2)]), { kind: 'delivered' })
  const [request] = wire.requests
  assert.equal(request?.path, '/v1/ingest/grant-reviews')
  assert.equal(request.headers['content-type'], 'application/x-ndjson')
  assert.deepEqual(
    request.body.split('\n').map((line) => JSON.parse(line)),
    [
      { _time: '2026-03-01T09:00:00Z', seq: 1 },
      { _time: '2026-03-01T09:00:00Z', seq: 2 },
    ],
  )
})

test('without an edge, requests go where the API is', async () => {
  wire.answer(accepted(1), tabular([]))
  const direct = axiom({ edgeUrl: null })
  await createReviewSink({ axiom: direct, dataset: 'grant-reviews' }).deliver([aRow(1)])
  await createAuditFeed(direct).page(aQuery())
  assert.deepEqual(
    wire.requests.map((request) => request.path),
    ['/v1/datasets/grant-reviews/ingest', '/v1/datasets/_apl'],
  )
})

test('only 400 and 413 refuse rows for their content', async () => {
  const sink = createReviewSink({ axiom: axiom(), dataset: 'grant-reviews' })
  for (const status of [400, 413]) {
    wire.answer({ status, body: { message: 'too many fields' } })
    const outcome = await sink.deliver([aRow(1)])
    assert.equal(outcome.kind, 'refused')
    assert.match(outcome.kind === 'refused' ? outcome.why : '', /too many fields/)
  }
  for (const status of [401, 403, 404, 422, 429, 430]) {
    wire.answer({ status })
    await assert.rejects(sink.deliver([aRow(1)]), { name: 'UpstreamError', status, retryable: true })
  }
})

test('a 429 on ingest carries how long to wait, with and without an edge', async () => {
  for (const edgeUrl of [wire.url, null]) {
    wire.answer({ status: 429, headers: { 'retry-after': '12' } })
    const sink = createReviewSink({ axiom: axiom({ edgeUrl }), dataset: 'grant-reviews' })
    await assert.rejects(sink.deliver([aRow(1)]), { status: 429, retryable: true, retryAfterMs: 12_000 })
  }
})

test('a 200 counts only when every event was taken whole', async () => {
  const sink = createReviewSink({ axiom: axiom(), dataset: 'grant-reviews' })
  for (const reply of [
    accepted(0),
    accepted(1),
    accepted(1, { failed: 1, failures: [{ timestamp: '', error: 'field limit reached' }] }),
    accepted(2, { failed: 1 }),
    accepted(2, { messages: [{ code: 'schema_rules_drop_fields', count: 1, msg: 'x', priority: 'warn' }] }),
    accepted(2, { ingested: null }),
    { status: 200, body: 'accepted' },
    { status: 204 },
  ] satisfies readonly Reply[]) {
    wire.answer(reply)
    await assert.rejects(sink.deliver([aRow(1), aRow(2)]), { name: 'UpstreamError', retryable: true })
  }
  wire.answer(
    accepted(2, { failures: null, messages: [{ code: 'info', count: 1, msg: 'x', priority: 'info' }] }),
  )
  assert.deepEqual(await sink.deliver([aRow(1), aRow(2)]), { kind: 'delivered' })
})

test('an answer that was lost means a second delivery, never a lost event', async () => {
  wire.answer('hang up', accepted(1))
  const sink = createReviewSink({ axiom: axiom(), dataset: 'grant-reviews' })
  assert.deepEqual(await sink.deliver([aRow(1)]), { kind: 'delivered' })
  assert.equal(wire.requests.length, 2)
  wire.answer('hang up')
  await assert.rejects(sink.deliver([aRow(1)]), { status: null, retryable: true })
})

test('the token never shows in what is thrown', async () => {
  wire.answer({ status: 403, body: { message: 'x'.repeat(5_000) } })
  await assert.rejects(createAuditFeed(axiom()).page(aQuery()), (error: Error) => {
    assert.ok(!error.message.includes('xaat-test') && error.message.length < 500)
    return true
  })
})

test('telemetry is sent to the review dataset, and nothing is sent for nothing', async () => {
  wire.answer(accepted(1))
  const telemetry = createTelemetry({ axiom: axiom(), dataset: 'grant-reviews' })
  await telemetry.send([])
  await telemetry.send([{ _time: '2026-03-01T09:00:00Z', event: 'poller.heartbeat' }])
  assert.deepEqual(
    wire.requests.map((request) => [request.path, request.body]),
    [['/v1/ingest/grant-reviews', '{"_time":"2026-03-01T09:00:00Z","event":"poller.heartbeat"}']],
  )
})

test('review events are read page by page, and none twice where pages overlap', async () => {
  const at = (second: number, seq: number) => ({ _sysTime: `2026-03-01T09:00:0${second}.000000001Z`, seq })
  wire.answer(
    tabular([at(1, 1), at(2, 2), at(2, 3)]),
    tabular([at(2, 2), at(2, 3), at(3, 4)]),
    tabular([at(3, 4), at(3, 5)]),
  )
  const read: unknown[] = []
  for await (const event of readReviewEvents(axiom(), {
    dataset: 'r',
    timeFrom: 0,
    timeTo: NOW,
    pageRows: 3,
  }))
    read.push(event)
  assert.deepEqual(read, [{ seq: 1 }, { seq: 2 }, { seq: 3 }, { seq: 4 }, { seq: 5 }])
  assert.match(wire.requests[1]?.body ?? '', /_sysTime >= datetime\(2026-03-01T09:00:02.000000001Z\)/)
})

test('a batch that shares one ingest time is got past with a longer page', async () => {
  const batch = Array.from({ length: 5 }, (_, index) => ({
    _sysTime: '2026-03-01T09:00:01Z',
    seq: index + 1,
  }))
  wire.answer(tabular(batch.slice(0, 2)), tabular(batch.slice(0, 2)), tabular(batch))
  const read: unknown[] = []
  for await (const event of readReviewEvents(axiom(), {
    dataset: 'r',
    timeFrom: 0,
    timeTo: NOW,
    pageRows: 2,
  }))
    read.push(event)
  assert.equal(read.length, 5)
  assert.match(wire.requests[2]?.body ?? '', /limit 20"/)
})

test('review events that cannot be read as a whole are an error, not a shorter chain', async () => {
  const row = { _sysTime: '2026-03-01T09:00:01Z', seq: 1 }
  const drain = async (pageRows = 2) => {
    const events = readReviewEvents(axiom(), { dataset: 'r', timeFrom: 0, timeTo: NOW, pageRows })
    for await (const event of events) assert.ok(event)
  }
  wire.answer(tabular([row], { isPartial: true }))
  await assert.rejects(drain(), { name: 'UpstreamError', retryable: true })
  const full = Array.from({ length: 50_000 }, (_, index) => ({ ...row, seq: index + 1 }))
  wire.answer(tabular(full))
  await assert.rejects(drain(50_000), /more events than a page can hold share one ingest time/)
})
