import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Policy, policySchema } from '../../src/domain/policy.ts'
import { PROPOSAL_LIVES_MS } from '../../src/domain/policy-proposal.ts'
import { createPolicyDrafts } from '../../src/store/policy-drafts.ts'
import { changePolicy } from '../../src/workflows/change-policy.ts'
import { decideProposal } from '../../src/workflows/decide-proposal.ts'
import { pinPolicy } from '../../src/workflows/pin-policy.ts'
import { draftSection, rollBack, saveDraft, tuneDesk } from '../../src/workflows/tune-policy.ts'
import { TENANT } from '../support/builders.ts'
import { eachEngine } from '../support/databases.ts'
import { aMember, type WorkflowPorts, workflowPorts } from '../support/workflow-ports.ts'

const NOTHING = { pins: {}, secrets: [] }
const LOOSE = { thresholds: { medium: 60 } }
const TIGHT = { thresholds: { medium: 10 } }

const people = (admins: readonly string[], reviewers: readonly string[] = []) => ({
  people: { policyAdmins: admins, reviewers },
})

/** Ports whose policy in force is this one, at version 2. */
async function portsWith(parts: Record<string, unknown>, url?: string) {
  const ports = await workflowPorts(url)
  const version = (await ports.store.records.policies.current(TENANT))?.version ?? 0
  await ports.store.records.policies.save({
    tenantId: TENANT,
    version: version + 1,
    policy: policySchema.parse(parts),
    author: 'test',
    reason: 'test',
    savedAt: 1,
  })
  return { ...ports, drafts: createPolicyDrafts(ports.store) }
}

async function current(ports: Pick<WorkflowPorts, 'store'>) {
  const version = await ports.store.records.policies.current(TENANT)
  assert.ok(version !== null)
  return version
}

async function changed(ports: WorkflowPorts, parts: Record<string, unknown>, author = 'U0MAYA') {
  const { version, policy } = await current(ports)
  const next: Policy = policySchema.parse({ ...policy, ...parts })
  return await changePolicy(ports, {
    ...{ tenantId: TENANT, baseVersion: version, policy: next, author, actor: null, reason: 'why', pins: {} },
  })
}

/** A proposal by Maya that waits. */
async function proposed(ports: WorkflowPorts, parts: Record<string, unknown> = LOOSE): Promise<string> {
  const outcome = await changed(ports, parts)
  assert.equal(outcome.kind, 'proposed')
  return outcome.kind === 'proposed' ? outcome.proposal.id : ''
}

const decided = async (
  ports: WorkflowPorts,
  proposalId: string,
  slackUserId: string,
  verdict: 'confirm' | 'reject' = 'confirm',
) => (await decideProposal(ports, { tenantId: TENANT, proposalId, slackUserId, verdict })).kind

async function events(ports: WorkflowPorts): Promise<readonly string[]> {
  const page = await ports.store.records.chain.page({ tenantId: TENANT, afterSeq: 0, limit: 50 })
  return page.map(({ event }) => event)
}

eachEngine('changes of the policy', (database) => {
  test('of two who save at once on two instances one wins, and the other is told by whom', async () => {
    const first = await portsWith(people(['U0MAYA', 'U0DEV']), database.url)
    const second = { ...first, store: await database.open() }
    try {
      const { version, policy } = await current(first)
      const save = (ports: WorkflowPorts, author: string, medium: number) =>
        changePolicy(ports, {
          ...{ tenantId: TENANT, baseVersion: version, author, actor: null, reason: 'why', pins: {} },
          policy: policySchema.parse({ ...policy, thresholds: { medium, high: 70 } }),
        })
      const outcomes = await Promise.all([save(first, 'U0MAYA', 11), save(second, 'U0DEV', 12)])
      const kinds = outcomes.map(({ kind }) => kind)
      assert.deepEqual(kinds.toSorted(), ['saved', 'stale'])
      const winner = kinds[0] === 'saved' ? 'U0MAYA' : 'U0DEV'
      const loser = outcomes.find((outcome) => outcome.kind === 'stale')
      assert.ok(loser?.kind === 'stale')
      assert.equal(loser.meanwhile.current.author, winner)
      assert.match(loser.meanwhile.changes.join(), /^thresholds\.medium: 35 → 1[12]$/)
      assert.equal((await current(second)).version, version + 1)
    } finally {
      await first.close()
    }
  })

  test('a proposal is decided once, whoever else presses at the same moment', async () => {
    const ports = await portsWith(people(['U0MAYA', 'U0DEV', 'U0SOFIA']), database.url)
    ports.members.set('U0SOFIA', aMember('U0SOFIA'))
    const second = { ...ports, store: await database.open() }
    try {
      const id = await proposed(ports)
      const before = (await current(ports)).version
      const kinds = await Promise.all([decided(ports, id, 'U0DEV'), decided(second, id, 'U0SOFIA', 'reject')])
      assert.ok(kinds.includes('decided'), kinds.join())
      assert.equal((await current(ports)).version - before, kinds.includes('saved') ? 1 : 0)
    } finally {
      await ports.close()
    }
  })
})

test('nobody confirms their own change, nor does one person under another account', async () => {
  const aliases = [{ person: 'maya', identities: ['U0MAYA', 'U0ALSO'] }]
  const ports = await portsWith({ ...people(['U0MAYA', 'U0ALSO', 'U0DEV']), identities: { aliases } })
  ports.members.set('U0ALSO', aMember('U0ALSO'))
  const id = await proposed(ports)
  assert.equal(await decided(ports, id, 'U0MAYA'), 'own')
  assert.equal(await decided(ports, id, 'U0ALSO'), 'not-allowed')
  assert.equal(await decided(ports, id, 'U0DEV'), 'saved')
  assert.equal(await decided(ports, id, 'U0DEV'), 'decided')
  assert.deepEqual(await events(ports), ['policy.proposed', 'policy.changed'])
  await ports.close()
})

test('where there is one admin alone a reviewer confirms, else no reviewer does', async () => {
  const alone = await portsWith(people(['U0MAYA'], ['U0MAYA', 'U0DEV']))
  assert.equal(await decided(alone, await proposed(alone), 'U0DEV'), 'saved')
  await alone.close()
  const two = await portsWith(people(['U0MAYA', 'U0SOFIA'], ['U0DEV']))
  two.members.set('U0SOFIA', aMember('U0SOFIA'))
  assert.equal(await decided(two, await proposed(two), 'U0DEV'), 'not-allowed')
  await two.close()
})

test('an admin cannot put the others away, nor the rule, without one of them', async () => {
  const ports = await portsWith(people(['U0MAYA', 'U0DEV']))
  const { policy } = await current(ports)
  for (const parts of [{ policyAdmins: ['U0MAYA'] }, { twoPersonRule: 'single-recorded' }])
    assert.equal((await changed(ports, { people: { ...policy.people, ...parts } })).kind, 'proposed')
  await ports.close()
})

test('with the rule for one person a loosening change is saved, and says so', async () => {
  const ports = await portsWith({ people: { policyAdmins: ['U0MAYA'], twoPersonRule: 'single-recorded' } })
  assert.equal((await changed(ports, LOOSE)).kind, 'saved')
  const [event] = await ports.store.records.chain.page({ tenantId: TENANT, afterSeq: 0, limit: 1 })
  assert.match(String(event?.detail['second_person']), /^none/)
  await ports.close()
})

test('a proposal whose policy was changed meanwhile is put away, and one too old is gone', async () => {
  const ports = await portsWith(people(['U0MAYA', 'U0DEV']))
  const id = await proposed(ports)
  assert.equal((await changed(ports, TIGHT)).kind, 'saved')
  assert.equal(await decided(ports, id, 'U0DEV'), 'outdated')
  assert.equal(await decided(ports, id, 'U0DEV'), 'decided')
  const again = await proposed(ports)
  ports.time.now += PROPOSAL_LIVES_MS
  assert.equal(await decided(ports, again, 'U0DEV'), 'gone')
  assert.deepEqual(await events(ports), [
    'policy.proposed',
    'policy.changed',
    'policy.rejected',
    'policy.proposed',
  ])
  await ports.close()
})

test('the same change proposed again is the same proposal', async () => {
  const ports = await portsWith(people(['U0MAYA', 'U0DEV']))
  assert.equal(await proposed(ports), await proposed(ports))
  assert.deepEqual(await events(ports), ['policy.proposed'])
  await ports.close()
})

test('what is pinned is not changed, and a restart with a looser pin waits for a second person', async () => {
  const ports = await portsWith({ ...people(['U0MAYA']), thresholds: { medium: 35, high: 70 } })
  const { version, policy } = await current(ports)
  const pins = { thresholds: { medium: 35 } }
  const next = policySchema.parse({ ...policy, thresholds: { medium: 10, high: 70 } })
  const refused = await changePolicy(ports, {
    ...{
      tenantId: TENANT,
      baseVersion: version,
      policy: next,
      author: 'U0MAYA',
      actor: null,
      reason: 'x',
      pins,
    },
  })
  assert.deepEqual(refused, { kind: 'pinned', settings: ['thresholds.medium'] })
  const start = (medium: number) =>
    pinPolicy(ports, { tenantId: TENANT, seed: policySchema.parse({}), pins: { thresholds: { medium } } })
  assert.equal((await start(35)).kind, 'unchanged')
  assert.equal((await start(20)).kind, 'saved')
  assert.equal((await start(60)).kind, 'proposed')
  assert.equal((await current(ports)).policy.thresholds.medium, 20)
  await ports.close()
})

test('a section is drafted and saved by the admin who typed it, and by nobody else', async () => {
  const ports = await portsWith(people(['U0MAYA', 'U0DEV']))
  const { version: baseVersion } = await current(ports)
  const query = {
    ...{ tenantId: TENANT, sectionId: 'thresholds', baseVersion, texts: { 'thresholds.medium': '12' } },
  }
  const stranger = await draftSection(ports, NOTHING, { ...query, slackUserId: 'U0PRIYA' })
  assert.equal(stranger.kind, 'not-admin')
  const drafted = await draftSection(ports, NOTHING, { ...query, slackUserId: 'U0MAYA' })
  assert.ok(drafted.kind === 'draft')
  const save = (slackUserId: string) =>
    saveDraft(ports, NOTHING, {
      ...{ tenantId: TENANT, draftId: drafted.preview.draftId, reason: 'why', slackUserId },
    })
  assert.equal((await save('U0DEV')).kind, 'gone')
  assert.equal((await save('U0MAYA')).kind, 'saved')
  assert.equal((await save('U0MAYA')).kind, 'gone')
  const stale = await draftSection(ports, NOTHING, { ...query, slackUserId: 'U0DEV' })
  assert.equal(stale.kind, 'stale')
  await ports.close()
})

test('rolling back keeps what is pinned today', async () => {
  const ports = await portsWith({ ...people(['U0MAYA']), thresholds: { medium: 35, high: 70 } })
  const { version } = await current(ports)
  await changed(ports, { thresholds: { medium: 20, high: 60 } })
  const context = { pins: { thresholds: { medium: 20 } }, secrets: [] }
  const who = { tenantId: TENANT, slackUserId: 'U0MAYA' }
  const outcome = await rollBack(ports, context, { ...who, version })
  assert.equal(outcome.kind, 'proposed', 'high begins later again')
  const { proposals } = await tuneDesk(ports, context, who)
  assert.deepEqual(proposals[0]?.changes, ['thresholds.high: 60 → 70'])
  await ports.close()
})
