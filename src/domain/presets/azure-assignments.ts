import {
  emailOf,
  type Fields,
  identityAt,
  identityOf,
  textAt,
  textOf,
  timeAt,
  timeOf,
  valueAt,
} from '../event-fields.ts'
import type { GrantKind, Role } from '../grant.ts'
import type { Party, PartyType } from '../party.ts'
import { type AzureRecord, bodyOf, resourceOf } from './azure-record.ts'
import {
  azureRole,
  guidOf,
  ROOT_SCOPE,
  scopeOf,
  USER_ACCESS_ADMINISTRATOR,
  unnamedRole,
} from './azure-roles.ts'
import type { Reading } from './preset.ts'
import {
  changed,
  type Facts,
  GRANTEE_NOT_STATED,
  NOT_COMPLETED,
  NOT_PRIVILEGED,
  observed,
  ROLE_NOT_STATED,
} from './reading.ts'

/**
 * Role assignments. In the words of Azure PowerShell's Get-AzureRmAuthorizationChangeLog (ResourceManagerStartup.ps1,
 * Apache-2.0), a PUT is "Granted", told by `$_.Properties.Content["requestbody"]`, and a DELETE is "Revoked", told by
 * `$endEvent.Properties.Content["responseBody"]`; https://learn.microsoft.com/azure/role-based-access-control/change-history-report
 * shows a "requestbody" beside `"Created"` in records of their own, so that an end may name nothing but the assignment.
 */

export interface AzureAct extends AzureRecord {
  readonly facts: Facts
}

interface Assignment {
  readonly grantee: Party
  readonly roleId: string
  readonly scope: string
  readonly body: Fields
}

const PRINCIPAL_TYPES: Readonly<Record<string, PartyType>> = {
  user: 'user',
  group: 'group',
  serviceprincipal: 'service',
  msi: 'service',
  application: 'service',
  device: 'service',
  foreigngroup: 'external',
  directoryroletemplate: 'group',
}

function principalType(value: unknown): PartyType {
  const key = textOf(value, 100)?.toLowerCase() ?? ''
  return Object.hasOwn(PRINCIPAL_TYPES, key) ? (PRINCIPAL_TYPES[key] ?? 'unknown') : 'unknown'
}

const ASSIGNMENT = /\/providers\/microsoft\.authorization\/(?:role[a-z]+|classicadministrators)\/([^/]+)$/

/** What the assignment, schedule or definition in the resource's id was made on. */
export function placeOf(resource: string): string {
  return scopeOf(resource.replace(ASSIGNMENT, ''))
}

function assignmentIn(body: Fields | null, record: AzureRecord): Assignment | null {
  if (body === null) return null
  const at = (name: string) => identityAt(body, `properties.${name}`) ?? identityAt(body, name)
  const id = at('principalId')
  const roleId = guidOf(at('roleDefinitionId'))
  if (id === null || roleId === null) return null
  const scope = at('scope')
  const shown = 'properties.expandedproperties.principal'
  return {
    grantee: {
      id: guidOf(id) ?? id,
      email: emailOf(valueAt(body, `${shown}.email`)),
      name: textAt(body, `${shown}.displayname`, 200),
      type: principalType(at('principalType') ?? valueAt(body, `${shown}.type`)),
    },
    roleId,
    scope: scope === null ? placeOf(resourceOf(record)) : scopeOf(scope),
    body,
  }
}

/** The answer says what is so now, the request what was asked for; some exports spread a body over the properties. */
function assignmentOf(record: AzureRecord): Assignment | null {
  return (
    assignmentIn(bodyOf(record, 'response'), record) ??
    assignmentIn(bodyOf(record, 'request'), record) ??
    assignmentIn(record.fields, record)
  )
}

/** Stands for whoever an assignment names, when the record has only the assignment's id, or not even that. */
function unnamedGrantee(record: AzureAct): Party {
  const known = identityOf(ASSIGNMENT.exec(resourceOf(record))?.[1]) ?? assignmentId(record)
  const id = known ?? `of-call-${record.facts.act}`
  return {
    id: `role-assignment:${id}`,
    email: null,
    name: `Whoever role assignment ${id} names`,
    type: 'unknown',
  }
}

function assignmentId(record: AzureRecord): string | null {
  for (const which of ['response', 'request'] as const) {
    const body = bodyOf(record, which)
    const id = body === null ? null : guidOf(identityAt(body, 'name') ?? textAt(body, 'id'))
    if (id !== null) return id
  }
  return null
}

export function assigned(act: AzureAct): Reading {
  const assignment = assignmentOf(act)
  const place = placeOf(resourceOf(act))
  if (assignment === null) return changed(act.facts, 'grant', unnamedGrantee(act), unnamedRole(place))
  const role = azureRole(assignment.roleId, assignment.scope)
  if (role === null) return NOT_PRIVILEGED
  const justification = textAt(assignment.body, 'properties.description')
  return changed({ ...act.facts, justification }, 'grant', assignment.grantee, role)
}

/**
 * The end of a deletion tells what was deleted. It takes away the grant to the assignment's stand-in as well, for when
 * the record of the grant had no body.
 */
export function unassigned(act: AzureAct): Reading {
  const facts: Facts = { ...act.facts, holding: 'assignment' }
  const assignment = assignmentOf(act)
  const standIn = unnamedGrantee(act)
  const place = placeOf(resourceOf(act))
  const unnamed = observed(facts, 'removal', standIn, unnamedRole(place))
  if (assignment === null) return { observations: [unnamed] }
  const role = azureRole(assignment.roleId, assignment.scope)
  if (role === null) return NOT_PRIVILEGED
  return { observations: [observed(facts, 'removal', assignment.grantee, role), unnamed] }
}

/** "Assigns the caller to User Access Administrator role", at the root of all subscriptions. */
export function elevated(act: AzureAct): Reading {
  const role = azureRole(USER_ACCESS_ADMINISTRATOR, ROOT_SCOPE)
  return role === null ? ROLE_NOT_STATED : changed(act.facts, 'grant', act.facts.grantor, role)
}

/**
 * Requests of Privileged Identity Management, by https://learn.microsoft.com/rest/api/authorization/role-assignment-schedule-requests/create
 * ("RequestType: AdminAssign, AdminExtend, AdminRemove, AdminRenew, AdminUpdate, SelfActivate, SelfDeactivate,
 * SelfExtend, SelfRenew"). Extensions that people ask for themselves wait for an approval.
 */
const REQUESTS: Readonly<
  Record<string, { readonly active: GrantKind; readonly eligible: GrantKind } | null>
> = {
  adminassign: { active: 'grant', eligible: 'eligible' },
  adminupdate: { active: 'extend', eligible: 'extend' },
  adminextend: { active: 'extend', eligible: 'extend' },
  adminrenew: { active: 'extend', eligible: 'extend' },
  adminremove: { active: 'removal', eligible: 'removal' },
  selfactivate: { active: 'activate', eligible: 'activate' },
  selfdeactivate: { active: 'removal', eligible: 'removal' },
  selfextend: null,
  selfrenew: null,
}

/** Ends of a request that gave nothing, or nothing yet. */
const WITHOUT_EFFECT =
  /^(pendingapproval|pendingadmindecision|denied|admindenied|failed|canceled|invalid|timedout)/

export function scheduled(act: AzureAct, what: 'active' | 'eligible'): Reading {
  const assignment = assignmentOf(act)
  if (assignment === null) return scheduledUnnamed(act, what)
  const response = bodyOf(act, 'response')
  const status = (response === null ? null : textAt(response, 'properties.status'))?.toLowerCase() ?? ''
  if (WITHOUT_EFFECT.test(status)) return NOT_COMPLETED
  const type = textAt(assignment.body, 'properties.requesttype')?.toLowerCase() ?? 'adminassign'
  const kinds = Object.hasOwn(REQUESTS, type) ? REQUESTS[type] : null
  if (kinds === null || kinds === undefined) return NOT_COMPLETED
  const name = textAt(assignment.body, 'properties.expandedproperties.roledefinition.displayname', 200)
  const role = azureRole(assignment.roleId, assignment.scope, name)
  if (role === null) return NOT_PRIVILEGED
  const kind = kinds[what]
  return changed(scheduleFacts(act, assignment.body, kind, what), kind, assignment.grantee, role)
}

/** A request whose record has no body: it may as well have been one to take a role away. */
function scheduledUnnamed(act: AzureAct, what: 'active' | 'eligible'): Reading {
  const role = unnamedRole(placeOf(resourceOf(act)))
  return changed(pimFacts(act), what === 'eligible' ? 'eligible' : 'grant', unnamedGrantee(act), role)
}

function pimFacts(act: AzureAct): Facts {
  return { ...act.facts, mechanism: 'pim', path: 'sanctioned' }
}

function scheduleFacts(act: AzureAct, body: Fields, kind: GrantKind, what: 'active' | 'eligible'): Facts {
  const holding = what === 'eligible' ? 'eligibility' : 'assignment'
  return {
    ...pimFacts(act),
    justification: textAt(body, 'properties.justification'),
    ticket: identityAt(body, 'properties.ticketinfo.ticketnumber'),
    expiresAt: kind === 'removal' ? null : expiryOf(body, act.facts.occurredAt),
    holding: kind === 'removal' ? holding : null,
  }
}

const SCHEDULE = 'properties.scheduleinfo'
const DURATION =
  /^P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})(?:\.\d+)?S)?)?$/i
const UNITS_MS = [365 * 86_400_000, 30 * 86_400_000, 7 * 86_400_000, 86_400_000, 3_600_000, 60_000, 1_000]

function expiryOf(body: Fields, occurredAt: number): number | null {
  const end = timeOf(valueAt(body, `${SCHEDULE}.expiration.enddatetime`))
  if (end !== null) return end
  const match = DURATION.exec(textAt(body, `${SCHEDULE}.expiration.duration`) ?? '')
  if (match === null) return null
  const length = UNITS_MS.reduce((sum, unit, index) => sum + unit * Number(match[index + 1] ?? 0), 0)
  const start = timeAt(body, [`${SCHEDULE}.startdatetime`]) ?? occurredAt
  return length > 0 ? start + length : null
}

/** Co-administrators of the old kind, who own the whole subscription. */
export function classicAdministrator(act: AzureAct, kind: 'grant' | 'removal'): Reading {
  const request = bodyOf(act, 'request')
  const name =
    identityAt(act.fields, 'properties.adminEmail') ??
    (request === null ? null : identityAt(request, 'properties.emailaddress')) ??
    identityOf(ASSIGNMENT.exec(resourceOf(act))?.[1])
  if (name === null) return GRANTEE_NOT_STATED
  const grantee: Party = { id: name, email: name.includes('@') ? name : null, name: null, type: 'user' }
  const role: Role = {
    id: 'classic-administrator',
    name: 'Classic administrator of the subscription',
    tier: 'T1',
    scope: placeOf(resourceOf(act)),
  }
  return changed(act.facts, kind, grantee, role)
}
