import { UpstreamError } from '../ports.ts'
import { reviewEventsApl } from './apl.ts'
import { auditRowOf } from './audit-feed.ts'
import type { Axiom, TimeWindow } from './client.ts'

const PAGE_ROWS = 5_000
/** Over ten million events: more than a chain of ours, so that a server that goes in circles ends as an error. */
const PAGES_MAX = 2_000

/** All review events of a dataset, page by page in the order of ingest. */
export async function* readReviewEvents(
  axiom: Axiom,
  query: TimeWindow & { readonly dataset: string; readonly pageRows?: number },
): AsyncGenerator<unknown> {
  const limit = query.pageRows ?? PAGE_ROWS
  let fromIngest: string | null = null
  // Rows of the last ingest time come again on the next page.
  let seen = new Set<string>()
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const apl = reviewEventsApl({ dataset: query.dataset, fromIngest, limit })
    const answer = await axiom.query(apl, query)
    if (answer.partial) throw incomplete(query.dataset, 'Axiom answered only in part')
    const rows = answer.rows.map((row) => ({ ...auditRowOf(query.dataset, row), key: JSON.stringify(row) }))
    const last = rows.at(-1)?.ingestedAt ?? null
    for (const row of rows) if (!seen.has(row.key)) yield row.event
    if (rows.length < limit || last === null) return
    if (last === fromIngest) throw incomplete(query.dataset, 'more events than a page share one ingest time')
    seen = new Set(rows.filter((row) => row.ingestedAt === last).map((row) => row.key))
    fromIngest = last
  }
  throw incomplete(query.dataset, `there are more than ${PAGES_MAX * limit} events`)
}

function incomplete(dataset: string, why: string): UpstreamError {
  return new UpstreamError('axiom', `${dataset} could not be read as a whole: ${why}.`, { retryable: true })
}
