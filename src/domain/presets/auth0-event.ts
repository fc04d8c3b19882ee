import {
  emailOf,
  type Fields,
  fieldsOf,
  identityAt,
  identityOf,
  textAt,
  textOf,
  timeAt,
  valueAt,
} from '../event-fields.ts'
import type { Mechanism } from '../grant.ts'
import type { Party } from '../party.ts'
import { factsOf, hashedAct, ipOf, mechanismOfAgent, occurredAtOf } from './act-facts.ts'
import type { ReadOptions } from './preset.ts'
import type { Facts } from './reading.ts'
import { stringListOf } from './string-list.ts'

/** One call of Auth0's Management API as the tenant log tells it. */
export interface Auth0Call {
  readonly fields: Fields
  readonly method: string
  /** What follows `/api/v2/`, each segment decoded. */
  readonly path: readonly string[]
  readonly description: string
}

export interface Auth0Event {
  readonly call: Auth0Call
  readonly facts: Facts
}

/** Where shippers put the log's own fields: Auth0's streams under `data`, Elastic below its dataset. */
const PLACES = ['data.', 'auth0.logs.data.', 'json.data.', ''] as const
const MARKERS = [
  'data.details',
  'data.description',
  'auth0.logs.data',
  'json.data',
  'details.request',
  'details_request_path',
  'log_id',
]
const METHOD = 'details.request.method'
const PATH = 'details.request.path'
const SEGMENTS_MAX = 12
const PATH_MAX = 2_000
const SEGMENT_MAX = 300

/** A field by its path, or by the same words joined by underscores as Log Analytics has them. */
export function valueIn(call: Pick<Auth0Call, 'fields'>, path: string): unknown {
  return valueAt(call.fields, path) ?? valueAt(call.fields, path.replaceAll('.', '_'))
}

export function identityIn(call: Pick<Auth0Call, 'fields'>, path: string): string | null {
  return identityOf(valueIn(call, path))
}

export const BODY = 'details.request.body'
const LIST_MAX = 200

/** A list of texts in the body of the request. */
export function listIn(event: Pick<Auth0Event, 'call'>, name: string): readonly string[] {
  return stringListOf(valueIn(event.call, `${BODY}.${name}`), LIST_MAX)
}

/** The call, or null for an event that is none: sign-ins, by far the most. */
export function callOf(event: unknown, options: ReadOptions): Auth0Call | null {
  const found = fieldsOf(event, { prefix: options.prefix, markers: MARKERS })
  for (const place of PLACES) {
    const fields = { root: found.root, base: found.base + place }
    const path = valueIn({ fields }, PATH)
    if (typeof path !== 'string') continue
    return {
      fields,
      method: (textOf(valueIn({ fields }, METHOD), 20) ?? '').toLowerCase(),
      path: segmentsOf(path),
      description: textAt(fields, 'description', 200) ?? '',
    }
  }
  return null
}

function segmentsOf(path: string): readonly string[] {
  const bare = path.slice(0, PATH_MAX).replace(/[?#].*$/s, '')
  const rest = /(?:^|\/)v2\/(.*)$/s.exec(bare)?.[1] ?? bare
  return rest
    .split('/', SEGMENTS_MAX)
    .filter((segment) => segment !== '')
    .map((segment) => identityOf(decoded(segment.slice(0, SEGMENT_MAX))) ?? '')
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

export function isFailed(call: Auth0Call): boolean {
  const status = Number(textOf(valueIn(call, 'details.response.statusCode'), 20) ?? '200')
  const type = (textAt(call.fields, 'type', 100) ?? '').toLowerCase()
  return status >= 400 || type === 'fapi' || type.startsWith('failed')
}

/** The facts of a call, or null when it states no time. */
export function factsOfCall(call: Auth0Call, event: unknown, options: ReadOptions): Facts | null {
  const { fields } = call
  const occurredAt = occurredAtOf(fields, event, ['date'], options)
  if (occurredAt === null) return null
  const agent = textOf(valueIn(call, 'details.request.userAgent')) ?? textAt(fields, 'user_agent')
  const id = identityAt(fields, 'log_id') ?? identityAt({ root: event, base: '' }, 'log_id')
  return factsOf({
    act: id ?? hashedAct(event, timeAt(fields, ['date']) !== null),
    occurredAt,
    grantor: grantorOf(call),
    mechanism: mechanismOf(call, agent),
    ip: ipOf(valueAt(fields, 'ip')) ?? ipOf(valueIn(call, 'details.request.ip')),
    userAgent: agent,
    session: identityIn(call, 'details.request.auth.credentials.jti'),
  })
}

const USER = 'details.request.auth.user'

/** Who called: a member of the tenant, or an application with a token of its own. */
function grantorOf(call: Auth0Call): Party | null {
  const email = emailOf(valueIn(call, `${USER}.email`))
  const id = identityIn(call, `${USER}.user_id`) ?? email
  if (id !== null) return { id, email, name: textOf(valueIn(call, `${USER}.name`), 200), type: 'user' }
  const client = identityAt(call.fields, 'client_id')
  if (client === null) return null
  return { id: client, email: null, name: textAt(call.fields, 'client_name', 200), type: 'service' }
}

function mechanismOf(call: Auth0Call, agent: string | null): Mechanism {
  const byAgent = mechanismOfAgent(agent)
  if (byAgent === 'iac') return byAgent
  const channel = textOf(valueIn(call, 'details.request.channel'), 100)
  if (channel === null) return byAgent
  return channel.startsWith('https://manage.') ? 'console' : channel === 'api' ? 'api' : byAgent
}

/** A user of the tenant by the id that Auth0 gives everyone, such as `auth0|64…`. */
export function userOf(id: string | null, email: string | null = null): Party | null {
  return id === null ? null : { id, email: email ?? emailOf(id), name: null, type: 'user' }
}
