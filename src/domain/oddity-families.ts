import { VALUE_IDS, type ValueId } from './oddity-values.ts'

/**
 * What is looked at together. Each family asks one question about a grant; a pattern names values that must all be
 * there. `bits` says how much sooner a family speaks up than its rarity alone would have it: a person who gives power
 * to themselves is twice in a hundred changes harmless and still worth a look, a role nobody has asked for in a year
 * is not. They began from `test/eval/fit.ts` and
 * were settled by hand, on the same ordinary changes that the evaluation reports on.
 */
export const FAMILIES = {
  hour: family(1, 'hour'),
  night: family(
    2,
    'hour grantee_new',
    'hour tier_rise',
    'hour grantee_new tier_rise',
    'hour no_ticket',
    'hour no_ticket grantee_new',
    'hour no_ticket grantee_new tier_rise',
    'hour roles',
    'hour roles grantee_new',
    'hour roles_odd',
    'hour grantor_silent',
    'hour role_new',
  ),
  shift: family(0, ...withNewPower('shift'), 'shift no_ticket'),
  day: family(-0.5, 'day', 'day hour', 'day tier_rise', 'day grantee_new tier_rise', 'day no_ticket'),
  dormant: family(
    -1,
    ...withNewPower('grantor_silent'),
    'grantor_silent no_ticket',
    'grantor_silent no_ticket tier_rise',
  ),
  self: family(3, 'self', 'self tier', 'self role_new'),
  look_alike: family(0, 'look_alike'),
  chain: family(0, 'grantor_rise', 'grantor_rise grantor_new', 'grantor_rise grantee_new'),
  burst: family(
    0,
    'roles',
    'roles_new',
    'roles_odd grantee_new',
    'roles_odd roles_new',
    'roles_odd no_ticket',
    'haste',
    'haste grantee_new',
    'haste roles_odd',
  ),
  bundle: family(1, 'roles_odd'),
  load: family(
    -0.5,
    'load',
    'act_size',
    'sweep',
    'sweep grantee_new',
    'sweep grantee_new tier_rise',
    'refused',
  ),
  group: family(0, 'group', 'group tier', 'first_kind', 'group role_new'),
  undocumented: family(-3, ...withNewPower('no_ticket'), 'no_ticket role_new', 'no_ticket roles grantee_new'),
  removal: family(1, 'gone', 'gone tier'),
  repeat: family(1, 'repeat', 'repeat tier_rise', 'drip', 'drip tier_rise', 'givers'),
  outsider: family(
    0,
    ...withNewPower('grantor_new'),
    'grantor_new tier',
    ...withNewPower('tier_new'),
    'kind_new',
  ),
  grantee: family(-1.5, 'grantee_silent', 'grantee_silent tier_rise', 'regrant', 'regrant tier'),
  role: family(
    0,
    'role_rare',
    'role_rare tier_rise',
    'role_rare grantee_new tier_rise',
    'role_new tier_rise',
    'role_new grantee_new tier_rise',
  ),
} as const satisfies Readonly<Record<string, Family>>

export interface Family {
  readonly bits: number
  /** Each a list of places in VALUE_IDS. */
  readonly patterns: readonly (readonly number[])[]
}

export type FamilyId = keyof typeof FAMILIES
export const FAMILY_IDS = Object.keys(FAMILIES) as readonly FamilyId[]

function family(bits: number, ...patterns: readonly string[]): Family {
  return { bits, patterns: patterns.map((pattern) => pattern.split(' ').map(placeOf)) }
}

/** A value alone, and with a newcomer, a rise, or both. */
function withNewPower(value: ValueId): readonly string[] {
  return [value, `${value} grantee_new`, `${value} tier_rise`, `${value} grantee_new tier_rise`]
}

function placeOf(name: string): number {
  const place = (VALUE_IDS as readonly string[]).indexOf(name)
  if (place < 0) throw new Error(`there is no value ${name}`)
  return place
}
