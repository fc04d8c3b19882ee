import {
  accountCreated,
  accountKey,
  auditNarrowed,
  customRoleChanged,
  organizationPolicy,
  ownContext,
  ownershipInvite,
  sinkUpdated,
} from './gcp-context.ts'
import { type GcpAct, gcpEventOf, gcpFacts, gcpObjectsAt, hasFailed } from './gcp-event.ts'
import { PAM_READERS } from './gcp-pam.ts'
import { policyChanged, policySet } from './gcp-policy.ts'
import { gcpRunbook } from './gcp-runbook.ts'
import { scopeOf } from './gcp-scope.ts'
import { adminEvents } from './google-workspace-events.ts'
import { type Preset, type Reading, type ReadOptions, TIME_NOT_STATED } from './preset.ts'
import { CALL_FAILED, NO_CHANGE, NOT_PRIVILEGE_EVENT } from './reading.ts'

/**
 * Cloud Audit Logs. The bindings of Kubernetes on GKE (`io.k8s...`) belong to the preset for Kubernetes. What Workspace
 * sends here (`google.admin.AdminService...`) is read as Workspace's own.
 */

const DAY_MS = 24 * 3_600_000

type Reader = (event: GcpAct) => Reading

const keyMade: Reader = (event) => ownContext(event, 'api-token')
const providerMade: Reader = (event) => ownContext(event, 'identity-provider')

/** By the last part of the method's name, since services and versions before it vary. */
const READERS: Readonly<Record<string, Reader>> = {
  setiampolicy: policySet,
  setiampermissions: policySet,
  'storage.buckets.update': policyChanged,
  'storage.buckets.patch': policyChanged,
  'storage.objects.update': policyChanged,
  patchdataset: policyChanged,
  updatedataset: policyChanged,
  insertprojectownershipinvite: ownershipInvite,
  'iam.admin.createrole': () => NO_CHANGE,
  'iam.admin.updaterole': customRoleChanged,
  'iam.admin.undeleterole': customRoleChanged,
  'iam.admin.createserviceaccount': accountCreated,
  'iam.admin.createserviceaccountkey': accountKey,
  'iam.admin.uploadserviceaccountkey': accountKey,
  'apikeys.createkey': keyMade,
  'storage.hmackeys.create': keyMade,
  createworkforcepool: providerMade,
  updateworkforcepool: providerMade,
  createworkforcepoolprovider: providerMade,
  updateworkforcepoolprovider: providerMade,
  createworkloadidentitypool: providerMade,
  updateworkloadidentitypool: providerMade,
  createworkloadidentitypoolprovider: providerMade,
  updateworkloadidentitypoolprovider: providerMade,
  'configservicev2.deletesink': auditNarrowed,
  'configservicev2.deletebucket': auditNarrowed,
  'configservicev2.createexclusion': auditNarrowed,
  'configservicev2.updatesink': sinkUpdated,
  'orgpolicy.deletepolicy': organizationPolicy,
  'orgpolicy.updatepolicy': organizationPolicy,
  'orgpolicy.createpolicy': organizationPolicy,
  setorgpolicy: organizationPolicy,
  clearorgpolicy: organizationPolicy,
}

/** Grants and entitlements of Privileged Access Manager, by their exact last part. */
function pamReader(method: string): Reader | undefined {
  const last = method.slice(method.lastIndexOf('.') + 1)
  const isPam = method.startsWith('PAM') || method.includes('.PrivilegedAccessManager.')
  return isPam && Object.hasOwn(PAM_READERS, last) ? PAM_READERS[last] : undefined
}

function readerOf(method: string): Reader | undefined {
  if (method.startsWith('io.k8s.')) return undefined
  if (method.startsWith('google.admin.AdminService.')) return workspace
  const pam = pamReader(method)
  if (pam !== undefined) return pam
  const parts = method.toLowerCase().split('.').slice(-4)
  // `google.iam.admin.v1.CreateRole` is `iam.admin.createrole`, and `...v2.ApiKeys.CreateKey` is `apikeys.createkey`.
  const names = parts.filter((part) => !/^v\d+(alpha|beta)?\d*$/.test(part))
  for (let length = 1; length <= 3; length += 1) {
    const name = names.slice(-length).join('.')
    if (Object.hasOwn(READERS, name)) return READERS[name]
  }
  return undefined
}

function workspace(event: GcpAct): Reading {
  return adminEvents(gcpObjectsAt(event, 'metadata.event'), event.facts)
}

const METHOD_MAX = 300
const READERS_CACHED_MAX = 5_000
const known = new Map<string, Reader | null>()

function cachedReader(method: string): Reader | null {
  const cached = known.get(method)
  if (cached !== undefined) return cached
  const reader = readerOf(method.slice(0, METHOD_MAX)) ?? null
  if (known.size < READERS_CACHED_MAX && method.length <= METHOD_MAX) known.set(method, reader)
  return reader
}

function read(event: unknown, options: ReadOptions): Reading {
  const entry = gcpEventOf(event, options.prefix)
  const reader = entry === null ? null : cachedReader(entry.method)
  if (entry === null || reader === null) return NOT_PRIVILEGE_EVENT
  if (hasFailed(entry)) return CALL_FAILED
  const facts = gcpFacts(entry, event, options)
  if (facts === null) return { skipped: TIME_NOT_STATED }
  return reader({ ...entry, facts, scope: scopeOf(entry) })
}

/** What names of methods contain; the rest of a name is the service's and its version. */
const METHODS = [
  'setIamPolicy',
  'setIamPermissions',
  'storage.buckets.update',
  'storage.buckets.patch',
  'storage.objects.update',
  'PatchDataset',
  'UpdateDataset',
  'InsertProjectOwnershipInvite',
  'PrivilegedAccessManager',
  'PAMActivateGrant',
  'PAMEndGrant',
  'google.iam.admin',
  'ApiKeys.CreateKey',
  'storage.hmacKeys.create',
  'WorkforcePool',
  'WorkloadIdentityPool',
  'ConfigServiceV2',
  'OrgPolicy',
  'google.admin.AdminService',
]

const FIELDS = [
  'protoPayload.methodName',
  'protoPayload.request.@type',
  'protopayload_auditlog.methodName',
  'MethodName',
  'payload_methodName_s',
  'event.action',
]

export const gcpPreset: Preset = {
  name: 'gcp',
  title: 'Google Cloud',
  proof: 'real events',
  filter: FIELDS.map((field) => ({ field, op: 'contains', values: METHODS })),
  // Privileged Access Manager logs an activation, and its agent then sets the policy.
  settleWindowMs: 5 * 60_000,
  overlapMs: 15 * 60_000,
  latestEventAgeMs: 7 * DAY_MS,
  futureSkewMs: 3_600_000,
  // A justification comes with Privileged Access Manager alone.
  carries: { justification: true, ticket: false, expiry: true, ip: true },
  read,
  runbook: gcpRunbook,
}
