import { type Fields, identityAt, identityOf, objectsAt, textAt, valueAt } from '../event-fields.ts'
import type { Role, Tier } from '../grant.ts'
import { roleSlug } from '../role-tiers.ts'
import { isReadOnlyName } from './read-only-name.ts'
import { stringListOf } from './string-list.ts'

/**
 * developers.cloudflare.com/fundamentals/manage-members/roles: "Super Administrator - All Privileges: Can edit any
 * Cloudflare setting, make purchases, update billing, manage members"; "Administrator: Can access the full account and
 * edit subscriptions. Cannot manage members nor billing profile"; "Administrator Read Only: Can access the full account
 * in read-only mode"; "Analytics: Can read Analytics"; "Audit Logs Viewer: Can view Audit Logs". And in its SCIM
 * troubleshooting: "The value 33666b9c79b9a5273fc7344ff42f953d is the role ID of Super Administrator".
 */
interface KnownRole {
  readonly name: string
  /** Null for a role that only reads. */
  readonly tier: Tier | null
}

const SUPER_ADMINISTRATOR = '33666b9c79b9a5273fc7344ff42f953d'
const ADMINISTRATOR = '05784afa30c1afe1440e79d9351c7430'

const BY_ID: Readonly<Record<string, KnownRole>> = {
  [SUPER_ADMINISTRATOR]: { name: 'Super Administrator', tier: 'T0' },
  [ADMINISTRATOR]: { name: 'Administrator', tier: 'T1' },
  '298ce8e7a2ba08b9d18ce0a32bb458ee': { name: 'Billing', tier: 'T2' },
  '069fe803647ed3609e93d041d5df6050': { name: 'DNS', tier: 'T2' },
  d1c17a97abf0aa371338074955877ba0: { name: 'Cache Purge', tier: 'T2' },
  '75f36071fa06ebfac6da0c3f8ddbc4df': { name: 'SSL/TLS, Caching, Performance, Page Rules', tier: 'T2' },
  f2b20eaa1a5d4af42b53ac16238c99c7: { name: 'Administrator Read Only', tier: null },
  '6ddc5f80969d01105b5a0931e0079365': { name: 'Analytics', tier: null },
  '9dfa4d1b73034f70ad896bf1c26d78f3': { name: 'Audit Logs Viewer', tier: null },
  '156a872fa6df06e0e9b85d32afce6990': { name: 'Cloudflare Zero Trust Read Only', tier: null },
  b525e80fc64a4323a9ea666467d1865c: { name: 'Cloudflare Zero Trust Reporting', tier: null },
}

/** One role under one id, whether a record has its id, its name or both. */
function idByName(name: string): string | null {
  if (/^super administrator\b/i.test(name)) return SUPER_ADMINISTRATOR
  return /^administrator$/i.test(name) ? ADMINISTRATOR : null
}

const ONLY_READS = /^(minimal account access|analytics|audit logs viewer)$|\b(reporting|read)$/i

function roleOf(id: string | null, name: string | null, scope: string): Role | null {
  const known = (name === null ? null : idByName(name)) ?? id ?? (name === null ? null : roleSlug(name))
  if (known === null) return null
  const entry = Object.hasOwn(BY_ID, known) ? BY_ID[known] : undefined
  const title = name ?? entry?.name ?? `Role ${known}`
  if (entry === undefined && (isReadOnlyName(title) || ONLY_READS.test(title))) return null
  if (entry?.tier === null) return null
  return { id: known, name: title, tier: entry?.tier ?? 'T2', scope }
}

const ROLES_MAX = 100

/**
 * The privileged roles that a member's record lists, by role or by policy; null when it lists neither, which is not
 * the same as an empty list.
 */
export function rolesIn(fields: Fields, place: string, scope: string): readonly Role[] | null {
  const at = (name: string) => (place === '' ? name : `${place}.${name}`)
  const [roles, policies] = [objectsAt(fields, at('roles')), objectsAt(fields, at('policies'))]
  const isListed = ['roles', 'policies'].some((name) => valueAt(fields, at(name)) !== undefined)
  if (!isListed && roles.length === 0 && policies.length === 0) return null
  const found = new Map<string, Role>()
  const listed = roles.map((item) => roleAt(item, scope))
  // A list of ids, or a list of names as a membership has it.
  const written =
    listed.length > 0
      ? []
      : stringListOf(valueAt(fields, at('roles')), ROLES_MAX).map((text) => roleNamed(text, scope))
  const byPolicy = policies.flatMap((policy) => rolesOfPolicy(policy, scope))
  for (const role of [...listed, ...written, ...byPolicy])
    if (role !== null && found.size < ROLES_MAX) found.set(JSON.stringify([role.id, role.scope]), role)
  return [...found.values()]
}

function roleNamed(text: string, scope: string): Role | null {
  return /^[0-9a-f]{32}$/i.test(text) ? roleOf(text.toLowerCase(), null, scope) : roleOf(null, text, scope)
}

function roleAt(item: Fields, scope: string): Role | null {
  return roleOf(identityAt(item, 'id'), textAt(item, 'name', 200), scope)
}

/** A policy allows each of its permission groups on each of its resource groups. */
function rolesOfPolicy(policy: Fields, scope: string): readonly (Role | null)[] {
  if (textAt(policy, 'access', 50) === 'deny') return []
  const groups = objectsAt(policy, 'permission_groups')
  const places = objectsAt(policy, 'resource_groups').map((group) => placeOf(group, scope))
  const scopes = places.length === 0 ? [scope] : [...new Set(places)]
  return scopes.flatMap((place) => groups.map((group) => roleAt(group, place)))
}

/** A resource group of the whole account is the account itself. */
function placeOf(group: Fields, scope: string): string {
  const key = identityOf(valueAt(group, 'scope.key')) ?? ''
  const objects = objectsAt(group, 'scope.objects')
  const isWhole = objects.length === 0 || objects.some((object) => textAt(object, 'key', 10) === '*')
  const id = identityAt(group, 'id')
  if (id === null || (/\.account\.[0-9a-z]+$/.test(key) && isWhole)) return scope
  return `${scope === '*' ? '' : `${scope}/`}resource-group:${id}`
}

/** Accepting an invitation makes a member; with which role, only the invitation said. */
export function invitedMember(scope: string): Role {
  return { id: 'member', name: 'Member (role as invited)', tier: 'T1', scope }
}
