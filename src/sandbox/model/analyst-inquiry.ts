import { momentOf } from '../../domain/wall-clock.ts'
import { isRecord, parseJson } from '../exchange.ts'
import type { Ask } from './ask.ts'

export interface Finding {
  readonly id: string
  readonly title: string
  readonly total: number
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

/** What a request of the analyst holds, as far as the stub understands it. */
export interface Inquiry {
  readonly question: string
  readonly caseCode: string | null
  readonly now: number
  readonly timezone: string
  readonly findings: readonly Finding[]
  /** Calls answered so far, refusals included. */
  readonly answered: number
  readonly instructions: string
}

const QUESTION = /The question to answer:\n<data-[0-9a-f]+>\n(.*)\n/g
const FACTS = /Where and when this is asked:\n<data-[0-9a-f]+>\n(.*)\n/
const OUTPUT = /^(?:\[\{"result":|\{"refused":).*$/gm

export function inquiryOf({ prompt }: Ask): Inquiry {
  const asked = parseJson([...prompt.matchAll(QUESTION)].at(-1)?.[1] ?? '""')
  const read = parseJson(FACTS.exec(prompt)?.[1] ?? '{}')
  const facts = isRecord(read) ? read : {}
  const timezone = String(facts['timezone'] ?? 'UTC')
  const outputs = [...prompt.matchAll(OUTPUT)].map(([line]) => parseJson(line))
  return {
    question: typeof asked === 'string' ? asked : '',
    caseCode: typeof facts['caseOfThisThread'] === 'string' ? facts['caseOfThisThread'] : null,
    now: momentOf(String(facts['now'] ?? ''), timezone) ?? 0,
    timezone,
    findings: outputs.flatMap((output) => (Array.isArray(output) ? output.flatMap(findingOf) : [])),
    answered: outputs.length,
    instructions: prompt.slice(0, prompt.indexOf('Where and when this is asked:')),
  }
}

function findingOf(value: unknown): Finding[] {
  if (!isRecord(value) || typeof value['result'] !== 'string') return []
  const rows: readonly unknown[] = Array.isArray(value['rows']) ? value['rows'] : []
  return [
    {
      id: value['result'],
      title: String(value['title'] ?? ''),
      total: Number(value['total'] ?? 0),
      rows: rows.filter(isRecord),
    },
  ]
}
