import { EVERY_ROLE, type Role } from '../grant.ts'
import type { Party } from '../party.ts'
import { documentVerdict } from './aws-cloudtrail-documents.ts'
import {
  A_RESTRICTION,
  type CloudTrailEvent,
  type CloudTrailReader,
  documentParameter,
  given,
  givenObservation,
  isTrue,
  textParameter,
} from './aws-cloudtrail-event.ts'
import { type IamKind, iamParty } from './aws-cloudtrail-parties.ts'
import {
  actingRole,
  inlineRole,
  managedPolicy,
  namedGroupRole,
  type PolicyVerdict,
  policyRole,
} from './aws-cloudtrail-roles.ts'
import { trustedBy } from './aws-cloudtrail-trust.ts'
import { weakenedControl } from './control-catalogue.ts'
import type { Reading } from './preset.ts'
import {
  changed,
  GRANTEE_NOT_STATED,
  NOT_COMPLETED,
  NOT_PRIVILEGED,
  ROLE_NOT_STATED,
  readingOf,
} from './reading.ts'

/** Grants within one account: policies, groups, trust, instance profiles. */

const NAME_OF: Readonly<Record<IamKind, string>> = { user: 'userName', group: 'groupName', role: 'roleName' }

/** Whom a call is about; calls about oneself, such as a new password, may name nobody. */
function member(event: CloudTrailEvent, kind: IamKind): Party | null {
  return iamParty(event.account, kind, textParameter(event, NAME_OF[kind]))
}

/** The skip of a verdict that gives nothing, else the tier. */
function tierOr(verdict: PolicyVerdict): Reading | Role['tier'] {
  if (verdict.kind === 'restriction') return A_RESTRICTION
  return verdict.kind === 'ordinary' ? NOT_PRIVILEGED : verdict.tier
}

function attached(kind: IamKind): CloudTrailReader {
  return (event) => {
    const arn = textParameter(event, 'policyArn')
    if (arn === null) return ROLE_NOT_STATED
    const tier = tierOr(managedPolicy(arn, kind === 'role' ? 'role' : 'person'))
    return typeof tier === 'string'
      ? given(event, member(event, kind), policyRole(arn, tier, event.scope))
      : tier
  }
}

function detached(kind: IamKind): CloudTrailReader {
  return (event) => {
    const arn = textParameter(event, 'policyArn')
    if (arn === null) return ROLE_NOT_STATED
    const verdict = managedPolicy(arn, kind === 'role' ? 'role' : 'person')
    // To lift a quarantine gives back what it kept away.
    if (verdict.kind === 'restriction')
      return changed(
        event.facts,
        'control_weakened',
        member(event, kind),
        weakenedControl('privileged-access-rules', event.scope),
      )
    const tier = tierOr(verdict)
    return typeof tier === 'string'
      ? changed(event.facts, 'removal', member(event, kind), policyRole(arn, tier, event.scope))
      : tier
  }
}

// No policy or role can have such a name.
const UNNAMED = '(unnamed)'

function put(kind: IamKind): CloudTrailReader {
  return (event) => {
    const grantee = member(event, kind)
    if (grantee === null) return GRANTEE_NOT_STATED
    const name = textParameter(event, 'policyName')
    const document = documentParameter(event, 'policyDocument')
    if (name === null && document === undefined) return ROLE_NOT_STATED
    const tier = tierOr(documentVerdict(document))
    return typeof tier === 'string'
      ? given(event, grantee, inlineRole(name ?? UNNAMED, tier, event.scope))
      : tier
  }
}

function deletedPolicy(kind: IamKind): CloudTrailReader {
  return (event) => {
    const name = textParameter(event, 'policyName')
    return changed(
      event.facts,
      'removal',
      member(event, kind),
      inlineRole(name ?? UNNAMED, 'T2', event.scope),
    )
  }
}

function groupMembership(kind: 'grant' | 'removal'): CloudTrailReader {
  return (event) => {
    const group = textParameter(event, 'groupName')
    if (group === null) return ROLE_NOT_STATED
    const [user, role] = [member(event, 'user'), namedGroupRole(group, event.scope)]
    if (role === null) return NOT_PRIVILEGED
    return kind === 'grant' ? given(event, user, role) : changed(event.facts, 'removal', user, role)
  }
}

function holdersOf(policyArn: string): Party {
  const name = `Everyone with ${policyArn.slice(policyArn.lastIndexOf('/') + 1)}`
  return { id: `holders:${policyArn}`, email: null, name, type: 'group' }
}

/** A policy changes for all who hold it once its new version is the default. */
function policyVersion(event: CloudTrailEvent): Reading {
  const arn = textParameter(event, 'policyArn')
  if (arn === null) return ROLE_NOT_STATED
  if (!isTrue(event, 'setAsDefault')) return NOT_COMPLETED
  const tier = tierOr(documentVerdict(documentParameter(event, 'policyDocument')))
  return typeof tier === 'string'
    ? given(event, holdersOf(arn), policyRole(arn, tier, event.scope), 'role_widened')
    : tier
}

/** Which version was chosen is told, what it says is not. */
function defaultVersion(event: CloudTrailEvent): Reading {
  const arn = textParameter(event, 'policyArn')
  return arn === null
    ? ROLE_NOT_STATED
    : given(event, holdersOf(arn), policyRole(arn, 'T2', event.scope), 'role_widened')
}

/** The people, roles and accounts that a trust policy names may act as the role from now on. */
function trustUpdated(event: CloudTrailEvent): Reading {
  const name = textParameter(event, 'roleName')
  if (name === null || trustedBy(documentParameter(event, 'policyDocument'), event.account) !== null)
    return trusting(event, 'policyDocument', () => true)
  // Cut-down records and documents that cannot be read do not say who, but that it is somebody else than before.
  const someone: Party = {
    id: `holders:act-as:${name}`,
    email: null,
    name: `Whoever may act as ${name}`,
    type: 'unknown',
  }
  return given(event, someone, actingRole(name, 'T2', event.scope), 'role_widened')
}

/**
 * A new role holds nothing yet, and what it is given later is a grant to the role: ordinary as long as the account
 * itself, its services or its providers may act as it. That somebody outside may is not.
 */
function roleCreated(event: CloudTrailEvent): Reading {
  return trusting(event, 'assumeRolePolicyDocument', (tier) => tier === 'T0')
}

function trusting(
  event: CloudTrailEvent,
  documentName: string,
  counts: (tier: Role['tier']) => boolean,
): Reading {
  const name = textParameter(event, 'roleName')
  const trusted = trustedBy(documentParameter(event, documentName), event.account)
  if (trusted === null || (trusted.length === 0 && name === null)) return GRANTEE_NOT_STATED
  const observations = trusted.flatMap(({ party, tier }) =>
    tier !== null && counts(tier)
      ? [givenObservation(event, party, actingRole(name ?? UNNAMED, tier, event.scope))]
      : [],
  )
  return readingOf(observations, NOT_PRIVILEGED)
}

/** An instance profile is how machines act as a role. */
function profileRole(kind: 'grant' | 'removal'): CloudTrailReader {
  return (event) => {
    const [profile, name] = [textParameter(event, 'instanceProfileName'), textParameter(event, 'roleName')]
    if (name === null) return ROLE_NOT_STATED
    if (profile === null) return GRANTEE_NOT_STATED
    const grantee: Party = { id: `instance-profile/${profile}`, email: null, name: profile, type: 'service' }
    return changed(event.facts, kind, grantee, actingRole(name, 'T2', event.scope))
  }
}

function deleted(kind: IamKind): CloudTrailReader {
  return (event) =>
    changed(event.facts, 'removal', member(event, kind), {
      id: EVERY_ROLE,
      name: 'Every role',
      tier: 'T2',
      scope: event.scope,
    })
}

function boundaryDeleted(kind: IamKind): CloudTrailReader {
  return (event) =>
    changed(
      event.facts,
      'control_weakened',
      member(event, kind),
      weakenedControl('permissions-boundary', event.scope),
    )
}

/** A boundary that lets everything through is none. */
function boundaryPut(kind: IamKind): CloudTrailReader {
  return (event) => {
    const boundary = textParameter(event, 'permissionsBoundary') ?? ''
    return boundary.endsWith(':aws:policy/AdministratorAccess') ? boundaryDeleted(kind)(event) : A_RESTRICTION
  }
}

export const IAM_READERS: Readonly<Record<string, CloudTrailReader>> = {
  AttachUserPolicy: attached('user'),
  AttachGroupPolicy: attached('group'),
  AttachRolePolicy: attached('role'),
  DetachUserPolicy: detached('user'),
  DetachGroupPolicy: detached('group'),
  DetachRolePolicy: detached('role'),
  PutUserPolicy: put('user'),
  PutGroupPolicy: put('group'),
  PutRolePolicy: put('role'),
  DeleteUserPolicy: deletedPolicy('user'),
  DeleteGroupPolicy: deletedPolicy('group'),
  DeleteRolePolicy: deletedPolicy('role'),
  AddUserToGroup: groupMembership('grant'),
  RemoveUserFromGroup: groupMembership('removal'),
  CreatePolicyVersion: policyVersion,
  SetDefaultPolicyVersion: defaultVersion,
  UpdateAssumeRolePolicy: trustUpdated,
  CreateRole: roleCreated,
  AddRoleToInstanceProfile: profileRole('grant'),
  RemoveRoleFromInstanceProfile: profileRole('removal'),
  DeleteUser: deleted('user'),
  DeleteGroup: deleted('group'),
  DeleteRole: deleted('role'),
  DeleteUserPermissionsBoundary: boundaryDeleted('user'),
  DeleteRolePermissionsBoundary: boundaryDeleted('role'),
  PutUserPermissionsBoundary: boundaryPut('user'),
  PutRolePermissionsBoundary: boundaryPut('role'),
}
