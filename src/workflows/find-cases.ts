import { idPrefixOf } from '../domain/grant.ts'
import type { ReviewCase } from '../domain/review-case.ts'
import type { Ports } from '../ports.ts'
import { loadCases } from './load-case.ts'

const CANDIDATES_MAX = 8
const PENDING_MAX = 100

export type CaseSearch =
  | { readonly kind: 'not-an-id' }
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly reviewCase: ReviewCase }
  | { readonly kind: 'several'; readonly cases: readonly ReviewCase[] }

/** Finds the case that a person means by an id or a prefix of one, in any case of letters. */
export async function findCases(
  ports: Pick<Ports, 'store'>,
  tenantId: string,
  idText: string,
): Promise<CaseSearch> {
  const prefix = idPrefixOf(idText)
  if (prefix === null) return { kind: 'not-an-id' }
  const { records } = ports.store
  const grants = await records.ledger.byIdPrefix(tenantId, prefix, CANDIDATES_MAX)
  const cases = await loadCases(
    records,
    tenantId,
    grants.map((grant) => grant.id),
  )
  const [only] = cases
  if (only === undefined) return { kind: 'none' }
  return cases.length === 1 ? { kind: 'one', reviewCase: only } : { kind: 'several', cases }
}

export interface PendingList {
  /** Highest band first, then oldest. */
  readonly cases: readonly ReviewCase[]
  readonly total: number
  readonly waitingForModel: number
}

/** What waits for a decision, revokes that the source has not confirmed included. */
export async function pendingReviews(ports: Pick<Ports, 'store'>, tenantId: string): Promise<PendingList> {
  const { records } = ports.store
  const reviews = await records.reviews.inStates(tenantId, ['open', 'revoking', 'overdue'], PENDING_MAX)
  const counts = await records.reviews.countByState(tenantId)
  const count = (state: 'open' | 'revoking' | 'overdue' | 'waiting') => counts.get(state) ?? 0
  return {
    cases: await loadCases(
      records,
      tenantId,
      reviews.map((review) => review.grantId),
    ),
    total: count('open') + count('revoking') + count('overdue'),
    waitingForModel: count('waiting'),
  }
}
