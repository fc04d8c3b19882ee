import { type AuditRow, UpstreamError } from '../ports.ts'
import { reviewEventsApl } from './apl.ts'
import { auditRowOf } from './audit-feed.ts'
import type { Axiom, TimeWindow } from './client.ts'

const PAGE_ROWS = 5_000
/** Axiom's own limit. */
const PAGE_ROWS_MAX = 50_000
/** Ten million events: more than a chain of ours, so that a server that goes in circles ends as an error. */
const PAGES_MAX = 2_000

/** All review events of a dataset, page by page in the order of ingest. */
export async function* readReviewEvents(
  axiom: Axiom,
  query: TimeWindow & { readonly dataset: string; readonly pageRows?: number },
): AsyncGenerator<unknown> {
  const pageRows = query.pageRows ?? PAGE_ROWS
  let limit = pageRows
  let fromIngest: string | null = null
  // Rows of the last ingest time come again on the next page.
  let seen = new Set<string>()
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const apl = reviewEventsApl({ dataset: query.dataset, fromIngest, limit })
    const answer = await axiom.query(apl, query)
    if (answer.partial) throw incomplete(query.dataset, 'Axiom answered only in part')
    const rows = answer.rows.map((row) => auditRowOf(query.dataset, row))
    const last = rows.at(-1)?.ingestedAt ?? null
    for (const row of rows) if (row.ingestedAt !== fromIngest || !seen.has(keyOf(row))) yield row.event
    if (rows.length < limit || last === null) return
    // A batch shares one ingest time: where it fills a whole page, only a longer page gets past it.
    if (last === fromIngest && limit >= PAGE_ROWS_MAX)
      throw incomplete(query.dataset, 'more events than a page can hold share one ingest time')
    limit = last === fromIngest ? Math.min(limit * 10, PAGE_ROWS_MAX) : pageRows
    seen = new Set(rows.filter((row) => row.ingestedAt === last).map(keyOf))
    fromIngest = last
  }
  throw incomplete(query.dataset, `there are more than ${PAGES_MAX} pages of events`)
}

function keyOf(row: AuditRow): string {
  return JSON.stringify(row.event)
}

function incomplete(dataset: string, why: string): UpstreamError {
  return new UpstreamError('axiom', `${dataset} could not be read as a whole: ${why}.`, { retryable: true })
}
