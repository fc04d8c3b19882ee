import { EVERY_ROLE, type Grant } from '../grant.ts'
import { shellWord } from '../shell.ts'
import { guidOf, ROOT_SCOPE, UNNAMED_ROLE } from './azure-roles.ts'

const MANAGEMENT = 'https://management.azure.com'

/** The command that takes away what the activity log says was given; null when the log does not hold what it takes. */
export function azureRunbook(grant: Grant): string | null {
  const { role, grantee, kind } = grant
  // Names too long to keep whole end in a hash, and then are not what Azure knows.
  if (grant.direction !== 'given' || role.id === EVERY_ROLE || /~[0-9a-f]{12}$/.test(role.scope)) return null
  if (!['grant', 'activate', 'extend', 'eligible'].includes(kind)) return null
  const assignment = /^role-assignment:([0-9a-f-]{32,36})$/.exec(grantee.id)?.[1]
  if (role.id === UNNAMED_ROLE && assignment !== undefined) return byAssignment(grant, guidOf(assignment))
  if (role.id === 'kubernetes-binding' || role.id === 'delegation') return byResource(grant)
  const id = guidOf(role.id)
  if (id === null) return null
  if (kind === 'eligible') return byRequest(grant, 'roleEligibilityScheduleRequests')
  if (kind === 'activate' || (kind === 'extend' && grant.mechanism === 'pim'))
    return byRequest(grant, 'roleAssignmentScheduleRequests')
  // Joined to its option, a word can never be taken for an option itself.
  return `az role assignment delete --assignee=${shellWord(grantee.id)} --role=${shellWord(id)} --scope=${shellWord(role.scope)}`
}

function byAssignment(grant: Grant, id: string | null): string | null {
  if (id === null || grant.kind === 'eligible' || grant.mechanism === 'pim') return null
  const place = grant.role.scope === ROOT_SCOPE ? '' : grant.role.scope
  return `az role assignment delete --ids=${shellWord(`${place}/providers/microsoft.authorization/roleassignments/${id}`)}`
}

/** Privileged Identity Management takes a role back by a request of its own, under an id made for it. */
function byRequest(grant: Grant, requests: string): string | null {
  const { scope } = grant.role
  const principalId = guidOf(grant.grantee.id)
  if (principalId === null || /[?#%\s]|\.\./.test(scope)) return null
  const place = scope === ROOT_SCOPE ? '' : scope
  const address = `${MANAGEMENT}${place}/providers/Microsoft.Authorization/${requests}/`
  const roleDefinitionId = `${place}/providers/Microsoft.Authorization/roleDefinitions/${grant.role.id}`
  const body = { properties: { principalId, roleDefinitionId, requestType: 'AdminRemove' } }
  return `az rest --method PUT --url ${shellWord(address)}"$(uuidgen)"${shellWord('?api-version=2020-10-01')} --body ${shellWord(JSON.stringify(body))}`
}

function byResource(grant: Grant): string | null {
  const binding = /^subjects:((?:cluster)?rolebindings\/.+)$/s.exec(grant.grantee.id)?.[1]
  if (binding !== undefined) return bindingRunbook(grant, binding)
  const delegation = /^delegation:(.+)$/s.exec(grant.grantee.id)?.[1]
  if (delegation === undefined) return null
  const place = grant.role.scope === ROOT_SCOPE ? '' : grant.role.scope
  return `az managedservices assignment delete --assignment=${shellWord(`${place}/providers/microsoft.managedservices/registrationassignments/${delegation}`)}`
}

/** Azure's own command runs a line inside the cluster, so only names that Kubernetes allows go into it. */
function bindingRunbook(grant: Grant, binding: string): string | null {
  const cluster =
    /^\/subscriptions\/([^/]+)\/resourcegroups\/([^/]+)\/providers\/microsoft\.containerservice\/managedclusters\/([^/]+)$/.exec(
      grant.role.scope,
    )
  const [, collection = '', name = ''] = /^((?:cluster)?rolebindings)\/([a-z0-9.:-]+)$/.exec(binding) ?? []
  if (cluster === null || name === '' || collection === 'rolebindings') return null
  const [, subscription = '', group = '', cluster_ = ''] = cluster
  const options = [
    ['subscription', subscription],
    ['resource-group', group],
    ['name', cluster_],
    ['command', `kubectl delete ${collection.slice(0, -1)} ${name}`],
  ]
  return `az aks command invoke ${options.map(([option, value]) => `--${option}=${shellWord(value ?? '')}`).join(' ')}`
}
