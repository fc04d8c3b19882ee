import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStore } from '../../src/store/database.ts'
import { assessAgain } from '../../src/workflows/assess-again.ts'
import { aGrant, aReview, type GrantParts, NOON, TENANT } from '../support/builders.ts'

const HOUR = 3_600_000
const ANA = 'ana@northwind.example'

/** Which of some grants are queued again when an event comes. */
async function queuedAfter(event: GrantParts): Promise<readonly string[]> {
  const store = await openStore('sqlite::memory:')
  try {
    const grants = [
      aGrant({ act: 'to ana', grantee: ANA, occurredAt: NOON }),
      aGrant({ act: 'by ana', grantor: ANA, grantee: 'bob@northwind.example', occurredAt: NOON }),
      aGrant({
        act: 'others',
        grantor: 'x@northwind.example',
        grantee: 'y@northwind.example',
        occurredAt: NOON,
      }),
      aGrant({ act: 'decided', grantee: ANA, occurredAt: NOON }),
      aGrant({ act: 'long ago', grantee: ANA, occurredAt: NOON - 50 * HOUR }),
    ]
    await store.records.ledger.insert(grants)
    await store.records.reviews.insert(
      grants.map((grant) =>
        aReview(grant, { state: grant.act === 'decided' ? 'approved' : 'auto_resolved' }),
      ),
    )
    await assessAgain(store.records, { tenantId: TENANT, now: NOON }, [aGrant({ act: 'event', ...event })])
    const due = await store.records.queue.due(TENANT, NOON, 10)
    const byId = new Map(grants.map((grant) => [grant.id, grant.act]))
    return due.map(({ grantId }) => byId.get(grantId) ?? '?').sort()
  } finally {
    await store.close()
  }
}

const reset = { kind: 'context', direction: 'none', role: { id: 'mfa-reset' }, grantee: ANA } as const

test('a reset that becomes known later has the grants of that person looked at again, decided ones excepted', async () => {
  assert.deepEqual(await queuedAfter({ ...reset, occurredAt: NOON - HOUR }), ['by ana', 'to ana'])
  assert.deepEqual(await queuedAfter({ ...reset, occurredAt: NOON + HOUR / 2 }), ['by ana', 'to ana'])
  assert.deepEqual(await queuedAfter({ ...reset, occurredAt: NOON + 2 * HOUR }), [])
})

test('a weakened control throws its light on everybody in its feed', async () => {
  const weakened = { kind: 'control_weakened', direction: 'none', role: { id: 'audit-log' } } as const
  assert.deepEqual(await queuedAfter({ ...weakened, occurredAt: NOON - HOUR }), [
    'by ana',
    'others',
    'to ana',
  ])
  assert.deepEqual(await queuedAfter({ ...weakened, feedId: 'another', occurredAt: NOON - HOUR }), [])
})

test('a quick removal has the grant looked at again; a grant does not', async () => {
  const removal = { kind: 'removal', direction: 'taken', grantee: ANA, grantor: null } as const
  assert.deepEqual(await queuedAfter({ ...removal, occurredAt: NOON + HOUR }), ['by ana', 'to ana'])
  assert.deepEqual(await queuedAfter({ grantee: ANA, occurredAt: NOON + HOUR }), [])
})
