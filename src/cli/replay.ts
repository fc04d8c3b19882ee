import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Grant } from '../domain/grant.ts'
import type { Policy } from '../domain/policy.ts'
import { policySchema } from '../domain/policy.ts'
import type { Preset } from '../domain/presets/preset.ts'
import { opensReview } from '../domain/verdict.ts'
import type { AuditRow } from '../ports.ts'
import { ASSESS_BATCH, type Due, judgeAll } from '../workflows/assess-grants.ts'
import { calibrateOn } from '../workflows/calibrate-feed.ts'
import { inTransaction } from '../workflows/in-transaction.ts'
import { ingestObservations, readRows } from '../workflows/ingest-rows.ts'
import { withPins } from '../workflows/seed-policy.ts'
import { type Judged, learnFrom } from '../workflows/write-assessments.ts'
import { parseArguments } from './arguments.ts'
import { partialConfig, wrongCall } from './environment.ts'
import { readPolicyFile } from './policy-file.ts'
import { choosePreset } from './preset-choice.ts'
import {
  defaultPolicy,
  firstVersion,
  judgedLine,
  openThrowAway,
  scorerOf,
  TENANT,
  type ThrowAway,
} from './throw-away.ts'

const OPTIONS = {
  preset: { type: 'string' },
  policy: { type: 'string' },
  scorer: { type: 'string' },
  warmup: { type: 'string' },
} as const
const LINE_CHARACTERS_MAX = 2_000_000

interface Replay {
  readonly preset: Preset
  readonly policy: Policy
  readonly usesModel: boolean
  readonly warmUntil: number
  readonly files: readonly string[]
}

/** Feeds a history through ledger, baseline and policy in time order; one line a grant after the warm-up, then a summary. */
export async function runReplay(args: readonly string[]): Promise<number> {
  const replay = readArguments(args)
  if (typeof replay === 'string') return wrongCall(replay)
  const config = replay.usesModel ? partialConfig([]) : null
  if (replay.usesModel && config === null) return 2
  if (replay.usesModel && config?.model == null)
    return wrongCall('--scorer model needs OPENAI_API_KEY and OPENAI_SCORING_MODEL.')
  const rows: AuditRow[] = []
  let unreadable = 0
  for (const file of replay.files) {
    const outcome = await readLines(file, rows)
    if (outcome === null) return wrongCall(`${file} cannot be read; check the path.`)
    unreadable += outcome
  }
  const ports = await openThrowAway(scorerOf(config))
  try {
    const policy = replay.usesModel
      ? {
          ...replay.policy,
          scorer: 'model' as const,
          models: { ...replay.policy.models, scoring: config?.seed.scoringModel ?? null },
        }
      : { ...replay.policy, scorer: 'rules' as const }
    const summary = await feed(ports, { ...replay, policy }, rows)
    process.stdout.write(`${JSON.stringify({ summary: { ...summary, unreadable } })}\n`)
  } finally {
    await ports.close()
  }
  return 0
}

function readArguments(args: readonly string[]): Replay | string {
  const parsed = parseArguments(args, OPTIONS)
  if ('wrong' in parsed) return parsed.wrong
  const { preset: name, policy: policyPath, scorer = 'rules', warmup } = parsed.values
  if (scorer !== 'rules' && scorer !== 'model') return '--scorer is rules or model.'
  const warmUntil = typeof warmup === 'string' ? Date.parse(warmup) : Number.NEGATIVE_INFINITY
  if (Number.isNaN(warmUntil)) return '--warmup takes a date and time such as 2026-01-01T00:00:00Z.'
  if (parsed.positionals.length === 0) return 'Name at least one file of NDJSON events.'
  const file = typeof policyPath === 'string' ? readPolicyFile(policyPath) : null
  if (file !== null && !file.ok) return file.sentences.join('\n')
  const base = { ...defaultPolicy(), mode: 'live' as const }
  const policy = file === null ? base : withPins(policySchema.parse(base), file.pins)
  const choice = choosePreset(name, policy.customPresets)
  if ('wrong' in choice) return choice.wrong
  return {
    preset: choice.preset,
    policy: { ...policy, customPresets: [...choice.customPresets], mode: 'live' },
    usesModel: scorer === 'model',
    warmUntil,
    files: parsed.positionals,
  }
}

/** Appends a file's events to `rows`; answers with how many lines were not JSON, null when the file cannot be read. */
async function readLines(file: string, rows: AuditRow[]): Promise<number | null> {
  let unreadable = 0
  try {
    const lines = createInterface({
      input: createReadStream(file, 'utf8'),
      crlfDelay: Number.POSITIVE_INFINITY,
    })
    for await (const line of lines) {
      if (line.trim() === '') continue
      const event = line.length > LINE_CHARACTERS_MAX ? undefined : parseLine(line)
      if (event === undefined) unreadable += 1
      else rows.push({ ingestedAt: '', event })
    }
    return unreadable
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

interface Summary {
  readonly events: number
  readonly skipped: Readonly<Record<string, number>>
  readonly grants: number
  readonly judged: number
  readonly verdicts: Readonly<Record<string, number>>
}

const byTime = (one: Grant, other: Grant): number => one.occurredAt - other.occurredAt

async function feed(ports: ThrowAway, replay: Replay, rows: readonly AuditRow[]): Promise<Summary> {
  const read = readRows({ preset: replay.preset, prefix: null }, rows)
  const skipped: Record<string, number> = {}
  for (const { skipped: reason } of read.readings)
    if (reason !== null) skipped[reason] = (skipped[reason] ?? 0) + 1
  const verdicts: Record<string, number> = { low: 0, medium: 0, high: 0 }
  const totals = { grants: 0, judged: 0 }
  const ordered = read.sourced.toSorted(
    (one, other) => one.observation.occurredAt - other.observation.occurredAt,
  )
  for (let start = 0; start < ordered.length; start += ASSESS_BATCH) {
    const batch = ordered.slice(start, start + ASSESS_BATCH)
    const context = {
      tenantId: TENANT,
      feedId: replay.preset.name,
      prefix: null,
      preset: replay.preset,
      policy: replay.policy,
      historyUntil: null,
      summariseFrom: 0,
      now: 0,
    }
    const { inserted } = await ports.store.transaction((records) =>
      ingestObservations(ports, records, context, batch),
    )
    totals.grants += inserted.length
    // The warm-up is history: it is learned from at once, and nobody is asked about it.
    const past = inserted.filter(
      (grant) => grant.direction === 'given' && grant.occurredAt < replay.warmUntil,
    )
    await ports.store.records.ledger.setLearned(
      TENANT,
      past.map(({ id }) => id),
      0,
    )
    await calibrateOn(ports, { tenantId: TENANT, policy: replay.policy, grants: past.toSorted(byTime) })
    const due = inserted
      .filter((grant) => opensReview(grant.kind) && grant.occurredAt >= replay.warmUntil)
      .toSorted(byTime)
      .map(
        (grant): Due => ({
          grant,
          item: { tenantId: TENANT, grantId: grant.id, dueAt: 0, enqueuedAt: 0, mode: 'live', attempts: 0 },
        }),
      )
    const judged: Judged[] = []
    const input = {
      tenantId: TENANT,
      policy: firstVersion(replay.policy),
      signal: new AbortController().signal,
    }
    await judgeAll(ports, input, due, async (portion) => {
      judged.push(...portion)
      await inTransaction(ports, (records) => learnFrom(records, TENANT, portion))
    })
    const order = new Map(due.map(({ grant }, index) => [grant.id, index]))
    judged.sort((one, other) => (order.get(one.grant.id) ?? 0) - (order.get(other.grant.id) ?? 0))
    for (const one of judged) {
      const verdict = one.assessment.verdict.band
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1
      process.stdout.write(`${JSON.stringify(judgedLine(one))}\n`)
    }
    totals.judged += judged.length
  }
  return { events: rows.length, skipped, ...totals, verdicts }
}
