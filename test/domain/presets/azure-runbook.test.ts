import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Grant } from '../../../src/domain/grant.ts'
import { azurePreset } from '../../../src/domain/presets/azure.ts'
import { aGrant } from '../../support/builders.ts'
import { ALICE, ASSIGNMENT, OWNER, SUBSCRIPTION } from './azure-records.ts'
import { HOSTILE_NAMES, shellCalls } from './shell-calls.ts'

const party = (id: string) => ({ id, email: null, name: null, type: 'unknown' as const })
const role = (id: string, scope: string) => ({ id, name: 'Owner', tier: 'T1' as const, scope })

function commandFor(part: Partial<Grant>): string | null {
  return azurePreset.runbook(
    aGrant({
      kind: 'grant',
      direction: 'given',
      grantee: party(ALICE),
      role: role(OWNER, SUBSCRIPTION),
      ...part,
    }),
  )
}

const PROGRAMS = ['az', 'uuidgen']
const callsFor = (part: Partial<Grant>) => shellCalls(commandFor(part), PROGRAMS)

test('an assignment is deleted by its grantee, role and place', () => {
  assert.deepEqual(callsFor({}), [
    [
      'az',
      'role',
      'assignment',
      'delete',
      `--assignee=${ALICE}`,
      `--role=${OWNER}`,
      `--scope=${SUBSCRIPTION}`,
    ],
  ])
  assert.deepEqual(callsFor({ role: role(OWNER, '/') })[0]?.at(-1), '--scope=/')
})

test('an assignment that is known by its own id alone is deleted by that', () => {
  const [call] = callsFor({
    grantee: party(`role-assignment:${ASSIGNMENT}`),
    role: role('unnamed-role', SUBSCRIPTION),
  })
  assert.equal(
    call?.at(-1),
    `--ids=${SUBSCRIPTION}/providers/microsoft.authorization/roleassignments/${ASSIGNMENT}`,
  )
})

test('an eligibility and an activation are taken back by a request of their own', () => {
  const [eligible, activate] = (['eligible', 'activate'] as const).map((kind) =>
    callsFor({ kind }).find(([program]) => program === 'az'),
  )
  assert.match(eligible?.join(' ') ?? '', /roleEligibilityScheduleRequests\/42\?api-version=2020-10-01/)
  assert.match(activate?.join(' ') ?? '', /roleAssignmentScheduleRequests\/42\?api-version=2020-10-01/)
  assert.deepEqual(JSON.parse(activate?.at(-1) ?? ''), {
    properties: {
      principalId: ALICE,
      roleDefinitionId: `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${OWNER}`,
      requestType: 'AdminRemove',
    },
  })
})

test('what the log does not name has no command', () => {
  assert.equal(commandFor({ kind: 'role_widened' }), null)
  assert.equal(commandFor({ kind: 'removal', direction: 'taken' }), null)
  assert.equal(commandFor({ role: role('not-a-role', SUBSCRIPTION) }), null)
  assert.equal(commandFor({ grantee: party('role-assignment:x'), role: role('unnamed-role', '/') }), null)
})

test('a call whose record names no assignment has no command, though its id looks like one', () => {
  const grantee = party(`role-assignment:of-call-${ASSIGNMENT}`)
  assert.equal(commandFor({ grantee, role: role('unnamed-role', SUBSCRIPTION) }), null)
})

test('no name leaves its place in a command', () => {
  for (const name of HOSTILE_NAMES) {
    const grants: readonly Partial<Grant>[] = [
      { grantee: party(name) },
      { role: role(OWNER, `/subscriptions/${name}`) },
      { kind: 'eligible', role: role(OWNER, `/subscriptions/${name}`) },
      { grantee: party(`delegation:${name}`), role: role('delegation', SUBSCRIPTION) },
      {
        grantee: party(`subjects:clusterrolebindings/${name}`),
        role: role(
          'kubernetes-binding',
          `${SUBSCRIPTION}/resourcegroups/shop/providers/microsoft.containerservice/managedclusters/prod`,
        ),
      },
    ]
    for (const grant of grants) {
      const command = commandFor(grant)
      if (command === null) continue
      const calls = shellCalls(command, PROGRAMS).filter(([program]) => program !== 'uuidgen')
      assert.equal(calls.length, 1, command)
      assert.equal(calls[0]?.[0], 'az')
      // A name stands behind its option, never as an option or a word of its own.
      assert.ok(
        calls[0]?.every((word) => word !== name && !word.startsWith('-rf')),
        command,
      )
    }
  }
})

test('a binding is deleted inside the cluster by a name that Kubernetes allows', () => {
  const scope = `${SUBSCRIPTION}/resourcegroups/shop/providers/microsoft.containerservice/managedclusters/prod`
  const [call] = callsFor({
    grantee: party('subjects:clusterrolebindings/escalation'),
    role: role('kubernetes-binding', scope),
  })
  assert.deepEqual(call?.slice(-2), ['--name=prod', '--command=kubectl delete clusterrolebinding escalation'])
})
