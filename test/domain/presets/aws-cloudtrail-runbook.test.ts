import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { awsCloudtrailPreset } from '../../../src/domain/presets/aws-cloudtrail.ts'
import { aGrant } from '../../support/builders.ts'
import {
  ACCOUNT,
  ADMINISTRATOR,
  ALICE,
  aCall,
  assignment,
  attach,
  cluster,
  DEPLOY,
  EKS_ADMIN,
  FOREIGN,
  member,
  only,
  SET,
  statement,
  trust,
  userPolicy,
} from './aws-cloudtrail-events.ts'

function runbookOf(event: unknown): string | null {
  const { form: _, ...facts } = only(event)
  return awsCloudtrailPreset.runbook(aGrant({ ...facts, direction: 'given' }))
}

/** Runs a command with an `aws` that only reports its arguments; asked for the account it names one. */
function callsOf(command: string, account = ACCOUNT): readonly (readonly string[])[] {
  const report = `aws() { if [ "$2" = get-caller-identity ]; then echo ${account}; return; fi; for word in "$@"; do printf "%s\\001" "$word"; done >&3; printf "\\002" >&3; echo m-42; }`
  const run = spawnSync('sh', ['-c', `exec 3>&2\n${report}\n${command}\ntrue`], { encoding: 'utf8' })
  assert.equal(run.status, 0, run.stderr)
  return run.stderr
    .split('\u0002')
    .slice(0, -1)
    .map((call) => call.split('\u0001').slice(0, -1))
}

const PERMISSION_SET_POLICY = aCall(
  'AttachManagedPolicyToPermissionSet',
  { permissionSetArn: SET, managedPolicyArn: ADMINISTRATOR },
  { service: 'sso' },
)
const INSTANCE = 'arn:aws:sso:::instance/ssoins-72233af8ea2d1f14'

const COMMANDS: readonly (readonly [string, unknown, readonly string[]])[] = [
  [
    'a managed policy',
    attach(),
    ['iam', 'detach-user-policy', '--user-name=alice', `--policy-arn=${ADMINISTRATOR}`],
  ],
  [
    'an inline policy',
    userPolicy(statement({})),
    ['iam', 'delete-user-policy', '--user-name=alice', '--policy-name=p'],
  ],
  [
    'a group',
    aCall('AddUserToGroup', { userName: 'alice', groupName: 'ops' }),
    ['iam', 'remove-user-from-group', '--user-name=alice', '--group-name=ops'],
  ],
  [
    'an instance profile',
    aCall('AddRoleToInstanceProfile', { instanceProfileName: 'web', roleName: 'deploy' }),
    ['iam', 'remove-role-from-instance-profile', '--instance-profile-name=web', '--role-name=deploy'],
  ],
  [
    'an assignment',
    assignment('CreateAccountAssignment'),
    [
      'sso-admin',
      'delete-account-assignment',
      `--instance-arn=${INSTANCE}`,
      `--permission-set-arn=${SET}`,
      '--target-type=AWS_ACCOUNT',
      `--target-id=${FOREIGN}`,
      '--principal-type=GROUP',
      '--principal-id=34887428-4081-7042-c3c6-928d413009e7',
    ],
  ],
  [
    'a policy of a permission set',
    PERMISSION_SET_POLICY,
    [
      'sso-admin',
      'detach-managed-policy-from-permission-set',
      `--instance-arn=${INSTANCE}`,
      `--permission-set-arn=${SET}`,
      `--managed-policy-arn=${ADMINISTRATOR}`,
    ],
  ],
  [
    'an access policy',
    cluster('AssociateAccessPolicy', { policyArn: EKS_ADMIN }),
    [
      'eks',
      'disassociate-access-policy',
      '--region=us-east-1',
      '--cluster-name=prod',
      `--principal-arn=${DEPLOY}`,
      `--policy-arn=${EKS_ADMIN}`,
    ],
  ],
  [
    'an access entry',
    cluster('CreateAccessEntry'),
    ['eks', 'delete-access-entry', '--region=us-east-1', '--cluster-name=prod', `--principal-arn=${DEPLOY}`],
  ],
]
for (const [title, event, expected] of COMMANDS)
  test(`${title} of AWS has the command that takes it away`, () => {
    assert.deepEqual(callsOf(runbookOf(event) ?? ''), [expected])
  })

test('a membership of the directory is looked up and then deleted', () => {
  const event = member('AddMemberToGroup', 'sso-directory', { member: { memberId: 'u-1' } })
  assert.deepEqual(callsOf(runbookOf(event) ?? '').at(-1), [
    'identitystore',
    'delete-group-membership',
    '--identity-store-id=d-1',
    '--membership-id=m-42',
  ])
})

test('nothing is taken away in another account than the one it was given in', () => {
  assert.deepEqual(callsOf(runbookOf(attach()) ?? '', FOREIGN), [])
})

test('hostile names stay one argument each', () => {
  for (const name of ["x'; touch /tmp/owned #", '$(id)', '-rf', '`id`', '"', '* ~']) {
    const event = aCall('AddUserToGroup', { userName: 'alice', groupName: name })
    const [call] = callsOf(runbookOf(event) ?? '')
    assert.equal(call?.length, 4)
    assert.ok(call?.[3]?.startsWith('--group-name='))
  }
})

test('what is not known, or would be fetched from somewhere, makes no command', () => {
  const fetched = aCall('AddUserToGroup', { userName: 'alice', groupName: 'file:///etc/passwd' })
  const long = aCall('AddUserToGroup', { userName: 'alice', groupName: 'x'.repeat(300) })
  const broken = aCall('AddUserToGroup', { userName: 'alice', groupName: 'a\nb' })
  for (const event of [trust({ AWS: FOREIGN }), fetched, long, broken]) assert.equal(runbookOf(event), null)
  const { form: _, ...facts } = only(attach())
  assert.equal(awsCloudtrailPreset.runbook(aGrant({ ...facts, kind: 'removal', direction: 'taken' })), null)
  assert.equal(facts.grantee.id, ALICE)
})
