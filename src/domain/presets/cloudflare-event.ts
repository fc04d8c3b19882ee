import { emailOf, type Fields, fieldsOf, identityAt, textAt, timeOf, valueAt } from '../event-fields.ts'
import type { Mechanism } from '../grant.ts'
import type { Party } from '../party.ts'
import { factsOf, hashedAct, ipOf, mechanismOfAgent, occurredAtOf } from './act-facts.ts'
import { elasticFields } from './elastic-fields.ts'
import type { ReadOptions } from './preset.ts'
import type { Facts } from './reading.ts'

/** The four wire forms of Cloudflare's audit log: version 1 and 2, each by API and by Logpush. */

const MARKERS = ['action.type', 'ActionType']
/** Where Elastic's schema keeps the fields of a Logpush entry. */
export const ELASTIC = 'cloudflare_logpush.audit'
const NAME_MAX = 200
const PATH_MAX = 500
const SEGMENTS_MAX = 12

export type Verb = 'create' | 'update' | 'delete' | 'accept'

export interface CloudflareEntry {
  readonly fields: Fields
  readonly action: string
  /** Where the action was done, in lower case: type and product of the resource. */
  readonly resource: string
  /** Segments of the call's path after the version; empty in version 1, which has no call. */
  readonly path: readonly string[]
  readonly verb: Verb | null
}

export interface CloudflareEvent extends CloudflareEntry {
  readonly facts: Facts
  /** The account, or `*` where the record does not name it. */
  readonly scope: string
}

function firstText(fields: Fields, paths: readonly string[], charactersMax = NAME_MAX): string | null {
  for (const path of paths) {
    const text = textAt(fields, path, charactersMax)
    if (text !== null) return text
  }
  return null
}

function firstId(fields: Fields, paths: readonly string[]): string | null {
  for (const path of paths) {
    const id = identityAt(fields, path)
    if (id !== null) return id
  }
  return null
}

export function entryOf(event: unknown, options: ReadOptions): CloudflareEntry | null {
  const own = fieldsOf(event, { prefix: options.prefix, markers: MARKERS })
  const isOwn = firstText(own, MARKERS) !== null
  const elastic = isOwn ? null : elasticFields(event, options, { place: ELASTIC, markers: MARKERS })
  const fields = elastic?.inner ?? own
  const action = firstText(fields, MARKERS)
  if (action === null) return null
  const path = pathOf(firstText(fields, ['raw.uri', 'Raw.uri', 'Raw.URI'], PATH_MAX))
  const type = firstText(fields, ['resource.type', 'ResourceType']) ?? ''
  const product = firstText(fields, ['resource.product', 'ResourceProduct']) ?? ''
  const method = firstText(fields, ['raw.method', 'Raw.method', 'Raw.Method'])
  return { fields, action, resource: `${type} ${product}`.toLowerCase(), path, verb: verbOf(action, method) }
}

/** The segments of `/client/v4/accounts/abc/members/def?page=1` after the version. */
function pathOf(uri: string | null): readonly string[] {
  if (uri === null) return []
  const [path = ''] = uri.replace(/^https?:\/\/[^/]+/, '').split(/[?#]/)
  const segments = path.split('/').filter((segment) => segment !== '')
  const start = segments[0] === 'client' ? 2 : segments[0] === 'api' ? 2 : 0
  return segments.slice(start, start + SEGMENTS_MAX)
}

const METHODS: Readonly<Record<string, Verb>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'update',
  DELETE: 'delete',
}

/** What was done: by the call where there is one, else by the words of the action. */
function verbOf(action: string, method: string | null): Verb | null {
  const called = method?.toUpperCase() ?? ''
  if (method !== null) return Object.hasOwn(METHODS, called) ? (METHODS[called] ?? null) : null
  const words = action.toLowerCase()
  if (/accept/.test(words)) return 'accept'
  if (/delete|remove|revoke|_del\b/.test(words)) return 'delete'
  if (/update|edit|change|modify|set/.test(words)) return 'update'
  return /create|add|invite/.test(words) ? 'create' : null
}

const REFUSED = ['false', '0', 'failure', 'failed', 'error', 'denied']

export function isFailed({ fields }: CloudflareEntry): boolean {
  const result = firstText(fields, ['action.result', 'ActionResult'])?.toLowerCase() ?? ''
  const status = Number(firstText(fields, ['raw.status_code', 'Raw.status_code', 'Raw.StatusCode']) ?? '200')
  return REFUSED.includes(result) || status >= 400
}

const TIMES = ['when', 'When', 'action.time', 'ActionTimestamp', 'timestamp']

/** The facts of an entry, or null when it states no time. */
export function factsOfEntry(entry: CloudflareEntry, event: unknown, options: ReadOptions): Facts | null {
  const { fields } = entry
  const occurredAt = occurredAtOf(fields, event, TIMES, options)
  if (occurredAt === null) return null
  const statesTime = TIMES.some((path) => timeOf(valueAt(fields, path)) !== null)
  const agent = firstText(fields, ['raw.user_agent', 'Raw.user_agent'], 500)
  return factsOf({
    act: firstId(fields, ['id', 'ID', 'AuditLogID']) ?? hashedAct(event, statesTime),
    occurredAt,
    grantor: actorOf(fields),
    mechanism: mechanismOf(fields, agent),
    ip:
      ['actor.ip', 'ActorIP', 'actor.ip_address', 'ActorIPAddress']
        .map((path) => ipOf(valueAt(fields, path)))
        .find((ip) => ip !== null) ?? null,
    userAgent: agent,
  })
}

function actorOf(fields: Fields): Party | null {
  const type = (firstText(fields, ['actor.type', 'ActorType']) ?? 'user').toLowerCase()
  const email = emailOf(firstText(fields, ['actor.email', 'ActorEmail']))
  const id = firstId(fields, ['actor.id', 'ActorID']) ?? email
  if (id === null || type === 'system') return null
  const kind = type === 'user' ? 'user' : type.includes('cloudflare') ? 'external' : 'service'
  return { id, email, name: null, type: kind }
}

function mechanismOf(fields: Fields, agent: string | null): Mechanism {
  const byAgent = mechanismOfAgent(agent)
  if (byAgent === 'iac' || byAgent === 'scim') return byAgent
  const context = (
    firstText(fields, ['actor.context', 'ActorContext', 'interface', 'Interface']) ?? ''
  ).toLowerCase()
  if (context === 'dash' || context === 'ui') return 'console'
  return /^api/.test(context) ? 'api' : byAgent
}

export function accountScope(entry: CloudflareEntry): string {
  const [first, id] = entry.path
  const stated = firstId(entry.fields, ['account.id', 'AccountID'])
  const account = first === 'accounts' && id !== undefined ? id : stated
  return account === null ? '*' : `account:${account}`
}

/** The places that say something of the thing as it is now: the answer to the call, the new value, what was asked for. */
export const AFTER = [
  'resource.response.result',
  'resource.response',
  'ResourceResponse.result',
  'ResourceResponse',
  'newValueJson',
  'newValue',
  'NewValue',
  'new_value',
  'resource.request',
  'ResourceRequest',
  'metadata',
  'Metadata',
] as const
export const BEFORE = ['oldValueJson', 'oldValue', 'OldValue', 'old_value'] as const
