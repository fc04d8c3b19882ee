import {
  emailOf,
  type Fields,
  fieldsOf,
  identityAt,
  identityOf,
  textAt,
  textOf,
  timeOf,
  valueAt,
} from '../event-fields.ts'
import { EVERY_ROLE, type Grant, type Role } from '../grant.ts'
import type { Party } from '../party.ts'
import { shellWord, urlPath } from '../shell.ts'
import { factsOf, hashedAct, ipOf, occurredAtOf } from './act-facts.ts'
import { contextRole } from './context-catalogue.ts'
import { type ControlId, weakenedControl } from './control-catalogue.ts'
import { type Observation, type Preset, type Reading, type ReadOptions, TIME_NOT_STATED } from './preset.ts'
import { changed, type Facts, NO_CHANGE, NOT_PRIVILEGE_EVENT, observed, ROLE_NOT_STATED } from './reading.ts'
import { moved } from './single-role.ts'
import { OWNER, zendeskRole } from './zendesk-roles.ts'

/**
 * Zendesk's audit log: the change stands in `change_description`, one line for each product, and the one changed is
 * the source. support.zendesk.com, "Viewing the audit log for changes to your account" lists "Account owner change",
 * "Agent and administrator creation and deletion" and "Agent role" among what the log shows.
 */

const DAY_MS = 24 * 3_600_000
const NAME_MAX = 200
const DESCRIPTION_MAX = 8_000
const LINES_MAX = 50

interface ZendeskEvent {
  readonly fields: Fields
  readonly facts: Facts
  readonly description: string
}

type Reader = (event: ZendeskEvent) => Reading

function read(event: unknown, options: ReadOptions): Reading {
  const markers = ['change_description', 'source_type']
  const fields = fieldsOf(event, { prefix: options.prefix, markers })
  const type = textAt(fields, 'source_type', NAME_MAX)
  const written = valueAt(fields, 'change_description')
  const description = typeof written === 'string' ? written.slice(0, DESCRIPTION_MAX) : ''
  const reader = type === null ? null : readerOf(type.toLowerCase(), { fields, description })
  if (reader === null) return NOT_PRIVILEGE_EVENT
  const occurredAt = occurredAtOf(fields, event, ['created_at'], options)
  if (occurredAt === null) return { skipped: TIME_NOT_STATED }
  const facts = factsOf({
    act: identityAt(fields, 'id') ?? hashedAct(event, timeOf(valueAt(fields, 'created_at')) !== null),
    occurredAt,
    grantor: actorOf(fields),
    ip: ipOf(valueAt(fields, 'ip_address')),
  })
  return reader({ fields, facts, description })
}

function readerOf(type: string, event: Pick<ZendeskEvent, 'fields' | 'description'>): Reader | null {
  const { fields, description } = event
  const action = textAt(fields, 'action', NAME_MAX) ?? ''
  if (type === 'account') return /^owner changed\b/i.test(description) ? ownerChanged : null
  if (type === 'user') {
    if (action === 'destroy') return userDeleted
    return /\brole changed\b/i.test(description) ? rolesChanged : null
  }
  if (type === 'api_token') return action === 'create' ? tokenCreated : null
  return type === 'account_setting' ? settingOf(fields, description) : null
}

/** Zendesk writes -1 for itself. */
function actorOf(fields: Fields): Party | null {
  const id = identityAt(fields, 'actor_id')
  const name = textAt(fields, 'actor_name', NAME_MAX)
  return id === null || id === '-1' ? null : { id, email: emailOf(name), name, type: 'user' }
}

function sourceUser(fields: Fields): Party | null {
  const id = identityAt(fields, 'source_id')
  const name = textAt(fields, 'source_label', NAME_MAX)
  return id === null ? null : { id, email: emailOf(name), name, type: 'user' }
}

const ROLE_LINE = /^\s*(?:(.{1,60}?)\s+)?role changed from (.{1,100}?) to (.{1,100}?)\s*$/i

function rolesChanged({ fields, facts, description }: ZendeskEvent): Reading {
  const grantee = sourceUser(fields)
  const observations: Observation[] = []
  let otherwise: Reading = ROLE_NOT_STATED
  for (const line of description.split(/[\r\n]+/).slice(0, LINES_MAX)) {
    const match = ROLE_LINE.exec(line)
    const [from, to] = [textOf(match?.[2]), textOf(match?.[3])]
    if (from === null || to === null) continue
    const product = textOf(match?.[1])
    const move = { before: zendeskRole(from, product), after: zendeskRole(to, product) }
    const reading = moved(facts, grantee, move)
    if ('observations' in reading) observations.push(...reading.observations)
    else otherwise = reading
  }
  return observations.length > 0 ? { observations } : otherwise
}

/** The log has the names of both owners alone. */
function ownerChanged({ facts, description }: ZendeskEvent): Reading {
  const [, from, to] = /^owner changed from (.{1,200}?) to (.{1,200}?)\s*$/i.exec(description) ?? []
  const [before, after] = [ownerNamed(from), ownerNamed(to)]
  const taken = before === null ? [] : [observed(facts, 'removal', before, OWNER.role)]
  if (after === null) return changed(facts, 'grant', null, OWNER.role)
  return { observations: [...taken, observed(facts, 'grant', after, OWNER.role)] }
}

function ownerNamed(name: string | undefined): Party | null {
  const id = identityOf(name)
  if (id === null || id.toLowerCase() === 'not set') return null
  return { id, email: emailOf(id), name: textOf(name, NAME_MAX), type: 'user' }
}

function userDeleted({ fields, facts }: ZendeskEvent): Reading {
  const everything: Role = { id: EVERY_ROLE, name: 'Every role', tier: 'T2', scope: '*' }
  return changed(facts, 'removal', sourceUser(fields), everything)
}

function tokenCreated({ fields, facts }: ZendeskEvent): Reading {
  return changed(
    facts,
    'context',
    facts.grantor,
    contextRole('api-token', identityAt(fields, 'source_id') ?? '*'),
  )
}

const OFF = /^(disabled|off|not allowed|never)\b/i
const SUPPORT: Party = { id: 'zendesk-support', email: null, name: 'Zendesk support', type: 'external' }
const EVERYONE: Party = { id: 'account', email: null, name: 'Everyone in the account', type: 'group' }

function settingOf(fields: Fields, description: string): Reader | null {
  const label = textAt(fields, 'source_label', NAME_MAX) ?? ''
  // Account assumption lets Zendesk's own people sign in as a member of the account.
  if (/\bassumption\b/i.test(label))
    return ({ facts }) =>
      OFF.test(description) ? NO_CHANGE : changed(facts, 'context', SUPPORT, contextRole('impersonation'))
  const control = controlOf(label)
  if (control === null) return null
  return ({ facts }) =>
    OFF.test(description)
      ? changed(facts, 'control_weakened', EVERYONE, weakenedControl(control, '*'))
      : NO_CHANGE
}

function controlOf(label: string): ControlId | null {
  if (/\btwo-?\s?factor\b/i.test(label)) return 'two-factor-requirement'
  return /\b(single sign-?\s?on|sso|saml|jwt)\b/i.test(label) ? 'single-sign-on' : null
}

/** Makes an agent of an administrator, who keeps the tickets. An owner has to be replaced, and products have no call. */
function runbook(grant: Grant): string | null {
  if (grant.kind !== 'grant' || grant.role.id !== 'administrator') return null
  const path = urlPath(['api', 'v2', 'users', `${grant.grantee.id}.json`])
  if (path === null) return null
  const login = '-u "$ZENDESK_EMAIL/token:$ZENDESK_API_TOKEN" -H "Content-Type: application/json"'
  const body = shellWord(JSON.stringify({ user: { role: 'agent' } }))
  return `curl -sS -X PUT ${login} "$ZENDESK_URL"${shellWord(path)} -d ${body}`
}

export const zendeskPreset: Preset = {
  name: 'zendesk',
  title: 'Zendesk',
  proof: 'real events',
  filter: [
    { field: 'change_description', op: 'contains', values: ['role changed', 'owner changed'] },
    { field: 'source_type', op: 'in', values: ['api_token', 'account_setting'] },
    { field: 'action', op: 'in', values: ['destroy'] },
  ],
  settleWindowMs: 0,
  overlapMs: 15 * 60_000,
  latestEventAgeMs: 7 * DAY_MS,
  futureSkewMs: 3_600_000,
  carries: { justification: false, ticket: false, expiry: false, ip: true },
  read,
  runbook,
}
