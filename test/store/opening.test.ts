import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { aGrant } from '../support/builders.ts'
import { eachEngine, runOn } from '../support/databases.ts'

const OPENINGS = 12

eachEngine('Opening a database', (database) => {
  test('works while somebody makes and drops tables beside its own', async () => {
    const isPostgres = database.url.startsWith('postgres')
    const elsewhere = `suite_${randomBytes(8).toString('hex')}`
    const bystander = new URL(database.url)
    bystander.searchParams.delete('schema')
    const tables = Array.from({ length: 40 }, (_, n) => `create table ${elsewhere}.t${n} (id int);`).join('')
    let isOpening = true
    const churn = async () => {
      while (isOpening) {
        await runOn(bystander.href, `create schema ${elsewhere}; ${tables}`)
        await runOn(bystander.href, `drop schema ${elsewhere} cascade`)
      }
    }
    const churning = isPostgres ? [churn()] : []
    try {
      for (let round = 0; round < OPENINGS; round += 1) {
        const store = await database.open()
        await store.records.ledger.insert([aGrant({ tenantId: 't-opening', act: `${round}` })])
        assert.equal(await store.records.ledger.count('t-opening'), round + 1)
      }
    } finally {
      isOpening = false
      await Promise.all(churning)
    }
  })
})
