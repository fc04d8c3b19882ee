import { z } from 'zod'
import type { DraftAnswer } from './answer.ts'
import { ACTIONS } from './decision.ts'

/** What the model is asked to answer with; lengths are clipped afterwards, since strict schemas take none. */
const draftSchema = z.strictObject({
  sentences: z
    .array(
      z.strictObject({
        text: z.string().describe('One short plain sentence.'),
        cites: z
          .array(z.string())
          .describe('What it rests on: `r1` for a whole result, `r1:3` for its third row.'),
      }),
    )
    .describe('The answer, the most important first, at most 8.'),
  cannotSay: z.boolean().describe('True when the results do not say what was asked.'),
  table: z
    .strictObject({ result: z.string(), columns: z.array(z.string()) })
    .nullable()
    .describe('Columns of a result to show as a table, where a list says it better; else null.'),
  chart: z
    .strictObject({ result: z.string(), column: z.string() })
    .nullable()
    .describe('A bar chart of how often each value of a column occurs in a result; else null.'),
  prepare: z
    .strictObject({
      grant: z.string(),
      action: z.enum(ACTIONS),
      reason: z.string(),
    })
    .nullable()
    .describe('Only when the person asks for a decision: its button is laid before them; else null.'),
})

/** The form of the final answer, as the model's server takes it. */
export const DRAFT_FORMAT = { name: 'answer', schema: strictSchemaOf(draftSchema) } as const

const TEXT_CHARACTERS_MAX = 40_000

/** The draft that a text holds; null when it is none. */
export function parseDraft(text: string): DraftAnswer | null {
  if (text.length > TEXT_CHARACTERS_MAX) return null
  const parsed = z
    .string()
    .transform((json, context) => {
      try {
        const value: unknown = JSON.parse(json)
        return value
      } catch {
        context.addIssue({ code: 'custom', message: 'no JSON' })
        return z.NEVER
      }
    })
    .pipe(draftSchema)
    .safeParse(text)
  return parsed.success ? parsed.data : null
}

/** JSON Schema as strict servers take it. */
export function strictSchemaOf(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema)
  return rest
}
