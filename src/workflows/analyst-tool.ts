import { z } from 'zod'
import { strictSchemaOf } from '../domain/analyst-answer.ts'
import type { Finding } from '../domain/analyst-rows.ts'
import { type Period, periodLabel } from '../domain/period.ts'
import type { ToolName } from '../domain/tool-result.ts'
import { momentOf } from '../domain/wall-clock.ts'
import type { ToolContext } from './analyst-tools-people.ts'

/** One read-only tool of the analyst. */
export interface Tool {
  readonly name: ToolName
  readonly description: string
  readonly parameters: Readonly<Record<string, unknown>>
  /** The call that these arguments make; null when they are not of the tool's form. */
  read(value: unknown): ToolCall | null
}

export interface ToolCall {
  /** What is being looked up, for the person who waits. */
  step(context: ToolContext): string
  run(context: ToolContext): Promise<readonly Finding[]>
}

export function toolOf<Schema extends z.ZodType>(definition: {
  readonly name: ToolName
  readonly description: string
  readonly schema: Schema
  readonly step: (context: ToolContext, given: z.infer<Schema>) => string
  readonly run: (context: ToolContext, given: z.infer<Schema>) => Promise<readonly Finding[]>
}): Tool {
  const { name, description, schema, step, run } = definition
  return {
    name,
    description,
    parameters: strictSchemaOf(schema),
    read(value) {
      const parsed = schema.safeParse(value)
      if (!parsed.success) return null
      const given = parsed.data
      return { step: (context) => step(context, given), run: (context) => run(context, given) }
    },
  }
}

const moment = z
  .string()
  .nullable()
  .describe("YYYY-MM-DD or YYYY-MM-DD HH:MM on the team's clock; null for no bound.")

/** Arguments by which a tool is bounded in time. */
export const periodArguments = { since: moment, until: moment } as const

/** The period that arguments give, with its words; what reads as no moment bounds nothing. */
export function periodOf(
  context: Pick<ToolContext, 'policy'>,
  given: { readonly since: string | null; readonly until: string | null },
): { readonly since?: number; readonly until?: number; readonly label: string } {
  const { timezone } = context.policy.policy
  const since = given.since === null ? null : momentOf(given.since, timezone)
  const until = given.until === null ? null : momentOf(given.until, timezone)
  return {
    ...(since === null ? {} : { since }),
    ...(until === null ? {} : { until }),
    label: labelOf({ since, until }, timezone),
  }
}

function labelOf(bounds: { since: number | null; until: number | null }, timezone: string): string {
  const { since, until } = bounds
  if (since !== null) return ` ${periodLabel({ since, until } satisfies Period, timezone)}`
  return until === null
    ? ''
    : ` ${periodLabel({ since: 0, until }, timezone).replace(/^from \S+ to/, 'up to')}`
}
