/** Measures the limits that must hold, on a SQLite file with full durability. Figures are for one machine in one run. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ModelAnswer } from '../../src/domain/assessment.ts'
import { baselineOf } from '../../src/domain/baseline.ts'
import { factsOf } from '../../src/domain/history.ts'
import { presetNamed } from '../../src/domain/presets/registry.ts'
import { createLog } from '../../src/log.ts'
import type { AuditRow } from '../../src/ports.ts'
import { openStore, type Store } from '../../src/store/database.ts'
import { assessDue } from '../../src/workflows/assess-grants.ts'
import { pollFeed } from '../../src/workflows/poll-feed.ts'
import { aGrant, aPolicy, aPolicyVersion } from '../support/builders.ts'
import { backtestSpeeds, fillAssessments } from './backtest.ts'
import { aLedger } from './ledger.ts'
import { presetSpeeds } from './presets.ts'

const TENANT = 't-bench'
const LEDGER_ROWS = 100_000
const NOW = Date.parse('2026-11-24T12:00:00Z')
const CARRIES = { justification: false, ticket: false, expiry: false, ip: true }

interface Figure {
  readonly what: string
  readonly measured: string
  readonly limit: string
  readonly holds: boolean
}

const figures: Figure[] = []
const report = (
  what: string,
  value: number,
  limit: { readonly most?: number; readonly least?: number; readonly unit: string },
) => {
  const holds = limit.most === undefined ? value >= (limit.least ?? 0) : value <= limit.most
  const bound = limit.most === undefined ? `at least ${limit.least}` : `at most ${limit.most}`
  figures.push({
    what,
    measured: `${value.toFixed(2)} ${limit.unit}`,
    limit: `${bound} ${limit.unit}`,
    holds,
  })
  process.stdout.write(
    `${holds ? 'holds' : 'BREAKS'}  ${what}: ${value.toFixed(2)} ${limit.unit} (${bound})\n`,
  )
}

const [slowest] = presetSpeeds()
if (slowest === undefined) throw new Error('no preset was measured')
report(`events through the slowest preset, ${slowest.name}`, slowest.perSecond, {
  least: 50_000,
  unit: 'events/s',
})

const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
try {
  const store = await openStore(process.argv[2] ?? `sqlite:${join(folder, 'bench.db')}`)
  await fillLedger(store)
  await evidence(store)
  await concurrency(store)
  await pipeline(store)
  await pastJudgements(store)
  await store.close()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = figures.every((figure) => figure.holds) ? 0 : 1

async function fillLedger(store: Store): Promise<void> {
  const started = performance.now()
  let batch = []
  for (const grant of aLedger(LEDGER_ROWS, { until: NOW, tenantId: TENANT })) {
    batch.push(grant)
    if (batch.length < 5_000) continue
    const rows = batch
    await store.transaction((records) => records.ledger.insert(rows))
    batch = []
  }
  process.stdout.write(`ledger of ${LEDGER_ROWS} filled in ${Math.round(performance.now() - started)} ms\n`)
}

async function evidence(store: Store): Promise<void> {
  const policy = aPolicy()
  const grants = [...aLedger(1_500, { until: NOW + 400 * 3_600_000, tenantId: TENANT })].filter(
    (grant) => grant.direction === 'given',
  )
  const times: number[] = []
  for (const grant of grants.slice(0, 200)) {
    const started = performance.now()
    const profile = await store.records.history.load(TENANT, [grant])
    baselineOf({ grant, facts: factsOf(profile, grant), policy, carries: CARRIES })
    times.push(performance.now() - started)
  }
  times.sort((one, other) => one - other)
  report('evidence for one grant, median', times[100] ?? 0, { most: 5, unit: 'ms' })
  const batch = grants.slice(0, 500)
  const started = performance.now()
  const profile = await store.records.history.load(TENANT, batch)
  for (const grant of batch) baselineOf({ grant, facts: factsOf(profile, grant), policy, carries: CARRIES })
  report('evidence for a batch of 500', performance.now() - started, { most: 500, unit: 'ms' })
}

function portsOf(store: Store, latencyMs: number, rows: readonly AuditRow[]) {
  const answer: ModelAnswer = { kind: 'no-answer', why: 'down' }
  return {
    clock: { now: () => NOW },
    ids: { next: () => 'bench' },
    store,
    log: createLog('silent'),
    chainKey: 'bench-chain-key-bench',
    hasWebhook: false,
    scorer: {
      assess: async () => {
        if (latencyMs > 0) await new Promise((done) => setTimeout(done, latencyMs))
        return answer
      },
    },
    auditFeed: {
      newestIngest: async () => null,
      page: async ({ fromIngest, limit }: { fromIngest: string | null; limit: number }) => {
        const after = fromIngest === null ? rows : rows.filter((row) => row.ingestedAt >= fromIngest)
        return { rows: after.slice(0, limit), partial: false }
      },
    },
  }
}

async function concurrency(store: Store): Promise<void> {
  const [count, latency, width] = [200, 200, 8]
  const policy = aPolicy({ scorer: 'model', models: { scoring: 'bench', concurrency: width } })
  const grants = Array.from({ length: count }, (_, index) =>
    aGrant({
      tenantId: TENANT,
      act: `slow-${index}`,
      occurredAt: NOW,
      grantee: `slow${index}@northwind.example`,
    }),
  )
  await store.records.ledger.insert(grants)
  await store.records.queue.put(
    grants.map((grant) => ({
      tenantId: TENANT,
      grantId: grant.id,
      dueAt: NOW,
      enqueuedAt: NOW,
      mode: 'live',
      attempts: 0,
    })),
  )
  const started = performance.now()
  await assessDue(portsOf(store, latency, []), {
    tenantId: TENANT,
    policy: aPolicyVersion(policy, { tenantId: TENANT }),
    signal: new AbortController().signal,
  })
  report('assessments, wall time over N*L/C', (performance.now() - started) / ((count * latency) / width), {
    most: 1.15,
    unit: 'x',
  })
}

async function pipeline(store: Store): Promise<void> {
  const count = 10_000
  const preset = presetNamed('plain')
  if (preset === null) throw new Error('the preset plain is gone')
  const rows = Array.from(
    { length: count },
    (_, index): AuditRow => ({
      ingestedAt: new Date(NOW + index).toISOString(),
      event: {
        id: `pipeline-${index}`,
        time: new Date(NOW + index).toISOString(),
        kind: 'grant',
        grantee: `person${index % 4_000}@northwind.example`,
        grantor: `admin${index % 40}@northwind.example`,
        role: index % 50 === 0 ? 'owner' : 'help-desk',
        tier: index % 50 === 0 ? 'T0' : 'T2',
      },
    }),
  )
  const policy = aPolicy({ scorer: 'rules', feeds: [{ id: 'plain', preset: 'plain', dataset: 'plain' }] })
  const feed = policy.feeds[0]
  if (feed === undefined) throw new Error('no feed')
  const ports = portsOf(store, 0, rows)
  const signal = new AbortController().signal
  const started = performance.now()
  await pollFeed(ports, { tenantId: TENANT, feed, preset, policy, signal })
  const polled = performance.now() - started
  const input = { tenantId: TENANT, policy: aPolicyVersion(policy, { tenantId: TENANT }), signal }
  while ((await assessDue(ports, input)) > 0);
  const seconds = (performance.now() - started) / 1_000
  process.stdout.write(
    `poll and ledger ${Math.round(polled)} ms, judging and recording ${Math.round(seconds * 1_000 - polled)} ms\n`,
  )
  report('whole pipeline, model latency 0', count / seconds, { least: 1_000, unit: 'grants/s' })
}

async function pastJudgements(store: Store): Promise<void> {
  const scene = { tenantId: 't-backtest', now: NOW }
  await fillAssessments(store, scene, LEDGER_ROWS)
  for (const { name, grants, seconds } of await backtestSpeeds(store, scene)) {
    if (grants !== LEDGER_ROWS) throw new Error('the backtest missed grants')
    report(`backtest of ${LEDGER_ROWS} stored grants, other ${name}`, seconds, { most: 2, unit: 's' })
  }
}
