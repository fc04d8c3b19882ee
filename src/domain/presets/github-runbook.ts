import type { Grant } from '../grant.ts'
import { shellWord, urlPath } from '../shell.ts'
import { isOrganizationRole, scopeParts } from './github-roles.ts'

const ENTERPRISE_ID = 'query($slug:String!){enterprise(slug:$slug){id}}'
const REMOVE_OWNER =
  'mutation($id:ID!,$login:String!){removeEnterpriseAdmin(input:{enterpriseId:$id,login:$login}){clientMutationId}}'

function call(method: 'PUT' | 'DELETE', segments: readonly (string | undefined)[], rest = ''): string | null {
  const known = segments.filter((segment) => segment !== undefined)
  const path = known.length === segments.length ? urlPath(known) : null
  return path === null ? null : `gh api -X ${method} ${shellWord(path)}${rest}`
}

/** The login or team slug alone: a team may be written with its organisation. */
function nameOf(grant: Grant): string {
  const { id, type } = grant.grantee
  return type === 'group' ? id.slice(id.indexOf('/') + 1) : id
}

export function githubRunbook(grant: Grant): string | null {
  if (grant.direction !== 'given') return null
  const { org, repo, team, enterprise } = scopeParts(grant.role.scope)
  const member = nameOf(grant)
  const isTeam = grant.grantee.type === 'group'
  switch (grant.role.id) {
    case 'org-owner':
      return call('PUT', ['orgs', org, 'memberships', member], ' -f role=member')
    case 'team-maintainer':
      return call('PUT', ['orgs', org, 'teams', team, 'memberships', member], ' -f role=member')
    case 'repo-admin':
      return isTeam
        ? call('DELETE', ['orgs', org, 'teams', member, 'repos', org, repo])
        : call('DELETE', ['repos', org, repo, 'collaborators', member])
    case 'enterprise-owner':
      return enterprise === undefined ? null : enterpriseRunbook(enterprise, member)
    default:
      return isOrganizationRole(grant.role) ? organizationRoleRunbook(grant, org) : null
  }
}

function enterpriseRunbook(enterprise: string, login: string): string {
  const find = `gh api graphql -f query=${shellWord(ENTERPRISE_ID)} -f slug=${shellWord(enterprise)} --jq .data.enterprise.id`
  return `ENTERPRISE=$(${find}) && gh api graphql -f query=${shellWord(REMOVE_OWNER)} -f id="$ENTERPRISE" -f login=${shellWord(login)}`
}

/** The log names the role; the interface wants its number, so the command asks for it first. */
function organizationRoleRunbook(grant: Grant, org: string | undefined): string | null {
  if (org === undefined) return null
  const roles = urlPath(['orgs', org, 'organization-roles'])
  const kind = grant.grantee.type === 'group' ? 'teams' : 'users'
  const assignments = urlPath(['orgs', org, 'organization-roles', kind, nameOf(grant)])
  if (roles === null || assignments === null) return null
  // JSON text is a jq text too, and its doubled backslashes leave jq nothing to interpolate.
  const choose = `[.roles[] | select(.name == ${JSON.stringify(grant.role.name)})][0].id // empty`
  const find = `gh api ${shellWord(roles)} --jq ${shellWord(choose)}`
  return `ROLE=$(${find}) && [ -n "$ROLE" ] && gh api -X DELETE ${shellWord(assignments)}"/$ROLE"`
}
