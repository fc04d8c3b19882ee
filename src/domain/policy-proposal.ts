import type { Member } from './authority.ts'
import { indexAliases } from './party.ts'
import type { Policy } from './policy.ts'

/** A change that needs a second person before it becomes a version. */
export interface PolicyProposal {
  readonly tenantId: string
  readonly id: string
  /** The version that it changes; once another is in force it can no longer be confirmed. */
  readonly baseVersion: number
  readonly policy: Policy
  /** A Slack user id, or our own words for the command line. */
  readonly author: string
  readonly reason: string
  readonly proposedAt: number
  readonly expiresAt: number
  readonly state: 'waiting' | 'confirmed' | 'rejected'
  readonly decidedBy: string | null
  readonly decidedAt: number | null
}

export const PROPOSAL_LIVES_MS = 7 * 86_400_000

/** Whether two members are one person: by id, address or alias. */
export function isOnePerson(one: Member, other: Member, policy: Policy): boolean {
  const aliases = indexAliases(policy.identities.aliases)
  const personsOf = (member: Member) =>
    [member.slackUserId, member.email, member.handle].flatMap((identity) =>
      identity === null ? [] : [aliases.get(identity.toLowerCase()) ?? identity.toLowerCase()],
    )
  const persons = new Set(personsOf(one))
  return personsOf(other).some((person) => persons.has(person))
}
