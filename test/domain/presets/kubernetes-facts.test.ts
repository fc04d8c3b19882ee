import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kubernetesPreset } from '../../../src/domain/presets/kubernetes.ts'
import {
  aCall,
  binding,
  CI,
  CLUSTER_ADMIN,
  inNamespace,
  OPS,
  patch,
  TEST_AND_REMOVE,
} from './kubernetes-calls.ts'
import { read } from './labelled-events.ts'

function first(event: unknown) {
  const reading = read(kubernetesPreset, event)
  assert.ok('observations' in reading, JSON.stringify(reading))
  const [observation] = reading.observations
  assert.ok(observation !== undefined)
  return observation
}

test('Kubernetes: an act is the id of the audit record, with its time, place and caller', () => {
  const { act, occurredAt, ip, grantor, mechanism, userAgent, expiresAt } = first(aCall())
  assert.equal(act, '11111111-2222-3333-4444-555555555555')
  assert.equal(occurredAt, Date.parse('2026-03-01T10:00:00.123Z'))
  assert.equal(ip, '203.0.113.7')
  assert.equal(mechanism, 'api')
  assert.match(userAgent ?? '', /^kubectl/)
  assert.equal(expiresAt, null)
  assert.deepEqual(grantor, {
    id: 'bob@northwind.example',
    email: 'bob@northwind.example',
    name: null,
    type: 'user',
  })
})

test("Kubernetes: whoever acts as somebody else stays the grantor, and whom they act as is the session's name", () => {
  const { grantor, session } = first(aCall({ impersonatedUser: { username: 'system:admin' } }))
  assert.equal(grantor?.id, 'bob@northwind.example')
  assert.equal(session, 'system:admin')
})

test('Kubernetes: a caller of the cluster itself is a service, and its doing is upkeep', () => {
  const { grantor, mechanism } = first(
    aCall({ user: { username: 'system:serviceaccount:kube-system:operator' }, userAgent: 'operator/v1' }),
  )
  assert.equal(grantor?.type, 'service')
  assert.equal(mechanism, 'sync')
})

test('Kubernetes: Helm and Terraform are known as what they are', () => {
  assert.equal(first(aCall({ userAgent: 'Helm/3.14.0' })).mechanism, 'iac')
  assert.equal(first(aCall({ userAgent: 'HashiCorp/1.0 Terraform/1.9.0' })).mechanism, 'iac')
})

test("Kubernetes: EKS' session name is the caller's address", () => {
  const user = { username: 'kubernetes-admin', extra: { sessionName: ['bob@northwind.example'] } }
  const { grantor } = first(aCall({ user }))
  assert.equal(grantor?.id, 'kubernetes-admin')
  assert.equal(grantor?.email, 'bob@northwind.example')
})

test('Kubernetes: whoever gives themselves a role is the same party on both sides', () => {
  const user = { username: 'system:serviceaccount:ci:deployer' }
  const { grantor, grantee } = first(aCall({ user, requestObject: binding({ subjects: [CI] }) }))
  assert.equal(grantor?.id, grantee.id)
})

test('Kubernetes: what a removal takes is what the grant gave', () => {
  const [given, taken] = [first(aCall()), first(patch(TEST_AND_REMOVE))]
  assert.ok(given.form === 'change' && taken.form === 'change')
  assert.deepEqual([taken.kind, taken.grantee.id, taken.role], ['removal', given.grantee.id, given.role])
})

test('Kubernetes: a group, a guest without a name and an account are told apart', () => {
  const types = [OPS, { kind: 'User', name: 'system:anonymous' }, CI].map(
    (subject) => first(aCall({ requestObject: binding({ subjects: [subject] }) })).grantee.type,
  )
  assert.deepEqual(types, ['group', 'external', 'service'])
})

test('Kubernetes: a record that states no time is taken as of its receipt, or skipped', () => {
  const event = aCall({ requestReceivedTimestamp: undefined })
  assert.equal(first(event).occurredAt, 0)
  assert.deepEqual(kubernetesPreset.read(event, { prefix: null }), { skipped: 'time not stated' })
})

test('Kubernetes: the role of a binding keeps its kind', () => {
  const observation = first(
    inNamespace('web', { requestObject: binding({ roleRef: { kind: 'Role', name: CLUSTER_ADMIN.name } }) }),
  )
  assert.ok(observation.form === 'change')
  assert.deepEqual(observation.role, {
    id: 'role/cluster-admin',
    name: 'cluster-admin',
    tier: 'T2',
    scope: 'namespace:web',
  })
})
