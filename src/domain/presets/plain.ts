import { z } from 'zod'
import {
  emailOf,
  type Fields,
  fieldsOf,
  identityOf,
  objectsAt,
  offsetMinutesOf,
  TEXT_MAX,
  textOf,
  timeOf,
  valueAt,
} from '../event-fields.ts'
import { type Role, TIERS } from '../grant.ts'
import { PARTY_TYPES, type Party } from '../party.ts'
import { factsOf, ipOf } from './act-facts.ts'
import type { Preset, Reading, ReadOptions } from './preset.ts'

const NAME_MAX = 200
const identity = z.union([z.string(), z.number()]).transform((value, context) => {
  const found = identityOf(value)
  if (found !== null) return found
  context.addIssue('must not be empty')
  return z.NEVER
})
const optionalText = z.unknown().transform((value) => textOf(value))
const time = z.unknown().transform((value, context) => {
  const found = timeOf(value)
  if (found !== null) return found
  context.addIssue('must be a time')
  return z.NEVER
})

const party = z.union([
  identity.transform((id): Party => ({ id, email: emailOf(id), name: null, type: 'unknown' })),
  z
    .object({
      id: identity.nullish(),
      email: z.string().nullish(),
      name: z.string().nullish(),
      type: z.enum(PARTY_TYPES).nullish().catch(null),
    })
    .transform((value, context): Party => {
      const email = emailOf(value.email)
      const id = value.id ?? email
      if (id !== null)
        return {
          id,
          email: email ?? emailOf(id),
          name: textOf(value.name, NAME_MAX),
          type: value.type ?? 'unknown',
        }
      context.addIssue('must have an id or an e-mail address')
      return z.NEVER
    }),
])

/** Our own simple form; fields it does not name are let be. */
const plainSchema = z.object({
  id: identity,
  time,
  act: identity.nullish(),
  kind: z.enum(['grant', 'removal']),
  source: identity.nullish(),
  grantee: party,
  grantor: party.nullish(),
  role: identity,
  tier: z.enum(TIERS).nullish(),
  scope: identity.nullish(),
  justification: optionalText,
  ticket: optionalText,
  expiresAt: time.nullish(),
  ip: z.unknown().transform(ipOf),
})

const NAMES = Object.keys(plainSchema.shape)
const PARTY_FIELDS = ['id', 'email', 'name', 'type']

/** A party as it stands, or put together from the flattened names that Axiom makes of it. */
function partyValue(fields: Fields, name: string): unknown {
  const whole = valueAt(fields, name)
  if (typeof whole === 'string' && whole.startsWith('{')) return objectsAt(fields, name)[0]?.root ?? whole
  if (whole !== undefined) return whole
  const parts = PARTY_FIELDS.map((part) => [part, valueAt(fields, `${name}.${part}`)] as const)
  return parts.every(([, value]) => value === undefined) ? undefined : Object.fromEntries(parts)
}

function read(event: unknown, options: ReadOptions): Reading {
  const fields = fieldsOf(event, { prefix: options.prefix, markers: ['kind', 'grantee', 'grantee.id'] })
  const input = Object.fromEntries(NAMES.map((name) => [name, valueAt(fields, name)]))
  const parsed = plainSchema.safeParse({
    ...input,
    time: input['time'] ?? valueAt({ root: event, base: '' }, '_time'),
    grantee: partyValue(fields, 'grantee'),
    grantor: partyValue(fields, 'grantor'),
  })
  if (!parsed.success) return { skipped: `bad field: ${String(parsed.error.issues[0]?.path[0] ?? 'event')}` }
  const line = parsed.data
  const facts = factsOf({
    act: line.act ?? line.id,
    occurredAt: line.time,
    localOffsetMinutes: offsetMinutesOf(input['time']),
    grantor: line.grantor ?? null,
    ip: line.ip,
    justification: line.justification,
    ticket: line.ticket,
    expiresAt: line.expiresAt ?? null,
  })
  const role = roleOf(line)
  return { observations: [{ form: 'change', kind: line.kind, grantee: line.grantee, role, ...facts }] }
}

/** The same role name in two apps is two roles, so an app that is stated is part of the id. */
function roleOf(line: z.infer<typeof plainSchema>): Role {
  const app = line.source ?? null
  const name = textOf(line.role, NAME_MAX) ?? line.role
  return {
    id: app === null ? line.role : `${app}/${line.role}`,
    name: app === null ? name : `${name} (${textOf(app, NAME_MAX) ?? app})`.slice(0, TEXT_MAX),
    tier: line.tier ?? 'T2',
    scope: line.scope ?? '*',
  }
}

/** Our own form, for sources without a preset: whatever writes it decides what is privileged. */
export const plainPreset: Preset = {
  name: 'plain',
  title: 'Plain events',
  proof: 'vendor text',
  filter: [{ field: 'kind', op: 'in', values: ['grant', 'removal'] }],
  settleWindowMs: 0,
  overlapMs: 15 * 60_000,
  latestEventAgeMs: 7 * 24 * 3_600_000,
  futureSkewMs: 60 * 60_000,
  carries: { justification: true, ticket: true, expiry: true, ip: true },
  read,
  runbook: () => null,
}
