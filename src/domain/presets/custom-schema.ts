import { z } from 'zod'
import { GRANT_KINDS, TIERS } from '../grant.ts'
import { CONTEXT_IDS } from './context-catalogue.ts'
import { CONTROL_IDS } from './control-catalogue.ts'
import { EXPRESSION_CHARACTERS_MAX, expressionFault } from './custom-expression.ts'
import { runbookFault } from './custom-runbook.ts'

/** The form of a source that is described by data: a JSON file, or an entry of the policy's `customPresets`. */

const TEXT_MAX = 200
const FIELD_PARTS_MAX = 7
const RULES_MAX = 50
const CONDITIONS_MAX = 20
const VALUES_MAX = 100
const ROLES_MAX = 500
const RUNBOOK_CHARACTERS_MAX = 500

const text = z.string().trim().min(1).max(TEXT_MAX)
/** A query tests every beginning of a path, and a feed's prefix is one part more. */
const field = text
  .refine((path) => path.split('.').length <= FIELD_PARTS_MAX, {
    message: `has more than ${FIELD_PARTS_MAX} parts`,
  })
  .refine((path) => !/[[\]()|'"`]/.test(path), {
    message: 'is no expression but a path with dots; the first item of a list is targets.0',
  })
// No query can carry this character.
const value = z.union([
  z
    .string()
    .max(TEXT_MAX)
    .regex(/^[^\0]*$/, 'holds a NUL character'),
  z.number(),
  z.boolean(),
])
const expression = z
  .string()
  .trim()
  .min(1)
  .max(EXPRESSION_CHARACTERS_MAX)
  .superRefine((value, context) => {
    const fault = expressionFault(value)
    if (fault !== null) context.addIssue({ code: 'custom', message: fault })
  })

const CUSTOM_OPS = [
  'equals',
  'not-equals',
  'in',
  'not-in',
  'starts-with',
  'ends-with',
  'contains',
  'exists',
  'missing',
] as const

const condition = z
  .strictObject({
    /** Dotted path into the event; below `item.` it reads the item of `each`. */
    field,
    op: z.enum(CUSTOM_OPS).default('equals'),
    /** One value may stand alone as `value`. */
    value: value.optional(),
    values: z.array(value).max(VALUES_MAX).default([]),
    ignoreCase: z.boolean().default(false),
  })
  .superRefine((one, context) => {
    const needs = one.op !== 'exists' && one.op !== 'missing'
    if (needs && one.value === undefined && one.values.length === 0)
      context.addIssue({ code: 'custom', message: `needs "value" or "values", since its op is ${one.op}` })
  })
export type CustomCondition = z.infer<typeof condition>

const conditions = z.array(condition).max(CONDITIONS_MAX)

/** One expression for the id (or address), or several for its parts. */
const party = z.union([
  expression,
  z
    .strictObject({
      id: expression.optional(),
      email: expression.optional(),
      name: expression.optional(),
      type: expression.optional(),
    })
    .refine((value) => value.id !== undefined || value.email !== undefined, 'needs "id" or "email"'),
])
export type CustomParty = z.infer<typeof party>

const role = z.union([expression, z.strictObject({ id: expression, name: expression.optional() })])

const rule = z
  .strictObject({
    kind: z.enum(GRANT_KINDS),
    /** All must hold. */
    when: conditions.default([]),
    /** A list in the event: one reading for each of its items, which mappings find as `item`. */
    each: expression.optional(),
    grantee: party.optional(),
    /** May give a list of names. */
    role: role.optional(),
    scope: expression.optional(),
    tier: z.enum(TIERS).optional(),
    expiresAt: expression.optional(),
    /** For the kind `context`: what it is evidence of. */
    context: z.enum(CONTEXT_IDS).optional(),
    /** For the kind `control_weakened`: which control. */
    control: z.enum(CONTROL_IDS).optional(),
  })
  .superRefine((one, context) => {
    const missing = (field: string, why: string) =>
      context.addIssue({ code: 'custom', path: [field], message: why })
    if (one.kind === 'context') {
      if (one.context === undefined) missing('context', 'the kind context needs it')
    } else if (one.kind === 'control_weakened') {
      if (one.control === undefined) missing('control', 'the kind control_weakened needs it')
    } else if (one.role === undefined && one.kind !== 'removal' && one.kind !== 'expiry')
      missing('role', `the kind ${one.kind} needs it`)
  })
export type CustomRule = z.infer<typeof rule>

const preset = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{1,39}$/, 'must be 2 to 40 lower case letters, digits or dashes'),
  title: text.optional(),
  /** The Axiom dataset that it is usually in; a feed names its own. */
  dataset: text.optional(),
  /** Which events Axiom is asked for: any of these. Left out, it follows from the rules. */
  filter: z
    .array(
      z
        .strictObject({
          field,
          op: z.enum(['in', 'starts-with', 'contains', 'exists']).default('in'),
          values: z.array(value).max(VALUES_MAX).default([]),
        })
        .refine(({ op, values }) => op === 'exists' || values.length > 0, 'needs "values"'),
    )
    .max(CONDITIONS_MAX)
    .optional(),
  time: expression.optional(),
  act: expression.optional(),
  grantee: party.optional(),
  grantor: party.optional(),
  scope: expression.optional(),
  ip: expression.optional(),
  country: expression.optional(),
  asn: expression.optional(),
  userAgent: expression.optional(),
  session: expression.optional(),
  mechanism: expression.optional(),
  justification: expression.optional(),
  ticket: expression.optional(),
  expiresAt: expression.optional(),
  /** Any of these means that the call failed, so that it gave nothing. */
  failedWhen: conditions.default([]),
  rules: z.array(rule).min(1).max(RULES_MAX),
  /** The first pattern that a role's id or name matches says how far it reaches; `none` is no privilege. */
  roles: z
    .array(z.strictObject({ match: text, tier: z.enum([...TIERS, 'none']) }))
    .max(ROLES_MAX)
    .default([]),
  otherRoles: z.enum([...TIERS, 'none']).default('T2'),
  settleMinutes: z.number().min(0).max(120).default(0),
  overlapMinutes: z.number().min(1).max(1_440).default(15),
  latestEventDays: z.number().min(1).max(400).default(7),
  /** A command for people; `{grantee.id}` and the like are put in as one quoted word each. */
  runbook: z
    .string()
    .trim()
    .min(1)
    .max(RUNBOOK_CHARACTERS_MAX)
    .superRefine((template, context) => {
      const fault = runbookFault(template)
      if (fault !== null) context.addIssue({ code: 'custom', message: fault })
    })
    .optional(),
})

export const customPresetSchema = preset.superRefine((source, context) => {
  source.rules.forEach((one, index) => {
    if (one.grantee !== undefined || source.grantee !== undefined || one.kind === 'control_weakened') return
    context.addIssue({
      code: 'custom',
      path: ['rules', index, 'grantee'],
      message: 'each rule needs one, its own or the source’s',
    })
  })
})

export type CustomPreset = z.infer<typeof customPresetSchema>
