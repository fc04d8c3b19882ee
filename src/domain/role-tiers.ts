import { createHash } from 'node:crypto'
import type { Tier } from './grant.ts'

/** The default catalogue: how far each well-known role reaches. A policy may say otherwise for its own team. */

export interface CatalogueRole {
  readonly id: string
  readonly tier: Tier
  /** What the source's own interface calls the kind of role, where its commands need it. */
  readonly type: string | null
}

/** Keys are role names in lower case without `administrator` or `admin`; several may name one role. */
const OKTA: Readonly<Record<string, CatalogueRole>> = {
  super: { id: 'super-administrator', tier: 'T0', type: 'SUPER_ADMIN' },
  'super-organization': { id: 'super-administrator', tier: 'T0', type: 'SUPER_ADMIN' },
  organization: { id: 'organization-administrator', tier: 'T0', type: 'ORG_ADMIN' },
  organizational: { id: 'organization-administrator', tier: 'T0', type: 'ORG_ADMIN' },
  org: { id: 'organization-administrator', tier: 'T0', type: 'ORG_ADMIN' },
  application: { id: 'application-administrator', tier: 'T1', type: 'APP_ADMIN' },
  app: { id: 'application-administrator', tier: 'T1', type: 'APP_ADMIN' },
  // Okta's log calls its group administrator `User administrator`; the console and the API's label do not.
  group: { id: 'group-administrator', tier: 'T1', type: 'USER_ADMIN' },
  user: { id: 'group-administrator', tier: 'T1', type: 'USER_ADMIN' },
  'help-desk': { id: 'help-desk-administrator', tier: 'T1', type: 'HELP_DESK_ADMIN' },
  helpdesk: { id: 'help-desk-administrator', tier: 'T1', type: 'HELP_DESK_ADMIN' },
  'group-membership': {
    id: 'group-membership-administrator',
    tier: 'T1',
    type: 'GROUP_MEMBERSHIP_ADMIN',
  },
  'api-access-management': {
    id: 'api-access-management-administrator',
    tier: 'T1',
    type: 'API_ACCESS_MANAGEMENT_ADMIN',
  },
  mobile: { id: 'mobile-administrator', tier: 'T1', type: 'MOBILE_ADMIN' },
  workflows: { id: 'workflows-administrator', tier: 'T1', type: 'WORKFLOWS_ADMIN' },
  'read-only': { id: 'read-only-administrator', tier: 'T2', type: 'READ_ONLY_ADMIN' },
  report: { id: 'report-administrator', tier: 'T2', type: 'REPORT_ADMIN' },
  'access-certifications': {
    id: 'access-certifications-administrator',
    tier: 'T2',
    type: 'ACCESS_CERTIFICATIONS_ADMIN',
  },
  'access-requests': { id: 'access-requests-administrator', tier: 'T2', type: 'ACCESS_REQUESTS_ADMIN' },
}

/** The catalogue's role of that name (`Super administrator`, `SUPER_ADMIN`, `SuperAdmin`), or null. */
export function oktaRole(name: string): CatalogueRole | null {
  const key = slugOf(name.replaceAll(/([a-z])([A-Z])/g, '$1 $2')).replace(/-?(administrator|admin)$/, '')
  return Object.hasOwn(OKTA, key) ? (OKTA[key] ?? null) : null
}

/** The catalogue's role with that id, or null. */
export function oktaRoleById(id: string): CatalogueRole | null {
  return Object.values(OKTA).find((role) => role.id === id) ?? null
}

/** Predefined organization roles of GitHub that reach beyond one repository; custom ones are T2. */
const GITHUB_ORGANIZATION_ROLES: Readonly<Record<string, Tier>> = {
  'all-repository-admin': 'T1',
  'all-repository-maintain': 'T1',
  'all-repository-write': 'T1',
  'all-repo-admin': 'T1',
  'all-repo-maintain': 'T1',
  'all-repo-write': 'T1',
  'security-manager': 'T1',
  'ci-cd-admin': 'T1',
  'app-manager': 'T1',
}

export function githubOrganizationRoleTier(slug: string): Tier {
  return Object.hasOwn(GITHUB_ORGANIZATION_ROLES, slug) ? (GITHUB_ORGANIZATION_ROLES[slug] ?? 'T2') : 'T2'
}

function slugOf(text: string): string {
  return text
    .slice(0, 200)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}

const SLUG_MAX = 80

/** An id made of a name; names that would share one get a short hash, so that no two roles become one. */
export function roleSlug(name: string): string {
  const slug = slugOf(name)
  if (slug !== '' && name.length <= SLUG_MAX && /^[a-z0-9]+([ _-][a-z0-9]+)*$/i.test(name)) return slug
  const digest = createHash('sha256').update(JSON.stringify(name)).digest('hex').slice(0, 8)
  return slug === '' ? `role-${digest}` : `${slug.slice(0, SLUG_MAX)}-${digest}`
}
