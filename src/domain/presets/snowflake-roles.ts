import { emailOf } from '../event-fields.ts'
import type { GrantKind, Role, Tier } from '../grant.ts'
import type { Party } from '../party.ts'
import { isReadOnlyName } from './read-only-name.ts'

/**
 * What Snowflake's names mean. Roles keep their own names as ids, since `Analyst` and `ANALYST` are two roles. The
 * system's roles: ACCOUNTADMIN and ORGADMIN stand above all, SECURITYADMIN may change any grant, USERADMIN makes
 * users and roles, SYSADMIN owns databases and warehouses, and PUBLIC is everybody's.
 */
const SYSTEM_ROLES: Readonly<Record<string, Tier>> = {
  ACCOUNTADMIN: 'T0',
  ORGADMIN: 'T0',
  GLOBALORGADMIN: 'T0',
  SECURITYADMIN: 'T1',
  SYSADMIN: 'T1',
  USERADMIN: 'T1',
}

/** Privileges on the account that reach as far as a role; on other things they give data, not power. */
const ACCOUNT_PRIVILEGES: Readonly<Record<string, Tier>> = {
  ALL: 'T0',
  'MANAGE GRANTS': 'T0',
  'CREATE ACCOUNT': 'T0',
  'CREATE ROLE': 'T1',
  'CREATE USER': 'T1',
  'CREATE INTEGRATION': 'T2',
  'CREATE NETWORK POLICY': 'T2',
  'CREATE SHARE': 'T2',
  'IMPORT SHARE': 'T2',
  'OVERRIDE SHARE RESTRICTIONS': 'T2',
  'ATTACH POLICY': 'T2',
  'APPLY AUTHENTICATION POLICY': 'T2',
  'APPLY MASKING POLICY': 'T2',
  'APPLY PASSWORD POLICY': 'T2',
  'APPLY ROW ACCESS POLICY': 'T2',
  'APPLY SESSION POLICY': 'T2',
}

function systemTier(name: string): Tier | null {
  return Object.hasOwn(SYSTEM_ROLES, name) ? (SYSTEM_ROLES[name] ?? null) : null
}

/** A role of the account; null when it gives no privilege. */
export function accountRole(name: string): Role | null {
  const tier = systemTier(name)
  if (tier === null && (name === 'PUBLIC' || isReadOnlyName(name))) return null
  return { id: name, name, tier: tier ?? 'T2', scope: '*' }
}

/** A role inside one database or one application; null when it only reads. */
export function roleWithin(kind: 'database' | 'application', outer: string, name: string): Role | null {
  if (isReadOnlyName(name)) return null
  return { id: `${kind}-role:${name}`, name, tier: 'T2', scope: `${kind}:${outer}` }
}

const PRIVILEGE = 'privilege:'

/** A privilege on the whole account; null when it is none that counts. */
export function accountPrivilege(name: string): Role | null {
  const privilege = name.toUpperCase().replace(/^ALL PRIVILEGES$/, 'ALL')
  const tier = Object.hasOwn(ACCOUNT_PRIVILEGES, privilege) ? ACCOUNT_PRIVILEGES[privilege] : undefined
  if (tier === undefined) return null
  return { id: PRIVILEGE + privilege, name: `${privilege} on the account`, tier, scope: '*' }
}

/** The privilege behind a role made by `accountPrivilege`, as SQL writes it; null for any other role. */
export function privilegeOf(role: Role): string | null {
  const name = role.id.startsWith(PRIVILEGE) ? role.id.slice(PRIVILEGE.length) : ''
  return Object.hasOwn(ACCOUNT_PRIVILEGES, name) ? name : null
}

export interface Grantee {
  readonly kind: 'user' | 'role'
  readonly name: string
}

const ROLE = 'role:'

/** A role as grantee is a group: whoever holds it. Its id is marked, since a user may bear the same name. */
export function granteeOf({ kind, name }: Grantee): Party {
  return kind === 'user'
    ? { id: name, email: emailOf(name), name: null, type: 'user' }
    : { id: ROLE + name, email: null, name: `Everyone with the role ${name}`, type: 'group' }
}

export function granteeBehind(party: Party): Grantee {
  return party.type === 'group' && party.id.startsWith(ROLE)
    ? { kind: 'role', name: party.id.slice(ROLE.length) }
    : { kind: 'user', name: party.id }
}

/** Given to a role, a role reaches its holders in a roundabout way, and a privilege widens what they have. */
export function givenKind(grantee: Grantee, role: Role): GrantKind {
  if (grantee.kind === 'user') return 'grant'
  return role.id.startsWith(PRIVILEGE) ? 'role_widened' : 'indirect'
}

/** Roles of a customer's own belong under the administrators' roles, who gain nothing new by them. */
export function isUsualParent(grantee: Grantee, role: Role): boolean {
  return grantee.kind === 'role' && systemTier(grantee.name) !== null && systemTier(role.id) === null
}
