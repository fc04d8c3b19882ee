import type { Grant } from '../domain/grant.ts'
import type { ReviewCase } from '../domain/review-case.ts'
import type { Records } from '../ports.ts'

const HOUR_MS = 3_600_000
const BEFORE_MS = 24 * HOUR_MS
const AFTER_MS = 2 * HOUR_MS
const ROWS_MAX = 10

/** The case with what else its people gave, got or went through around it, oldest first. */
export async function withTimeline(
  records: Pick<Records, 'search'>,
  reviewCase: ReviewCase,
): Promise<ReviewCase> {
  const { grant } = reviewCase
  const people = new Set([grant.granteePerson, grant.grantorPerson ?? grant.granteePerson])
  const rows = new Map<string, Grant>()
  for (const either of people) {
    const { grants } = await records.search.find({
      tenantId: grant.tenantId,
      either,
      since: grant.occurredAt - BEFORE_MS,
      until: grant.occurredAt + AFTER_MS,
      limit: ROWS_MAX,
    })
    for (const row of grants) rows.set(row.id, row)
  }
  rows.delete(grant.id)
  const nearest = [...rows.values()]
    .toSorted(
      (one, other) => rank(one, grant) - rank(other, grant) || distance(one, grant) - distance(other, grant),
    )
    .slice(0, ROWS_MAX)
  return { ...reviewCase, timeline: nearest.toSorted((one, other) => one.occurredAt - other.occurredAt) }
}

/** What is no ordinary grant, or concerns the grantee, tells more than what else the grantor gave. */
function rank(row: Grant, { granteePerson }: Grant): number {
  return row.direction === 'none' || row.granteePerson === granteePerson ? 0 : 1
}

function distance(row: Grant, from: Grant): number {
  return Math.abs(row.occurredAt - from.occurredAt)
}
