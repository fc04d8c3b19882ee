import { EVERY_ROLE, type Grant } from '../grant.ts'
import { shellWord } from '../shell.ts'
import { googleWorkspaceRunbook } from './google-workspace-runbook.ts'

/** Places whose policy the command line changes; `--all` takes the binding whatever its condition. */
const COMMANDS: Readonly<Record<string, string>> = {
  project: 'gcloud projects',
  folder: 'gcloud resource-manager folders',
  organization: 'gcloud organizations',
  'service-account': 'gcloud iam service-accounts',
}
const BUCKET = /^projects\/_\/buckets\/([^/]+)$/

export function gcpRunbook(grant: Grant): string | null {
  if (grant.direction !== 'given' || grant.role.id === EVERY_ROLE) return null
  if (grant.kind === 'indirect' || !grant.role.id.includes('/')) return googleWorkspaceRunbook(grant)
  if (grant.kind === 'activate' && /\/entitlements\/[^/]+\/grants\/[^/]+$/.test(grant.act))
    return `gcloud pam grants revoke ${shellWord(grant.act)}`
  if (!['grant', 'activate', 'extend'].includes(grant.kind)) return null
  const place = placeOf(grant.role.scope)
  if (place === null) return null
  const [command, target] = place
  // Joined to its option, a word can never be taken for an option itself.
  const member = `--member=${shellWord(memberOf(grant))}`
  return `${command} remove-iam-policy-binding ${shellWord(target)} ${member} --role=${shellWord(grant.role.id)} --all`
}

function placeOf(scope: string): readonly [string, string] | null {
  const bucket = BUCKET.exec(scope)?.[1]
  if (bucket !== undefined) return ['gcloud storage buckets', `gs://${bucket}`]
  const [, kind = '', target = ''] = /^([a-z-]+):(.+)$/s.exec(scope) ?? []
  const command = Object.hasOwn(COMMANDS, kind) ? COMMANDS[kind] : undefined
  // A dash in front would make it an option.
  return command === undefined || target.startsWith('-') ? null : [command, target]
}

const PREFIXES: Readonly<Record<string, string>> = { group: 'group', service: 'serviceAccount' }

/** The member as policies write it; an outsider's kind stands in the raw event alone. */
function memberOf(grant: Grant): string {
  const { id, type } = grant.grantee
  if (!id.includes('@') || id.includes(':')) return id
  if (type === 'external') return grant.raw.includes(`group:${id}`) ? `group:${id}` : `user:${id}`
  return `${PREFIXES[type] ?? 'user'}:${id}`
}
