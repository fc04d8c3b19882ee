import {
  emailOf,
  type Fields,
  fieldsOf,
  identityAt,
  textAt,
  timeAt,
  timeOf,
  valueAt,
} from '../event-fields.ts'
import type { Party, PartyType } from '../party.ts'
import { factsOf, hashedAct, ipOf, mechanismOfAgent, occurredAtOf } from './act-facts.ts'
import type { ReadOptions } from './preset.ts'
import type { Facts } from './reading.ts'

/** The four forms in which Databricks' audit log is delivered, by where each keeps what. */
interface Shape {
  readonly action: string
  readonly service: string
  readonly params: string
  readonly status: string
  readonly error: string
  readonly actor: string
  readonly ip: string
  readonly agent: string
  readonly request: string
  readonly session: string
  readonly workspace: string
  /** Null where all events are a workspace's. */
  readonly level: string | null
  readonly times: readonly string[]
}

const SHAPES: readonly Shape[] = [
  {
    action: 'actionName',
    service: 'serviceName',
    params: 'requestParams',
    status: 'response.statusCode',
    error: 'response.errorMessage',
    actor: 'userIdentity.email',
    ip: 'sourceIPAddress',
    agent: 'userAgent',
    request: 'requestId',
    session: 'sessionId',
    workspace: 'workspaceId',
    level: 'auditLevel',
    times: ['timestamp'],
  },
  {
    action: 'action_name',
    service: 'service_name',
    params: 'request_params',
    status: 'response.status_code',
    error: 'response.error_message',
    actor: 'user_identity.email',
    ip: 'source_ip_address',
    agent: 'user_agent',
    request: 'request_id',
    session: 'session_id',
    workspace: 'workspace_id',
    level: 'audit_level',
    times: ['event_time'],
  },
  {
    action: 'properties.actionName',
    service: 'properties.serviceName',
    params: 'properties.requestParams',
    status: 'properties.response.statusCode',
    error: 'properties.response.errorMessage',
    actor: 'identity.email',
    ip: 'properties.sourceIPAddress',
    agent: 'properties.userAgent',
    request: 'properties.requestId',
    session: 'properties.sessionId',
    workspace: 'resourceId',
    level: null,
    times: ['time', 'Time'],
  },
  {
    action: 'ActionName',
    service: 'ServiceName',
    params: 'RequestParams',
    status: 'Response.statusCode',
    error: 'Response.errorMessage',
    actor: 'Identity.email',
    ip: 'SourceIPAddress',
    agent: 'UserAgent',
    request: 'RequestId',
    session: 'SessionId',
    workspace: '_ResourceId',
    level: null,
    times: ['TimeGenerated'],
  },
]

export const ACTION_FIELDS: readonly string[] = SHAPES.map(({ action }) => action)

export interface DatabricksCall {
  readonly fields: Fields
  readonly shape: Shape
  readonly action: string
  readonly service: string
}

export function callOf(event: unknown, options: ReadOptions): DatabricksCall | null {
  const fields = fieldsOf(event, { prefix: options.prefix, markers: ACTION_FIELDS })
  for (const shape of SHAPES) {
    const action = valueAt(fields, shape.action)
    if (typeof action !== 'string') continue
    return { fields, shape, action, service: textAt(fields, shape.service, 100) ?? '' }
  }
  return null
}

/** What presets ask of a call that has succeeded. */
export interface DatabricksEvent {
  readonly params: Fields
  readonly facts: Facts
  /** `workspace:ID`, or `*` for the account, where workspaces are numbered 0. */
  readonly scope: string
  readonly isAccountLevel: boolean
}

export function isFailed({ fields, shape }: DatabricksCall): boolean {
  const status = Number(textAt(fields, shape.status, 20) ?? '200')
  return status >= 400 || textAt(fields, shape.error, 20) !== null
}

/** The event behind a call, or null when it states no time. */
export function eventOf(call: DatabricksCall, event: unknown, options: ReadOptions): DatabricksEvent | null {
  const { fields, shape } = call
  const occurredAt = occurredAtOf(fields, event, shape.times, options)
  if (occurredAt === null) return null
  const userAgent = textAt(fields, shape.agent)
  const byAgent = mechanismOfAgent(userAgent)
  const workspace = workspaceOf(fields, shape)
  return {
    params: { root: fields.root, base: `${fields.base}${shape.params}.` },
    facts: factsOf({
      act: identityAt(fields, shape.request) ?? hashedAct(event, timeAt(fields, shape.times) !== null),
      occurredAt,
      grantor: partyOf(identityAt(fields, shape.actor)),
      mechanism: byAgent === 'unknown' && /databricks-(sdk|cli)/i.test(userAgent ?? '') ? 'api' : byAgent,
      ip: ipOf(valueAt(fields, shape.ip)),
      userAgent,
      session: identityAt(fields, shape.session),
    }),
    scope: workspace === null ? '*' : `workspace:${workspace}`,
    isAccountLevel: isAccountLevel(fields, shape, workspace),
  }
}

/** Azure's diagnostic logs do not hold events of the account at all. */
function isAccountLevel(fields: Fields, shape: Shape, workspace: string | null): boolean {
  if (shape.level === null) return false
  const level = textAt(fields, shape.level, 50)?.toUpperCase()
  return level === undefined ? workspace === null : level !== 'WORKSPACE_LEVEL'
}

function workspaceOf(fields: Fields, shape: Shape): string | null {
  const id = identityAt(fields, shape.workspace)
  if (id === null || id === '0') return null
  // Azure names the workspace by its resource, whose own name comes last.
  return id.includes('/') ? (id.split('/').at(-1)?.toLowerCase() ?? null) : id
}

const APPLICATION_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** People have e-mail addresses, service principals application ids, groups names; a number may be anybody's. */
export function partyOf(id: string | null): Party | null {
  if (id === null) return null
  const email = emailOf(id)
  return { id, email, name: null, type: email === null ? typeOfName(id) : 'user' }
}

function typeOfName(id: string): PartyType {
  if (APPLICATION_ID.test(id) || /^system-user$/i.test(id)) return 'service'
  return /^\d+$/.test(id) ? 'unknown' : 'group'
}

/** The first of a call's parameters that is stated; the system table may write them with underscores. */
export function paramOf(event: Pick<DatabricksEvent, 'params'>, names: readonly string[]): string | null {
  for (const name of names) {
    const found = identityAt(event.params, name)
    if (found !== null && found !== '[]') return found
  }
  return null
}

/** Until when something lasts, as Databricks writes it: `-1` means for ever. */
export function expiryOf(event: Pick<DatabricksEvent, 'params'>, name: string): number | null {
  return timeOf(valueAt(event.params, name))
}
