import type { Role, Tier } from '../grant.ts'
import { builtInRoleName } from './azure-role-catalogue.ts'

/** Roles of Azure resources: what a role may do and where it holds make its tier together. */

export const USER_ACCESS_ADMINISTRATOR = '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9'
/** The role of an assignment whose record does not say which: the assignment's own id tells such grants apart. */
export const UNNAMED_ROLE = 'unnamed-role'
export const ROOT_SCOPE = '/'

const GUID = /[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}/gi
const SCOPE_MAX = 1_000

/** The last GUID of a text in its usual form: logs write them in any case, and some without dashes. */
export function guidOf(text: string | null): string | null {
  const found = text?.slice(0, SCOPE_MAX).match(GUID)?.at(-1)?.replaceAll('-', '').toLowerCase()
  return found?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') ?? null
}

/** Where a role holds; Azure writes the same place in any case, with and without a slash at its end. */
export function scopeOf(text: string): string {
  const place = text.toLowerCase().replace(/\/+$/, '')
  return place === '' ? ROOT_SCOPE : place
}

type Level = 'tenant' | 'subscription' | 'below'

const CONTROL_TIERS: Readonly<Record<Level, Tier>> = { tenant: 'T0', subscription: 'T1', below: 'T2' }

function levelOf(scope: string): Level {
  if (scope === ROOT_SCOPE || scope.startsWith('/providers/microsoft.management/managementgroups/'))
    return 'tenant'
  return /^\/subscriptions\/[^/]+$/.test(scope) ? 'subscription' : 'below'
}

/** Roles that give others access: whoever holds one can make themselves anything at its scope. */
const CONTROL = new Set(['Owner', 'User Access Administrator', 'Role Based Access Control Administrator'])

/** Roles that run everything, or a service whose secrets, machines or identities lead to everything else. */
const ADMIN = new Set([
  'Contributor',
  'Tenant Contributor',
  'Security Admin',
  'Security Manager (Legacy)',
  'Defender Unified RBAC Authorization Manager',
  'Key Vault Administrator',
  'Key Vault Contributor',
  'Key Vault Data Access Administrator',
  'Key Vault Secrets Officer',
  'Key Vault Certificates Officer',
  'Managed HSM contributor',
  'Virtual Machine Contributor',
  'Virtual Machine Administrator Login',
  'Virtual Machine Data Access Administrator (preview)',
  'Windows Admin Center Administrator Login',
  'Azure Connected Machine Resource Administrator',
  'Managed Identity Contributor',
  'Managed Identity Operator',
  'Managed Identity Federated Identity Credential Contributor',
  'Managed Application Contributor Role',
  'Management Group Contributor',
  'Hierarchy Settings Administrator',
  'Resource Policy Contributor',
  'Blueprint Contributor',
  'Automation Contributor',
  'Logic App Contributor',
  'Website Contributor',
  'Network Contributor',
  'Storage Account Contributor',
  'Storage Blob Data Owner',
  'Storage File Data Privileged Contributor',
  'SQL Server Contributor',
  'SQL Security Manager',
  'Microsoft Sentinel Contributor',
  'Monitoring Contributor',
  'Log Analytics Contributor',
  'Backup Contributor',
  'Azure Kubernetes Service Contributor Role',
  'Azure Kubernetes Service Cluster Admin Role',
  'Azure Kubernetes Service RBAC Cluster Admin',
  'Azure Kubernetes Service RBAC Admin',
  'Azure Kubernetes Fleet Manager RBAC Cluster Admin',
  'Azure Arc Kubernetes Cluster Admin',
  'Azure Arc Kubernetes Admin',
])

/** Called readers, and yet they read keys, which open everything that the keys open. */
const READERS_OF_KEYS = new Set([
  'SignalR AccessKey Reader',
  'Azure Machine Learning Workspace Connection Secrets Reader',
])

/** Whether a built-in role only looks; pulling images is no more than that. */
function isReader(name: string): boolean {
  return (
    (/(reader|viewer)( role| \(preview\))?$/i.test(name) || name === 'AcrPull') && !READERS_OF_KEYS.has(name)
  )
}

/** The tier of a role that can give others access, there. */
export function controlTier(scope: string): Tier {
  return CONTROL_TIERS[levelOf(scope)]
}

function adminTier(scope: string): Tier {
  return levelOf(scope) === 'below' ? 'T2' : 'T1'
}

/**
 * A role by its definition's id; null for one that only reads. What customers define is known by its id alone, unless
 * the record has its name, which says nothing of what it allows.
 */
export function azureRole(id: string, scope: string, customName: string | null = null): Role | null {
  const name = builtInRoleName(id)
  if (name === null) return { id, name: customName ?? `Role ${id}`, tier: 'T2', scope }
  if (isReader(name)) return null
  if (CONTROL.has(name)) return { id, name, tier: controlTier(scope), scope }
  return { id, name, tier: ADMIN.has(name) ? adminTier(scope) : 'T2', scope }
}

/** The role of an assignment whose record names only the assignment: it may be any, so its place decides. */
export function unnamedRole(scope: string): Role {
  return { id: UNNAMED_ROLE, name: 'A role that the log does not name', tier: adminTier(scope), scope }
}

export function isCataloguedRole({ id }: Role): boolean {
  return builtInRoleName(id) !== null
}
