import { type Fields, identityAt, identityOf, objectsAt, textAt, timeOf, valueAt } from '../event-fields.ts'
import type { Role, Tier } from '../grant.ts'
import type { Party } from '../party.ts'
import { type AzureAct, placeOf } from './azure-assignments.ts'
import { bodyOf, resourceOf } from './azure-record.ts'
import { controlTier, guidOf, ROOT_SCOPE, scopeOf } from './azure-roles.ts'
import { contextRole } from './context-catalogue.ts'
import { weakenedControl } from './control-catalogue.ts'
import type { Reading } from './preset.ts'
import {
  changed,
  GRANTEE_NOT_STATED,
  NO_CHANGE,
  NOT_PRIVILEGED,
  observed,
  ROLE_NOT_STATED,
  readingOf,
} from './reading.ts'
import { stringListAt } from './string-list.ts'

/** Changes beside role assignments: definitions of roles, delegations, bindings of Kubernetes, controls, context. */

/** Actions that make a role's holders able to do anything, or to give it to themselves. */
const POWERFUL =
  /^(\*|microsoft\.authorization\/(\*|[^/]*\/\*|roleassignments\/(write|\*)|roledefinitions\/(write|\*)|elevateaccess\/.*|role[a-z]*schedulerequests\/(write|\*)))$/
const WIDE = /^(\*|[a-z.]+)\/\*$|^\*\/(write|action|delete)$/

/** A custom role's definition, which everybody who holds the role gets at once. */
export function definitionChanged(act: AzureAct): Reading {
  const body = bodyOf(act, 'response') ?? bodyOf(act, 'request')
  if (body === null) return ROLE_NOT_STATED
  const id = guidOf(resourceOf(act).split('/').at(-1) ?? '') ?? guidOf(textAt(body, 'id'))
  if (id === null) return ROLE_NOT_STATED
  if (isNew(body)) return NO_CHANGE
  const actions = objectsAt(body, 'properties.permissions').flatMap((permission) =>
    ['actions', 'dataactions'].flatMap((name) => stringListAt(permission, name)),
  )
  const lower = actions.map((action) => action.toLowerCase())
  const isPowerful = lower.some((action) => POWERFUL.test(action))
  if (!isPowerful && !lower.some((action) => WIDE.test(action))) return NOT_PRIVILEGED
  const name = textAt(body, 'properties.rolename', 200) ?? `Role ${id}`
  const scopes = stringListAt(body, 'properties.assignablescopes').map(scopeOf)
  const place = scopes.length > 0 ? scopes : [placeOf(resourceOf(act))]
  const tiers = place.map((scope): Tier => (isPowerful ? controlTier(scope) : 'T2'))
  const tier: Tier = tiers.includes('T0') ? 'T0' : tiers.includes('T1') ? 'T1' : 'T2'
  const role: Role = { id, name, tier, scope: place.length === 1 ? (place[0] ?? ROOT_SCOPE) : ROOT_SCOPE }
  const holders: Party = { id: `holders:${id}`, email: null, name: `Everyone with ${name}`, type: 'group' }
  return changed(act.facts, 'role_widened', holders, role)
}

/** A definition just made has no holders yet; the answer of the call tells both times. */
function isNew(body: Fields): boolean {
  const created = timeOf(valueAt(body, 'properties.createdon'))
  return created !== null && created === timeOf(valueAt(body, 'properties.updatedon'))
}

const BINDING = /^(.*)\/rbac\.authorization\.k8s\.io\/((?:cluster)?rolebindings)(\/.+)?$/

/** A binding inside a cluster that Azure runs or connects: the log names the binding, not the role or its subjects. */
export function clusterBinding(act: AzureAct, kind: 'grant' | 'removal'): Reading {
  const [, cluster = '', collection = '', name = ''] = BINDING.exec(resourceOf(act)) ?? []
  const id = identityOf(`${collection}${name}`)
  const grantee: Party | null =
    id === null
      ? null
      : { id: `subjects:${id}`, email: null, name: `Everyone whom ${id} names`, type: 'unknown' }
  const tier: Tier = collection === 'clusterrolebindings' ? 'T1' : 'T2'
  const role: Role = {
    id: 'kubernetes-binding',
    name: 'A role in a Kubernetes cluster',
    tier,
    scope: cluster,
  }
  return changed(act.facts, kind, grantee, role)
}

const VAULT = /^(.*\/vaults\/[^/]+)\/accesspolicies\/(add|replace|remove)$/

/** Access to what a vault keeps, given beside roles: the policies of the body, for each principal one. */
export function vaultPolicies(act: AzureAct): Reading {
  const [, vault, way] = VAULT.exec(resourceOf(act)) ?? []
  const body = bodyOf(act, 'request') ?? bodyOf(act, 'response')
  if (vault === undefined || body === null) return GRANTEE_NOT_STATED
  const role: Role = {
    id: 'key-vault-access-policy',
    name: 'Key Vault access policy',
    tier: 'T2',
    scope: vault,
  }
  const kind = way === 'remove' ? 'removal' : 'grant'
  const observations = objectsAt(body, 'properties.accesspolicies').flatMap((policy) => {
    const id = guidOf(textAt(policy, 'objectid'))
    const grantee: Party | null = id === null ? null : { id, email: null, name: null, type: 'unknown' }
    return grantee === null ? [] : [observed(act.facts, kind, grantee, role)]
  })
  return readingOf(observations, GRANTEE_NOT_STATED)
}

const DELEGATION = /^(.*)\/providers\/microsoft\.managedservices\/registrationassignments\/([^/]+)$/

/** A subscription or resource group given into the hands of another tenant (Azure Lighthouse). */
export function delegated(act: AzureAct, kind: 'grant' | 'removal'): Reading {
  const [, place = '', name = ''] = DELEGATION.exec(resourceOf(act)) ?? []
  const id = identityOf(name)
  const body = bodyOf(act, 'request') ?? bodyOf(act, 'response')
  const definition = body === null ? null : identityAt(body, 'properties.registrationdefinitionid')
  const grantee: Party | null =
    id === null
      ? null
      : {
          id: `delegation:${id}`,
          email: null,
          name: definition === null ? 'Another tenant' : `Another tenant, by ${definition}`,
          type: 'external',
        }
  const scope = scopeOf(place)
  const tier: Tier = controlTier(scope)
  return changed(act.facts, kind, grantee, { id: 'delegation', name: 'Delegated management', tier, scope })
}

/** An outside token is let in as a managed identity. */
export function federated(act: AzureAct): Reading {
  const resource = resourceOf(act)
  const identity = resource.replace(/\/federatedidentitycredentials\/[^/]*$/, '')
  if (identity === ROOT_SCOPE) return ROLE_NOT_STATED
  const name = identity.split('/').at(-1) ?? null
  const party: Party = { id: identityOf(identity) ?? identity, email: null, name, type: 'service' }
  return changed(act.facts, 'context', party, contextRole('identity-provider', resource))
}

const ANYBODY: Party = { id: '*', email: null, name: 'Everybody', type: 'group' }

/** The rules by which Privileged Identity Management gives roles: approvers, lengths, second factors. */
export function rulesChanged(act: AzureAct): Reading {
  const scope = placeOf(resourceOf(act))
  const role = weakenedControl('privileged-access-rules', scope)
  return changed(act.facts, 'control_weakened', act.facts.grantor ?? ANYBODY, role)
}

/** Of the many exports of logs, only a subscription's own and the directory's say who got which role. */
export function exportDeleted(act: AzureAct): Reading {
  const [place = ''] = resourceOf(act).split('/providers/microsoft.insights/')
  if (!/^(\/subscriptions\/[^/]+|\/providers\/microsoft\.aadiam|)$/.test(place)) return NOT_PRIVILEGED
  const role = weakenedControl('audit-log', scopeOf(place))
  return changed(act.facts, 'control_weakened', act.facts.grantor ?? ANYBODY, role)
}
