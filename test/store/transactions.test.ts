import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { UpstreamError } from '../../src/ports.ts'
import { openStore, type Store } from '../../src/store/database.ts'
import { aGrant, aReview, NOON } from '../support/builders.ts'
import { eachEngine, runOn } from '../support/databases.ts'

const HOSTILE_TEXTS = [
  `'; drop table grants; --`,
  '"; select * from grants; --',
  '$1 ? :name %s {0}',
  '\\\\ \\n \n \r \t \u2028 \u0007',
  '\ud83d\ude00 \u202e right to left',
  '',
  ' ',
  'null',
]

eachEngine('A transaction', (database) => {
  let store: Store
  before(async () => {
    store = await database.open()
  })

  test('keeps all of it, or nothing when the work fails', async () => {
    const grant = aGrant({ tenantId: 't-nothing' })
    const failure = new Error('stop')
    const work = store.transaction(async (records) => {
      await records.ledger.insert([grant])
      await records.reviews.insert([aReview(grant)])
      assert.equal(await records.ledger.count('t-nothing'), 1)
      throw failure
    })
    await assert.rejects(work, failure)
    assert.equal(await store.records.ledger.count('t-nothing'), 0)
    assert.deepEqual(await store.records.reviews.byIds('t-nothing', [grant.id]), [])
    const answer = await store.transaction(async (records) => {
      await records.ledger.insert([grant])
      return 'done'
    })
    assert.equal(answer, 'done')
    assert.equal(await store.records.ledger.count('t-nothing'), 1)
  })

  test('keeps nothing of a single call that fails half-way', async () => {
    const taken = aGrant({ tenantId: 't-half', act: 'taken' })
    await store.records.reviews.insert([aReview(taken)])
    const many = Array.from({ length: 1_500 }, (_, index) =>
      aReview(aGrant({ tenantId: 't-half', act: `${index}` })),
    )
    await assert.rejects(store.records.reviews.insert([...many, aReview(taken)]), { name: 'ConflictError' })
    assert.deepEqual(await store.records.reviews.countByState('t-half'), new Map([['open', 1]]))
  })

  test('is refused inside another, as is a call past it: both would wait for themselves', async () => {
    const refused = { name: 'AssertionError', message: /records that it was given/ }
    const nested = store.transaction(async () => await store.transaction(async () => undefined))
    await assert.rejects(nested, refused)
    const past = store.transaction(async () => await store.records.ledger.count('t-any'))
    await assert.rejects(past, refused)
    await assert.rejects(
      store.transaction(async () => await store.keyValue({ namespace: 'n' }).get('key')),
      refused,
    )
    assert.equal(await store.records.ledger.count('t-any'), 0)
  })

  test('runs beside others of the same instance, each whole', async () => {
    const review = aReview(aGrant({ tenantId: 't-counter' }))
    await store.records.reviews.insert([review])
    const add = (): Promise<void> =>
      store.transaction(async (records) => {
        const [now] = await records.reviews.byIds('t-counter', [review.grantId])
        assert(now !== undefined)
        const next = { ...now, version: now.version + 1 }
        if (!(await records.reviews.compareAndSet(next))) throw new Lost()
      })
    const untilWon = async (): Promise<void> => {
      for (;;) {
        try {
          return await add()
        } catch (error) {
          if (!(error instanceof Lost)) throw error
        }
      }
    }
    await Promise.all(Array.from({ length: 20 }, untilWon))
    const [last] = await store.records.reviews.byIds('t-counter', [review.grantId])
    assert.equal(last?.version, 21)
  })

  test('waits for another instance’s without holding up its own process', async () => {
    const other = await database.open()
    const grant = aGrant({ tenantId: 't-wait' })
    const [entered, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const first = store.transaction(async (records) => {
      await records.ledger.insert([grant])
      entered.resolve()
      await mayEnd.promise
    })
    await entered.promise
    const second = other.records.ledger.insert([grant])
    setImmediate(() => mayEnd.resolve())
    await first
    assert.deepEqual(await second, new Set(), 'the second saw what the first had committed')
  })

  test('is done again when another one was in its way', async () => {
    const [a, b] = [
      aReview(aGrant({ tenantId: 't-cross', act: 'a' })),
      aReview(aGrant({ tenantId: 't-cross', act: 'b' })),
    ]
    await store.records.reviews.insert([a, b])
    let runs = 0
    const both = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const
    const crosswise = (mine: 0 | 1, [one, two]: readonly [typeof a, typeof a]) =>
      store.transaction(async (records) => {
        runs += 1
        const put = async (id: string) => {
          const [now] = await records.reviews.byIds('t-cross', [id])
          assert(now !== undefined)
          await records.reviews.compareAndSet({ ...now, version: now.version + 1 })
        }
        await put(one.grantId)
        both[mine].resolve()
        // Each holds its first row before it reaches for the other's; SQLite lets only one of them begin.
        if (store.engine === 'postgres') await both[mine === 0 ? 1 : 0].promise
        await put(two.grantId)
      })
    await Promise.all([crosswise(0, [a, b]), crosswise(1, [b, a])])
    const reviews = await store.records.reviews.byIds('t-cross', [a.grantId, b.grantId])
    assert.deepEqual(
      reviews.map((review) => review.version),
      [3, 3],
    )
    assert.equal(runs, store.engine === 'postgres' ? 3 : 2)
  })
})

class Lost extends Error {}

/** Ends the connection that is inside a transaction on this suite's ledger, as a restart of the server would. */
function terminateHolder(url: string): string {
  const schema = new URL(url).searchParams.get('schema')
  return `select pg_terminate_backend(pid) from pg_locks
    where relation = '${schema}.grants'::regclass and mode = 'RowExclusiveLock'`
}

eachEngine('The store', (database) => {
  test('opens for two instances that start at the same moment, and again later', async () => {
    const stores = await Promise.all([database.open(), database.open(), database.open()])
    const grant = aGrant({ tenantId: 't-open' })
    await stores[0].records.ledger.insert([grant])
    for (const store of [...stores, await database.open()])
      assert.equal(await store.records.ledger.count('t-open'), 1)
  })

  test('keeps hostile text as it is wherever text goes', async () => {
    const store = await database.open()
    for (const [index, text] of HOSTILE_TEXTS.entries()) {
      const tenantId = `t-hostile ${text}`
      const grant = aGrant({
        tenantId,
        act: text,
        feedId: text,
        role: { id: text, name: text, scope: text },
        ip: text,
        raw: text,
      })
      await store.records.ledger.insert([grant])
      assert.deepEqual(await store.records.ledger.byIds(tenantId, [grant.id]), [grant], `text ${index}`)
      const known = await store.records.ledger.known({
        tenantId,
        feedId: text,
        granteeKeys: [text, 'ana@northwind.example'],
        since: 0,
      })
      assert.deepEqual(known.grants, [grant], `text ${index}`)
    }
  })

  test('puts U+FFFD in the place of NUL, which Postgres cannot keep, and finds the row by either', async () => {
    const store = await database.open()
    const grant = aGrant({ tenantId: 't-nul', feedId: 'feed\u0000', act: 'a\u0000b', userAgent: '\u0000' })
    await store.records.ledger.insert([grant])
    const [found] = await store.records.ledger.byIds('t-nul', [grant.id])
    assert.deepEqual(found, { ...grant, feedId: 'feed\ufffd', act: 'a\ufffdb', userAgent: '\ufffd' })
    for (const feedId of ['feed\u0000', 'feed\ufffd']) {
      const known = await store.records.ledger.known({
        tenantId: 't-nul',
        feedId,
        granteeKeys: ['ana@northwind.example'],
        since: 0,
      })
      assert.equal(known.grants.length, 1)
    }
  })

  test('refuses what only one engine would take', async () => {
    const store = await database.open()
    const broken = aReview(aGrant({ tenantId: 't-broken' }), { updatedAt: Number.NaN })
    await assert.rejects(store.records.reviews.insert([broken]), { name: 'AssertionError' })
    await assert.rejects(store.records.reviews.insert([{ ...broken, updatedAt: NOON + 0.5 }]), {
      name: 'AssertionError',
    })
    assert.equal((await store.records.reviews.countByState('t-broken')).size, 0)
  })

  test('tells of a lost connection as a failure that passes, and goes on with the next', async (t) => {
    const store = await database.open()
    if (store.engine === 'sqlite') return t.skip('a file has no connection to lose')
    const work = store.transaction(async (records) => {
      await records.ledger.insert([aGrant({ tenantId: 't-lost' })])
      await runOn(database.url, terminateHolder(database.url))
      await records.ledger.count('t-lost')
    })
    await assert.rejects(work, (error) => {
      assert(error instanceof UpstreamError)
      assert.deepEqual([error.upstream, error.retryable], ['database', true])
      return true
    })
    assert.equal(await store.records.ledger.count('t-lost'), 0)
  })
})

test('A server that does not answer is a failure that passes, told without the password', async () => {
  await assert.rejects(openStore('postgres://root:secret@127.0.0.1:1/none'), (error) => {
    assert(error instanceof UpstreamError)
    assert.deepEqual([error.upstream, error.retryable], ['database', true])
    assert(!error.message.includes('secret'))
    return true
  })
})
