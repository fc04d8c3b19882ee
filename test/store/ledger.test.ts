import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { grantKeyOf } from '../../src/domain/grant.ts'
import type { KnownQuery, SnapshotRow } from '../../src/ports.ts'
import type { Store } from '../../src/store/database.ts'
import { aGrant, aParty, aRole, NOON } from '../support/builders.ts'
import { eachEngine } from '../support/databases.ts'

const MINUTE_MS = 60_000

eachEngine('The ledger', (database) => {
  let store: Store
  before(async () => {
    store = await database.open()
  })

  test('gives back a grant as it was put in, with everything known or nothing', async () => {
    const full = aGrant({
      tenantId: 't-full',
      grantee: aParty('ana', { email: 'ana@northwind.example', name: 'Ana "Q" Torres', type: 'external' }),
      kind: 'activate',
      standing: false,
      firstSeen: true,
      mechanism: 'pim',
      ip: '192.0.2.7',
      country: 'DE',
      userAgent: "x'); drop table grants; --",
      session: 's-1',
      justification: 'weekly "rotation"',
      ticket: 'OPS-1',
      expiresAt: NOON + MINUTE_MS,
      localOffsetMinutes: -330,
      outcome: 'failure',
      raw: '{"a":"\\u0000"}',
    })
    const bare = aGrant({ tenantId: 't-full', act: 'bare', grantor: null })
    await store.records.ledger.insert([full, bare])
    assert.deepEqual(await store.records.ledger.byIds('t-full', [full.id]), [full])
    assert.deepEqual(await store.records.ledger.byIds('t-full', [bare.id]), [bare])
  })

  test('takes a grant once and says which were new', async () => {
    const [one, two] = [aGrant({ tenantId: 't-once', act: '1' }), aGrant({ tenantId: 't-once', act: '2' })]
    const { ledger } = store.records
    assert.deepEqual(await ledger.insert([one, one]), new Set([one.id]))
    assert.deepEqual(await ledger.insert([{ ...one, ticket: 'changed' }, two]), new Set([two.id]))
    assert.deepEqual(await ledger.insert([]), new Set())
    assert.equal(await ledger.count('t-once'), 2)
    assert.deepEqual(await ledger.byIds('t-once', [one.id]), [one])
  })

  test('takes 5,000 rows at a time and gives them back by their ids', async () => {
    const grants = Array.from({ length: 5_000 }, (_, act) =>
      aGrant({ tenantId: 't-bulk', act: `act-${act}` }),
    )
    const ids = grants.map((grant) => grant.id)
    const inserted = await store.records.ledger.insert([...grants, ...grants.slice(0, 700)])
    assert.deepEqual(inserted, new Set(ids))
    assert.equal((await store.records.ledger.insert(grants)).size, 0)
    const found = await store.records.ledger.byIds('t-bulk', [...ids, ...ids])
    assert.deepEqual(new Set(found.map((grant) => grant.id)), new Set(ids))
    assert.equal(found.length, 5_000)
  })

  test('writes enriched rows over the ones before, the last version of each', async () => {
    const grant = aGrant({ tenantId: 't-replace' })
    await store.records.ledger.insert([grant])
    const enriched = {
      ...grant,
      kind: 'eligible' as const,
      ticket: 'OPS-2',
      grantor: null,
      grantorPerson: null,
    }
    await store.records.ledger.replace([{ ...grant, ticket: 'OPS-1' }, enriched])
    assert.deepEqual(await store.records.ledger.byIds('t-replace', [grant.id]), [enriched])
  })

  test('keeps tenants apart', async () => {
    const grant = aGrant({ tenantId: 't-one' })
    await store.records.ledger.insert([grant])
    assert.deepEqual(await store.records.ledger.byIds('t-other', [grant.id]), [])
    assert.deepEqual(await store.records.ledger.byIdPrefix('t-other', grant.id, 9), [])
    assert.equal(await store.records.ledger.count('t-other'), 0)
  })

  test('finds ids by any prefix, in order, up to a limit, and takes no wildcard', async () => {
    const ids = ['ab00', 'ab0z', 'ab1', 'abz', 'ac', 'b']
    const grants = ids.map((id) => ({ ...aGrant({ tenantId: 't-prefix', act: id }), id }))
    await store.records.ledger.insert(grants)
    const find = async (prefix: string, limit = 9) =>
      (await store.records.ledger.byIdPrefix('t-prefix', prefix, limit)).map((grant) => grant.id)
    assert.deepEqual(await find('ab'), ['ab00', 'ab0z', 'ab1', 'abz'])
    assert.deepEqual(await find('ab0'), ['ab00', 'ab0z'])
    assert.deepEqual(await find('ab', 2), ['ab00', 'ab0z'])
    assert.deepEqual(await find(''), ids)
    assert.deepEqual(await find('%'), [])
    assert.deepEqual(await find('a_'), [])
    assert.deepEqual(await find("' or '1'='1"), [])
  })

  test('finds what happened to one grantee in one feed since a moment, oldest first', async () => {
    const tenantId = 't-related'
    const rows = [3, 1, 2, 0].map((minute) =>
      aGrant({
        tenantId,
        act: `m-${minute}`,
        occurredAt: NOON + minute * MINUTE_MS,
        grantee: 'ANA@northwind.example',
      }),
    )
    const others = [
      aGrant({ tenantId, act: 'feed', feedId: 'other' }),
      aGrant({ tenantId, act: 'dev', grantee: 'dev@northwind.example' }),
    ]
    await store.records.ledger.insert([...rows, ...others])
    const query = {
      tenantId,
      feedId: 'okta-logs',
      granteeKey: 'ana@northwind.example',
      since: NOON + MINUTE_MS,
    }
    const acts = async (limit: number) =>
      (await store.records.ledger.related({ ...query, limit })).map((grant) => grant.act)
    assert.deepEqual(await acts(10), ['m-1', 'm-2', 'm-3'])
    assert.deepEqual(await acts(2), ['m-1', 'm-2'])
  })

  test('keeps whole milliseconds of times that sources write with fractions', async () => {
    const grant = aGrant({ tenantId: 't-fraction', occurredAt: NOON + 0.75, expiresAt: NOON + 1.5 })
    await store.records.ledger.insert([grant])
    const [found] = await store.records.ledger.byIds('t-fraction', [grant.id])
    assert.deepEqual([found?.occurredAt, found?.expiresAt], [NOON, NOON + 1])
  })
})

eachEngine('What the ledger knows of a batch', (database) => {
  let store: Store
  before(async () => {
    store = await database.open()
  })
  const query = (tenantId: string, more: Partial<KnownQuery> = {}): KnownQuery => ({
    tenantId,
    feedId: 'okta-logs',
    granteeKeys: ['ana'],
    since: NOON,
    ...more,
  })
  const snapshot = (tenantId: string, minute: number, more: Partial<SnapshotRow> = {}): SnapshotRow => ({
    tenantId,
    feedId: 'okta-logs',
    granteeKey: 'ana',
    act: `m${minute}`,
    occurredAt: NOON + minute * MINUTE_MS,
    roles: [aRole({ id: `role-${minute}` })],
    ...more,
  })

  test('is nothing at first', async () => {
    const known = await store.records.ledger.known(query('t-nothing'))
    assert.deepEqual(known, { snapshots: [], grants: [], keys: new Map() })
    const nobody = await store.records.ledger.known(query('t-nothing', { granteeKeys: [] }))
    assert.deepEqual(nobody.snapshots, [])
  })

  test('holds the grantees’ snapshots from the last one before the moment on', async () => {
    const tenantId = 't-snapshots'
    const rows = [5, -20, -10, 0].map((minute) => snapshot(tenantId, minute))
    const dev = snapshot(tenantId, 7, { granteeKey: 'dev' })
    await store.records.ledger.saveSnapshots([
      ...rows,
      dev,
      snapshot(tenantId, -1, { feedId: 'other' }),
      snapshot('t-other', -1),
    ])
    const known = await store.records.ledger.known(query(tenantId))
    assert.deepEqual(known.snapshots, [snapshot(tenantId, -10), snapshot(tenantId, 0), snapshot(tenantId, 5)])
    const both = await store.records.ledger.known(query(tenantId, { granteeKeys: ['ana', 'dev', 'nobody'] }))
    assert.deepEqual(both.snapshots, [...known.snapshots, dev])
  })

  test('holds a late snapshot in its place by time, and a corrected one once', async () => {
    const tenantId = 't-late'
    await store.records.ledger.saveSnapshots([snapshot(tenantId, 0), snapshot(tenantId, 10)])
    const corrected = snapshot(tenantId, 10, { roles: [] })
    await store.records.ledger.saveSnapshots([snapshot(tenantId, 5), snapshot(tenantId, 10), corrected])
    const { snapshots } = await store.records.ledger.known(query(tenantId))
    assert.deepEqual(snapshots, [snapshot(tenantId, 0), snapshot(tenantId, 5), corrected])
  })

  test('holds the grantees’ grants since the moment, and every key that became one of them', async () => {
    const tenantId = 't-keys'
    const at = (minute: number) =>
      aGrant({ tenantId, act: `m${minute}`, occurredAt: NOON + minute * MINUTE_MS, grantee: 'Ana' })
    const [old, late, early] = [at(-1), at(2), at(0)]
    await store.records.ledger.insert([old, late, early, aGrant({ tenantId, act: 'dev', grantee: 'dev' })])
    const mergedKey = grantKeyOf({
      feedId: 'okta-logs',
      act: 'pim',
      direction: 'given',
      granteeKey: 'ana',
      roleId: 'r',
      scope: '*',
    })
    await store.records.ledger.saveKeys(tenantId, new Map([[mergedKey, old.id]]))
    await store.records.ledger.saveKeys(tenantId, new Map([[mergedKey, early.id]]))
    const known = await store.records.ledger.known(query(tenantId))
    assert.deepEqual(known.grants, [early, late])
    const keys = new Map([
      [early.grantKey, early.id],
      [late.grantKey, late.id],
      [mergedKey, early.id],
    ])
    assert.deepEqual(known.keys, keys)
  })

  test('answers for more grantees than one statement takes, all in order of time', async () => {
    const tenantId = 't-many'
    const grantees = Array.from({ length: 1_200 }, (_, index) => `person-${index}`)
    const minuteOf = (index: number) => (index * 7) % 1_200
    await store.records.ledger.insert(
      grantees.map((grantee, index) =>
        aGrant({ tenantId, grantee, occurredAt: NOON + minuteOf(index) * MINUTE_MS }),
      ),
    )
    await store.records.ledger.saveSnapshots(
      grantees.map((granteeKey, index) => snapshot(tenantId, minuteOf(index), { granteeKey })),
    )
    const known = await store.records.ledger.known(query(tenantId, { granteeKeys: grantees }))
    const times = Array.from({ length: 1_200 }, (_, minute) => NOON + minute * MINUTE_MS)
    assert.deepEqual(
      known.grants.map((grant) => grant.occurredAt),
      times,
    )
    assert.deepEqual(
      known.snapshots.map((row) => row.occurredAt),
      times,
    )
    assert.equal(known.keys.size, 1_200)
  })
})
