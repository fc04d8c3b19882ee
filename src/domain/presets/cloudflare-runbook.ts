import type { Grant } from '../grant.ts'
import { shellWord, urlPath } from '../shell.ts'

/** Gives the member its other roles alone; the member's own record says which those are. */
export function cloudflareRunbook(grant: Grant): string | null {
  const account = /^account:([^/]+)$/.exec(grant.role.scope)?.[1]
  if (grant.kind !== 'grant' || account === undefined || grant.grantee.type !== 'user') return null
  if (!/^[0-9a-f]{32}$/.test(grant.role.id) || grant.grantee.id.includes('@')) return null
  const path = urlPath(['client', 'v4', 'accounts', account, 'members', grant.grantee.id])
  if (path === null) return null
  const address = `https://api.cloudflare.com${shellWord(path)}`
  const headers = '-H "Authorization: Bearer $CLOUDFLARE_API_TOKEN" -H "Content-Type: application/json"'
  const keep = '{roles: [.result.roles[] | select(.id != $role) | {id}]}'
  const find = `curl -sS ${headers} ${address} | jq -c --arg role ${shellWord(grant.role.id)} ${shellWord(keep)}`
  return `ROLES=$(${find}) && [ -n "$ROLES" ] && curl -sS -X PUT ${headers} ${address} -d "$ROLES"`
}
