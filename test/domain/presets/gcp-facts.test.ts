import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import type { Grant } from '../../../src/domain/grant.ts'
import { gcpPreset } from '../../../src/domain/presets/gcp.ts'
import type { ChangeObservation } from '../../../src/domain/presets/preset.ts'
import { aGrant } from '../../support/builders.ts'
import {
  ACTIVATED,
  ADD,
  AT,
  anEntry,
  DISK,
  deltas,
  GRANT_NAME,
  type Json,
  onPolicy,
  onResource,
} from './gcp-entries.ts'
import { flattened, read, summary } from './labelled-events.ts'

function first(event: Json): ChangeObservation {
  const reading = read(gcpPreset, event)
  assert.ok('observations' in reading, JSON.stringify(reading))
  const [observation] = reading.observations
  assert.ok(observation?.form === 'change')
  return observation
}
const ends = (expression: string) => first(onPolicy({ ...ADD, condition: { expression } })).expiresAt

test('Google Cloud: a condition on the time is when the role ends, unless something else may keep it alive', () => {
  const time = Date.parse('2026-12-01T00:00:00Z')
  assert.equal(ends('request.time < timestamp("2026-12-01T00:00:00Z")'), time)
  assert.equal(ends("request.time < timestamp('2026-12-01T00:00:00.000Z')"), time)
  const both =
    'request.time > timestamp("2026-11-01T00:00:00Z") && request.time < timestamp("2026-12-01T00:00:00Z")'
  assert.equal(ends(both), time)
  assert.equal(ends('request.time < timestamp("2026-12-01T00:00:00Z") || true'), null)
  assert.equal(ends('!(request.time < timestamp("2026-12-01T00:00:00Z"))'), null)
  assert.equal(ends('resource.name.startsWith("projects/x")'), null)
})

test('Google Cloud: a later end of a role that ends is an extension', () => {
  const until = (day: string) => ({
    condition: { expression: `request.time < timestamp("2026-12-${day}T00:00:00Z")` },
  })
  const event = onPolicy({ ...ADD, action: 'REMOVE', ...until('01') }, { ...ADD, ...until('09') })
  assert.equal(first(event).kind, 'extend')
  assert.equal(first(event).expiresAt, Date.parse('2026-12-09T00:00:00Z'))
})

test('Google Cloud: an activation states its reason, its end and the way it came', () => {
  const { act, expiresAt, grantor, justification, mechanism, path } = first(ACTIVATED)
  assert.equal(act, GRANT_NAME)
  assert.equal(expiresAt, Date.parse(AT) + 3_600_000)
  assert.equal(justification, 'INC-7: restore the database')
  assert.equal(grantor?.id, 'ana@northwind.example')
  assert.equal(mechanism, 'pim')
  assert.equal(path, 'sanctioned')
})

test('Google Cloud: members are what their prefix says, and outsiders by their domain', () => {
  const typeOf = (member: string) => first(onPolicy({ ...ADD, member })).grantee.type
  assert.equal(typeOf('user:ana@northwind.example'), 'user')
  assert.equal(typeOf('user:ana@eu.northwind.example'), 'user')
  assert.equal(typeOf('group:ops@northwind.example'), 'group')
  assert.equal(typeOf('serviceAccount:ci@other.iam.gserviceaccount.com'), 'service')
  assert.equal(typeOf('domain:northwind.example'), 'group')
  assert.equal(typeOf('user:x@gmail.com'), 'external')
  assert.equal(typeOf('group:x@contoso.example'), 'external')
  assert.equal(typeOf('allUsers'), 'external')
  assert.equal(typeOf('allAuthenticatedUsers'), 'external')
  assert.equal(
    typeOf('principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/*'),
    'group',
  )
})

test('Google Cloud: with a service account as grantor, only public mail is known for outside', () => {
  const authenticationInfo = { principalEmail: 'terraform@p.iam.gserviceaccount.com' }
  const typeOf = (member: string) =>
    first(anEntry({ ...deltas({ ...ADD, member }), authenticationInfo })).grantee.type
  assert.equal(typeOf('user:ana@northwind.example'), 'user')
  assert.equal(typeOf('user:x@gmail.com'), 'external')
})

test('Google Cloud: who calls, from where and with what', () => {
  const { grantor, ip, mechanism, occurredAt, act } = first(onPolicy(ADD))
  assert.deepEqual(grantor, {
    id: 'sofia@northwind.example',
    email: 'sofia@northwind.example',
    name: null,
    type: 'user',
  })
  assert.equal(ip, '192.0.2.7')
  assert.equal(mechanism, 'api')
  assert.equal(occurredAt, Date.parse(AT))
  assert.equal(act, 'entry-1')
  const metadata = {
    requestMetadata: { callerSuppliedUserAgent: 'Terraform/1.9 terraform-provider-google/6' },
  }
  assert.equal(first(anEntry({ ...deltas(ADD), ...metadata })).mechanism, 'iac')
})

test('Google Cloud: the person who acts as a service account is the grantor', () => {
  const authenticationInfo = {
    principalEmail: 'admin@p.iam.gserviceaccount.com',
    serviceAccountDelegationInfo: [{ firstPartyPrincipal: { principalEmail: 'sofia@northwind.example' } }],
  }
  const { grantor, session } = first(anEntry({ ...deltas(ADD), authenticationInfo }))
  assert.equal(grantor?.id, 'sofia@northwind.example')
  assert.equal(session, 'admin@p.iam.gserviceaccount.com')
})

test('Google Cloud: a removal names the very grant that it takes away', () => {
  const given = first(onPolicy(ADD))
  const taken = first(onPolicy({ ...ADD, action: 'REMOVE' }))
  assert.deepEqual(
    [taken.grantee.id, taken.role.id, taken.role.scope],
    [given.grantee.id, given.role.id, given.role.scope],
  )
})

test('Google Cloud: exports to BigQuery, to Sentinel and in Elastic’s schema are read alike', () => {
  const expected = summary(read(gcpPreset, onPolicy(ADD)))
  const named = { principalEmail: 'sofia@northwind.example' }
  const bigquery = {
    timestamp: AT,
    insertId: 'entry-1',
    resource: { type: 'project', labels: { project_id: 'northwind-prod' } },
    protopayload_auditlog: {
      methodName: 'SetIamPolicy',
      resourceName: 'projects/northwind-prod',
      authenticationInfo: named,
      servicedata_v1_iam: { policyDelta: { bindingDeltas: [ADD] } },
    },
  }
  const sentinel = {
    timestamp: AT,
    MethodName: 'SetIamPolicy',
    GCPResourceName: 'projects/northwind-prod',
    AuthenticationInfo: JSON.stringify(named),
    ServiceData: JSON.stringify({ policyDelta: { bindingDeltas: [ADD] } }),
  }
  const table = {
    payload_requestMetadata_requestAttributes_time_s: AT,
    payload_methodName_s: 'SetIamPolicy',
    payload_status_code_d: '',
    payload_resourceName_s: 'projects/northwind-prod',
    payload_authenticationInfo_principalEmail_s: 'sofia@northwind.example',
    payload_serviceData_policyDelta_bindingDeltas_s: JSON.stringify([ADD]),
    insert_id_s: 'entry-1',
  }
  assert.deepEqual(read(gcpPreset, { ...table, payload_status_code_d: '7' }), { skipped: 'call failed' })
  const elastic = {
    '@timestamp': AT,
    event: { action: 'SetIamPolicy', id: 'entry-1', outcome: 'success' },
    client: { user: { email: 'sofia@northwind.example' } },
    cloud: { project: { id: 'northwind-prod' } },
    source: { ip: '192.0.2.7' },
    gcp: {
      audit: {
        type: 'type.googleapis.com/google.cloud.audit.AuditLog',
        resource_name: 'projects/northwind-prod',
        service_data: { policy_delta: { binding_deltas: [ADD] } },
      },
    },
  }
  const original = { ...elastic, event: { ...elastic.event, original: JSON.stringify(onPolicy(ADD)) } }
  const forms = [
    bigquery,
    sentinel,
    table,
    elastic,
    flattened(elastic),
    original,
    { json: onPolicy(ADD) },
    { data: onPolicy(ADD) },
  ]
  for (const form of forms) assert.deepEqual(summary(read(gcpPreset, form)), expected, JSON.stringify(form))
  assert.equal(first(elastic).grantor?.id, 'sofia@northwind.example')
  assert.equal(first(elastic).ip, '192.0.2.7')
  const failed = { ...elastic, event: { ...elastic.event, outcome: 'failure' } }
  assert.deepEqual(read(gcpPreset, failed), { skipped: 'call failed' })
})

test('Google Cloud: a sample without a method is known by the type of its request', () => {
  const request = {
    '@type': 'type.googleapis.com/compute.images.setIamPolicy',
    policy: { bindings: [{ role: 'roles/owner', members: ['user:x@gmail.com'] }] },
  }
  const resourceName = 'projects/p/global/images/i'
  assert.deepEqual(summary(read(gcpPreset, { timestamp: AT, protoPayload: { resourceName, request } })), {
    observations: [`grant roles/owner ${resourceName} T1 x@gmail.com`],
  })
})

/** Runs a command with a `gcloud` that only reports its arguments. */
function wordsOf(command: string | null): readonly string[] {
  const script = `gcloud() { for word in "$@"; do printf '%s\\001' "$word"; done; }\n${command}`
  const run = spawnSync('sh', ['-c', script], { encoding: 'utf8' })
  assert.equal(run.status, 0, run.stderr)
  return run.stdout.split('\u0001').slice(0, -1)
}
const given = (event: Json): Grant => {
  const { role: held, ...rest } = first(event)
  return { ...aGrant({ direction: 'given' }), ...rest, role: held, raw: JSON.stringify(event) }
}
const runbook = (event: Json) => gcpPreset.runbook(given(event))

test('Google Cloud: a role is taken away where it was given, whatever its condition', () => {
  assert.equal(
    runbook(onPolicy(ADD)),
    'gcloud projects remove-iam-policy-binding northwind-prod --member=user:ana@northwind.example --role=roles/owner --all',
  )
  const command = (name: string, member: string) =>
    wordsOf(runbook(onResource(name, { ...ADD, member }))).join(' ')
  assert.equal(
    command('folders/7', 'group:ops@northwind.example'),
    'resource-manager folders remove-iam-policy-binding 7 --member=group:ops@northwind.example --role=roles/owner --all',
  )
  assert.equal(
    command('organizations/42', 'serviceAccount:ci@p.iam.gserviceaccount.com'),
    'organizations remove-iam-policy-binding 42 --member=serviceAccount:ci@p.iam.gserviceaccount.com --role=roles/owner --all',
  )
  assert.equal(
    command('projects/p/serviceAccounts/ci@p.iam.gserviceaccount.com', 'group:x@contoso.example'),
    'iam service-accounts remove-iam-policy-binding ci@p.iam.gserviceaccount.com --member=group:x@contoso.example --role=roles/owner --all',
  )
  assert.equal(
    command('projects/_/buckets/pay', 'allUsers'),
    'storage buckets remove-iam-policy-binding gs://pay --member=allUsers --role=roles/owner --all',
  )
  assert.equal(runbook(ACTIVATED), `gcloud pam grants revoke ${GRANT_NAME}`)
  assert.equal(runbook(onResource(DISK, ADD)), null)
  assert.equal(gcpPreset.runbook({ ...given(onPolicy(ADD)), direction: 'taken', kind: 'removal' }), null)
})

test('Google Cloud: hostile names stay words of their own', () => {
  const member = "user:a'; rm -rf / #@northwind.example"
  const hostile = onPolicy({ ...ADD, member, role: 'projects/p/roles/$(id)`x`' })
  assert.deepEqual(wordsOf(runbook(hostile)).slice(-3), [
    `--member=${member}`,
    '--role=projects/p/roles/$(id)`x`',
    '--all',
  ])
  assert.equal(runbook(onResource('projects/--project=evil', ADD)), null)
})
