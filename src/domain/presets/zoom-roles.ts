import type { Tier } from '../grant.ts'
import { roleSlug } from '../role-tiers.ts'
import { isReadOnlyName } from './read-only-name.ts'
import type { RankedRole } from './single-role.ts'

interface SystemRole {
  readonly id: string
  readonly name: string
  readonly tier: Tier
  readonly rank: number
}

const ADMIN: SystemRole = { id: 'admin', name: 'Admin', tier: 'T1', rank: 3 }
const SYSTEM_ROLES: Readonly<Record<string, SystemRole>> = {
  owner: { id: 'owner', name: 'Owner', tier: 'T0', rank: 5 },
  'account owner': { id: 'owner', name: 'Owner', tier: 'T0', rank: 5 },
  'co-owner': { id: 'co-owner', name: 'Co-Owner', tier: 'T0', rank: 4 },
  admin: ADMIN,
  administrator: ADMIN,
  'billing admin': { id: 'billing-admin', name: 'Billing Admin', tier: 'T2', rank: 2 },
}
const ORDINARY = ['user', 'member', 'basic', 'licensed', 'none', 'no role', '']

/** A role by the name that Zoom's log writes; null for members and for roles named as read-only. */
export function zoomRole(name: string): RankedRole | null {
  const key = name.trim().toLowerCase()
  if (ORDINARY.includes(key) || isReadOnlyName(name)) return null
  const known = Object.hasOwn(SYSTEM_ROLES, key) ? SYSTEM_ROLES[key] : undefined
  if (known !== undefined) {
    const { id, name: title, tier, rank } = known
    return { role: { id, name: title, tier, scope: '*' }, rank }
  }
  // What a customer's own role may do is not in the log.
  return { role: { id: roleSlug(name.trim()), name: name.trim(), tier: 'T2', scope: '*' }, rank: 2 }
}
