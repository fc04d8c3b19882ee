import type { GrantKind, Role } from '../grant.ts'
import { type DirectoryRecord, partyOfTarget, propertyOf, type Target } from './directory-record.ts'
import type { Reading } from './preset.ts'
import { changed, GRANTEE_NOT_STATED } from './reading.ts'

/** Members and owners of groups. */

/**
 * The log does not say which groups hold roles. A group whose name speaks of administrators, or that PIM manages, is
 * read as privileged; any other group may be anything and is left out.
 */
const ADMINISTRATORS =
  /(^|[^a-z])(admins?|administrators?|privileged|tier-? ?0|t0|break-? ?glass|root|superusers?|domain controllers?|pim|paw)([^a-z]|$)|admins?$/i

const GROUP_NOT_PRIVILEGED: Reading = { skipped: 'group not known to be privileged' }

interface Place {
  readonly id: string
  readonly name: string
}

function groupOf(record: DirectoryRecord): Place | null {
  const target = record.targets.findLast(({ type }) => type === 'group')
  const name = propertyOf(record, 'Group.DisplayName') ?? target?.name ?? null
  const id = propertyOf(record, 'Group.ObjectID') ?? target?.id ?? name
  return id === null ? null : { id, name: name ?? id }
}

function membership(place: Place, isOwner: boolean): Role {
  return {
    id: isOwner ? 'group-owner' : 'group-member',
    name: `${isOwner ? 'Owner' : 'Member'} of ${place.name}`,
    tier: 'T2',
    scope: `group:${place.id}`,
  }
}

/** What PIM for groups gives: its groups are privileged, else nobody would have put them under PIM. */
export function groupRole(record: DirectoryRecord, name: string | null): Role | null {
  const place = groupOf(record)
  return place === null ? null : membership(place, name?.toLowerCase() === 'owner')
}

function memberOf(record: DirectoryRecord): Target | null {
  const named = record.targets.find(
    (target) => target.property('Group.ObjectID') !== null || target.property('Group.DisplayName') !== null,
  )
  return named ?? record.targets.find(({ type }) => type === 'user' || type === 'serviceprincipal') ?? null
}

export function groupChange(kind: 'indirect' | 'removal', isOwner: boolean) {
  return (record: DirectoryRecord): Reading => {
    const place = groupOf(record)
    const isAssignable = /^true$/i.test(propertyOf(record, 'Group.IsAssignableToRole') ?? '')
    if (place === null || !(record.isByPim || isAssignable || ADMINISTRATORS.test(place.name)))
      return GROUP_NOT_PRIVILEGED
    const member = memberOf(record)
    if (member === null) return GRANTEE_NOT_STATED
    // PIM's own record of the same act says whether it was an activation; a plain kind lets the two become one.
    const given: GrantKind = record.isByPim ? 'grant' : kind
    return changed(
      record.facts,
      kind === 'removal' ? kind : given,
      partyOfTarget(member),
      membership(place, isOwner),
    )
  }
}
