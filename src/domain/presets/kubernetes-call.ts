import { type Fields, fieldsOf, identityOf, objectsAt, textOf, timeOf, valueAt } from '../event-fields.ts'
import type { Mechanism } from '../grant.ts'
import { factsOf, hashedAct, ipOf, mechanismOfAgent, occurredAtOf } from './act-facts.ts'
import { type GcpEvent, gcpAt, gcpEventOf, gcpFacts, hasFailed } from './gcp-event.ts'
import { accountNamed } from './kubernetes-subjects.ts'
import type { ReadOptions } from './preset.ts'
import type { Facts } from './reading.ts'
import { stringListOf } from './string-list.ts'

/** One call of the API server, whoever runs the cluster and wrote the record. */
export interface KubernetesCall {
  readonly verb: string
  readonly resource: string
  readonly subresource: string | null
  readonly namespace: string | null
  readonly name: string | null
  readonly apiGroup: string | null
  /** A value at a path of `audit.k8s.io`'s own event. */
  readonly at: (path: string) => unknown
  /** `requestObject` or `responseObject`: one object, or the steps of a JSON patch. */
  readonly body: (path: 'requestObject' | 'responseObject') => readonly Fields[]
  readonly outer: Fields
  readonly google: GcpEvent | null
}

const MARKERS = ['objectRef', 'ObjectRef', 'objectRef.resource', 'ObjectRef.resource']
/** Where clouds and shippers put the event: AKS and Log Analytics (as text), CloudWatch, Cloud Logging, agents. */
const WRAPPERS = [
  'properties.log',
  'Properties.log',
  'log_s',
  '@message',
  'log',
  'jsonPayload',
  'json',
  'body',
  'data',
]
/** Whose fields may also have been flattened below the wrapper's name. */
const FLATTENED = ['kubernetes.audit', 'jsonPayload', 'json']
const ENVELOPES = ['message', 'event', 'event.original', '_raw']

const VERBS: Readonly<Record<string, string>> = { replace: 'update', put: 'update', post: 'create' }
const NAME_MAX = 100

const lower = (value: unknown) => {
  const text = typeof value === 'string' ? value.slice(0, NAME_MAX).toLowerCase() : ''
  return Object.hasOwn(VERBS, text) ? (VERBS[text] ?? text) : text
}

export function kubernetesCall(event: unknown, prefix: string | null): KubernetesCall | null {
  const plain = fieldsOf(event, { prefix, markers: MARKERS })
  const holder = { root: event, base: '' }
  if (isMarked(plain)) return native(plain, holder)
  const wrapped = unwrapped(holder) ?? inEnvelopes(holder, prefix)
  return wrapped === null ? googleCall(event, prefix) : native(wrapped.inner, wrapped.outer)
}

/** A wrapper may itself have come as text, or behind the feed's prefix. */
function inEnvelopes(holder: Fields, prefix: string | null): Wrapped | null {
  const names = prefix === null || prefix === '' ? ENVELOPES : [...ENVELOPES, prefix]
  for (const name of names) {
    const [envelope] = objectsAt(holder, name)
    const found = envelope === undefined ? null : unwrapped(envelope)
    if (found !== null) return found
  }
  return prefix === null || prefix === '' ? null : unwrapped({ root: holder.root, base: `${prefix}.` })
}

interface Wrapped {
  readonly inner: Fields
  /** The record of the cloud or shipper, which says where the cluster is. */
  readonly outer: Fields
}

function unwrapped(holder: Fields): Wrapped | null {
  for (const name of FLATTENED) {
    const flattened = { root: holder.root, base: `${holder.base}${name}.` }
    if (isMarked(flattened)) return { inner: flattened, outer: holder }
  }
  for (const wrapper of WRAPPERS) {
    if (valueAt(holder, wrapper) === undefined) continue
    const [inner] = objectsAt(holder, wrapper)
    if (inner !== undefined && isMarked(inner)) return { inner, outer: holder }
  }
  return null
}

function isMarked(fields: Fields): boolean {
  return MARKERS.some((marker) => valueAt(fields, marker) !== undefined)
}

/** Log Analytics' own table of AKS has the event's fields as columns, with names in capitals. */
const COLUMNS: Readonly<Record<string, string>> = {
  verb: 'Verb',
  user: 'User',
  objectRef: 'ObjectRef',
  requestObject: 'RequestObject',
  responseObject: 'ResponseObject',
  responseStatus: 'ResponseStatus',
  impersonatedUser: 'ImpersonatedUser',
  annotations: 'Annotations',
  auditID: 'AuditId',
  stage: 'Stage',
  sourceIPs: 'SourceIps',
  userAgent: 'UserAgent',
  requestURI: 'RequestUri',
  requestReceivedTimestamp: 'RequestReceivedTime',
  stageTimestamp: 'StageReceivedTime',
}

function native(fields: Fields, outer: Fields): KubernetesCall {
  const isTable =
    valueAt(fields, 'objectRef') === undefined && valueAt(fields, 'objectRef.resource') === undefined
  const place = (path: string) => {
    const [first = '', ...rest] = path.split('.')
    const column = isTable && Object.hasOwn(COLUMNS, first) ? COLUMNS[first] : undefined
    return column === undefined ? path : [column, ...rest].join('.')
  }
  const at = (path: string) => valueAt(fields, place(path))
  return {
    // Datadog moves the verb into a field of its own.
    verb: lower(at('verb') ?? valueAt(fields, 'http.method')),
    resource: lower(at('objectRef.resource')),
    subresource: identityOf(at('objectRef.subresource')),
    namespace: identityOf(at('objectRef.namespace')),
    name: identityOf(at('objectRef.name')),
    apiGroup: identityOf(at('objectRef.apiGroup')),
    at,
    body: (path) => bodyAt(fields, place(path)),
    outer,
    google: null,
  }
}

function bodyAt(fields: Fields, path: string): readonly Fields[] {
  if (valueAt(fields, path) !== undefined) return objectsAt(fields, path)
  const flattened = { root: fields.root, base: `${fields.base}${path}.` }
  return PARTS.some((part) => valueAt(flattened, part) !== undefined) ? [flattened] : []
}
const PARTS = [
  'kind',
  'roleRef.name',
  'subjects',
  'rules',
  'data',
  'metadata.name',
  'metadata',
  'spec',
  'spec.signerName',
  'spec.username',
  'status.conditions',
]

/** GKE writes the call as an entry of Cloud Audit Logs: `io.k8s.authorization.rbac.v1.rolebindings.create`. */
function googleCall(event: unknown, prefix: string | null): KubernetesCall | null {
  const google = gcpEventOf(event, prefix)
  if (google === null || !google.method.startsWith('io.k8s.')) return null
  const parts = google.method.slice(0, 200).split('.')
  const version = parts.findLastIndex((part) => /^v\d/.test(part))
  const [resource = '', ...rest] = version < 0 ? [] : parts.slice(version + 1)
  const path = identityOf(gcpAt(google, 'resourceName')) ?? ''
  const [, namespace = null] = /\/namespaces\/([^/]+)\//.exec(path) ?? []
  const [, name = null] =
    new RegExp(`/${/^[a-z]+$/.test(resource) ? resource : '-'}/([^/]+)`).exec(`/${path}`) ?? []
  const renamed = (own: string) =>
    own.replace(/^requestObject/, 'request').replace(/^responseObject/, 'response')
  const at = (own: string) => gcpAt(google, renamed(own))
  return {
    verb: lower(rest.at(-1)),
    resource: lower(resource),
    subresource: rest.length > 1 ? (rest[0] ?? null) : null,
    namespace,
    name,
    apiGroup: null,
    at,
    body: (own) => bodyAt(google.fields, `${google.form.base}${google.form.rename(renamed(own))}`),
    outer: google.fields,
    google,
  }
}

export type Progress = 'done' | 'failed' | 'underway' | 'rehearsed'

/** Whether the call was carried out; a record of its arrival, or of a trial run, changes nothing. */
export function progressOf(call: KubernetesCall): Progress {
  if (call.google !== null) {
    const code = numberOf(call.at('responseObject.code'))
    const label = textOf(valueAt(call.outer, 'labels.authorization.k8s.io/decision'), 50)
    return hasFailed(call.google) || code >= 400 || label === 'forbid' ? 'failed' : 'done'
  }
  const stage = textOf(call.at('stage'), 50)
  if (stage === 'RequestReceived' || stage === 'ResponseStarted') return 'underway'
  const code = call.at('responseStatus.code') ?? call.at('http.status_code')
  const decision =
    call.at('annotations.authorization.k8s.io/decision') ??
    call.at('annotations.authorization_k8s_io/decision')
  const isDenied =
    textOf(decision, 50) === 'forbid' || textOf(call.at('responseStatus.status'), 50) === 'Failure'
  if (stage === 'Panic' || isDenied || numberOf(code) >= 400) return 'failed'
  return /[?&]dryRun=/i.test(textOf(call.at('requestURI')) ?? '') ? 'rehearsed' : 'done'
}

/** 0 when it is no number: an event may hold anything there. */
function numberOf(value: unknown): number {
  return Number(textOf(value, 20) ?? '0')
}

const TIMES = ['requestReceivedTimestamp', 'stageTimestamp', 'timestamp', 'metadata.creationTimestamp']
const OUTER_TIMES = ['p_event_time', 'time', 'TimeGenerated', '@timestamp', 'timestamp']

export function factsOfCall(call: KubernetesCall, event: unknown, options: ReadOptions): Facts | null {
  if (call.google !== null) {
    const facts = gcpFacts(call.google, event, options)
    const caller = accountNamed(call.at('authenticationInfo.principalEmail'))
    return facts === null
      ? null
      : {
          ...facts,
          grantor: caller ?? facts.grantor,
          mechanism: mechanismOf(facts.userAgent, caller?.id ?? ''),
        }
  }
  const stated = TIMES.map((path) => timeOf(call.at(path))).find((time) => time !== null) ?? null
  const occurredAt = stated ?? occurredAtOf(call.outer, event, OUTER_TIMES, options)
  if (occurredAt === null) return null
  const userAgent = textOf(call.at('userAgent'))
  const caller = callerOf(call)
  const impersonated = identityOf(call.at('impersonatedUser.username'))
  return factsOf({
    act: identityOf(call.at('auditID')) ?? hashedAct(event, stated !== null),
    occurredAt,
    grantor: caller,
    mechanism: mechanismOf(userAgent, caller?.id ?? ''),
    ip: ipOf(stringListOf(call.at('sourceIPs'))[0]) ?? ipOf(valueAt(call.outer, 'source.ip')),
    country: textOf(valueAt(call.outer, 'source.geo.country_iso_code')),
    userAgent,
    // The grantor is whoever called, and this is whom they called as.
    session: impersonated,
  })
}

/** EKS knows people by their session's name, which is often an address. */
function callerOf(call: KubernetesCall) {
  const party = accountNamed(call.at('user.username') ?? valueAt(call.outer, 'usr.id'))
  const session = stringListOf(call.at('user.extra.sessionName'))[0] ?? null
  const person = session === null || party?.email !== null ? null : accountNamed(session)
  return party === null || person?.email == null ? party : { ...party, email: person.email }
}

function mechanismOf(userAgent: string | null, caller: string): Mechanism {
  if (
    userAgent !== null &&
    /\b(helm|argocd|argo-cd|flux|kustomize-controller|source-controller)\b/i.test(userAgent)
  )
    return 'iac'
  const known = mechanismOfAgent(userAgent)
  if (known !== 'unknown') return known
  if (caller.startsWith('system:')) return 'sync'
  return userAgent !== null && /^(kubectl|oc|k9s)\b/i.test(userAgent) ? 'api' : 'unknown'
}

const CLUSTER_NAMES = [
  'orchestrator.cluster.name',
  'kubernetes.cluster.name',
  'cluster_name',
  'clusterName',
  'cluster',
]
const LOG_GROUPS = ['logGroup', 'log_group', '@log', 'aws.cloudwatch.log_group', 'log_group_name']
const RESOURCES = ['resourceId', 'ResourceId', '_ResourceId']

/** The scope of the whole cluster: `*` when the record does not say which, since a feed often holds one alone. */
export function clusterOf(call: KubernetesCall): string {
  const label = (name: string) => identityOf(valueAt(call.outer, `resource.labels.${name}`))
  const labelled = [label('project_id'), label('location'), label('cluster_name')]
  if (labelled[2] !== null) return `cluster:${labelled.filter((part) => part !== null).join('.')}`
  for (const path of CLUSTER_NAMES) {
    const name = identityOf(valueAt(call.outer, path))
    if (name !== null) return `cluster:${name}`
  }
  for (const path of LOG_GROUPS) {
    const name = /\/aws\/eks\/([^/]+)\/cluster/.exec(textOf(valueAt(call.outer, path)) ?? '')?.[1]
    if (name !== undefined) return `cluster:${name}`
  }
  for (const path of RESOURCES) {
    const name = /\/managedclusters\/([^/]+)/i.exec(textOf(valueAt(call.outer, path)) ?? '')?.[1]
    if (name !== undefined) return `cluster:${name.toLowerCase()}`
  }
  return '*'
}

/** A namespace of a cluster, or the cluster itself. */
export function scopeOf(call: KubernetesCall, namespace: string | null): string {
  const cluster = clusterOf(call)
  if (namespace === null) return cluster
  return cluster === '*' ? `namespace:${namespace}` : `${cluster}/namespace:${namespace}`
}
