import type { Role } from '../grant.ts'
import { roleSlug } from '../role-tiers.ts'
import { isReadOnlyName } from './read-only-name.ts'

/**
 * auth0.com/docs/dashboard-access/feature-access-by-role: "Admin: Read and write access to all resources in the Auth0
 * Dashboard, including extensions." "Viewer - Users: Read-only access to users and user-related logs." The log still
 * calls an admin `owner`.
 */
const ADMINS = ['owner', 'admin']
const PLAIN = /^(user|member|support|elevated-support|viewer|billing)/

/** A role of a tenant's dashboard; null when it only reads or files tickets. */
export function tenantRole(name: string): Role | null {
  const slug = roleSlug(name)
  if (ADMINS.includes(slug)) return { id: 'tenant-admin', name: 'Tenant admin', tier: 'T0', scope: '*' }
  if (PLAIN.test(slug) || isReadOnlyName(name)) return null
  return { id: `tenant:${slug}`, name, tier: 'T1', scope: '*' }
}

/** Accepting an invitation makes a member; with which role, only the invitation said. */
export const TENANT_MEMBER: Role = {
  id: 'tenant-member',
  name: 'Tenant member (role as invited)',
  tier: 'T1',
  scope: '*',
}

/** Roles of applications are the customer's own, and the log has their ids alone. */
export function applicationRole(id: string, scope: string): Role {
  return { id, name: id, tier: 'T2', scope }
}

export function inOrganization(id: string): string {
  return `org:${id}`
}

const READ = /^(read|list|view|get):/
const TAKES_MORE =
  /^(create|update):(client_grants|clients|client_keys|client_credentials|roles|role_members|connections|organization_member_roles|resource_servers|tenant_members|tenant_invitations|actions|rules)$/

/** Whether permissions hold one that does more than read. */
export function writes(permissions: readonly string[]): boolean {
  return permissions.some((permission) => !READ.test(permission))
}

/** Auth0's own Management API, whatever the tenant's domain. */
export function isManagementApi(audience: string): boolean {
  return /^https:\/\/[^/]+\/api\/v2\/?$/.test(audience)
}

/** Power over the tenant; over all of it when it can give itself more. */
export function managementApi(scopes: readonly string[], all: boolean): Role {
  const tier = all || scopes.some((scope) => TAKES_MORE.test(scope)) ? 'T0' : 'T1'
  return { id: 'management-api', name: 'Management API', tier, scope: '*' }
}

export function apiPermission(permission: string, api: string): Role {
  const tier = isManagementApi(api) ? 'T1' : 'T2'
  return { id: `permission:${permission}`, name: permission, tier, scope: `api:${api}` }
}
