import { type Fields, identityAt, identityOf, textOf, valueAt } from '../event-fields.ts'
import type { GrantKind, Role } from '../grant.ts'
import type { Party } from '../party.ts'
import { contextRole } from './context-catalogue.ts'
import { type GcpAct, gcpAt, gcpObjectsAt } from './gcp-event.ts'
import { gcpMember, gcpPrincipal } from './gcp-members.ts'
import { gcpRole } from './gcp-roles.ts'
import { scopeOfName } from './gcp-scope.ts'
import type { ChangeObservation, Reading } from './preset.ts'
import {
  GRANTEE_NOT_STATED,
  NO_CHANGE,
  NOT_COMPLETED,
  NOT_PRIVILEGED,
  observed,
  ROLE_NOT_STATED,
  readingOf,
} from './reading.ts'

/**
 * Privileged Access Manager. https://cloud.google.com/iam/docs/audit-logging/audit-logging-pam lists the calls
 * (CreateGrant, ApproveGrant, RevokeGrant, ...) and the system events "PAMActivateGrant", "PAMEndGrant",
 * "PAMExpireGrant", "PAMDeleteGrant", "PAMReportExternalGrantModification". A grant expires when "a request isn't
 * approved or denied in 24 hours" (https://cloud.google.com/iam/docs/pam-approve-deny-grants): it gave nothing.
 */

const PRINCIPALS_MAX = 200
const SECOND_MS = 1_000

export const PAM_READERS: Readonly<Record<string, (event: GcpAct) => Reading>> = {
  PAMActivateGrant: (event) => grantEvent(event, 'activate'),
  PAMEndGrant: (event) => grantEvent(event, 'expiry'),
  PAMExpireGrant: () => NOT_COMPLETED,
  CreateGrant: () => NOT_COMPLETED,
  DenyGrant: () => NOT_COMPLETED,
  WithdrawGrant: () => NOT_COMPLETED,
  ApproveGrant: approved,
  RevokeGrant: (event) => grantEvent(event, 'removal'),
  CreateEntitlement: entitled,
  UpdateEntitlement: entitled,
}

/** Where an event holds the grant (or the entitlement) that it is about. */
const HOLDERS = [
  'metadata.updatedGrant',
  'response',
  'metadata.grant',
  'request.grant',
  'request.entitlement',
]
const ACCESSES = ['privilegedAccess', 'requestedPrivilegedAccess']

interface Access {
  readonly holder: string
  readonly bindings: readonly Fields[]
  readonly scope: string
}

function accessOf(event: GcpAct): Access | null {
  for (const holder of HOLDERS)
    for (const access of ACCESSES) {
      const bindings = gcpObjectsAt(event, `${holder}.${access}.gcpIamAccess.roleBindings`)
      if (bindings.length === 0) continue
      const resource = textOf(gcpAt(event, `${holder}.${access}.gcpIamAccess.resource`))
      return { holder, bindings, scope: scopeOfName(resource) ?? event.scope }
    }
  return null
}

function rolesOf(access: Access, holder: Party | null): readonly Role[] {
  const roles = new Map<string, Role>()
  for (const binding of access.bindings) {
    const role = gcpRole(valueAt(binding, 'role'), access.scope, holder)
    if (role !== null) roles.set(role.id, role)
  }
  return [...roles.values()]
}

/** The name of the grant ties all that happens to it together; the log's own ids do not. */
function nameOf(event: GcpAct): string | null {
  for (const path of ['metadata.updatedGrant.name', 'response.name', 'request.name', 'resourceName']) {
    const name = identityOf(gcpAt(event, path))
    if (name !== null && /\/grants\/[^/]+$/.test(name)) return name
  }
  return null
}

function grantEvent(event: GcpAct, kind: GrantKind): Reading {
  const access = accessOf(event)
  if (access === null) return ROLE_NOT_STATED
  const requester = gcpPrincipal(gcpAt(event, `${access.holder}.requester`))
  if (requester === null) return GRANTEE_NOT_STATED
  const of = (path: string) => gcpAt(event, `${access.holder}.${path}`)
  const lasts = kind === 'activate' ? durationMs(of('requestedDuration')) : null
  const facts = {
    ...event.facts,
    act: nameOf(event) ?? event.facts.act,
    // It activates itself: nobody but the requester asked, and the approval is context of its own.
    grantor: event.facts.grantor ?? (kind === 'activate' ? requester : null),
    mechanism: 'pim' as const,
    path: 'sanctioned' as const,
    justification: textOf(of('justification.unstructuredJustification')),
    expiresAt: lasts === null ? null : event.facts.occurredAt + lasts,
  }
  const roles = rolesOf(access, requester)
  return readingOf(
    roles.map((role) => observed(facts, kind, requester, role)),
    NOT_PRIVILEGED,
  )
}

function durationMs(value: unknown): number | null {
  const text = typeof value === 'string' ? /^(\d{1,9})(\.\d+)?s$/.exec(value.trim())?.[1] : undefined
  return text === undefined ? null : Number(text) * SECOND_MS
}

function approved(event: GcpAct): Reading {
  const access = accessOf(event)
  if (access === null) return ROLE_NOT_STATED
  const requester = gcpPrincipal(gcpAt(event, `${access.holder}.requester`))
  if (requester === null) return GRANTEE_NOT_STATED
  const facts = { ...event.facts, justification: textOf(gcpAt(event, 'request.reason')) }
  const observations = rolesOf(access, requester).map((role) =>
    observed(facts, 'context', requester, contextRole('approval', role.id)),
  )
  return readingOf(observations, NOT_PRIVILEGED)
}

/** An entitlement names who may take which roles; another change of it makes nobody eligible. */
function entitled(event: GcpAct): Reading {
  const mask = gcpAt(event, 'request.updateMask')
  if (typeof mask === 'string' && mask !== '' && !/eligible|privileged|\*/i.test(mask)) return NO_CHANGE
  const access = accessOf(event)
  if (access === null) return ROLE_NOT_STATED
  // Such a call is logged at its start and at its end.
  const operation = identityAt(event.fields, 'operation.id')
  const facts = { ...event.facts, act: operation ?? event.facts.act, mechanism: 'pim' as const }
  const observations: ChangeObservation[] = []
  for (const users of gcpObjectsAt(event, `${access.holder}.eligibleUsers`))
    for (const principal of principalsOf(valueAt(users, 'principals'))) {
      const member = gcpMember(principal, event.facts.grantor)
      if (member === null || observations.length >= PRINCIPALS_MAX) continue
      for (const role of rolesOf(access, member)) observations.push(observed(facts, 'eligible', member, role))
    }
  return readingOf(observations, NOT_PRIVILEGED)
}

function principalsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, PRINCIPALS_MAX) : [value]
}
