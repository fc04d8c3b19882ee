import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import type { Grant } from '../../../src/domain/grant.ts'
import { kubernetesPreset } from '../../../src/domain/presets/kubernetes.ts'
import { aGrant } from '../../support/builders.ts'
import {
  ALICE,
  aCall,
  binding,
  CI,
  inNamespace,
  type Json,
  OPS,
  onAzure,
  onGoogle,
} from './kubernetes-calls.ts'
import { read } from './labelled-events.ts'
import { HOSTILE_NAMES, shellCalls } from './shell-calls.ts'

/** The first grant that an event gives, as the ledger holds it. */
function granted(event: Json): Grant {
  const reading = read(kubernetesPreset, event)
  assert.ok('observations' in reading, JSON.stringify(reading))
  const [observation] = reading.observations
  assert.ok(observation?.form === 'change')
  const { form: _form, ...facts } = observation
  return aGrant({ ...facts, direction: 'given', raw: JSON.stringify(event).slice(0, 8_000) })
}

/** The command runs on the machine of whoever pastes it; here jq may be missing. */
const NEEDS_JQ = { skip: spawnSync('jq', ['--version']).status === 0 ? false : 'jq is not installed' }

const callsFor = (event: Json) => shellCalls(kubernetesPreset.runbook(granted(event)), ['kubectl', 'jq'])

test('Kubernetes: one subject is patched out of its binding', () => {
  const calls = [...callsFor(aCall())].sort((one, other) => one.join(' ').localeCompare(other.join(' ')))
  const [look, jq, change] = [
    calls.find((call) => call[1] === 'get'),
    calls.find((call) => call[0] === 'jq'),
    calls.find((call) => call[1] === 'patch'),
  ]
  assert.deepEqual(look, ['kubectl', 'get', 'clusterrolebinding', 'ops', '-o', 'json'])
  assert.deepEqual(jq?.slice(0, 11), [
    'jq',
    '-c',
    '--arg',
    'kind',
    'User',
    '--arg',
    'name',
    ALICE.name,
    '--arg',
    'namespace',
    '',
  ])
  assert.deepEqual(change, [
    'kubectl',
    'patch',
    'clusterrolebinding',
    'ops',
    '--type=json',
    '--patch-file=/dev/stdin',
  ])
})

test(
  "Kubernetes: the patch's steps test for the role and the subject, and its record confirms the removal",
  NEEDS_JQ,
  () => {
    const grant = granted(aCall({ requestObject: binding({ subjects: [OPS, CI, ALICE] }) }))
    const target = {
      ...grant,
      grantee: { ...grant.grantee, id: 'system:serviceaccount:ci:deployer', type: 'service' as const },
    }
    const held = JSON.stringify(binding({ subjects: [OPS, CI, ALICE] }))
    const command = kubernetesPreset.runbook(target)?.replace(/\| kubectl patch .*$/, '') ?? ''
    const script = `kubectl() { printf '%s' "$HELD"; }\n${command}\n`
    const run = spawnSync('sh', ['-c', script], { encoding: 'utf8', env: { ...process.env, HELD: held } })
    assert.equal(run.status, 0, run.stderr)
    const steps: unknown = JSON.parse(run.stdout)
    const confirmed = read(kubernetesPreset, aCall({ verb: 'patch', requestObject: steps }))
    assert.ok('observations' in confirmed)
    const [taken] = confirmed.observations
    assert.ok(taken?.form === 'change')
    assert.deepEqual([taken.kind, taken.grantee.id, taken.role], ['removal', target.grantee.id, target.role])
  },
)

test('Kubernetes: a binding of a namespace is patched there, whoever runs the cluster', () => {
  for (const event of [inNamespace('web'), onAzure(inNamespace('web'))]) {
    const look = callsFor(event).find((call) => call[1] === 'get')
    assert.deepEqual(look, ['kubectl', 'get', 'rolebinding', 'ops', '--namespace=web', '-o', 'json'])
  }
  const google = onGoogle('rolebindings.create', {
    resourceName: 'rbac.authorization.k8s.io/v1/namespaces/web/rolebindings/ops',
  })
  assert.ok(
    callsFor(google).some((call) => call.join(' ') === 'kubectl get rolebinding ops --namespace=web -o json'),
  )
})

test('Kubernetes: whoever an unseen binding names loses it with the binding', () => {
  assert.deepEqual(callsFor(aCall({ requestObject: undefined })), [
    ['kubectl', 'delete', 'clusterrolebinding', 'ops'],
  ])
})

test("Kubernetes: EKS' map is edited by hand", () => {
  const event = aCall({
    objectRef: { resource: 'configmaps', name: 'aws-auth' },
    requestObject: { data: { mapUsers: '- userarn: arn:aws:iam::1:user/eve\n  groups: [system:masters]' } },
  })
  assert.deepEqual(callsFor(event), [
    ['kubectl', 'edit', 'configmap', 'aws-auth', '--namespace', 'kube-system'],
  ])
})

test('Kubernetes: there is no command for what names no binding', () => {
  assert.equal(kubernetesPreset.runbook({ ...granted(aCall()), raw: '{}' }), null)
  assert.equal(kubernetesPreset.runbook({ ...granted(aCall()), direction: 'taken' }), null)
})

test('Kubernetes: no name leaves its place in the command', () => {
  for (const name of HOSTILE_NAMES) {
    const event = aCall({
      objectRef: { resource: 'clusterrolebindings', name },
      requestObject: binding({ subjects: [{ kind: 'User', name }] }),
    })
    const command = kubernetesPreset.runbook(granted(event))
    if (command === null) continue
    const calls = shellCalls(command, ['kubectl', 'jq'])
    assert.deepEqual(calls.map((call) => call[0]).sort(), ['jq', 'kubectl', 'kubectl'])
  }
  for (const name of HOSTILE_NAMES.filter((one) => !one.includes('"') && !one.includes('\\'))) {
    const calls = callsFor(aCall({ requestObject: binding({ subjects: [{ kind: 'User', name }] }) }))
    assert.equal(calls.length, 3)
  }
})
