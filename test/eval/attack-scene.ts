import { TIERS, type Tier } from '../../src/domain/grant.ts'
import type { Random } from './random.ts'
import { type Change, grantOf, oneEditAway } from './streams.ts'
import type { PastAct, World } from './world.ts'

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** When an act takes place, and on whose clock. */
export interface Moment {
  readonly at: number
  readonly offsetMinutes: number
}

export interface Given {
  readonly role: string
  readonly grantee: string
  readonly kind?: 'removal'
}

/** What an attack is put together from: people, roles and moments as this organisation has them. */
export interface Scene {
  readonly world: World
  readonly random: Random
  activeGrantor(actsMin: number): string | null
  grantorSilentFor(days: { readonly from: number; readonly to: number }): string | null
  personSilentFor(days: number): string | null
  knownWithout(role: string | null): string | null
  holderOf(role: string): string | null
  freshName(): string
  freshGroup(): string
  nameLike(name: string): string
  topRole(): string | null
  topRoleNotHeldBy(person: string): string | null
  topRoleNeverGivenBy(person: string): string | null
  anyRole(): string
  usualRoleOf(grantor: string): string | null
  otherRoles(count: number, than: string | null): readonly string[]
  smallRoles(count: number): readonly string[]
  shuffled<Value>(values: readonly Value[]): readonly Value[]
  usualMomentOf(grantor: string): Moment
  oddHourOf(grantor: string): Moment
  strangeDayOf(grantor: string): Moment | null
  teamMoment(): Moment
  /** A ticket as the grantor, or the team, would have one; or with and without for sure. */
  act(
    moment: Moment,
    grantor: string,
    given: readonly Given[],
    ticket: 'habit' | 'team' | { readonly ticket: boolean },
  ): void
  changes(): readonly Change[]
}

interface SceneParts {
  readonly at: number
  readonly feedId: string
  readonly name: string
}

/** A role must have been given this often to be one that an intruder goes for. */
const ROLE_GRANTS_MIN = 2
const ACTIVE_DAYS = 45
/**
 * An hour is odd for a grantor when so small a share of their acts lies within an hour of it. Of somebody with three
 * acts that would be nearly every hour, so that the team's habit counts for a few acts of theirs.
 */
const ODD_HOUR_SHARE = 0.02
const TEAM_ACTS = 10
const STRANGE_DAY_SHARE = 0.05
const HEX = '0123456789abcdef'

export function createScene(world: World, random: Random, parts: SceneParts): Scene {
  const changes: Change[] = []
  const people = peopleOf(world, random, parts.at)
  const roles = rolesOf(world, random)
  const moments = momentsOf(world, random, parts.at)
  return {
    world,
    random,
    ...people,
    ...roles,
    ...moments,
    shuffled: (values) => shuffled(values, random),
    act(moment, grantor, given, ticket) {
      const rate =
        ticket === 'habit' ? ticketRate(world.acts.get(grantor)) : ticketRate([...world.acts.values()].flat())
      const has = typeof ticket === 'string' ? random.chance(rate) : ticket.ticket
      const id = `${parts.name}-${changes.length}`
      const grants = given.map(({ role, grantee, kind = 'grant' as const }) =>
        grantOf({
          act: id,
          at: Math.round(moment.at),
          feedId: parts.feedId,
          kind,
          grantee,
          grantor,
          role,
          tier: world.roles.get(role)?.tier ?? 'T2',
          ticket: has,
          reason: true,
          offsetMinutes: moment.offsetMinutes,
        }),
      )
      changes.push({
        id,
        at: Math.round(moment.at),
        grants,
        scored: given.some(({ kind }) => kind !== 'removal'),
      })
    },
    changes: () => changes.toSorted((one, other) => one.at - other.at),
  }
}

function ticketRate(acts: readonly PastAct[] | undefined): number {
  if (acts === undefined || acts.length === 0) return 1
  return acts.filter((act) => act.ticket).length / acts.length
}

function shuffled<Value>(values: readonly Value[], random: Random): readonly Value[] {
  const left = [...values]
  for (let index = left.length - 1; index > 0; index -= 1) {
    const other = random.below(index + 1)
    const [one, two] = [left[index], left[other]]
    if (one !== undefined && two !== undefined) [left[index], left[other]] = [two, one]
  }
  return left
}

type People = Pick<
  Scene,
  | 'activeGrantor'
  | 'grantorSilentFor'
  | 'personSilentFor'
  | 'knownWithout'
  | 'holderOf'
  | 'freshName'
  | 'freshGroup'
  | 'nameLike'
>

function peopleOf(world: World, random: Random, at: number): People {
  const pickOr = (names: readonly string[]) => (names.length === 0 ? null : random.pick(names))
  const isPerson = (name: string) => !world.groups.has(name)
  const hex = (length: number) => Array.from({ length }, () => random.pick([...HEX])).join('')
  return {
    activeGrantor: (actsMin) =>
      pickOr(
        [...world.acts].flatMap(([name, acts]) =>
          acts.length >= actsMin && (acts.at(-1)?.at ?? 0) >= at - ACTIVE_DAYS * DAY_MS ? [name] : [],
        ),
      ),
    grantorSilentFor: ({ from, to }) =>
      pickOr(
        [...world.acts].flatMap(([name, acts]) => {
          const days = (at - (acts.at(-1)?.at ?? 0)) / DAY_MS
          return acts.length >= 3 && days >= from && days <= to ? [name] : []
        }),
      ),
    personSilentFor: (days) =>
      pickOr(
        [...world.seen].flatMap(([name, seen]) =>
          seen <= at - days * DAY_MS && isPerson(name) ? [name] : [],
        ),
      ),
    knownWithout: (role) => {
      const holders = role === null ? undefined : world.roles.get(role)?.holders
      return pickOr(
        [...world.seen].flatMap(([name, seen]) =>
          seen >= at - 730 * DAY_MS && isPerson(name) && !holders?.has(name) ? [name] : [],
        ),
      )
    },
    holderOf: (role) => pickOr([...(world.roles.get(role)?.holders ?? [])].filter(isPerson)),
    freshName: () => `u-${hex(10)}`,
    freshGroup: () => `team:${random.pick(['ops', 'cloud', 'release', 'data', 'edge', 'core'])}-${hex(4)}`,
    nameLike: (name) => oneEditAway(name, random),
  }
}

type Roles = Pick<
  Scene,
  | 'topRole'
  | 'topRoleNotHeldBy'
  | 'topRoleNeverGivenBy'
  | 'anyRole'
  | 'usualRoleOf'
  | 'otherRoles'
  | 'smallRoles'
>

function rolesOf(world: World, random: Random): Roles {
  const ofTier = (tier: Tier) =>
    [...world.roles].flatMap(([id, role]) =>
      role.tier === tier && role.grants >= ROLE_GRANTS_MIN ? [id] : [],
    )
  const top = TIERS.map(ofTier).find((ids) => ids.length > 0) ?? []
  const all = [...world.roles].flatMap(([id, role]) => (role.grants >= ROLE_GRANTS_MIN ? [id] : []))
  const lowest = TIERS.toReversed()
    .map(ofTier)
    .find((ids) => ids.length > 0)
  const pickOr = (ids: readonly string[]) => (ids.length === 0 ? null : random.pick(ids))
  const givenBy = (person: string) => (world.acts.get(person) ?? []).flatMap((act) => act.roles)
  return {
    topRole: () => pickOr(top),
    topRoleNotHeldBy: (person) => pickOr(top.filter((id) => !world.roles.get(id)?.holders.has(person))),
    topRoleNeverGivenBy(person) {
      const given = new Set(givenBy(person))
      return pickOr(top.filter((id) => !given.has(id)))
    },
    anyRole: () => random.pick(all),
    usualRoleOf: (grantor) => pickOr(givenBy(grantor)),
    otherRoles: (count, than) =>
      shuffled(all, random)
        .filter((id) => id !== than)
        .slice(0, count),
    smallRoles: (count) => shuffled(lowest ?? [], random).slice(0, count),
  }
}

type Moments = Pick<Scene, 'usualMomentOf' | 'oddHourOf' | 'strangeDayOf' | 'teamMoment'>

function momentsOf(world: World, random: Random, at: number): Moments {
  const actsOf = (grantor: string) => world.acts.get(grantor) ?? []
  const offsetOf = (acts: readonly PastAct[]) => acts.at(-1)?.offsetMinutes ?? 0
  /** As near after the anchor as the hour, and the day of the week when one is asked for, allow. */
  const momentAt = (local: { hour: number; day: number | null }, offsetMinutes: number): Moment => {
    const shifted = at + offsetMinutes * MINUTE_MS
    const midnight = shifted - (shifted % DAY_MS)
    let moment = midnight + (local.hour + random.next()) * HOUR_MS
    for (let day = 0; day < 8; day += 1) {
      const isLater = moment > shifted
      const isDay = local.day === null || new Date(moment).getUTCDay() === local.day
      if (isLater && isDay) break
      moment += DAY_MS
    }
    return { at: moment - offsetMinutes * MINUTE_MS, offsetMinutes }
  }
  const like = (acts: readonly PastAct[]): Moment => {
    const act = random.pick(acts)
    return momentAt({ hour: act.hour, day: act.day }, offsetOf(acts))
  }
  return {
    usualMomentOf: (grantor) => like(actsOf(grantor)),
    teamMoment: () => like([...world.acts.values()].flat()),
    oddHourOf(grantor) {
      const acts = actsOf(grantor)
      const team = [...world.acts.values()].flat()
      const isNear = (act: PastAct, hour: number) => [0, 1, 23].includes((act.hour - hour + 24) % 24)
      const shareOf = (all: readonly PastAct[], hour: number) =>
        all.filter((act) => isNear(act, hour)).length / all.length
      const near = Array.from({ length: 24 }, (_, hour) => ({
        hour,
        share:
          (shareOf(acts, hour) * acts.length + shareOf(team, hour) * TEAM_ACTS) / (acts.length + TEAM_ACTS),
      }))
      const least = Math.max(ODD_HOUR_SHARE, Math.min(...near.map(({ share }) => share)))
      const { hour } = random.pick(near.filter(({ share }) => share <= least))
      return momentAt({ hour, day: random.chance(0.5) ? random.pick(acts).day : null }, offsetOf(acts))
    },
    strangeDayOf(grantor) {
      const acts = actsOf(grantor)
      const days = [0, 1, 2, 3, 4, 5, 6].filter(
        (day) => acts.filter((act) => act.day === day).length / acts.length <= STRANGE_DAY_SHARE,
      )
      if (days.length === 0) return null
      return momentAt({ hour: random.pick(acts).hour, day: random.pick(days) }, offsetOf(acts))
    },
  }
}
