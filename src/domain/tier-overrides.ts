import type { Role, Tier } from './grant.ts'
import type { Policy } from './policy.ts'
import type { Observation } from './presets/preset.ts'
import { matchesWildcard } from './wildcard.ts'

/** The observation with the team's own tiers in place of the catalogue's: the first rule that names the role wins. */
export function withTeamTiers(
  observation: Observation,
  preset: string,
  tiers: Policy['roles']['tiers'],
): Observation {
  const rules = tiers.filter((rule) => rule.preset === null || rule.preset === preset)
  if (rules.length === 0) return observation
  const tiered = (role: Role): Role => {
    const tier = teamTierOf(role, preset, rules)
    return tier === null ? role : { ...role, tier }
  }
  return observation.form === 'change'
    ? { ...observation, role: tiered(observation.role) }
    : { ...observation, roles: observation.roles.map(tiered), taken: observation.taken.map(tiered) }
}

/** The tier that the team gives a role; null where the catalogue's stands. */
export function teamTierOf(
  role: Pick<Role, 'id' | 'name'>,
  preset: string,
  tiers: Policy['roles']['tiers'],
): Tier | null {
  const rule = tiers.find(
    (candidate) =>
      (candidate.preset === null || candidate.preset === preset) &&
      [role.id, role.name].some((name) => matchesWildcard(candidate.role, name)),
  )
  return rule?.tier ?? null
}
