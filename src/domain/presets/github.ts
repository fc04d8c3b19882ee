import { type Fields, fieldsOf, identityAt, textAt, timeAt, valueAt } from '../event-fields.ts'
import type { Mechanism } from '../grant.ts'
import type { Party } from '../party.ts'
import { factsOf, hashedAct, ipOf, mechanismOfAgent, occurredAtOf } from './act-facts.ts'
import { AUDIT_READERS } from './github-audit.ts'
import { isTrue, NOT_A_PRIVILEGE_EVENT, userOf } from './github-parts.ts'
import { githubRunbook } from './github-runbook.ts'
import { WEBHOOK_READERS } from './github-webhook.ts'
import { type Preset, type Reading, type ReadOptions, TIME_NOT_STATED } from './preset.ts'

const DAY_MS = 24 * 3_600_000
// `at_sign_timestamp` is what shippers make of `@timestamp`; both are the moment of the act.
const TIMES = ['@timestamp', 'at_sign_timestamp', 'created_at']

function read(event: unknown, options: ReadOptions): Reading {
  const fields = fieldsOf(event, { prefix: options.prefix, markers: ['action'] })
  const action = valueAt(fields, 'action')
  if (typeof action !== 'string') return NOT_A_PRIVILEGE_EVENT
  const readers = action.includes('.') ? AUDIT_READERS : WEBHOOK_READERS
  const reader = Object.hasOwn(readers, action) ? readers[action] : undefined
  if (reader === undefined) return NOT_A_PRIVILEGE_EVENT
  const occurredAt = occurredAtOf(fields, event, TIMES, options)
  if (occurredAt === null) return { skipped: TIME_NOT_STATED }
  const userAgent = textAt(fields, 'user_agent')
  const act = identityAt(fields, '_document_id')
  const facts = factsOf({
    act: act ?? '',
    occurredAt,
    grantor: grantorOf(fields),
    mechanism: mechanismOf(fields, userAgent),
    ip: ipOf(valueAt(fields, 'actor_ip')),
    country: textAt(fields, 'actor_location.country_code', 100),
    userAgent,
    session: identityAt(fields, 'hashed_token'),
  })
  const reading = reader({ fields, facts })
  return act === null ? withHashedAct(reading, event, timeAt(fields, TIMES) !== null) : reading
}

/** Webhooks and old exports name no act. Hashing a whole body is the dear part, so it waits for a result. */
function withHashedAct(reading: Reading, event: unknown, statesTime: boolean): Reading {
  if ('skipped' in reading) return reading
  const act = hashedAct(event, statesTime)
  return { observations: reading.observations.map((observation) => ({ ...observation, act })) }
}

/** The actor; the SAML identity is shown as its name, and is no e-mail, since the grantee's is never known. */
function grantorOf(fields: Fields): Party | null {
  const isBot = isTrue(fields, 'actor_is_bot') || textAt(fields, 'sender.type') === 'Bot'
  const login = identityAt(fields, 'sender.login') ?? identityAt(fields, 'actor')
  const party = userOf(login, isBot)
  return party === null ? null : { ...party, name: textAt(fields, 'external_identity_nameid', 200) }
}

function mechanismOf(fields: Fields, userAgent: string | null): Mechanism {
  const byAgent = mechanismOfAgent(userAgent)
  if (byAgent === 'iac' || byAgent === 'scim') return byAgent
  return valueAt(fields, 'programmatic_access_type') === undefined ? byAgent : 'api'
}

// Bodies of webhooks say `edited` for many things; of those only a collaborator's or team's permission matters.
const EDITED = [
  'changes.permission.to',
  'changes.old_permission.from',
  'changes.repository.permissions.from.admin',
]
const ACTIONS = [...Object.keys(AUDIT_READERS), ...Object.keys(WEBHOOK_READERS)].filter(
  (action) => action !== 'edited',
)

/** The audit log of organisations and enterprises, and webhooks for teams without a streamed log. */
export const githubPreset: Preset = {
  name: 'github',
  title: 'GitHub',
  proof: 'vendor text',
  filter: [
    { field: 'action', op: 'in', values: ACTIONS },
    ...EDITED.map((field) => ({ field, op: 'exists' as const, values: [] })),
  ],
  // Adding a collaborator is logged by the organisation and by the repository, each with an id of its own.
  settleWindowMs: 2 * 60_000,
  overlapMs: 15 * 60_000,
  latestEventAgeMs: 7 * DAY_MS,
  futureSkewMs: 3_600_000,
  carries: { justification: false, ticket: false, expiry: false, ip: false },
  read,
  runbook: githubRunbook,
}
