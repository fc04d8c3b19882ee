import type { Grant } from '../grant.ts'
import { shellWord } from '../shell.ts'

/** One option of the AWS command line; it reads `file://` and the like as a place to fetch the value from. */
interface Option {
  readonly name: string
  readonly value: string | null
}

// Names that were too long to keep whole end in a hash, and unnamed things stand in brackets.
const NOT_A_NAME = /:\/\/|~[0-9a-f]{12}$|^$|^\(unnamed\)$/

function options(all: readonly Option[]): string | null {
  const words = all.map(({ name, value }) =>
    value === null || NOT_A_NAME.test(value) ? null : `--${name}=${shellWord(value)}`,
  )
  return words.includes(null) ? null : words.join(' ')
}

function command(call: string, all: readonly Option[]): string | null {
  const words = options(all)
  return words === null ? null : `aws ${call} ${words}`
}

/** Names are unique within an account only, so the command first makes sure that it runs in the right one. */
function inAccount(grant: Grant, run: string | null): string | null {
  const account = /^account:([^/]+)/.exec(grant.role.scope)?.[1]
  if (run === null || account === undefined) return run
  return `[ "$(aws sts get-caller-identity --query Account --output text)" = ${shellWord(account)} ] && ${run}`
}

interface Holder {
  readonly kind: string
  readonly name: string
}

/** An IAM user, group or role by its id: `arn:aws:iam::123456789012:user/alice`, or `user/alice` alone. */
function holderOf(id: string): Holder | null {
  const [, kind = '', name = ''] = /^(?:arn:[^:]*:iam::[^:]*:)?(user|group|role)\/([^/]+)$/s.exec(id) ?? []
  return kind === '' ? null : { kind, name }
}

export function awsRunbook(grant: Grant): string | null {
  if (grant.direction !== 'given') return null
  const { id } = grant.role
  if (id.includes(':permissionSet/')) return assignmentRunbook(grant)
  if (grant.grantee.id.includes(':permissionSet/')) return permissionSetRunbook(grant)
  if (id.includes(':cluster-access-policy/') || id === 'eks-access-entry') return clusterRunbook(grant)
  if (id.startsWith('delegated-administrator:'))
    return command('organizations deregister-delegated-administrator', [
      { name: 'account-id', value: grant.grantee.id },
      { name: 'service-principal', value: id.slice('delegated-administrator:'.length) },
    ])
  if (grant.role.scope.startsWith('identity-store:')) return directoryRunbook(grant)
  return inAccount(grant, iamRunbook(grant))
}

function iamRunbook(grant: Grant): string | null {
  const { id } = grant.role
  const profile = /^instance-profile\/(.+)$/s.exec(grant.grantee.id)?.[1]
  if (profile !== undefined && id.startsWith('act-as:'))
    return command('iam remove-role-from-instance-profile', [
      { name: 'instance-profile-name', value: profile },
      { name: 'role-name', value: id.slice('act-as:'.length) },
    ])
  const holder = holderOf(grant.grantee.id)
  if (holder === null) return null
  const name = { name: `${holder.kind}-name`, value: holder.name }
  if (id.startsWith('inline:'))
    return command(`iam delete-${holder.kind}-policy`, [
      name,
      { name: 'policy-name', value: id.slice('inline:'.length) },
    ])
  if (id.startsWith('group:') && holder.kind === 'user')
    return command('iam remove-user-from-group', [
      name,
      { name: 'group-name', value: id.slice('group:'.length) },
    ])
  return id.includes(':policy/')
    ? command(`iam detach-${holder.kind}-policy`, [name, { name: 'policy-arn', value: id }])
    : null
}

/** `arn:aws:sso:::permissionSet/ssoins-1/ps-1` belongs to `arn:aws:sso:::instance/ssoins-1`. */
function instanceOf(permissionSet: string): string | null {
  const [, before, instance] =
    /^(arn:[^:]*:sso:[^:]*:[^:]*:)permissionSet\/([^/]+)\//.exec(permissionSet) ?? []
  return before === undefined || instance === undefined ? null : `${before}instance/${instance}`
}

function assignmentRunbook(grant: Grant): string | null {
  const account = /^account:([^/]+)$/.exec(grant.role.scope)?.[1] ?? null
  return command('sso-admin delete-account-assignment', [
    { name: 'instance-arn', value: instanceOf(grant.role.id) },
    { name: 'permission-set-arn', value: grant.role.id },
    { name: 'target-type', value: 'AWS_ACCOUNT' },
    { name: 'target-id', value: account },
    { name: 'principal-type', value: grant.grantee.type === 'group' ? 'GROUP' : 'USER' },
    { name: 'principal-id', value: grant.grantee.id },
  ])
}

function permissionSetRunbook(grant: Grant): string | null {
  const set = [
    { name: 'instance-arn', value: instanceOf(grant.grantee.id) },
    { name: 'permission-set-arn', value: grant.grantee.id },
  ]
  if (grant.role.id === 'inline:permission-set')
    return command('sso-admin delete-inline-policy-from-permission-set', set)
  return grant.role.id.includes(':aws:policy/')
    ? command('sso-admin detach-managed-policy-from-permission-set', [
        ...set,
        { name: 'managed-policy-arn', value: grant.role.id },
      ])
    : null
}

function clusterRunbook(grant: Grant): string | null {
  const [, region, name] = /(?:^|\/)cluster:(?:([^/]+)\/)?([^/]+)$/s.exec(grant.role.scope) ?? []
  const both = [
    ...(region === undefined ? [] : [{ name: 'region', value: region }]),
    { name: 'cluster-name', value: name === undefined || name === '*' ? null : name },
    { name: 'principal-arn', value: grant.grantee.id },
  ]
  const run =
    grant.role.id === 'eks-access-entry'
      ? command('eks delete-access-entry', both)
      : command('eks disassociate-access-policy', [...both, { name: 'policy-arn', value: grant.role.id }])
  return inAccount(grant, run)
}

/** The membership's own id is not in the log, so the command asks for it first. */
function directoryRunbook(grant: Grant): string | null {
  const store = { name: 'identity-store-id', value: grant.role.scope.slice('identity-store:'.length) }
  const find = command('identitystore get-group-membership-id', [
    store,
    { name: 'group-id', value: grant.role.id.replace(/^group:/, '') },
    { name: 'member-id', value: `UserId=${grant.grantee.id}` },
  ])
  const remove = command('identitystore delete-group-membership', [store])
  if (find === null || remove === null) return null
  return `MEMBERSHIP=$(${find} --query MembershipId --output text) && [ -n "$MEMBERSHIP" ] && ${remove} --membership-id="$MEMBERSHIP"`
}
