import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Assessment } from '../../src/domain/assessment.ts'
import type { Grant } from '../../src/domain/grant.ts'
import { type Policy, policySchema } from '../../src/domain/policy.ts'
import { openStore } from '../../src/store/database.ts'
import { savePolicy } from '../../src/workflows/seed-policy.ts'
import { described, giving } from '../domain/presets/custom-builders.ts'
import { aGrant, anAssessment, aReview } from '../support/builders.ts'

/** Described sources in the policy that is exported, compared and imported. */

const folder = mkdtempSync(join(tmpdir(), 'policy-'))
const DATABASE_URL = `sqlite:${join(folder, 'countersign.db')}`
const MAIN = new URL('../../src/main.ts', import.meta.url).pathname

before(async () => {
  const store = await openStore(DATABASE_URL)
  const tenant = { tenantId: 'one', workspaceId: 'T1', name: 'Northwind', at: 1 }
  await store.records.tenants.create(tenant)
  await store.transaction(
    async (records) =>
      await savePolicy({ chainKey: null, hasWebhook: false }, records, {
        tenantId: 'one',
        version: 1,
        policy: policySchema.parse({}),
        author: 'test',
        reason: 'first',
        savedAt: 1,
      }),
  )
  await store.close()
})
after(() => rmSync(folder, { recursive: true, force: true }))

function policy(...args: readonly string[]) {
  const run = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', MAIN, 'policy', ...args],
    { encoding: 'utf8', cwd: folder, env: { PATH: process.env['PATH'] ?? '', DATABASE_URL } },
  )
  return { code: run.status, out: run.stdout, err: run.stderr }
}

function file(value: unknown): string {
  const path = join(folder, 'policy.json')
  writeFileSync(path, JSON.stringify(value))
  return path
}

const exported = () => JSON.parse(policy('export').out) as Policy

test('a described source is imported with a feed of it, and exported as it is in force', () => {
  const feed = { id: 'acme-audit', preset: 'acme', dataset: 'acme-audit' }
  const next = { ...exported(), customPresets: [described()], feeds: [feed] }
  const compared = policy('diff', file(next))
  assert.equal(compared.code, 0)
  assert.match(compared.out, /customPresets/)
  const imported = policy('import', file(next), '--reason', 'Acme has roles too.')
  assert.equal(imported.code, 0, imported.err)
  assert.match(imported.err, /^Saved version 2: /)
  const inForce = exported()
  assert.deepEqual(inForce, policySchema.parse(next))
  assert.match(policy('import', file(inForce)).err, /^The file is the policy in force \(version 2\)\.$/m)
})

test('a faulty description is refused with a line for each fault, and nothing is saved', () => {
  const before = exported()
  const sources = [described({ rules: [giving({ kind: 'give' })], otherRoles: 'T5' }), described()]
  const refused = policy('import', file({ ...before, customPresets: sources }))
  assert.equal(refused.code, 2)
  const lines = refused.err.trim().split('\n')
  assert.equal(lines.length, 2, refused.err)
  assert.match(
    lines[0] ?? '',
    /policy\.json: customPresets\.0\.rules\.0\.kind: found "give"; must be one of grant, /,
  )
  assert.match(lines[1] ?? '', /policy\.json: customPresets\.0\.otherRoles: found "T5"; must be one of /)
  assert.deepEqual(exported(), before)
})

test('a feed of a source that is taken out of the policy is refused', () => {
  const refused = policy('import', file({ ...exported(), customPresets: [] }))
  assert.equal(refused.code, 2)
  assert.match(refused.err, /feeds\.0\.preset: There is no preset "acme"/)
})

test('the published schema describes the sources', () => {
  const schema = JSON.parse(policy('schema').out) as {
    properties: { customPresets: { items: { required: string[]; properties: Record<string, unknown> } } }
  }
  const { required, properties } = schema.properties.customPresets.items
  assert.deepEqual(required, ['name', 'rules'])
  for (const field of ['roles', 'otherRoles', 'failedWhen', 'runbook', 'filter'])
    assert.ok(Object.hasOwn(properties, field), field)
})

test('what loosens is told in words by diff, and proposed by import once somebody could agree', () => {
  const named = { ...exported(), people: { ...exported().people, policyAdmins: ['U0MAYA'] } }
  assert.match(policy('import', file(named)).err, /^Saved version 3: 1 settings changed\.$/m)
  const looser = { ...named, floors: { ...named.floors, self_grant: 'low' as const } }
  const compared = policy('diff', file(looser))
  assert.deepEqual(JSON.parse(compared.out), { setting: 'floors.self_grant', from: 'high', to: 'low' })
  assert.match(compared.err, / {2}- floors\.self_grant: high → low\n[\s\S]*needs a second person/)
  for (const run of ['once', 'again']) {
    const imported = policy('import', file(looser))
    assert.equal(imported.code, 0, run)
    assert.match(imported.err, /^Proposed, not yet in force: a policy admin confirms it/m)
  }
  assert.equal(exported().floors.self_grant, 'high')
})

describe('a backtest of a file', () => {
  const [revoked, loud] = [
    aGrant({ tenantId: 'one', act: 'revoked', grantee: 'ana\u001b[31m@northwind.example', standing: false }),
    aGrant({ tenantId: 'one', act: 'loud', standing: false }),
  ]
  const judged = (grant: Grant, score: number, band: 'medium' | 'high', assessedAt: number): Assessment =>
    anAssessment(grant, {
      assessedAt,
      policyVersion: 1,
      baseline: { score, band, evidence: [] },
      verdict: { band, floor: null, waits: false },
    })

  before(async () => {
    const store = await openStore(DATABASE_URL)
    const now = Date.now()
    await store.records.ledger.insert([revoked, loud])
    await store.records.assessments.insert([
      judged(revoked, 40, 'medium', now - 40 * 86_400_000),
      judged(loud, 90, 'high', now - 1_000),
    ])
    await store.records.reviews.insert([aReview(revoked, { state: 'revoked' })])
    await store.close()
  })

  const looser = () => file({ ...exported(), thresholds: { medium: 50, high: 95 } })

  test('prints a line of JSON for each flip and a summary, and a table for people', () => {
    const run = policy('backtest', looser(), '--days', '60')
    assert.equal(run.code, 0, run.err)
    const [first, second, last] = run.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    assert.equal(first?.['id'], revoked.id)
    assert.equal(first?.['decided'], 'revoke')
    assert.equal(second?.['id'], loud.id)
    const summary = last?.['summary'] as Record<string, unknown>
    assert.deepEqual(
      [summary['grants'], summary['flipsTotal'], summary['letThrough'], summary['undoesRevokes']],
      [2, 2, 1, 1],
    )
    assert.match(run.err, /as it was +1 +1 +0 +2\n +with this policy +0 +1 +0 +1\n/)
    assert.match(run.err, /1 of them a reviewer revoked: this change needs a second person/)
    assert.ok(!run.err.includes('\u001b'), 'a terminal obeys nothing that a log says')
  })

  test('looks back 30 days unless told otherwise', () => {
    const lines = policy('backtest', looser()).out.trim().split('\n')
    assert.equal(lines.length, 2)
    assert.match(lines[0] ?? '', new RegExp(loud.id))
  })

  test('refuses what is no number of days, and saves nothing', () => {
    const before = exported()
    for (const rest of [
      ['--days', '0'],
      ['--reason', 'x'],
    ]) {
      const refused = policy('backtest', looser(), ...rest)
      assert.equal(refused.code, 2, rest.join(' '))
      assert.match(refused.err, /backtest FILE \[--days 30\]/)
    }
    assert.deepEqual(exported(), before)
  })
})
