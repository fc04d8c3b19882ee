import { textOf } from '../event-fields.ts'
import { bindingChanged } from './kubernetes-bindings.ts'
import { factsOfCall, type KubernetesCall, kubernetesCall, progressOf } from './kubernetes-call.ts'
import {
  accountChanged,
  certificateApproved,
  definitionChanged,
  mappingChanged,
} from './kubernetes-others.ts'
import { isCataloguedRole } from './kubernetes-roles.ts'
import { kubernetesRunbook } from './kubernetes-runbook.ts'
import { type Preset, type Reading, type ReadOptions, TIME_NOT_STATED } from './preset.ts'
import { CALL_FAILED, type Facts, NO_CHANGE, NOT_COMPLETED, NOT_PRIVILEGE_EVENT } from './reading.ts'

/** Audit logs of Kubernetes (`audit.k8s.io`), as clusters of one's own, EKS, AKS and GKE write them. */

const DAY_MS = 24 * 3_600_000

type Reader = (call: KubernetesCall, facts: Facts) => Reading

const READERS: Readonly<Record<string, Reader>> = {
  clusterrolebindings: bindingChanged,
  rolebindings: bindingChanged,
  clusterroles: definitionChanged,
  roles: definitionChanged,
  configmaps: mappingChanged,
  certificatesigningrequests: certificateApproved,
  serviceaccounts: accountChanged,
}

const WRITES = ['create', 'update', 'patch', 'delete', 'deletecollection']
/** Extensions have roles and bindings of their own, which mean something else. */
const GROUPS = ['rbac.authorization.k8s.io', 'authorization.openshift.io', 'certificates.k8s.io', 'core']

function readerOf(call: KubernetesCall): Reader | undefined {
  if (call.apiGroup !== null && !GROUPS.includes(call.apiGroup)) return undefined
  if (!Object.hasOwn(READERS, call.resource)) return undefined
  if (call.resource === 'configmaps' && call.name !== 'aws-auth') return undefined
  return WRITES.includes(call.verb) || isVerbLeftOut(call) ? READERS[call.resource] : undefined
}

/** Trimmed records leave out the verb; then a whole object that was asked for says that it was written. */
function isVerbLeftOut(call: KubernetesCall): boolean {
  return (
    call.verb === '' &&
    /^(ConfigMap|(Cluster)?RoleBinding)$/.test(textOf(call.at('requestObject.kind'), 50) ?? '')
  )
}

function read(event: unknown, options: ReadOptions): Reading {
  const call = kubernetesCall(event, options.prefix)
  const reader = call === null ? undefined : readerOf(call)
  if (call === null || reader === undefined) return NOT_PRIVILEGE_EVENT
  const progress = progressOf(call)
  if (progress === 'failed') return CALL_FAILED
  if (progress === 'underway') return NOT_COMPLETED
  if (progress === 'rehearsed') return NO_CHANGE
  const facts = factsOfCall(call, event, options)
  return facts === null ? { skipped: TIME_NOT_STATED } : reader(call, facts)
}

const RESOURCES = Object.keys(READERS)
const FIELDS = ['', 'kubernetes.audit.', 'jsonPayload.', 'json.', 'body.', 'data.', 'log.', '@message.'].map(
  (wrapper) => `${wrapper}objectRef.resource`,
)
const TEXTS = [
  'properties.log',
  'Properties.log',
  'log_s',
  '@message',
  'message',
  'log',
  'body',
  'data',
  'ObjectRef',
  'objectRef',
]
const METHODS = ['protoPayload.methodName', 'protopayload_auditlog.methodName', 'MethodName', 'event.action']

export const kubernetesPreset: Preset = {
  name: 'kubernetes',
  title: 'Kubernetes',
  proof: 'real events',
  filter: [
    { field: 'ObjectRef.resource', op: 'in', values: RESOURCES },
    ...FIELDS.map((field) => ({ field, op: 'in' as const, values: RESOURCES })),
    ...TEXTS.map((field) => ({
      field,
      op: 'contains' as const,
      values: [
        'rolebindings',
        'clusterroles',
        '"roles"',
        'aws-auth',
        'certificatesigningrequests',
        'serviceaccounts',
      ],
    })),
    ...METHODS.map((field) => ({
      field,
      op: 'contains' as const,
      values: ['io.k8s.authorization.rbac', 'certificatesigningrequests', 'io.k8s.core.v1.serviceaccounts'],
    })),
  ],
  settleWindowMs: 0,
  overlapMs: 15 * 60_000,
  latestEventAgeMs: 3 * DAY_MS,
  futureSkewMs: 3_600_000,
  carries: { justification: false, ticket: false, expiry: false, ip: true },
  isCatalogued: isCataloguedRole,
  read,
  runbook: kubernetesRunbook,
}
