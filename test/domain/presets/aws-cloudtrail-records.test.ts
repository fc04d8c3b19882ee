import assert from 'node:assert/strict'
import { test } from 'node:test'
import { awsCloudtrailPreset } from '../../../src/domain/presets/aws-cloudtrail.ts'
import {
  ACCOUNT,
  ADMINISTRATOR,
  aCall,
  attach,
  DEPLOY,
  FOREIGN,
  only,
  SCOPE,
  said,
  session,
} from './aws-cloudtrail-events.ts'
import { read, summary } from './labelled-events.ts'

const GRANTORS: readonly (readonly [string, unknown, readonly unknown[]])[] = [
  ['a user, without the path', undefined, [`arn:aws:iam::${ACCOUNT}:user/bob`, null, 'bob', 'user']],
  [
    'the person behind a session',
    session('sofia@northwind.example', 'AWSReservedSSO_Admin_1'),
    [
      'sofia@northwind.example',
      'sofia@northwind.example',
      'AWSReservedSSO_Admin_1/sofia@northwind.example',
      'user',
    ],
  ],
  ['a session name without an address', session('sofia'), ['sofia', null, 'deploy/sofia', 'user']],
  [
    'the source identity before the session name',
    session('i-0123456789abcdef0', 'deploy', { sourceIdentity: 'sofia' }),
    ['sofia', null, 'deploy/sofia', 'user'],
  ],
  [
    'the role of a program',
    session('botocore-session-1790000000'),
    [DEPLOY, null, 'deploy/botocore-session-1790000000', 'service'],
  ],
  [
    'the root user',
    { type: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root`, accountId: ACCOUNT },
    [`arn:aws:iam::${ACCOUNT}:root`, null, 'Root user', 'user'],
  ],
  [
    'a service of AWS',
    { type: 'AWSService', invokedBy: 'sso.amazonaws.com' },
    ['sso.amazonaws.com', null, null, 'service'],
  ],
  [
    'a person of Identity Center',
    { type: 'IdentityCenterUser', accountId: ACCOUNT, onBehalfOf: { userId: 'u-1' } },
    ['u-1', null, null, 'user'],
  ],
  [
    'somebody of another account',
    { type: 'AWSAccount', principalId: 'AIDAX', accountId: FOREIGN },
    ['AIDAX', null, null, 'external'],
  ],
]
for (const [title, userIdentity, expected] of GRANTORS)
  test(`the grantor is ${title}`, () => {
    const { grantor } = only(attach(ADMINISTRATOR, userIdentity === undefined ? {} : { userIdentity }))
    assert.deepEqual([grantor?.id, grantor?.email, grantor?.name, grantor?.type], expected)
  })

test('a session that gives to its own role is a self-grant, whatever it calls itself', () => {
  const event = aCall(
    'AttachRolePolicy',
    { roleName: 'deploy', policyArn: ADMINISTRATOR },
    { userIdentity: session('sofia@northwind.example') },
  )
  const { grantor, grantee } = only(event)
  assert.equal(grantor?.id, grantee.id)
  assert.equal(grantor?.email, null)
  assert.equal(grantor?.name, 'deploy/sofia@northwind.example')
})

const MECHANISMS: readonly (readonly [string, Record<string, unknown>])[] = [
  ['api', {}],
  ['iac', { userAgent: 'APN/1.0 HashiCorp/1.0 Terraform/1.1.2 terraform-provider-aws/3.76.1' }],
  ['iac', { sourceIPAddress: 'cloudformation.amazonaws.com', userAgent: 'cloudformation.amazonaws.com' }],
  ['console', { userAgent: 'Mozilla/5.0 (X11; Linux x86_64)' }],
  ['console', { userAgent: 'AWS Internal', sessionCredentialFromConsole: 'true' }],
  ['sync', { sourceIPAddress: 'sso.amazonaws.com', userAgent: 'AWS Internal' }],
]
for (const [mechanism, more] of MECHANISMS)
  test(`${JSON.stringify(more)} is read as ${mechanism}`, () => {
    const observation = only(attach(ADMINISTRATOR, more))
    assert.equal(observation.mechanism, mechanism)
    assert.equal(observation.ip, String(more['sourceIPAddress'] ?? '').includes('aws') ? null : '192.0.2.7')
  })

const plain = summary(read(awsCloudtrailPreset, attach()))
const ecs = (parameters: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  '@timestamp': '2026-11-24T10:00:00.000Z',
  event: {
    action: 'AttachUserPolicy',
    provider: 'iam.amazonaws.com',
    id: 'e-1',
    outcome: 'success',
    ...more,
  },
  aws: {
    cloudtrail: {
      recipient_account_id: ACCOUNT,
      user_identity: { arn: `arn:aws:iam::${ACCOUNT}:user/bob`, type: 'IAMUser' },
      ...parameters,
    },
  },
  source: { ip: '192.0.2.7' },
})
const SHAPES: readonly (readonly [string, Record<string, unknown>])[] = [
  ['one record of a file', { Records: [attach()] }],
  ['an EventBridge event', { version: '0', 'detail-type': 'AWS API Call via CloudTrail', detail: attach() }],
  [
    'an answer of LookupEvents',
    { EventId: 'e-1', EventName: 'AttachUserPolicy', CloudTrailEvent: JSON.stringify(attach()) },
  ],
  ['Elastic with the original', ecs({}, { original: JSON.stringify(attach()) })],
  [
    'Elastic without it',
    ecs({ flattened: { request_parameters: { userName: 'alice', policyArn: ADMINISTRATOR } } }),
  ],
  [
    'Elastic with parameters as text',
    ecs({ request_parameters: `{policyArn=${ADMINISTRATOR}, userName=alice}` }),
  ],
  [
    'Sentinel',
    {
      EventName: 'AttachUserPolicy',
      EventSource: 'iam.amazonaws.com',
      AwsEventId: 'e-1',
      TimeGenerated: '2026-11-24T10:00:00Z',
      RecipientAccountId: ACCOUNT,
      UserIdentityArn: `arn:aws:iam::${ACCOUNT}:user/bob`,
      UserIdentityType: 'IAMUser',
      ErrorCode: '',
      RequestParameters: JSON.stringify({ userName: 'alice', policyArn: ADMINISTRATOR }),
    },
  ],
  [
    'Security Lake',
    {
      time: 1_795_514_400_000,
      metadata: { uid: 'e-1' },
      api: {
        operation: 'AttachUserPolicy',
        service: { name: 'iam.amazonaws.com' },
        request: { data: JSON.stringify({ userName: 'alice', policyArn: ADMINISTRATOR }) },
      },
      actor: { user: { uid: `arn:aws:iam::${ACCOUNT}:user/bob`, type: 'IAMUser' } },
      cloud: { account: { uid: ACCOUNT } },
      status: 'Success',
    },
  ],
]
for (const [title, event] of SHAPES)
  test(`a grant reads alike as ${title}`, () => {
    assert.deepEqual(summary(read(awsCloudtrailPreset, event)), plain)
    const observation = only(event)
    assert.equal(observation.act, 'e-1')
    assert.equal(observation.grantor?.id, `arn:aws:iam::${ACCOUNT}:user/bob`)
  })

test('a call that Elastic says failed is no grant', () => {
  const parameters = { flattened: { request_parameters: { userName: 'alice', policyArn: ADMINISTRATOR } } }
  assert.equal(said(ecs(parameters, { outcome: 'failure' })), 'call failed')
  assert.equal(said(ecs({ ...parameters, error_code: 'AccessDenied' })), 'call failed')
})

test('a failed sign-in of the root user is no use of it', () => {
  const root = { type: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root`, accountId: ACCOUNT }
  const signIn = (result: string) =>
    aCall('ConsoleLogin', null, {
      service: 'signin',
      userIdentity: root,
      responseElements: { ConsoleLogin: result },
    })
  assert.equal(said(signIn('Success')), `context break-glass-use ${SCOPE} T2 ${root.arn}`)
  assert.equal(said(signIn('Failure')), 'call failed')
})

test('a record that came twice is one grant, and two records are two', () => {
  assert.equal(only(attach()).act, only(attach(ADMINISTRATOR, { requestID: 'r-2' })).act)
  const unnamed = attach(ADMINISTRATOR, { eventID: undefined })
  assert.equal(only(unnamed).act, only({ ...unnamed, _sysTime: 'later' }).act)
  assert.notEqual(only(unnamed).act, only({ ...unnamed, eventTime: '2026-11-24T10:00:01Z' }).act)
})

test('users of AWS GovCloud and of China keep the partition they are in', () => {
  const event = attach('arn:aws-us-gov:iam::aws:policy/AdministratorAccess', {
    userIdentity: { type: 'Root', accountId: ACCOUNT },
    awsRegion: 'us-gov-west-1',
  })
  assert.equal(only(event).grantee.id, `arn:aws-us-gov:iam::${ACCOUNT}:user/alice`)
  assert.equal(only(event).role.tier, 'T0')
})
