import type { Tier } from '../../src/domain/grant.ts'
import type { Change } from './streams.ts'

/** What an intruder could have learned about an organisation up to a moment: attacks are written against it. */

export interface PastAct {
  readonly at: number
  readonly hour: number
  readonly day: number
  readonly offsetMinutes: number
  readonly roles: readonly string[]
  readonly ticket: boolean
}

export interface World {
  /** Only people who gave roles for sure. */
  readonly acts: Map<string, PastAct[]>
  /** When each person last gave or received anything. */
  readonly seen: Map<string, number>
  readonly roles: Map<string, { grants: number; tier: Tier; readonly holders: Set<string> }>
  readonly groups: Set<string>
}

export function emptyWorld(): World {
  return { acts: new Map(), seen: new Map(), roles: new Map(), groups: new Set() }
}

export function observe(world: World, change: Change): void {
  const given = change.grants.filter((grant) => grant.kind === 'grant')
  for (const grant of change.grants) {
    const role = world.roles.get(grant.role.id) ?? {
      grants: 0,
      tier: grant.role.tier,
      holders: new Set<string>(),
    }
    world.roles.set(grant.role.id, role)
    if (grant.kind === 'grant') {
      role.holders.add(grant.granteePerson)
      role.tier = grant.role.tier
      role.grants += 1
    } else role.holders.delete(grant.granteePerson)
    world.seen.set(grant.granteePerson, change.at)
    if (grant.grantee.type === 'group') world.groups.add(grant.granteePerson)
  }
  const [first] = given
  if (first === undefined || first.grantorPerson === null || !change.scored) return
  const acts = world.acts.get(first.grantorPerson) ?? []
  world.acts.set(first.grantorPerson, acts)
  world.seen.set(first.grantorPerson, change.at)
  acts.push({
    at: change.at,
    hour: first.localHour,
    day: first.localDay,
    offsetMinutes: first.localOffsetMinutes ?? 0,
    roles: given.map((grant) => grant.role.id),
    ticket: first.ticket !== null,
  })
}
