import { identityOf, textOf } from '../event-fields.ts'
import type { Role, Tier } from '../grant.ts'
import { roleSlug } from '../role-tiers.ts'
import { DIRECTORY_ROLES, ROLE_ALIASES } from './entra-role-catalogue.ts'

/** What a record says of a role; any of it may be missing or made up. */
export interface StatedRole {
  readonly name: string | null
  /** The template's or the definition's id. */
  readonly template: string | null
  /** The directory's internal name, which only built-in roles have. */
  readonly wellKnown: string | null
  readonly isCustom: boolean
  readonly isBuiltIn: boolean
}

interface KnownRole {
  readonly id: string
  readonly name: string
  readonly template: string
  readonly tier: Tier | null
}

const KNOWN: readonly KnownRole[] = DIRECTORY_ROLES.map(([name, template, tier]) => ({
  id: roleSlug(name),
  name,
  template,
  tier,
}))
const BY_TEMPLATE: ReadonlyMap<string, KnownRole> = new Map(KNOWN.map((role) => [role.template, role]))
const BY_ID: ReadonlyMap<string, KnownRole> = new Map(KNOWN.map((role) => [role.id, role]))
const BY_NAME: ReadonlyMap<string, KnownRole> = new Map([
  ...KNOWN.map((role) => [role.name.toLowerCase(), role] as const),
  ...Object.entries(ROLE_ALIASES).flatMap(([alias, name]) => {
    const role = KNOWN.find((known) => known.name === name)
    return role === undefined ? [] : [[alias.toLowerCase(), role] as const]
  }),
])

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export function isGuid(text: string): boolean {
  return GUID.test(text)
}

/**
 * The role that a record names: one id whether its template, its name or its internal name tells; `read-only` for one
 * that may only read; null when nothing is stated.
 */
export function directoryRole(stated: StatedRole, scope: string): Role | 'read-only' | null {
  const template = stated.template?.toLowerCase() ?? null
  const name = stated.name?.toLowerCase() ?? null
  const byTemplate = template === null ? undefined : BY_TEMPLATE.get(template)
  const byName =
    (name === null ? undefined : BY_NAME.get(name)) ?? BY_NAME.get(stated.wellKnown?.toLowerCase() ?? '')
  const known = byTemplate ?? (stated.isCustom ? undefined : byName)
  if (known !== undefined && (known.tier !== null || byTemplate !== undefined || mayBeBuiltIn(stated)))
    return known.tier === null ? 'read-only' : { id: known.id, name: known.name, tier: known.tier, scope }
  const label = stated.name ?? stated.wellKnown ?? stated.template
  if (label === null) return null
  // A role of the team's own: what it may do is not in the log.
  return {
    id: stated.name === null ? (identityOf(label) ?? 'role') : roleSlug(label),
    name: textOf(label) ?? label,
    tier: 'T2',
    scope,
  }
}

/** A role of the team's own may be called `Global Reader`; only a built-in one can be trusted to keep to its name. */
function mayBeBuiltIn(stated: StatedRole): boolean {
  return stated.isBuiltIn || stated.wellKnown !== null || stated.template === null || !isGuid(stated.template)
}

/** The template of a role that the catalogue knows, or null. */
export function templateOfRole(id: string): string | null {
  return BY_ID.get(id)?.template ?? null
}

export const USER_ACCESS_ADMINISTRATOR = 'azure:user-access-administrator'

const AZURE_GIVERS = /^(owner|user access administrator|role based access control administrator)$/i
const AZURE_READ_ONLY = /\b(reader|viewer)$/i

/** A role on Azure resources, as PIM for Azure and access elevation name it. */
export function azureRole(stated: StatedRole, scope: string): Role | 'read-only' | null {
  if (stated.name === null) return null
  if (AZURE_READ_ONLY.test(stated.name) && !stated.isCustom) return 'read-only'
  const gives = AZURE_GIVERS.test(stated.name) && !stated.isCustom
  const isWide = scope === '/' || /(^|:|\/)managementgroups?([:/]|$)/i.test(scope)
  return {
    id: `azure:${roleSlug(stated.name)}`,
    name: stated.name,
    tier: gives ? (isWide ? 'T0' : 'T1') : 'T2',
    scope,
  }
}
