import { EVERY_ROLE, type Grant } from '../grant.ts'
import { oktaRoleById } from '../role-tiers.ts'
import { shellWord, urlPath } from '../shell.ts'

const HEADERS = '-H "Authorization: SSWS $OKTA_API_TOKEN" -H "Accept: application/json"'

/** The collections of Okta's API by the id that each kind of member has. */
function memberPath(grantee: Grant['grantee']): string | null {
  if (grantee.type === 'group') return urlPath(['api', 'v1', 'groups', grantee.id, 'roles'])
  if (grantee.type === 'service') return urlPath(['oauth2', 'v1', 'clients', grantee.id, 'roles'])
  return urlPath(['api', 'v1', 'users', grantee.id, 'roles'])
}

/**
 * Looks up the role's assignment and deletes it. `OKTA_ORG_URL` is the organisation's own address, such as
 * https://northwind.okta.com; the log does not hold the assignment's id, so the command asks for it first.
 */
export function oktaRunbook(grant: Grant): string | null {
  // A role that comes by way of a group is taken away at the group, which the event does not name.
  if (grant.kind !== 'grant' || grant.role.id === EVERY_ROLE) return null
  const path = memberPath(grant.grantee)
  if (path === null) return null
  const set = /^resource-set:(.+)$/.exec(grant.role.scope)?.[1]
  const address = `"$OKTA_ORG_URL"${shellWord(path)}`
  const type = oktaRoleById(grant.role.id)?.type ?? null
  const [field, wanted] = type === null ? ['label', grant.role.name] : ['type', type]
  if (set !== undefined && type === null) return bindingRunbook(grant, set)
  const choose = `[.[] | select(.${field} == $wanted)][0].id // empty`
  const find = `curl -sS ${HEADERS} ${address} | jq -r --arg wanted ${shellWord(wanted)} ${shellWord(choose)}`
  return `ASSIGNMENT=$(${find}) && [ -n "$ASSIGNMENT" ] && curl -sS -X DELETE ${HEADERS} ${address}"/$ASSIGNMENT"`
}

/** A custom role on a resource set is taken away at the set: the binding's member, found by the grantee's id. */
function bindingRunbook(grant: Grant, set: string): string | null {
  const members = urlPath(['api', 'v1', 'iam', 'resource-sets', set, 'bindings', grant.role.id, 'members'])
  if (members === null) return null
  const address = `"$OKTA_ORG_URL"${shellWord(members)}`
  const choose = '[.members[] | select(._links.self.href | endswith("/" + $wanted))][0].id // empty'
  const find = `curl -sS ${HEADERS} ${address} | jq -r --arg wanted ${shellWord(grant.grantee.id)} ${shellWord(choose)}`
  return `MEMBER=$(${find}) && [ -n "$MEMBER" ] && curl -sS -X DELETE ${HEADERS} ${address}"/$MEMBER"`
}
