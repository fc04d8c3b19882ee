import type { Grant } from './grant.ts'
import { type AliasIndex, indexAliases, type Party, personOf } from './party.ts'
import type { Policy } from './policy.ts'

/** A person of the workspace, as Slack describes them at the time of the click. */
export interface Member {
  readonly slackUserId: string
  readonly name: string
  /** The short name that people type after `@`. */
  readonly handle: string | null
  readonly email: string | null
  readonly deactivated: boolean
  readonly guest: boolean
  /** Belongs to another organisation (shared channel). */
  readonly stranger: boolean
  readonly bot: boolean
}

export const BARS = [
  'grantee',
  'grantor',
  'guest',
  'stranger',
  'deactivated',
  'bot',
  'not-a-reviewer',
  'no-reviewers',
  'unknown-person',
  'no-address',
] as const
export type Bar = (typeof BARS)[number]

/** Why a person may not decide on a grant; null when they may. `roster` holds the ids of all reviewers, groups resolved. */
export function barOf(input: {
  readonly member: Member | null
  readonly grant: Grant
  readonly policy: Policy
  readonly roster: ReadonlySet<string>
}): Bar | null {
  const { member, grant, policy, roster } = input
  if (member === null) return 'unknown-person'
  const general = generalBar(member)
  if (general !== null) return general
  if (roster.size === 0) return 'no-reviewers'
  if (!roster.has(member.slackUserId)) return 'not-a-reviewer'
  const aliases = indexAliases(policy.identities.aliases)
  if (isSamePerson(member, grant.grantee, aliases)) return 'grantee'
  if (grant.grantor !== null && isSamePerson(member, grant.grantor, aliases)) return 'grantor'
  // Logs name people by address: of a member without one, "is neither of them" would be a guess.
  if (member.email === null && !aliases.has(member.slackUserId.toLowerCase())) return 'no-address'
  return null
}

function generalBar(member: Member): Bar | null {
  if (member.deactivated) return 'deactivated'
  if (member.bot) return 'bot'
  if (member.stranger) return 'stranger'
  if (member.guest) return 'guest'
  return null
}

/**
 * Whether a member is the party of a grant: by alias, by e-mail address, or by an id that is the member's Slack id,
 * handle, or the name before the @. The last two may bar a namesake: the safe side, and an alias clears it up.
 */
function isSamePerson(member: Member, party: Party, aliases: AliasIndex): boolean {
  const person = personOf(party, aliases)
  const theirs = [member.slackUserId, member.email, member.handle].flatMap((identity) =>
    identity === null ? [] : [identity.toLowerCase()],
  )
  if (theirs.some((identity) => identity === person || aliases.get(identity) === person)) return true
  // An alias that names other identities for this member settles that the namesake is somebody else.
  if (theirs.some((identity) => aliases.has(identity))) return false
  const names = [member.handle, member.email?.split('@')[0] ?? null].flatMap((name) =>
    name === null ? [] : [name.toLowerCase()],
  )
  const id = party.id.toLowerCase()
  return names.includes(id) || (party.email === null && names.includes(id.split('@')[0] ?? id))
}
