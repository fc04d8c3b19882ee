import type { ToolResult } from '../domain/tool-result.ts'
import type { AnalystTool } from '../ports/analyst.ts'
import { UpstreamError } from '../ports.ts'
import type { Tool } from './analyst-tool.ts'
import { ACTIVITY_TOOLS } from './analyst-tools-activity.ts'
import { CASE_TOOLS } from './analyst-tools-cases.ts'
import { LEDGER_TOOLS } from './analyst-tools-ledger.ts'
import type { ToolContext } from './analyst-tools-people.ts'

/** All tools of the analyst. Every one reads; none decides, writes or leaves the tenant. */
const TOOLS: readonly Tool[] = [...CASE_TOOLS, ...LEDGER_TOOLS, ...ACTIVITY_TOOLS]

export const ANALYST_TOOLS: readonly AnalystTool[] = TOOLS.map(({ name, description, parameters }) => ({
  name,
  description,
  parameters,
}))

const ARGUMENT_CHARACTERS_MAX = 2_000

export type ToolOutcome =
  | { readonly kind: 'found'; readonly results: readonly ToolResult[] }
  /** What the model is told instead; never a raw error. */
  | { readonly kind: 'refused'; readonly say: string }

export interface ToolRun {
  readonly title: string
  run(
    firstId: number,
    limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<ToolOutcome>
}

/** What a model's call comes to; unknown tools and wrong arguments are refused in words. */
export function toolRun(
  context: ToolContext,
  call: { readonly name: string; readonly arguments: unknown },
): ToolRun {
  const refuse = (say: string): ToolRun => ({
    title: 'Looking something up',
    run: async () => ({ kind: 'refused', say }),
  })
  const tool = TOOLS.find(({ name }) => name === call.name)
  if (tool === undefined) return refuse('There is no such tool.')
  const read = tool.read(call.arguments)
  if (read === null) return refuse(`The arguments of ${tool.name} are not of its form.`)
  return {
    title: read.step(context),
    async run(firstId, { timeoutMs, signal }) {
      try {
        const found = await within(
          read.run(context),
          AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        )
        if (found === null) return { kind: 'refused', say: 'That took too long and was left out.' }
        return {
          kind: 'found',
          results: found.map((one, index) => ({ ...one, id: `r${firstId + index}` })),
        }
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error
        return { kind: 'refused', say: 'The audit logs cannot be reached at the moment.' }
      }
    },
  }
}

/** The arguments as a model wrote them; undefined when they are no JSON. */
export function parseArguments(text: string): unknown {
  if (text.length > ARGUMENT_CHARACTERS_MAX) return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The answer, or null when the signal comes first; what is late is not waited for. */
async function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  if (signal.aborted) {
    work.catch(() => undefined)
    return null
  }
  const { promise, resolve } = Promise.withResolvers<null>()
  const stop = () => resolve(null)
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', stop)
    // A failure that comes after the limit is nobody's any more.
    work.catch(() => undefined)
  }
}
