import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { verifyChain } from '../../src/domain/verify-chain.ts'
import { UpstreamError } from '../../src/ports.ts'
import { deliverOutbox } from '../../src/workflows/deliver-outbox.ts'
import { recordSteps } from '../../src/workflows/record-steps.ts'
import { aGrant, anAssessment, aReview, NOON, TENANT } from '../support/builders.ts'
import { type WorkflowPorts, workflowPorts } from '../support/workflow-ports.ts'

let ports: WorkflowPorts
beforeEach(async () => {
  await ports?.close()
  ports = await workflowPorts()
  const steps = Array.from({ length: 5 }, (_, index) => {
    const grant = aGrant({ act: `act-${index}` })
    const review = aReview(grant, { state: 'approved' })
    return {
      event: 'review.approved' as const,
      tenantId: TENANT,
      at: NOON,
      grant,
      assessment: anAssessment(grant),
      review,
    }
  })
  await ports.store.transaction((records) => recordSteps(ports, records, steps))
})
after(() => ports.close())

const deliver = (lane: 'axiom' | 'webhook' = 'axiom') =>
  deliverOutbox(ports, { lane, signal: new AbortController().signal })
const payloads = (lane: string) =>
  ports.delivered
    .filter((row) => row.lane === lane)
    .map((row) => JSON.parse(row.payload) as Record<string, unknown>)
const waiting = async (lane: string) =>
  (await ports.store.records.outbox.backlog()).find((one) => one.lane === lane)?.waiting

test('what was written with a decision is delivered in order to both targets', async () => {
  await deliver('axiom')
  await deliver('webhook')
  assert.deepEqual(
    payloads('axiom').map((event) => event['seq']),
    [1, 2, 3, 4, 5],
  )
  assert.equal(payloads('webhook').length, 5)
  assert.equal(await waiting('axiom'), 0)
})

test('a target that is away is tried again later, from where it stopped, and the other lane goes on', async () => {
  const working = ports.target.answer
  ports.target.answer = async () => {
    throw new UpstreamError('axiom', 'away', { retryable: true })
  }
  await deliver('axiom')
  await deliver('axiom')
  ports.target.answer = working
  await deliver('webhook')
  assert.equal(payloads('webhook').length, 5)
  assert.equal(await waiting('axiom'), 5)
  ports.time.now += 60_000
  await deliver('axiom')
  assert.equal(payloads('axiom').length, 5)
})

test('an event that the target refuses for its content leaves a tombstone, and the chain stays whole', async () => {
  const working = ports.target.answer
  ports.target.answer = async (rows) => {
    const refused = rows.some((row) => {
      const event = JSON.parse(row.payload) as Record<string, unknown>
      return event['seq'] === 3 && event['event'] !== 'outbox.tombstone'
    })
    return refused ? { kind: 'refused', why: 'too many fields' } : await working(rows)
  }
  await deliver()
  await deliver()
  assert.equal(payloads('axiom').length, 5)
  assert.equal(payloads('axiom')[2]?.['event'], 'outbox.tombstone')
  const report = await verifyChain(payloads('axiom'), { chainKey: ports.chainKey, anchors: [] })
  assert.deepEqual(report.faults, [])
})

test('a tombstone that is refused as well is given up, so that the lane goes on', async () => {
  const working = ports.target.answer
  ports.target.answer = async (rows) =>
    rows.some((row) => (JSON.parse(row.payload) as Record<string, unknown>)['seq'] === 1)
      ? { kind: 'refused', why: 'no' }
      : await working(rows)
  await deliver()
  await deliver()
  assert.equal(await waiting('slack'), 1, 'people are told of the refusal')
  assert.deepEqual(
    payloads('axiom').map((event) => event['seq']),
    [2, 3, 4, 5],
  )
})
