import { identityOf } from '../event-fields.ts'
import { EVERY_ROLE, type Role, type Tier } from '../grant.ts'
import type { Party } from '../party.ts'
import { isServiceAgent } from './gcp-members.ts'
import { isBroad, isServiceAccount } from './gcp-scope.ts'

/** How far Google Cloud's roles reach. */

/** Roles that reach over all below where they are held, or that let their holder take such a role. */
const WHOLE: readonly string[] = [
  'roles/owner',
  // The basic roles that Google means to put in place of owner, editor and viewer.
  'roles/admin',
  'roles/iam.securityAdmin',
  'roles/iam.organizationRoleAdmin',
  'roles/resourcemanager.organizationAdmin',
  'roles/resourcemanager.folderAdmin',
  'roles/resourcemanager.folderIamAdmin',
  'roles/resourcemanager.projectIamAdmin',
  'roles/orgpolicy.policyAdmin',
]

/** Others by name: those without `Admin` that are more than the use of one service. */
const NAMED: Readonly<Record<string, Tier>> = {
  'roles/editor': 'T1',
  'roles/writer': 'T1',
  'roles/iam.serviceAccountTokenCreator': 'T1',
  'roles/iam.serviceAccountUser': 'T1',
  'roles/iam.serviceAccountOpenIdTokenCreator': 'T1',
  'roles/iam.workloadIdentityUser': 'T1',
  'roles/accesscontextmanager.policyEditor': 'T1',
  'roles/resourcemanager.projectMover': 'T1',
  'roles/cloudbuild.builds.editor': 'T1',
  'roles/deploymentmanager.editor': 'T1',
  'roles/compute.osAdminLogin': 'T1',
  'roles/iam.serviceAccountCreator': 'T2',
  'roles/resourcemanager.projectCreator': 'T2',
  'roles/resourcemanager.projectDeleter': 'T2',
  'roles/logging.configWriter': 'T2',
  'roles/secretmanager.secretAccessor': 'T2',
  'roles/cloudfunctions.developer': 'T2',
  'roles/container.developer': 'T2',
  'roles/dataflow.developer': 'T2',
  'roles/run.developer': 'T2',
  'roles/appengine.deployer': 'T2',
}

const LOWER: Readonly<Record<Tier, Tier>> = { T0: 'T1', T1: 'T2', T2: 'T2' }

/** A role that anybody asked for, by its name; null when it gives no privilege that is worth a review. */
export function gcpRole(name: unknown, scope: string, holder: Party | null): Role | null {
  const id = roleIdOf(name)
  if (id === null) return null
  const tier = tierOf(id, scope, holder)
  return tier === null ? null : { id, name: id, tier, scope }
}

function roleIdOf(name: unknown): string | null {
  const id = identityOf(name)
  if (id === null || id === EVERY_ROLE) return null
  return id.includes('/') ? id : `roles/${id}`
}

/** A role that a customer defined: what it holds is not in the log. */
export function isCustomRole(id: string): boolean {
  return /^(projects|organizations)\/[^/]+\/roles\//.test(id)
}

function tierOf(id: string, scope: string, holder: Party | null): Tier | null {
  if (isCustomRole(id)) return 'T2'
  const tier = predefined(id, holder)
  if (tier === null || isServiceAccount(scope)) return tier === 'T0' ? 'T1' : tier
  if (!isBroad(scope)) return LOWER[tier]
  const isAdministrator = /admin$/i.test(id)
  return isAdministrator && scope.startsWith('organization:') ? 'T0' : tier
}

/**
 * Google names its roles by what they allow: `...Admin` and `...Owner` may change who has access, editors, developers
 * and deployers what runs, decrypters read what was locked away; viewers, readers, browsers, reviewers and mere users
 * of a service may not.
 */
function predefined(id: string, holder: Party | null): Tier | null {
  if (WHOLE.includes(id)) return 'T0'
  if (Object.hasOwn(NAMED, id)) return NAMED[id] ?? 'T2'
  if (/serviceAgent$/i.test(id)) return holder === null || isServiceAgent(holder) ? null : 'T1'
  if (/(admin|administrator)(\.v\d+|beta)?$/i.test(id)) return 'T1'
  return /(owner|editor|developer|deployer|decrypter)$/i.test(id) ? 'T2' : null
}
