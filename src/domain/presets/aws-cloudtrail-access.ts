import { identityOf } from '../event-fields.ts'
import { EVERY_ROLE, type Role } from '../grant.ts'
import type { Party } from '../party.ts'
import { documentVerdict, plainArn, textsAt } from './aws-cloudtrail-documents.ts'
import {
  A_RESTRICTION,
  accountScope,
  type CloudTrailEvent,
  type CloudTrailReader,
  documentParameter,
  everyone,
  given,
  textParameter,
} from './aws-cloudtrail-event.ts'
import { arnOf, principalParty } from './aws-cloudtrail-parties.ts'
import { parameter, partIdentity } from './aws-cloudtrail-record.ts'
import {
  actingRole,
  delegatedAdministrator,
  eksEntryRole,
  eksPolicyRole,
  groupRole,
  inlineRole,
  managedPolicy,
  type PolicyVerdict,
  permissionSetRole,
  policyRole,
} from './aws-cloudtrail-roles.ts'
import { weakenedControl } from './control-catalogue.ts'
import type { Reading } from './preset.ts'
import {
  CALL_FAILED,
  changed,
  GRANTEE_NOT_STATED,
  NOT_PRIVILEGE_EVENT,
  NOT_PRIVILEGED,
  ROLE_NOT_STATED,
} from './reading.ts'

/** Grants beyond IAM's own: Identity Center, EKS, organizations, databases. */

type Direction = 'grant' | 'removal'

function change(event: CloudTrailEvent, kind: Direction, grantee: Party | null, role: Role): Reading {
  return kind === 'grant' ? given(event, grantee, role) : changed(event.facts, 'removal', grantee, role)
}

/** Identity Center knows people and groups by an id of its own; names stand in its directory alone. */
function directoryParty(id: string | null, type: Party['type']): Party | null {
  return id === null ? null : { id, email: null, name: null, type }
}

/**
 * The call starts the assignment and says `IN_PROGRESS`; its end is not logged. "Assigns access to a principal for a
 * specified AWS account using a specified permission set. The term principal here refers to a user or group that is
 * defined in IAM Identity Center"
 * (https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateAccountAssignment.html).
 */
function accountAssignment(kind: Direction): CloudTrailReader {
  const status =
    kind === 'grant' ? 'accountAssignmentCreationStatus.status' : 'accountAssignmentDeletionStatus.status'
  return (event) => {
    if (parameter(event.record, status, 'response') === 'FAILED') return CALL_FAILED
    const set = textParameter(event, 'permissionSetArn')
    if (set === null) return ROLE_NOT_STATED
    const type = textParameter(event, 'principalType')?.toUpperCase() === 'GROUP' ? 'group' : 'user'
    const grantee = directoryParty(textParameter(event, 'principalId'), type)
    return change(
      event,
      kind,
      grantee,
      permissionSetRole(set, accountScope(textParameter(event, 'targetId'))),
    )
  }
}

function directoryMember(kind: Direction): CloudTrailReader {
  return (event) => {
    const group = textParameter(event, 'groupId')
    if (group === null) return ROLE_NOT_STATED
    const id =
      textParameter(event, 'memberId.userId') ??
      textParameter(event, 'member.memberId') ??
      textParameter(event, 'memberId')
    const store = textParameter(event, 'identityStoreId')
    const scope = store === null ? '*' : (identityOf(`identity-store:${store}`) ?? '*')
    const [member, role] = [directoryParty(id, 'user'), { ...groupRole(group, scope), tier: 'T2' as const }]
    return kind === 'grant'
      ? given(event, member, role, 'indirect')
      : changed(event.facts, 'removal', member, role)
  }
}

function directoryDeleted(name: string, type: Party['type']): CloudTrailReader {
  return (event) =>
    changed(event.facts, 'removal', directoryParty(textParameter(event, name), type), {
      id: EVERY_ROLE,
      name: 'Every role',
      tier: 'T2',
      scope: '*',
    })
}

/** What a permission set gives, it gives to all it is assigned to. */
function permissionSet(kind: Direction, what: 'managed' | 'own' | 'inline'): CloudTrailReader {
  return (event) => {
    const set = textParameter(event, 'permissionSetArn')
    if (set === null) return GRANTEE_NOT_STATED
    const verdict = setVerdict(event, kind, what)
    if (verdict === null) return ROLE_NOT_STATED
    if (verdict.verdict.kind === 'restriction') return A_RESTRICTION
    if (verdict.verdict.kind === 'ordinary') return NOT_PRIVILEGED
    const name = `Everyone with permission set ${set.slice(set.lastIndexOf('/') + 1)}`
    const holders: Party = { id: set, email: null, name, type: 'group' }
    const role =
      what === 'managed'
        ? policyRole(verdict.policy, verdict.verdict.tier, '*')
        : inlineRole(verdict.policy, verdict.verdict.tier, '*')
    return kind === 'grant'
      ? given(event, holders, role, 'role_widened')
      : changed(event.facts, 'removal', holders, role)
  }
}

function setVerdict(
  event: CloudTrailEvent,
  kind: Direction,
  what: 'managed' | 'own' | 'inline',
): { readonly policy: string; readonly verdict: PolicyVerdict } | null {
  if (what === 'managed') {
    const arn = textParameter(event, 'managedPolicyArn')
    return arn === null ? null : { policy: arn, verdict: managedPolicy(arn, 'person') }
  }
  if (what === 'own') {
    const name = textParameter(event, 'customerManagedPolicyReference.name')
    return name === null ? null : { policy: name, verdict: managedPolicy(name, 'person') }
  }
  const document = kind === 'grant' ? documentParameter(event, 'inlinePolicy') : undefined
  return { policy: 'permission-set', verdict: documentVerdict(document) }
}

/** Names of clusters are unique within a region of an account. */
function clusterScope(event: CloudTrailEvent): string {
  const name = textParameter(event, 'name') ?? textParameter(event, 'clusterName') ?? '*'
  const region = partIdentity(event.record, 'region')
  const cluster = region === null ? name : `${region}/${name}`
  const account = accountScope(event.account.id)
  return identityOf(account === '*' ? `cluster:${cluster}` : `${account}/cluster:${cluster}`) ?? '*'
}

/** EKS compares the principal's ARN as it stands, so its id is left as it is. */
function clusterPrincipal(event: CloudTrailEvent): Party | null {
  const stated = parameter(event.record, 'principalArn')
  const id = typeof stated === 'string' ? identityOf(plainArn(stated)) : null
  if (id === null) return null
  const party = { ...principalParty(id, event.account), id }
  return event.account.id === null && party.type === 'external' ? { ...party, type: 'unknown' } : party
}

function accessPolicy(kind: Direction): CloudTrailReader {
  return (event) => {
    const stated = parameter(event.record, 'policyArn')
    const arn = typeof stated === 'string' ? identityOf(plainArn(stated)) : null
    if (arn === null) return ROLE_NOT_STATED
    const isNamespaced = textParameter(event, 'accessScope.type')?.toLowerCase() === 'namespace'
    const role = eksPolicyRole(arn, isNamespaced, clusterScope(event))
    return role === null ? NOT_PRIVILEGED : change(event, kind, clusterPrincipal(event), role)
  }
}

/**
 * "An access entry allows an IAM principal to access your cluster"
 * (https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html). Entries of other types than
 * `STANDARD` are for the cluster's own nodes.
 */
function accessEntry(event: CloudTrailEvent): Reading {
  const type = textParameter(event, 'type')
  if (type !== null && type.toUpperCase() !== 'STANDARD') return NOT_PRIVILEGED
  const groups = textsAt(
    { root: { groups: parameter(event.record, 'kubernetesGroups') }, base: '' },
    'groups',
  )
  return change(event, 'grant', clusterPrincipal(event), eksEntryRole(groups, clusterScope(event)))
}

function accessEntryDeleted(event: CloudTrailEvent): Reading {
  const everything: Role = { id: EVERY_ROLE, name: 'Every role', tier: 'T2', scope: clusterScope(event) }
  return change(event, 'removal', clusterPrincipal(event), everything)
}

function delegated(kind: Direction): CloudTrailReader {
  return (event) => {
    const service = textParameter(event, 'servicePrincipal')
    if (service === null) return ROLE_NOT_STATED
    const id = textParameter(event, 'accountId')
    const grantee: Party | null =
      id === null ? null : { id, email: null, name: `AWS account ${id}`, type: 'unknown' }
    return change(event, kind, grantee, delegatedAdministrator(service, '*'))
  }
}

/** Service control policies keep whole accounts from things; the one AWS attaches by default keeps from nothing. */
function controlPolicyDetached(event: CloudTrailEvent): Reading {
  const policy = textParameter(event, 'policyId')
  const type = textParameter(event, 'policyType') ?? 'SERVICE_CONTROL_POLICY'
  if (policy === 'p-FullAWSAccess') return A_RESTRICTION
  if (!/^(SERVICE|RESOURCE)_CONTROL_POLICY$/.test(type)) return NOT_PRIVILEGE_EVENT
  const target = textParameter(event, 'targetId') ?? textParameter(event, 'rootId')
  return changed(
    event.facts,
    'control_weakened',
    everyone(event),
    weakenedControl('privileged-access-rules', target ?? '*'),
  )
}

/** A database that is given a role acts as it from then on. */
function databaseRole(kind: Direction, identifier: string): CloudTrailReader {
  return (event) => {
    const role = textParameter(event, 'roleArn')
    if (role === null) return ROLE_NOT_STATED
    const database = textParameter(event, identifier)
    const grantee: Party | null =
      database === null ? null : { id: `database/${database}`, email: null, name: database, type: 'service' }
    const name = arnOf(role)?.segments.at(-1) ?? role
    return change(event, kind, grantee, actingRole(name, 'T2', event.scope))
  }
}

export const ACCESS_READERS: Readonly<Record<string, Readonly<Record<string, CloudTrailReader>>>> = {
  sso: {
    CreateAccountAssignment: accountAssignment('grant'),
    DeleteAccountAssignment: accountAssignment('removal'),
    AttachManagedPolicyToPermissionSet: permissionSet('grant', 'managed'),
    DetachManagedPolicyFromPermissionSet: permissionSet('removal', 'managed'),
    AttachCustomerManagedPolicyReferenceToPermissionSet: permissionSet('grant', 'own'),
    DetachCustomerManagedPolicyReferenceFromPermissionSet: permissionSet('removal', 'own'),
    PutInlinePolicyToPermissionSet: permissionSet('grant', 'inline'),
    DeleteInlinePolicyFromPermissionSet: permissionSet('removal', 'inline'),
  },
  'sso-directory': {
    AddMemberToGroup: directoryMember('grant'),
    RemoveMemberFromGroup: directoryMember('removal'),
    DeleteUser: directoryDeleted('userId', 'user'),
    DeleteGroup: directoryDeleted('groupId', 'group'),
  },
  identitystore: {
    CreateGroupMembership: directoryMember('grant'),
    DeleteGroupMembership: directoryMember('removal'),
    DeleteUser: directoryDeleted('userId', 'user'),
    DeleteGroup: directoryDeleted('groupId', 'group'),
  },
  eks: {
    AssociateAccessPolicy: accessPolicy('grant'),
    DisassociateAccessPolicy: accessPolicy('removal'),
    CreateAccessEntry: accessEntry,
    DeleteAccessEntry: accessEntryDeleted,
  },
  organizations: {
    RegisterDelegatedAdministrator: delegated('grant'),
    DeregisterDelegatedAdministrator: delegated('removal'),
    DetachPolicy: controlPolicyDetached,
    DisablePolicyType: controlPolicyDetached,
  },
  rds: {
    AddRoleToDBInstance: databaseRole('grant', 'dBInstanceIdentifier'),
    AddRoleToDBCluster: databaseRole('grant', 'dBClusterIdentifier'),
    RemoveRoleFromDBInstance: databaseRole('removal', 'dBInstanceIdentifier'),
    RemoveRoleFromDBCluster: databaseRole('removal', 'dBClusterIdentifier'),
  },
}
