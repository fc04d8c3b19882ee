import type { Grant } from '../grant.ts'
import { shellWord, urlPath } from '../shell.ts'

const HEADERS = '-H "Authorization: Bearer $AUTH0_TOKEN" -H "Content-Type: application/json"'

function deletion(segments: readonly string[], body: unknown): string | null {
  const path = urlPath(['api', 'v2', ...segments])
  if (path === null) return null
  return `curl -sS -X DELETE ${HEADERS} "$AUTH0_URL"${shellWord(path)} -d ${shellWord(JSON.stringify(body))}`
}

/**
 * By the Management API, with a token in `AUTH0_TOKEN` and the tenant's address in `AUTH0_URL`. Members of the tenant
 * itself are taken away in the dashboard only.
 */
export function auth0Runbook(grant: Grant): string | null {
  if (grant.kind !== 'grant') return null
  const { role, grantee } = grant
  if (role.id === 'management-api') return grantee.type === 'service' ? clientGrantRunbook(grantee.id) : null
  const api = /^api:(.+)$/s.exec(role.scope)?.[1]
  if (role.id.startsWith('permission:') && api !== undefined) {
    const permission = { resource_server_identifier: api, permission_name: role.name }
    return deletion(['users', grantee.id, 'permissions'], { permissions: [permission] })
  }
  if (!role.id.startsWith('rol_')) return null
  const organization = /^org:(.+)$/s.exec(role.scope)?.[1]
  const place =
    organization === undefined
      ? ['users', grantee.id, 'roles']
      : ['organizations', organization, 'members', grantee.id, 'roles']
  return deletion(place, { roles: [role.id] })
}

/** The log does not name the grant's id, so the command asks for it first. */
function clientGrantRunbook(client: string): string {
  const address = `"$AUTH0_URL"/api/v2/client-grants`
  const choose = '[.[] | select(.audience | test("/api/v2/?$"))][0].id // empty'
  const find = `curl -sS -G ${HEADERS} ${address} --data-urlencode ${shellWord(`client_id=${client}`)} | jq -r ${shellWord(choose)}`
  return `GRANT=$(${find}) && [ -n "$GRANT" ] && curl -sS -X DELETE ${HEADERS} ${address}/"$GRANT"`
}
