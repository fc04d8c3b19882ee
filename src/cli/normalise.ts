import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { conclude, type Sourced } from '../domain/conclude.ts'
import type { ConcludeContext } from '../domain/conclude-work.ts'
import type { Direction, Grant } from '../domain/grant.ts'
import { emptyKnown, type KnownMemory, knownAbout, rememberConcluded } from '../domain/known-memory.ts'
import { indexAliases } from '../domain/party.ts'
import { type Preset, type Reading, TIME_NOT_STATED } from '../domain/presets/preset.ts'
import { parseArguments } from './arguments.ts'
import { boundedLines } from './bounded-lines.ts'
import { type Coverage, startCoverage } from './coverage.ts'
import { createOutput } from './output.ts'
import { choosePreset } from './preset-choice.ts'

export interface NormaliseStreams {
  readonly stdin: AsyncIterable<string | Buffer>
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WritableStream
}

/** Longer than any audit event; a longer line is skipped and not kept in memory. */
const LINE_CHARACTERS_MAX = 2_000_000

/** Raw audit events in, what would be concluded from them out; 0, or 2 for a wrong call. */
export async function runNormalise(
  args: readonly string[],
  streams: NormaliseStreams = process,
): Promise<number> {
  const call = await readCall(args, streams)
  if (typeof call === 'string') {
    streams.stderr.write(`${call}\n`)
    return 2
  }
  const run = startRun(call.preset)
  const output = createOutput(streams.stdout)
  let line = 0
  for await (const text of boundedLines(call.input, LINE_CHARACTERS_MAX)) {
    line += 1
    if (text !== null && text.trim() === '') continue
    const answer = text === null ? skip(run, 'line too long') : answerTo(run, text)
    const isOpen = await output.write(`${JSON.stringify({ line, ...answer })}\n`)
    if (!isOpen) return 0
  }
  await output.end()
  streams.stderr.write(`${summaryOf(run)}\n`)
  return 0
}

interface Call {
  readonly preset: Preset
  readonly input: AsyncIterable<string | Buffer>
}

async function readCall(
  args: readonly string[],
  streams: Pick<NormaliseStreams, 'stdin'>,
): Promise<Call | string> {
  const parsed = parseArguments(args, { preset: { type: 'string' } })
  if ('wrong' in parsed) return parsed.wrong
  const choice = choosePreset(parsed.values['preset'])
  if ('wrong' in choice) return choice.wrong
  const { preset } = choice
  const [file = '-', ...others] = parsed.positionals
  if (others.length > 0) return 'Name one file of NDJSON events, or - for standard input.'
  if (file === '-') return { preset, input: streams.stdin }
  const found = await stat(file).catch(() => null)
  if (found === null || found.isDirectory()) return `${file} cannot be read; check the path.`
  return { preset, input: createReadStream(file) }
}

/** What a run carries from line to line. */
interface Run {
  readonly preset: Preset
  readonly context: ConcludeContext
  readonly memory: KnownMemory
  readonly coverage: Coverage
  readonly counts: { events: number; repeats: number; unchanged: number }
  readonly concluded: Map<Direction, number>
  readonly skipped: Map<string, number>
  lastTime: number
}

function startRun(preset: Preset): Run {
  return {
    preset,
    context: {
      tenantId: 'normalise',
      feedId: preset.name,
      source: preset.name,
      settleWindowMs: preset.settleWindowMs,
      timezone: 'UTC',
      aliases: indexAliases([]),
    },
    memory: emptyKnown(),
    coverage: startCoverage(preset),
    counts: { events: 0, repeats: 0, unchanged: 0 },
    concluded: new Map(),
    skipped: new Map(),
    lastTime: 0,
  }
}

type Answer = { readonly grants: readonly GrantLine[] } | { readonly skipped: string }

function skip(run: Run, reason: string): Answer {
  run.counts.events += 1
  run.skipped.set(reason, (run.skipped.get(reason) ?? 0) + 1)
  return { skipped: reason }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function answerTo(run: Run, text: string): Answer {
  const event = parsed(text)
  if (event === undefined) return skip(run, 'not JSON')
  const { reading, isTimed } = readEvent(run, event)
  if ('skipped' in reading) return skip(run, reading.skipped)
  run.counts.events += 1
  run.coverage.noteEvent(event)
  const sourced: Sourced[] = reading.observations.map((observation) => ({
    observation,
    ingestedAt: '',
    raw: text,
  }))
  for (const { observation } of sourced) run.lastTime = Math.max(run.lastTime, observation.occurredAt)
  const concluded = conclude(sourced, knownAbout(run.memory, sourced), run.context)
  rememberConcluded(run.memory, concluded)
  const outcomes = new Map(concluded.outcomes.flat().map((outcome) => [outcome.grantId, outcome]))
  const lines = [...outcomes.values()].flatMap((outcome) => {
    const grant = run.memory.grants.get(outcome.grantId)
    if (grant === undefined) return []
    if (outcome.merged) run.counts.repeats += 1
    else {
      run.coverage.note(grant, isTimed)
      run.concluded.set(grant.direction, (run.concluded.get(grant.direction) ?? 0) + 1)
    }
    return [grantLine(grant, isTimed)]
  })
  if (lines.length === 0) run.counts.unchanged += 1
  return { grants: lines }
}

/** An event without a time of its own is placed after those before it, as if received in that order. */
function readEvent(run: Run, event: unknown): { readonly reading: Reading; readonly isTimed: boolean } {
  const reading = run.preset.read(event, { prefix: null })
  if (!('skipped' in reading) || reading.skipped !== TIME_NOT_STATED) return { reading, isTimed: true }
  return {
    reading: run.preset.read(event, { prefix: null, receivedAt: run.lastTime }),
    isTimed: false,
  }
}

type GrantLine = ReturnType<typeof grantLine>

function grantLine(grant: Grant, isTimed: boolean) {
  return {
    kind: grant.kind,
    grantKey: grant.grantKey,
    /** Null when the event states no time. */
    occurredAt: isTimed ? new Date(grant.occurredAt).toISOString() : null,
    grantee: grant.grantee,
    grantor: grant.grantor,
    role: { id: grant.role.id, name: grant.role.name },
    scope: grant.role.scope,
    tier: grant.role.tier,
    outcome: grant.outcome,
    ...(grant.firstSeen ? { firstSeen: true } : {}),
  }
}

function summaryOf(run: Run): string {
  const { events, repeats, unchanged } = run.counts
  const count = (direction: Direction) => run.concluded.get(direction) ?? 0
  const head = `${events} events read as ${run.preset.title}: ${count('given')} grants, ${count('taken')} removals, ${count('none')} context, ${repeats} repeats, ${unchanged} without a change.`
  const reasons = [...run.skipped].sort(([, one], [, other]) => other - one)
  return [
    head,
    ...reasons.map(([reason, times]) => `  skipped ${times}: ${reason}`),
    ...run.coverage.lines(),
  ].join('\n')
}
