import type { Role, Tier } from '../grant.ts'
import { roleSlug } from '../role-tiers.ts'

/**
 * The groups that 1Password makes itself, by the names that its documentation gives them
 * (support.1password.com/groups). Their ids differ from account to account, and the log seldom names a group.
 */
const BUILT_IN: Readonly<Record<string, Tier>> = {
  owners: 'T0',
  administrators: 'T1',
  security: 'T1',
  'provision managers': 'T1',
  'provision manager': 'T1',
  'identity managers': 'T1',
}
/** Everybody is in the first; the second may recover and no more than its vaults allow. */
const ORDINARY = new Set(['team members', 'guests', 'family organizers'])

/** Membership of a group; null when the group is everybody's. A group that is not named may be any. */
export function membershipOf(id: string, name: string | null): Role | null {
  const key = name?.trim().toLowerCase() ?? ''
  if (ORDINARY.has(key)) return null
  const tier = Object.hasOwn(BUILT_IN, key) ? (BUILT_IN[key] ?? 'T2') : 'T2'
  return { id: `group:${id}`, name: name ?? `Group ${id}`, tier, scope: '*' }
}

export function managerOf(id: string, name: string | null): Role {
  return { id: `group-manager:${id}`, name: `Manager of ${name ?? `group ${id}`}`, tier: 'T2', scope: '*' }
}

/** Where a record has the name of a group and no id. */
export function groupIdOf(name: string): string {
  return roleSlug(name)
}
