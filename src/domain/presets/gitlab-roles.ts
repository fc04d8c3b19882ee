import { identityOf } from '../event-fields.ts'
import type { Role, Tier } from '../grant.ts'
import { roleSlug } from '../role-tiers.ts'
import { isReadOnlyName } from './read-only-name.ts'

/**
 * GitLab's levels as its audit events write them: `Owner`, and since there are custom roles `Default role: Owner` and
 * `Custom role: NAME`. In GitLab's own lib/gitlab/access.rb, `human_access_labeled` is "Default role", a colon and the
 * level, and the tests of ee/app/models/ee/member.rb expect "returns correct label for custom role": `Custom role: IM`.
 */

/** Levels that reach beyond one's own work, and how far; an owner of a group owns all that is in it. */
const LEVELS: Readonly<Record<string, number>> = { maintainer: 1, owner: 2 }
const CUSTOM = 'custom-role:'
const LABELED = /^(default|custom) role:\s*(.+)$/is

/** The role of that level in that scope; null for one that gives no privilege. */
export function gitlabRole(level: string | null, scope: string): Role | null {
  const [, label = 'default', name = level ?? ''] = LABELED.exec(level ?? '') ?? []
  if (label.toLowerCase() === 'custom') return customRole(name.trim(), scope)
  const key = name.trim().toLowerCase()
  if (!Object.hasOwn(LEVELS, key)) return null
  const tier: Tier = key === 'owner' && scope.startsWith('group:') ? 'T1' : 'T2'
  return { id: key, name: key === 'owner' ? 'Owner' : 'Maintainer', tier, scope }
}

/** What a customer's own role may do is not in the event. */
function customRole(name: string, scope: string): Role | null {
  const id = identityOf(`${CUSTOM}${roleSlug(name)}`)
  if (id === null || isReadOnlyName(name)) return null
  return { id, name: `Custom role ${name}`, tier: 'T2', scope }
}

export function rankOf(role: Role | null): number {
  return role === null ? 0 : (LEVELS[role.id] ?? 0)
}

export function isCustomRole(role: Role): boolean {
  return role.id.startsWith(CUSTOM)
}

/** Whether a role is one that members of groups and projects have. */
export function isMemberRole(role: Role): boolean {
  return Object.hasOwn(LEVELS, role.id) || isCustomRole(role)
}
