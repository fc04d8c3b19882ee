import type { Tier } from '../grant.ts'
import { roleSlug } from '../role-tiers.ts'
import { isReadOnlyName } from './read-only-name.ts'
import type { RankedRole } from './single-role.ts'

/** tailscale.com/kb/1138/user-roles: owner, admin, network admin, IT admin, billing admin, auditor, member. */
const ROLES: Readonly<Record<string, readonly [name: string, tier: Tier, rank: number]>> = {
  owner: ['Owner', 'T0', 4],
  admin: ['Admin', 'T0', 3],
  'network-admin': ['Network admin', 'T1', 2],
  'it-admin': ['IT admin', 'T1', 2],
  'billing-admin': ['Billing admin', 'T2', 1],
}
const ORDINARY = new Set(['member', 'user', 'none', 'no-role', 'auditor', 'shared', ''])

/** One key for `IT admin`, `it-admin` and `IT_ADMIN`. */
function keyOf(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '-')
}

/** A role by the name that the log writes; null for those that administer nothing. */
export function tailscaleRole(name: string): RankedRole | null {
  const key = keyOf(name)
  if (ORDINARY.has(key) || isReadOnlyName(name)) return null
  const [title, tier, rank]: readonly [string, Tier, number] = Object.hasOwn(ROLES, key)
    ? (ROLES[key] ?? [name, 'T2', 1])
    : [name.trim(), 'T2', 1]
  return {
    role: { id: Object.hasOwn(ROLES, key) ? key : roleSlug(key), name: title, tier, scope: '*' },
    rank,
  }
}

/** Whether a text can only be a role: what else stands in the same place is names, tags and addresses. */
export function isTailscaleRole(name: string): boolean {
  const key = keyOf(name)
  return Object.hasOwn(ROLES, key) || key === 'member' || key === 'auditor'
}
