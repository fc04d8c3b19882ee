import { identityOf, objectsAt, textAt, textOf, valueAt } from '../event-fields.ts'
import type { GrantKind, Role, Tier } from '../grant.ts'
import type { Party } from '../party.ts'
import { roleSlug } from '../role-tiers.ts'
import { weakenedControl } from './control-catalogue.ts'
import { type DirectoryRecord, partyOf, propertyOf } from './directory-record.ts'
import { permissionTier } from './entra-permissions.ts'
import type { Reading } from './preset.ts'
import {
  changed,
  GRANTEE_NOT_STATED,
  NOT_PRIVILEGE_EVENT,
  NOT_PRIVILEGED,
  observed,
  ROLE_NOT_STATED,
  readingOf,
} from './reading.ts'

/**
 * Roles of Exchange, Purview and SharePoint. Of the last
 * https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema says, of
 * SiteCollectionAdminAdded: "Site collection administrator or owner adds a person as a site collection administrator
 * for a SharePoint or OneDrive for Business site. Site collection administrators have full control permissions for the
 * site collection and all subsites", and of SiteAdminChangeRequest: "User requests to be added". Exchange's are its
 * cmdlets, of which https://learn.microsoft.com/powershell/module/exchangepowershell/add-rolegroupmember says: "Use the
 * Add-RoleGroupMember cmdlet to add members to a management role group".
 */

type RecordReader = (record: DirectoryRecord) => Reading

const MEMBERS_MAX = 200

/** A cmdlet's parameter, whether they come as a list, as one object or as the text that was typed. */
function parameter(record: DirectoryRecord, name: string): string | null {
  const wanted = name.toLowerCase()
  for (const item of objectsAt(record.fields, 'Parameters'))
    if (textAt(item, 'Name', 100)?.toLowerCase() === wanted) return textAt(item, 'Value', 4_000)
  const keyed = textAt(record.fields, `Parameters.${name}`, 4_000)
  if (keyed !== null) return keyed
  const typed = valueAt(record.fields, 'Parameters') ?? valueAt(record.fields, 'NonPIIParameters')
  return typeof typed === 'string' ? typedParameter(typed.slice(0, 4_000), wanted) : null
}

/** `-Identity "eDiscoveryManager" -Member "ana"`: quoted, or one word. */
const TYPED = /-([A-Za-z]{1,60}):?\s+(?:"([^"]*)"|'([^']*)'|([^\s-]\S*))/g

function typedParameter(text: string, wanted: string): string | null {
  for (const match of text.matchAll(TYPED))
    if (match[1]?.toLowerCase() === wanted) return textOf(match[2] ?? match[3] ?? match[4])
  return null
}

/** The last part of a name that is written as a path, `contoso.example/Users/Ana` or `CN=Ana,OU=...`. */
function bareName(text: string): string {
  const common = /^CN=([^,]+)/i.exec(text)?.[1]
  return common ?? text.slice(text.lastIndexOf('/') + 1)
}

function members(text: string | null): readonly Party[] {
  const names = (text ?? '')
    .replaceAll(/[[\]"]/g, '')
    .split(/[;,]/)
    .slice(0, MEMBERS_MAX)
  return names.flatMap((name) => memberOf(name.trim()) ?? [])
}

function memberOf(name: string | null, type: Party['type'] = 'user'): Party | null {
  if (name === null || name === '') return null
  const bare = bareName(name.slice(name.lastIndexOf('|') + 1))
  return partyOf({ id: null, principalName: bare, name: null, type })
}

const READ_ONLY = /view-?only|\breader\b|^my/i
const BROAD_GROUPS = new Set([
  'organization management',
  'organizationmanagement',
  'compliance management',
  'compliance administrator',
  'discovery management',
  'ediscovery manager',
  'ediscoverymanager',
  'recipient management',
  'hygiene management',
  'security administrator',
  'server management',
  'records management',
  'data investigator',
])
const BROAD_ROLES = new Set([
  'applicationimpersonation',
  'role management',
  'organization configuration',
  'mailbox import export',
  'mailbox search',
  'legal hold',
  'audit logs',
  'security admin',
  'federated sharing',
  'transport rules',
  'mail recipients',
  'reset password',
  'user options',
  'organization management',
])

function isPurview(record: DirectoryRecord): boolean {
  return /compliance/i.test(textAt(record.fields, 'Workload', 100) ?? '')
}

function roleGroup(record: DirectoryRecord, stated: string | null): Role | 'read-only' | null {
  const name = stated === null ? null : bareName(stated)
  if (name === null || name === '') return null
  if (READ_ONLY.test(name)) return 'read-only'
  const tier: Tier = BROAD_GROUPS.has(name.toLowerCase()) ? 'T1' : 'T2'
  const where = isPurview(record) ? 'purview' : 'exchange'
  return { id: `${where}-group:${roleSlug(name)}`, name, tier, scope: '*' }
}

export function groupMembers(kind: 'grant' | 'removal'): RecordReader {
  return (record) => {
    const stated = parameter(record, 'Identity') ?? parameter(record, 'Name')
    const role = roleGroup(record, stated ?? textAt(record.fields, 'ObjectId'))
    if (role === null) return ROLE_NOT_STATED
    if (role === 'read-only') return NOT_PRIVILEGED
    const one = memberOf(parameter(record, 'Member'))
    const all = one === null ? members(parameter(record, 'Members')) : [one]
    return readingOf(
      all.map((party) => observed(record.facts, kind, party, role)),
      GRANTEE_NOT_STATED,
    )
  }
}

function managementRole(name: string, scope: string): Role | 'read-only' {
  const application = /^Application (\S+)$/.exec(name)?.[1]
  if (application !== undefined && permissionTier(application) === null) return 'read-only'
  if (READ_ONLY.test(name)) return 'read-only'
  const isBroad = BROAD_ROLES.has(name.toLowerCase()) || application !== undefined
  return { id: `exchange-role:${roleSlug(name)}`, name, tier: isBroad ? 'T1' : 'T2', scope }
}

const ASSIGNEES: readonly (readonly [string, Party['type']])[] = [
  ['User', 'user'],
  ['SecurityGroup', 'group'],
  ['App', 'service'],
  ['Computer', 'service'],
  ['Policy', 'group'],
]
const RESTRICTIONS = [
  'CustomResourceScope',
  'CustomRecipientWriteScope',
  'RecipientAdministrativeUnitScope',
  'RecipientOrganizationalUnitScope',
]

export function managementAssignment(record: DirectoryRecord): Reading {
  const name = parameter(record, 'Role')
  if (name === null) return ROLE_NOT_STATED
  const confined = RESTRICTIONS.flatMap((one) => parameter(record, one) ?? [])[0]
  const scope = confined === undefined ? '*' : (identityOf(`recipients:${confined}`) ?? '*')
  const role = managementRole(bareName(name), scope)
  if (role === 'read-only') return NOT_PRIVILEGED
  for (const [field, type] of ASSIGNEES) {
    const party = memberOf(parameter(record, field), type)
    if (party !== null) return changed(record.facts, 'grant', party, role)
  }
  return GRANTEE_NOT_STATED
}

/** An assignment is removed by its name alone, which is `<role>-<assignee>` unless somebody chose another. */
export function managementAssignmentRemoved(record: DirectoryRecord): Reading {
  const name = bareName(parameter(record, 'Identity') ?? textAt(record.fields, 'ObjectId') ?? '')
  for (const known of BROAD_ROLES)
    if (name.toLowerCase().startsWith(`${known}-`)) {
      const role = managementRole(name.slice(0, known.length), '*')
      if (role === 'read-only') return NOT_PRIVILEGED
      return changed(record.facts, 'removal', memberOf(name.slice(known.length + 1)), role)
    }
  return GRANTEE_NOT_STATED
}

export function ediscoveryAdministrator(kind: 'grant' | 'removal'): RecordReader {
  const role: Role = {
    id: 'purview-ediscovery-administrator',
    name: 'eDiscovery Administrator',
    tier: 'T1',
    scope: '*',
  }
  return (record) => changed(record.facts, kind, memberOf(parameter(record, 'User')), role)
}

/** Site addresses differ in case and in a last stroke. */
function siteOf(record: DirectoryRecord): string | null {
  const url = textAt(record.fields, 'SiteUrl', 500) ?? textAt(record.fields, 'ObjectId', 500)
  return url === null ? null : identityOf(url.toLowerCase().replace(/\/+$/, ''))
}

/** SharePoint itself, and people on the site that is made of their own login, come with every new site. */
function isOwnSite(site: string, member: string | null): boolean {
  const login = member?.toLowerCase() ?? ''
  return login === 'sharepoint\\system' || site.endsWith(`/personal/${login.replaceAll(/[@.]/g, '_')}`)
}

export function siteAdministrator(kind: GrantKind): RecordReader {
  return (record) => {
    const site = siteOf(record)
    if (site === null) return ROLE_NOT_STATED
    const stated = propertyOf(record, 'SiteAdmin') ?? textAt(record.fields, 'TargetUserOrGroupName')
    if (isOwnSite(site, stated)) return NOT_PRIVILEGED
    const isGroup = /group/i.test(textAt(record.fields, 'TargetUserOrGroupType') ?? '')
    return changed(record.facts, kind, memberOf(stated, isGroup ? 'group' : 'user'), {
      id: 'site-collection-administrator',
      name: 'Site collection administrator',
      tier: 'T2',
      scope: `site:${site}`,
    })
  }
}

const EVERYONE: Party = { id: 'everyone', email: null, name: 'Everyone in the tenant', type: 'group' }
const OFF = /^\$?false$/i
const ON = /^\$?true$/i

/** Settings that, so changed, leave less in the audit log. */
export function auditSetting(names: Readonly<Record<string, 'off' | 'on'>>): RecordReader {
  return (record) => {
    for (const [name, bad] of Object.entries(names)) {
      if (!(bad === 'off' ? OFF : ON).test(parameter(record, name) ?? '')) continue
      const scope = parameter(record, 'Identity') ?? '*'
      return changed(
        record.facts,
        'control_weakened',
        EVERYONE,
        weakenedControl('audit-log', identityOf(scope) ?? '*'),
      )
    }
    return NOT_PRIVILEGE_EVENT
  }
}
