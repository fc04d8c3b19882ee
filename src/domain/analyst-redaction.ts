import type { Grant } from './grant.ts'
import type { Policy } from './policy.ts'
import { createRedactor, type Known, type Redactor } from './redaction.ts'
import type { Cell, ResultRow, ToolResult } from './tool-result.ts'

/** Keeps what a team does not want to leave from the model, and puts it back into what the model says. */
export interface Veil {
  /** People and values that texts may name from now on. */
  learn(known: readonly Known[]): void
  hide(text: string): string
  /** Pseudonyms become the people that they stand for. */
  show(text: string): string
  result(result: ToolResult): ToolResult
}

type Fields = Policy['redactedFields']

const EMAIL = /[^\s@<>()[\]",;:'`]{1,64}@[^\s@<>()[\]",;:'`]{1,255}/g
const PSEUDONYM = /\bperson-\d{1,5}\b/g
/** Columns that hold one redactable field, whatever its text. */
const COLUMN_FIELDS: Readonly<Record<string, Fields[number]>> = {
  justification: 'justification',
  ticket: 'ticket',
  ip: 'ip',
  user_agent: 'userAgent',
}
/** Raw text of events names people and tools in ways that nobody can list: with one of these hidden it stays here. */
const RAW_COLUMN = 'event_text'
const RAW_FIELDS: Fields = ['names', 'userAgent', 'justification', 'ticket']
const REDACTED = '[redacted]'

/** Pseudonyms stay the same for one veil, however much it learns: make one for each answer. */
export function createVeil(fields: Fields): Veil {
  if (fields.length === 0)
    return { learn: () => undefined, hide: (text) => text, show: (text) => text, result: (result) => result }
  const known: Known[] = []
  const people = new Map<string, string>()
  let redactor: Redactor = createRedactor(fields, known)
  const learn = (more: readonly Known[]) => {
    if (more.length === 0) return
    known.push(...more)
    redactor = createRedactor(fields, known)
    for (const { grantee, grantor, granteePerson, grantorPerson } of more) {
      const pairs = [
        [grantee, granteePerson],
        [grantor, grantorPerson],
      ] as const
      for (const [party, person] of pairs) {
        const label = person ?? party?.email ?? party?.id
        if (label === undefined || label === null) continue
        // Where addresses may leave and names may not, the address is no pseudonym, and nothing is to be put back.
        for (const identity of [party?.id, party?.email, party?.name, person]) {
          const pseudonym = identity == null ? '' : redactor.text(identity)
          if (/^person-\d+$/.test(pseudonym) && !people.has(pseudonym)) people.set(pseudonym, label)
        }
      }
    }
  }
  const hide = (text: string): string => {
    const strangers = (text.match(EMAIL) ?? []).filter((email) => !people.has(redactor.text(email)))
    if (fields.includes('emails')) learn(strangers.map(strangerOf))
    return redactor.text(text)
  }
  const cell = (column: string, value: Cell): Cell => {
    if (typeof value !== 'string') return value
    const field = COLUMN_FIELDS[column]
    if (field !== undefined && fields.includes(field)) return REDACTED
    if (column === RAW_COLUMN && RAW_FIELDS.some((one) => fields.includes(one))) return REDACTED
    return hide(value)
  }
  return {
    learn,
    hide,
    show: (text) => text.replaceAll(PSEUDONYM, (pseudonym) => people.get(pseudonym) ?? pseudonym),
    result: (result) => ({
      ...result,
      title: hide(result.title),
      subjects: result.subjects.map(hide),
      rows: result.rows.map(
        (row): ResultRow =>
          Object.fromEntries(Object.entries(row).map(([column, value]) => [column, cell(column, value)])),
      ),
      counts: Object.fromEntries(Object.entries(result.counts).map(([name, count]) => [hide(name), count])),
      query: null,
    }),
  }
}

function strangerOf(email: string): Known {
  return {
    grantee: { id: email, email, name: null, type: 'unknown' } satisfies Grant['grantee'],
    grantor: null,
    granteePerson: email.toLowerCase(),
    grantorPerson: null,
  }
}
