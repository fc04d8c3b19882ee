import { fieldsOf, identityOf, textOf, timeOf } from '../event-fields.ts'
import { directionOf, EVERY_ROLE, MECHANISMS, type Mechanism, type Role, TIERS, type Tier } from '../grant.ts'
import { roleSlug } from '../role-tiers.ts'
import { matchesWildcard } from '../wildcard.ts'
import { factsOf, hashedAct, ipOf, mechanismOfAgent, occurredAtOf } from './act-facts.ts'
import { contextRole } from './context-catalogue.ts'
import { weakenedControl } from './control-catalogue.ts'
import { type PlainObject, type PlainValue, plainEvent } from './custom-event.ts'
import { type Expression, expressionOf } from './custom-expression.ts'
import { customRunbook } from './custom-runbook.ts'
import type { CustomPreset, CustomRule } from './custom-schema.ts'
import { everyTest, firstOf, type PartyReader, partyReader, someTest, type Test } from './custom-values.ts'
import {
  type ChangeObservation,
  type Condition,
  type Preset,
  type Reading,
  type ReadOptions,
  TIME_NOT_STATED,
} from './preset.ts'
import {
  CALL_FAILED,
  type Facts,
  GRANTEE_NOT_STATED,
  NO_CHANGE,
  NOT_PRIVILEGE_EVENT,
  NOT_PRIVILEGED,
  observed,
  readingOf,
} from './reading.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const ITEMS_MAX = 100
const ROLES_MAX = 50
const OBSERVATIONS_MAX = 200
const NAME_MAX = 200

/** A preset from its description, which must have passed `customPresetSchema`. */
export function buildCustomPreset(source: CustomPreset): Preset {
  const rules = source.rules.map((rule) => ruleReader(source, rule))
  const hasFailed = someTest(source.failedWhen)
  const facts = factsReader(source)
  const filter = filterOf(source)
  const markers = [...new Set(filter.map(({ field }) => field))]
  return {
    name: source.name,
    title: source.title ?? source.name,
    proof: 'the team',
    filter,
    settleWindowMs: source.settleMinutes * MINUTE_MS,
    overlapMs: source.overlapMinutes * MINUTE_MS,
    latestEventAgeMs: source.latestEventDays * DAY_MS,
    futureSkewMs: 60 * MINUTE_MS,
    carries: {
      justification: source.justification !== undefined,
      ticket: source.ticket !== undefined,
      expiry: source.expiresAt !== undefined || source.rules.some((rule) => rule.expiresAt !== undefined),
      ip: source.ip !== undefined,
    },
    isCatalogued: (role) =>
      source.roles.some(({ match }) => matchesWildcard(match, role.id) || matchesWildcard(match, role.name)),
    read(event, options) {
      const data = plainEvent(fieldsOf(event, { prefix: options.prefix, markers }))
      if (data === null) return NOT_PRIVILEGE_EVENT
      const matching = rules.filter((rule) => rule.matches(data))
      if (matching.length === 0) return NOT_PRIVILEGE_EVENT
      if (hasFailed(data)) return CALL_FAILED
      const act = facts(data, event, options)
      if (act === null) return { skipped: TIME_NOT_STATED }
      return combined(matching.map((rule) => rule.read(data, act)))
    },
    runbook: (grant) => customRunbook(source.runbook, grant),
  }
}

/** What Axiom is asked for: what is written, else what the rules' own conditions say. */
function filterOf(source: CustomPreset): readonly Condition[] {
  if (source.filter !== undefined && source.filter.length > 0) return source.filter
  return source.rules.map((rule): Condition => {
    const first = rule.when.find(
      ({ field, op, ignoreCase }) =>
        ['equals', 'in', 'starts-with', 'contains'].includes(op) && !field.startsWith('item.') && !ignoreCase,
    )
    if (first === undefined) return { field: rule.when[0]?.field ?? '_time', op: 'exists', values: [] }
    const values = [...(first.value === undefined ? [] : [first.value]), ...first.values].map(String)
    const op = first.op === 'equals' ? 'in' : first.op
    return { field: first.field, op: op === 'starts-with' || op === 'contains' ? op : 'in', values }
  })
}

type FactsReader = (data: PlainObject, event: unknown, options: ReadOptions) => Facts | null

function factsReader(source: CustomPreset): FactsReader {
  const read = (text: string | undefined): Expression =>
    text === undefined ? () => null : expressionOf(text)
  const [time, act, ip, country] = [
    read(source.time),
    read(source.act),
    read(source.ip),
    read(source.country),
  ]
  const [asn, userAgent, session] = [read(source.asn), read(source.userAgent), read(source.session)]
  const [mechanism, justification] = [read(source.mechanism), read(source.justification)]
  const [ticket, expiresAt] = [read(source.ticket), read(source.expiresAt)]
  const grantor = partyReader(source.grantor)
  return (data, event, options) => {
    const stated = timeOf(firstOf(time(data)))
    const occurredAt = stated ?? occurredAtOf({ root: data, base: '' }, event, [], options)
    if (occurredAt === null) return null
    const agent = textOf(firstOf(userAgent(data)))
    return factsOf({
      act: identityOf(firstOf(act(data))) ?? hashedAct(data, stated !== null),
      occurredAt,
      grantor: grantor(data),
      mechanism: mechanismNamed(firstOf(mechanism(data))) ?? mechanismOfAgent(agent),
      ip: ipOf(firstOf(ip(data))),
      country: textOf(firstOf(country(data)), NAME_MAX),
      asn: identityOf(firstOf(asn(data))),
      userAgent: agent,
      session: identityOf(firstOf(session(data))),
      justification: textOf(firstOf(justification(data))),
      ticket: textOf(firstOf(ticket(data))),
      expiresAt: timeOf(firstOf(expiresAt(data))),
    })
  }
}

function mechanismNamed(value: unknown): Mechanism | null {
  const name = textOf(value, NAME_MAX)?.toLowerCase()
  return MECHANISMS.find((mechanism) => mechanism === name && mechanism !== 'unknown') ?? null
}

interface RuleReader {
  readonly matches: Test
  readonly read: (data: PlainObject, facts: Facts) => Reading
}

function ruleReader(source: CustomPreset, rule: CustomRule): RuleReader {
  const onItem = rule.when.filter(({ field }) => field.startsWith('item.'))
  const matches = everyTest(rule.when.filter((condition) => !onItem.includes(condition)))
  const matchesItem = everyTest(onItem)
  const each = rule.each === undefined ? null : expressionOf(rule.each)
  const one = itemReader(source, rule)
  return {
    matches,
    read(data, facts) {
      const items = each === null ? [data] : itemsOf(each(data)).map((item) => ({ ...data, item }))
      return combined(items.filter(matchesItem).map((item) => one(item, facts)))
    },
  }
}

function itemsOf(value: unknown): readonly PlainValue[] {
  if (value === null || value === undefined) return []
  return (Array.isArray(value) ? value : [value]).slice(0, ITEMS_MAX) as readonly PlainValue[]
}

type ItemReader = (data: PlainObject, facts: Facts) => Reading

function itemReader(source: CustomPreset, rule: CustomRule): ItemReader {
  const grantee: PartyReader = partyReader(rule.grantee ?? source.grantee)
  const scopeText = rule.scope ?? source.scope
  const scope = scopeText === undefined ? null : expressionOf(scopeText)
  const expiresAt = rule.expiresAt === undefined ? null : expressionOf(rule.expiresAt)
  const roles = rolesReader(source, rule)
  return (data, act) => {
    const whom = grantee(data)
    if (whom === null) return GRANTEE_NOT_STATED
    const where = (scope === null ? null : identityOf(firstOf(scope(data)))) ?? '*'
    const expiry = expiresAt === null ? null : timeOf(firstOf(expiresAt(data)))
    const facts = expiry === null ? act : { ...act, expiresAt: expiry }
    const found = roles(data, where)
    if ('skipped' in found) return found
    return readingOf(
      found.roles.map((role) => observed(facts, rule.kind, whom, role)),
      NOT_PRIVILEGED,
    )
  }
}

type RolesFound = { readonly skipped: string } | { readonly roles: readonly Role[] }

const ROLE_NOT_STATED: RolesFound = { skipped: 'role not stated' }

function rolesReader(
  source: CustomPreset,
  rule: CustomRule,
): (data: PlainObject, scope: string) => RolesFound {
  const { context, control } = rule
  if (context !== undefined && rule.kind === 'context')
    return (_, scope) => ({ roles: [contextRole(context, scope)] })
  if (control !== undefined && rule.kind === 'control_weakened')
    return (_, scope) => ({ roles: [weakenedControl(control, scope)] })
  // Nothing said of the role: all that the grantee had.
  if (rule.role === undefined)
    return (_, scope) => ({ roles: [{ id: EVERY_ROLE, name: 'Every role', tier: 'T2', scope }] })
  const parts = typeof rule.role === 'string' ? { id: rule.role, name: rule.role } : rule.role
  const id = expressionOf(parts.id)
  const name = parts.name === undefined ? id : expressionOf(parts.name)
  return (data, scope) => {
    const ids = itemsOf(id(data))
    const names = itemsOf(name(data))
    const named = ids.slice(0, ROLES_MAX).flatMap((value, index) => {
      const identity = identityOf(value)
      return identity === null
        ? []
        : [{ identity, name: textOf(names[index] ?? value, NAME_MAX) ?? identity }]
    })
    if (named.length === 0) return ROLE_NOT_STATED
    return {
      roles: named.flatMap((one) => {
        const tier = rule.tier ?? tierOf(source, one.identity, one.name)
        return tier === 'none' ? [] : [{ id: roleIdOf(one.identity), name: one.name, tier, scope }]
      }),
    }
  }
}

/** Names become ids that stay the same in any case of letters; ids of the source stay as they are. */
function roleIdOf(identity: string): string {
  return /\s/.test(identity) ? roleSlug(identity) : identity.toLowerCase()
}

/** The first pattern that matches; whoever wants none for the rest says so. */
function tierOf(
  source: Pick<CustomPreset, 'roles' | 'otherRoles'>,
  ...names: readonly string[]
): Tier | 'none' {
  const rule = source.roles.find(({ match }) => names.some((name) => matchesWildcard(match, name)))
  return rule?.tier ?? source.otherRoles
}

/**
 * All readings of one event as one. The same role given and taken is no change, and a lesser role in place of a
 * greater one is a demotion, not a grant.
 */
function combined(readings: readonly Reading[]): Reading {
  const all = readings.flatMap((reading) => ('skipped' in reading ? [] : reading.observations))
  if (all.length === 0) return readings.find((reading) => 'skipped' in reading) ?? NOT_PRIVILEGED
  const changes = all.filter((one): one is ChangeObservation => one.form === 'change')
  const kept = changes.filter((one) => !isUndone(one, changes)).slice(0, OBSERVATIONS_MAX)
  return readingOf(kept, NO_CHANGE)
}

function isUndone(one: ChangeObservation, all: readonly ChangeObservation[]): boolean {
  const direction = directionOf(one.kind)
  if (direction === 'none') return false
  return all.some((other) => {
    const isOpposite = directionOf(other.kind) !== 'none' && directionOf(other.kind) !== direction
    const isSamePlace = other.grantee.id === one.grantee.id && other.role.scope === one.role.scope
    if (!isOpposite || !isSamePlace) return false
    if (other.role.id === one.role.id) return true
    return direction === 'given' && TIERS.indexOf(other.role.tier) < TIERS.indexOf(one.role.tier)
  })
}
