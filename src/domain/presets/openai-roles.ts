import { identityOf } from '../event-fields.ts'
import type { Role, Tier } from '../grant.ts'
import { isReadOnlyName } from './read-only-name.ts'

/** Where a role of OpenAI applies: the organisation is the whole of a feed. */
export interface Resource {
  readonly isOrganization: boolean
  readonly scope: string
}

const ORGANIZATION: Resource = { isOrganization: true, scope: '*' }

/** `api.organization` with `org-abc`, or `api.project` with `proj-xyz`. */
export function resourceOf(type: string | null, id: string | null): Resource {
  const kind = (type ?? '').toLowerCase()
  if (id === null || kind.includes('organization')) return ORGANIZATION
  return {
    isOrganization: false,
    scope: kind.includes('project') ? projectScope(id) : `${kind || 'resource'}:${id}`,
  }
}

function projectScope(id: string): string {
  return `project:${id}`
}

export function inProject(id: string | null): Resource {
  return id === null ? ORGANIZATION : { isOrganization: false, scope: projectScope(id) }
}

/** Whether a resource is the organisation or a project, and not one thing in it. */
export function isWide({ isOrganization, scope }: Resource): boolean {
  return isOrganization || scope.startsWith(projectScope(''))
}

const ORDINARY = /(^|-)(member|reader|viewer|user|guest|none)$/

/**
 * A role by its id: `role-api-organization-owner` for OpenAI's own, `role_01...` for a customer's, whose content the
 * log does not say. Null for those that only use or read.
 */
export function assignedRole(id: string, resource: Resource): Role | null {
  const name = id.replace(/^role[-_]/, '')
  if (ORDINARY.test(name.toLowerCase()) || isReadOnlyName(name)) return null
  return { id, name: titleOf(name), tier: tierOf(name.toLowerCase(), resource), scope: resource.scope }
}

const UNNAMED = 'assignment:'

/**
 * "The identifier of the role assignment" is all that some events say of the role, and all that its deletion needs to
 * say. It is unique by itself, so the place is told in the name: a deletion does not repeat it.
 */
export function unnamedRole(assignmentId: string, { isOrganization, scope }: Resource): Role {
  const name = `A role ${isOrganization ? '' : `on ${scope} `}that the log does not name`
  return { id: identityOf(UNNAMED + assignmentId) ?? UNNAMED, name, tier: 'T2', scope: ORGANIZATION.scope }
}

export function isUnnamed(role: Role): boolean {
  return role.id.startsWith(UNNAMED)
}

function tierOf(name: string, resource: Resource): Tier {
  if (!resource.isOrganization) return 'T2'
  if (/(^|-)owner$/.test(name)) return 'T0'
  return /(^|-)admin(istrator)?$/.test(name) ? 'T1' : 'T2'
}

function titleOf(name: string): string {
  const words = name.replace(/^api-/, '').replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The role called `owner` of an organisation or project, under the id that assignments give it. */
export function ownerOf(resource: Resource): Role {
  const place = resource.isOrganization ? 'organization' : 'project'
  return {
    id: `role-api-${place}-owner`,
    name: `${resource.isOrganization ? 'Organization' : 'Project'} owner`,
    tier: resource.isOrganization ? 'T0' : 'T2',
    scope: resource.scope,
  }
}
