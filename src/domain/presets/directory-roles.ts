import { textOf, timeOf } from '../event-fields.ts'
import { directionOf, type GrantKind, type Role } from '../grant.ts'
import type { Party } from '../party.ts'
import { contextRole } from './context-catalogue.ts'
import { groupRole } from './directory-groups.ts'
import {
  type DirectoryRecord,
  firstOf,
  holdersAmong,
  partyOfTarget,
  propertyOf,
  type Target,
  unquoted,
} from './directory-record.ts'
import {
  azureRole,
  directoryRole,
  isGuid,
  type StatedRole,
  templateOfRole,
  USER_ACCESS_ADMINISTRATOR,
} from './entra-roles.ts'
import type { ChangeObservation, Reading } from './preset.ts'
import {
  changed,
  type Facts,
  GRANTEE_NOT_STATED,
  NOT_PRIVILEGED,
  observed,
  ROLE_NOT_STATED,
  readingOf,
} from './reading.ts'

/**
 * Members of directory roles, by Core Directory and by Privileged Identity Management (PIM). Both speak of one act:
 * PIM's record tells who asked, why and until when; Core Directory's, written by `MS-PIM`, that it was done.
 */

export type RecordReader = (record: DirectoryRecord) => Reading
export type Path = Facts['path']

const ROLE_TYPES = ['role', 'roledefinition', 'directoryrole', 'unifiedroledefinition']
const UNIT_TYPES = ['administrativeunit', 'restrictedmanagementadministrativeunit']
/** What PIM lists beside the role, the grantee and the place. */
const NO_PLACE = [...ROLE_TYPES, 'request', 'other', 'user', 'serviceprincipal', '']

function roleTargetOf(record: DirectoryRecord): Target | null {
  return record.targets.find(({ type }) => ROLE_TYPES.includes(type)) ?? null
}

function statedRole(record: DirectoryRecord, holder: Target | null): StatedRole {
  const target = roleTargetOf(record)
  const property = (name: string) => holder?.property(name) ?? propertyOf(record, name)
  const origin = (
    property('RoleDefinitionOriginType') ??
    record.detail('RoleDefinitionOriginType') ??
    ''
  ).toLowerCase()
  const templates = [
    property('Role.TemplateId'),
    property('TemplateId'),
    record.detail('TemplateId'),
    property('RoleDefinitionOriginId'),
    record.detail('RoleDefinitionOriginId'),
  ].flatMap((id) => id ?? [])
  // The role's own id is its template's only in newer records.
  const known =
    target?.id !== null && target?.id !== undefined && templateIsKnown(target.id) ? target.id : null
  return {
    name: property('Role.DisplayName') ?? unquoted(target?.name) ?? record.detail('RoleName'),
    template: templates.find(isGuid) ?? known ?? templates[0] ?? null,
    wellKnown: property('Role.WellKnownObjectName'),
    isCustom: origin === 'customrole',
    isBuiltIn: origin === 'builtinrole',
  }
}

const SCOPE_ALL = '*'

function templateIsKnown(id: string): boolean {
  const stated = { name: null, template: id, wellKnown: null, isCustom: false, isBuiltIn: false }
  const role = directoryRole(stated, SCOPE_ALL)
  return role === 'read-only' || (role !== null && templateOfRole(role.id) !== null)
}

/** The administrative unit a role is confined to, else the whole directory. */
function directoryScope(record: DirectoryRecord): string {
  const unit = record.targets.find(({ type }) => UNIT_TYPES.includes(type))
  const id =
    unit?.id ??
    unit?.name ??
    propertyOf(record, 'AdministrativeUnit.ObjectID') ??
    propertyOf(record, 'Unit.ObjectID')
  return id === null || id === undefined ? SCOPE_ALL : `administrative-unit:${id}`
}

/** The subscription, resource group or other place that PIM for Azure resources names. */
function azureScope(record: DirectoryRecord): string {
  const place = record.targets.findLast(({ type }) => !NO_PLACE.includes(type))
  const id = place?.id ?? place?.name ?? record.detail('Scope')
  if (id === null || id === undefined) return SCOPE_ALL
  return id.startsWith('/') ? id : `${place?.type ?? 'resource'}:${id}`
}

const ELEVATED_SCOPE = '/'

/** The role that a record gives to one of its targets, or why there is none. */
function roleOf(record: DirectoryRecord, holder: Target | null): Role | 'read-only' | null {
  const stated = statedRole(record, holder)
  if (record.category === 'resourcemanagement') return azureRole(stated, azureScope(record))
  if (isPimForGroups(record)) return groupRole(record, stated.name)
  return directoryRole(stated, directoryScope(record))
}

/** PIM for groups: the roles are `Member` and `Owner`, and the place is a group. */
function isPimForGroups(record: DirectoryRecord): boolean {
  if (record.category === 'groupmanagement') return record.targets.some(({ type }) => type === 'group')
  return record.operation.includes('member to group ') || record.operation.includes('member from group ')
}

/** The holders among the targets; the group of PIM for groups is the place and no holder. */
function granteesOf(record: DirectoryRecord): readonly Target[] {
  const holders = holdersAmong(record.targets)
  if (!isPimForGroups(record)) return holders
  const place = record.targets.findLast(({ type }) => type === 'group')
  return holders.filter((target) => target !== place)
}

/** The facts with what PIM says of an act: its reason, its end, and whether it came by the sanctioned path. */
function pimFacts(record: DirectoryRecord, path: Path): Facts {
  const { facts, operation } = record
  const isPim = facts.mechanism === 'pim'
  const reason = isPim
    ? textOf(firstOf(record.fields, ['resultReason', 'ResultReason', 'result_reason']))
    : null
  const end = record.detail('ExpirationTime') ?? record.detail('EndDateTime') ?? record.detail('EndTime')
  return {
    ...facts,
    justification: facts.justification ?? reason,
    expiresAt: operation.includes('(permanent)') ? null : timeOf(end),
    path,
  }
}

function observations(
  record: DirectoryRecord,
  kind: GrantKind,
  path: Path,
  holders: readonly { readonly party: Party; readonly target: Target | null }[],
): Reading {
  const facts = { ...pimFacts(record, path), holding: holdingOf(record, kind) }
  let otherwise = ROLE_NOT_STATED
  const found: ChangeObservation[] = []
  for (const { party, target } of holders) {
    const role = roleOf(record, target)
    if (role === 'read-only') otherwise = NOT_PRIVILEGED
    else if (role !== null) found.push(observed(facts, kind, party, role))
  }
  return readingOf(found, otherwise)
}

/** The end of an activation leaves the right to activate it, and the other way round. */
function holdingOf(record: DirectoryRecord, kind: GrantKind): Facts['holding'] {
  if (directionOf(kind) !== 'taken') return null
  return record.operation.includes('eligible') ? 'eligibility' : 'assignment'
}

/** A role given or taken, once for each grantee. */
export function roleChange(kind: GrantKind, path: Path = null): RecordReader {
  return (record) => {
    const holders = granteesOf(record).flatMap((target) => {
      const party = partyOfTarget(target)
      return party === null ? [] : [{ party, target }]
    })
    const { grantor } = record.facts
    // Whoever activates or gives up a role does so for themselves.
    const isOwn = kind === 'activate' || record.operation.includes('(pim deactivate)')
    if (holders.length === 0 && isOwn && grantor !== null) holders.push({ party: grantor, target: noTarget })
    if (holders.length === 0) return GRANTEE_NOT_STATED
    return observations(record, kind, path, holders)
  }
}

const noTarget: Target = {
  type: '',
  id: null,
  principalName: null,
  name: null,
  property: () => null,
  before: () => null,
}

/** A removal that PIM itself made at the end of an assignment's time: nobody took it away. */
export function pimRemoval(record: DirectoryRecord): Reading {
  return roleChange(record.isByPim ? 'expiry' : 'removal')(record)
}

/** Somebody let another's request through; the request's completion is a record of its own. */
export function approval(record: DirectoryRecord): Reading {
  const holder = granteesOf(record)[0]
  if (holder === undefined) return GRANTEE_NOT_STATED
  const role = roleOf(record, holder)
  if (role === 'read-only') return NOT_PRIVILEGED
  if (role === null) return ROLE_NOT_STATED
  return changed(pimFacts(record, null), 'context', partyOfTarget(holder), contextRole('approval', role.id))
}

const ELEVATED: Role = {
  id: USER_ACCESS_ADMINISTRATOR,
  name: 'User Access Administrator',
  tier: 'T0',
  scope: ELEVATED_SCOPE,
}

/** A Global Administrator made themselves administrator of every Azure subscription; nobody else can do it to them. */
export function elevation(record: DirectoryRecord): Reading {
  return changed(record.facts, 'grant', record.facts.grantor, ELEVATED)
}

export function elevationRemoved(record: DirectoryRecord): Reading {
  const target = holdersAmong(record.targets)[0]
  const holder = target === undefined ? null : partyOfTarget(target)
  return changed(record.facts, 'removal', holder ?? record.facts.grantor, ELEVATED)
}

/** A role on Azure resources that the directory's own log speaks of. */
export function azureAssignment(kind: 'grant' | 'removal'): RecordReader {
  return (record) => {
    const holder = holdersAmong(record.targets)[0]
    const role = azureRole(statedRole(record, holder ?? null), record.detail('Scope') ?? SCOPE_ALL)
    if (role === 'read-only') return NOT_PRIVILEGED
    if (role === null) return ROLE_NOT_STATED
    return changed(record.facts, kind, holder === undefined ? null : partyOfTarget(holder), role)
  }
}

/** What a role may do was changed: for everyone who holds it. */
export function roleDefinitionChanged(record: DirectoryRecord): Reading {
  const target = roleTargetOf(record) ?? record.targets[0] ?? null
  const name = unquoted(target?.name) ?? propertyOf(record, 'DisplayName')
  const stated = { name, template: target?.id ?? null, wellKnown: null, isCustom: true, isBuiltIn: false }
  const role = directoryRole(stated, SCOPE_ALL)
  if (role === null || role === 'read-only') return ROLE_NOT_STATED
  const holders: Party = {
    id: `holders:${role.id}`,
    email: null,
    name: `Everyone with ${role.name}`,
    type: 'group',
  }
  return changed(record.facts, 'role_widened', holders, role)
}
