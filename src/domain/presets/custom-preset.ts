import { ENVELOPES, type Fields, fieldsOf, identityOf, textOf, timeOf, valueAt } from '../event-fields.ts'
import { directionOf, MECHANISMS, type Mechanism, TIERS } from '../grant.ts'
import { matchesWildcard } from '../wildcard.ts'
import { factsOf, hashedAct, ipOf, mechanismOfAgent, occurredAtOf } from './act-facts.ts'
import { type PlainObject, plainEvent } from './custom-event.ts'
import { type Expression, expressionOf } from './custom-expression.ts'
import { filterOf, glanceOf } from './custom-filter.ts'
import { joined, ruleReader } from './custom-rule.ts'
import { customRunbook } from './custom-runbook.ts'
import type { CustomPreset } from './custom-schema.ts'
import { firstOf, partiesReader, someTest } from './custom-values.ts'
import {
  type ChangeObservation,
  type Preset,
  type Reading,
  type ReadOptions,
  TIME_NOT_STATED,
} from './preset.ts'
import { CALL_FAILED, type Facts, NO_CHANGE, NOT_PRIVILEGE_EVENT, readingOf } from './reading.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const NAME_MAX = 200

/** A preset from its description, which must have passed `customPresetSchema`. */
export function buildCustomPreset(source: CustomPreset): Preset {
  const rules = source.rules.map((rule) => ruleReader(source, rule))
  const hasFailed = someTest(source.failedWhen)
  const facts = factsReader(source)
  const filter = filterOf(source)
  const mayMatch = glanceOf(source)
  const markers = [...new Set(filter.map(({ field }) => field).filter((field) => field !== '_time'))]
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
      const fields = placeOf(event, options.prefix, { markers, mayMatch })
      const data = mayMatch(fields) ? plainEvent(fields) : null
      if (data === null) return NOT_PRIVILEGE_EVENT
      const matching = rules.filter((rule) => rule.matches(data))
      if (matching.length === 0) return NOT_PRIVILEGE_EVENT
      if (hasFailed(data)) return CALL_FAILED
      const act = facts(data, event, options)
      if (act === null) return { skipped: TIME_NOT_STATED }
      return settled(joined(matching.map((rule) => rule.read(data, act))))
    },
    runbook: (grant) => customRunbook(source.runbook, grant),
  }
}

/**
 * Where the event's own fields begin. One of them may bear the name of an envelope, as in `{event: {event: 'x'}}`, and
 * an envelope may have fields of the same names as what it carries, as in `{type: 'log', message: '{"type": ...}'}`.
 */
function placeOf(
  event: unknown,
  prefix: string | null,
  {
    markers,
    mayMatch,
  }: { readonly markers: readonly string[]; readonly mayMatch: (fields: Fields) => boolean },
): Fields {
  const place = fieldsOf(event, { prefix, markers })
  for (const marker of markers) {
    const inner = { root: valueAt(place, marker), base: '' }
    const found = valueAt(inner, marker)
    if (found !== undefined && typeof found !== 'object') return inner
  }
  if (mayMatch(place)) return place
  for (const envelope of ENVELOPES) {
    const inner = { root: valueAt(place, envelope), base: '' }
    if (markers.some((marker) => valueAt(inner, marker) !== undefined) && mayMatch(inner)) return inner
  }
  return place
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
  const grantor = partiesReader(source.grantor)
  return (data, event, options) => {
    const stated = timeOf(firstOf(time(data)))
    const occurredAt = stated ?? occurredAtOf({ root: data, base: '' }, event, [], options)
    if (occurredAt === null) return null
    const agent = textOf(firstOf(userAgent(data)))
    return factsOf({
      // The same words at another time are another act.
      act:
        identityOf(firstOf(act(data))) ??
        hashedAct(stated === null ? { ...data, _time: occurredAt } : data, stated !== null),
      occurredAt,
      grantor: grantor(data)[0] ?? null,
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

/**
 * All readings of one event as one. The same role given and taken is no change, and a lesser role in place of a
 * greater one is a demotion, not a grant.
 */
function settled(reading: Reading): Reading {
  if ('skipped' in reading) return reading
  const changes = reading.observations.filter((one): one is ChangeObservation => one.form === 'change')
  return readingOf(
    changes.filter((one) => !isUndone(one, changes)),
    NO_CHANGE,
  )
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
