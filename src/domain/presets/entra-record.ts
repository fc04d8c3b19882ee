import { type Fields, fieldsOf, identityOf, objectsAt, textOf, timeAt, valueAt } from '../event-fields.ts'
import type { Mechanism } from '../grant.ts'
import type { Party } from '../party.ts'
import { factsOf, hashedAct, ipOf, mechanismOfAgent, occurredAtOf } from './act-facts.ts'
import {
  type DirectoryRecord,
  firstOf,
  operationOf,
  partyOf,
  propertiesOf,
  type Target,
} from './directory-record.ts'
import type { ReadOptions } from './preset.ts'

/**
 * The forms of Entra's audit record: Microsoft Graph's own fields on top; the diagnostic settings' envelope with them
 * under `properties`; Log Analytics' columns, of which some hold JSON as text; and Elastic's, in snake case.
 */
const ACTIVITY = ['activityDisplayName', 'ActivityDisplayName', 'activity_display_name']
const OPERATION = ['operationName', 'OperationName', 'operation_name']
const NAMES = [...OPERATION, ...ACTIVITY]
const BODY_MARKERS = [
  'activityDisplayName',
  'activityDateTime',
  'loggedByService',
  'initiatedBy',
  'initiatedBy.user.id',
  'initiatedBy.user.userPrincipalName',
  'targetResources',
  'activity_display_name',
  'initiated_by',
  'target_resources',
]
const INITIATOR = ['initiatedBy', 'InitiatedBy', 'initiated_by']
const TARGETS = ['targetResources', 'TargetResources', 'target_resources']
const DETAILS = ['additionalDetails', 'AdditionalDetails', 'additional_details']
const OUTER_TIMES = ['time', 'TimeGenerated', '@timestamp', 'timestamp', 'p_event_time']
const BODY_TIMES = ['activityDateTime', 'ActivityDateTime', 'activity_datetime']
const PROPERTIES = {
  list: ['modifiedProperties', 'modified_properties'],
  name: ['displayName', 'display_name', 'name'],
  before: ['oldValue', 'old_value'],
  after: ['newValue', 'new_value'],
  isKeyed: false,
}

/** Where an event's own fields begin: its envelope, and what the envelope carries. */
interface EntraForm {
  readonly outer: Fields
  readonly body: Fields
}

/** What the event is about, before anything else is read of it: the names it gives its operation. */
export function entraForm(
  event: unknown,
  prefix: string | null,
): EntraForm & { readonly operations: readonly string[] } {
  let outer = fieldsOf(event, { prefix, markers: NAMES })
  if (firstOf(outer, NAMES) === undefined) {
    const elastic = prefix === null || prefix === '' ? 'azure.auditlogs' : `${prefix}.azure.auditlogs`
    outer = fieldsOf(event, { prefix: elastic, markers: NAMES })
  }
  const inner = fieldsOf(outer.root, { prefix: `${outer.base}properties`, markers: BODY_MARKERS })
  const body = inner.root === outer.root && inner.base === '' ? outer : inner
  // Where the two names differ, the activity is the one that the vendor lists.
  const names = [
    firstOf(body, ACTIVITY),
    firstOf(outer, OPERATION) ?? firstOf(body, OPERATION) ?? firstOf(outer, ACTIVITY),
  ].flatMap((name) => operationOf(name) ?? [])
  return { outer, body, operations: names }
}

const FAILED = /fail|denied|error|timeout|cancel/i

/** Whether it says that the call failed; silence counts as success. */
export function isFailed(form: EntraForm): boolean {
  for (const fields of [form.body, form.outer])
    for (const name of ['result', 'Result']) {
      const result = textOf(valueAt(fields, name), 50)
      if (result !== null) return FAILED.test(result)
    }
  return FAILED.test(textOf(valueAt(form.outer, 'event.outcome'), 50) ?? '')
}

/** The record in its common form, or null when it states no time. */
export function entraRecord(
  event: unknown,
  form: EntraForm,
  operation: string,
  options: ReadOptions,
): DirectoryRecord | null {
  const { outer, body } = form
  const stated = timeAt(body, BODY_TIMES) ?? timeAt(outer, OUTER_TIMES)
  const occurredAt = stated ?? occurredAtOf(outer, event, [], options)
  if (occurredAt === null) return null
  const detail = detailsOf(body)
  const initiator = initiatorOf(body)
  const service = textOf(firstOf(body, ['loggedByService', 'LoggedByService', 'logged_by_service'])) ?? ''
  const userAgent = detail('User-Agent') ?? detail('UserAgent') ?? textOf(valueAt(body, 'userAgent'))
  const act =
    identityOf(firstOf(body, ['id', 'Id'])) ??
    identityOf(firstOf(body, ['correlationId', 'CorrelationId', 'correlation_id'])) ??
    hashedAct(event, stated !== null)
  return {
    fields: body,
    operation,
    category: (textOf(firstOf(body, ['category', 'Category'])) ?? '').toLowerCase(),
    targets: targetsOf(body),
    detail,
    isByPim: initiator.isPim,
    facts: factsOf({
      act,
      occurredAt,
      grantor: initiator.party,
      mechanism: mechanismOf({ service, userAgent, initiator }),
      ip: ipOf(detail('ipaddr')) ?? initiator.ip ?? ipOf(valueAt(outer, 'callerIpAddress')),
      userAgent,
      justification: detail('Justification'),
      ticket: ticketOf(detail),
    }),
  }
}

function ticketOf(detail: DirectoryRecord['detail']): string | null {
  const number = detail('TicketNumber')
  const system = detail('TicketSystem')
  return number === null || system === null ? number : `${system} ${number}`
}

function detailsOf(body: Fields): DirectoryRecord['detail'] {
  const details = new Map<string, string>()
  for (const path of DETAILS)
    for (const item of objectsAt(body, path)) {
      const key = textOf(valueAt(item, 'key'), 100)?.toLowerCase()
      const value = textOf(valueAt(item, 'value'))
      if (key !== undefined && value !== null && !details.has(key)) details.set(key, value)
    }
  return (name) => details.get(name.toLowerCase()) ?? null
}

interface Initiator {
  readonly party: Party | null
  readonly isApp: boolean
  readonly isPim: boolean
  readonly ip: string | null
}

/** PIM's own service, which acts for somebody whom only PIM's record names. */
const PIM_ITSELF = /^(ms-pim|azure ad pim|microsoft entra pim)/i

function initiatorOf(body: Fields): Initiator {
  const at = (path: string) =>
    firstOf(
      body,
      INITIATOR.map((start) => `${start}.${path}`),
    )
  const name = at('user.displayName')
  const appName = at('app.displayName')
  const principalName = at('user.userPrincipalName')
  const user = partyOf({ id: at('user.id'), principalName, name, type: 'user' })
  const app = partyOf({
    id: at('app.servicePrincipalId') ?? at('app.appId'),
    principalName: at('app.servicePrincipalName'),
    name: appName,
    type: 'service',
  })
  const isPim =
    (app !== null && PIM_ITSELF.test(app.name ?? '')) ||
    (principalName === undefined && PIM_ITSELF.test(user?.name ?? ''))
  const party = user ?? app
  return {
    party: isPim ? null : party,
    isApp: user === null && app !== null,
    isPim,
    ip: ipOf(at('user.ipAddress')),
  }
}

const SYNCHRONISERS =
  /^(microsoft azure ad connect|microsoft\.azure\.syncfabric|azure ad cloud sync|aad connect)/i

function mechanismOf(from: {
  readonly service: string
  readonly userAgent: string | null
  readonly initiator: Initiator
}): Mechanism {
  if (from.initiator.isPim || from.service.toUpperCase() === 'PIM') return 'pim'
  if (SYNCHRONISERS.test(from.initiator.party?.name ?? '')) return 'sync'
  const byAgent = mechanismOfAgent(from.userAgent)
  return byAgent === 'unknown' && from.initiator.isApp ? 'api' : byAgent
}

function targetsOf(body: Fields): readonly Target[] {
  // One list under one name, though a name in lower case is found under two.
  const lists = TARGETS.map((path) => objectsAt(body, path))
  return (lists.find((list) => list.length > 0) ?? []).map((target) => ({
    type: (textOf(valueAt(target, 'type'), 50) ?? '').toLowerCase().replaceAll(/[\s_-]/g, ''),
    id: identityOf(valueAt(target, 'id')),
    principalName: identityOf(firstOf(target, ['userPrincipalName', 'user_principal_name'])),
    name: textOf(firstOf(target, ['displayName', 'display_name']), 200),
    ...propertiesOf(target, PROPERTIES),
  }))
}
