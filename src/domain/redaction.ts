import type { SentencePart } from './evidence.ts'
import type { Grant } from './grant.ts'
import type { Party } from './party.ts'
import type { Policy } from './policy.ts'

const REDACTED = '[redacted]'

type RedactableField = Policy['redactedFields'][number]
const VALUE_FIELDS = ['ip', 'userAgent', 'justification', 'ticket'] as const
type ValueField = (typeof VALUE_FIELDS)[number]

/** What is known of the people and values of a grant, so that they are found in other texts too. */
export type Known = Pick<Grant, 'grantee' | 'grantor' | 'granteePerson' | 'grantorPerson'> &
  Partial<Pick<Grant, ValueField>>

/** Takes out of a prompt what the team does not want to leave, and keeps people apart by pseudonyms. */
export interface Redactor {
  /** Any text: what is known to be private inside it is replaced. */
  text(value: string): string
  party(party: Party): Party
  field(name: ValueField, value: string | null): string | null
  sentence(parts: readonly SentencePart[]): readonly SentencePart[]
}

/** Shorter texts occur in others by chance; in their own field they are redacted all the same. */
const KNOWN_CHARACTERS_MIN = 3
const PART_CHARACTERS_MAX = 4_000
const EMAIL = /[^\s@<>()[\]",;:'`]{1,64}@[^\s@<>()[\]",;:'`]{1,255}/g
const IPV4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g
const IPV6 =
  /(?<![\p{L}\d:])(?:(?:[\da-f]{0,4}:){3,7}[\da-f]{0,4}|[\da-f]{0,4}::[\da-f]{0,4})(?![\p{L}\d:])/giu

/** Pseudonyms are stable within one redactor: make one for each prompt. */
export function createRedactor(fields: readonly RedactableField[], known: readonly Known[]): Redactor {
  const hides = (field: RedactableField) => fields.includes(field)
  const isHidden = (identity: string) => hides(identity.includes('@') ? 'emails' : 'names')
  const pseudonymOf = createPseudonyms()
  if (hides('emails') || hides('names'))
    for (const identities of known.flatMap(peopleOf)) pseudonymOf(identities)
  const people = known.flatMap(peopleOf).flat().filter(isHidden)
  const replacements = new Map([
    ...people.map((identity) => [identity.toLowerCase(), pseudonymOf([identity])] as const),
    ...VALUE_FIELDS.filter(hides).flatMap((field) =>
      known.flatMap((one) => (one[field] == null ? [] : [[one[field].toLowerCase(), REDACTED] as const])),
    ),
  ])
  const pattern = patternOf([...replacements.keys()])

  const text = (value: string): string => {
    // One pass, so that nothing is found inside what was just put in.
    let result = value.replace(pattern, (found) => replacements.get(found.toLowerCase()) ?? REDACTED)
    if (hides('emails')) result = result.replace(EMAIL, (email) => pseudonymOf([email]))
    if (hides('ip')) result = result.replace(IPV4, REDACTED).replace(IPV6, REDACTED)
    return result
  }
  const identity = (value: string): string => (isHidden(value) ? pseudonymOf([value]) : text(value))
  return {
    text,
    party: ({ id, email, name, type }) => ({
      id: identity(id),
      email: email === null ? null : identity(email),
      name: name === null ? null : hides('names') ? pseudonymOf([id]) : text(name),
      type,
    }),
    field: (name, value) => (value === null ? null : hides(name) ? REDACTED : text(value)),
    sentence: (parts) =>
      parts.map((part) => {
        if (typeof part === 'string') return part
        if ('person' in part) return { person: identity(part.person) }
        // What a sentence shows of a value is far shorter than this.
        return 'text' in part ? { text: text(part.text.slice(0, PART_CHARACTERS_MAX)) } : part
      }),
  }
}

/** Everything that names one person, in one list for each person. */
function peopleOf(known: Known): readonly (readonly string[])[] {
  const { grantee, grantor, granteePerson, grantorPerson } = known
  return [namesOf(grantee, granteePerson), ...(grantor === null ? [] : [namesOf(grantor, grantorPerson)])]
}

function namesOf({ id, email, name }: Party, person: string | null): readonly string[] {
  const words = name === null ? [] : [name, ...name.split(/\s+/)]
  return [id, email, person, ...words].flatMap((one) => (one === null || one === '' ? [] : [one]))
}

function createPseudonyms(): (identities: readonly (string | null)[]) => string {
  const pseudonyms = new Map<string, string>()
  let people = 0
  return (identities) => {
    const keys = identities.flatMap((identity) => identity?.toLowerCase() ?? [])
    const known = keys.flatMap((key) => pseudonyms.get(key) ?? [])[0]
    if (known === undefined) people += 1
    const pseudonym = known ?? `person-${people}`
    for (const key of keys) if (!pseudonyms.has(key)) pseudonyms.set(key, pseudonym)
    return pseudonym
  }
}

/** Any of the texts where it stands by itself; the longest first, so that an address is found before a name in it. */
function patternOf(texts: readonly string[]): RegExp {
  const alternatives = texts
    .filter((one) => one.length >= KNOWN_CHARACTERS_MIN)
    .toSorted((a, b) => b.length - a.length)
    .map((one) => RegExp.escape(one))
  if (alternatives.length === 0) return /(?!)/g
  return new RegExp(`(?<![\\p{L}\\d])(?:${alternatives.join('|')})(?![\\p{L}\\d])`, 'giu')
}
