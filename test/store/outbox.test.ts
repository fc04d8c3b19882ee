import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import type { Lane } from '../../src/ports.ts'
import type { Store } from '../../src/store/database.ts'
import { NOON, TENANT } from '../support/builders.ts'
import { eachEngine } from '../support/databases.ts'

const row = (eventId: string, lane: Lane = 'axiom') => ({
  tenantId: TENANT,
  lane,
  eventId,
  payload: JSON.stringify({ eventId }),
  createdAt: NOON,
})

eachEngine('The outbox', (database) => {
  let store: Store | null = null
  const outbox = () => {
    assert(store !== null)
    return store.records.outbox
  }
  const waiting = async (lane: Lane = 'axiom', now = NOON) =>
    (await outbox().next(lane, now, 100)).map((one) => one.eventId)
  beforeEach(async () => {
    store ??= await database.open()
    for (const lane of ['axiom', 'webhook', 'slack'] as const) {
      const rows = await outbox().next(lane, Number.MAX_SAFE_INTEGER, 10_000)
      await outbox().delivered(rows.map((one) => one.position))
    }
  })

  test('keeps each lane in the order of writing until its rows are delivered', async () => {
    await outbox().add([row('a'), row('w', 'webhook'), row('b')])
    await outbox().add([row('c')])
    assert.deepEqual(await waiting(), ['a', 'b', 'c'])
    assert.deepEqual(await waiting('webhook'), ['w'])
    const [first, second] = await outbox().next('axiom', NOON, 2)
    assert(first !== undefined && second !== undefined && first.position < second.position)
    assert.deepEqual(first, { ...row('a'), position: first.position, attempts: 0 })
    await outbox().delivered([first.position, second.position])
    await outbox().delivered([])
    assert.deepEqual(await waiting(), ['c'])
  })

  test('never gives a position out again', async () => {
    await outbox().add([row('a')])
    const [first] = await outbox().next('axiom', NOON, 1)
    await outbox().delivered([first?.position ?? 0])
    await outbox().add([row('b')])
    const [second] = await outbox().next('axiom', NOON, 1)
    assert((second?.position ?? 0) > (first?.position ?? 0))
  })

  test('holds a lane back behind a first row that was put off, and no other lane', async () => {
    await outbox().add([row('a'), row('b'), row('w', 'webhook')])
    const [first] = await outbox().next('axiom', NOON, 1)
    await outbox().putOff(first?.position ?? 0, NOON + 1_000.5, 'the target is away '.repeat(100))
    assert.deepEqual(await waiting('axiom', NOON + 1_000), [])
    assert.deepEqual(await waiting('webhook'), ['w'])
    const later = await outbox().next('axiom', NOON + 1_001, 10)
    assert.deepEqual(
      later.map((one) => [one.eventId, one.attempts]),
      [
        ['a', 1],
        ['b', 0],
      ],
    )
  })

  test('puts a replaced payload in the refused one’s place, due at once', async () => {
    await outbox().add([row('a'), row('b')])
    const [first] = await outbox().next('axiom', NOON, 1)
    await outbox().putOff(first?.position ?? 0, NOON + 9_999, 'refused')
    await outbox().replacePayload(first?.position ?? 0, '{"tombstone":true}')
    const [replaced] = await outbox().next('axiom', NOON, 10)
    assert.deepEqual(
      [replaced?.eventId, replaced?.payload, replaced?.attempts],
      ['a', '{"tombstone":true}', 0],
    )
  })

  test('takes an event that still waits in a lane once', async () => {
    await outbox().add([row('a'), row('a'), row('a', 'webhook')])
    await outbox().add([{ ...row('a'), payload: 'other' }])
    assert.deepEqual(await waiting(), ['a'])
    assert.deepEqual(await waiting('webhook'), ['a'])
  })

  test('takes thousands of rows at a time, in their order', async () => {
    const ids = Array.from({ length: 5_000 }, (_, index) => `event-${index}`)
    await outbox().add(ids.map((id) => row(id)))
    const rows = await outbox().next('axiom', NOON, 10_000)
    assert.deepEqual(
      rows.map((one) => one.eventId),
      ids,
    )
    await outbox().delivered(rows.map((one) => one.position))
    assert.deepEqual(await waiting(), [])
  })

  test('tells how far behind each lane is, and why', async () => {
    await outbox().add([
      row('a'),
      { ...row('b'), createdAt: NOON + 5 },
      { ...row('s', 'slack'), createdAt: NOON + 7 },
    ])
    const [first] = await outbox().next('axiom', NOON, 1)
    await outbox().putOff(first?.position ?? 0, NOON + 1_000, 'away')
    assert.deepEqual(await outbox().backlog(), [
      { lane: 'axiom', waiting: 2, oldestAt: NOON, lastError: 'away' },
      { lane: 'webhook', waiting: 0, oldestAt: null, lastError: null },
      { lane: 'slack', waiting: 1, oldestAt: NOON + 7, lastError: null },
    ])
  })
})
