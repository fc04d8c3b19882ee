import { isIngestTime } from '../domain/ingest-time.ts'
import type { Condition } from '../domain/presets/preset.ts'
import type { ActivityQuery } from '../ports/analyst.ts'
import { type AuditPageQuery, type FeedCondition, UpstreamError } from '../ports.ts'

/** Every APL query of the app is written here; text from outside enters one only through `literal`. */

const ROWS_MAX = 50_000
const ACTIVITY_ROWS_MAX = 100
/** Deeper paths than any audit log has; each level adds a form that the query must test. */
const PATH_SEGMENTS_MAX = 8

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/** A text as an APL string literal; every character but these stands for itself. */
function literal(text: string): string {
  if (text.includes('\0'))
    throw new UpstreamError('axiom', 'A condition holds a NUL character, which no Axiom query can carry.', {
      retryable: false,
    })
  return `'${text.toWellFormed().replaceAll(/[\\'\n\r\t]/g, (character) => ESCAPES[character] ?? '')}'`
}

/** A dataset or field by name. */
function identifier(name: string): string {
  return `[${literal(name)}]`
}

/** One page of a feed, in the order of ingest. The window of event time is bounded beside the query. */
export function pageApl(query: AuditPageQuery): string {
  const limit = Math.min(Math.max(Math.trunc(query.limit), 1), ROWS_MAX)
  const filters = [
    ...(query.fromIngest === null ? [] : [`_sysTime >= ${moment(query.fromIngest)}`]),
    ...(query.anyOf.length === 0 ? [] : [anyOf(query.anyOf.flatMap((one) => tests(one, query.prefix)))]),
    ...query.allOf.map((one) => feedTest(one, query.prefix)),
  ]
  return [
    identifier(query.dataset),
    ...filters.map((filter) => `| where ${filter}`),
    '| sort by _sysTime asc',
    `| limit ${limit}`,
  ].join('\n')
}

/** The newest ingest time of a dataset, in the very form that pages show it in. */
export function newestIngestApl(dataset: string): string {
  return `${identifier(dataset)}\n| project _sysTime\n| sort by _sysTime desc\n| limit 1`
}

/** One page of review events, in the order of ingest. */
export function reviewEventsApl(page: { dataset: string; fromIngest: string | null; limit: number }): string {
  return pageApl({ ...page, prefix: null, anyOf: [], allOf: [], timeFrom: 0, timeTo: 0 })
}

/** Events in which any of the words occurs in any field, oldest first. The window is bounded beside the query. */
export function activityApl({
  dataset,
  words,
  limit,
}: Pick<ActivityQuery, 'dataset' | 'words' | 'limit'>): string {
  const rows = Math.min(Math.max(Math.trunc(limit), 1), ACTIVITY_ROWS_MAX)
  return [
    identifier(dataset),
    // `search` would read wildcards in a word; `contains` takes it as it is.
    ...(words.length === 0
      ? []
      : [`| where ${words.map((word) => `* contains ${literal(word)}`).join(' or ')}`]),
    '| sort by _time asc',
    `| limit ${rows}`,
  ].join('\n')
}

function moment(ingestTime: string): string {
  if (!isIngestTime(ingestTime))
    throw new UpstreamError('axiom', 'A cursor is no ingest time of Axiom.', { retryable: false })
  return `datetime(${ingestTime})`
}

function anyOf(alternatives: readonly string[]): string {
  if (alternatives.length === 0) return 'false'
  return alternatives.length === 1 ? alternatives.join('') : `(${alternatives.join(' or ')})`
}

function tests(condition: Condition, prefix: string | null): readonly string[] {
  const values = condition.values.map(literal)
  return forms(condition.field, prefix).map((form) => {
    if (condition.op === 'exists') return `isnotempty(${form})`
    if (condition.op === 'starts-with') return anyOf(values.map((value) => `${form} startswith ${value}`))
    // A list, such as the events of one Workspace record, is searched as its JSON.
    if (condition.op === 'contains') return anyOf(values.map((value) => `${asText(form)} contains ${value}`))
    return values.length === 0 ? 'false' : `${form} in (${values.join(', ')})`
  })
}

function asText(form: string): string {
  return form.startsWith('tostring(') ? form : `tostring(${form})`
}

function feedTest(condition: FeedCondition, prefix: string | null): string {
  const { field, op, values } = condition
  // A team may filter by a flag or a number as well, which APL compares with no text.
  const places = forms(field, prefix).map(asText)
  const each = (operator: string) =>
    places.flatMap((form) => values.map((value) => `${form} ${operator} ${literal(value)}`))
  switch (op) {
    case 'exists':
      return anyOf(places.map((form) => `isnotempty(${form})`))
    case 'not-equals':
      return each('!=').join(' and ') || 'true'
    case 'contains':
      return anyOf(each('contains'))
    case 'starts-with':
      return anyOf(each('startswith'))
    case 'equals':
    case 'in':
      return anyOf(each('=='))
  }
}

/**
 * A dotted path in every form that a dataset may hold it in: as one flattened field, and below a map field,
 * whichever of its beginnings that is. `column_ifexists` lets a form be absent.
 */
function forms(field: string, prefix: string | null): readonly string[] {
  const path = [...(prefix === null ? [] : [prefix]), ...field.split('.')]
  if (path.length > PATH_SEGMENTS_MAX)
    throw new UpstreamError('axiom', `A condition names a field of more than ${PATH_SEGMENTS_MAX} parts.`, {
      retryable: false,
    })
  return path.map((_, index) => {
    const name = literal(path.slice(0, path.length - index).join('.'))
    const keys = path.slice(path.length - index).map(identifier)
    return keys.length === 0
      ? `column_ifexists(${name}, '')`
      : `tostring(column_ifexists(${name}, dynamic({}))${keys.join('')})`
  })
}
