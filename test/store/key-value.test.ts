import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Store } from '../../src/store/database.ts'
import { eachEngine } from '../support/databases.ts'

const MINUTE_MS = 60_000

eachEngine('Key-value state', (database) => {
  let store: Store
  before(async () => {
    store = await database.open()
  })

  test('gives back what was set, until it is deleted', async () => {
    const values = store.keyValue({ namespace: 'set' })
    assert.equal(await values.get('a'), undefined)
    await values.set('a', { text: 'x"\u0000', list: [1] })
    await values.set('a', { text: 'y', list: [2] }, MINUTE_MS)
    assert.deepEqual(await values.get('a'), { text: 'y', list: [2] })
    assert.equal(await values.has('a'), true)
    assert.equal(await values.delete('a'), true)
    assert.equal(await values.delete('a'), false)
    assert.equal(await values.has('a'), false)
  })

  test('sets, gives and deletes many at a time', async () => {
    const values = store.keyValue({ namespace: 'many' })
    const keys = Array.from({ length: 1_200 }, (_, index) => `key-${index}`)
    await values.setMany([...keys, 'key-0'].map((key, index) => ({ key, value: index })))
    assert.deepEqual(await values.getMany(['key-7', 'unknown', 'key-0']), [7, undefined, 1_200])
    assert.deepEqual(await values.hasMany(['key-1', 'unknown']), [true, false])
    assert.deepEqual(await values.deleteMany([...keys, 'unknown']), [...keys.map(() => true), false])
    assert.deepEqual(await values.getMany(['key-7']), [undefined])
  })

  test('is kept apart by namespace and by tenant', async () => {
    const scopes = [{ namespace: 'one' }, { namespace: 'two' }, { namespace: 'one', tenantId: 't-1' }]
    for (const [index, scope] of scopes.entries()) await store.keyValue(scope).set('key', index)
    for (const [index, scope] of scopes.entries()) assert.equal(await store.keyValue(scope).get('key'), index)
    await store.keyValue({ namespace: 'one' }).clear()
    const left = await Promise.all(scopes.map((scope) => store.keyValue(scope).get('key')))
    assert.deepEqual(left, [undefined, 1, 2])
  })

  test('is added by one of many that try at once, over two instances', async () => {
    const other = await database.open()
    const tries = Array.from({ length: 16 }, (_, index) =>
      (index % 2 === 0 ? store : other).keyValue({ namespace: 'add' }).add('state', index, MINUTE_MS),
    )
    const outcomes = await Promise.all(tries)
    assert.equal(outcomes.filter((added) => added).length, 1)
    assert.equal(await store.keyValue({ namespace: 'add' }).get('state'), outcomes.indexOf(true))
  })

  test('is added in the place of what has expired, and not of what never does', async () => {
    const values = store.keyValue({ namespace: 'expiry' })
    assert.equal(await values.add('a', 'first', -1), true)
    assert.equal(await values.get('a'), undefined)
    assert.equal(await values.add('a', 'second', MINUTE_MS), true)
    assert.equal(await values.add('a', 'third', MINUTE_MS), false)
    assert.equal(await values.get('a'), 'second')
    await values.set('for ever', 1)
    assert.equal(await values.add('for ever', 2, MINUTE_MS), false)
  })

  test('is swept when it has expired, and nothing else is', async () => {
    const values = store.keyValue({ namespace: 'sweep' })
    await store.sweepKeyValues()
    for (const key of ['a', 'b']) await values.add(key, 1, -1)
    await values.add('c', 1, MINUTE_MS)
    await values.set('d', 1)
    assert.equal(await store.sweepKeyValues(), 2)
    assert.equal(await store.sweepKeyValues(), 0)
    assert.deepEqual(await values.hasMany(['a', 'b', 'c', 'd']), [false, false, true, true])
  })

  test('rejects when the database fails', async () => {
    const closed = await database.open()
    const values = closed.keyValue({ namespace: 'closed' })
    await closed.close()
    await assert.rejects(values.set('a', 1))
    await assert.rejects(values.get('a'))
    await assert.rejects(values.add('a', 1, MINUTE_MS))
  })
})
