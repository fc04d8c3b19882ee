import { emailOf, identityOf } from '../event-fields.ts'
import type { Party, PartyType } from '../party.ts'
import { type CloudTrailRecord, partIdentity, partText } from './aws-cloudtrail-record.ts'

/** Who is who in AWS. Paths are left out of ids: names are unique without them, and requests name no path. */

export interface Account {
  readonly partition: string
  /** Null when the record does not say whose it is. */
  readonly id: string | null
}

export type IamKind = 'user' | 'group' | 'role'

const TYPES: Readonly<Record<IamKind, PartyType>> = { user: 'user', group: 'group', role: 'service' }
/** Roles that IAM Identity Center makes for the people with a permission set. */
const SSO_ROLE = /^AWSReservedSSO_/i

function iamId(account: Account, kind: string, name: string): string {
  const text =
    account.id === null ? `${kind}/${name}` : `arn:${account.partition}:iam::${account.id}:${kind}/${name}`
  return identityOf(text) ?? text
}

export function iamParty(account: Account, kind: IamKind, name: string | null): Party | null {
  const bare = name?.split('/').at(-1) ?? ''
  if (bare === '') return null
  const type = kind === 'role' && SSO_ROLE.test(bare) ? 'group' : TYPES[kind]
  return { id: iamId(account, kind, bare), email: emailOf(bare), name: bare, type }
}

interface Arn {
  readonly account: Account
  readonly service: string
  readonly kind: string
  /** What stands after the kind, paths and all. */
  readonly segments: readonly string[]
}

export function arnOf(text: string): Arn | null {
  const [arn, partition, service, , id, ...resource] = text.split(':')
  if (arn !== 'arn' || partition === undefined || service === undefined || resource.length === 0) return null
  const [kind = '', ...segments] = resource.join(':').split('/')
  return { account: { partition, id: id === undefined || id === '' ? null : id }, service, kind, segments }
}

/** The account a record belongs to; the partition is that of the caller, else of the region. */
export function accountOf(record: CloudTrailRecord): Account {
  const arn = arnOf(partIdentity(record, 'identityArn') ?? '')
  const region = partText(record, 'region') ?? ''
  const byRegion = region.startsWith('us-gov-') ? 'aws-us-gov' : region.startsWith('cn-') ? 'aws-cn' : 'aws'
  const id =
    partIdentity(record, 'account') ?? partIdentity(record, 'identityAccount') ?? arn?.account.id ?? null
  return { partition: arn?.account.partition ?? byRegion, id }
}

/** A principal by its ARN: users and roles by name, the root of an account as the account itself. */
export function principalParty(text: string, own: Account): Party {
  const arn = arnOf(text)
  const id = identityOf(text) ?? text
  const isForeign = arn?.account.id !== own.id
  if (arn === null || arn.account.id === null) return { id, email: null, name: null, type: 'unknown' }
  if (arn.kind === 'root') return wholeAccount(arn.account.id, own)
  const kind = arn.kind === 'user' || arn.kind === 'role' ? arn.kind : null
  const known = kind === null ? null : iamParty(arn.account, kind, arn.segments.at(-1) ?? null)
  const party = known ?? { id, email: null, name: null, type: 'unknown' as const }
  return isForeign ? { ...party, type: 'external' } : party
}

export function wholeAccount(id: string, own: Account): Party {
  return { id, email: null, name: `AWS account ${id}`, type: id === own.id ? 'group' : 'external' }
}

/**
 * Names that programs give their sessions: instances, numbers, hashes, and what names a tool. Such a session has no
 * person behind it, so the role itself is the actor.
 */
const HASHED = /^(i-[0-9a-f]{8,17}|[0-9.]+|[0-9a-f-]{20,})$/i
const TOOL =
  /(^|[-_])(botocore|boto3?|awscli|aws|terraform|pulumi|ansible|github|githubactions|gitlab|jenkins|circleci|codebuild|codepipeline|cloudformation|lambda|ci|cli|session\d*)([-_.\d]|$)/i

/** The person or program behind a call; null when the record does not say. */
export function grantorOf(record: CloudTrailRecord): Party | null {
  const type = partText(record, 'identityType')
  const arn = partIdentity(record, 'identityArn')
  const account = callerAccount(record, arn)
  if (type === 'Root') return { id: iamRoot(account), email: null, name: 'Root user', type: 'user' }
  if (arn?.includes(':assumed-role/') === true || (type === 'AssumedRole' && arn === null))
    return sessionParty(record, account)
  const behalf = partIdentity(record, 'onBehalfOf')
  if (behalf !== null)
    return { id: behalf, email: null, name: partText(record, 'identityUser'), type: 'user' }
  const invokedBy = partIdentity(record, 'invokedBy')
  if (invokedBy !== null && (type === 'AWSService' || (type === null && arn === null)))
    return { id: invokedBy, email: null, name: null, type: 'service' }
  if (arn?.includes(':federated-user/') === true) return federatedParty(record, arn, account)
  if (arn !== null && arnOf(arn) !== null) return callerParty(arn, account)
  const user = partIdentity(record, 'identityUser')
  if (user !== null)
    return type === 'SAMLUser' || type === 'WebIdentityUser'
      ? { id: user, email: emailOf(user), name: null, type: 'user' }
      : iamParty(account, 'user', user)
  return bareCaller(record, type, account)
}

function callerAccount(record: CloudTrailRecord, arn: string | null): Account {
  const parsed = arn === null ? null : arnOf(arn)
  const own = accountOf(record)
  return parsed?.account.id == null
    ? { ...own, id: partIdentity(record, 'identityAccount') ?? own.id }
    : parsed.account
}

function iamRoot(account: Account): string {
  return account.id === null ? 'root' : `arn:${account.partition}:iam::${account.id}:root`
}

function callerParty(arn: string, account: Account): Party {
  if (arnOf(arn)?.kind === 'root')
    return { id: iamRoot(account), email: null, name: 'Root user', type: 'user' }
  return principalParty(arn, account)
}

/** Callers of other accounts and services are known by their unique id alone. */
function bareCaller(record: CloudTrailRecord, type: string | null, account: Account): Party | null {
  const id = partIdentity(record, 'principalId') ?? account.id
  if (type === null || id === null) return null
  return { id, email: null, name: null, type: type === 'AWSAccount' ? 'external' : 'unknown' }
}

function federatedParty(record: CloudTrailRecord, arn: string, account: Account): Party {
  const name = arn.slice(arn.lastIndexOf('/') + 1)
  const issuer = arnOf(partIdentity(record, 'issuerArn') ?? '')
  const user = issuer?.kind === 'user' ? iamParty(account, 'user', issuer.segments.at(-1) ?? null) : null
  return user === null
    ? { id: identityOf(arn) ?? arn, email: emailOf(name), name, type: 'user' }
    : { ...user, name: `${user.name} as ${name}` }
}

/** The role of an assumed-role session, as the grants to that role name it. */
export function actorRole(record: CloudTrailRecord): Party | null {
  const arn = partIdentity(record, 'identityArn')
  const parsed = arn === null ? null : arnOf(arn)
  if (parsed === null || parsed.kind !== 'assumed-role') return null
  const issuer = arnOf(partIdentity(record, 'issuerArn') ?? '')
  const name = issuer?.kind === 'role' ? (issuer.segments.at(-1) ?? null) : (parsed.segments[0] ?? null)
  return iamParty(callerAccount(record, arn), 'role', name)
}

/** The name a session was given: in its ARN, or in the caller's unique id. */
function sessionName(record: CloudTrailRecord): string | null {
  const arn = arnOf(partIdentity(record, 'identityArn') ?? '')
  const byArn = identityOf(arn?.segments.slice(1).join('/'))
  if (byArn !== null) return byArn
  const principal = partIdentity(record, 'principalId') ?? ''
  return principal.includes(':') ? identityOf(principal.slice(principal.indexOf(':') + 1)) : null
}

/** The human of a session: its source identity, else its name, with the role told beside it. */
function sessionParty(record: CloudTrailRecord, account: Account): Party | null {
  const role = actorRole(record)
  const session = partIdentity(record, 'sourceIdentity') ?? sessionName(record)
  if (session === null) return role ?? bareCaller(record, 'AssumedRole', account)
  const email = emailOf(session)
  const name = role === null ? session : `${role.name}/${session}`
  if (email !== null || !isProgram(record, session, role)) return { id: session, email, name, type: 'user' }
  return role === null
    ? bareCaller(record, 'AssumedRole', account)
    : { id: role.id, email: null, name, type: 'service' }
}

function isProgram(record: CloudTrailRecord, session: string, role: Party | null): boolean {
  const issuer = partIdentity(record, 'issuerArn') ?? ''
  const isService =
    issuer.includes('/aws-service-role/') || role?.name?.startsWith('AWSServiceRoleFor') === true
  return isService || HASHED.test(session) || TOOL.test(session)
}
