import { z } from 'zod'
import { customFault } from './presets/custom-faults.ts'
import { customPresetSchema } from './presets/custom-schema.ts'
import { isReservedName, presetFor, whyNoPreset } from './presets/registry.ts'

/** Everything that `/grants tune` edits. Immutable once saved; each save is a new version. */

const NAME_MAX = 200
const LIST_MAX = 500
const text = (max: number = NAME_MAX) => z.string().trim().min(1).max(max)
const list = <T extends z.ZodType>(item: T) => z.array(item).max(LIST_MAX).default([])
const band = z.enum(['low', 'medium', 'high'])
const tier = z.enum(['T0', 'T1', 'T2'])
const slackMember = z
  .string()
  .regex(/^[UWS][A-Z0-9]{2,20}$/, 'must be a Slack user id (U... or W...) or user group id (S...)')
const slackChannel = z
  .string()
  .regex(/^[CG][A-Z0-9]{2,20}$/, 'must be a Slack channel id such as C0123456789')
const isoTime = z.iso.datetime({ offset: true })
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 09:00')
const timeZone = z.string().refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin')

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

const conditionSchema = z.strictObject({
  field: text(),
  op: z.enum(['equals', 'not-equals', 'in', 'starts-with', 'contains', 'exists']),
  values: z.array(z.string().max(NAME_MAX)).max(50).default([]),
})

const feedSchema = z.strictObject({
  /** Names the feed in the ledger; never changes once events were read. */
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,80}$/, 'must be lower case letters, digits, dots and dashes'),
  preset: text(),
  dataset: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'must be an Axiom dataset name'),
  prefix: text().nullable().default(null),
  enabled: z.boolean().default(true),
  shadow: z.boolean().default(false),
  conditions: list(conditionSchema),
})

const exceptionSchema = z.strictObject({
  id: text(),
  grantee: text().nullable().default(null),
  grantor: text().nullable().default(null),
  role: text().nullable().default(null),
  scope: text().nullable().default(null),
  feed: text().nullable().default(null),
  reason: text(1_000),
  owner: text(),
  expiresAt: isoTime,
})

const floorsSchema = z
  .strictObject({
    standing_t0: band.default('medium'),
    self_grant: band.default('high'),
    break_glass: band.default('high'),
    outside_path: band.default('high'),
    external_grantee: band.default('medium'),
    regrant_after_revoke: band.default('high'),
    fresh_grantor: band.default('medium'),
    control_weakened: band.default('medium'),
  })
  .prefault({})

const modelsSchema = z
  .strictObject({
    /** No defaults: the user picks. */
    scoring: text().nullable().default(null),
    analyst: text().nullable().default(null),
    timeoutMs: z.int().min(1_000).max(120_000).default(20_000),
    concurrency: z.int().min(1).max(32).default(4),
    dailyTokens: z.int().min(1_000).max(1_000_000_000).default(2_000_000),
    tokensPerGrant: z.int().min(1_000).max(100_000).default(8_000),
    /** How long a low grant waits for a model that does not answer before a person is asked. */
    waitMinutes: z.int().min(1).max(1_440).default(30),
    /** The breaker: so many of the last answers may raise a grant above its baseline. */
    breakerWindow: z.int().min(10).max(1_000).default(50),
    breakerRaisedShare: z.number().min(0.5).max(1).default(0.9),
  })
  .prefault({})

const deadlinesSchema = z
  .strictObject({
    mediumHours: z.number().min(0.25).max(720).default(24),
    highHours: z.number().min(0.25).max(720).default(4),
    confirmRevokeMinutes: z.int().min(1).max(10_080).default(60),
    reopenMinutes: z.int().min(0).max(10_080).default(60),
    undecidedT0: z.enum(['escalate', 'request-revoke']).default('escalate'),
    businessDays: z.array(z.int().min(0).max(6)).max(7).default([1, 2, 3, 4, 5]),
    businessStart: timeOfDay.default('09:00'),
    businessEnd: timeOfDay.default('18:00'),
    holidays: list(z.iso.date()),
  })
  .prefault({})

const peopleSchema = z
  .strictObject({
    reviewers: list(slackMember),
    policyAdmins: list(slackMember),
    readers: list(slackMember),
    twoPersonRule: z.enum(['two-people', 'single-recorded']).default('two-people'),
  })
  .prefault({})

const identitiesSchema = z
  .strictObject({
    aliases: list(z.strictObject({ person: text(), identities: z.array(text()).min(1).max(50) })),
    companyDomains: list(
      z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a domain such as example.com'),
    ),
  })
  .prefault({})

const rolesSchema = z
  .strictObject({
    /** Grantee ids, e-mails or role names; `*` stands for any characters. */
    breakGlass: z.array(text()).max(LIST_MAX).default(['break-glass*', 'breakglass*', 'emergency-access*']),
    tiers: list(z.strictObject({ preset: text().nullable().default(null), role: text(), tier })),
  })
  .prefault({})

const channelsSchema = z
  .strictObject({
    review: slackChannel.nullable().default(null),
    escalation: slackChannel.nullable().default(null),
    routes: list(
      z.strictObject({
        feeds: list(text()),
        tiers: list(tier),
        channel: slackChannel,
      }),
    ),
  })
  .prefault({})

const CUSTOM_PRESETS_MAX = 50

const promptsSchema = z
  .strictObject({
    /** Whole bodies; null is the built-in one. The fixed frame around them cannot be edited. */
    scoring: text(8_000).nullable().default(null),
    analyst: text(8_000).nullable().default(null),
  })
  .prefault({})

export const REDACTABLE_FIELDS = ['emails', 'names', 'ip', 'userAgent', 'justification', 'ticket'] as const

export const policySchema = z.strictObject({
  mode: z.enum(['shadow', 'live']).default('shadow'),
  scorer: z.enum(['model', 'rules']).default('rules'),
  timezone: timeZone.default('UTC'),
  feeds: list(feedSchema),
  channels: channelsSchema,
  people: peopleSchema,
  identities: identitiesSchema,
  roles: rolesSchema,
  thresholds: z
    .strictObject({
      medium: z.int().min(1).max(99).default(35),
      high: z.int().min(2).max(100).default(70),
    })
    .refine((value) => value.medium < value.high, 'medium must be lower than high')
    .prefault({}),
  floors: floorsSchema,
  exceptions: list(exceptionSchema),
  models: modelsSchema,
  prompts: promptsSchema,
  redactedFields: z.array(z.enum(REDACTABLE_FIELDS)).default([]),
  autoResolve: z
    .strictObject({
      enabled: z.boolean().default(true),
      blindSampleRate: z.number().min(0).max(1).default(0),
    })
    .prefault({}),
  deadlines: deadlinesSchema,
  learning: z
    .strictObject({
      historyDays: z.int().min(1).max(3_650).default(90),
      learningDays: z.int().min(0).max(365).default(14),
    })
    .prefault({}),
  retention: z.strictObject({ rawDays: z.int().min(1).max(3_650).default(400) }).prefault({}),
  threads: z.enum(['mentions', 'questions', 'everything']).default('questions'),
  /** Sources described by data. */
  customPresets: z.array(customPresetSchema).max(CUSTOM_PRESETS_MAX).default([]),
})

export type Policy = z.infer<typeof policySchema>
export type PolicyFeed = Policy['feeds'][number]
export type PolicyException = Policy['exceptions'][number]
export type FloorId = keyof Policy['floors']

/** Settings that are accepted and kept, but whose feature has not landed: shown as not yet in effect. */
export const NOT_YET_IN_EFFECT: readonly string[] = [
  'channels.routes',
  'deadlines.mediumHours',
  'deadlines.highHours',
  'deadlines.undecidedT0',
  'deadlines.businessDays',
  'deadlines.businessStart',
  'deadlines.businessEnd',
  'deadlines.holidays',
  'retention.rawDays',
]

export interface PolicyVersion {
  readonly tenantId: string
  readonly version: number
  readonly policy: Policy
  readonly author: string
  readonly reason: string
  readonly savedAt: number
}

/** Checks a policy from outside; each fault names the field and what is wrong with it. */
export function parsePolicy(
  value: unknown,
):
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly faults: readonly string[] } {
  const result = policySchema.safeParse(value)
  if (result.success) {
    const faults = sourceFaults(result.data)
    return faults.length === 0 ? { ok: true, policy: result.data } : { ok: false, faults }
  }
  return {
    ok: false,
    faults: result.error.issues.map((issue) => faultOf(value, issue)),
  }
}

/** Faults of a described source say what was found and give an example. */
function faultOf(value: unknown, issue: z.core.$ZodIssue): string {
  const [section, index, ...path] = issue.path
  if (section !== 'customPresets' || typeof index !== 'number')
    return `${issue.path.join('.') || 'policy'}: ${issue.message}`
  const holder = typeof value === 'object' && value !== null && 'customPresets' in value ? value : null
  const source: unknown = Array.isArray(holder?.customPresets) ? holder.customPresets[index] : null
  return `customPresets.${index}.${customFault(source, { ...issue, path })}`
}

/**
 * What does not fit together in a new policy. Not part of the schema, since a stored policy must stay readable when a
 * later release builds in a source of the same name, or drops one.
 */
function sourceFaults(policy: Policy): readonly string[] {
  const { customPresets, feeds } = policy
  const names = customPresets.flatMap(({ name }, index) => {
    const fault = isReservedName(name)
      ? 'is the name of a built-in source'
      : customPresets.findIndex((other) => other.name === name) < index
        ? 'is the name of another source too'
        : null
    return fault === null ? [] : [`customPresets.${index}.name: ${name} ${fault}; choose another.`]
  })
  const unknown = feeds.flatMap(({ preset }, index) =>
    presetFor(policy, preset) === null
      ? [
          `feeds.${index}.preset: ${whyNoPreset(preset, policy)} A source of your own is described in customPresets.`,
        ]
      : [],
  )
  return [...names, ...unknown]
}

/** The published JSON Schema of a policy file. */
export function policyJsonSchema(): unknown {
  return z.toJSONSchema(policySchema, { io: 'input' })
}
