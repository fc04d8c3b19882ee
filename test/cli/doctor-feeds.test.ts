import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { feedFindings } from '../../src/cli/doctor-feeds.ts'
import { type Environment, readConfig } from '../../src/config.ts'
import { PRESET_NAMES, presetNamed } from '../../src/domain/presets/registry.ts'
import { openWire, type Wire } from '../axiom/wire.ts'

/** What the doctor says of feeds, their presets and how to switch them on. */

let wire: Wire
beforeEach(async () => {
  wire = await openWire()
})
afterEach(() => wire.close())

const SOURCE = {
  name: 'ledgerly',
  title: 'Ledgerly',
  rules: [{ kind: 'grant', when: [{ field: 'type', value: 'role_changed' }], grantee: 'user', role: 'role' }],
}

function policyFile(policy: unknown): string {
  const path = join(mkdtempSync(join(tmpdir(), 'doctor-')), 'policy.json')
  writeFileSync(path, JSON.stringify(policy))
  return path
}

function axiomHolds(rows: readonly Record<string, unknown>[]): void {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  wire.answer({
    status: 200,
    body: {
      format: 'tabular',
      status: { isPartial: false, elapsedTime: 1, rowsMatched: rows.length },
      tables: [
        {
          name: '0',
          fields: names.map((name) => ({ name, type: 'unknown' })),
          columns: names.map((name) => rows.map((row) => row[name] ?? null)),
        },
      ],
    },
  })
}

async function findings(env: Environment): Promise<readonly string[]> {
  const result = readConfig(
    {
      SLACK_APP_TOKEN: 'xapp-1-A1-abc',
      SLACK_BOT_TOKEN: 'xoxb-1-abc',
      AXIOM_TOKEN: 'xaat-abc',
      AXIOM_URL: wire.url,
      AXIOM_EDGE_URL: wire.url,
      REVIEW_CHANNEL: 'C0REVIEW',
      REVIEWERS: 'U0MAYA',
      DATABASE_URL: `sqlite:${join(mkdtempSync(join(tmpdir(), 'doctor-')), 'store.db')}`,
      ...env,
    },
    { live: false },
  )
  if (result.kind !== 'config') assert.fail(JSON.stringify(result))
  return (await feedFindings(result.config)).map(({ state, what, fix }) => `${state}: ${what} -> ${fix}`)
}

test('a feed of a described source is read by its description', async () => {
  axiomHolds([
    {
      _time: '2026-03-01T09:00:00Z',
      _sysTime: '2026-03-01T09:00:01Z',
      type: 'role_changed',
      user: 'alice',
      role: 'admin',
    },
    {
      _time: '2026-03-01T09:00:00Z',
      _sysTime: '2026-03-01T09:00:01Z',
      type: 'role_changed',
      user: null,
      role: 'admin',
    },
  ])
  const found = await findings({
    POLICY_FILE: policyFile({ customPresets: [SOURCE] }),
    FEEDS: 'ledgerly:ledgerly-audit',
  })
  assert.deepEqual(found, [
    'ok: Feed ledgerly-audit as Ledgerly: of 2 candidate events of the last 7 days, 1 are privileged changes -> null',
  ])
  assert.match(wire.requests[0]?.body ?? '', /ledgerly-audit.*role_changed/s)
})

test('a source that no real event proves yet starts switched off, and one sentence says how to switch it on', async (context) => {
  const name = PRESET_NAMES.find((one) => presetNamed(one)?.proof === 'unproven')
  if (name === undefined) return context.skip('every preset is proven')
  axiomHolds([])
  const [, off, ...more] = await findings({ FEEDS: `${name}:their-audit` })
  assert.match(
    off ?? '',
    /^note: Feed their-audit as .*: switched off, since no real event proves this preset yet/,
  )
  assert.match(off ?? '', new RegExp(`npm run normalise -- --preset ${name} .*set enabled: true on the feed`))
  assert.deepEqual(more, [])
})

test('a feed that the policy file pins is checked, and one that FEEDS names beside it is said to be left out', async () => {
  axiomHolds([])
  const found = await findings({
    POLICY_FILE: policyFile({
      feeds: [{ id: 'okta', preset: 'okta', dataset: 'okta-logs', enabled: false }],
    }),
    FEEDS: 'github:github-audit',
  })
  assert.match(found[0] ?? '', /^note: Feed okta-logs as Okta: readable, but no candidate event/)
  assert.match(
    found[1] ?? '',
    /^note: Feed okta-logs as Okta: switched off in the policy -> To read it, set enabled: true/,
  )
  assert.match(
    found[2] ?? '',
    /^note: Feed github:github-audit: named in FEEDS, but not in the policy in force/,
  )
  assert.equal(found.length, 3)
})

test('a policy file with a faulty description is a fault that says where', async () => {
  const faulty = { ...SOURCE, rules: [{ ...SOURCE.rules[0], role: 'a..b' }] }
  const found = await findings({
    POLICY_FILE: policyFile({ customPresets: [faulty] }),
    FEEDS: 'ledgerly:ledgerly-audit',
  })
  assert.equal(found.length, 1)
  assert.match(found[0] ?? '', /^fault: Policy file: .*customPresets\.0\.rules\.0\.role: .*"a\.\.b"/)
})
