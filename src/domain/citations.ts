import type {
  Answer,
  AnswerChart,
  AnswerTable,
  CheckedSentence,
  Cite,
  DraftAnswer,
  DraftSentence,
  RemovalReason,
  RemovedSentence,
} from './answer.ts'
import { shortCode } from './grant.ts'
import { type Claims, claimsIn, isCommonWord } from './sentence-words.ts'
import type { Cell, ToolResult } from './tool-result.ts'

/** Whether an answer says only what its citations hold: what it cites must exist, and hold its numbers and names. */

const SENTENCES_MAX = 14
const SENTENCE_CHARACTERS_MAX = 400
const CITES_MAX = 12
const TABLE_ROWS_MAX = 20
const TABLE_COLUMNS_MAX = 6
const BARS_MAX = 20
/** A result cited as a whole speaks with its counts; with its cells too when it has no more rows than this. */
const WHOLE_ROWS_MAX = 5
/** So many words in a row that stand in the instructions are a recital of them. */
const RECITAL_WORDS = 7

export type CheckedAnswer = Pick<Answer, 'sentences' | 'removed' | 'cannotSay' | 'table' | 'chart' | 'cited'>

/** Keeps of a draft what the results bear out; everything else is taken out, with the reason. */
export function checkAnswer(
  draft: DraftAnswer,
  results: readonly ToolResult[],
  context: { readonly instructions: string },
): CheckedAnswer {
  const byId = new Map(results.map((result) => [result.id, result]))
  const recital = shinglesOf(context.instructions)
  const sentences: CheckedSentence[] = []
  const removed: RemovedSentence[] = []
  for (const sentence of draft.sentences.slice(0, SENTENCES_MAX)) {
    const checked = checkSentence(sentence, { byId, results, recital })
    if ('why' in checked) removed.push(checked)
    else sentences.push(checked)
  }
  const table = tableOf(draft, byId)
  const chart = chartOf(draft, byId)
  const used = new Set(sentences.flatMap(({ cites }) => cites.map(({ resultId }) => resultId)))
  if (table !== null && draft.table !== null) used.add(draft.table.result)
  if (chart !== null && draft.chart !== null) used.add(draft.chart.result)
  return {
    sentences,
    removed,
    cannotSay: draft.cannotSay || (sentences.length === 0 && table === null && chart === null),
    table,
    chart,
    cited: results.filter(({ id }) => used.has(id)),
  }
}

interface Found {
  readonly byId: ReadonlyMap<string, ToolResult>
  readonly results: readonly ToolResult[]
  readonly recital: ReadonlySet<string>
}

function checkSentence(sentence: DraftSentence, found: Found): CheckedSentence | RemovedSentence {
  const text = sentence.text.toWellFormed().trim().slice(0, SENTENCE_CHARACTERS_MAX)
  const remove = (why: RemovalReason): RemovedSentence => ({ text, why })
  if (sentence.cites.length === 0 || text === '') return remove('no citation')
  const cites = sentence.cites.slice(0, CITES_MAX).map((cite) => citeOf(cite, found.byId))
  const resolved = cites.filter((cite) => cite !== null)
  if (resolved.length < cites.length) return remove('citation not found')
  const claims = claimsIn(text)
  const held = heldBy(resolved, found.byId)
  if (!claims.numbers.every((number) => held.numbers.has(number))) return remove('number not in the data')
  if (!claims.dates.every((date) => held.dates.some((one) => one.endsWith(date))))
    return remove('number not in the data')
  if (!claims.times.every((time) => held.times.some((one) => one.startsWith(time))))
    return remove('number not in the data')
  if (!claims.names.every((name) => holdsName(held, name))) return remove('name not in the data')
  if (namesSomebodyElse(claims, held, found.results)) return remove('name not in the data')
  if (
    shinglesOf(text)
      .values()
      .some((shingle) => found.recital.has(shingle))
  )
    return remove('repeats the instructions')
  if (!isAboutThem(claims, held)) return remove('not about the data')
  return { text, cites: resolved }
}

function citeOf(cite: string, byId: ReadonlyMap<string, ToolResult>): Cite | null {
  const match = /^(r\d{1,4})(?::(\d{1,4}))?$/.exec(cite.trim())
  const result = byId.get(match?.[1] ?? '')
  if (match === null || result === undefined) return null
  const row = match[2] === undefined ? null : Number(match[2])
  if (row === null) return { resultId: result.id, row, grantId: null }
  return row < 1 || row > result.rows.length
    ? null
    : { resultId: result.id, row, grantId: result.grantIds[row - 1] ?? null }
}

/** All that the cited rows hold, as claims of the same kinds. */
interface Held {
  readonly numbers: ReadonlySet<string>
  readonly dates: readonly string[]
  readonly times: readonly string[]
  readonly words: ReadonlySet<string>
  /** Everything as one text in lower case, for ids that stand inside others. */
  readonly text: string
}

function heldBy(cites: readonly Cite[], byId: ReadonlyMap<string, ToolResult>): Held {
  const numbers = new Set<string>()
  const texts: string[] = []
  const counted: string[] = []
  for (const cite of cites) {
    const result = byId.get(cite.resultId)
    if (result === undefined) continue
    texts.push(result.title, ...result.subjects)
    if (cite.row !== null) {
      addRow(result, cite.row - 1, texts)
      continue
    }
    for (const number of [result.total, result.rows.length, ...Object.values(result.counts)])
      numbers.add(String(number))
    counted.push(...Object.keys(result.counts))
    const isShort = result.rows.length <= WHOLE_ROWS_MAX
    const sink = isShort ? texts : counted
    for (let row = 0; row < result.rows.length; row += 1) addRow(result, row, sink)
  }
  const claims = claimsIn(texts.join(' \n '))
  for (const number of claims.numbers) numbers.add(number)
  const named = claimsIn(counted.join(' \n '))
  const text = [...texts, ...counted].join(' \n ').toLowerCase()
  return {
    numbers,
    dates: claims.dates,
    times: claims.times,
    words: new Set([...claims.names, ...claims.words, ...named.names, ...named.words]),
    text,
  }
}

function addRow(result: ToolResult, index: number, texts: string[]): void {
  const row = result.rows[index]
  if (row === undefined) return
  for (const [column, cell] of Object.entries(row)) texts.push(column, String(cell ?? ''))
  const grantId = result.grantIds[index]
  if (grantId !== null && grantId !== undefined) texts.push(shortCode(grantId), grantId)
}

/** A word of its own in the rows; an id or address may also stand inside a longer text. */
function holdsName(held: Held, name: string): boolean {
  if (held.words.has(name)) return true
  if (/[@_/.:\d]/.test(name)) return held.text.includes(name)
  return name.includes('-') && name.split('-').every((part) => held.words.has(part))
}

/** A name written small still names somebody: words of people in other results may not slip in. */
function namesSomebodyElse(claims: Claims, held: Held, results: readonly ToolResult[]): boolean {
  const others = new Set(results.flatMap(({ subjects }) => claimsIn(subjects.join(' \n ')).names))
  return claims.words.some((word) => others.has(word) && !held.words.has(word))
}

const TELLING_CHARACTERS = 4

/**
 * Without a number or a name of theirs, a sentence must at least share a telling word with the rows it cites; where it
 * has words that do not stand in every sentence, one of those.
 */
function isAboutThem(claims: Claims, held: Held): boolean {
  if (claims.numbers.length + claims.dates.length + claims.times.length + claims.names.length > 0) return true
  const telling = claims.words.filter((word) => word.length >= TELLING_CHARACTERS)
  const uncommon = telling.filter((word) => !isCommonWord(word))
  return (uncommon.length > 0 ? uncommon : telling).some((word) => held.words.has(word))
}

function shinglesOf(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  const shingles = new Set<string>()
  for (let index = 0; index + RECITAL_WORDS <= words.length; index += 1)
    shingles.add(words.slice(index, index + RECITAL_WORDS).join(' '))
  return shingles
}

/** The model names a result and columns; the cells are the result's own. */
function tableOf({ table }: DraftAnswer, byId: ReadonlyMap<string, ToolResult>): AnswerTable | null {
  const result = table === null ? undefined : byId.get(table.result)
  if (table === null || result === undefined || result.rows.length === 0) return null
  const known = new Set(result.rows.flatMap((row) => Object.keys(row)))
  const columns = [...new Set(table.columns)]
    .filter((column) => known.has(column))
    .slice(0, TABLE_COLUMNS_MAX)
  if (columns.length === 0) return null
  return {
    title: result.title,
    columns,
    rows: result.rows
      .slice(0, TABLE_ROWS_MAX)
      .map((row) => columns.map((column): Cell => row[column] ?? null)),
  }
}

function chartOf({ chart }: DraftAnswer, byId: ReadonlyMap<string, ToolResult>): AnswerChart | null {
  const result = chart === null ? undefined : byId.get(chart.result)
  if (chart === null || result === undefined) return null
  const bars = new Map<string, number>()
  for (const row of result.rows) {
    const cell = row[chart.column]
    // A row that is itself a count stands for so many.
    const rows = typeof row['count'] === 'number' ? row['count'] : 1
    if (cell !== undefined && cell !== null) bars.set(String(cell), (bars.get(String(cell)) ?? 0) + rows)
  }
  if (bars.size < 2) return null
  return {
    title: `${result.title}, by ${chart.column}`,
    bars: [...bars]
      .sort(([one], [other]) => one.localeCompare(other, 'en', { numeric: true }))
      .slice(0, BARS_MAX)
      .map(([label, value]) => ({ label, value })),
  }
}
