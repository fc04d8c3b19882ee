import { type Fields, fieldsOf, objectsAt, valueAt } from '../event-fields.ts'
import type { ReadOptions } from './preset.ts'

/**
 * Elastic's Okta integration renames Okta's fields to snake case below `okta` and drops the original unless it is told
 * to keep it. All that a grant needs is still there, and is read back under Okta's own names.
 */

export const ELASTIC_EVENT_TYPE = 'okta.event_type'

const PARTY_FIELDS = {
  id: 'id',
  type: 'type',
  alternateId: 'alternate_id',
  displayName: 'display_name',
}

const RENAMED: Readonly<Record<string, readonly string[]>> = {
  eventType: [ELASTIC_EVENT_TYPE],
  uuid: ['okta.uuid', 'event.id'],
  published: ['@timestamp'],
  'outcome.result': ['okta.outcome.result', 'event.outcome'],
  'debugContext.debugData.requestId': ['okta.debug_context.debug_data.request_id'],
  'debugContext.debugData.requestUri': ['okta.debug_context.debug_data.request_uri'],
  'client.ipAddress': ['okta.client.ip', 'client.ip', 'source.ip'],
  'client.geographicalContext.country': ['client.geo.country_name'],
  'client.userAgent.rawUserAgent': ['okta.client.user_agent.raw_user_agent', 'user_agent.original'],
  'securityContext.asNumber': ['okta.security_context.as.number'],
  'authenticationContext.externalSessionId': ['okta.authentication_context.external_session_id'],
  ...debugData('privilegeGranted'),
  ...debugData('privilegeRevoked'),
}

/** What has no name of its own stands below `flattened`, or beside the rest where that is switched off. */
function debugData(name: string): Readonly<Record<string, readonly string[]>> {
  const place = 'okta.debug_context.debug_data'
  return { [`debugContext.debugData.${name}`]: [`${place}.flattened.${name}`, `${place}.${name}`] }
}

/** The event in Okta's own names; null when it is not in Elastic's form. */
export function nativeOfElastic(event: unknown, options: ReadOptions): Fields | null {
  const fields = fieldsOf(event, { prefix: options.prefix, markers: [ELASTIC_EVENT_TYPE] })
  if (valueAt(fields, ELASTIC_EVENT_TYPE) === undefined) return null
  const native = new Map<string, unknown>()
  for (const [name, places] of Object.entries(RENAMED)) {
    const value = places.map((place) => valueAt(fields, place)).find((found) => found !== undefined)
    if (value !== undefined) native.set(name, value)
  }
  native.set('actor', partyAt(fields, 'okta.actor.'))
  native.set(
    'target',
    objectsAt(fields, 'okta.target').map((target) => partyAt(target, '')),
  )
  return { root: Object.fromEntries(native), base: '' }
}

function partyAt(fields: Fields, place: string): Readonly<Record<string, unknown>> {
  const entries = Object.entries(PARTY_FIELDS).map(([name, renamed]) => [
    name,
    valueAt(fields, `${place}${renamed}`) ?? valueAt(fields, `${place}${name}`),
  ])
  return Object.fromEntries(entries)
}
