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
