import type { Role } from '../grant.ts'
import type { Party } from '../party.ts'
import { type DirectoryRecord, partyOf, partyOfTarget, propertyOf, type Target } from './directory-record.ts'
import type { RecordReader } from './directory-roles.ts'
import { permissionNamed, permissionTier } from './entra-permissions.ts'
import type { ChangeObservation, Reading } from './preset.ts'
import {
  changed,
  GRANTEE_NOT_STATED,
  NOT_PRIVILEGED,
  observed,
  ROLE_NOT_STATED,
  readingOf,
} from './reading.ts'

/** What applications may do, and who owns them. */

const SCOPES_MAX = 200

function isApplication(target: Target): boolean {
  return target.type === 'serviceprincipal' || target.type === 'application'
}

/** The application that receives a permission; the target is the one that offers it. */
function receiverOf(record: DirectoryRecord): Party | null {
  const id = propertyOf(record, 'ServicePrincipal.ObjectID') ?? propertyOf(record, 'ServicePrincipal.AppId')
  const name =
    propertyOf(record, 'ServicePrincipal.DisplayName') ?? propertyOf(record, 'ServicePrincipal.Name')
  if (id !== null || name !== null) return partyOf({ id, principalName: null, name, type: 'service' })
  const second = record.targets.filter(isApplication)[1]
  return second === undefined ? null : partyOfTarget(second)
}

function offeredBy(record: DirectoryRecord): string {
  const resource = record.targets.find(isApplication)
  const id = resource?.id ?? resource?.name ?? null
  return id === null ? '*' : `resource:${id}`
}

/** An application may act in its own right, without anybody signed in. */
export function appRole(kind: 'grant' | 'removal'): RecordReader {
  return (record) => {
    const permission = permissionNamed(
      propertyOf(record, 'AppRole.Value') ?? propertyOf(record, 'AppRole.DisplayName'),
      propertyOf(record, 'AppRole.Id'),
    )
    if (permission === null) return ROLE_NOT_STATED
    const tier = permissionTier(permission)
    if (tier === null) return NOT_PRIVILEGED
    const role: Role = { id: `app-role:${permission}`, name: permission, tier, scope: offeredBy(record) }
    return changed(record.facts, kind, receiverOf(record), role)
  }
}

const ADMINISTERS = /(^|[^a-z])(admin(istrator)?s?|owner|superuser)([^a-z]|$)/i

/** A person or group let into an application: everyday, unless the application calls the role an administrator's. */
export function appAccess(kind: 'grant' | 'removal'): RecordReader {
  return (record) => {
    const name = propertyOf(record, 'AppRole.Value') ?? propertyOf(record, 'AppRole.DisplayName')
    if (name === null || !ADMINISTERS.test(name)) return NOT_PRIVILEGED
    const role: Role = { id: `app-role:${name}`, name, tier: 'T2', scope: offeredBy(record) }
    const id = propertyOf(record, 'User.ObjectID') ?? propertyOf(record, 'Group.ObjectID')
    const target =
      record.targets.find(({ type }) => type === 'user' || type === 'group') ??
      record.targets.find((one) => one.id !== null && one.id === id)
    const isGroup = propertyOf(record, 'Group.ObjectID') !== null
    const principalName = propertyOf(record, 'User.UPN')
    const stated = { id, principalName, name: null, type: isGroup ? 'group' : 'user' } as const
    return changed(record.facts, kind, target === undefined ? partyOf(stated) : partyOfTarget(target), role)
  }
}

/**
 * An application may act for everyone who signs in to it. Only what makes it as mighty as any administrator who does
 * so counts: other consents are everyday.
 */
export function delegatedPermission(kind: 'grant' | 'removal'): RecordReader {
  return (record) => {
    const isForAll = /^allprincipals$/i.test(propertyOf(record, 'DelegatedPermissionGrant.ConsentType') ?? '')
    const scopes = (propertyOf(record, 'DelegatedPermissionGrant.Scope') ?? '')
      .split(/[\s,]+/)
      .slice(0, SCOPES_MAX)
    const grantee = receiverOf(record)
    if (!isForAll) return NOT_PRIVILEGED
    if (grantee === null) return GRANTEE_NOT_STATED
    const found: ChangeObservation[] = []
    for (const scope of new Set(scopes)) {
      if (scope === '' || permissionTier(scope) !== 'T0') continue
      const role: Role = { id: `delegated:${scope}`, name: scope, tier: 'T1', scope: offeredBy(record) }
      found.push(observed(record.facts, kind, grantee, role))
    }
    return readingOf(found, NOT_PRIVILEGED)
  }
}

/** An owner may add credentials to an application, and so act as it. */
export function ownership(
  kind: 'indirect' | 'removal',
  what: 'application' | 'service-principal',
): RecordReader {
  const prefix = what === 'application' ? 'Application' : 'ServicePrincipal'
  return (record): Reading => {
    const owned = record.targets.find(isApplication)
    const owner =
      record.targets.find(({ type }) => type === 'user') ?? record.targets.find((one) => one !== owned)
    const id = propertyOf(record, `${prefix}.ObjectID`) ?? owned?.id ?? null
    const name = propertyOf(record, `${prefix}.DisplayName`) ?? owned?.name ?? id
    if (id === null && name === null) return ROLE_NOT_STATED
    const role: Role = {
      id: `${what}-owner`,
      name: `Owner of ${name ?? id}`,
      tier: 'T2',
      scope: `${what}:${id ?? name}`,
    }
    return changed(record.facts, kind, owner === undefined ? null : partyOfTarget(owner), role)
  }
}
