import assert from 'node:assert/strict'
import { test } from 'node:test'
import { awsCloudtrailPreset } from '../../../src/domain/presets/aws-cloudtrail.ts'
import {
  ACCOUNT,
  ALICE,
  DEPLOY,
  FOREIGN,
  SCOPE,
  said,
  statement,
  trust,
  userPolicy,
} from './aws-cloudtrail-events.ts'
import { read } from './labelled-events.ts'

const DOCUMENTS: readonly (readonly [string, unknown, string])[] = [
  ['everything', statement({}), 'T0'],
  ['lists', statement({ Action: ['s3:GetObject', '*'], Resource: ['*'] }), 'T0'],
  ['JSON text', JSON.stringify(statement({})), 'T0'],
  ['URL-encoded text', encodeURIComponent(JSON.stringify(statement({}))), 'T0'],
  ['one statement without a list', { Statement: { Effect: 'Allow', Action: 'iam:*', Resource: '*' } }, 'T0'],
  ['a statement alone', { Effect: 'Allow', Action: '*', Resource: '*' }, 'T0'],
  ['all of IAM', statement({ Action: 'iam:*' }), 'T0'],
  ['a way to all of IAM', statement({ Action: ['iam:Attach*'] }), 'T0'],
  ['a way to it for one role', statement({ Action: 'iam:PutRolePolicy', Resource: DEPLOY }), 'T1'],
  ['all of a service', statement({ Action: 'S3:*' }), 'T1'],
  ['all of a service on one thing', statement({ Action: 's3:*', Resource: 'arn:aws:s3:::logs/a' }), 'T2'],
  ['all but IAM', statement({ Action: undefined, NotAction: ['iam:*'] }), 'T1'],
  ['all but one thing', statement({ Action: undefined, NotAction: 's3:DeleteBucket' }), 'T0'],
  ['any role', statement({ Action: 'sts:AssumeRole', Resource: `arn:aws:iam::${ACCOUNT}:role/*` }), 'T1'],
  ['every secret', statement({ Action: 'secretsmanager:GetSecretValue' }), 'T1'],
  ['what cannot be read', '{"Statement": [', 'T2'],
]
for (const [title, document, tier] of DOCUMENTS)
  test(`an inline policy that allows ${title} is ${tier}`, () => {
    assert.equal(said(userPolicy(document)), `grant inline:p ${SCOPE} ${tier} ${ALICE}`)
  })

const HARMLESS: readonly (readonly [string, unknown, string])[] = [
  ['only reads', statement({ Action: ['ec2:Describe*', 's3:GetObject', 'iam:List*'] }), 'not privileged'],
  [
    'lets people keep their own keys',
    statement({ Action: 'iam:CreateAccessKey', Resource: `arn:aws:iam::*:user/\${aws:username}` }),
    'not privileged',
  ],
  [
    'writes to one place',
    statement({ Action: 's3:PutObject', Resource: 'arn:aws:s3:::logs/*' }),
    'not privileged',
  ],
  ['only denies', statement({ Effect: 'Deny' }), 'a restriction'],
]
for (const [title, document, reason] of HARMLESS)
  test(`an inline policy that ${title} is no grant`, () => {
    assert.equal(said(userPolicy(document)), reason)
  })

test('everybody whom a trust policy names is a grantee of their own, each once', () => {
  const event = trust({
    AWS: [FOREIGN, `arn:aws:iam::${FOREIGN}:root`, ALICE],
    Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`,
  })
  const reading = read(awsCloudtrailPreset, event)
  assert.ok('observations' in reading)
  assert.deepEqual(
    reading.observations.map(({ grantee }) => [grantee.id, grantee.type]),
    [
      [FOREIGN, 'external'],
      [ALICE, 'user'],
      [`arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`, 'external'],
    ],
  )
})
