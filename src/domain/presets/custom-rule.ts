import { identityOf, textOf, timeOf } from '../event-fields.ts'
import { EVERY_ROLE, type Role, type Tier } from '../grant.ts'
import type { Party } from '../party.ts'
import { roleSlug } from '../role-tiers.ts'
import { matchesWildcard } from '../wildcard.ts'
import { contextRole } from './context-catalogue.ts'
import { weakenedControl } from './control-catalogue.ts'
import type { PlainObject } from './custom-event.ts'
import { expressionOf } from './custom-expression.ts'
import type { CustomPreset, CustomRule } from './custom-schema.ts'
import { everyTest, firstOf, isOfItem, listOf, partiesReader, type Test } from './custom-values.ts'
import type { ChangeObservation, Reading } from './preset.ts'
import {
  type Facts,
  GRANTEE_NOT_STATED,
  NOT_PRIVILEGED,
  observed,
  ROLE_NOT_STATED,
  readingOf,
} from './reading.ts'

/** One rule of a custom source: which events it is for, and what it makes of them. */

const NAME_MAX = 200
const OBSERVATIONS_MAX = 1_000

export interface RuleReader {
  readonly matches: Test
  readonly read: (data: PlainObject, facts: Facts) => Reading
}

export function ruleReader(source: CustomPreset, rule: CustomRule): RuleReader {
  const matches = everyTest(rule.when.filter(({ field }) => !isOfItem(field)))
  const matchesItem = everyTest(rule.when.filter(({ field }) => isOfItem(field)))
  const each = rule.each === undefined ? null : expressionOf(rule.each)
  const one = itemReader(source, rule)
  return {
    matches,
    read(data, facts) {
      const items =
        each === null ? [data] : listOf(each(data)).map((item) => ({ ...data, item }) as PlainObject)
      return joined(items.filter(matchesItem).map((item) => one(item, facts)))
    },
  }
}

/** All that several readings observed; the first reason for skipping when that is nothing. */
export function joined(readings: readonly Reading[]): Reading {
  const all = readings.flatMap((reading) => ('skipped' in reading ? [] : reading.observations))
  const changes = all.filter((one): one is ChangeObservation => one.form === 'change')
  return readingOf(
    changes.slice(0, OBSERVATIONS_MAX),
    readings.find((reading) => 'skipped' in reading) ?? NOT_PRIVILEGED,
  )
}

type ItemReader = (data: PlainObject, facts: Facts) => Reading

function itemReader(source: CustomPreset, rule: CustomRule): ItemReader {
  const mapping = rule.grantee ?? source.grantee
  const grantees = partiesReader(mapping)
  const scopeText = rule.scope ?? source.scope
  const scope = scopeText === undefined ? null : expressionOf(scopeText)
  const expiresAt = rule.expiresAt === undefined ? null : expressionOf(rule.expiresAt)
  const roles = rolesReader(source, rule)
  return (data, act) => {
    const where = (scope === null ? null : identityOf(firstOf(scope(data)))) ?? '*'
    const parties =
      mapping === undefined && rule.kind === 'control_weakened' ? [everyoneIn(where)] : grantees(data)
    if (parties.length === 0) return GRANTEE_NOT_STATED
    const expiry = expiresAt === null ? null : timeOf(firstOf(expiresAt(data)))
    const facts = expiry === null ? act : { ...act, expiresAt: expiry }
    const found = roles(data, where)
    if (found === null) return ROLE_NOT_STATED
    return readingOf(
      parties.flatMap((party) => found.map((role) => observed(facts, rule.kind, party, role))),
      NOT_PRIVILEGED,
    )
  }
}

/** Whom a weakened control concerns when a rule does not say. */
function everyoneIn(scope: string): Party {
  const isNamed = scope !== '*'
  return {
    id: isNamed ? scope : 'everyone',
    email: null,
    name: isNamed ? `Everyone in ${scope}` : 'Everyone',
    type: 'group',
  }
}

/** The privileged ones of the roles that an event names; null when it names none. */
type RolesReader = (data: PlainObject, scope: string) => readonly Role[] | null

function rolesReader(source: CustomPreset, rule: CustomRule): RolesReader {
  const { context, control, role } = rule
  if (rule.kind === 'context' && context !== undefined) return (_, scope) => [contextRole(context, scope)]
  if (rule.kind === 'control_weakened' && control !== undefined)
    return (_, scope) => [weakenedControl(control, scope)]
  // Nothing said of the role: all that the grantee had.
  if (role === undefined) return (_, scope) => [{ id: EVERY_ROLE, name: 'Every role', tier: 'T2', scope }]
  const id = expressionOf(typeof role === 'string' ? role : role.id)
  const name = typeof role === 'string' || role.name === undefined ? id : expressionOf(role.name)
  const roleIdOf = typeof role === 'string' ? idOfName : (identity: string) => identity
  return (data, scope) => {
    const names = listOf(name(data))
    const named = listOf(id(data)).flatMap((value, index) => {
      const identity = identityOf(value)
      return identity === null ? [] : [{ identity, name: textOf(names[index], NAME_MAX) ?? identity }]
    })
    if (named.length === 0) return null
    return named.flatMap((one) => {
      const tier = rule.tier ?? tierOf(source, one.identity, one.name)
      return tier === 'none' ? [] : [{ id: roleIdOf(one.identity), name: one.name, tier, scope }]
    })
  }
}

/** A name in any case of letters is one role; ids that a rule maps as such stay as they are. */
function idOfName(name: string): string {
  return /\s/.test(name) ? roleSlug(name) : name.toLowerCase()
}

/** The first pattern that matches; whoever wants none for the rest says so. */
function tierOf(
  source: Pick<CustomPreset, 'roles' | 'otherRoles'>,
  ...names: readonly string[]
): Tier | 'none' {
  const rule = source.roles.find(({ match }) => names.some((name) => matchesWildcard(match, name)))
  return rule?.tier ?? source.otherRoles
}
