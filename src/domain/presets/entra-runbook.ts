import { EVERY_ROLE, type Grant } from '../grant.ts'
import { shellWord, urlPath } from '../shell.ts'
import { isGuid, templateOfRole, USER_ACCESS_ADMINISTRATOR } from './entra-roles.ts'

const GRAPH = 'https://graph.microsoft.com/v1.0'
const TENANT_WIDE = '*'

/** One call of Microsoft Graph through the Azure CLI, which signs it as whoever is logged in. */
function graph(method: string, path: string, more: readonly (readonly [string, string])[] = []): string {
  const words = more.flatMap(([name, value]) => [name, shellWord(value)])
  return ['az rest', '--method', method, '--url', shellWord(`${GRAPH}${path}`), ...words].join(' ')
}

/** A text of an OData filter: quotes are doubled, and all of it is encoded where it stands in the address. */
function odata(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function filtered(path: string, filter: string): string {
  return `${path}?$filter=${encodeURIComponent(filter.toWellFormed()).replaceAll("'", '%27')}`
}

/** A call whose one answer goes into a variable, which the next call needs. */
function looked(variable: string, call: string, query: string): string {
  return `${variable}=$(${call} --query ${shellWord(query)} -o tsv) && [ -n "$${variable}" ]`
}

/** The command that takes away what Entra's log says was given; null when the log does not hold what it takes. */
export function directoryRunbook(grant: Grant): string | null {
  if (grant.direction !== 'given' || grant.role.id === EVERY_ROLE) return null
  const { role, grantee } = grant
  if (role.id === USER_ACCESS_ADMINISTRATOR)
    return `az role assignment delete --assignee ${shellWord(grantee.id)} --role ${shellWord(role.name)} --scope ${shellWord(role.scope)}`
  // Graph knows people and applications by their object ids alone.
  if (!isGuid(grantee.id) || grant.kind === 'role_widened') return null
  const [place, placeId] = splitScope(role.scope)
  if (role.id === 'group-member' || role.id === 'group-owner')
    return reference('groups', placeId, role.id === 'group-owner' ? 'owners' : 'members', grantee.id)
  if (role.id === 'application-owner') return reference('applications', placeId, 'owners', grantee.id)
  if (role.id === 'service-principal-owner')
    return reference('servicePrincipals', placeId, 'owners', grantee.id)
  if (role.id.startsWith('app-role:') && place === 'resource') return appRoleRunbook(grant, placeId)
  if (role.id.includes(':')) return null
  if (role.scope === TENANT_WIDE) return directoryRoleRunbook(grant, '/')
  return place === 'administrative-unit' && isGuid(placeId)
    ? directoryRoleRunbook(grant, `/administrativeUnits/${placeId}`)
    : null
}

function splitScope(scope: string): readonly [string, string] {
  const at = scope.indexOf(':')
  return at < 0 ? ['', scope] : [scope.slice(0, at), scope.slice(at + 1)]
}

function reference(collection: string, id: string, what: string, member: string): string | null {
  if (!isGuid(id)) return null
  return graph('DELETE', `/${collection}/${id}/${what}/${member}/$ref`)
}

/** The role's definition by the catalogue, or found by the name it has in the directory. */
function directoryRoleRunbook(grant: Grant, scope: string): string {
  const template = templateOfRole(grant.role.id)
  const definitions = filtered(
    '/roleManagement/directory/roleDefinitions',
    `displayName eq ${odata(grant.role.name)}`,
  )
  const find =
    template === null
      ? looked('ROLE', graph('GET', definitions), 'value[0].id')
      : `ROLE=${shellWord(template)}`
  return `${find} && ${takeAway(grant, scope)}`
}

function takeAway(grant: Grant, scope: string): string {
  const { kind, grantee } = grant
  if (kind === 'eligible' || kind === 'activate') {
    const requests =
      kind === 'eligible' ? 'roleEligibilityScheduleRequests' : 'roleAssignmentScheduleRequests'
    const start = JSON.stringify({ action: 'adminRemove', principalId: grantee.id, directoryScopeId: scope })
    const body = `${shellWord(`${start.slice(0, -1)},"roleDefinitionId":"`)}"$ROLE"${shellWord('"}')}`
    return `${graph('POST', `/roleManagement/directory/${requests}`)} --body ${body}`
  }
  const filter = encodeURIComponent(
    `principalId eq ${odata(grantee.id)} and directoryScopeId eq ${odata(scope)} and roleDefinitionId eq `,
  ).replaceAll("'", '%27')
  const assignments = `${GRAPH}/roleManagement/directory/roleAssignments`
  const find = `az rest --method GET --url ${shellWord(`${assignments}?$filter=${filter}%27`)}"$ROLE"%27`
  return `${looked('ASSIGNMENT', find, 'value[0].id')} && az rest --method DELETE --url ${shellWord(`${assignments}/`)}"$ASSIGNMENT"`
}

const PERMISSION = /^[A-Za-z0-9_.-]{1,120}$/

/** The log names the permission; the assignment is found by the id that the offering application has for it. */
function appRoleRunbook(grant: Grant, resource: string): string | null {
  const permission = grant.role.id.slice('app-role:'.length)
  if (!isGuid(resource) || !PERMISSION.test(permission)) return null
  const receiver = urlPath(['servicePrincipals', grant.grantee.id, 'appRoleAssignments'])
  if (receiver === null) return null
  const find = isGuid(permission)
    ? `ROLE=${shellWord(permission)}`
    : looked(
        'ROLE',
        graph('GET', `/servicePrincipals/${resource}`),
        `appRoles[?value=='${permission}'].id | [0]`,
      )
  const listed = `${graph('GET', receiver)} --query "value[?appRoleId=='$ROLE' && resourceId=='${resource}'].id | [0]" -o tsv`
  return `${find} && ASSIGNMENT=$(${listed}) && [ -n "$ASSIGNMENT" ] && az rest --method DELETE --url ${shellWord(`${GRAPH}${receiver}/`)}"$ASSIGNMENT"`
}
