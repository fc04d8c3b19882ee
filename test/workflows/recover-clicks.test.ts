import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { type Click, UpstreamError } from '../../src/ports.ts'
import { decide } from '../../src/workflows/decide.ts'
import { recoverClicks } from '../../src/workflows/recover-clicks.ts'
import { aGrant, anAssessment, aReview, TENANT } from '../support/builders.ts'
import { type WorkflowPorts, workflowPorts } from '../support/workflow-ports.ts'

const [first, second] = [aGrant({ act: 'act-1' }), aGrant({ act: 'act-2' })]
let ports: WorkflowPorts
beforeEach(async () => {
  await ports?.close()
  ports = await workflowPorts()
  const { ledger, assessments, reviews } = ports.store.records
  await ledger.insert([first, second])
  await assessments.insert([anAssessment(first), anAssessment(second)])
  await reviews.insert([aReview(first), aReview(second)])
  for (const { id } of [first, second]) await putCard(id, `${id}.000100`)
})
after(() => ports.close())

async function putCard(grantId: string, messageTs: string | null): Promise<void> {
  const intentAt = ports.clock.now()
  const card = { tenantId: TENANT, grantId, channel: 'C0REVIEW', messageTs, intentAt, renderedVersion: 1 }
  await ports.store.records.cards.put(card)
}

async function aClick(grantId: string, parts: Partial<Click> = {}): Promise<Click> {
  const click: Click = {
    id: `press:${grantId}`,
    tenantId: TENANT,
    kind: 'button',
    action: 'approve',
    grantId,
    reason: null,
    slackUserId: 'U0MAYA',
    channel: 'C0REVIEW',
    messageTs: `${grantId}.000100`,
    receivedAt: ports.clock.now(),
    ...parts,
  }
  await ports.store.records.clicks.add(click)
  return click
}

const recover = () => recoverClicks(ports, { tenantId: TENANT, receivedBefore: ports.clock.now() + 1 })
const stateOf = async (grantId: string) =>
  (await ports.store.records.reviews.byIds(TENANT, [grantId]))[0]?.state

test('a click that cannot be judged now does not hold up those behind it, and is kept', async () => {
  await aClick(first.id, { slackUserId: 'U0DEV' })
  await aClick(second.id)
  const known = ports.directory.person
  const forgetful = {
    ...ports,
    directory: {
      ...ports.directory,
      async person(tenantId: string, slackUserId: string) {
        if (slackUserId === 'U0DEV') throw new UpstreamError('slack', 'away', { retryable: true })
        return await known(tenantId, slackUserId)
      },
    },
  }
  const input = { tenantId: TENANT, receivedBefore: ports.clock.now() + 1 }
  await assert.rejects(recoverClicks(forgetful, input), UpstreamError)
  assert.deepEqual([await stateOf(first.id), await stateOf(second.id)], ['open', 'approved'])
  assert.equal(await recover(), 1)
  assert.equal(await stateOf(first.id), 'approved')
})

test('a click on a card that was posted but not yet remembered counts once the card is found', async () => {
  await putCard(first.id, null)
  const click = await aClick(first.id)
  await assert.rejects(decide(ports, click), UpstreamError)
  assert.equal(await stateOf(first.id), 'open')
  await putCard(first.id, click.messageTs)
  assert.equal(await recover(), 1)
  assert.equal(await stateOf(first.id), 'approved')
})

test('a click on what turns out to be another message is refused for good', async () => {
  await putCard(first.id, null)
  const click = await aClick(first.id)
  await assert.rejects(decide(ports, click), UpstreamError)
  await putCard(first.id, '9.000900')
  assert.equal(await recover(), 1)
  assert.equal(await stateOf(first.id), 'open')
  assert.equal(await recover(), 0)
})
