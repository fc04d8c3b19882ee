import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LEARNING_DELAY_MS } from '../../src/domain/calibration.ts'
import type { Grant } from '../../src/domain/grant.ts'
import { openStore, type Store } from '../../src/store/database.ts'
import { assessDue } from '../../src/workflows/assess-grants.ts'
import { decide } from '../../src/workflows/decide.ts'
import { aGrant, aPolicy, aPolicyVersion, NOON, TENANT } from '../support/builders.ts'

const JONAS = 'jonas@northwind.example'
const MAYA = {
  slackUserId: 'U0MAYA',
  name: 'Maya',
  handle: 'maya',
  email: 'maya@northwind.example',
  guest: false,
  stranger: false,
  deactivated: false,
  bot: false,
}

function portsOf(store: Store) {
  let id = 0
  return {
    clock: { now: () => NOON },
    ids: {
      next: () => {
        id += 1
        return `id-${id}`
      },
    },
    store,
    scorer: { assess: async () => ({ kind: 'rules' as const }) },
    directory: { person: async () => MAYA, groupMembers: async () => [] },
    chainKey: null,
    hasWebhook: false,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  }
}

const policy = aPolicyVersion(aPolicy({ scorer: 'rules' }))
const quiet = aGrant({ act: 'quiet', grantor: JONAS, role: { tier: 'T2' }, occurredAt: NOON - 1_000 })
const standing = aGrant({
  act: 'standing',
  grantor: JONAS,
  grantee: 'new@northwind.example',
  role: { tier: 'T0', id: 'super' },
})

/** Judges grants as they come, live. */
async function judge(store: Store, ...grants: readonly Grant[]): Promise<void> {
  await store.records.ledger.insert(grants, LEARNING_DELAY_MS)
  await store.records.queue.put(
    grants.map((grant) => ({
      tenantId: TENANT,
      grantId: grant.id,
      dueAt: NOON,
      enqueuedAt: NOON,
      mode: 'live',
      attempts: 0,
    })),
  )
  const input = { tenantId: TENANT, policy, signal: new AbortController().signal }
  while ((await assessDue(portsOf(store), input)) > 0);
}

async function learnedBy(store: Store): Promise<Readonly<Record<string, boolean>>> {
  const { rows } = await store.records.calibrations.load(TENANT)
  return Object.fromEntries(
    rows.map(({ act, learnedAt }) => [act.split('\u001f')[1] ?? act, learnedAt !== null]),
  )
}

async function withStore(work: (store: Store) => Promise<void>): Promise<void> {
  const store = await openStore('sqlite::memory:')
  try {
    await store.records.policies.save(policy)
    await work(store)
  } finally {
    await store.close()
  }
}

test('what people are asked about teaches nothing, nor does its grantor until it is approved', async () => {
  await withStore(async (store) => {
    await judge(store, quiet)
    assert.deepEqual(await learnedBy(store), { quiet: true })
    await judge(store, standing)
    assert.deepEqual(await learnedBy(store), { quiet: false, standing: false })
    const later = aGrant({ act: 'later', grantor: JONAS, role: { tier: 'T2', id: 'other' } })
    await judge(store, later)
    assert.equal((await learnedBy(store))['later'], false, 'a suspect teaches nothing new either')
    const outcome = await decide(portsOf(store), {
      id: 'click',
      tenantId: TENANT,
      kind: 'button',
      action: 'approve',
      grantId: standing.id,
      reason: null,
      slackUserId: 'U0MAYA',
      channel: null,
      messageTs: null,
      receivedAt: NOON,
    })
    assert.equal(outcome.kind, 'decided')
    assert.deepEqual(await learnedBy(store), { quiet: true, standing: true, later: true })
  })
})
