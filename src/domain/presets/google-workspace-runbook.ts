import { EVERY_ROLE, type Grant } from '../grant.ts'
import { shellWord, urlPath } from '../shell.ts'
import { DELEGATED_ADMIN, DOMAIN_WIDE_DELEGATION, SUPER_ADMIN } from './google-workspace-roles.ts'

const DIRECTORY = 'https://admin.googleapis.com/admin/directory/v1'
const HEADERS = '-H "Authorization: Bearer $GOOGLE_ACCESS_TOKEN"'
const JSON_BODY = '-H "Content-Type: application/json"'

/** `GOOGLE_ACCESS_TOKEN` is a token of a super administrator for the Admin SDK's directory. */
export function googleWorkspaceRunbook(grant: Grant): string | null {
  if (grant.direction !== 'given' || grant.role.id === EVERY_ROLE) return null
  const group = /^group:(.+)$/s.exec(grant.role.id)?.[1]
  if (grant.kind === 'indirect' && group !== undefined)
    return call('-X DELETE', ['groups', group, 'members', grant.grantee.id])
  if (grant.kind !== 'grant' || grant.grantee.type === 'group') return null
  if (grant.role.id === SUPER_ADMIN)
    return call(`-X POST ${JSON_BODY} -d ${shellWord('{"status":false}')}`, [
      'users',
      grant.grantee.id,
      'makeAdmin',
    ])
  // Delegation to clients is taken back in the console alone, and delegated rights name no role.
  if ([DOMAIN_WIDE_DELEGATION, DELEGATED_ADMIN].includes(grant.role.id)) return null
  return assignmentRunbook(grant)
}

function call(options: string, segments: readonly string[]): string | null {
  const path = urlPath(segments)
  return path === null ? null : `curl -sS ${options} ${HEADERS} ${DIRECTORY}${shellWord(path)}`
}

/** The log names role and person; the interface wants the number of the assignment, so the command asks for it. */
function assignmentRunbook(grant: Grant): string | null {
  const user = urlPath([grant.grantee.id])?.slice(1)
  if (user === undefined) return null
  const customer = `${DIRECTORY}/customer/my_customer`
  const role = `curl -sS ${HEADERS} "${customer}/roles?maxResults=100" | jq -r --arg wanted ${shellWord(grant.role.name)} ${shellWord('[.items[] | select(.roleName == $wanted)][0].roleId // empty')}`
  const list = `curl -sS ${HEADERS} "${customer}/roleassignments?userKey="${shellWord(user)}`
  const choose = shellWord('[.items[] | select(.roleId == $wanted)][0].roleAssignmentId // empty')
  const assignment = `${list} | jq -r --arg wanted "$ROLE" ${choose}`
  const remove = `curl -sS -X DELETE ${HEADERS} "${customer}/roleassignments/$ASSIGNMENT"`
  return `ROLE=$(${role}) && [ -n "$ROLE" ] && ASSIGNMENT=$(${assignment}) && [ -n "$ASSIGNMENT" ] && ${remove}`
}
