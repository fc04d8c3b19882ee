import {
  emailOf,
  type Fields,
  fieldsOf,
  identityAt,
  identityOf,
  textAt,
  timeOf,
  valueAt,
} from '../event-fields.ts'
import type { Party } from '../party.ts'
import { factsOf, hashedAct, ipOf, mechanismOfAgent, occurredAtOf } from './act-facts.ts'
import { elasticFields } from './elastic-fields.ts'
import type { ReadOptions } from './preset.ts'
import type { Facts } from './reading.ts'

/** Where one wire form keeps the fields of an entry: Slack's own, or Elastic's schema. */
interface Places {
  readonly action: string
  readonly id: string
  readonly times: readonly string[]
  readonly actor: string
  readonly actorName: string
  readonly entity: string
  /** The user among the entities; the same as `entity` where that is flat. */
  readonly user: string
  readonly location: string
  readonly details: string
  readonly ip: string
  readonly agent: string
  readonly session: string
}

const OWN: Places = {
  action: 'action',
  id: 'id',
  times: ['date_create'],
  actor: 'actor.user',
  actorName: 'actor.user.name',
  entity: 'entity',
  user: 'entity.user',
  location: 'context.location',
  details: 'details',
  ip: 'context.ip_address',
  agent: 'context.ua',
  session: 'context.session_id',
}
const ELASTIC: Places = {
  action: 'event.action',
  id: 'event.id',
  times: ['@timestamp'],
  actor: 'user',
  actorName: 'user.full_name',
  entity: 'slack.audit.entity',
  user: 'slack.audit.entity',
  location: 'slack.audit.context',
  details: 'slack.audit.details',
  ip: 'source.ip',
  agent: 'user_agent.original',
  session: 'slack.audit.context.session_id',
}

const ELASTIC_MARKERS = ['entity', 'entity.entity_type', 'entity.id', 'context', 'context.id', 'details']

export interface SlackEntry {
  readonly fields: Fields
  readonly places: Places
  readonly action: string
}

export interface SlackEvent extends SlackEntry {
  readonly facts: Facts
  /** The workspace or organisation that it happened in. */
  readonly scope: string
}

export function entryOf(event: unknown, options: ReadOptions): SlackEntry | null {
  const elastic = elasticFields(event, options, { place: 'slack.audit', markers: ELASTIC_MARKERS })
  const places = elastic === null ? OWN : ELASTIC
  const fields = elastic?.around ?? fieldsOf(event, { prefix: options.prefix, markers: ['action'] })
  const action = valueAt(fields, places.action)
  return typeof action === 'string' ? { fields, places, action } : null
}

/** The facts of an entry, or null when it states no time. */
export function factsOfEntry(entry: SlackEntry, event: unknown, options: ReadOptions): Facts | null {
  const { fields, places } = entry
  const occurredAt = occurredAtOf(fields, event, places.times, options)
  if (occurredAt === null) return null
  const statesTime = places.times.some((path) => timeOf(valueAt(fields, path)) !== null)
  const agent = textAt(fields, places.agent)
  const actor = partyAt(entry, places.actor, places.actorName)
  return factsOf({
    act: identityAt(fields, places.id) ?? hashedAct(event, statesTime),
    occurredAt,
    // Slack's name for itself, where no person acted.
    grantor: actor?.id === 'USLACKUSER' ? null : actor,
    mechanism: mechanismOfAgent(agent),
    ip: ipOf(valueAt(fields, places.ip)),
    userAgent: agent,
    session: identityAt(fields, places.session),
  })
}

function partyAt({ fields }: SlackEntry, place: string, namePath: string): Party | null {
  const email = emailOf(valueAt(fields, `${place}.email`))
  const id = identityAt(fields, `${place}.id`) ?? email
  return id === null ? null : { id, email, name: textAt(fields, namePath, 200), type: 'user' }
}

const LOCATIONS: readonly (readonly [RegExp, string])[] = [
  [/^T[A-Z0-9]+$/, 'workspace'],
  [/^E[A-Z0-9]+$/, 'enterprise'],
  [/^[CG][A-Z0-9]+$/, 'channel'],
]

/** A workspace, organisation or channel by its id, whose first letter says which. */
export function placeById(id: string, otherwise = 'workspace'): string {
  return `${LOCATIONS.find(([pattern]) => pattern.test(id))?.[1] ?? otherwise}:${id}`
}

export function scopeOf({ fields, places }: SlackEntry): string {
  const id = identityAt(fields, `${places.location}.id`)
  if (id === null) return '*'
  const type = textAt(fields, `${places.location}.type`, 50)?.toLowerCase()
  return type === 'enterprise' || type === 'workspace' ? `${type}:${id}` : placeById(id)
}

const USER_DETAILS = ['target_user_id', 'target_user', 'user_id', 'user']

/** Whom an entry is about: the user among its entities, else the one its details name. */
export function userOf(event: SlackEntry): Party | null {
  const { fields, places } = event
  const kind = textAt(fields, `${places.entity}.entity_type`, 50) ?? 'user'
  const entity = kind === 'user' ? partyAt(event, places.user, `${places.user}.name`) : null
  if (entity !== null) return entity
  for (const name of USER_DETAILS) {
    const path = `${places.details}.${name}`
    const id = identityAt(fields, `${path}.id`) ?? identityOf(valueAt(fields, path))
    if (id !== null)
      return { id, email: emailOf(valueAt(fields, `${path}.email`)) ?? emailOf(id), name: null, type: 'user' }
  }
  return null
}
