import { type Fields, fieldsOf, identityAt, objectsAt, textAt, timeOf, valueAt } from '../event-fields.ts'
import type { Mechanism } from '../grant.ts'
import type { Party } from '../party.ts'
import { factsOf, hashedAct, ipOf, mechanismOfAgent, occurredAtOf } from './act-facts.ts'
import { gcpPrincipal } from './gcp-members.ts'
import type { ReadOptions } from './preset.ts'
import type { Facts } from './reading.ts'

/** One Cloud Audit Logs entry, whichever exporter wrote it: all paths are those of Google's own `AuditLog` message. */
export interface GcpEvent {
  readonly fields: Fields
  readonly form: GcpForm
  readonly method: string
}

/** The same with its facts, once it is known to be of interest and to have succeeded. */
export interface GcpAct extends GcpEvent {
  readonly facts: Facts
  /** Of what the call was made on, e.g. `project:northwind`. */
  readonly scope: string
}

/** How an exporter names the members of the `AuditLog` message. */
interface GcpForm {
  readonly base: string
  readonly method: string
  readonly rename: (path: string) => string
}

const snakeCase = (path: string) =>
  path.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll('._', '.')

const BIGQUERY: Readonly<Record<string, string>> = {
  serviceData: 'servicedata_v1_iam',
  request: 'requestJson',
  response: 'responseJson',
  metadata: 'metadataJson',
}

function firstRenamed(path: string, names: Readonly<Record<string, string>>): string {
  const [first = '', ...rest] = path.split('.')
  const name = Object.hasOwn(names, first) ? names[first] : undefined
  return [name ?? first, ...rest].join('.')
}

const pascalCase = (path: string) =>
  path === 'resourceName' ? 'GCPResourceName' : path.charAt(0).toUpperCase() + path.slice(1)

const columnCase = (path: string) => `${path.replaceAll('.', '_')}${path === 'status.code' ? '_d' : '_s'}`

/** As the Logging API has it, the export to BigQuery, Microsoft Sentinel's two tables, and Elastic's common schema. */
const LOGGING: GcpForm = { base: 'protoPayload.', method: 'protoPayload.methodName', rename: (path) => path }
const FORMS: readonly GcpForm[] = [
  LOGGING,
  {
    base: 'protopayload_auditlog.',
    method: 'protopayload_auditlog.methodName',
    rename: (path) => firstRenamed(path, BIGQUERY),
  },
  { base: '', method: 'MethodName', rename: pascalCase },
  { base: 'payload_', method: 'payload_methodName_s', rename: columnCase },
]
const ELASTIC: GcpForm = { base: 'gcp.audit.', method: 'event.action', rename: snakeCase }
const ELASTIC_MARKERS = ['gcp.audit', 'gcp.audit.type', 'gcp.audit.resource_name']
const REQUEST_TYPE = 'protoPayload.request.@type'
const MARKERS = [...FORMS.map(({ method }) => method), REQUEST_TYPE]

/** Wrappers of exporters that put the whole entry under a name of their own. */
const WRAPPERS = ['json', 'data'] as const

export function gcpEventOf(event: unknown, prefix: string | null): GcpEvent | null {
  const found = inForms(fieldsOf(event, { prefix, markers: MARKERS }))
  if (found !== null) return found
  const elastic = fieldsOf(event, { prefix, markers: ELASTIC_MARKERS })
  if (ELASTIC_MARKERS.some((marker) => valueAt(elastic, marker) !== undefined))
    return formed(elastic, ELASTIC)
  for (const wrapper of WRAPPERS) {
    const inner = valueAt({ root: event, base: '' }, wrapper)
    const wrapped = inner === undefined ? null : inForms({ root: inner, base: '' })
    if (wrapped !== null) return wrapped
  }
  return null
}

function inForms(fields: Fields): GcpEvent | null {
  for (const form of FORMS) {
    const found = formed(fields, form)
    if (found !== null) return found
  }
  return null
}

function formed(fields: Fields, form: GcpForm): GcpEvent | null {
  const method = valueAt(fields, form.method)
  if (typeof method === 'string') return { fields, form, method }
  // Trimmed samples name the call by the type of its request alone: `.../compute.images.setIamPolicy`.
  const type = form === LOGGING ? valueAt(fields, REQUEST_TYPE) : undefined
  if (typeof type !== 'string') return null
  return { fields, form, method: type.slice(type.lastIndexOf('/') + 1).replace(/Request$/, '') }
}

/** Where a member of the `AuditLog` message stands; exporters that rename leave the inside of some as it was. */
function placesOf(event: GcpEvent, path: string): readonly string[] {
  const { base, rename } = event.form
  const renamed = base + rename(path)
  return renamed === base + path ? [renamed] : [renamed, base + path]
}

/** The value at a path of the `AuditLog` message. */
export function gcpAt(event: GcpEvent, path: string): unknown {
  for (const place of placesOf(event, path)) {
    const value = valueAt(event.fields, place)
    if (value !== undefined) return value
  }
  return undefined
}

/** The objects of a list in the `AuditLog` message. */
export function gcpObjectsAt(event: GcpEvent, path: string): readonly Fields[] {
  for (const place of placesOf(event, path)) {
    const items = objectsAt(event.fields, place)
    if (items.length > 0) return items
  }
  return []
}

/** Failed by its status, or denied by every permission that was checked. Google leaves out a code of 0. */
export function hasFailed(event: GcpEvent): boolean {
  const code = gcpAt(event, 'status.code')
  if (code !== undefined && (typeof code === 'object' || Number(code) !== 0)) return true
  if (event.form === ELASTIC && textAt(event.fields, 'event.outcome') === 'failure') return true
  const checks = gcpObjectsAt(event, 'authorizationInfo').map((check) => textAt(check, 'granted'))
  return checks.includes('false') && !checks.includes('true')
}

const TIMES = [
  'timestamp',
  '@timestamp',
  'Timestamp',
  'protoPayload.timestamp',
  'receiveTimestamp',
  'p_event_time',
  'payload_requestMetadata_requestAttributes_time_s',
]
const IDS = ['insertId', 'InsertId', 'insert_id_s']

export function gcpFacts(event: GcpEvent, raw: unknown, options: ReadOptions): Facts | null {
  const { fields } = event
  const occurredAt = occurredAtOf(fields, raw, TIMES, options)
  if (occurredAt === null) return null
  const statesTime = TIMES.some((path) => timeOf(valueAt(fields, path)) !== null)
  const metadata = (name: string) => gcpAt(event, `requestMetadata.${name}`)
  const agent =
    metadata('callerSuppliedUserAgent') ?? valueAt(fields, 'user_agent.original') ?? valueAt(fields, 'agent')
  const userAgent = textAt({ root: { agent }, base: '' }, 'agent')
  const principal = gcpPrincipal(principalOf(event))
  const behind = personBehind(event)
  return factsOf({
    act: idOf(event) ?? hashedAct(raw, statesTime),
    occurredAt,
    grantor: behind ?? principal,
    mechanism: mechanismOf(userAgent),
    ip: ipOf(metadata('callerIp') ?? metadata('callerIP') ?? valueAt(fields, 'source.ip')),
    country: textAt(fields, 'source.geo.country_iso_code'),
    asn: identityAt(fields, 'source.as.number'),
    userAgent,
    session: behind === null ? null : (principal?.id ?? null),
  })
}

function idOf(event: GcpEvent): string | null {
  for (const path of event.form === ELASTIC ? ['event.id'] : IDS) {
    const id = identityAt(event.fields, path)
    if (id !== null) return id
  }
  return null
}

function principalOf(event: GcpEvent): unknown {
  const stated = gcpAt(event, 'authenticationInfo.principalEmail')
  if (stated !== undefined && stated !== '') return stated
  const elastic = valueAt(event.fields, 'client.user.email') ?? valueAt(event.fields, 'user.email')
  return event.form === ELASTIC && elastic !== undefined
    ? elastic
    : gcpAt(event, 'authenticationInfo.principalSubject')
}

/** The person who acts as a service account: whoever stands first in the chain of delegation. */
function personBehind(event: GcpEvent): Party | null {
  const [first] = gcpObjectsAt(event, 'authenticationInfo.serviceAccountDelegationInfo')
  if (first === undefined) return null
  const party = gcpPrincipal(valueAt(first, 'firstPartyPrincipal.principalEmail'))
  // Google's own staff and systems act under its production domain; they say nothing about who asked.
  return party === null || party.type !== 'user' || party.id.endsWith('@prod.google.com') ? null : party
}

function mechanismOf(userAgent: string | null): Mechanism {
  const known = mechanismOfAgent(userAgent)
  if (known !== 'unknown' || userAgent === null) return known
  return /google-cloud-sdk|gcloud|google-api|gl-|grpc|python|curl/i.test(userAgent) ? 'api' : 'unknown'
}
