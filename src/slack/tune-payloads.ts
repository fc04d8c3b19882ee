import { z } from 'zod'
import { REASON_BLOCK, REASON_INPUT } from './ids.ts'

/** What comes back from the forms of the settings, parsed once. */

const TEXT_MAX = 3_000
const LIST_MAX = 500
const id = z.string().min(1).max(100)
const option = z.looseObject({ value: z.string().max(TEXT_MAX) })

const inputState = z.looseObject({
  type: z.string(),
  value: z.string().max(TEXT_MAX).nullish(),
  selected_option: option.nullish(),
  selected_options: z.array(option).max(LIST_MAX).nullish(),
  selected_users: z.array(id).max(LIST_MAX).nullish(),
  selected_conversation: id.nullish(),
  selected_date: id.nullish(),
})

const submissionBody = z.looseObject({
  user: z.looseObject({ id }),
  view: z.looseObject({
    private_metadata: z.string().max(TEXT_MAX),
    state: z.looseObject({
      values: z.record(z.string().max(255), z.record(z.string().max(255), inputState)),
    }),
  }),
})

export interface TuneSubmission {
  readonly userId: string
  /** As written when the form was opened. */
  readonly metadata: string
  /** Texts by field. */
  readonly texts: Readonly<Record<string, string>>
  readonly reason: string
}

export function parseTuneSubmission(body: unknown): TuneSubmission | null {
  const parsed = submissionBody.safeParse(body)
  if (!parsed.success) return null
  const { user, view } = parsed.data
  const { values } = view.state
  return {
    userId: user.id,
    metadata: view.private_metadata,
    texts: textsOf(values),
    reason: values[REASON_BLOCK]?.[REASON_INPUT]?.value?.trim() ?? '',
  }
}

/** A text that is split over several inputs names its part, and how that is joined to the one before. */
const PART = /^(.+)#(\d+)([nx])$/

export function partId(fieldId: string, part: number, joint: 'n' | 'x'): string {
  return part === 0 ? fieldId : `${fieldId}#${part}${joint}`
}

function textsOf(values: z.infer<typeof submissionBody>['view']['state']['values']): Record<string, string> {
  const parts = new Map<string, { readonly part: number; readonly joint: string; readonly text: string }[]>()
  for (const [blockId, actions] of Object.entries(values)) {
    if (blockId === REASON_BLOCK) continue
    const [, fieldId = blockId, part = '0', joint = ''] = PART.exec(blockId) ?? []
    const state = Object.values(actions)[0]
    const text = state === undefined ? '' : textOf(state)
    parts.set(fieldId, [...(parts.get(fieldId) ?? []), { part: Number(part), joint, text }])
  }
  return Object.fromEntries(
    [...parts].map(([fieldId, list]) => {
      const filled = list.toSorted((one, other) => one.part - other.part).filter(({ text }) => text !== '')
      const text = filled.reduce(
        (sum, one, index) => sum + (index > 0 && one.joint !== 'x' ? '\n' : '') + one.text,
        '',
      )
      return [fieldId, text]
    }),
  )
}

function textOf(state: z.infer<typeof inputState>): string {
  if (state.selected_users) return state.selected_users.join('\n')
  if (state.selected_options) return state.selected_options.map(({ value }) => value).join('\n')
  return (
    state.selected_option?.value ??
    state.selected_conversation ??
    state.selected_date ??
    state.value ??
    ''
  ).replaceAll('\r\n', '\n')
}

const sectionMetadata = z.strictObject({ section: id, version: z.int() })
const draftId = z.string().regex(/^[\w-]{1,64}$/)

export function writeSectionMetadata(metadata: z.infer<typeof sectionMetadata>): string {
  return JSON.stringify(metadata)
}

export function parseSectionMetadata(text: string): z.infer<typeof sectionMetadata> | null {
  try {
    return sectionMetadata.safeParse(JSON.parse(text)).data ?? null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** The id of a draft or a proposal. */
export function parseDraftId(text: string): string | null {
  return draftId.safeParse(text).data ?? null
}

export function parseVersion(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null
}
