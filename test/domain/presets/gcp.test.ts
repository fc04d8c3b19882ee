import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gcpPreset } from '../../../src/domain/presets/gcp.ts'
import {
  ACTIVATED,
  ADD,
  ASSIGNED,
  anEntry,
  BIGQUERY,
  DISK,
  deltas,
  ENTITLEMENT,
  GRANT_NAME,
  type Json,
  many,
  onPolicy,
  onResource,
  PAM,
  PAM_GRANT,
  pam,
  role,
  wholePolicy,
} from './gcp-entries.ts'
import { read, summary } from './labelled-events.ts'
import { provePreset } from './proof.ts'

provePreset(gcpPreset, [
  onPolicy(ADD),
  ACTIVATED,
  ASSIGNED,
  BIGQUERY,
  wholePolicy(DISK, [{ role: 'roles/owner', members: many }]),
  pam(`${PAM}.CreateEntitlement`, { request: { entitlement: ENTITLEMENT } }),
  role({ serviceData: { permissionDelta: { addedPermissions: ['a.b.c'] } } }),
])

const READINGS: readonly (readonly [string, Json, string])[] = [
  [
    'an owner of a project',
    onPolicy(ADD),
    'grant roles/owner project:northwind-prod T0 ana@northwind.example',
  ],
  [
    'a taken role',
    onPolicy({ ...ADD, action: 'REMOVE' }),
    'removal roles/owner project:northwind-prod T0 ana@northwind.example',
  ],
  [
    'every change of one policy, in both directions',
    onPolicy(
      { ...ADD, role: 'roles/editor' },
      { ...ADD, role: 'roles/viewer' },
      { action: 'REMOVE', role: 'roles/owner', member: 'group:ops@northwind.example' },
      { action: 'ADD', role: 'roles/storage.admin', member: 'serviceAccount:ci@p.iam.gserviceaccount.com' },
    ),
    'removal roles/owner project:northwind-prod T0 ops@northwind.example; grant roles/editor project:northwind-prod T1 ana@northwind.example; grant roles/storage.admin project:northwind-prod T1 ci@p.iam.gserviceaccount.com',
  ],
  [
    'only what changed, whatever else the policy holds',
    anEntry({
      ...deltas({ ...ADD, role: 'roles/browser' }),
      request: { policy: { bindings: [{ role: 'roles/owner', members: ['user:old@northwind.example'] }] } },
    }),
    'not privileged',
  ],
  ['a viewer', onPolicy({ ...ADD, role: 'roles/viewer' }), 'not privileged'],
  [
    'an object viewer for everybody',
    onPolicy({ ...ADD, role: 'roles/storage.objectViewer', member: 'allUsers' }),
    'not privileged',
  ],
  [
    'an administrator of the organisation',
    onResource('organizations/42', { ...ADD, role: 'roles/compute.networkAdmin' }),
    'grant roles/compute.networkAdmin organization:42 T0 ana@northwind.example',
  ],
  [
    'an administrator in a folder',
    onResource('folders/7', { ...ADD, role: 'roles/compute.networkAdmin' }),
    'grant roles/compute.networkAdmin folder:7 T1 ana@northwind.example',
  ],
  [
    'an administrator with a version in its name',
    onPolicy({ ...ADD, role: 'roles/compute.instanceAdmin.v1' }),
    'grant roles/compute.instanceAdmin.v1 project:northwind-prod T1 ana@northwind.example',
  ],
  [
    'a security administrator of a project reaches over all of it',
    onPolicy({ ...ADD, role: 'roles/iam.securityAdmin' }),
    'grant roles/iam.securityAdmin project:northwind-prod T0 ana@northwind.example',
  ],
  [
    'a custom role, whatever it holds',
    onPolicy({ ...ADD, role: 'projects/northwind-prod/roles/deployer' }),
    'grant projects/northwind-prod/roles/deployer project:northwind-prod T2 ana@northwind.example',
  ],
  [
    "a service agent's role for a person",
    onPolicy({ ...ADD, role: 'roles/dataprep.serviceAgent' }),
    'grant roles/dataprep.serviceAgent project:northwind-prod T1 ana@northwind.example',
  ],
  [
    "a service agent's role for a made-up agent",
    onPolicy({
      ...ADD,
      role: 'roles/dataprep.serviceAgent',
      member: 'serviceAccount:service-1@evil.iam.gserviceaccount.com',
    }),
    'grant roles/dataprep.serviceAgent project:northwind-prod T1 service-1@evil.iam.gserviceaccount.com',
  ],
  [
    'who may act as a service account',
    onResource('projects/-/serviceAccounts/1234', { ...ADD, role: 'roles/iam.serviceAccountUser' }),
    'grant roles/iam.serviceAccountUser service-account:1234 T1 ana@northwind.example',
  ],
  [
    'a role on one bucket reaches less far',
    onResource('projects/_/buckets/pay', { ...ADD, role: 'roles/storage.admin' }),
    'grant roles/storage.admin projects/_/buckets/pay T2 ana@northwind.example',
  ],
  [
    'a deleted account loses its role under its own name',
    onPolicy({ ...ADD, action: 'REMOVE', member: 'deleted:user:ana@northwind.example?uid=123' }),
    'removal roles/owner project:northwind-prod T0 ana@northwind.example',
  ],
  [
    'the same binding with another condition is no removal',
    onPolicy({ ...ADD, action: 'REMOVE', condition: { expression: 'true' } }, ADD),
    'grant roles/owner project:northwind-prod T0 ana@northwind.example',
  ],
  [
    'a dataset of BigQuery',
    BIGQUERY,
    'grant roles/bigquery.dataOwner projects/northwind-prod/datasets/pay T2 ana@northwind.example',
  ],
  [
    'a call that failed',
    anEntry({ ...deltas(ADD), status: { code: 7, message: 'PERMISSION_DENIED' } }),
    'call failed',
  ],
  ['a call that failed, as text', anEntry({ ...deltas(ADD), status: { code: '7' } }), 'call failed'],
  [
    'a permission denied',
    anEntry({ ...deltas(ADD), status: {}, authorizationInfo: [{ granted: false }] }),
    'call failed',
  ],
  [
    'a bucket made with its usual bindings',
    anEntry({ ...deltas(ADD), methodName: 'storage.buckets.create' }),
    'not a privilege event',
  ],
  [
    'a policy written as it was',
    anEntry({
      serviceData: { policyDelta: {} },
      request: { policy: { bindings: [{ role: 'roles/owner', members: many }] } },
    }),
    'no change of privilege',
  ],
  ['a policy that was read', anEntry({ methodName: 'GetIamPolicy' }), 'not a privilege event'],
  [
    'Kubernetes on GKE',
    anEntry({ methodName: 'io.k8s.authorization.rbac.v1.clusterrolebindings.create' }),
    'not a privilege event',
  ],
  [
    'a whole policy of one disk',
    wholePolicy(DISK, [
      { role: 'roles/owner', members: ['user:ana@northwind.example'] },
      { role: 'roles/compute.viewer', members: many },
    ]),
    `grant roles/owner ${DISK} T1 ana@northwind.example`,
  ],
  [
    'a small policy of a project',
    wholePolicy('projects/northwind-prod', [
      { role: 'roles/owner', members: ['user:ana@northwind.example'] },
    ]),
    'grant roles/owner project:northwind-prod T0 ana@northwind.example',
  ],
  [
    'a large policy of a project, of which nobody knows what changed',
    wholePolicy('projects/northwind-prod', [{ role: 'roles/owner', members: many }]),
    'full policy without its changes',
  ],
  [
    'a policy of which only the audit configuration was set',
    wholePolicy(DISK, [{ role: 'roles/owner', members: many }], { updateMask: 'auditConfigs,etag' }),
    'not privileged',
  ],
  [
    "an owner's invitation",
    anEntry({ methodName: 'InsertProjectOwnershipInvite', request: { member: 'user:x@gmail.com' } }),
    'context invitation project:northwind-prod T2 x@gmail.com',
  ],
  ['a request for access', pam(`${PAM}.CreateGrant`, { response: PAM_GRANT }), 'requested and not completed'],
  ['a request denied', pam(`${PAM}.DenyGrant`, { response: PAM_GRANT }), 'requested and not completed'],
  [
    'a request that nobody answered',
    pam('PAMExpireGrant', { metadata: { updatedGrant: PAM_GRANT } }),
    'requested and not completed',
  ],
  [
    'a request approved',
    pam(`${PAM}.ApproveGrant`, { request: { name: GRANT_NAME, reason: 'ok' }, response: PAM_GRANT }),
    'context approval roles/cloudsql.admin T2 ana@northwind.example',
  ],
  [
    'access activated',
    ACTIVATED,
    'activate roles/cloudsql.admin project:northwind-prod T1 ana@northwind.example',
  ],
  [
    'access ended by itself',
    pam('PAMEndGrant', { metadata: { updatedGrant: PAM_GRANT } }),
    'expiry roles/cloudsql.admin project:northwind-prod T1 ana@northwind.example',
  ],
  [
    'access revoked',
    pam(`${PAM}.RevokeGrant`, { metadata: { updatedGrant: PAM_GRANT } }),
    'removal roles/cloudsql.admin project:northwind-prod T1 ana@northwind.example',
  ],
  [
    'the binding that the access manager makes',
    anEntry({
      ...deltas({ ...ADD, role: 'roles/cloudsql.admin' }),
      authenticationInfo: { principalEmail: 'service-42@gcp-sa-pam.iam.gserviceaccount.com' },
    }),
    'activate roles/cloudsql.admin project:northwind-prod T1 ana@northwind.example',
  ],
  [
    'an entitlement',
    pam(`${PAM}.CreateEntitlement`, { request: { entitlement: ENTITLEMENT } }),
    'eligible roles/cloudsql.admin project:northwind-prod T1 oncall@northwind.example; eligible roles/cloudsql.admin project:northwind-prod T1 ana@northwind.example',
  ],
  [
    'another change of an entitlement',
    pam(`${PAM}.UpdateEntitlement`, {
      request: { entitlement: ENTITLEMENT, updateMask: 'maxRequestDuration' },
    }),
    'no change of privilege',
  ],
  [
    'a custom role that allows more',
    role({ serviceData: { permissionDelta: { addedPermissions: ['a.b.c'], removedPermissions: ['d'] } } }),
    'role_widened projects/northwind-prod/roles/deployer projects/northwind-prod T2 holders:projects/northwind-prod/roles/deployer',
  ],
  [
    'a custom role that allows less',
    role({ serviceData: { permissionDelta: { removedPermissions: ['d'] } } }),
    'no change of privilege',
  ],
  [
    'a custom role that was renamed',
    role({ request: { role: { title: 'Deployer' } } }),
    'no change of privilege',
  ],
  [
    'audit logs switched off for a service',
    anEntry({
      serviceData: {
        policyDelta: {
          auditConfigDeltas: [{ action: 'REMOVE', service: 'storage.googleapis.com', logType: 'DATA_READ' }],
        },
      },
    }),
    'control_weakened audit-log project:northwind-prod T0 project:northwind-prod',
  ],
  [
    'audit logs switched on for a service',
    anEntry({
      serviceData: {
        policyDelta: {
          auditConfigDeltas: [{ action: 'ADD', service: 'storage.googleapis.com', logType: 'DATA_READ' }],
        },
      },
    }),
    'no change of privilege',
  ],
  [
    'a sink of the logs deleted',
    anEntry({
      methodName: 'google.logging.v2.ConfigServiceV2.DeleteSink',
      resourceName: 'projects/p/sinks/audit',
    }),
    'control_weakened audit-log projects/p/sinks/audit T0 projects/p/sinks/audit',
  ],
  [
    'a sink that leaves out Kubernetes',
    anEntry({
      methodName: 'google.logging.v2.ConfigServiceV2.UpdateSink',
      request: { sink: { exclusions: [{ name: 'k8s' }] } },
    }),
    'control_weakened audit-log project:northwind-prod T0 project:northwind-prod',
  ],
  [
    'another change of a sink that leaves out Kubernetes',
    anEntry({
      methodName: 'google.logging.v2.ConfigServiceV2.UpdateSink',
      request: { sink: { exclusions: [{ name: 'k8s' }] }, updateMask: 'destination' },
    }),
    'no change of privilege',
  ],
  [
    'a guard on members of other domains taken away',
    anEntry({
      methodName: 'google.cloud.orgpolicy.v2.OrgPolicy.DeletePolicy',
      resourceName: 'organizations/42/policies/iam.allowedPolicyMemberDomains',
    }),
    'control_weakened privileged-access-rules organizations/42/policies/iam.allowedPolicyMemberDomains T0 organizations/42/policies/iam.allowedPolicyMemberDomains',
  ],
  [
    'a policy on something else',
    anEntry({
      methodName: 'google.cloud.orgpolicy.v2.OrgPolicy.DeletePolicy',
      resourceName: 'organizations/42/policies/gcp.resourceLocations',
    }),
    'not a privilege event',
  ],
  ["Workspace's own events", ASSIGNED, 'grant super-admin * T0 ana@northwind.example'],
]
for (const [title, event, expected] of READINGS)
  test(`Google Cloud: ${title}`, () => {
    const result = summary(read(gcpPreset, event))
    assert.equal('skipped' in result ? result.skipped : result.observations.join('; '), expected)
  })
