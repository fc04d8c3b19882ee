import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Grant } from '../../../src/domain/grant.ts'
import type { ChangeObservation } from '../../../src/domain/presets/preset.ts'
import { isRemovalOf } from '../../../src/domain/revocation.ts'
import { aGrant } from '../../support/builders.ts'
import {
  ADMINISTRATOR,
  aCall,
  assignment,
  attach,
  cluster,
  DEPLOY,
  EKS_ADMIN,
  member,
  only,
  statement,
  userPolicy,
} from './aws-cloudtrail-events.ts'

const PAIRS: readonly (readonly [string, unknown, unknown])[] = [
  ['a policy', attach(), aCall('DetachUserPolicy', { userName: 'alice', policyArn: ADMINISTRATOR })],
  [
    'an inline policy',
    userPolicy(statement({})),
    aCall('DeleteUserPolicy', { userName: 'alice', policyName: 'p' }),
  ],
  [
    'a group',
    aCall('AddUserToGroup', { userName: 'alice', groupName: 'ops' }),
    aCall('RemoveUserFromGroup', { userName: 'alice', groupName: 'ops' }),
  ],
  ['an assignment', assignment('CreateAccountAssignment'), assignment('DeleteAccountAssignment')],
  [
    'a directory group',
    member('AddMemberToGroup', 'sso-directory', { member: { memberId: 'u-1' } }),
    member('RemoveMemberFromGroup', 'sso-directory', { member: { memberId: 'u-1' } }),
  ],
  [
    'an access policy',
    cluster('AssociateAccessPolicy', { policyArn: EKS_ADMIN, accessScope: { type: 'cluster' } }),
    cluster('DisassociateAccessPolicy', {
      policyArn: encodeURIComponent(EKS_ADMIN),
      principalArn: encodeURIComponent(DEPLOY),
    }),
  ],
  ['an access entry', cluster('CreateAccessEntry'), cluster('DeleteAccessEntry')],
  [
    'an access policy whose entry is deleted',
    cluster('AssociateAccessPolicy', { policyArn: EKS_ADMIN }),
    cluster('DeleteAccessEntry'),
  ],
  ['a policy of a user who is deleted', attach(), aCall('DeleteUser', { userName: 'alice' })],
  [
    'a role of a database',
    aCall('AddRoleToDBCluster', { dBClusterIdentifier: 'db', roleArn: DEPLOY }, { service: 'rds' }),
    aCall('RemoveRoleFromDBCluster', { dBClusterIdentifier: 'db', roleArn: DEPLOY }, { service: 'rds' }),
  ],
]
for (const [title, giving, taking] of PAIRS)
  test(`the removal of ${title} takes exactly what was given`, () => {
    const [grant, removal] = [only(giving), only(taking)]
    assert.equal(removal.kind, 'removal')
    assert.equal(removal.grantee.id, grant.grantee.id)
    assert.notEqual(
      isRemovalOf(aGrant(grantPart(grant)), [
        aGrant({ ...grantPart(removal), direction: 'taken', act: 'later' }),
      ]),
      null,
    )
  })

function grantPart(observation: ChangeObservation): Partial<Grant> {
  const { form: _, ...rest } = observation
  return rest
}

test('an entry deleted in one cluster says nothing about the account', () => {
  const removal = aGrant({
    ...grantPart(only(cluster('DeleteAccessEntry'))),
    direction: 'taken',
    act: 'later',
  })
  const role = aCall('AttachRolePolicy', { roleName: 'deploy', policyArn: ADMINISTRATOR })
  assert.equal(isRemovalOf(aGrant(grantPart(only(role))), [removal]), null)
})
