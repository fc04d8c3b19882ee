import type { Grant } from './grant.ts'
import type { Party } from './party.ts'
import type { PolicyException } from './policy.ts'
import { matchesWildcard } from './wildcard.ts'

/**
 * Whether an expected-grant exception was in force when a grant was made and names it in every field it sets.
 * Display names of people do not count, since whoever receives a role may have chosen theirs; what is unknown
 * matches nothing, and an exception that sets no field excuses nothing.
 */
export function matchesException(exception: PolicyException, grant: Grant): boolean {
  if (grant.occurredAt >= Date.parse(exception.expiresAt)) return false
  const tests = [
    { pattern: exception.grantee, names: namesOf(grant.grantee, grant.granteePerson) },
    { pattern: exception.grantor, names: namesOf(grant.grantor, grant.grantorPerson) },
    { pattern: exception.role, names: [grant.role.id, grant.role.name] },
    { pattern: exception.scope, names: [grant.role.scope] },
    { pattern: exception.feed, names: [grant.feedId] },
  ].flatMap(({ pattern, names }) => (pattern === null ? [] : [{ pattern, names }]))
  return (
    tests.length > 0 &&
    tests.every(({ pattern, names }) => names.some((name) => matchesWildcard(pattern, name)))
  )
}

function namesOf(party: Party | null, person: string | null): readonly string[] {
  return [party?.id, party?.email, person].filter((name) => typeof name === 'string')
}
