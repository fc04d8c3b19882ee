import { type Period, periodIn } from '../../domain/period.ts'
import { asksAboutGiving, codesIn, type Intent, intentOf, namesIn, roleIn } from '../../domain/question.ts'
import { stampOf } from '../../domain/wall-clock.ts'
import { isRecord } from '../exchange.ts'
import type { Faults } from '../faults.ts'
import { type Finding, type Inquiry, inquiryOf } from './analyst-inquiry.ts'
import { badDraft, maliciousCalls, maliciousDraft } from './analyst-manners.ts'
import type { Ask, Reply } from './ask.ts'
import { shapeTo } from './json-schema.ts'
import type { ToolCall } from './tools.ts'

/** The stub as an analyst: it picks tools by the question's form and quotes what they answer. */

const ROWS_QUOTED = 3
const DAY_MS = 86_400_000

export function isAnalystAsk({ schema }: Ask): boolean {
  const properties = isRecord(schema) ? schema['properties'] : undefined
  return isRecord(properties) && 'sentences' in properties && 'prepare' in properties
}

export function analystReply(ask: Ask, faults: Faults, turn: number): Reply {
  const inquiry = inquiryOf(ask)
  const call = ask.tools.length === 0 ? undefined : nextCall(inquiry, faults, turn)
  if (call !== undefined) return { kind: 'tool', call }
  const draft = faults.has('model', 'badly')
    ? badDraft(inquiry)
    : isMalicious(faults)
      ? maliciousDraft(inquiry)
      : honestDraft(inquiry)
  return { kind: 'text', text: JSON.stringify(shapeTo(ask.schema, draft)), isCut: false }
}

function isMalicious(faults: Faults): boolean {
  return faults.has('model', 'maliciously') || faults.has('model', 'hostile')
}

function nextCall(inquiry: Inquiry, faults: Faults, turn: number): ToolCall | undefined {
  const call = (name: string, given: unknown): ToolCall => ({ name, arguments: JSON.stringify(given) })
  if (faults.has('model', 'endlessly'))
    return call('find_grants', { ...SEARCH, tier: ['T0', 'T1', 'T2'][turn % 3], order: 'newest' })
  const plan = planOf(inquiry)
  if (faults.has('model', 'badly')) {
    const wrong = [call('person_history', { person: 7 }), call('read_everything', {}), ...plan]
    return wrong[inquiry.answered]
  }
  return (isMalicious(faults) ? [...plan, ...maliciousCalls(inquiry)] : plan)[inquiry.answered]
}

const SEARCH = {
  since: null,
  until: null,
  role: null,
  source: null,
  tier: null,
  change: 'given',
  order: 'newest',
}

/** The calls that a question needs, by its form. */
function planOf(inquiry: Inquiry): readonly ToolCall[] {
  const { question, now, timezone } = inquiry
  const intent = intentOf(question)
  const period = periodIn(question, now, timezone)
  const search = (more: object, within: Period | null) => ({
    name: 'find_grants',
    given: { ...SEARCH, ...boundsOf(within, timezone), source: sourceIn(question), ...more },
  })
  const code = codesIn(question)[0] ?? null
  const week = { since: now - 7 * DAY_MS, until: null }
  const yesterday = periodIn('yesterday', now, timezone)
  const plans: Readonly<Record<Intent, readonly { name: string; given: object }[]>> = {
    waiting: [{ name: 'open_reviews', given: { mine: /\b(?:me|my|i)\b/i.test(question) } }],
    riskiest: [search({ order: 'riskiest' }, period ?? week)],
    summary: [
      search({}, period ?? yesterday),
      search({ change: 'taken' }, period ?? yesterday),
      { name: 'open_reviews', given: { mine: false } },
    ],
    given: [search({ role: roleIn(question) }, period)],
    holders: [{ name: 'role_holders', given: { role: roleIn(question) ?? '', source: sourceIn(question) } }],
    similar: [{ name: 'similar_grants', given: { grant: code } }],
    policy: [{ name: 'policy_in_force', given: {} }],
    hours: hoursPlan(inquiry),
    history: historyPlan(inquiry, period),
    activity: [
      {
        name: 'activity',
        given: { grant: code, person: namesIn(question)[0] ?? null, around: null, hours: null, source: null },
      },
    ],
    why: [{ name: 'case', given: { grant: code } }],
    case: [{ name: 'case', given: { grant: code } }],
    unknown: [],
  }
  return plans[intent].map(({ name, given }) => ({ name, arguments: JSON.stringify(given) }))
}

type Plan = readonly { readonly name: string; readonly given: object }[]

function historyPlan(inquiry: Inquiry, period: Period | null): Plan {
  const { question, timezone } = inquiry
  const side = asksAboutGiving(question) ? 'grantor' : 'grantee'
  return withPerson(inquiry, side === 'grantor' ? 'by' : 'to', (person) => ({
    name: 'person_history',
    given: { person, side, ...boundsOf(period, timezone) },
  }))
}

function hoursPlan(inquiry: Inquiry): Plan {
  return withPerson(inquiry, 'by', (person) => ({ name: 'hours_profile', given: { person } }))
}

/** Whoever is meant by `he` or `she` in the thread of a case stands in the case, which is read first. */
function withPerson(
  { question, caseCode, findings }: Inquiry,
  party: 'to' | 'by',
  call: (person: string) => Plan[number],
): Plan {
  const [name] = namesIn(question)
  if (name !== undefined) return [call(name)]
  if (caseCode === null || /\b(?:me|my|i)\b/i.test(question)) return [call('me')]
  const meant = findings[0]?.rows[0]?.[party]
  return [
    { name: 'case', given: { grant: null } },
    ...(typeof meant === 'string' ? [call(/\(([^()\s]+@[^()\s]+)\)/.exec(meant)?.[1] ?? meant)] : []),
  ]
}

function boundsOf(period: Period | null, timezone: string): { since: string | null; until: string | null } {
  return {
    since: period === null ? null : stampOf(period.since, timezone),
    until: period === null || period.until === null ? null : stampOf(period.until, timezone),
  }
}

function sourceIn(question: string): string | null {
  return /\b(?:okta|github|aws|entra|slack|gcp)\b/i.exec(question)?.[0]?.toLowerCase() ?? null
}

/** Quotes titles, totals and the first rows, and says so where nothing was found. */
function honestDraft(inquiry: Inquiry): object {
  const sentences = inquiry.findings.flatMap((finding) => [
    { text: headingOf(finding), cites: [finding.id] },
    ...finding.rows.slice(0, ROWS_QUOTED).flatMap((row, index) => {
      const text = quoteOf(row)
      return text === null ? [] : [{ text, cites: [`${finding.id}:${index + 1}`] }]
    }),
  ])
  return {
    sentences,
    cannotSay: sentences.length === 0,
    table: tableOf(inquiry.findings),
    chart: chartOf(inquiry.findings),
    prepare: prepareOf(inquiry),
  }
}

/** A person's order is prepared with their own words; the app decides whether it is one. */
function prepareOf({ question, caseCode }: Inquiry): object | null {
  const action = /\b(revoke|approve|escalate|reopen)\b/i.exec(question)?.[1]?.toLowerCase()
  const grant = codesIn(question)[0] ?? caseCode
  return action === undefined || grant === null ? null : { grant, action, reason: question }
}

function tableOf(findings: readonly Finding[]): object | null {
  const long = findings.find(({ rows }) => rows.length > ROWS_QUOTED && rows[0]?.['about'] === undefined)
  return long === undefined
    ? null
    : { result: long.id, columns: ['code', 'when', 'role', 'to', 'by', 'state'] }
}

/** The total belongs to lists; that there is nothing to list, or which case it is, the title says itself. */
function headingOf({ title, total, rows }: Finding): string {
  const isList = rows[0]?.['about'] === undefined && !/^(?:Nobody|No |Several|This|The case|Say)/.test(title)
  return isList ? `${title}: ${total}.` : `${title}.`
}

function chartOf(findings: readonly Finding[]): object | null {
  const spread = findings.find(({ rows }) => rows.length > 1 && rows[0]?.['time'] !== undefined)
  return spread === undefined ? null : { result: spread.id, column: 'time' }
}

function quoteOf(row: Readonly<Record<string, unknown>>): string | null {
  const cells = [
    'when',
    'event',
    'role',
    'to',
    'by',
    'evidence',
    'band',
    'score',
    'person',
    'setting',
    'value',
    'decision',
  ]
    .map((column) => row[column])
    .filter((cell) => cell !== undefined && cell !== null)
  return cells.length === 0 ? null : `${cells.join(', ')}.`
}
