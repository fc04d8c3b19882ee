import type { DraftAnswer, DraftSentence } from './answer.ts'
import type { Intent } from './question.ts'
import type { ResultRow, ToolResult } from './tool-result.ts'

/** Answers by rule, for questions in common forms when no model answers: every sentence cites what it says. */

const ROWS_TOLD_MAX = 4
const EVIDENCE_TOLD_MAX = 6
const TABLE_FROM_ROWS = 4
const COUNTS_TOLD_MAX = 3

const NOTHING: DraftAnswer = { sentences: [], cannotSay: true, table: null, chart: null, prepare: null }

interface Asked {
  readonly intent: Intent
  readonly question: string
}

/** What the results of an intent's tools come to. */
export function plainAnswer(asked: Asked, results: readonly ToolResult[]): DraftAnswer {
  const [first] = results
  if (first === undefined) return NOTHING
  return {
    ...NOTHING,
    sentences: results.flatMap((result) => sentencesOf(asked, result)),
    cannotSay: false,
    table: tableOf(first),
    chart:
      first.tool === 'hours_profile' && first.rows.length > 1 ? { result: first.id, column: 'time' } : null,
  }
}

function sentencesOf({ intent, question }: Asked, result: ToolResult): readonly DraftSentence[] {
  const whole = (text: string): DraftSentence => ({ text, cites: [result.id] })
  // Nobody or several people match, or there is no such case: the title says it.
  if (result.total === 0 && result.subjects.length === 0 && result.query === null)
    return [whole(isList(result) ? `${result.title}: 0.` : `${result.title}.`)]
  switch (result.tool) {
    case 'case':
      return caseSentences(intent, result)
    case 'policy_in_force':
      return [whole(`${result.title} is in force.`), ...settingSentences(question, result)]
    case 'hours_profile':
      return [whole(`${result.title}: ${result.total} in all.`), ...commonest(result)]
    default:
      return [
        whole(`${result.title}: ${result.total}.`),
        ...commonest(result),
        ...rowSentences(result, ROWS_TOLD_MAX, result.tool === 'activity' ? eventText : grantText),
      ]
  }
}

function isList({ title, tool }: ToolResult): boolean {
  return !/^(?:Nobody|No |Several|This|The case|Say)/.test(title) && tool !== 'case'
}

function stemsOf(text: string): readonly string[] {
  return (text.toLowerCase().match(/\p{L}+/gu) ?? []).map((word) => word.replace(/s$/, ''))
}

const POLICY_ROWS = 6
const TELLING_CHARACTERS = 4

/** The settings that the question names, else the first ones. */
function settingSentences(question: string, result: ToolResult): readonly DraftSentence[] {
  // The thresholds are named by what they are of.
  const words = stemsOf(question.replace(/threshold/i, 'score')).filter(
    (word) => word.length >= TELLING_CHARACTERS,
  )
  const rows = result.rows.map((row, index) => ({ row, cites: [`${result.id}:${index + 1}`] }))
  const named = rows.filter(({ row }) => stemsOf(String(row['setting'])).some((stem) => words.includes(stem)))
  return (named.length > 0 ? named : rows)
    .slice(0, POLICY_ROWS)
    .map(({ row, cites }) => ({ text: settingText(row), cites }))
}

function caseSentences(intent: Intent, result: ToolResult): readonly DraftSentence[] {
  const [grant] = result.rows
  if (grant === undefined || grant['about'] !== 'grant')
    return [{ text: `${result.title}.`, cites: [result.id] }]
  const cite = (row: number) => [`${result.id}:${row + 1}`]
  const band = grant['band'] == null ? grant['blind'] : `band ${grant['band']}`
  const score = grant['score'] == null ? '' : `, score ${grant['score']}`
  // In a list of the riskiest it was told already what it is.
  if (intent === 'riskiest') return evidenceSentences(result, EVIDENCE_TOLD_MAX)
  const sentences: DraftSentence[] = [
    { text: grantText({ ...grant, state: null, score: null }), cites: cite(0) },
    ...(band == null ? [] : [{ text: `It is ${grant['state']}: ${band}${score}.`, cites: cite(0) }]),
  ]
  const told = intent === 'case' ? ROWS_TOLD_MAX : EVIDENCE_TOLD_MAX
  return [
    ...sentences,
    ...evidenceSentences(result, told),
    ...rowsAbout(result, 'decision')
      .slice(-ROWS_TOLD_MAX)
      .map(({ row, cites }) => ({ text: decisionText(row), cites })),
  ]
}

function evidenceSentences(result: ToolResult, most: number): readonly DraftSentence[] {
  const code = result.rows[0]?.['code']
  return rowsAbout(result, 'evidence')
    .slice(0, most)
    .map(({ row, cites }) => ({ text: `${code}: ${row['evidence']}.`, cites: [...cites, `${result.id}:1`] }))
}

function rowsAbout(
  result: ToolResult,
  about: string,
): readonly { readonly row: ResultRow; readonly cites: readonly string[] }[] {
  return result.rows.flatMap((row, index) =>
    row['about'] === about ? [{ row, cites: [`${result.id}:${index + 1}`] }] : [],
  )
}

function decisionText(row: ResultRow): string {
  const reason = row['decision_reason'] == null ? '' : `: ${row['decision_reason']}`
  return `${row['when']}: ${row['decision']} by ${row['decided_by']}${reason}.`
}

function rowSentences(
  result: ToolResult,
  most: number,
  textOf: (row: ResultRow) => string,
): readonly DraftSentence[] {
  return result.rows
    .slice(0, most)
    .map((row, index) => ({ text: textOf(row), cites: [`${result.id}:${index + 1}`] }))
}

function grantText(row: ResultRow): string {
  if (row['person'] != null) return `${row['person']}.`
  const by = row['by'] == null ? '' : ` by ${row['by']}`
  const state = row['state'] == null ? '' : `; ${row['state']}`
  const scores = row['score'] == null ? '' : `, ${row['band']}, score ${row['score']}`
  // What only surrounds grants was given to nobody: the name of the event says what it is.
  const what = row['change'] === 'context' ? '' : ` ${row['change']}`
  return `${row['when']}, ${row['code']}: ${row['role']}${what}${toOrFrom(row)}${by}${state}${scores}.`
}

function toOrFrom(row: ResultRow): string {
  if (row['to'] == null) return ''
  if (row['change'] === 'context') return ` for ${row['to']}`
  return row['change'] === 'removed' || row['change'] === 'expired'
    ? ` from ${row['to']}`
    : ` to ${row['to']}`
}

function eventText(row: ResultRow): string {
  const actor = row['actor'] == null ? '' : ` by ${row['actor']}`
  return `${row['when']}: ${row['event'] ?? 'an event'}${actor}.`
}

function settingText(row: ResultRow): string {
  return `${row['setting']}: ${row['value']}.`
}

/** The strongest counts, each cited with the whole. */
function commonest(result: ToolResult): readonly DraftSentence[] {
  const counts = Object.entries(result.counts).filter(
    ([name, count]) =>
      count > 1 && count < result.total && /^(?:by|to|band|role) |^[A-Z][a-z]+day$/.test(name),
  )
  if (counts.length === 0) return []
  const text = counts
    .slice(0, COUNTS_TOLD_MAX)
    .map(
      ([name, count]) =>
        `${count} ${/^[A-Z]/.test(name) ? `on ${name}` : name.replace(/^(?:band|role) /, '')}`,
    )
    .join('; ')
  return [{ text: `Of these: ${text}.`, cites: [result.id] }]
}

const COLUMNS: Readonly<Partial<Record<ToolResult['tool'], readonly string[]>>> = {
  activity: ['when', 'event', 'actor'],
  policy_in_force: ['setting', 'value'],
  open_reviews: ['code', 'when', 'role', 'to', 'band', 'for_you'],
}

function tableOf(result: ToolResult): DraftAnswer['table'] {
  if (result.tool === 'case' || result.tool === 'hours_profile' || result.rows.length < TABLE_FROM_ROWS)
    return null
  return { result: result.id, columns: COLUMNS[result.tool] ?? ['code', 'when', 'role', 'to', 'by', 'state'] }
}
