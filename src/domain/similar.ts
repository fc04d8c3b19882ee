import type { Band } from './evidence.ts'
import type { Grant, Role } from './grant.ts'
import { type Party, partyKey } from './party.ts'
import type { ReviewState } from './review.ts'

/** A past grant and what became of it. */
export interface SimilarGrant {
  readonly grant: Pick<
    Grant,
    | 'id'
    | 'occurredAt'
    | 'feedId'
    | 'kind'
    | 'grantee'
    | 'granteePerson'
    | 'grantor'
    | 'grantorPerson'
    | 'role'
  >
  readonly band: Band
  readonly state: ReviewState
  /** The reason that the deciding person gave. */
  readonly reason: string | null
}

/** Past grants, the most alike first: to the same person before of the same role before by the same grantor. */
export function mostSimilar<Candidate extends Pick<SimilarGrant, 'grant'>>(
  grant: Pick<Grant, 'id' | 'feedId' | 'grantee' | 'grantor' | 'role'>,
  candidates: readonly Candidate[],
  limit: number,
): readonly Candidate[] {
  return candidates
    .filter((candidate) => candidate.grant.id !== grant.id)
    .map((candidate) => ({ candidate, likeness: likenessOf(grant, candidate.grant) }))
    .filter(({ likeness }) => likeness > 0)
    .toSorted(
      (a, b) => b.likeness - a.likeness || b.candidate.grant.occurredAt - a.candidate.grant.occurredAt,
    )
    .slice(0, limit)
    .map(({ candidate }) => candidate)
}

type Compared = { feedId: string; grantee: Party; grantor: Party | null; role: Role }

function likenessOf(one: Compared, other: Compared): number {
  if (one.feedId !== other.feedId) return 0
  const isSameParty = (a: Party | null, b: Party | null) =>
    a !== null && b !== null && partyKey(a) === partyKey(b)
  return (
    (isSameParty(one.grantee, other.grantee) ? 5 : 0) +
    (one.role.id === other.role.id ? 3 : 0) +
    (one.role.scope === other.role.scope && one.role.id === other.role.id ? 1 : 0) +
    (isSameParty(one.grantor, other.grantor) ? 2 : 0)
  )
}
