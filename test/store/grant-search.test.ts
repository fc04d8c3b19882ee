import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Store } from '../../src/store/database.ts'
import { aGrant, aParty, type GrantParts, NOON } from '../support/builders.ts'
import { eachEngine } from '../support/databases.ts'

const TENANT = 't-search'
const HOUR = 3_600_000

eachEngine('Search of the ledger', (database) => {
  let store: Store
  const grant = (act: string, parts: GrantParts = {}) => aGrant({ tenantId: TENANT, act, ...parts })
  const ana = aParty('ana@northwind.example', { name: 'Ana Torres' })
  before(async () => {
    store = await database.open()
    await store.records.ledger.insert([
      grant('a', { grantee: ana, occurredAt: NOON }),
      grant('b', { grantee: ana, occurredAt: NOON + HOUR, role: { id: 'owner', name: 'Owner', tier: 'T0' } }),
      grant('c', {
        grantee: 'bob_x@northwind.example',
        grantor: ana,
        feedId: 'github',
        occurredAt: NOON + 2 * HOUR,
      }),
      grant('d', {
        grantee: 'bob_x@northwind.example',
        kind: 'removal',
        direction: 'taken',
        occurredAt: NOON + 3 * HOUR,
      }),
      grant('e', { tenantId: 't-other', grantee: ana }),
    ])
  })

  const acts = async (filter: Record<string, unknown>) => {
    const { grants, total } = await store.records.search.find({ tenantId: TENANT, limit: 10, ...filter })
    assert.equal(total, grants.length)
    return grants.map(({ act }) => act).join('')
  }

  test('finds by person, role, feed, tier, direction and time, newest first, and only of this tenant', async () => {
    assert.equal(await acts({}), 'dcba')
    assert.equal(await acts({ grantee: 'ana@northwind.example' }), 'ba')
    assert.equal(await acts({ grantor: 'ana@northwind.example' }), 'c')
    assert.equal(await acts({ either: 'ana@northwind.example' }), 'cba')
    assert.equal(await acts({ role: 'OWN' }), 'b')
    assert.equal(await acts({ role: 'ner own' }), 'b', 'a role is found by parts of its words')
    assert.equal(await acts({ role: 'own elsewhere' }), '')
    assert.equal(await acts({ feedIds: ['github'] }), 'c')
    assert.equal(await acts({ feedIds: [] }), '')
    assert.equal(await acts({ tiers: ['T0'] }), 'b')
    assert.equal(await acts({ directions: ['taken'] }), 'd')
    assert.equal(await acts({ since: NOON + HOUR, until: NOON + 3 * HOUR }), 'cb')
  })

  test('counts all that match when it shows only some', async () => {
    const { grants, total } = await store.records.search.find({ tenantId: TENANT, limit: 2 })
    assert.deepEqual([grants.length, total], [2, 4])
  })

  test('takes wildcards and quotes in a text for what they are', async () => {
    assert.equal(await acts({ role: '%' }), '')
    assert.equal(await acts({ role: "own' or 1=1 --" }), '')
    assert.equal(await acts({ role: 'o_ner' }), '')
    const people = async (text: string) =>
      (await store.records.search.people({ tenantId: TENANT, text, limit: 5 })).map(({ person }) => person)
    assert.deepEqual(await people('bob_x'), ['bob_x@northwind.example'])
    assert.deepEqual(await people('bobyx'), [])
    assert.deepEqual(await people('%'), [])
  })

  test('knows people by part of their name, whichever side of a grant they stand on', async () => {
    const people = await store.records.search.people({ tenantId: TENANT, text: 'TORRES', limit: 5 })
    assert.deepEqual(people, [{ person: 'ana@northwind.example', names: ['Ana Torres'] }])
  })
})
