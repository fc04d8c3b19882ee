import { presetFor } from '../domain/presets/registry.ts'
import type { ReviewCase } from '../domain/review-case.ts'
import type { Records } from '../ports.ts'

export type CaseRecords = Pick<
  Records,
  'ledger' | 'assessments' | 'reviews' | 'decisions' | 'cards' | 'policies'
>

/** Everything about these grants, in the order asked for, in a constant number of queries. */
export async function loadCases(
  records: CaseRecords,
  tenantId: string,
  grantIds: readonly string[],
): Promise<readonly ReviewCase[]> {
  if (grantIds.length === 0) return []
  const [grants, assessments, reviews, decisions, cards] = [
    await records.ledger.byIds(tenantId, grantIds),
    await records.assessments.latest(tenantId, grantIds),
    await records.reviews.byIds(tenantId, grantIds),
    await records.decisions.forGrants(tenantId, grantIds),
    await records.cards.forGrants(tenantId, grantIds),
  ]
  const policy = (await records.policies.current(tenantId))?.policy ?? { customPresets: [] }
  const grantById = new Map(grants.map((grant) => [grant.id, grant]))
  const assessmentById = new Map(assessments.map((assessment) => [assessment.grantId, assessment]))
  const reviewById = new Map(reviews.map((review) => [review.grantId, review]))
  const cardById = new Map(cards.map((card) => [card.grantId, card]))
  return grantIds.flatMap((id) => {
    const grant = grantById.get(id)
    if (grant === undefined) return []
    const preset = presetFor(policy, grant.source)
    return [
      {
        grant,
        assessment: assessmentById.get(id) ?? null,
        review: reviewById.get(id) ?? null,
        decisions: decisions
          .filter((decision) => decision.grantId === id)
          .toSorted((one, other) => one.decidedAt - other.decidedAt),
        card: cardById.get(id) ?? null,
        runbook: preset?.runbook(grant) ?? null,
        sourceTitle: preset?.title ?? grant.source,
      },
    ]
  })
}

export async function loadCase(
  records: CaseRecords,
  tenantId: string,
  grantId: string,
): Promise<ReviewCase | null> {
  const [found] = await loadCases(records, tenantId, [grantId])
  return found ?? null
}
