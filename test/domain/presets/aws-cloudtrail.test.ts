import assert from 'node:assert/strict'
import { test } from 'node:test'
import { awsCloudtrailPreset } from '../../../src/domain/presets/aws-cloudtrail.ts'
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
  SCOPE,
  SET,
  said,
  statement,
  trust,
  userPolicy,
} from './aws-cloudtrail-events.ts'
import { provePreset } from './proof.ts'

provePreset(awsCloudtrailPreset, [
  attach(),
  userPolicy(statement({})),
  trust({ AWS: [FOREIGN, `arn:aws:iam::${ACCOUNT}:user/alice`], Federated: 'accounts.google.com' }),
  assignment('CreateAccountAssignment'),
  cluster('AssociateAccessPolicy', { policyArn: encodeURIComponent(EKS_ADMIN) }),
  member('CreateGroupMembership', 'identitystore', { memberId: { userId: 'u-1' } }),
  aCall('AssumeRole', { roleArn: `arn:aws:iam::${ACCOUNT}:role/break-glass` }, { service: 'sts' }),
  aCall('ConsoleLogin', null, {
    service: 'signin',
    userIdentity: { type: 'Root', accountId: ACCOUNT },
    responseElements: { ConsoleLogin: 'Success' },
  }),
  { Records: [attach()] },
  { version: '0', 'detail-type': 'AWS API Call via CloudTrail', detail: attach() },
])

const READINGS: readonly (readonly [string, unknown, string])[] = [
  ['an administrator', attach(), `grant ${ADMINISTRATOR} ${SCOPE} T0 ${ALICE}`],
  ['a policy that reads', attach('arn:aws:iam::aws:policy/job-function/ViewOnlyAccess'), 'not privileged'],
  ['a policy of auditors', attach('arn:aws:iam::aws:policy/SecurityAudit'), 'not privileged'],
  ['reading one service', attach('arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'), 'not privileged'],
  ['an agent', attach('arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'), 'not privileged'],
  ['a quarantine', attach('arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3'), 'a restriction'],
  ['a denial', attach('arn:aws:iam::aws:policy/AWSDenyAll'), 'a restriction'],
  [
    'all of one service',
    attach('arn:aws:iam::aws:policy/AmazonS3FullAccess'),
    `grant arn:aws:iam::aws:policy/AmazonS3FullAccess ${SCOPE} T1 ${ALICE}`,
  ],
  [
    'a policy of the customer, whatever it is called',
    attach(`arn:aws:iam::${ACCOUNT}:policy/ReadOnlyAccess`),
    `grant arn:aws:iam::${ACCOUNT}:policy/ReadOnlyAccess ${SCOPE} T2 ${ALICE}`,
  ],
  [
    'a service policy on a role',
    aCall('AttachRolePolicy', {
      roleName: 'deploy',
      policyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
    }),
    'not privileged',
  ],
  [
    'a group',
    aCall('AttachGroupPolicy', { groupName: 'ops', policyArn: ADMINISTRATOR }),
    `grant ${ADMINISTRATOR} ${SCOPE} T0 arn:aws:iam::${ACCOUNT}:group/ops`,
  ],
  [
    'a group of administrators',
    aCall('AddUserToGroup', { userName: 'alice', groupName: 'Admins' }),
    `grant group:Admins ${SCOPE} T1 ${ALICE}`,
  ],
  [
    'a group nobody knows',
    aCall('AddUserToGroup', { userName: 'alice', groupName: 'blue' }),
    `grant group:blue ${SCOPE} T2 ${ALICE}`,
  ],
  [
    'a group that only reads',
    aCall('AddUserToGroup', { userName: 'alice', groupName: 'Auditors' }),
    'not privileged',
  ],
  ['no policy', aCall('AttachUserPolicy', { userName: 'alice' }), 'role not stated'],
  ['no user', aCall('AttachUserPolicy', { policyArn: ADMINISTRATOR }), 'grantee not stated'],
  ['a failed call', attach(ADMINISTRATOR, { errorCode: 'AccessDenied' }), 'call failed'],
  [
    'the same name in another service',
    aCall('CreatePolicy', {}, { service: 'organizations' }),
    'not a privilege event',
  ],
  ['another service altogether', attach(ADMINISTRATOR, { service: 's3' }), 'not a privilege event'],
  [
    'a version that becomes the default',
    aCall('CreatePolicyVersion', {
      policyArn: 'arn:aws:iam::1:policy/dev',
      policyDocument: statement({}),
      setAsDefault: true,
    }),
    `role_widened arn:aws:iam::1:policy/dev ${SCOPE} T0 holders:arn:aws:iam::1:policy/dev`,
  ],
  [
    'a version that does not',
    aCall('CreatePolicyVersion', { policyArn: 'arn:aws:iam::1:policy/dev', policyDocument: statement({}) }),
    'requested and not completed',
  ],
  [
    'another default version',
    aCall('SetDefaultPolicyVersion', { policyArn: 'arn:aws:iam::1:policy/dev', versionId: 'v1' }),
    `role_widened arn:aws:iam::1:policy/dev ${SCOPE} T2 holders:arn:aws:iam::1:policy/dev`,
  ],
  [
    'trust in a foreign account',
    trust({ AWS: `arn:aws:iam::${FOREIGN}:root` }),
    `grant act-as:deploy ${SCOPE} T0 ${FOREIGN}`,
  ],
  ['trust in anyone', trust('*'), `grant act-as:deploy ${SCOPE} T0 *`],
  ['trust in anyone in AWS', trust({ AWS: ['*'] }), `grant act-as:deploy ${SCOPE} T0 *`],
  [
    'trust in one user',
    trust({ AWS: `arn:aws:iam::${ACCOUNT}:user/team/alice` }),
    `grant act-as:deploy ${SCOPE} T2 ${ALICE}`,
  ],
  ['trust in services', trust({ Service: ['ec2.amazonaws.com', 'ecs.amazonaws.com'] }), 'not privileged'],
  ['trust in the account itself', trust({ AWS: `arn:aws:iam::${ACCOUNT}:root` }), 'not privileged'],
  [
    'trust in a service and a foreign account',
    trust({ Service: 'ec2.amazonaws.com', AWS: FOREIGN }),
    `grant act-as:deploy ${SCOPE} T0 ${FOREIGN}`,
  ],
  ['a new role for a service', trust({ Service: 'ec2.amazonaws.com' }, 'CreateRole'), 'not privileged'],
  ['a new role for the account itself', trust({ AWS: ACCOUNT }, 'CreateRole'), 'not privileged'],
  [
    'a new role for a foreign account',
    trust({ AWS: FOREIGN }, 'CreateRole'),
    `grant act-as:deploy ${SCOPE} T0 ${FOREIGN}`,
  ],
  [
    'trust in nobody knows whom',
    aCall('UpdateAssumeRolePolicy', { roleName: 'deploy' }),
    `role_widened act-as:deploy ${SCOPE} T2 holders:act-as:deploy`,
  ],
  ['a new role without a document', aCall('CreateRole', { roleName: 'deploy' }), 'grantee not stated'],
  [
    'a boundary lifted',
    aCall('DeleteUserPermissionsBoundary', { userName: 'alice' }),
    `control_weakened permissions-boundary ${SCOPE} T0 ${ALICE}`,
  ],
  [
    'a boundary that bounds nothing',
    aCall('PutRolePermissionsBoundary', { roleName: 'deploy', permissionsBoundary: ADMINISTRATOR }),
    `control_weakened permissions-boundary ${SCOPE} T0 ${DEPLOY}`,
  ],
  [
    'a boundary set',
    aCall('PutUserPermissionsBoundary', {
      userName: 'alice',
      permissionsBoundary: 'arn:aws:iam::1:policy/b',
    }),
    'a restriction',
  ],
  [
    'a quarantine lifted',
    aCall('DetachUserPolicy', {
      userName: 'alice',
      policyArn: 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3',
    }),
    `control_weakened privileged-access-rules ${SCOPE} T0 ${ALICE}`,
  ],
  [
    'the log stopped',
    aCall(
      'StopLogging',
      { name: `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/main` },
      { service: 'cloudtrail' },
    ),
    `control_weakened audit-log trail:main T0 ${SCOPE}`,
  ],
  [
    'the log without management events',
    aCall(
      'PutEventSelectors',
      { trailName: 'main', eventSelectors: [{ includeManagementEvents: false }] },
      { service: 'cloudtrail' },
    ),
    `control_weakened audit-log trail:main T0 ${SCOPE}`,
  ],
  [
    'the log with them',
    aCall(
      'PutEventSelectors',
      { trailName: 'main', eventSelectors: [{ includeManagementEvents: true }] },
      { service: 'cloudtrail' },
    ),
    'no change of privilege',
  ],
  [
    'an assignment',
    assignment('CreateAccountAssignment'),
    `grant ${SET} account:${FOREIGN} T2 34887428-4081-7042-c3c6-928d413009e7`,
  ],
  [
    'an assignment that failed',
    assignment('CreateAccountAssignment', {
      responseElements: { accountAssignmentCreationStatus: { status: 'FAILED' } },
    }),
    'call failed',
  ],
  [
    'a permission set with a policy',
    aCall(
      'AttachManagedPolicyToPermissionSet',
      { permissionSetArn: SET, managedPolicyArn: ADMINISTRATOR },
      { service: 'sso' },
    ),
    `role_widened ${ADMINISTRATOR} * T0 ${SET}`,
  ],
  [
    'a member of a directory group',
    member('AddMemberToGroup', 'sso-directory', { member: { memberId: 'u-1' } }),
    'indirect group:g-1 identity-store:d-1 T2 u-1',
  ],
  [
    'a membership ended by its own id',
    member('DeleteGroupMembership', 'identitystore', { membershipId: 'm-1', groupId: undefined }),
    'role not stated',
  ],
  [
    'a cluster',
    cluster('AssociateAccessPolicy', { policyArn: EKS_ADMIN }),
    `grant ${EKS_ADMIN} ${SCOPE}/cluster:us-east-1/prod T0 ${DEPLOY}`,
  ],
  [
    'some namespaces of a cluster',
    cluster('AssociateAccessPolicy', {
      policyArn: EKS_ADMIN,
      accessScope: { type: 'namespace', namespaces: ['a'] },
    }),
    `grant ${EKS_ADMIN} ${SCOPE}/cluster:us-east-1/prod T2 ${DEPLOY}`,
  ],
  [
    'viewing a cluster',
    cluster('AssociateAccessPolicy', {
      policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy',
    }),
    'not privileged',
  ],
  [
    'an entry',
    cluster('CreateAccessEntry', { kubernetesGroups: ['ops'] }),
    `grant eks-access-entry ${SCOPE}/cluster:us-east-1/prod T2 ${DEPLOY}`,
  ],
  ['an entry for nodes', cluster('CreateAccessEntry', { type: 'EC2_LINUX' }), 'not privileged'],
  [
    'a delegated administrator',
    aCall(
      'RegisterDelegatedAdministrator',
      { accountId: FOREIGN, servicePrincipal: 'sso.amazonaws.com' },
      { service: 'organizations' },
    ),
    `grant delegated-administrator:sso.amazonaws.com * T0 ${FOREIGN}`,
  ],
  [
    'a control policy taken off',
    aCall('DetachPolicy', { policyId: 'p-1', targetId: FOREIGN }, { service: 'organizations' }),
    `control_weakened privileged-access-rules ${FOREIGN} T0 ${SCOPE}`,
  ],
  [
    'a user',
    aCall('CreateUser', { userName: 'alice' }, { responseElements: { user: { userId: 'AIDAALICE' } } }),
    `context account-created AIDAALICE T2 ${ALICE}`,
  ],
  [
    'a key',
    aCall(
      'CreateAccessKey',
      { userName: 'alice' },
      { responseElements: { accessKey: { accessKeyId: 'AKIA1' } } },
    ),
    `context api-token AKIA1 T2 ${ALICE}`,
  ],
  [
    'a password for somebody else',
    aCall('CreateLoginProfile', { userName: 'alice' }),
    `context password-reset console-password T2 ${ALICE}`,
  ],
  [
    "one's own password",
    aCall('UpdateLoginProfile', { userName: 'bob' }),
    `context api-token console-password T2 arn:aws:iam::${ACCOUNT}:user/bob`,
  ],
  [
    'a factor taken away',
    aCall('DeactivateMFADevice', { userName: 'alice', serialNumber: 'mfa/alice' }),
    `context mfa-reset mfa/alice T2 ${ALICE}`,
  ],
  [
    'a provider',
    aCall('CreateSAMLProvider', { name: 'idp' }),
    `context identity-provider idp T2 arn:aws:iam::${ACCOUNT}:user/bob`,
  ],
  [
    'a root session elsewhere',
    aCall('AssumeRoot', { targetPrincipal: FOREIGN }, { service: 'sts' }),
    `context break-glass-use account:${FOREIGN} T2 arn:aws:iam::${ACCOUNT}:user/bob`,
  ],
  [
    'an ordinary role assumed',
    aCall('AssumeRole', { roleArn: DEPLOY }, { service: 'sts' }),
    'not a privilege event',
  ],
  ['a user signing in', aCall('ConsoleLogin', null, { service: 'signin' }), 'not a privilege event'],
]
for (const [title, event, expected] of READINGS)
  test(`CloudTrail: ${title} is ${expected.split(' ')[0]}`, () => {
    assert.equal(said(event), expected)
  })
