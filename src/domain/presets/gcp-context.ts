import { identityOf, textOf, valueAt } from '../event-fields.ts'
import type { Role } from '../grant.ts'
import type { Party } from '../party.ts'
import { type ContextId, contextRole } from './context-catalogue.ts'
import { type GcpAct, gcpAt, gcpObjectsAt } from './gcp-event.ts'
import { gcpMember, gcpPrincipal } from './gcp-members.ts'
import { weakened } from './gcp-policy.ts'
import { isCustomRole } from './gcp-roles.ts'
import type { Reading } from './preset.ts'
import { changed, NO_CHANGE, NOT_PRIVILEGE_EVENT, ROLE_NOT_STATED, readingOf } from './reading.ts'

/** All that concerns privilege without being a binding: custom roles, keys, accounts, federation, audit logs, policies. */

/** The owner's invitation gives nothing until it is accepted, and then the project's policy is set. */
export function ownershipInvite(event: GcpAct): Reading {
  const invited = gcpMember(gcpAt(event, 'request.member'), event.facts.grantor)
  return changed(event.facts, 'context', invited, contextRole('invitation', event.scope))
}

/** A custom role that allows more than before, for all who hold it; what it allows is in `permissionDelta`. */
export function customRoleChanged(event: GcpAct): Reading {
  const id = identityOf(gcpAt(event, 'resourceName')) ?? identityOf(gcpAt(event, 'request.name'))
  if (id === null || !isCustomRole(id)) return ROLE_NOT_STATED
  const added = permissionsOf(event, 'addedPermissions')
  const removed = permissionsOf(event, 'removedPermissions')
  if (added === 0 && removed > 0) return NO_CHANGE
  const asked =
    gcpAt(event, 'request.role.includedPermissions') ?? gcpAt(event, 'request.role.included_permissions')
  const isRestored = /UndeleteRole$/.test(event.method)
  if (added === 0 && asked === undefined && !isRestored) return NO_CHANGE
  const name = textOf(gcpAt(event, 'request.role.title')) ?? id
  const role: Role = { id, name, tier: 'T2', scope: id.replace(/\/roles\/.*$/s, '') }
  const holders: Party = { id: `holders:${id}`, email: null, name: `Everyone with ${name}`, type: 'group' }
  return changed(event.facts, 'role_widened', holders, role)
}

function permissionsOf(event: GcpAct, name: string): number {
  const listed = gcpAt(event, `serviceData.permissionDelta.${name}`)
  return Array.isArray(listed) ? listed.length : 0
}

function accountOf(event: GcpAct): Party | null {
  const named =
    identityOf(gcpAt(event, 'response.email')) ??
    identityOf(valueAt(event.fields, 'resource.labels.email_id'))
  const stated =
    named ?? identityOf(gcpAt(event, 'resourceName'))?.replace(/^.*\/serviceAccounts\//s, '') ?? null
  const account = gcpPrincipal(stated)
  return account === null ? null : { ...account, type: 'service' }
}

const thingOf = (event: GcpAct) =>
  identityOf(gcpAt(event, 'response.name')) ?? identityOf(gcpAt(event, 'resourceName'))

export function accountCreated(event: GcpAct): Reading {
  return changed(event.facts, 'context', accountOf(event), contextRole('account-created', event.scope))
}

export function accountKey(event: GcpAct): Reading {
  return changed(event.facts, 'context', accountOf(event), contextRole('api-token', thingOf(event) ?? '*'))
}

/** A key or provider that belongs to nobody in particular: it is about whoever made it. */
export function ownContext(event: GcpAct, what: ContextId): Reading {
  return changed(event.facts, 'context', event.facts.grantor, contextRole(what, thingOf(event) ?? '*'))
}

export function auditNarrowed(event: GcpAct): Reading {
  return readingOf([weakened(event, 'audit-log')], NO_CHANGE)
}

/** A sink that was switched off, or leaves more out than before; a mask says which of its fields were set. */
export function sinkUpdated(event: GcpAct): Reading {
  const mask = gcpAt(event, 'request.updateMask')
  const isSet = (field: string) => typeof mask !== 'string' || mask === '' || mask.includes(field)
  const isDisabled = isSet('disabled') && textOf(gcpAt(event, 'request.sink.disabled')) === 'true'
  const excludes = isSet('exclusions') && gcpObjectsAt(event, 'request.sink.exclusions').length > 0
  return isDisabled || excludes ? auditNarrowed(event) : NO_CHANGE
}

/** Constraints that say who may be given roles and what service accounts may do. */
const GUARDS =
  /(constraints|policies)\/iam\.|(^|\/)iam\.(allowedPolicyMemberDomains|disable|automatic|managed)/

export function organizationPolicy(event: GcpAct): Reading {
  const names = [
    'resourceName',
    'request.constraint',
    'request.policy.constraint',
    'request.policy.name',
    'request.name',
  ]
  const isGuard = names.some((name) => GUARDS.test(textOf(gcpAt(event, name)) ?? ''))
  if (!isGuard) return NOT_PRIVILEGE_EVENT
  return isLoosened(event) ? readingOf([weakened(event, 'privileged-access-rules')], NO_CHANGE) : NO_CHANGE
}

function isLoosened(event: GcpAct): boolean {
  if (/(DeletePolicy|ClearOrgPolicy\w*)$/.test(event.method)) return true
  const old = gcpAt(event, 'request.policy.booleanPolicy')
  if (old !== undefined) return textOf(gcpAt(event, 'request.policy.booleanPolicy.enforced')) !== 'true'
  if (textOf(gcpAt(event, 'request.policy.listPolicy.allValues')) === 'ALLOW') return true
  return gcpObjectsAt(event, 'request.policy.spec.rules').some((rule) => {
    const [enforce, allowAll] = [textOf(valueAt(rule, 'enforce')), textOf(valueAt(rule, 'allowAll'))]
    return enforce === 'false' || allowAll === 'true'
  })
}
