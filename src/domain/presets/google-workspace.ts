import {
  emailOf,
  type Fields,
  fieldsOf,
  identityAt,
  objectsAt,
  textAt,
  timeOf,
  valueAt,
} from '../event-fields.ts'
import type { Party } from '../party.ts'
import { factsOf, hashedAct, ipOf, occurredAtOf } from './act-facts.ts'
import { ADMIN_EVENT_NAMES, adminEvent, adminEventName, adminEvents } from './google-workspace-events.ts'
import { googleWorkspaceRunbook } from './google-workspace-runbook.ts'
import { type Preset, type Reading, type ReadOptions, TIME_NOT_STATED } from './preset.ts'
import { type Facts, NOT_PRIVILEGE_EVENT } from './reading.ts'

/** Activities of the Reports API: whole, one record for each of their events, as exported, and in Elastic's schema. */

const DAY_MS = 24 * 3_600_000
/** Google's stand-in for a profile that is none of the organisation's. */
const NO_PROFILE = '105250506097979753968'

const LISTS = ['events', 'protoPayload.metadata.event']
const ALONE = ['events.name', 'protoPayload.metadata.event.eventName']
const MARKERS = [...LISTS, ...ALONE, 'name', 'eventName', 'event_name']
const ELASTIC_MARKERS = ['google_workspace', 'gsuite', 'google_workspace.kind', 'google_workspace.event.type']
const TIMES = ['id.time', 'time', 'time_usec', '@timestamp', 'timestamp', 'p_event_time']

function read(event: unknown, options: ReadOptions): Reading {
  const { prefix } = options
  const elastic = fieldsOf(event, { prefix, markers: ELASTIC_MARKERS })
  const action = ELASTIC_MARKERS.some((marker) => valueAt(elastic, marker) !== undefined)
    ? textAt(elastic, 'event.action')
    : null
  if (action !== null) {
    const facts = factsIn(elastic, event, options)
    return facts === null ? { skipped: TIME_NOT_STATED } : adminEvent(action, { item: elastic, facts })
  }
  const fields = fieldsOf(event, { prefix, markers: MARKERS })
  const items = itemsOf(fields).filter((item) => adminEventName(item) !== null)
  if (items.length === 0) return NOT_PRIVILEGE_EVENT
  const facts = factsIn(fields, event, options)
  return facts === null ? { skipped: TIME_NOT_STATED } : adminEvents(items, facts)
}

/** The events of an activity, of which one alone may have been flattened, or the record itself where each has one of its own. */
function itemsOf(fields: Fields): readonly Fields[] {
  for (const list of LISTS) {
    const listed = objectsAt(fields, list)
    if (listed.length > 0) return listed
    const alone = { root: fields.root, base: `${fields.base}${list}.` }
    if (adminEventName(alone) !== null) return [alone]
  }
  return [fields]
}

function factsIn(fields: Fields, event: unknown, options: ReadOptions): Facts | null {
  const occurredAt = occurredAtOf(fields, event, TIMES, options)
  if (occurredAt === null) return null
  const statesTime = TIMES.some((path) => timeOf(valueAt(fields, path)) !== null)
  const id = ['id.uniqueQualifier', 'event.id', 'unique_identifier', 'insertId']
    .map((path) => identityAt(fields, path))
    .find((found) => found !== null)
  return factsOf({
    // "Unique qualifier if multiple events have the same time": only with the time is it a key, one for all events.
    act:
      id === undefined || id === null
        ? hashedAct(event, statesTime)
        : statesTime
          ? `${id}@${occurredAt}`
          : id,
    occurredAt,
    grantor: actorOf(fields),
    ip:
      ['ipAddress', 'ip_address', 'source.ip', 'protoPayload.requestMetadata.callerIp']
        .map((path) => ipOf(valueAt(fields, path)))
        .find((found) => found !== null) ?? null,
    country: textAt(fields, 'networkInfo.regionCode') ?? textAt(fields, 'source.geo.country_iso_code'),
    asn: asnOf(fields),
    mechanism: textAt(fields, 'actor.callerType') === 'KEY' ? 'api' : 'unknown',
  })
}

function asnOf(fields: Fields): string | null {
  const listed = valueAt(fields, 'networkInfo.ipAsn')
  const first: unknown = Array.isArray(listed) ? listed[0] : listed
  return identityAt({ root: { first }, base: '' }, 'first') ?? identityAt(fields, 'source.as.number')
}

const ACTORS = [
  'actor.email',
  'source.user.email',
  'user.email',
  'email',
  'protoPayload.authenticationInfo.principalEmail',
]

function actorOf(fields: Fields): Party | null {
  for (const path of ACTORS) {
    const id = identityAt(fields, path)
    if (id === null) continue
    const isAccount = /\.gserviceaccount\.com$/i.test(id)
    return { id, email: emailOf(id), name: null, type: isAccount ? 'service' : 'user' }
  }
  const key = identityAt(fields, 'actor.key')
  if (key !== null) return { id: key, email: null, name: null, type: 'service' }
  const profile = identityAt(fields, 'actor.profileId')
  if (profile === null || profile === NO_PROFILE) return null
  return { id: profile, email: null, name: null, type: 'user' }
}

const NAMES = ADMIN_EVENT_NAMES

export const googleWorkspacePreset: Preset = {
  name: 'google-workspace',
  title: 'Google Workspace',
  proof: 'vendor text',
  filter: [
    ...['name', 'event_name', 'event.action', ...ALONE].map((field) => ({
      field,
      op: 'in' as const,
      values: NAMES,
    })),
    ...['events', 'protoPayload.metadata.event'].map((field) => ({
      field,
      op: 'contains' as const,
      values: NAMES,
    })),
  ],
  // Making somebody a super administrator is logged as a privilege and as a role.
  settleWindowMs: 2 * 60_000,
  overlapMs: 15 * 60_000,
  latestEventAgeMs: 7 * DAY_MS,
  futureSkewMs: 3_600_000,
  carries: { justification: false, ticket: false, expiry: false, ip: true },
  read,
  runbook: googleWorkspaceRunbook,
}
