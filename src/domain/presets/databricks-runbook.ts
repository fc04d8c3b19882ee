import type { Grant } from '../grant.ts'
import { shellWord } from '../shell.ts'

const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** How the command line lists the grantee, and by which attribute it knows it. */
function collectionOf(grant: Grant): readonly [string, string] | null {
  if (grant.grantee.type === 'service') return ['service-principals', 'applicationId']
  return grant.grantee.email === null ? null : ['users', 'userName']
}

/** Sets a shell variable to the id of the first match; SCIM quotes text as JSON does. */
function found(variable: string, list: string, [attribute, wanted]: readonly [string, string]): string {
  const filter = `${attribute} eq ${JSON.stringify(wanted)}`
  return `${variable}=$(${list} --filter ${shellWord(filter)} -o json | jq -r ${shellWord('.[0].id // empty')})`
}

function removal(path: string): string {
  return JSON.stringify({ schemas: [PATCH], Operations: [{ op: 'remove', path }] })
}

export function databricksRunbook(grant: Grant): string | null {
  if (grant.direction !== 'given') return null
  if (grant.role.id.startsWith('uc:')) return privilegeRunbook(grant)
  const collection = collectionOf(grant)
  if (collection === null) return null
  const [list, attribute] = collection
  const wanted = [attribute, grant.grantee.id] as const
  if (grant.role.id === 'account-admin') {
    const find = found('MEMBER', `databricks account ${list} list`, wanted)
    const patch = shellWord(removal('roles[value eq "account_admin"]'))
    return `${find} && [ -n "$MEMBER" ] && databricks account ${list} patch "$MEMBER" --json ${patch}`
  }
  const group = groupOf(grant)
  if (group === null) return null
  const cli = grant.role.scope === '*' ? 'databricks account' : 'databricks'
  const member = found('MEMBER', `${cli} ${list} list`, wanted)
  const groupId = found('GROUP', `${cli} groups list`, ['displayName', group])
  const patch = `"$(jq -nc --arg id "$MEMBER" ${shellWord(`${template()}`)})"`
  return `${member} && ${groupId} && [ -n "$MEMBER" ] && [ -n "$GROUP" ] && ${cli} groups patch "$GROUP" --json ${patch}`
}

/** A jq program: the member's id is filled in by jq, never by the shell. */
function template(): string {
  const path = String.raw`"members[value eq \"\($id)\"]"`
  return `{schemas: [${JSON.stringify(PATCH)}], Operations: [{op: "remove", path: ${path}}]}`
}

function groupOf(grant: Grant): string | null {
  if (grant.role.id === 'workspace-admin') return grant.role.scope === '*' ? null : 'admins'
  return grant.role.id.startsWith('group:') ? grant.role.name : null
}

function privilegeRunbook(grant: Grant): string | null {
  const place = /^([a-z][a-z-]*):(.+)$/s.exec(grant.role.scope)
  if (place === null) return null
  const [type = '', name = ''] = [place[1]?.replaceAll('-', '_'), place[2]]
  const changes = [{ principal: grant.grantee.id, remove: [grant.role.id.slice(3)] }]
  return `databricks grants update ${shellWord(type)} ${shellWord(name)} --json ${shellWord(JSON.stringify({ changes }))}`
}
