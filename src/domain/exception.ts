import type { PresentGrant } from './evidence-rule.ts'
import type { Party } from './party.ts'
import type { PolicyException } from './policy.ts'
import { matchesWildcard } from './wildcard.ts'

/**
 * Whether an expected-grant exception was in force when a grant was made and names it in every field it sets.
 * Display names of people do not count, since whoever receives a role may have chosen theirs; what is unknown
 * matches nothing, and an exception that sets no field excuses nothing.
 */
export function matchesException(exception: PolicyException, grant: PresentGrant): boolean {
  const { grantee, grantor, role, scope, feed } = exception
  if (grantee === null && grantor === null && role === null && scope === null && feed === null) return false
  return (
    isNamed(feed, grant.feedId) &&
    isNamed(scope, grant.role.scope) &&
    (isNamed(role, grant.role.id) || isNamed(role, grant.role.name)) &&
    isParty(grantee, grant.grantee, grant.granteePerson) &&
    isParty(grantor, grant.grantor, grant.grantorPerson) &&
    grant.occurredAt < Date.parse(exception.expiresAt)
  )
}

function isParty(pattern: string | null, party: Party | null, person: string | null): boolean {
  return isNamed(pattern, party?.id) || isNamed(pattern, party?.email) || isNamed(pattern, person)
}

function isNamed(pattern: string | null, name: string | null | undefined): boolean {
  if (pattern === null) return true
  return typeof name === 'string' && matchesWildcard(pattern, name)
}
