import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { presetNamed } from '../../src/domain/presets/registry.ts'
import { UpstreamError } from '../../src/ports.ts'
import { noteFailedPoll, pollFeed } from '../../src/workflows/poll-feed.ts'
import { aPolicy, NOON, TENANT } from '../support/builders.ts'
import { aPlainRow, type WorkflowPorts, workflowPorts } from '../support/workflow-ports.ts'

const preset = presetNamed('plain') ?? assert.fail('the preset plain is gone')
const policy = aPolicy({ feeds: [{ id: 'plain-x', preset: 'plain', dataset: 'x' }] })
const feed = policy.feeds[0] ?? assert.fail('no feed')
const signal = new AbortController().signal

let ports: WorkflowPorts
beforeEach(async () => {
  await ports?.close()
  ports = await workflowPorts()
})
after(() => ports.close())

const poll = () => pollFeed(ports, { tenantId: TENANT, feed, preset, policy, signal })
const state = async () =>
  (await ports.store.records.feeds.get(TENANT, 'plain-x')) ?? assert.fail('no feed state')
const at = (seconds: number, nanos = 0) =>
  `${new Date(NOON + seconds * 1_000).toISOString().slice(0, 19)}.${String(nanos).padStart(9, '0')}Z`

test('what the dataset held at switch-on is history, what comes later is live', async () => {
  ports.rows.push(aPlainRow({ id: 'old', ingestedAt: at(-3_600) }))
  await poll()
  ports.rows.push(aPlainRow({ id: 'new', role: 'admin', ingestedAt: at(1) }))
  await poll()
  const queued = await ports.store.records.queue.due(TENANT, NOON, 10)
  assert.deepEqual(queued.map((item) => item.mode).sort(), ['history', 'live'])
  assert.equal((await state()).historyUntil, at(-3_600))
})

test('the cursor is the newest ingest time read, kept to the ninth digit', async () => {
  ports.rows.push(aPlainRow({ id: 'a', ingestedAt: at(1, 123_456_789) }))
  await poll()
  assert.equal((await state()).cursor, at(1, 123_456_789))
  await poll()
  assert.equal(ports.pages.at(-1)?.fromIngest, at(1 - 900, 123_456_789))
})

test('reading the overlap again changes nothing and counts nothing twice', async () => {
  ports.rows.push(aPlainRow({ id: 'a' }), aPlainRow({ id: 'b', role: 'admin' }), {
    ingestedAt: at(0),
    event: { id: 'nonsense' },
  })
  await poll()
  await poll()
  const { eventsRead, grantsFound, skipped } = await state()
  assert.deepEqual({ eventsRead, grantsFound }, { eventsRead: 3, grantsFound: 2 })
  assert.equal(
    Object.values(skipped).reduce((sum, count) => sum + count, 0),
    1,
  )
  assert.equal(await ports.store.records.ledger.count(TENANT), 2)
})

test('a row that becomes visible late, behind the cursor, is still found', async () => {
  ports.rows.push(aPlainRow({ id: 'a', ingestedAt: at(60) }))
  await poll()
  ports.rows.push(aPlainRow({ id: 'late', role: 'admin', ingestedAt: at(30) }))
  await poll()
  assert.equal(await ports.store.records.ledger.count(TENANT), 2)
  assert.equal((await state()).cursor, at(60))
})

test('a partial answer moves nothing', async () => {
  ports.rows.push(aPlainRow({ id: 'a' }))
  ports.audit.partial = true
  await assert.rejects(poll(), (error) => error instanceof UpstreamError && error.retryable)
  assert.equal((await state()).cursor, null)
  assert.equal(await ports.store.records.ledger.count(TENANT), 0)
  ports.audit.partial = false
  await poll()
  assert.equal(await ports.store.records.ledger.count(TENANT), 1)
})

test('pages follow each other by ingest time, with one query a page and one more', async () => {
  for (let index = 0; index < 2_500; index += 1)
    ports.rows.push(aPlainRow({ id: `row-${index}`, role: `role-${index}`, ingestedAt: at(index) }))
  const outcome = await poll()
  assert.equal(await ports.store.records.ledger.count(TENANT), 2_500)
  assert.equal(outcome.pages, 3)
  assert.equal(outcome.more, false)
})

test('more rows of one ingest time than a page holds are read with a larger page', async () => {
  for (let index = 0; index < 2_500; index += 1)
    ports.rows.push(aPlainRow({ id: `row-${index}`, role: `role-${index}`, ingestedAt: at(5) }))
  await poll()
  assert.equal(await ports.store.records.ledger.count(TENANT), 2_500)
  assert.ok((ports.pages.at(-1)?.limit ?? 0) > 2_500)
})

test('a poll that finds the feed read elsewhere gives its page up whole', async () => {
  await poll()
  ports.rows.push(aPlainRow({ id: 'a' }))
  const page = ports.auditFeed.page
  const racing: WorkflowPorts = {
    ...ports,
    auditFeed: {
      ...ports.auditFeed,
      async page(query) {
        const found = await page(query)
        const other = await state()
        await ports.store.records.feeds.compareAndSet({ ...other, version: other.version + 1 })
        return found
      },
    },
  }
  await assert.rejects(pollFeed(racing, { tenantId: TENANT, feed, preset, policy, signal }), UpstreamError)
  assert.equal(await ports.store.records.ledger.count(TENANT), 0)
  await poll()
  assert.equal(await ports.store.records.ledger.count(TENANT), 1)
})

test('why a poll failed is remembered until the next one works', async () => {
  await poll()
  await noteFailedPoll(ports, { tenantId: TENANT, feedId: 'plain-x', why: 'Axiom answered 403' })
  assert.equal((await state()).lastError, 'Axiom answered 403')
  await poll()
  assert.equal((await state()).lastError, null)
})

test('an event that no rule understands is counted by its reason and never fatal', async () => {
  for (const event of [null, 7, 'text', [], {}, { kind: 'grant' }, { __proto__: null, id: {} }])
    ports.rows.push({ ingestedAt: at(1), event })
  await poll()
  const { skipped, eventsRead } = await state()
  assert.equal(eventsRead, 7)
  assert.equal(
    Object.values(skipped).reduce((sum, count) => sum + count, 0),
    7,
  )
})

test('an event nested a hundred thousand deep is kept without its raw text', async () => {
  let deep: unknown = 'bottom'
  for (let depth = 0; depth < 100_000; depth += 1) deep = [deep]
  const { event } = aPlainRow({ id: 'deep' })
  ports.rows.push({ ingestedAt: at(1), event: { ...(event as object), note: deep } })
  await poll()
  assert.equal(await ports.store.records.ledger.count(TENANT), 1)
})
