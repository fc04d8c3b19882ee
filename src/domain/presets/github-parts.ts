import { type Fields, identityAt, textAt, valueAt } from '../event-fields.ts'
import type { ActFacts, GrantKind, Role } from '../grant.ts'
import type { Party } from '../party.ts'
import type { Reading } from './preset.ts'

/** What the audit log and the webhooks of GitHub have in common. */

export interface GithubEvent {
  readonly fields: Fields
  readonly facts: Omit<ActFacts, 'grantee'>
}

export type GithubReader = (event: GithubEvent) => Reading

export const NOT_PRIVILEGED: Reading = { skipped: 'not privileged' }
export const NOT_A_PRIVILEGE_EVENT: Reading = { skipped: 'not a privilege event' }
export const GRANTEE_NOT_STATED: Reading = { skipped: 'grantee not stated' }
/** GitHub always writes the permission; an event that was stripped of it says nothing about privilege. */
export const PERMISSION_NOT_STATED: Reading = { skipped: 'permission not stated' }
const NO_CHANGE: Reading = { skipped: 'no change of privilege' }

/** A login is the identity, since some records of a person carry the numeric id and others do not. */
export function userOf(login: string | null, isBot = false): Party | null {
  if (login === null) return null
  return { id: login, email: null, name: null, type: isBot || login.endsWith('[bot]') ? 'service' : 'user' }
}

/** `platform` of `northwind` and `northwind/platform` are one team. */
export function teamOf(team: string | null, organization: string | null): Party | null {
  if (team === null) return null
  const id = team.includes('/') || organization === null ? team : `${organization}/${team}`
  return { id, email: null, name: null, type: 'group' }
}

export function change(event: GithubEvent, kind: GrantKind, grantee: Party | null, role: Role): Reading {
  if (grantee === null) return GRANTEE_NOT_STATED
  return { observations: [{ form: 'change', kind, grantee, role, ...event.facts }] }
}

export interface PermissionChange {
  readonly after: string | null
  readonly before: string | null
}

/** To admin is a grant, from admin a removal; what stays as it was, or never touches admin, is neither. */
export function permissionChange(
  event: GithubEvent,
  permission: PermissionChange,
  grant: { readonly grantee: Party | null; readonly role: Role },
): Reading {
  const after = permission.after?.toLowerCase() ?? null
  const before = permission.before?.toLowerCase() ?? null
  if (after === null) return PERMISSION_NOT_STATED
  if (after === 'admin')
    return before === 'admin' ? NO_CHANGE : change(event, 'grant', grant.grantee, grant.role)
  // Whatever it was before, it is not admin now; only a stated other permission proves that nothing was taken.
  return before === null || before === 'admin'
    ? change(event, 'removal', grant.grantee, grant.role)
    : NOT_PRIVILEGED
}

/** A field of the audit log, which older exports keep under `data`. */
export function auditIdentity(event: GithubEvent, name: string): string | null {
  return identityAt(event.fields, name) ?? identityAt(event.fields, `data.${name}`)
}

export function firstTextAt(event: GithubEvent, names: readonly string[]): string | null {
  for (const name of names) {
    const found = textAt(event.fields, name) ?? textAt(event.fields, `data.${name}`)
    if (found !== null) return found
  }
  return null
}

export function isTrue(fields: Fields, path: string): boolean {
  const value = valueAt(fields, path)
  return value === true || value === 'true'
}
