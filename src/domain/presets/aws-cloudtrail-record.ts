import { type Fields, fieldsOf, identityOf, textOf, valueAt } from '../event-fields.ts'

/** Where each form of a CloudTrail record keeps what we read: the first path that holds something counts. */
interface Form {
  readonly name: readonly string[]
  readonly source: readonly string[]
  readonly id: readonly string[]
  readonly times: readonly string[]
  /** Present when the call failed. */
  readonly errors: readonly string[]
  readonly outcome: readonly string[]
  readonly parameters: readonly string[]
  readonly response: readonly string[]
  readonly identityType: readonly string[]
  readonly identityArn: readonly string[]
  readonly principalId: readonly string[]
  readonly identityAccount: readonly string[]
  readonly identityUser: readonly string[]
  readonly invokedBy: readonly string[]
  readonly issuerArn: readonly string[]
  readonly issuerType: readonly string[]
  readonly sourceIdentity: readonly string[]
  readonly onBehalfOf: readonly string[]
  readonly accessKey: readonly string[]
  readonly ip: readonly string[]
  readonly agent: readonly string[]
  readonly account: readonly string[]
  readonly region: readonly string[]
  readonly fromConsole: readonly string[]
}

/** As AWS writes it. */
const RAW: Form = {
  name: ['eventName'],
  source: ['eventSource'],
  id: ['eventID', 'eventId'],
  times: ['eventTime'],
  errors: ['errorCode', 'errorMessage'],
  outcome: ['responseElements.ConsoleLogin'],
  parameters: ['requestParameters'],
  response: ['responseElements'],
  identityType: ['userIdentity.type'],
  identityArn: ['userIdentity.arn'],
  principalId: ['userIdentity.principalId'],
  identityAccount: ['userIdentity.accountId'],
  identityUser: ['userIdentity.userName'],
  invokedBy: ['userIdentity.invokedBy'],
  issuerArn: ['userIdentity.sessionContext.sessionIssuer.arn'],
  issuerType: ['userIdentity.sessionContext.sessionIssuer.type'],
  sourceIdentity: ['userIdentity.sessionContext.sourceIdentity'],
  onBehalfOf: ['userIdentity.onBehalfOf.userId'],
  accessKey: ['userIdentity.accessKeyId'],
  ip: ['sourceIPAddress'],
  agent: ['userAgent'],
  account: ['recipientAccountId'],
  region: ['awsRegion'],
  fromConsole: ['sessionCredentialFromConsole'],
}

const identity = (name: string) => [`aws.cloudtrail.user_identity.${name}`]

/** As Elastic's shippers rewrite it when they do not keep the original. */
const ECS: Form = {
  name: ['event.action'],
  source: ['event.provider'],
  id: ['event.id'],
  times: ['@timestamp'],
  errors: ['aws.cloudtrail.error_code', 'aws.cloudtrail.error_message'],
  outcome: ['event.outcome'],
  parameters: ['aws.cloudtrail.flattened.request_parameters', 'aws.cloudtrail.request_parameters'],
  response: ['aws.cloudtrail.flattened.response_elements', 'aws.cloudtrail.response_elements'],
  identityType: identity('type'),
  identityArn: identity('arn'),
  principalId: ['user.id'],
  identityAccount: [],
  identityUser: [],
  invokedBy: identity('invoked_by'),
  issuerArn: identity('session_context.session_issuer.arn'),
  issuerType: identity('session_context.session_issuer.type'),
  sourceIdentity: identity('session_context.source_identity'),
  onBehalfOf: identity('on_behalf_of.user_id'),
  accessKey: identity('access_key_id'),
  ip: ['source.ip', 'source.address'],
  agent: ['user_agent.original'],
  account: ['aws.cloudtrail.recipient_account_id', 'cloud.account.id'],
  region: ['cloud.region'],
  fromConsole: ['aws.cloudtrail.session_credential_from_console'],
}

/** As the columns of Microsoft Sentinel's table AWSCloudTrail. */
const SENTINEL: Form = {
  name: ['EventName'],
  source: ['EventSource'],
  id: ['AwsEventId', 'EventID'],
  times: ['TimeGenerated', 'EventTime'],
  errors: ['ErrorCode', 'ErrorMessage'],
  outcome: [],
  parameters: ['RequestParameters'],
  response: ['ResponseElements'],
  identityType: ['UserIdentityType'],
  identityArn: ['UserIdentityArn'],
  principalId: ['UserIdentityPrincipalid', 'UserIdentityPrincipalId'],
  identityAccount: ['UserIdentityAccountId'],
  identityUser: ['UserIdentityUserName', 'Username'],
  invokedBy: ['UserIdentityInvokedBy'],
  issuerArn: ['SessionIssuerArn'],
  issuerType: ['SessionIssuerType'],
  sourceIdentity: [],
  onBehalfOf: [],
  accessKey: ['UserIdentityAccessKeyId'],
  ip: ['SourceIpAddress', 'SourceIPAddress'],
  agent: ['UserAgent'],
  account: ['RecipientAccountId'],
  region: ['AWSRegion', 'AwsRegion'],
  fromConsole: [],
}

/** As Amazon Security Lake rewrites it (OCSF). */
const OCSF: Form = {
  name: ['api.operation'],
  source: ['api.service.name'],
  id: ['metadata.uid'],
  times: ['time_dt', 'time'],
  errors: ['api.response.error'],
  outcome: ['status'],
  parameters: ['api.request.data', 'unmapped.requestParameters'],
  response: ['api.response.data', 'unmapped.responseElements'],
  identityType: ['actor.user.type'],
  identityArn: ['actor.user.uuid', 'actor.user.uid'],
  principalId: ['actor.user.uid_alt'],
  identityAccount: ['actor.user.account.uid', 'actor.user.account_uid'],
  identityUser: ['actor.user.name'],
  invokedBy: ['actor.invoked_by'],
  issuerArn: ['actor.session.issuer'],
  issuerType: [],
  sourceIdentity: [],
  onBehalfOf: [],
  accessKey: ['actor.user.credential_uid'],
  ip: ['src_endpoint.ip'],
  agent: ['http_request.user_agent'],
  account: ['cloud.account.uid', 'cloud.account_uid'],
  region: ['cloud.region'],
  fromConsole: [],
}

type Part = keyof Form

export interface CloudTrailRecord {
  readonly fields: Fields
  readonly form: Form
}

interface Place {
  readonly markers: readonly string[]
  readonly base: string
  readonly form: Form
}

/** Looked for in this order: a whole record inside something (EventBridge, LookupEvents) before one rewritten. */
const PLACES: readonly Place[] = [
  { markers: ['eventName'], base: '', form: RAW },
  { markers: ['detail.eventName'], base: 'detail.', form: RAW },
  { markers: ['CloudTrailEvent.eventName'], base: 'CloudTrailEvent.', form: RAW },
  { markers: ['cloudtrail.eventName'], base: 'cloudtrail.', form: RAW },
  { markers: ['aws.cloudtrail.eventName'], base: 'aws.cloudtrail.', form: RAW },
  {
    markers: ['aws.cloudtrail.event_version', 'aws.cloudtrail.user_identity.type', 'aws.cloudtrail'],
    base: '',
    form: ECS,
  },
  { markers: ['EventName'], base: '', form: SENTINEL },
  { markers: ['api.operation'], base: '', form: OCSF },
]

/** Fields that name the call, in every form, for the filter. */
export const NAME_FIELDS: readonly string[] = [
  'eventName',
  'detail.eventName',
  'cloudtrail.eventName',
  'aws.cloudtrail.eventName',
  'event.action',
  'EventName',
  'api.operation',
]

/** The record in an event, or null when there is none. */
export function recordOf(event: unknown, prefix: string | null): CloudTrailRecord | null {
  for (const { markers, base, form } of PLACES) {
    const found = fieldsOf(event, { prefix, markers })
    const fields = { root: found.root, base: found.base + base }
    if (form.name.some((path) => typeof valueAt(fields, path) === 'string')) return { fields, form }
  }
  return null
}

export function part(record: CloudTrailRecord, name: Part): unknown {
  for (const path of record.form[name]) {
    const value = valueAt(record.fields, path)
    if (value !== undefined && value !== '') return value
  }
  return undefined
}

export function partText(record: CloudTrailRecord, name: Part): string | null {
  return textOf(part(record, name))
}

export function partIdentity(record: CloudTrailRecord, name: Part): string | null {
  return identityOf(part(record, name))
}

/** CloudTrail writes `errorCode` only for calls that failed; a failed sign-in says so in its response. */
export function hasFailed(record: CloudTrailRecord): boolean {
  const error = textOf(part(record, 'errors'))?.toLowerCase() ?? 'success'
  const outcome = textOf(part(record, 'outcome'))?.toLowerCase() ?? 'success'
  return error !== 'success' || outcome.startsWith('fail')
}

const UPPER_FIRST = /^[a-z]/

/** A parameter of the request (or of the response), whatever the case of its first letter. */
export function parameter(
  record: CloudTrailRecord,
  name: string,
  of: 'parameters' | 'response' = 'parameters',
): unknown {
  for (const path of record.form[of]) {
    const value =
      valueAt(record.fields, `${path}.${name}`) ??
      valueAt(record.fields, `${path}.${name.replace(UPPER_FIRST, (letter) => letter.toUpperCase())}`)
    if (value !== undefined) return value
    const whole = valueAt(record.fields, path)
    const written = typeof whole === 'string' ? writtenValue(whole, name) : null
    if (written !== null) return written
  }
  return undefined
}

export function parameterIdentity(record: CloudTrailRecord, name: string): string | null {
  return identityOf(parameter(record, name))
}

const WRITTEN_MAX = 100_000

/** A value out of `{policyArn=arn:aws:iam::aws:policy/X, userName=bob}`, as Elastic writes parameters as text. */
function writtenValue(whole: string, name: string): string | null {
  if (!whole.startsWith('{') || whole.startsWith('{"') || whole.length > WRITTEN_MAX) return null
  const key = `${name}=`
  const at = whole.startsWith(`{${key}`) ? 1 : whole.indexOf(`, ${key}`) + 2
  if (at === 1 && !whole.startsWith(`{${key}`)) return null
  const from = at + key.length
  const end = whole.slice(from).search(/, [A-Za-z]\w{0,60}=|\}$/)
  return end === -1 ? null : whole.slice(from, from + end)
}
