import { z } from 'zod'
import { type ModelOpinion, RECOMMENDATIONS, type Reason } from './assessment.ts'
import { BANDS } from './evidence.ts'

const SUMMARY_CHARACTERS_MAX = 500
const REASON_CHARACTERS_MAX = 300
const QUESTION_CHARACTERS_MAX = 200
const REASONS_MAX = 6
const QUESTIONS_MAX = 3
const CITATIONS_MAX = 10

/**
 * What the model is asked for. Lengths are asked for in words and clipped afterwards: an answer that is a
 * little too long is better than none, and strict schemas do not take `maxLength`.
 */
export const opinionSchema = z.strictObject({
  band: z.enum(BANDS).describe('How much the grant needs a person to look at it.'),
  summary: z
    .string()
    .describe(`One or two plain sentences for the reviewer, at most ${SUMMARY_CHARACTERS_MAX} characters.`),
  reasons: z
    .array(
      z.strictObject({
        text: z.string().describe(`One plain sentence, at most ${REASON_CHARACTERS_MAX} characters.`),
        evidenceIds: z
          .array(z.string())
          .describe('Ids of the evidence that the sentence rests on: one or more.'),
      }),
    )
    .describe(`The strongest first, at most ${REASONS_MAX}.`),
  questions: z
    .array(z.string())
    .describe(`What a reviewer should ask grantor or grantee, at most ${QUESTIONS_MAX}; may be empty.`),
  recommendation: z.enum(RECOMMENDATIONS).describe('What you would do in the place of the reviewer.'),
})

export type OpinionAnswer = z.infer<typeof opinionSchema>
export type CheckedOpinion = Omit<ModelOpinion, 'promptHash' | 'usage'>

/** Keeps of an answer what can be shown: clipped texts, and reasons whose evidence was really there. */
export function checkOpinion(
  answer: OpinionAnswer,
  shown: {
    readonly evidenceIds: readonly string[]
    /** The data that the model was shown, as text. */
    readonly data: string
  },
): CheckedOpinion {
  const known = new Set(shown.evidenceIds)
  const supported = answer.reasons.filter(
    ({ evidenceIds }) => evidenceIds.length > 0 && evidenceIds.every((id) => known.has(id)),
  )
  const reasons: readonly Reason[] = supported.slice(0, REASONS_MAX).map((reason) => ({
    text: clip(reason.text, REASON_CHARACTERS_MAX),
    evidenceIds: [...new Set(reason.evidenceIds)].slice(0, CITATIONS_MAX),
  }))
  const summary = clip(answer.summary, SUMMARY_CHARACTERS_MAX)
  return {
    band: answer.band,
    summary,
    reasons,
    questions: answer.questions.slice(0, QUESTIONS_MAX).map((text) => clip(text, QUESTION_CHARACTERS_MAX)),
    recommendation: answer.recommendation,
    droppedReasons: answer.reasons.length - supported.length,
    numbersContradict: inventsNumbers([summary, ...reasons.map((reason) => reason.text)].join(' \n'), shown),
  }
}

function clip(text: string, charactersMax: number): string {
  const trimmed = text.toWellFormed().trim()
  return trimmed.length <= charactersMax ? trimmed : `${trimmed.slice(0, charactersMax - 1).toWellFormed()}…`
}

/** The scale of scores, which the prompt names and the data does not. */
const SCALE_END = 100

/** Whether a text names a number that the data does not hold. Counting the evidence itself is allowed. */
function inventsNumbers(text: string, shown: { evidenceIds: readonly string[]; data: string }): boolean {
  const known = new Set(numbersIn(shown.data))
  return numbersIn(text).some(
    (number) =>
      !known.has(number) &&
      number !== SCALE_END &&
      !(Number.isInteger(number) && number <= shown.evidenceIds.length),
  )
}

/** Numbers that stand for themselves, signs left out: not parts of words such as T0 or G-7K2. */
function numbersIn(text: string): readonly number[] {
  const found = text.matchAll(/(?<![\p{L}\d_.])\d{1,15}(?:,\d{3})*(?:\.\d{1,9})?(?![\p{L}\d_])/gu)
  return Array.from(found, ([digits]) => Number(digits.replaceAll(',', '')))
}
