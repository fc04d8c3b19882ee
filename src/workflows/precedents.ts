import type { SimilarGrant } from '../domain/similar.ts'
import type { Records } from '../ports.ts'

/** So many of the newest decisions are looked through for grants that are alike. */
const PRECEDENTS_MAX = 300

/** What people decided lately, for the model to compare with: a constant number of queries. */
export async function precedentsOf(
  records: Pick<Records, 'decisions' | 'ledger' | 'reviews'>,
  tenantId: string,
): Promise<readonly SimilarGrant[]> {
  const decisions = (await records.decisions.newest(tenantId, PRECEDENTS_MAX)).filter(
    ({ action }) => action === 'approve' || action === 'revoke',
  )
  const ids = [...new Set(decisions.map(({ grantId }) => grantId))]
  const grants = new Map((await records.ledger.byIds(tenantId, ids)).map((grant) => [grant.id, grant]))
  const reviews = await records.reviews.byIds(tenantId, ids)
  return reviews.flatMap((review) => {
    const grant = grants.get(review.grantId)
    // A decision that was reopened is no precedent.
    if (grant === undefined || review.state === 'open') return []
    const reason = decisions.find(({ grantId }) => grantId === review.grantId)?.reason ?? null
    return [{ grant, band: review.band, state: review.state, reason }]
  })
}
