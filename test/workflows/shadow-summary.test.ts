import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Band } from '../../src/domain/evidence.ts'
import { summariseShadow } from '../../src/workflows/shadow-summary.ts'
import { aGrant, anAssessment, aPolicy, aPolicyVersion, NOON, TENANT } from '../support/builders.ts'
import { type WorkflowPorts, workflowPorts } from '../support/workflow-ports.ts'

const DAY_MS = 86_400_000
const FEED = { id: 'okta-logs', preset: 'okta', dataset: 'okta-logs', shadow: true }

async function shadowed(ports: WorkflowPorts, feedId: string, bands: readonly Band[], at = NOON) {
  for (const [index, band] of bands.entries()) {
    const grant = aGrant({ feedId, act: `${feedId}-${index}` })
    await ports.store.records.ledger.insert([grant], 0)
    const verdict = { band, floor: null, waits: false }
    await ports.store.records.assessments.insert([
      anAssessment(grant, { verdict, disposition: 'shadow', assessedAt: at }),
    ])
  }
}

async function told(ports: WorkflowPorts, parts: Record<string, unknown> = { feeds: [FEED] }) {
  await summariseShadow(ports, { tenantId: TENANT, policy: aPolicyVersion(aPolicy(parts)) })
  const rows = await ports.store.records.outbox.next('slack', ports.time.now, 10)
  return rows.map(({ payload }) => (JSON.parse(payload) as { text: string }).text)
}

test('once a day each feed in shadow is told of: what would have been asked about, and what not', async () => {
  const ports = await workflowPorts()
  await shadowed(ports, 'okta-logs', ['low', 'medium', 'high'])
  await shadowed(ports, 'github', ['low'], NOON - 2 * DAY_MS)
  const [text, ...more] = await told(ports)
  assert.match(
    text ?? '',
    /^okta-logs: of 3 grants I would have asked about 2 \(1 high, 1 medium\) and let 1 through\.$/m,
  )
  assert.doesNotMatch(text ?? '', /github/, 'what is older than a day was told of before')
  assert.equal(more.length, 0)
  assert.equal((await told(ports)).length, 1, 'not twice a day')
  ports.time.now += DAY_MS + 1
  assert.equal((await told(ports)).length, 1, 'nothing happened since')
  await ports.close()
})

test('where nothing is in shadow nobody is told of what was', async () => {
  const ports = await workflowPorts()
  await shadowed(ports, 'okta-logs', ['high'])
  assert.deepEqual(await told(ports, { feeds: [{ ...FEED, shadow: false }] }), [])
  await ports.close()
})
