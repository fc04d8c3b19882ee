import { type Fields, fieldsOf, identityOf, objectsAt, textOf, timeOf, valueAt } from '../event-fields.ts'
import { factsOf, hashedAct, ipOf, occurredAtOf } from './act-facts.ts'
import { actorOf, claimsOf, firstValue } from './azure-caller.ts'
import { scopeOf } from './azure-roles.ts'
import type { ReadOptions } from './preset.ts'
import type { Facts } from './reading.ts'

/**
 * One record of the activity log, in the forms of the diagnostic export, the REST API, the AzureActivity table of Log
 * Analytics and Elastic's common schema. Their names never stand for different things, so they are tried in turn.
 */

export const OPERATIONS = [
  'operationName.value',
  'operationName',
  'OperationNameValue',
  'azure.activitylogs.operation_name',
  'authorization.action',
  'OperationName',
  'event.action',
] as const

/** Wrappers that put the whole record under a name of their own, beside the usual ones. */
const WRAPPERS = ['body', 'RawEventData', 'json', 'data', 'record'] as const

export interface AzureRecord {
  readonly fields: Fields
  readonly operation: string
}

export function azureRecordOf(event: unknown, prefix: string | null): AzureRecord | null {
  const found = named(fieldsOf(event, { prefix, markers: OPERATIONS }))
  if (found !== null) return found
  for (const wrapper of WRAPPERS) {
    const inside = prefix === null || prefix === '' ? wrapper : `${prefix}.${wrapper}`
    const wrapped = named(fieldsOf(event, { prefix: inside, markers: OPERATIONS }))
    if (wrapped !== null) return wrapped
  }
  return null
}

/** What people read in place of an operation's name, for records that have nothing else. */
const TITLES: Readonly<Record<string, string>> = {
  'create role assignment': 'Microsoft.Authorization/roleAssignments/write',
  'delete role assignment': 'Microsoft.Authorization/roleAssignments/delete',
  'create or update custom role definition': 'Microsoft.Authorization/roleDefinitions/write',
  'assigns the caller to user access administrator role': 'Microsoft.Authorization/elevateAccess/action',
}
const TITLE_MAX = 100

/** Some exports put the title beside the name of the operation, which always has a slash. */
function named(fields: Fields): AzureRecord | null {
  let title: string | null = null
  for (const path of OPERATIONS) {
    const value = valueAt(fields, path)
    if (typeof value !== 'string') continue
    // The REST API's name is an object, which some shippers write as text.
    if (value.includes('/') && !value.startsWith('{')) return { fields, operation: value }
    if (value.length <= TITLE_MAX) title ??= value.toLowerCase()
  }
  const operation = title !== null && Object.hasOwn(TITLES, title) ? TITLES[title] : undefined
  return operation === undefined ? null : { fields, operation }
}

const STATUSES = [
  'status.value',
  'status',
  'resultType',
  'ActivityStatusValue',
  'ActivityStatus',
  'azure.activitylogs.result_type',
  'resultSignature',
  'azure.activitylogs.result_signature',
  'ResultType',
  'event.outcome',
  'eventName.value',
  'eventName',
] as const
const CODES = [
  'properties.statusCode',
  'Properties.statusCode',
  'Properties_d.statusCode',
  'azure.activitylogs.properties.status_code',
  'subStatus.value',
  'ActivitySubstatusValue',
] as const

/**
 * "StartEvents and EndEvents will contain matching pairs of logs for when role assignments (and definitions) were
 * created or deleted" (Azure PowerShell, ResourceManagerStartup.ps1): only an end that succeeded changed anything.
 */
export function outcomeOf({ fields }: AzureRecord): 'done' | 'failed' | 'not completed' | 'nothing there' {
  const status = textOf(firstValue(fields, STATUSES), 100)?.toLowerCase() ?? ''
  if (/^(start|begin|accept|in ?progress|running|updat|pending)/.test(status)) return 'not completed'
  if (/^(fail|denied|forbidden|unauthori|error|cancel|client ?error|server ?error|[45]\d\d$)/.test(status))
    return 'failed'
  const code = textOf(firstValue(fields, CODES), 100)?.toLowerCase() ?? ''
  if (/^(forbidden|unauthorized|conflict|badrequest|notfound|[45]\d\d$)/.test(code)) return 'failed'
  // Deleting what was not there succeeds without content.
  return /^(nocontent|204)/.test(code) ? 'nothing there' : 'done'
}

const TIMES = [
  'time',
  'eventTimestamp',
  'EventTimestamp',
  'TimeGenerated',
  '@timestamp',
  'submissionTimestamp',
  'EventSubmissionTimestamp',
  'timestamp',
]
const ACTS = [
  'correlationId',
  'CorrelationId',
  'azure.correlation_id',
  'azure.activitylogs.correlation_id',
  'operationId',
  'OperationId',
  'eventDataId',
  'EventDataId',
]
const ADDRESSES = [
  'callerIpAddress',
  'CallerIpAddress',
  'httpRequest.clientIpAddress',
  'HTTPRequest.clientIpAddress',
  'source.ip',
  'identity.claims.ipaddr',
  'claims.ipaddr',
]

export function azureFacts(record: AzureRecord, event: unknown, options: ReadOptions): Facts | null {
  const { fields } = record
  const occurredAt = occurredAtOf(fields, event, TIMES, options)
  if (occurredAt === null) return null
  const statesTime = TIMES.some((path) => timeOf(valueAt(fields, path)) !== null)
  const claims = claimsOf(fields)
  return factsOf({
    act: identityOf(firstValue(fields, ACTS)) ?? hashedAct(event, statesTime),
    occurredAt,
    ...actorOf(fields, claims),
    ip: addressOf(firstValue(fields, ADDRESSES)),
    country: textOf(valueAt(fields, 'source.geo.country_iso_code'), 100),
    asn: identityOf(valueAt(fields, 'source.as.number')),
    session: identityOf(claims.at('uti')),
  })
}

/** Some exports write the port behind the address. */
function addressOf(value: unknown): string | null {
  return ipOf(typeof value === 'string' ? value.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1') : value)
}

const RESOURCES = [
  'resourceId',
  'ResourceId',
  '_ResourceId',
  'azure.resource_id',
  'azure.resource.id',
  'properties.entity',
  'Properties.entity',
  'Properties_d.entity',
  'authorization.scope',
  'identity.authorization.scope',
  'Authorization_d.scope',
  'Authorization.scope',
]

/** The resource that the call was made on, in lower case; the whole tenant when none is named. */
export function resourceOf({ fields }: AzureRecord): string {
  const text = identityOf(firstValue(fields, RESOURCES), 500) ?? ''
  return scopeOf(text)
}

const BODIES = {
  request: [
    'properties.requestbody',
    'properties.requestBody',
    'Properties.requestbody',
    'Properties_d.requestbody',
    'azure.activitylogs.properties.requestbody',
    'azure.activitylogs.request_body',
  ],
  response: [
    'properties.responseBody',
    'Properties.responseBody',
    'Properties_d.responseBody',
    'azure.activitylogs.properties.responseBody',
    'azure.activitylogs.properties.response_body',
    'azure.activitylogs.response_body',
  ],
} as const

const DEPTH_MAX = 8
const MEMBERS_MAX = 2_000

/** A body with its names in lower case, since they are written in either case from one client to the next. */
function lowered(value: unknown, budget: { left: number }, depth = 0): unknown {
  budget.left -= 1
  if (depth > DEPTH_MAX || budget.left < 0 || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.slice(0, MEMBERS_MAX).map((item) => lowered(item, budget, depth + 1))
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MEMBERS_MAX)
      .map(([name, member]) => [name.toLowerCase(), lowered(member, budget, depth + 1)]),
  )
}

/** A body of the call; null when the record has none. */
export function bodyOf({ fields }: AzureRecord, which: keyof typeof BODIES): Fields | null {
  const body = firstValue(fields, BODIES[which])
  const [parsed] = objectsAt({ root: { body }, base: '' }, 'body')
  return parsed === undefined ? null : { root: lowered(parsed.root, { left: MEMBERS_MAX }), base: '' }
}
