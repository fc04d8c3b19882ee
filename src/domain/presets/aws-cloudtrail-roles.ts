import { identityOf } from '../event-fields.ts'
import type { Role, Tier } from '../grant.ts'

/** How far the policies that AWS itself maintains reach, and the roles that grants in AWS are told as. */

/** Whoever holds one of these can give out everything, or holds it already. */
const WHOLE_ORGANISATION = new Set([
  'AdministratorAccess',
  'IAMFullAccess',
  'AWSOrganizationsFullAccess',
  'AWSSSOMasterAccountAdministrator',
  'AWSSSODirectoryAdministrator',
])
const BROAD = new Set([
  'PowerUserAccess',
  'SecretsManagerReadWrite',
  'SystemAdministrator',
  'NetworkAdministrator',
  'DatabaseAdministrator',
  'DataScientist',
])
/**
 * Policies of AWS that let an agent, a node or a person do its own work and no more, such as AmazonSSMManagedInstanceCore:
 * "The policy for Amazon EC2 Role to enable AWS Systems Manager service core functionality"
 * (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSSMManagedInstanceCore.html).
 */
const ORDINARY = new Set([
  'AmazonSSMManagedInstanceCore',
  'AmazonSSMPatchAssociation',
  'AmazonSSMDirectoryServiceAccess',
  'AmazonSSMManagedEC2InstanceDefaultPolicy',
  'CloudWatchAgentServerPolicy',
  'CloudWatchAgentAdminPolicy',
  'AWSXRayDaemonWriteAccess',
  'AWSXrayWriteOnlyAccess',
  'AWSLambdaExecute',
  'AWSLambdaInvocation-DynamoDB',
  'AmazonEKSWorkerNodePolicy',
  'AmazonEKSWorkerNodeMinimalPolicy',
  'AmazonEKSClusterPolicy',
  'AmazonEKSServicePolicy',
  'AmazonEKS_CNI_Policy',
  'AmazonEKSVPCResourceController',
  'AmazonEKSFargatePodExecutionRolePolicy',
  'AmazonEKSBlockStoragePolicy',
  'AmazonEKSComputePolicy',
  'AmazonEKSLoadBalancingPolicy',
  'AmazonEKSNetworkingPolicy',
  'AmazonEC2ContainerRegistryPullOnly',
  'AWSElasticBeanstalkWebTier',
  'AWSElasticBeanstalkWorkerTier',
  'AWSElasticBeanstalkMulticontainerDocker',
  'AWSSupportAccess',
  'SupportUser',
  'IAMUserChangePassword',
  'IAMUserSSHKeys',
  'IAMSelfManageServiceSpecificCredentials',
])
/**
 * "Denies access to certain actions, applied by the AWS team in the event that an IAM user's credentials have been
 * compromised or exposed publicly"
 * (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV2.html).
 */
const RESTRICTION = /^(AWSCompromisedKeyQuarantine|AWSDenyAll$|AWSRevokeOlderSessions)/i
const READ_ONLY =
  /read-?only|view-?only|securityaudit|audit(or)?(access|$)|view(er)?(access|policy|$)|listaccess/i
const FULL_ACCESS = /full_?access|administrator|(^|[a-z_-])admin([A-Z_-]|access|policy|$)|power-?user/i
/** Names that people give to groups and policies of administrators. */
const ADMIN_LIKE = /admin|power-?user|super-?user|root|owner|sudo|break-?glass|full-?access|^wheel$/i
const SERVICE_PATH = /^(aws-)?service-role\//

export type PolicyVerdict =
  | { readonly kind: 'privileged'; readonly tier: Tier }
  | { readonly kind: 'ordinary' }
  | { readonly kind: 'restriction' }

export const ORDINARY_POLICY: PolicyVerdict = { kind: 'ordinary' }

export function privileged(tier: Tier): PolicyVerdict {
  return { kind: 'privileged', tier }
}

const MANAGED = /^arn:[^:]*:iam::([^:]*):policy\/(.+)$/s

/**
 * What a managed policy gives. AWS maintains those of the account `aws`, so their names can be believed; the name of
 * a customer's own policy proves nothing, least of all that it only reads.
 */
export function managedPolicy(arn: string, holder: 'role' | 'person'): PolicyVerdict {
  const [, owner, path = arn] = MANAGED.exec(arn) ?? []
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (owner !== 'aws') return privileged(ADMIN_LIKE.test(name) ? 'T1' : 'T2')
  if (RESTRICTION.test(name)) return { kind: 'restriction' }
  if (WHOLE_ORGANISATION.has(name)) return privileged('T0')
  if (BROAD.has(name)) return privileged('T1')
  if (ORDINARY.has(name) || READ_ONLY.test(name)) return ORDINARY_POLICY
  if (FULL_ACCESS.test(name)) return privileged('T1')
  return SERVICE_PATH.test(path) && holder === 'role' ? ORDINARY_POLICY : privileged('T2')
}

function named(kind: string, name: string): string {
  return identityOf(`${kind}:${name}`) ?? kind
}

function lastSegment(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1)
}

/** A policy's id is its ARN, the same when it is attached, widened and detached. */
export function policyRole(arn: string, tier: Tier, scope: string): Role {
  return { id: arn, name: lastSegment(arn), tier, scope }
}

export function inlineRole(name: string, tier: Tier, scope: string): Role {
  return { id: named('inline', name), name: `Inline policy ${name}`, tier, scope }
}

const READING_GROUP = /read[-_ ]?only|view[-_ ]?only|(viewer|reader|auditor)s?$/i

/** Null for a group that is named as one that only reads: what is attached to it later is a grant of its own. */
export function namedGroupRole(name: string, scope: string): Role | null {
  return READING_GROUP.test(name) && !ADMIN_LIKE.test(name) ? null : groupRole(name, scope)
}

export function groupRole(name: string, scope: string): Role {
  const tier = ADMIN_LIKE.test(name) ? 'T1' : 'T2'
  return { id: named('group', name), name: `Member of ${name}`, tier, scope }
}

/** To act as a role: what trust policies, instance profiles and databases are given. */
export function actingRole(name: string, tier: Tier, scope: string): Role {
  const bare = lastSegment(name)
  return { id: named('act-as', bare), name: `May act as ${bare}`, tier, scope }
}

export function permissionSetRole(arn: string, scope: string): Role {
  return { id: arn, name: `Permission set ${lastSegment(arn)}`, tier: 'T2', scope }
}

const EKS_TIERS: Readonly<Record<string, Tier>> = {
  AmazonEKSClusterAdminPolicy: 'T0',
  AmazonEKSAdminPolicy: 'T1',
  AmazonEKSEditPolicy: 'T2',
}

/** An access policy of EKS; null for those that only view. On namespaces alone it is narrow. */
export function eksPolicyRole(arn: string, namespaced: boolean, scope: string): Role | null {
  const name = lastSegment(arn)
  if (READ_ONLY.test(name)) return null
  const tier = Object.hasOwn(EKS_TIERS, name) ? (EKS_TIERS[name] ?? 'T2') : 'T2'
  return { id: arn, name, tier: namespaced ? 'T2' : tier, scope }
}

export function eksEntryRole(groups: readonly string[], scope: string): Role {
  const name = groups.length === 0 ? 'Access to the cluster' : `Access to the cluster as ${groups.join(', ')}`
  return { id: 'eks-access-entry', name: name.slice(0, 200), tier: 'T2', scope }
}

/** Delegated administration of what decides about identities reaches the whole organisation. */
export function delegatedAdministrator(service: string, scope: string): Role {
  const tier = /^(sso|iam|account|organizations|controltower)\./.test(service) ? 'T0' : 'T1'
  return {
    id: named('delegated-administrator', service),
    name: `Delegated administrator of ${service}`,
    tier,
    scope,
  }
}
