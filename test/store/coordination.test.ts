import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { FeedState } from '../../src/ports.ts'
import type { Store } from '../../src/store/database.ts'
import { aPolicy, aPolicyVersion, NOON } from '../support/builders.ts'
import { eachEngine } from '../support/databases.ts'

eachEngine('Leases and runs', (database) => {
  let store: Store
  before(async () => {
    store = await database.open()
  })
  const take = (instance: Store, name: string, holder: string, now: number) =>
    instance.records.leases.take({ name, holder, now, until: now + 60_000 })

  test('a lease belongs to one holder until it expires or is released', async () => {
    const { leases } = store.records
    assert.equal(await take(store, 'poll', 'one', NOON), true)
    assert.equal(await take(store, 'poll', 'two', NOON + 59_999), false)
    assert.equal(await take(store, 'other', 'two', NOON), true)
    assert.equal(await take(store, 'poll', 'one', NOON + 10), true, 'its own is renewed')
    assert.equal(await take(store, 'poll', 'two', NOON + 60_000), false, 'the renewal counts')
    assert.equal(await take(store, 'poll', 'two', NOON + 60_010), true, 'expired')
    await leases.release({ name: 'poll', holder: 'one' })
    assert.equal(await take(store, 'poll', 'one', NOON + 60_011), false, 'released by its holder only')
    await leases.release({ name: 'poll', holder: 'two' })
    assert.equal(await take(store, 'poll', 'one', NOON + 60_012), true)
  })

  test('of two instances that ask for a lease at once, one gets it', async () => {
    const other = await database.open()
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        take(index % 2 === 0 ? store : other, 'race', `holder-${index}`, NOON),
      ),
    )
    assert.equal(outcomes.filter((taken) => taken).length, 1)
  })

  test('the last run of a job is kept, and an older one does not replace it', async () => {
    const { runs } = store.records
    assert.equal(await runs.last('poll'), null)
    const started = { job: 'poll', startedAt: NOON, finishedAt: null, error: null }
    await runs.save(started)
    assert.deepEqual(await runs.last('poll'), started)
    const finished = { ...started, finishedAt: NOON + 5, error: 'it "broke"' }
    await runs.save(finished)
    await runs.save({ ...started, startedAt: NOON - 1 })
    await runs.save({ ...started, job: 'other' })
    assert.deepEqual(await runs.last('poll'), finished)
  })
})

eachEngine('Feeds, policies and tenants', (database) => {
  let store: Store
  before(async () => {
    store = await database.open()
  })
  const feed = (tenantId: string, more: Partial<FeedState> = {}): FeedState => ({
    tenantId,
    feedId: 'okta-logs',
    version: 1,
    switchedOnAt: NOON,
    historyUntil: '2026-11-24T11:59:59.999999999Z',
    backfilled: false,
    cursor: null,
    lastPollAt: null,
    lastEventAt: null,
    eventsRead: 0,
    grantsFound: 0,
    skipped: { 'not privileged': 3 },
    lastError: null,
    ...more,
  })

  test('a feed is made once and changes by compare-and-set', async () => {
    const { feeds } = store.records
    assert.equal(await feeds.get('t-feed', 'okta-logs'), null)
    assert.equal(await feeds.compareAndSet(feed('t-feed')), true)
    assert.equal(await feeds.compareAndSet(feed('t-feed', { backfilled: true })), false)
    assert.deepEqual(await feeds.get('t-feed', 'okta-logs'), feed('t-feed'))
    const read = feed('t-feed', {
      version: 2,
      backfilled: true,
      cursor: '2026-11-24T12:00:00.123456789Z',
      lastPollAt: NOON,
      lastEventAt: NOON - 5,
      eventsRead: 10,
      grantsFound: 2,
      skipped: {},
      lastError: 'none',
    })
    assert.equal(await feeds.compareAndSet(read), true)
    assert.equal(await feeds.compareAndSet({ ...read, cursor: 'lost' }), false)
    assert.equal(await feeds.compareAndSet(feed('t-feed', { feedId: 'unknown', version: 2 })), false)
    assert.deepEqual(await feeds.all('t-feed'), [read])
  })

  test('of two instances that move a feed’s cursor at once, one does', async () => {
    const other = await database.open()
    await store.records.feeds.compareAndSet(feed('t-cursor'))
    const move = (instance: Store, cursor: string) =>
      instance.transaction((records) => records.feeds.compareAndSet(feed('t-cursor', { version: 2, cursor })))
    const outcomes = await Promise.all([move(store, 'one'), move(other, 'two')])
    assert.deepEqual([...outcomes].sort(), [false, true])
    const state = await store.records.feeds.get('t-cursor', 'okta-logs')
    assert.equal(state?.cursor, outcomes[0] ? 'one' : 'two')
  })

  test('a policy version is saved once; the newest is in force', async () => {
    const { policies } = store.records
    assert.equal(await policies.current('t-policy'), null)
    const versions = [1, 2].map((version) =>
      aPolicyVersion(aPolicy({ timezone: version === 1 ? 'UTC' : 'Europe/Berlin' }), {
        tenantId: 't-policy',
        version,
      }),
    )
    const [first, second] = versions
    assert(first !== undefined && second !== undefined)
    assert.equal(await policies.save(first), true)
    assert.equal(await policies.save(second), true)
    assert.equal(await policies.save({ ...second, author: 'late' }), false)
    assert.deepEqual(await policies.current('t-policy'), second)
    assert.deepEqual(await policies.list('t-policy', 10), [second, first])
    assert.deepEqual(await policies.list('t-policy', 1), [second])
  })

  test('a workspace has one tenant, also when two instances make it at once', async () => {
    const other = await database.open()
    const { tenants } = store.records
    assert.equal(await tenants.forWorkspace('T0NEW'), null)
    const create = (instance: Store, tenantId: string) =>
      instance.records.tenants.create({ tenantId, workspaceId: 'T0NEW', name: 'Northwind', at: NOON })
    const [one, two] = await Promise.all([create(store, 'one'), create(other, 'two')])
    assert.equal(one, two)
    assert.equal(await tenants.forWorkspace('T0NEW'), one)
    assert.deepEqual(await tenants.all(), [{ tenantId: one, workspaceId: 'T0NEW', name: 'Northwind' }])
  })
})
