import { z } from 'zod'
import type { Answer } from './answer.ts'

/** What was said in a thread with us. */
export interface TranscriptEntry {
  readonly by: 'person' | 'analyst'
  readonly text: string
  readonly at: number
}

export const TRANSCRIPT_ENTRIES_MAX = 20
export const TRANSCRIPT_DAYS = 7
const TEXT_CHARACTERS_MAX = 1_000

const entriesSchema = z.array(
  z.strictObject({ by: z.enum(['person', 'analyst']), text: z.string(), at: z.number() }),
)

/** A stored transcript; what does not read as one is none, since forgetting is always allowed. */
export function parseTranscript(value: unknown): readonly TranscriptEntry[] {
  const parsed = entriesSchema.safeParse(value)
  return parsed.success ? parsed.data.slice(-TRANSCRIPT_ENTRIES_MAX) : []
}

/** The transcript with one more question and its answer, the oldest entries gone. */
export function withTurn(
  entries: readonly TranscriptEntry[],
  turn: { readonly question: string; readonly answer: Answer; readonly at: number },
): readonly TranscriptEntry[] {
  const { question, answer, at } = turn
  const said = answer.sentences.map(({ text }) => text).join(' ')
  return [
    ...entries,
    { by: 'person' as const, text: question.slice(0, TEXT_CHARACTERS_MAX).toWellFormed(), at },
    {
      by: 'analyst' as const,
      text: said === '' ? 'The data does not say.' : said.slice(0, TEXT_CHARACTERS_MAX).toWellFormed(),
      at,
    },
  ].slice(-TRANSCRIPT_ENTRIES_MAX)
}
