import assert from 'node:assert/strict'
import { awsCloudtrailPreset } from '../../../src/domain/presets/aws-cloudtrail.ts'
import type { ChangeObservation } from '../../../src/domain/presets/preset.ts'
import { read, summary } from './labelled-events.ts'

/** CloudTrail records as AWS writes them, with what a test needs to say differently. */

export const ACCOUNT = '123456789012'
export const FOREIGN = '999988887777'

export const BOB = {
  type: 'IAMUser',
  principalId: 'AIDABOB',
  arn: `arn:aws:iam::${ACCOUNT}:user/ops/bob`,
  accountId: ACCOUNT,
  accessKeyId: 'AKIABOB',
  userName: 'bob',
}

export function aCall(
  name: string,
  requestParameters: unknown,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  const service = typeof more['service'] === 'string' ? more['service'] : 'iam'
  const { service: _, ...rest } = more
  return {
    eventVersion: '1.09',
    userIdentity: BOB,
    eventTime: '2026-11-24T10:00:00Z',
    eventSource: `${service}.amazonaws.com`,
    eventName: name,
    awsRegion: 'us-east-1',
    sourceIPAddress: '192.0.2.7',
    userAgent: 'aws-cli/2.17.60',
    requestParameters,
    responseElements: null,
    requestID: 'r-1',
    eventID: 'e-1',
    readOnly: false,
    eventType: 'AwsApiCall',
    recipientAccountId: ACCOUNT,
    ...rest,
  }
}

export const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess'

export function attach(policyArn = ADMINISTRATOR, more: Record<string, unknown> = {}) {
  return aCall('AttachUserPolicy', { userName: 'alice', policyArn }, more)
}

export const ALICE = `arn:aws:iam::${ACCOUNT}:user/alice`
export const DEPLOY = `arn:aws:iam::${ACCOUNT}:role/deploy`
export const SCOPE = `account:${ACCOUNT}`

export const statement = (more: Record<string, unknown>) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', ...more }],
})

export function session(name: string, role = 'deploy', more: Record<string, unknown> = {}) {
  return {
    type: 'AssumedRole',
    principalId: `AROADEPLOY:${name}`,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${name}`,
    accountId: ACCOUNT,
    accessKeyId: 'ASIASESSION',
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: 'AROADEPLOY',
        arn: `arn:aws:iam::${ACCOUNT}:role/ci/${role}`,
        accountId: ACCOUNT,
        userName: role,
      },
      attributes: { creationDate: '2026-11-24T09:00:00Z', mfaAuthenticated: 'false' },
      ...more,
    },
  }
}

export const said = (event: unknown) => {
  const reading = summary(read(awsCloudtrailPreset, event))
  return 'skipped' in reading ? reading.skipped : reading.observations.join('; ')
}

export function only(event: unknown): ChangeObservation {
  const reading = read(awsCloudtrailPreset, event)
  const [observation, ...others] = 'observations' in reading ? reading.observations : []
  assert.ok(observation?.form === 'change' && others.length === 0, said(event))
  return observation
}

export const userPolicy = (document: unknown) =>
  aCall('PutUserPolicy', { userName: 'alice', policyName: 'p', policyDocument: document })
export const trust = (principal: unknown, name = 'UpdateAssumeRolePolicy') =>
  aCall(name, {
    roleName: 'deploy',
    [name === 'CreateRole' ? 'assumeRolePolicyDocument' : 'policyDocument']: JSON.stringify(
      statement({ Action: 'sts:AssumeRole', Principal: principal }),
    ),
  })
export const SET = 'arn:aws:sso:::permissionSet/ssoins-72233af8ea2d1f14/ps-ae5d1fa1f80b684e'
export const assignment = (name: string, more: Record<string, unknown> = {}) =>
  aCall(
    name,
    {
      instanceArn: 'arn:aws:sso:::instance/ssoins-72233af8ea2d1f14',
      targetId: FOREIGN,
      targetType: 'AWS_ACCOUNT',
      permissionSetArn: SET,
      principalType: 'GROUP',
      principalId: '34887428-4081-7042-c3c6-928d413009e7',
    },
    { service: 'sso', ...more },
  )
export const cluster = (name: string, parameters: Record<string, unknown> = {}) =>
  aCall(name, { name: 'prod', principalArn: DEPLOY, ...parameters }, { service: 'eks' })
export const EKS_ADMIN = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy'
export const member = (name: string, service: string, parameters: Record<string, unknown>) =>
  aCall(name, { identityStoreId: 'd-1', groupId: 'g-1', ...parameters }, { service })
