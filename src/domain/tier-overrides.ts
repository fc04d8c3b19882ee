import type { Role } from './grant.ts'
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
    const rule = rules.find((candidate) =>
      [role.id, role.name].some((name) => matchesWildcard(candidate.role, name)),
    )
    return rule === undefined ? role : { ...role, tier: rule.tier }
  }
  return observation.form === 'change'
    ? { ...observation, role: tiered(observation.role) }
    : { ...observation, roles: observation.roles.map(tiered), taken: observation.taken.map(tiered) }
}
