/** Entries of Cloud Audit Logs as Google writes them, for what no real event shows. */

export type Json = Record<string, unknown>

export const ADD = { action: 'ADD', role: 'roles/owner', member: 'user:ana@northwind.example' }
export const AT = '2026-11-24T10:00:00.000000Z'

export function anEntry(payload: Json, more: Json = {}): Json {
  return {
    insertId: 'entry-1',
    timestamp: AT,
    logName: 'projects/northwind-prod/logs/cloudaudit.googleapis.com%2Factivity',
    resource: { type: 'project', labels: { project_id: 'northwind-prod' } },
    protoPayload: {
      '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
      serviceName: 'cloudresourcemanager.googleapis.com',
      methodName: 'SetIamPolicy',
      resourceName: 'projects/northwind-prod',
      status: {},
      authenticationInfo: { principalEmail: 'sofia@northwind.example' },
      requestMetadata: { callerIp: '192.0.2.7', callerSuppliedUserAgent: 'google-cloud-sdk gcloud/500' },
      ...payload,
    },
    ...more,
  }
}
export const deltas = (...bindingDeltas: Json[]) => ({ serviceData: { policyDelta: { bindingDeltas } } })
export const onPolicy = (...bindingDeltas: Json[]) => anEntry(deltas(...bindingDeltas))
export const onResource = (resourceName: string, ...bindingDeltas: Json[]) =>
  anEntry({ resourceName, ...deltas(...bindingDeltas) }, { resource: { type: 'other', labels: {} } })
export const wholePolicy = (resourceName: string, bindings: Json[], more: Json = {}) =>
  anEntry(
    { methodName: 'v1.compute.disks.setIamPolicy', resourceName, request: { policy: { bindings }, ...more } },
    { resource: { type: 'gce_disk', labels: { project_id: 'northwind-prod' } } },
  )
export const DISK = 'projects/northwind-prod/zones/z/disks/d'
export const many = Array.from({ length: 6 }, (_, index) => `user:u${index}@northwind.example`)

export const PAM = 'google.cloud.privilegedaccessmanager.v1.PrivilegedAccessManager'
export const GRANT_NAME = 'projects/northwind-prod/locations/global/entitlements/breakfix/grants/g-1'
export const PAM_GRANT = {
  name: GRANT_NAME,
  requester: 'ana@northwind.example',
  requestedDuration: '3600s',
  justification: { unstructuredJustification: 'INC-7: restore the database' },
  privilegedAccess: {
    gcpIamAccess: {
      resource: '//cloudresourcemanager.googleapis.com/projects/northwind-prod',
      roleBindings: [{ role: 'roles/cloudsql.admin' }, { role: 'roles/viewer' }],
    },
  },
}
export const pam = (methodName: string, payload: Json) =>
  anEntry(
    {
      serviceName: 'privilegedaccessmanager.googleapis.com',
      methodName,
      resourceName: GRANT_NAME,
      ...payload,
    },
    { resource: { type: 'audited_resource', labels: {} } },
  )
export const ACTIVATED = pam('PAMActivateGrant', {
  authenticationInfo: {},
  metadata: { updatedGrant: PAM_GRANT },
})
export const ENTITLEMENT = {
  name: 'projects/northwind-prod/locations/global/entitlements/breakfix',
  eligibleUsers: [{ principals: ['group:oncall@northwind.example', 'user:ana@northwind.example'] }],
  privilegedAccess: PAM_GRANT.privilegedAccess,
}

export const ACTIVITY = (eventName: string, parameter: Json[]) =>
  anEntry({
    serviceName: 'admin.googleapis.com',
    methodName: `google.admin.AdminService.${eventName}`,
    metadata: { event: [{ eventName, parameter }] },
  })
export const ASSIGNED = ACTIVITY('ASSIGN_ROLE', [
  { name: 'ROLE_NAME', value: '_SEED_ADMIN_ROLE' },
  { name: 'USER_EMAIL', value: 'ana@northwind.example' },
])
export const BIGQUERY = anEntry({
  serviceName: 'bigquery.googleapis.com',
  methodName: 'google.iam.v1.IAMPolicy.SetIamPolicy',
  resourceName: 'projects/northwind-prod/datasets/pay',
  metadata: { datasetChange: { bindingDeltas: [{ ...ADD, role: 'roles/bigquery.dataOwner' }] } },
})
export const role = (payload: Json) =>
  anEntry({
    methodName: 'google.iam.admin.v1.UpdateRole',
    resourceName: 'projects/northwind-prod/roles/deployer',
    ...payload,
  })
