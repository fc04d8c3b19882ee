import { EVERY_ROLE, type Grant } from './grant.ts'

/** Whether a removal takes this role in this scope: the same role and scope, or everything the grantee held there. */
export function takes(removal: Grant, grant: Grant): boolean {
  if (removal.direction !== 'taken' || removal.firstSeen) return false
  const isEligibility = grant.kind === 'eligible'
  if (removal.holding !== null && (removal.holding === 'eligibility') !== isEligibility) return false
  if (removal.role.id !== EVERY_ROLE)
    return removal.role.id === grant.role.id && removal.role.scope === grant.role.scope
  return removal.role.scope === EVERY_ROLE || isWithin(grant.role.scope, removal.role.scope)
}

/** `org:acme` holds `org:acme` itself and whatever a preset names below it, as in `org:acme/repo:site`. */
function isWithin(scope: string, outer: string): boolean {
  return scope === outer || scope.startsWith(`${outer}/`)
}

/**
 * The latest observed removal of a grant, or null: none was observed after it, or a later grant gave the role back.
 * `related` are ledger rows of the same feed and grantee at or after the grant. Expiry is no removal: nobody acted.
 */
export function isRemovalOf(grant: Grant, related: readonly Grant[]): Grant | null {
  let removal: Grant | null = null
  let regrantAt = Number.NEGATIVE_INFINITY
  for (const row of related) {
    if (row.id === grant.id || row.occurredAt < grant.occurredAt) continue
    if (row.kind === 'removal' && takes(row, grant)) {
      if (removal === null || row.occurredAt >= removal.occurredAt) removal = row
    } else if (givesAgain(row, grant)) regrantAt = Math.max(regrantAt, row.occurredAt)
  }
  return removal !== null && regrantAt > removal.occurredAt ? null : removal
}

function givesAgain(row: Grant, grant: Grant): boolean {
  return (
    row.direction === 'given' &&
    !row.firstSeen &&
    row.role.id === grant.role.id &&
    row.role.scope === grant.role.scope &&
    row.occurredAt > grant.occurredAt
  )
}

/** Grant-and-remove by the people concerned is a way to hide: then the grant stays to be judged. */
export function removerIsInvolved(grant: Grant, removal: Grant): boolean {
  const remover = removal.grantorPerson
  return remover === null || remover === grant.grantorPerson || remover === grant.granteePerson
}
