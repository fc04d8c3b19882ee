import { type Policy, policySchema } from './policy.ts'
import { faultsOf, type PolicyFault } from './policy-faults.ts'
import { type PolicyField, withValueAt } from './policy-field.ts'
import { isPinned, type PinnedSettings } from './policy-pins.ts'
import type { PolicySection } from './policy-sections.ts'

/** Faults by the field that each stands under. */
export type FieldFaults = Readonly<Record<string, string>>

export type Drafted =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly faults: FieldFaults }

/**
 * The policy with one section as somebody typed it. A field whose text is as it was keeps its value to the letter,
 * so that what a text cannot express survives; what is pinned and what was not sent keeps its value too.
 */
export function draftOf(input: {
  readonly policy: Policy
  readonly section: PolicySection
  readonly texts: Readonly<Record<string, string>>
  readonly pins: PinnedSettings
}): Drafted {
  const { section, texts, pins } = input
  const faults: Record<string, string> = {}
  let draft = input.policy
  const touched = section.fields.filter((field) => {
    const text = texts[field.id]
    return text !== undefined && !isPinned(pins, field.path) && !isSame(text, field.format(input.policy))
  })
  for (const field of touched) {
    const parsed = field.parse(texts[field.id] ?? '', draft)
    if (parsed.ok) draft = withValueAt(draft, field.path, parsed.value)
    else faults[field.id] = sentence(parsed.fault)
  }
  if (Object.keys(faults).length === 0)
    for (const found of faultsOf(draft)) {
      const field = fieldOf(found, section, touched)
      if (field !== undefined) faults[field.id] ??= sentence(`${whereIn(field, found)}${found.words}`)
    }
  if (Object.keys(faults).length > 0) return { ok: false, faults }
  // Parsed, so that two policies that say the same are the same to the letter.
  return { ok: true, policy: touched.length === 0 ? draft : policySchema.parse(draft) }
}

/** Inputs may add or drop a line break at the end. */
function isSame(text: string, earlier: string): boolean {
  return text.replaceAll('\r\n', '\n').trimEnd() === earlier.trimEnd()
}

/** The field that a fault stands under: the one at its path, else one of its group, else whatever was touched. */
function fieldOf(
  { path }: PolicyFault,
  section: PolicySection,
  touched: readonly PolicyField[],
): PolicyField | undefined {
  const candidates = [...touched, ...section.fields]
  const isAt = (field: PolicyField) => path === field.path || path.startsWith(`${field.path}.`)
  return (
    candidates.find((field) => field.owns?.test(path) === true) ??
    candidates.find(isAt) ??
    candidates.find((field) => field.path.startsWith(`${path}.`)) ??
    candidates[0]
  )
}

/** In a list, which entry it is and what of it. */
function whereIn(field: PolicyField, { path }: PolicyFault): string {
  const [index, ...rest] = path.slice(field.path.length + 1).split('.')
  if (index === undefined || !/^\d+$/.test(index)) return ''
  const name = NAMES[rest[0] ?? ''] ?? rest[0] ?? ''
  return `entry ${Number(index) + 1}: ${name === '' ? '' : `${name} `}`
}

/** As people type them, where the policy calls them otherwise. */
const NAMES: Readonly<Record<string, string>> = { expiresAt: 'until', enabled: 'read' }

const FAULT_CHARACTERS_MAX = 300

function sentence(words: string): string {
  const text = words.slice(0, FAULT_CHARACTERS_MAX)
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`
}
