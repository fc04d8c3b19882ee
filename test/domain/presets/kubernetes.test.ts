import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kubernetesPreset } from '../../../src/domain/presets/kubernetes.ts'
import {
  ALICE,
  AZURE_TABLE,
  aCall,
  binding,
  CI,
  configMap,
  definition,
  inNamespace,
  type Json,
  OPS,
  onAzure,
  onGoogle,
  patch,
  TEST_AND_REMOVE,
} from './kubernetes-calls.ts'
import { read, summary } from './labelled-events.ts'
import { provePreset } from './proof.ts'

const MAP_ROLES = `- rolearn: arn:aws:iam::012345678901:role/nodes
  username: system:node:{{EC2PrivateDNSName}}
  groups:
  - system:bootstrappers
  - system:nodes
- rolearn: "arn:aws:iam::012345678901:role/admins"
  username: admin
  groups: ["system:masters", viewers]
`
const MAP_USERS = '- userarn: arn:aws:iam::012345678901:user/eve\n  groups:\n    - system:masters\n'
const AUTH = configMap({ mapRoles: MAP_ROLES, mapUsers: MAP_USERS })
const COLLECTION = aCall({
  verb: 'deletecollection',
  objectRef: { resource: 'clusterrolebindings' },
  requestObject: undefined,
  responseObject: { kind: 'ClusterRoleBindingList', items: [binding(), binding({ subjects: [OPS] })] },
})
const APPROVED = aCall({
  verb: 'update',
  objectRef: { resource: 'certificatesigningrequests', name: 'eve', subresource: 'approval' },
  requestObject: {
    spec: { signerName: 'kubernetes.io/kube-apiserver-client', username: 'eve' },
    status: { conditions: [{ type: 'Approved' }] },
  },
})
const TOKEN = aCall({
  objectRef: { resource: 'serviceaccounts', name: 'deployer', namespace: 'ci', subresource: 'token' },
  requestObject: undefined,
})

provePreset(kubernetesPreset, [
  aCall(),
  AUTH,
  COLLECTION,
  APPROVED,
  TOKEN,
  AZURE_TABLE,
  patch(TEST_AND_REMOVE),
  onGoogle('clusterrolebindings.create'),
  onAzure(aCall()),
  definition('update', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]),
])

const WITHOUT_ALICE = binding({ subjects: [OPS] })
const bound = (roleRef: string, part: Json = {}) =>
  aCall({ requestObject: binding({ roleRef: { kind: 'ClusterRole', name: roleRef }, ...part }) })
const boundIn = (namespace: string, kind: string, name: string) =>
  inNamespace(namespace, { requestObject: binding({ roleRef: { kind, name } }) })
const everybody = (name: string) => bound('edit', { subjects: [{ kind: 'Group', name }] })

const READINGS: readonly (readonly [string, Json, string])[] = [
  ['a cluster administrator', aCall(), 'grant cluster-admin * T0 alice@northwind.example'],
  [
    'every subject of a binding',
    aCall({ requestObject: binding({ subjects: [ALICE, OPS, CI] }) }),
    'grant cluster-admin * T0 alice@northwind.example; grant cluster-admin * T0 ops; grant cluster-admin * T0 system:serviceaccount:ci:deployer',
  ],
  ['an editor everywhere', bound('edit'), 'grant edit * T1 alice@northwind.example'],
  [
    'an editor of one namespace',
    boundIn('web', 'ClusterRole', 'edit'),
    'grant edit namespace:web T2 alice@northwind.example',
  ],
  [
    'the whole of one namespace',
    boundIn('web', 'ClusterRole', 'cluster-admin'),
    'grant cluster-admin namespace:web T1 alice@northwind.example',
  ],
  [
    'the namespace that runs the cluster',
    boundIn('kube-system', 'ClusterRole', 'cluster-admin'),
    'grant cluster-admin namespace:kube-system T0 alice@northwind.example',
  ],
  [
    "a namespace's own role is another than the cluster's of that name",
    boundIn('web', 'Role', 'admin'),
    'grant role/admin namespace:web T2 alice@northwind.example',
  ],
  ['a role that somebody defined', bound('runner'), 'grant runner * T2 alice@northwind.example'],
  ['a role that only reads', bound('view'), 'not privileged'],
  ['a role named as one that only reads', bound('pod-reader'), 'not privileged'],
  ['what everybody may do', bound('system:discovery'), 'not privileged'],
  ['everybody with an account', everybody('system:authenticated'), 'grant edit * T0 system:authenticated'],
  ['everybody at all', everybody('system:unauthenticated'), 'grant edit * T0 system:unauthenticated'],
  [
    'every account of services',
    everybody('system:serviceaccounts'),
    'grant edit * T0 system:serviceaccounts',
  ],
  [
    'all accounts of a namespace',
    everybody('system:serviceaccounts:ci'),
    'grant edit * T0 system:serviceaccounts:ci',
  ],
  ['a refused call', aCall({ responseStatus: { code: 403 } }), 'call failed'],
  ['a refused call, its code as text', aCall({ responseStatus: { code: '409' } }), 'call failed'],
  ['a forbidden call', aCall({ annotations: { 'authorization.k8s.io/decision': 'forbid' } }), 'call failed'],
  ['the arrival of a call', aCall({ stage: 'RequestReceived' }), 'requested and not completed'],
  ['a crash', aCall({ stage: 'Panic' }), 'call failed'],
  ['a trial run', aCall({ requestURI: '/apis/x/clusterrolebindings?dryRun=All' }), 'no change of privilege'],
  ['a look', aCall({ verb: 'get' }), 'not a privilege event'],
  [
    "an extension's own kind of role binding",
    aCall({ objectRef: { resource: 'rolebindings', apiGroup: 'example.com', name: 'x' } }),
    'not a privilege event',
  ],
  ['a binding of nobody', aCall({ requestObject: binding({ subjects: [] }) }), 'no change of privilege'],
  [
    'a record without the request',
    aCall({ requestObject: undefined }),
    'grant unnamed-role * T1 subjects-of:clusterrolebindings/ops',
  ],
  [
    'a write that changed nothing',
    aCall({
      verb: 'update',
      requestObject: binding({ metadata: { resourceVersion: '7' } }),
      responseObject: binding({ metadata: { resourceVersion: '7' } }),
    }),
    'no change of privilege',
  ],
  ['a merge of subjects', patch({ subjects: [OPS] }, WITHOUT_ALICE), 'grant cluster-admin * T0 ops'],
  ['a merge of labels', patch({ metadata: { labels: { a: 'b' } } }, binding()), 'no change of privilege'],
  [
    'a merge that takes all away',
    patch({ subjects: null }, binding({ subjects: [] })),
    'removal cluster-admin * T0 subjects-of:clusterrolebindings/ops',
  ],
  [
    'an update that leaves nobody',
    aCall({
      verb: 'update',
      requestObject: binding({ subjects: [] }),
      responseObject: binding({ subjects: [] }),
    }),
    'removal cluster-admin * T0 subjects-of:clusterrolebindings/ops',
  ],
  [
    'a merge that names whom it deletes',
    patch({ subjects: [{ ...ALICE, $patch: 'delete' }] }, WITHOUT_ALICE),
    'removal cluster-admin * T0 alice@northwind.example',
  ],
  [
    'a step that adds a subject',
    patch([{ op: 'add', path: '/subjects/-', value: ALICE }], binding({ subjects: [OPS, ALICE] })),
    'grant cluster-admin * T0 alice@northwind.example',
  ],
  [
    'a step that adds a list of subjects',
    patch([{ op: 'add', path: '/subjects', value: [OPS, CI] }], binding({ subjects: [OPS, CI] })),
    'grant cluster-admin * T0 ops; grant cluster-admin * T0 system:serviceaccount:ci:deployer',
  ],
  [
    'a step that takes a subject which it tests for, with no answer shown',
    patch(TEST_AND_REMOVE),
    'removal cluster-admin * T0 alice@northwind.example',
  ],
  [
    'a step that takes a subject by its place alone',
    patch([{ op: 'remove', path: '/subjects/0' }], WITHOUT_ALICE),
    'removal cluster-admin * T0 subjects-of:clusterrolebindings/ops',
  ],
  [
    'a step on labels',
    patch([{ op: 'add', path: '/metadata/labels/a', value: 'b' }], binding()),
    'no change of privilege',
  ],
  [
    'a deletion',
    inNamespace('web', {
      verb: 'delete',
      requestObject: { kind: 'DeleteOptions' },
      responseObject: { kind: 'Status' },
    }),
    'removal unnamed-role namespace:web T2 subjects-of:rolebindings/web/ops',
  ],
  [
    'a deletion that answers with what it deleted',
    aCall({ verb: 'delete', requestObject: { kind: 'DeleteOptions' }, responseObject: binding() }),
    'removal cluster-admin * T0 alice@northwind.example',
  ],
  [
    'a deletion of many',
    COLLECTION,
    'removal cluster-admin * T0 alice@northwind.example; removal cluster-admin * T0 ops',
  ],
  [
    "the API server's own set-up",
    aCall({
      user: { username: 'system:apiserver' },
      requestObject: binding({ roleRef: { name: 'system:node' } }),
    }),
    'not privileged',
  ],
  [
    'a controller that gives a role',
    aCall({ user: { username: 'system:serviceaccount:kube-system:operator' } }),
    'grant cluster-admin * T0 alice@northwind.example',
  ],
  [
    'whom AWS identities are mapped to',
    AUTH,
    'grant system:masters * T0 arn:aws:iam::012345678901:role/admins; grant group:viewers * T2 arn:aws:iam::012345678901:role/admins; grant system:masters * T0 arn:aws:iam::012345678901:user/eve',
  ],
  [
    'mappings as JSON',
    configMap({
      mapUsers: JSON.stringify([{ userarn: 'arn:aws:iam::1:user/eve', groups: ['system:masters'] }]),
    }),
    'grant system:masters * T0 arn:aws:iam::1:user/eve',
  ],
  ['mappings of nodes alone', configMap({ mapRoles: MAP_ROLES.split('- rolearn: "')[0] }), 'not privileged'],
  [
    'another map',
    aCall({ objectRef: { resource: 'configmaps', name: 'settings' } }),
    'not a privilege event',
  ],
  [
    'a definition that now allows everything',
    definition('update', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]),
    'role_widened runner * T0 holders:runner',
  ],
  [
    'a new definition that allows everything',
    definition('create', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]),
    'role_widened runner * T1 holders:runner',
  ],
  [
    'a definition of one namespace that leads to others',
    definition('patch', [{ apiGroups: [''], resources: ['pods/exec'], verbs: ['create'] }], 'roles'),
    'role_widened role/runner namespace:ci T2 holders:role/runner',
  ],
  [
    'a definition of ordinary work',
    definition('update', [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['update'] }]),
    'no change of privilege',
  ],
  [
    'labels of a definition that allows everything',
    aCall({
      verb: 'patch',
      objectRef: { resource: 'clusterroles', name: 'runner' },
      requestObject: { metadata: { labels: { a: 'b' } } },
      responseObject: { rules: [{ resources: ['*'], verbs: ['*'] }] },
    }),
    'no change of privilege',
  ],
  [
    'a step that adds a rule',
    aCall({
      verb: 'patch',
      objectRef: { resource: 'clusterroles', name: 'runner' },
      requestObject: [{ op: 'add', path: '/rules/-', value: { resources: ['*'], verbs: ['*'] } }],
    }),
    'role_widened runner * T0 holders:runner',
  ],
  [
    'a definition that becomes part of a default one',
    aCall({
      objectRef: { resource: 'clusterroles', name: 'runner' },
      requestObject: {
        metadata: { labels: { 'rbac.authorization.k8s.io/aggregate-to-edit': 'true' } },
        rules: [{ resources: ['pods/exec'], verbs: ['create'] }],
      },
    }),
    'role_widened runner * T2 holders:runner; role_widened edit * T1 holders:edit',
  ],
  ['a deleted definition', definition('delete', []), 'no change of privilege'],
  ['a certificate approved for somebody', APPROVED, 'context api-token certificate:eve T2 eve'],
  ['a token for an account', TOKEN, 'context api-token namespace:ci T2 system:serviceaccount:ci:deployer'],
  ['a token for a pod', { ...TOKEN, user: { username: 'system:node:n-1' } }, 'not privileged'],
  [
    'an account made',
    aCall({ objectRef: { resource: 'serviceaccounts', name: 'x', namespace: 'ci' } }),
    'context account-created * T2 system:serviceaccount:ci:x',
  ],
  [
    "Google's entry",
    onGoogle('clusterrolebindings.create'),
    'grant cluster-admin cluster:northwind.europe-west1.prod T0 alice@northwind.example',
  ],
  [
    "Google's entry for a namespace",
    onGoogle('rolebindings.update', {
      resourceName: 'rbac.authorization.k8s.io/v1/namespaces/web/rolebindings/ops',
      request: binding({ roleRef: { kind: 'ClusterRole', name: 'admin' } }),
    }),
    'grant admin cluster:northwind.europe-west1.prod/namespace:web T2 alice@northwind.example',
  ],
  [
    "Google's entry for a deletion",
    onGoogle('clusterrolebindings.delete', {
      request: { kind: 'DeleteOptions' },
      response: { status: 'Success' },
    }),
    'removal unnamed-role cluster:northwind.europe-west1.prod T1 subjects-of:clusterrolebindings/ops',
  ],
  [
    "Google's entry for a refusal",
    onGoogle('clusterrolebindings.create', { status: { code: 7 } }),
    'call failed',
  ],
  ["Azure's text", onAzure(aCall()), 'grant cluster-admin cluster:prod T0 alice@northwind.example'],
  ["Azure's table", AZURE_TABLE, 'grant cluster-admin * T0 alice@northwind.example'],
  [
    "CloudWatch's text",
    { '@message': JSON.stringify(aCall()), '@log': '0123:/aws/eks/prod/cluster' },
    'grant cluster-admin cluster:prod T0 alice@northwind.example',
  ],
  [
    "Azure's text in an envelope",
    { message: JSON.stringify(onAzure(aCall())) },
    'grant cluster-admin cluster:prod T0 alice@northwind.example',
  ],
  ["Elastic's event", { kubernetes: { audit: aCall() } }, 'grant cluster-admin * T0 alice@northwind.example'],
]

for (const [what, event, expected] of READINGS)
  test(`Kubernetes: ${what} is read as ${expected.split(' ').slice(0, 2).join(' ')}`, () => {
    const reading = summary(read(kubernetesPreset, event))
    assert.equal('skipped' in reading ? reading.skipped : reading.observations.join('; '), expected)
  })
