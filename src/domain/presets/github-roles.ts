import { identityOf, textOf } from '../event-fields.ts'
import { EVERY_ROLE, type Role } from '../grant.ts'
import { githubOrganizationRoleTier, roleSlug } from '../role-tiers.ts'
import { isReadOnlyName } from './read-only-name.ts'

/** Roles and scopes of GitHub. A scope names its owner first, so that leaving an organisation covers all below it. */

const UNKNOWN_SCOPE = '*'

export function organizationScope(organization: string | null): string {
  return organization === null ? UNKNOWN_SCOPE : `org:${organization.toLowerCase()}`
}

export function enterpriseScope(enterprise: string | null): string {
  return enterprise === null ? UNKNOWN_SCOPE : `enterprise:${enterprise.toLowerCase()}`
}

/** `northwind/site` as `org:northwind/repo:site`. */
export function repositoryScope(repository: string | null, organization: string | null): string {
  return nestedScope('repo', repository, organization)
}

/** `northwind/platform` or `platform` as `org:northwind/team:platform`. */
export function teamScope(team: string | null, organization: string | null): string {
  return nestedScope('team', team, organization)
}

function nestedScope(kind: 'repo' | 'team', path: string | null, organization: string | null): string {
  if (path === null) return organizationScope(organization)
  const slash = path.indexOf('/')
  const owner = slash > 0 ? path.slice(0, slash) : organization
  const name = (slash > 0 ? path.slice(slash + 1) : path).toLowerCase()
  return owner === null ? `${kind}:${name}` : `${organizationScope(owner)}/${kind}:${name}`
}

/** The parts of a scope that this page wrote: `{ org: 'northwind', repo: 'site' }`. */
export function scopeParts(scope: string): {
  readonly org?: string
  readonly repo?: string
  readonly team?: string
  readonly enterprise?: string
} {
  const match =
    /^(?:enterprise:(?<enterprise>.+)|org:(?<org>[^/]+)(?:\/(?:repo:(?<repo>.+)|team:(?<team>.+)))?)$/s
  return match.exec(scope)?.groups ?? {}
}

export const organizationOwner = (scope: string): Role => ({
  id: 'org-owner',
  name: 'Organization owner',
  tier: 'T0',
  scope,
})

export const enterpriseOwner = (scope: string): Role => ({
  id: 'enterprise-owner',
  name: 'Enterprise owner',
  tier: 'T0',
  scope,
})

export const organizationModerator = (scope: string): Role => ({
  id: 'org-moderator',
  name: 'Organization moderator',
  tier: 'T2',
  scope,
})

export const teamMaintainer = (scope: string): Role => ({
  id: 'team-maintainer',
  name: 'Team maintainer',
  tier: 'T2',
  scope,
})

export const repositoryAdmin = (scope: string): Role => ({
  id: 'repo-admin',
  name: 'Repository admin',
  tier: 'T2',
  scope,
})

/** Every role within a scope. Where the scope is not stated it must not read as everything everywhere. */
export const everyRole = (scope: string): Role => ({
  id: EVERY_ROLE,
  name: 'Every role',
  tier: 'T2',
  scope: scope === UNKNOWN_SCOPE ? 'unknown' : scope,
})

const ORGANIZATION_ROLE = 'org-role:'

export function organizationRole(name: string, scope: string): Role {
  const slug = roleSlug(name.replaceAll('_', '-'))
  return {
    id: identityOf(`${ORGANIZATION_ROLE}${slug}`) ?? ORGANIZATION_ROLE,
    name: textOf(name, 200) ?? slug,
    tier: githubOrganizationRoleTier(slug),
    scope,
  }
}

/** A role that only reads, by its name; to triage is to label and to assign, which changes no code and no setting. */
export function isReadOnlyOrganizationRole(name: string): boolean {
  return isReadOnlyName(name) || /^all[_ -]repo(?:sitory)?[_ -]triage$/i.test(name)
}

export function isOrganizationRole(role: Role): boolean {
  return role.id.startsWith(ORGANIZATION_ROLE)
}
