import type { Tier } from '../grant.ts'
import { roleSlug } from '../role-tiers.ts'
import { isReadOnlyName } from './read-only-name.ts'
import type { RankedRole } from './single-role.ts'

const ADMINS = ['admin', 'administrator']
/** Roles that answer tickets or read: no power over the account. */
const ORDINARY = new Set([
  'end user',
  'end-user',
  'agent',
  'light agent',
  'legacy agent',
  'contributor',
  'staff',
  'advisor',
  'viewer',
  'not set',
  'none',
  '',
])

export const OWNER: RankedRole = {
  role: { id: 'owner', name: 'Account owner', tier: 'T0', scope: '*' },
  rank: 4,
}

/**
 * A role of the account, or of one product such as Guide; null for an ordinary one. Whoever administers Support
 * administers the account, so the log's `Support role` is the same role.
 */
export function zendeskRole(name: string, product: string | null): RankedRole | null {
  const key = name.trim().toLowerCase()
  if (ORDINARY.has(key) || isReadOnlyName(name)) return null
  const place = product?.trim() ?? 'Support'
  const isAccount = place.toLowerCase() === 'support'
  const ranked = (id: string, title: string, tier: Tier, rank: number): RankedRole => ({
    role: { id, name: title, tier, scope: '*' },
    rank,
  })
  if (ADMINS.includes(key))
    return isAccount
      ? ranked('administrator', 'Administrator', 'T1', 3)
      : ranked(roleSlug(`${place} admin`), `${place} admin`, 'T2', 2)
  // What a role of the customer's own may do is not in the log.
  const title = isAccount ? name.trim() : `${place} ${name.trim()}`
  return ranked(roleSlug(title), title, 'T2', 1)
}
