import { type Fields, identityOf, objectsAt, textOf, valueAt } from '../event-fields.ts'
import { EVERY_ROLE, type Role, type Tier } from '../grant.ts'
import type { Party } from '../party.ts'
import { contextRole } from './context-catalogue.ts'
import { isUntouched } from './kubernetes-bindings.ts'
import { clusterOf, type KubernetesCall, scopeOf } from './kubernetes-call.ts'
import { identityMappings } from './kubernetes-mappings.ts'
import { mastersRole, type RuleReach, reachOf, roleIdOf } from './kubernetes-roles.ts'
import { accountNamed, serviceAccount, unnamedSubjects } from './kubernetes-subjects.ts'
import type { ChangeObservation, Reading } from './preset.ts'
import {
  changed,
  type Facts,
  NO_CHANGE,
  NOT_PRIVILEGE_EVENT,
  NOT_PRIVILEGED,
  observed,
  readingOf,
} from './reading.ts'

/** All that gives privilege without a binding, and what leads to it. */

/** Adds up the roles that others are made of, after somebody has changed one of those. */
const AGGREGATOR = 'system:serviceaccount:kube-system:clusterrole-aggregation-controller'

/** A definition that lets those who hold the role do anything, or get at everything. */
export function definitionChanged(call: KubernetesCall, facts: Facts): Reading {
  if (call.verb.startsWith('delete')) return NO_CHANGE
  if (facts.grantor?.id === AGGREGATOR || facts.grantor?.id === 'system:apiserver') return NO_CHANGE
  const asked = call.body('requestObject')
  const [answer] = call.body('responseObject')
  if (isUntouched(asked[0], answer)) return NO_CHANGE
  const bodies = [...asked, ...(answer === undefined ? [] : [answer])]
  const isNew = call.verb === 'create'
  // A new role that the record does not show is judged when it is bound.
  if (bodies.length === 0 && isNew) return NO_CHANGE
  const reach = bodies.length === 0 ? 'escalating' : reachAsked(asked, answer)
  const name =
    call.name ??
    identityOf(bodies.map((one) => valueAt(one, 'metadata.name')).find((one) => one !== undefined))
  if (reach === 'narrow' || name === null) return NO_CHANGE
  const isClusterRole = call.resource === 'clusterroles'
  const tier: Tier = reach === 'everything' && isClusterRole ? (isNew ? 'T1' : 'T0') : 'T2'
  const scope = scopeOf(call, isClusterRole ? null : (call.namespace ?? 'default'))
  const id = roleIdOf({ kind: isClusterRole ? 'ClusterRole' : 'Role', name })
  const parts = isClusterRole ? aggregates(bodies) : []
  return readingOf(
    [
      widened(facts, { id: identityOf(id) ?? name, name, tier, scope }),
      ...parts.map((whole) => widened(facts, { id: whole, name: whole, tier: 'T1', scope })),
    ],
    NO_CHANGE,
  )
}

function widened(facts: Facts, role: Role): ChangeObservation {
  const id = identityOf(`holders:${role.id}`) ?? 'holders'
  const holders: Party = { id, email: null, name: `Everyone with ${role.name}`.slice(0, 250), type: 'group' }
  return observed(facts, 'role_widened', holders, role)
}

/** What the rules that were asked for allow; a write of other fields leaves them as they were. */
function reachAsked(asked: readonly Fields[], answer: Fields | undefined): RuleReach {
  const [body] = asked
  if (body === undefined) return answer === undefined ? 'narrow' : reachOf(answer)
  if (valueAt(body, 'op') === undefined) return reachOf(body)
  const touched = asked.filter((step) => /^\/rules(\/|$)/.test(textOf(valueAt(step, 'path')) ?? ''))
  if (touched.length === 0) return 'narrow'
  if (answer !== undefined && objectsAt(answer, 'rules').length > 0) return reachOf(answer)
  const rules = touched.flatMap((step) => objectsAt(step, 'value')).map(({ root }) => root)
  return rules.length === 0 ? 'escalating' : reachOf({ root: { rules }, base: '' })
}

/** The default roles that a definition becomes part of by its labels. */
function aggregates(bodies: readonly Fields[]): readonly string[] {
  return ['admin', 'edit'].filter((whole) =>
    bodies.some((body) => {
      const label = valueAt(body, `metadata.labels.rbac.authorization.k8s.io/aggregate-to-${whole}`)
      return textOf(label, 10) === 'true'
    }),
  )
}

/** Groups that nodes are in, so that they can join. */
const NODE_GROUPS = ['system:bootstrappers', 'system:nodes', 'system:node-proxier', 'eks:kube-proxy-windows']

/**
 * EKS' map of AWS identities to users and groups. What it held before is not shown, so each mapping that it now holds
 * is given anew.
 */
export function mappingChanged(call: KubernetesCall, facts: Facts): Reading {
  if (call.name !== 'aws-auth') return NOT_PRIVILEGE_EVENT
  const scope = clusterOf(call)
  if (call.verb.startsWith('delete')) {
    const everything: Role = { id: EVERY_ROLE, name: 'Every role', tier: 'T2', scope }
    return changed(facts, 'removal', unnamedSubjects('configmaps/aws-auth'), everything)
  }
  const asked = call.body('requestObject')
  const [answer] = call.body('responseObject')
  if (isUntouched(asked[0], answer)) return NO_CHANGE
  const bodies = [...asked, ...(answer === undefined ? [] : [answer])]
  const mappings = bodies.map((body) => identityMappings(body)).find((list) => list.length > 0) ?? []
  if (mappings.length === 0)
    return bodies.length === 0
      ? changed(facts, 'grant', unnamedSubjects('configmaps/aws-auth'), {
          ...mastersRole(scope),
          id: 'unnamed-role',
          tier: 'T1',
        })
      : NO_CHANGE
  const observations = mappings.flatMap(({ principal, groups }) =>
    groups
      .filter((group) => !NODE_GROUPS.includes(group))
      .map((group) => observed(facts, 'grant', principal, groupRole(group, scope))),
  )
  return readingOf(observations.slice(0, OBSERVATIONS_MAX), NOT_PRIVILEGED)
}
const OBSERVATIONS_MAX = 500

function groupRole(group: string, scope: string): Role {
  if (group === 'system:masters') return mastersRole(scope)
  return {
    id: identityOf(`group:${group}`) ?? group,
    name: `Group ${group}`.slice(0, 250),
    tier: 'T2',
    scope,
  }
}

/** Signs certificates by which people and programs sign in; those of nodes are another matter. */
const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client'

/** A certificate counts once it is approved; whoever asked for it is the one concerned. */
export function certificateApproved(call: KubernetesCall, facts: Facts): Reading {
  if (call.subresource !== 'approval') return NOT_PRIVILEGE_EVENT
  const bodies = [...call.body('requestObject'), ...call.body('responseObject')]
  const first = (path: string) =>
    bodies.map((body) => valueAt(body, path)).find((value) => value !== undefined)
  const conditions = bodies
    .flatMap((body) => objectsAt(body, 'status.conditions'))
    .map((one) => valueAt(one, 'type'))
  if (conditions.includes('Denied')) return NO_CHANGE
  const signer = textOf(first('spec.signerName'))
  const requester = accountNamed(first('spec.username'))
  if (signer !== null && signer !== CLIENT_SIGNER) return NOT_PRIVILEGED
  if (isMachinery(requester) || isMachinery(facts.grantor)) return NOT_PRIVILEGED
  const scope = identityOf(`certificate:${call.name ?? '*'}`) ?? '*'
  return changed(facts, 'context', requester ?? facts.grantor, contextRole('api-token', scope))
}

/** Nodes and the cluster's own controllers ask for tokens and accounts all day. */
function isMachinery(caller: Party | null): boolean {
  return (
    caller !== null &&
    /^(system:(node|bootstrap):|system:kube-|system:apiserver$|system:serviceaccount:kube-system:)/.test(
      caller.id,
    )
  )
}

export function accountChanged(call: KubernetesCall, facts: Facts): Reading {
  const made =
    call.body('responseObject').map((body) => identityOf(valueAt(body, 'metadata.name')))[0] ?? null
  const name = call.name ?? made
  if (name === null) return NOT_PRIVILEGE_EVENT
  const account = serviceAccount(call.namespace, name)
  const isToken = call.subresource === 'token'
  if (call.verb === 'create') {
    if (isMachinery(facts.grantor)) return NOT_PRIVILEGED
    const scope = isToken ? scopeOf(call, call.namespace) : '*'
    return changed(facts, 'context', account, contextRole(isToken ? 'api-token' : 'account-created', scope))
  }
  if (call.verb !== 'delete' || call.subresource !== null) return NOT_PRIVILEGE_EVENT
  return changed(facts, 'removal', account, {
    id: EVERY_ROLE,
    name: 'Every role',
    tier: 'T2',
    scope: clusterOf(call),
  })
}
