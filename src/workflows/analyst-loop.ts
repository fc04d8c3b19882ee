import { DRAFT_FORMAT, parseDraft } from '../domain/analyst-answer.ts'
import { fenced, resultForModel } from '../domain/analyst-prompt.ts'
import type { Veil } from '../domain/analyst-redaction.ts'
import type { DraftAnswer, LeftOut } from '../domain/answer.ts'
import type { NoAnswer } from '../domain/assessment.ts'
import type { ToolResult } from '../domain/tool-result.ts'
import type {
  Analyst,
  AnalystItem,
  AnalystStep,
  AnalystUsage,
  AnswerStream,
  VisibleStep,
} from '../ports/analyst.ts'
import type { Clock } from '../ports.ts'
import { ANALYST_TOOLS, parseArguments, toolRun } from './analyst-tools.ts'
import type { ToolContext } from './analyst-tools-people.ts'

export interface AnswerLimits {
  readonly turns: number
  readonly toolCalls: number
  /** Of one answer, in and out; a quarter of it is kept for the turn that must answer. */
  readonly tokens: number
  readonly totalMs: number
  readonly toolMs: number
}

export const ANSWER_LIMITS: AnswerLimits = {
  turns: 8,
  toolCalls: 12,
  tokens: 80_000,
  totalMs: 60_000,
  toolMs: 10_000,
}

/** Room for a model that reasons before it answers. */
const OUTPUT_TOKENS_MAX = 4_000
/** With less time or fewer tokens left than this share, the next turn must answer. */
const RESERVE_SHARE = 0.25
const REPAIRS_MAX = 1

interface LoopInput {
  readonly model: string
  readonly instructions: string
  readonly opening: readonly AnalystItem[]
  readonly context: ToolContext
  readonly veil: Veil
  readonly stream: Pick<AnswerStream, 'stopped' | 'step'>
  readonly timeoutMs: number
  readonly limits: AnswerLimits
  readonly startedAt: number
  /** Whether anything of a draft stands; one of which nothing does is asked for once more. */
  readonly stands: (draft: DraftAnswer, results: readonly ToolResult[]) => boolean
}

export interface LoopOutcome {
  /** Null when the model gave none that can be read. */
  readonly draft: DraftAnswer | null
  readonly results: readonly ToolResult[]
  readonly leftOut: readonly LeftOut[]
  readonly toolsCalled: readonly string[]
  readonly usage: AnalystUsage
}

interface Progress {
  readonly items: AnalystItem[]
  readonly results: ToolResult[]
  readonly leftOut: LeftOut[]
  readonly toolsCalled: string[]
  usage: AnalystUsage
  repairs: number
}

/** Lets the model look things up, turn by turn within the limits, until it answers. */
export async function runAnalyst(
  ports: { readonly analyst: Analyst; readonly clock: Clock },
  input: LoopInput,
): Promise<LoopOutcome> {
  const progress: Progress = {
    items: [...input.opening],
    results: [],
    leftOut: [],
    toolsCalled: [],
    usage: { inputTokens: 0, cachedTokens: 0, outputTokens: 0 },
    repairs: 0,
  }
  const end = (draft: DraftAnswer | null, why?: LeftOut): LoopOutcome => {
    if (why !== undefined) leave(progress, why)
    if (input.context.budget.hasRunOut) leave(progress, 'queries of Axiom')
    const { results, leftOut, toolsCalled, usage } = progress
    return { draft, results, leftOut, toolsCalled, usage }
  }
  for (let turn = 1; turn <= input.limits.turns; turn += 1) {
    if (input.stream.stopped.aborted) return end(null, 'stopped')
    const leftMs = input.limits.totalMs - (ports.clock.now() - input.startedAt)
    if (leftMs <= 0) return end(null, 'time')
    const limit = limitReached(progress, { turn, leftMs, limits: input.limits })
    if (limit !== null) leave(progress, limit)
    const mayLookUp = limit === null && progress.repairs === 0
    const step = await ask(ports.analyst, { input, progress, mayLookUp, leftMs })
    if (input.stream.stopped.aborted) return end(null, 'stopped')
    if (step.kind === 'no-answer') return end(null, lossOf(step.why))
    if (step.kind === 'calls') {
      if (!mayLookUp) return end(null, limit ?? 'model down')
      await lookUp(input, progress, step.calls)
      continue
    }
    const draft = unveiled(parseDraft(step.text), input.veil)
    if (draft === null) return end(null, 'model down')
    if (
      turn === input.limits.turns ||
      progress.repairs === REPAIRS_MAX ||
      input.stands(draft, progress.results)
    )
      return end(draft)
    progress.repairs += 1
    progress.items.push(
      // What it said may come from the data word for word, so it goes back as data.
      { kind: 'said', by: 'person', text: `${REPAIR}\n${fenced(step.text)}` },
    )
  }
  return end(null, 'turns')
}

function leave(progress: Progress, why: LeftOut): void {
  if (!progress.leftOut.includes(why)) progress.leftOut.push(why)
}

const REPAIR =
  'Code took out every sentence: the cited rows do not hold what they say, or they cite nothing. Answer once more from the results alone, or set cannotSay. What you said was:'

function limitReached(
  { toolsCalled, usage, leftOut }: Progress,
  now: { readonly turn: number; readonly leftMs: number; readonly limits: AnswerLimits },
): LeftOut | null {
  const { turn, leftMs, limits } = now
  if (toolsCalled.length >= limits.toolCalls || leftOut.includes('tool calls')) return 'tool calls'
  if (usage.inputTokens + usage.outputTokens >= limits.tokens * (1 - RESERVE_SHARE)) return 'tokens'
  if (leftMs < limits.totalMs * RESERVE_SHARE) return 'time'
  return turn === limits.turns ? 'turns' : null
}

function lossOf(why: NoAnswer): LeftOut {
  if (why === 'refused') return 'model refused'
  return why === 'timeout' ? 'time' : 'model down'
}

async function ask(
  analyst: Analyst,
  asking: {
    readonly input: LoopInput
    readonly progress: Progress
    readonly mayLookUp: boolean
    readonly leftMs: number
  },
): Promise<AnalystStep> {
  const { input, progress, mayLookUp, leftMs } = asking
  const step = await analyst.turn(
    {
      model: input.model,
      instructions: input.instructions,
      items: progress.items,
      tools: mayLookUp ? ANALYST_TOOLS : [],
      answer: DRAFT_FORMAT,
      timeoutMs: Math.min(input.timeoutMs, leftMs),
      outputTokensMax: OUTPUT_TOKENS_MAX,
    },
    input.stream.stopped,
  )
  if (step.usage !== null) {
    const { inputTokens, cachedTokens, outputTokens } = progress.usage
    progress.usage = {
      inputTokens: inputTokens + step.usage.inputTokens,
      cachedTokens: cachedTokens + step.usage.cachedTokens,
      outputTokens: outputTokens + step.usage.outputTokens,
    }
  }
  return step
}

/** Runs the calls of one turn in order, so that each is seen and none outruns the budget. */
async function lookUp(
  input: LoopInput,
  progress: Progress,
  calls: Extract<AnalystStep, { kind: 'calls' }>['calls'],
): Promise<void> {
  const { context, veil, stream, limits } = input
  // Calls come first and answers after them, as both of the wire's protocols want it.
  const allowed = calls.slice(0, limits.toolCalls)
  for (const call of allowed) progress.items.push({ kind: 'call', ...call })
  for (const call of allowed) {
    const answer = (text: string) => progress.items.push({ kind: 'result', id: call.id, text })
    if (stream.stopped.aborted || progress.toolsCalled.length >= limits.toolCalls) {
      if (!stream.stopped.aborted) leave(progress, 'tool calls')
      answer(fenced({ refused: 'No more calls for this answer.' }))
      continue
    }
    progress.toolsCalled.push(call.name.slice(0, 60))
    const run = toolRun(context, { name: call.name, arguments: shown(parseArguments(call.arguments), veil) })
    const step: VisibleStep = {
      id: `step-${progress.toolsCalled.length}`,
      title: run.title,
      state: 'running',
    }
    await stream.step(step)
    const outcome = await run.run(progress.results.length + 1, {
      timeoutMs: limits.toolMs,
      signal: stream.stopped,
    })
    if (outcome.kind === 'found') progress.results.push(...outcome.results)
    await stream.step({ ...step, state: outcome.kind === 'found' ? 'done' : 'failed' })
    answer(
      fenced(
        outcome.kind === 'found'
          ? outcome.results.map((result) => resultForModel(veil.result(result)))
          : { refused: outcome.say },
      ),
    )
  }
}

const DEPTH_MAX = 4

/** Arguments with the people that pseudonyms stand for. */
function shown(value: unknown, veil: Veil, depth = 0): unknown {
  if (typeof value === 'string') return veil.show(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > DEPTH_MAX) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shown(one, veil, depth + 1)]))
}

function unveiled(draft: DraftAnswer | null, veil: Veil): DraftAnswer | null {
  if (draft === null) return null
  return {
    ...draft,
    sentences: draft.sentences.map(({ text, cites }) => ({ text: veil.show(text), cites })),
    prepare: draft.prepare === null ? null : { ...draft.prepare, reason: veil.show(draft.prepare.reason) },
  }
}
