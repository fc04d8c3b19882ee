import { type Fields, identityOf, objectsAt, valueAt } from '../event-fields.ts'
import type { Role, Tier } from '../grant.ts'
import type { Party } from '../party.ts'
import { isEverybody, isWholeNamespace } from './kubernetes-subjects.ts'
import { isReadOnlyName } from './read-only-name.ts'
import { stringListAt } from './string-list.ts'

/**
 * How far roles of Kubernetes reach. "cluster-admin: Allows super-user access to perform any action on any resource",
 * "admin: Allows admin access", "edit: Allows read/write access to most objects in a namespace", "view: Allows
 * read-only access to see most objects in a namespace" (https://kubernetes.io/docs/reference/access-authn-authz/rbac/).
 */
const WHOLE = new Set(['cluster-admin', 'sudoer'])
const BROAD = new Set([
  'admin',
  'edit',
  'system:aggregate-to-admin',
  'system:aggregate-to-edit',
  'system:kube-controller-manager',
  'cluster-owner',
])
/** What everybody may do, or reading alone. */
const ORDINARY = new Set([
  'view',
  'system:aggregate-to-view',
  'system:basic-user',
  'system:discovery',
  'system:public-info-viewer',
  'system:service-account-issuer-discovery',
  'system:monitoring',
  'system:image-puller',
  'basic-user',
  'cluster-reader',
  'self-access-reviewer',
])

/** The members of this group pass every check, whatever roles there are. */
export function mastersRole(scope: string): Role {
  return { id: 'system:masters', name: 'system:masters', tier: 'T0', scope }
}

export function isCataloguedRole({ id }: Role): boolean {
  return id === 'system:masters' || WHOLE.has(id) || BROAD.has(id)
}

const RAISED: Readonly<Record<Tier, Tier>> = { T0: 'T0', T1: 'T0', T2: 'T1' }

export interface RoleRef {
  readonly kind: string
  readonly name: string
}

export function roleRefOf(body: Fields): RoleRef | null {
  const name = identityOf(valueAt(body, 'roleRef.name'))
  return name === null ? null : { kind: identityOf(valueAt(body, 'roleRef.kind')) ?? 'ClusterRole', name }
}

/** Whether a role gives no privilege that is worth a review. */
export function isOrdinary(ref: RoleRef): boolean {
  return ORDINARY.has(ref.name) || isReadOnlyName(ref.name)
}

export function roleIdOf(ref: RoleRef): string {
  return ref.kind === 'Role' ? `role/${ref.name}` : ref.name
}

/** A bound role; its tier says how far it reaches for this subject. */
export function boundRole(
  ref: RoleRef,
  at: { readonly scope: string; readonly namespace: string | null },
  holder: Party,
): Role {
  const tier = tierOf(ref, at.namespace)
  const raised = isEverybody(holder) ? 'T0' : isWholeNamespace(holder) ? RAISED[tier] : tier
  return { id: identityOf(roleIdOf(ref)) ?? ref.name, name: ref.name, tier: raised, scope: at.scope }
}

function tierOf(ref: RoleRef, namespace: string | null): Tier {
  if (ref.kind === 'Role') return 'T2'
  // Whoever runs things in kube-system runs the cluster.
  const isWide = namespace === null || namespace === 'kube-system'
  if (WHOLE.has(ref.name)) return isWide ? 'T0' : 'T1'
  return isWide && BROAD.has(ref.name) ? 'T1' : 'T2'
}

/** The role of a binding whose record names the binding alone: it may be any. */
export function unnamedRole(scope: string, namespace: string | null): Role {
  const tier = namespace === null ? 'T1' : 'T2'
  return { id: 'unnamed-role', name: 'A role that the record does not name', tier, scope }
}

const ESCALATING_VERBS = ['escalate', 'bind', 'impersonate']
const ESCALATING_RESOURCES = [
  'pods/exec',
  'pods/attach',
  'nodes/proxy',
  'serviceaccounts/token',
  'certificatesigningrequests/approval',
]

export type RuleReach = 'everything' | 'escalating' | 'narrow'

/** What the rules of a role's definition allow at most. */
export function reachOf(body: Fields): RuleReach {
  let reach: RuleReach = 'narrow'
  for (const rule of objectsAt(body, 'rules')) {
    const [verbs, resources] = [stringListAt(rule, 'verbs'), stringListAt(rule, 'resources')]
    const isAllVerbs = verbs.includes('*')
    const isAllResources = resources.some((resource) => resource === '*' || resource === '*/*')
    if (isAllVerbs && isAllResources) return 'everything'
    if (
      (isAllVerbs && resources.length > 0) ||
      isAllResources ||
      verbs.some((verb) => ESCALATING_VERBS.includes(verb)) ||
      resources.some((resource) => ESCALATING_RESOURCES.includes(resource))
    )
      reach = 'escalating'
  }
  return reach
}
