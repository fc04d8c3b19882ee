import { type Fields, identityAt, identityOf, textAt, textOf } from '../event-fields.ts'
import type { Role } from '../grant.ts'
import { oktaRole, roleSlug } from '../role-tiers.ts'

/** Roles as Okta's log writes them: one text of names with resources in brackets, or targets of a type. */

const PRIVILEGES_TEXT_MAX = 50_000
const ROLES_MAX = 500
const SCOPES_MAX = 50
const NAME_MAX = 200

/** `Organization administrator, Application administrator (Mail, Wiki)` as roles, one for each resource named. */
export function rolesOfPrivileges(value: unknown): readonly Role[] {
  const text = typeof value === 'string' ? value.slice(0, PRIVILEGES_TEXT_MAX) : ''
  const roles = new Map<string, Role>()
  for (const entry of splitOutsideBrackets(text)) {
    if (roles.size >= ROLES_MAX) break
    for (const role of rolesOfEntry(entry)) roles.set(JSON.stringify([role.id, role.scope]), role)
  }
  return [...roles.values()]
}

function splitOutsideBrackets(text: string): readonly string[] {
  const entries: string[] = []
  let depth = 0
  let start = 0
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index]
    if (character === '(') depth += 1
    else if (character === ')') depth = Math.max(0, depth - 1)
    else if (character === ',' && depth === 0) {
      entries.push(text.slice(start, index))
      start = index + 1
    }
  }
  entries.push(text.slice(start))
  // A bracket that never closes, in a custom role's name, must not swallow the roles after it.
  return depth === 0 ? entries : text.split(',')
}

function rolesOfEntry(entry: string): readonly Role[] {
  const match = /^([^(]*\S)\s*\((.*)\)$/s.exec(entry.trim())
  const name = (match?.[1] ?? entry).trim()
  if (name === '') return []
  const resources = (match?.[2] ?? '')
    .split(',')
    .map((resource) => resource.trim())
    .filter((resource) => resource !== '')
  if (resources.length === 0 || resources.some((resource) => resource.toLowerCase() === 'all'))
    return [roleNamed(name, '*'), ...hiddenRoles(entry, name)]
  const scopes = resources.length > SCOPES_MAX ? [resources.toSorted().join(', ')] : resources
  return [...scopes.map((scope) => roleNamed(name, identityOf(scope) ?? '*')), ...hiddenRoles(entry, name)]
}

/**
 * Well-known roles inside one entry, for entries with brackets or commas of their own: the name of a custom role can
 * be made to swallow the roles after it. An app that is named like a role is then a role too, which is the safe side.
 */
function hiddenRoles(entry: string, name: string): readonly Role[] {
  if (!/[,(]/.test(entry)) return []
  return entry
    .split(/[,()]/)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== name && oktaRole(piece) !== null)
    .map((piece) => roleNamed(piece, '*'))
}

const READING = ['read-only-administrator', 'report-administrator']

/**
 * help.okta.com/oie/en-us/content/topics/security: "Like report admins, read-only admins are unable to edit data";
 * "Report admins have view-only access to Okta reporting features".
 */
export function onlyReads(role: Role): boolean {
  return READING.includes(role.id)
}

function roleNamed(name: string, scope: string): Role {
  const known = oktaRole(name)
  return {
    id: known?.id ?? roleSlug(name),
    name: textOf(name, NAME_MAX) ?? name,
    tier: known?.tier ?? 'T2',
    scope,
  }
}

export function targetType(target: Fields): string {
  return (textAt(target, 'type', NAME_MAX) ?? '').toUpperCase()
}

const ROLE_TYPE = /^(IAM_?|CUSTOM_?|STANDARD_?)?ROLE$/
const RESOURCE_SET_TYPE = /^(IAM_?)?RESOURCE_?SET$/

export function resourceSetOf(targets: readonly Fields[]): Fields | null {
  return targets.find((target) => RESOURCE_SET_TYPE.test(targetType(target))) ?? null
}

/** Where a role of these targets applies: on their resource set, else in the whole organisation. */
export function scopeOfTargets(targets: readonly Fields[]): string {
  const set = resourceSetOf(targets)
  const id = set === null ? null : (identityAt(set, 'id') ?? identityAt(set, 'displayName'))
  return id === null ? '*' : `resource-set:${id}`
}

/** The role targets: standard ones by their well-known name, custom ones by Okta's id. */
export function rolesOfTargets(targets: readonly Fields[]): readonly Role[] {
  const scope = scopeOfTargets(targets)
  const roles = new Map<string, Role>()
  for (const target of targets) {
    if (!ROLE_TYPE.test(targetType(target))) continue
    const role = roleOfTarget(target, scope)
    if (role !== null) roles.set(role.id, role)
  }
  return [...roles.values()]
}

function roleOfTarget(target: Fields, scope: string): Role | null {
  const id = identityAt(target, 'id')
  const name = textAt(target, 'displayName', NAME_MAX)
  if (id === null && name === null) return null
  const isCustom = targetType(target).startsWith('CUSTOM') || (id?.startsWith('cr0') ?? false)
  const known = isCustom ? null : (oktaRole(name ?? '') ?? oktaRole(id ?? ''))
  const customId = isCustom && id !== null ? id : roleSlug(name ?? id ?? '')
  return {
    id: known?.id ?? customId,
    name: name ?? id ?? customId,
    tier: known?.tier ?? 'T2',
    scope,
  }
}

/** Says that targets of one event state a direction, whether it comes by way of a group, and the role if it names one. */
export interface DirectionMark {
  readonly direction: 'given' | 'taken'
  readonly indirect: boolean
  readonly role: Role | null
}

const MARK = /^(ROLE_ASSIGNED|CUSTOM_ROLE_BINDING_ADDED|ROLE_UNASSIGNED|CUSTOM_ROLE_BINDING_REMOVED)(_.*)?$/

/** The direction that newer tenants state by a target's type: the event type is the same for both. */
export function directionMarkOf(targets: readonly Fields[]): DirectionMark | null {
  for (const target of targets) {
    const type = targetType(target)
    const match = MARK.exec(type)
    if (match === null) continue
    const given = match[1] === 'ROLE_ASSIGNED' || match[1] === 'CUSTOM_ROLE_BINDING_ADDED'
    const isBareMark = (textAt(target, 'id') ?? type).toUpperCase() === type
    const name = textAt(target, 'displayName', NAME_MAX)
    const namesRole = !isBareMark || (name !== null && oktaRole(name) !== null)
    return {
      direction: given ? 'given' : 'taken',
      indirect: /_GROUP_/.test(match[2] ?? ''),
      role: namesRole ? roleOfTarget(target, scopeOfTargets(targets)) : null,
    }
  }
  return null
}
