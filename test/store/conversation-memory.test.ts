import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { createConversationMemory, forgetThreads } from '../../src/store/conversation-memory.ts'
import type { Store } from '../../src/store/database.ts'
import { eachEngine } from '../support/databases.ts'

const HOUR = 3_600_000

eachEngine('Memory of conversations', (database) => {
  let store: Store
  let memory: ReturnType<typeof createConversationMemory>
  before(async () => {
    store = await database.open()
    memory = createConversationMemory(store)
  })

  test('a thread is remembered for its tenant alone, until the app is uninstalled', async () => {
    const entries = [{ by: 'person', text: 'Who?', at: 1 }] as const
    await memory.transcripts.save('t-1', 'C0:1', entries)
    await memory.transcripts.save('t-2', 'C0:1', entries)
    assert.deepEqual(await memory.transcripts.load('t-1', 'C0:1'), entries)
    assert.deepEqual(await memory.transcripts.load('t-1', 'C0:2'), [])
    await memory.prepared.keep('t-1', 'answer', { grantId: 'g', action: 'revoke', reason: 'left' })
    await forgetThreads(store, 't-1')
    assert.deepEqual(await memory.transcripts.load('t-1', 'C0:1'), [])
    assert.equal(await memory.prepared.find('t-1', 'answer'), null)
    assert.deepEqual(await memory.transcripts.load('t-2', 'C0:1'), entries)
  })

  test('what was prepared is kept by its answer', async () => {
    const prepared = { grantId: 'g', action: 'revoke', reason: 'she left' } as const
    await memory.prepared.keep('t-1', 'answer-1', prepared)
    assert.deepEqual(await memory.prepared.find('t-1', 'answer-1'), prepared)
    assert.equal(await memory.prepared.find('t-2', 'answer-1'), null)
  })

  test('tokens add up by the hour and are counted from a moment on', async () => {
    await memory.meter.add('t-1', { tokens: 100, at: 100 * HOUR })
    await memory.meter.add('t-1', { tokens: 20, at: 100 * HOUR + 1 })
    await memory.meter.add('t-1', { tokens: 3, at: 110 * HOUR })
    assert.equal(await memory.meter.since('t-1', 100 * HOUR), 123)
    assert.equal(await memory.meter.since('t-1', 101 * HOUR), 3)
    assert.equal(await memory.meter.since('t-2', 0), 0)
  })
})
