import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { AxiomWithoutBatching } from '@axiomhq/js'
import { createAxiom, type LocalAxiom } from '../../../src/sandbox/axiom/axiom.ts'
import { openDisk } from '../../../src/sandbox/disk.ts'
import { createFaults, type Faults } from '../../../src/sandbox/faults.ts'
import { serve, standingClock, temporaryDirectory, temporaryDisk } from '../serve.ts'

const NOW = Date.parse('2026-03-02T09:00:00Z')

interface Stand {
  readonly url: string
  readonly axiom: LocalAxiom
  readonly faults: Faults
  readonly client: AxiomWithoutBatching
  readonly edge: AxiomWithoutBatching
}

async function stand(t: TestContext): Promise<Stand> {
  const faults = createFaults()
  const axiom = createAxiom({ disk: temporaryDisk(t), clock: standingClock(NOW), faults })
  axiom.create('audit')
  const url = await serve(t, axiom.handle)
  const options = {
    token: 'xaat-sandbox',
    url,
    onError: (error: Error) => {
      throw error
    },
  }
  const client = new AxiomWithoutBatching(options)
  const edge = new AxiomWithoutBatching({ ...options, edgeUrl: url })
  return { url, axiom, faults, client, edge }
}

async function rowsOf(client: AxiomWithoutBatching, apl: string): Promise<unknown[]> {
  const result = await client.query(apl, {
    startTime: '2026-01-01T00:00:00Z',
    endTime: '2027-01-01T00:00:00Z',
  })
  const table = result.tables[0]
  return table === undefined || table.columns?.length === 0 ? [] : [...table.events()]
}

for (const route of ['client', 'edge'] as const)
  test(`the real client ingests and queries through its ${route === 'edge' ? 'edge' : 'legacy'} paths`, async (t) => {
    const world = await stand(t)
    const status = await world[route].ingest('audit', [
      { _time: '2026-03-01T10:00:00Z', action: 'a', actor: { id: 1 }, target: [{ id: 'x' }] },
      { action: 'b' },
    ])
    assert.equal(status.ingested, 2)
    assert.equal(status.failed, 0)
    assert.ok(status.processedBytes > 0)
    const rows = await rowsOf(world[route], "['audit'] | sort by _time asc")
    assert.equal(rows.length, 2)
    const [first, second] = rows as Record<string, unknown>[]
    assert.equal(first?.['_time'], '2026-03-01T10:00:00.000000000Z')
    assert.deepEqual(first?.['actor'], { id: 1 })
    assert.deepEqual(first?.['target'], [{ id: 'x' }])
    assert.equal(second?.['actor'], null)
    assert.match(String(second?.['_sysTime']), /^2026-03-02T09:00:00\.000\d{6}Z$/)
    assert.equal(first?.['_sysTime'], second?.['_sysTime'], 'one batch has one ingest time')
    assert.equal(second?.['_time'], second?.['_sysTime'])
  })

test('the bounds of a query hold for the event time, the end excluded', async (t) => {
  const { axiom, client } = await stand(t)
  axiom.append(
    'audit',
    ['08', '09', '10'].map((hour) => ({ _time: `2026-03-01T${hour}:00:00Z`, hour })),
  )
  const result = await client.query("['audit'] | project hour", {
    startTime: '2026-03-01T09:00:00Z',
    endTime: '2026-03-01T10:00:00Z',
  })
  assert.deepEqual(result.tables[0]?.columns, [['09']])
  assert.equal(result.status.isPartial, false)
})

test('a query that matches nothing has no columns', async (t) => {
  const { client } = await stand(t)
  const result = await client.query("['audit'] | limit 5", {})
  assert.deepEqual(result.tables[0]?.columns, [])
})

test('unknown datasets, unknown queries and foreign tokens are refused with a reason', async (t) => {
  const { client, url } = await stand(t)
  await assert.rejects(client.query("['nope'] | limit 1", {}), { status: 404 })
  await assert.rejects(client.query("['audit'] | extend x = 1", {}), /400: invalid query: .*"extend"/)
  await assert.rejects(client.ingest('nope', [{ a: 1 }]), { status: 404 })
  const stranger = new AxiomWithoutBatching({ token: 'xaat-other', url })
  await assert.rejects(stranger.query("['audit']", {}), /forbidden/)
})

test('the fields of a nested object are addressed by dotted names, those of a map field by keys', async (t) => {
  const { axiom, client, url } = await stand(t)
  const created = await client.datasets.create({ name: 'reviews', kind: 'axiom:events:v1' })
  const answer = await fetch(`${url}/v2/datasets/${created.id}/mapfields`, {
    method: 'POST',
    headers: { authorization: 'Bearer xaat-sandbox', 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'detail' }),
  })
  assert.equal(answer.status, 200)
  assert.deepEqual(await client.datasets.mapFields('reviews'), ['detail'])
  axiom.append('reviews', [{ detail: { step: 'x' }, who: { id: 7 } }])
  assert.equal((await rowsOf(client, "['reviews'] | where ['detail']['step'] == 'x'")).length, 1)
  assert.equal((await rowsOf(client, "['reviews'] | where ['who.id'] == 7")).length, 1)
  await assert.rejects(rowsOf(client, "['reviews'] | where ['detail.step'] == 'x'"), /no field/)
})

test('reserved names are renamed, over-long texts replaced, and events that cannot be kept are counted', async (t) => {
  const { axiom, client } = await stand(t)
  const wide = Object.fromEntries(Array.from({ length: 1100 }, (_, index) => [`f${index}`, index]))
  const status = await client.ingest('audit', [
    { _sysTime: '1999-01-01T00:00:00Z', text: 'x'.repeat(1024 * 1024 + 1) },
    { _time: 'yesterday' },
    wide,
  ])
  assert.equal(status.ingested, 1)
  assert.equal(status.failed, 2)
  assert.deepEqual(
    status.failures?.map((failure) => failure.error),
    ['the field _time is no timestamp', 'the event would exceed the limit of 1024 fields in a dataset'],
  )
  const [row] = axiom.events('audit') ?? []
  assert.equal(row?.['_user_sysTime'], '1999-01-01T00:00:00Z')
  assert.equal(row?.['text'], '<invalid string: too long>')
})

test('a batch of more than 10,000 events and a wrong line are refused whole', async (t) => {
  const { axiom, url } = await stand(t)
  const post = (body: string, contentType = 'application/x-ndjson') =>
    fetch(`${url}/v1/ingest/audit`, {
      method: 'POST',
      headers: { authorization: 'Bearer xaat-sandbox', 'content-type': contentType },
      body,
    })
  assert.equal((await post('{}\n'.repeat(10_001))).status, 400)
  const wrong = await post('{"a":1}\nnot json\n')
  assert.equal(wrong.status, 400)
  assert.match(await wrong.text(), /line 2 is no JSON/)
  assert.equal((await post('a,b', 'text/csv')).status, 415)
  assert.equal(axiom.events('audit')?.length, 0)
  assert.equal((await post('[{"a":1},{"a":2}]', 'application/json')).status, 200)
  assert.equal(axiom.events('audit')?.length, 2)
})

test('a 429 tells when to come back, and the client reports it', async (t) => {
  const { client, faults, url, edge } = await stand(t)
  faults.set({ axiom: '429' })
  const answer = await fetch(`${url}/v1/query/_apl?format=tabular`, {
    method: 'POST',
    headers: { authorization: 'Bearer xaat-sandbox' },
    body: JSON.stringify({ apl: "['audit']" }),
  })
  assert.equal(answer.status, 429)
  assert.equal(answer.headers.get('retry-after'), '1')
  assert.equal(answer.headers.get('x-querylimit-remaining'), '0')
  assert.equal(answer.headers.get('x-ingestlimit-reset'), String(NOW / 1000 + 1))
  await assert.rejects(edge.ingest('audit', [{}]), /limit exceeded/)
  await assert.rejects(client.query("['audit']", {}))
})

test('a server error is a 5xx until it is switched off', async (t) => {
  const { client, faults, axiom } = await stand(t)
  faults.set({ axiom: '5xx' })
  await assert.rejects(client.query("['audit']", {}), { status: 503 })
  faults.set({ axiom: 'off' })
  await client.query("['audit']", {})
  assert.equal(axiom.usage().queries.length, 1)
})

test('a partial answer says so and lacks half the rows', async (t) => {
  const { axiom, client, faults } = await stand(t)
  axiom.append(
    'audit',
    Array.from({ length: 10 }, (_, n) => ({ n })),
  )
  faults.set({ axiom: 'partial' })
  const result = await client.query("['audit'] | sort by n asc", {})
  assert.equal(result.status.isPartial, true)
  assert.equal([...(result.tables[0]?.events() ?? [])].length, 5)
})

test('late events turn up when the fault is over, with the ingest time of their arrival', async (t) => {
  const { axiom, client, faults } = await stand(t)
  axiom.append('audit', [{ n: 1 }])
  faults.set({ axiom: 'late' })
  axiom.append('audit', [{ n: 2 }])
  faults.set({ axiom: ['late', 'partial'] })
  faults.set({ axiom: 'late' })
  assert.equal((await rowsOf(client, "['audit']")).length, 1)
  const arrived = axiom.events('audit')?.[1]?.['_sysTime']
  axiom.append('audit', [{ n: 3 }])
  faults.set({ axiom: 'off' })
  const rows = await rowsOf(client, "['audit'] | sort by _sysTime asc")
  assert.equal(rows.length, 3)
  assert.equal((rows[1] as Record<string, unknown>)['_sysTime'], arrived)
})

test('datasets and their events outlive the process', async (t) => {
  const directory = temporaryDirectory(t)
  const first = openDisk(directory)
  const before = createAxiom({ disk: first, clock: standingClock(NOW), faults: createFaults() })
  before.create('audit')
  before.append('audit', [{ n: 1 }, { n: 2 }])
  const kept = before.events('audit')
  first.close()
  const second = openDisk(directory)
  t.after(() => second.close())
  const after = createAxiom({ disk: second, clock: standingClock(NOW + 1), faults: createFaults() })
  assert.deepEqual(after.events('audit'), kept)
  after.append('audit', [{ n: 3 }])
  assert.deepEqual(after.datasets(), [{ name: 'audit', count: 3 }])
})

test('monitors are replaced whole, dashboards only where that is said', async (t) => {
  const { client, url } = await stand(t)
  const monitor = await client.monitors.create({
    name: 'silence',
    type: 'Threshold',
    aplQuery: "['audit'] | summarize count()",
    threshold: 1,
  })
  const changed = await client.monitors.update(monitor.id, {
    name: 'silence',
    type: 'Threshold',
    aplQuery: 'x',
  })
  assert.equal(changed.threshold, undefined)
  assert.equal(changed.createdAt, monitor.createdAt)
  assert.equal((await client.monitors.list()).length, 1)
  await assert.rejects(client.monitors.create({ name: 'x', type: 'Threshold' }), { status: 400 })

  const dashboard = {
    name: 'n',
    owner: 'X-AXIOM-EVERYONE',
    charts: [],
    layout: [],
    refreshTime: 60,
    schemaVersion: 2,
    timeWindowStart: 'qr-now-7d',
    timeWindowEnd: 'qr-now',
  }
  const post = (body: unknown) =>
    fetch(`${url}/v2/dashboards`, {
      method: 'POST',
      headers: { authorization: 'Bearer xaat-sandbox', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  assert.equal((await post({ uid: 'd1', dashboard })).status, 200)
  assert.equal((await post({ uid: 'd1', dashboard })).status, 412)
  assert.equal((await post({ uid: 'd1', overwrite: true, dashboard })).status, 200)
  assert.equal((await post({ uid: 'd2', dashboard: { name: 'n' } })).status, 400)
  assert.equal((await client.dashboards.get('d1')).uid, 'd1')
  await assert.rejects(client.datasets.create({ name: 'audit' }), { status: 409 })
})
