import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { UpstreamError } from '../../src/ports.ts'
import { syncCards } from '../../src/workflows/sync-cards.ts'
import { aGrant, anAssessment, aPolicy, aReview, TENANT } from '../support/builders.ts'
import { type WorkflowPorts, workflowPorts } from '../support/workflow-ports.ts'

const policy = aPolicy({ channels: { review: 'C0REVIEW' } })
const grant = aGrant()
let ports: WorkflowPorts
beforeEach(async () => {
  await ports?.close()
  ports = await workflowPorts()
  await ports.store.records.ledger.insert([grant])
  await ports.store.records.assessments.insert([anAssessment(grant)])
  await ports.store.records.reviews.insert([aReview(grant)])
})
after(() => ports.close())

const sync = () => syncCards(ports, { tenantId: TENANT, policy, signal: new AbortController().signal })
const live = () => ports.posted.filter((message) => message.live)
const away = () => new UpstreamError('slack', 'the answer was lost', { retryable: true })

test('a card is posted once and then left alone', async () => {
  assert.equal(await sync(), 1)
  assert.equal(await sync(), 0)
  assert.equal(ports.posted.length, 1)
})

test('a post whose answer was lost is found in the channel and not posted again', async () => {
  ports.slack.failsAfterPosting = away()
  await assert.rejects(sync(), UpstreamError)
  await sync()
  assert.equal(ports.posted.length, 1)
  const [card] = await ports.store.records.cards.forGrants(TENANT, [grant.id])
  assert.equal(card?.messageTs, ports.posted[0]?.ts)
})

test('of two cards in the channel one lives on and the other is neutralised', async () => {
  for (let time = 0; time < 2; time += 1)
    ports.posted.push({
      channel: 'C0REVIEW',
      grantId: grant.id,
      ts: `${time + 1}.000100`,
      version: 0,
      live: true,
    })
  await ports.store.records.cards.put({
    tenantId: TENANT,
    grantId: grant.id,
    channel: 'C0REVIEW',
    messageTs: null,
    intentAt: ports.clock.now(),
    renderedVersion: 0,
  })
  await sync()
  assert.equal(live().length, 1)
})

test('a review that changed shows its newest version', async () => {
  await sync()
  await ports.store.records.reviews.compareAndSet(aReview(grant, { version: 2, state: 'approved' }))
  await sync()
  assert.equal(ports.posted[0]?.version, 2)
})

test('a card that somebody deleted comes back while the review is open', async () => {
  await sync()
  const [first] = ports.posted
  if (first !== undefined) first.live = false
  await ports.store.records.reviews.compareAndSet(aReview(grant, { version: 2 }))
  await sync()
  await sync()
  assert.equal(live().length, 1)
})

test('without a review channel nothing is posted and nothing fails', async () => {
  await syncCards(ports, { tenantId: TENANT, policy: aPolicy(), signal: new AbortController().signal })
  assert.equal(ports.posted.length, 0)
})
