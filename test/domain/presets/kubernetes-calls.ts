/** Calls of an API server, made up for what no public record shows. */

export type Json = Record<string, unknown>

export const ALICE = { kind: 'User', name: 'alice@northwind.example', apiGroup: 'rbac.authorization.k8s.io' }
export const OPS = { kind: 'Group', name: 'ops' }
export const CI = { kind: 'ServiceAccount', name: 'deployer', namespace: 'ci' }
export const CLUSTER_ADMIN = {
  apiGroup: 'rbac.authorization.k8s.io',
  kind: 'ClusterRole',
  name: 'cluster-admin',
}

export function binding(part: Json = {}): Json {
  return {
    kind: 'ClusterRoleBinding',
    metadata: { name: 'ops' },
    roleRef: CLUSTER_ADMIN,
    subjects: [ALICE],
    ...part,
  }
}

/** A JSON patch that takes one subject out of a binding, and says which. */
export const TEST_AND_REMOVE = [
  { op: 'test', path: '/roleRef/kind', value: 'ClusterRole' },
  { op: 'test', path: '/roleRef/name', value: 'cluster-admin' },
  { op: 'test', path: '/subjects/1', value: ALICE },
  { op: 'remove', path: '/subjects/1' },
]

/** A completed call on a cluster role binding, unless `part` says otherwise. */
export function aCall(part: Json = {}): Json {
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    auditID: '11111111-2222-3333-4444-555555555555',
    level: 'RequestResponse',
    stage: 'ResponseComplete',
    verb: 'create',
    requestURI: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
    user: { username: 'bob@northwind.example', groups: ['system:authenticated'] },
    sourceIPs: ['203.0.113.7', '10.0.0.1'],
    userAgent: 'kubectl/v1.31.0 (linux/amd64) kubernetes/abcdef0',
    objectRef: { resource: 'clusterrolebindings', name: 'ops', apiGroup: 'rbac.authorization.k8s.io' },
    responseStatus: { code: 201 },
    requestReceivedTimestamp: '2026-03-01T10:00:00.123456Z',
    annotations: { 'authorization.k8s.io/decision': 'allow' },
    requestObject: binding(),
    ...part,
  }
}

/** The same in a namespace. */
export function inNamespace(namespace: string, part: Json = {}): Json {
  return aCall({ objectRef: { resource: 'rolebindings', name: 'ops', namespace }, ...part })
}

export function patch(requestObject: unknown, responseObject?: Json): Json {
  return aCall({ verb: 'patch', requestObject, responseObject })
}

export function definition(verb: string, rules: readonly Json[], resource = 'clusterroles'): Json {
  const objectRef = { resource, name: 'runner', ...(resource === 'roles' ? { namespace: 'ci' } : {}) }
  return aCall({
    verb,
    objectRef,
    requestObject: { kind: 'ClusterRole', metadata: { name: 'runner' }, rules },
  })
}

export function configMap(data: Json): Json {
  const objectRef = { resource: 'configmaps', name: 'aws-auth', namespace: 'kube-system' }
  return aCall({ verb: 'update', objectRef, requestObject: { kind: 'ConfigMap', data } })
}

/** Google Kubernetes Engine's entry for the same. */
export function onGoogle(method: string, part: Json = {}): Json {
  return {
    insertId: 'g-1',
    timestamp: '2026-03-01T10:00:00Z',
    logName: 'projects/northwind/logs/cloudaudit.googleapis.com%2Factivity',
    resource: {
      type: 'k8s_cluster',
      labels: { project_id: 'northwind', location: 'europe-west1', cluster_name: 'prod' },
    },
    protoPayload: {
      serviceName: 'k8s.io',
      methodName: `io.k8s.authorization.rbac.v1.${method}`,
      resourceName: 'rbac.authorization.k8s.io/v1/clusterrolebindings/ops',
      authenticationInfo: { principalEmail: 'bob@northwind.example' },
      authorizationInfo: [
        { granted: true, permission: 'io.k8s.authorization.rbac.v1.clusterrolebindings.create' },
      ],
      requestMetadata: { callerIp: '203.0.113.7', callerSuppliedUserAgent: 'kubectl/v1.31.0' },
      request: binding(),
      ...part,
    },
  }
}

/** Azure's diagnostic settings hold the event as text. */
export function onAzure(event: Json): Json {
  return {
    category: 'kube-audit-admin',
    operationName: 'Microsoft.ContainerService/managedClusters/diagnosticLogs/Read',
    properties: { log: JSON.stringify(event), stream: 'stdout', pod: 'kube-apiserver-1' },
    resourceId:
      '/SUBSCRIPTIONS/S/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/PROD',
    time: '2026-03-01T10:00:01Z',
  }
}

/** Log Analytics' table of the same. */
export const AZURE_TABLE: Json = {
  TimeGenerated: '2026-03-01T10:00:01Z',
  Verb: 'create',
  Stage: 'ResponseComplete',
  AuditId: 'a-1',
  ObjectRef: JSON.stringify({ resource: 'clusterrolebindings', name: 'ops' }),
  User: JSON.stringify({ username: 'bob@northwind.example' }),
  RequestObject: JSON.stringify(binding()),
  ResponseStatus: JSON.stringify({ code: 201 }),
  SourceIps: JSON.stringify(['203.0.113.7']),
}
