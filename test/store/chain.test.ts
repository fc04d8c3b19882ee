import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { chainEvents } from '../../src/domain/chain.ts'
import { CHAIN_START, type ReviewEvent } from '../../src/domain/review-event.ts'
import { reviewStepEvent } from '../../src/domain/review-step.ts'
import type { Records } from '../../src/ports.ts'
import type { Store } from '../../src/store/database.ts'
import { aGrant, NOON } from '../support/builders.ts'
import { eachEngine } from '../support/databases.ts'

const HOSTILE = 'a\u0000"\'\\\u2028\ud83d\ude00; drop table review_events; --'

const eventsAfter = (head: typeof CHAIN_START, tenantId: string, keys: readonly string[]): ReviewEvent[] =>
  chainEvents(
    head,
    keys.map((key) =>
      reviewStepEvent({
        event: 'review.opened',
        tenantId,
        at: NOON,
        key,
        grant: aGrant({ tenantId, justification: HOSTILE }),
        reason: HOSTILE,
        detail: { note: HOSTILE, weights: [1, 0.5, null] },
      }),
    ),
    'chain key',
  )

async function chainOn(records: Records, tenantId: string, keys: readonly string[]): Promise<void> {
  const head = await records.chain.lockHead(tenantId)
  const events = eventsAfter(head, tenantId, keys)
  await records.chain.append(tenantId, events)
  await records.outbox.add(
    events.map((event) => ({
      tenantId,
      lane: 'axiom',
      eventId: event.event_id,
      payload: JSON.stringify(event),
      createdAt: NOON,
    })),
  )
}

eachEngine('The chain', (database) => {
  let store: Store
  before(async () => {
    store = await database.open()
  })

  test('starts at zero and gives back its events as they were appended', async () => {
    assert.deepEqual(await store.records.chain.head('t-new'), CHAIN_START)
    const events = eventsAfter(CHAIN_START, 't-new', ['a', 'b', 'c'])
    await store.transaction(async (records) => {
      assert.deepEqual(await records.chain.lockHead('t-new'), CHAIN_START)
      await records.chain.append('t-new', events)
      await records.chain.append('t-new', [])
    })
    const page = await store.records.chain.page({ tenantId: 't-new', afterSeq: 0, limit: 10 })
    assert.deepEqual(page, events)
    assert.deepEqual(await store.records.chain.page({ tenantId: 't-new', afterSeq: 1, limit: 1 }), [
      events[1],
    ])
    assert.deepEqual(await store.records.chain.head('t-new'), { seq: 3, hash: events[2]?.hash })
  })

  test('refuses events that do not follow its head, and keeps nothing of them', async () => {
    const [first, second, third] = eventsAfter(CHAIN_START, 't-strict', ['a', 'b', 'c'])
    assert(first !== undefined && second !== undefined && third !== undefined)
    await store.records.chain.append('t-strict', [first])
    const refused = { name: 'AssertionError' }
    await assert.rejects(store.records.chain.append('t-strict', [first]), refused, 'twice')
    await assert.rejects(store.records.chain.append('t-strict', [third]), refused, 'a gap')
    await assert.rejects(store.records.chain.append('t-strict', [second, second]), refused, 'twice in one')
    const forged = { ...second, prev_hash: 'f'.repeat(64) }
    await assert.rejects(store.records.chain.append('t-strict', [forged]), refused, 'another past')
    await assert.rejects(store.records.chain.append('t-other', [first]), refused, 'another tenant')
    assert.equal((await store.records.chain.page({ tenantId: 't-strict', afterSeq: 0, limit: 9 })).length, 1)
    await store.records.chain.append('t-strict', [second, third])
  })

  test('lets its head be locked inside a transaction only', async () => {
    await assert.rejects(async () => await store.records.chain.lockHead('t-lock'), { name: 'AssertionError' })
  })

  test('stays unbroken, with the outbox in its order, when two instances append at the same time', async () => {
    const other = await database.open()
    const tenantId = 't-two'
    const append = (instance: Store, key: string) =>
      instance.transaction((records) => chainOn(records, tenantId, [`${key}-1`, `${key}-2`]))
    await Promise.all(
      Array.from({ length: 12 }, (_, index) => append(index % 2 === 0 ? store : other, `k${index}`)),
    )
    const events = await store.records.chain.page({ tenantId, afterSeq: 0, limit: 100 })
    assert.deepEqual(
      events.map((event) => event.seq),
      Array.from({ length: 24 }, (_, index) => index + 1),
    )
    events.forEach((event, index) => {
      assert.equal(event.prev_hash, events[index - 1]?.hash ?? CHAIN_START.hash)
    })
    const rows = (await store.records.outbox.next('axiom', NOON, 100)).filter(
      (row) => row.tenantId === tenantId,
    )
    assert.deepEqual(
      rows.map((row) => row.eventId),
      events.map((event) => event.event_id),
    )
  })
})
