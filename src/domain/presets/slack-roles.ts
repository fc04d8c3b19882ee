import type { Role, Tier } from '../grant.ts'
import { roleSlug } from '../role-tiers.ts'

/**
 * slack.com/help, "Transfer primary ownership": "A Primary Owner has the highest level of permissions in Slack". Owners
 * reach what admins cannot, billing and sign-in among it.
 */
export function slackOwner(scope: string): Role {
  return { id: 'owner', name: 'Owner', tier: 'T0', scope }
}

export function slackAdmin(scope: string): Role {
  return { id: 'admin', name: 'Admin', tier: 'T1', scope }
}

export function primaryOwner(scope: string): Role {
  return { id: 'primary-owner', name: 'Primary owner', tier: 'T0', scope }
}

const NARROW = /\b(channel|analytics|audit|exports?|message|workflow)\b/i

/** A role that an Enterprise organisation assigns besides owner and admin, such as Roles Admin or Channel Manager. */
export function systemRole(id: string | null, name: string | null, scope: string): Role | null {
  const title = name ?? id
  if (title === null) return null
  const tier: Tier = /\badmin(istrator)?s?\b/i.test(title) && !NARROW.test(title) ? 'T1' : 'T2'
  return { id: id ?? roleSlug(title), name: title, tier, scope }
}

export function permission(name: string | null, scope: string): Role {
  if (name === null) return { id: 'permissions', name: 'Permissions', tier: 'T2', scope }
  return { id: `permission:${name}`, name, tier: 'T2', scope }
}

/** Scopes of an app that administer the organisation or read what everybody does. */
export function isAdminScope(scope: string): boolean {
  return /^(admin($|[.:])|auditlogs:|discovery:|scim($|:))/.test(scope)
}
