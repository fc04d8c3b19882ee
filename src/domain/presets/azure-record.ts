import {
  emailOf,
  type Fields,
  fieldsOf,
  identityOf,
  objectsAt,
  textOf,
  timeOf,
  valueAt,
} from '../event-fields.ts'
import type { Mechanism } from '../grant.ts'
import type { Party, PartyType } from '../party.ts'
import { factsOf, hashedAct, ipOf, occurredAtOf } from './act-facts.ts'
import { guidOf, scopeOf } from './azure-roles.ts'
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
const WRAPPERS = ['RawEventData', 'json', 'data', 'record'] as const

export interface AzureRecord {
  readonly fields: Fields
  readonly operation: string
}

export function azureRecordOf(event: unknown, prefix: string | null): AzureRecord | null {
  const found = named(fieldsOf(event, { prefix, markers: OPERATIONS }))
  if (found !== null) return found
  for (const wrapper of WRAPPERS) {
    const inner = valueAt({ root: event, base: '' }, wrapper)
    const wrapped = inner === undefined ? null : named({ root: inner, base: '' })
    if (wrapped !== null) return wrapped
  }
  return null
}

/** Some exports put the title that people read beside the name of the operation, which always has a slash. */
function named(fields: Fields): AzureRecord | null {
  for (const path of OPERATIONS) {
    const value = valueAt(fields, path)
    if (typeof value === 'string' && value.includes('/')) return { fields, operation: value }
  }
  return null
}

function firstValue(fields: Fields, paths: readonly string[]): unknown {
  for (const path of paths) {
    const value = valueAt(fields, path)
    if (value !== undefined && value !== '') return value
  }
  return undefined
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
] as const
const CODES = ['properties.statusCode', 'Properties.statusCode', 'Properties_d.statusCode'] as const

/**
 * "StartEvents and EndEvents will contain matching pairs of logs for when role assignments (and definitions) were
 * created or deleted" (Azure PowerShell, ResourceManagerStartup.ps1): only an end that succeeded changed anything.
 */
export function outcomeOf({ fields }: AzureRecord): 'done' | 'failed' | 'not completed' {
  const status = textOf(firstValue(fields, STATUSES), 100)?.toLowerCase() ?? ''
  if (/^(start|accept|in ?progress|running|updat|pending)/.test(status)) return 'not completed'
  if (/^(fail|denied|forbidden|unauthori|error|cancel|client ?error|server ?error|[45]\d\d$)/.test(status))
    return 'failed'
  const code = textOf(firstValue(fields, CODES), 100)?.toLowerCase() ?? ''
  return /^(forbidden|unauthorized|conflict|badrequest|notfound|[45]\d\d$)/.test(code) ? 'failed' : 'done'
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
  const grantor = callerOf(record)
  return factsOf({
    act: identityOf(firstValue(fields, ACTS)) ?? hashedAct(event, statesTime),
    occurredAt,
    grantor,
    ...mechanismOf(record, grantor),
    ip: addressOf(firstValue(fields, ADDRESSES)),
    country: textOf(valueAt(fields, 'source.geo.country_iso_code'), 100),
    asn: identityOf(valueAt(fields, 'source.as.number')),
    session: identityOf(claim(record, 'uti')),
  })
}

/** Some exports write the port behind the address. */
function addressOf(value: unknown): string | null {
  return ipOf(typeof value === 'string' ? value.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1') : value)
}

const CLAIMS = ['identity.claims', 'claims', 'Claims_d', 'Claims', 'azure.activitylogs.identity.claims']
const OBJECT_ID = 'http://schemas.microsoft.com/identity/claims/objectidentifier'
const UPN = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn'
const NAME = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name'

function claim({ fields }: AzureRecord, name: string): unknown {
  for (const claims of CLAIMS) {
    // Elastic does not keep dots in names.
    const value =
      valueAt(fields, `${claims}.${name}`) ?? valueAt(fields, `${claims}.${name.replaceAll('.', '_')}`)
    if (value !== undefined) return value
  }
  return undefined
}

const CALLERS = ['caller', 'Caller', 'azure.activitylogs.caller', 'user.email', 'UserPrincipalName', 'User']

/** Whoever called: by the object id of the directory, which is also how assignments name their principals. */
function callerOf(record: AzureRecord): Party | null {
  const { fields } = record
  const caller = identityOf(firstValue(fields, CALLERS))
  const login =
    identityOf(claim(record, UPN)) ?? identityOf(claim(record, NAME)) ?? identityOf(claim(record, 'upn'))
  const title = textOf(claim(record, 'name'), 200)
  const email = emailOf(login) ?? emailOf(caller) ?? emailOf(title)
  const id =
    guidOf(textOf(claim(record, OBJECT_ID))) ?? guidOf(textOf(claim(record, 'oid'))) ?? caller ?? login
  const known = id ?? email
  if (known === null) return null
  const isApplication =
    textOf(claim(record, 'idtyp')) === 'app' || (email === null && guidOf(caller) !== null)
  return {
    id: known,
    email,
    name: title === email ? null : title,
    type: email !== null ? 'user' : isApplication ? 'service' : 'unknown',
  }
}

const PORTAL = ['c44b4083-3bb0-49c1-b47d-974e53cbdf3c', '89bee1f7-5e6e-4d8a-9f3d-ecd601259da7']
const COMMAND_LINES = ['04b07795-8ddb-461a-bbee-02f9e1bf7b46', '1950a258-227b-4e31-a9cf-717495945fc2']
/** Privileged Identity Management's own application, which makes and ends the assignments that it was asked for. */
const PIM = '01fc33a7-78ba-4d2f-a4b7-768e336e890e'

function mechanismOf(record: AzureRecord, caller: Party | null): Pick<Facts, 'mechanism' | 'path'> {
  const application = guidOf(textOf(claim(record, 'appid')))
  const isPim = application === PIM || caller?.name === 'MS-PIM'
  if (isPim) return { mechanism: 'pim', path: 'sanctioned' }
  let mechanism: Mechanism = caller?.type === 'service' ? 'api' : 'unknown'
  if (application !== null && PORTAL.includes(application)) mechanism = 'console'
  if (application !== null && COMMAND_LINES.includes(application)) mechanism = 'api'
  return { mechanism, path: null }
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

export function principalType(value: unknown): PartyType {
  const key = textOf(value, 100)?.toLowerCase() ?? ''
  return Object.hasOwn(PRINCIPAL_TYPES, key) ? (PRINCIPAL_TYPES[key] ?? 'unknown') : 'unknown'
}
