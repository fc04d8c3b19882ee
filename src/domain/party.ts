export const PARTY_TYPES = ['user', 'group', 'service', 'external', 'unknown'] as const
export type PartyType = (typeof PARTY_TYPES)[number]

/** Someone or something that gives or receives a role, as the source names it. */
export interface Party {
  /** The source's own stable id; an e-mail address or login where it has none. */
  readonly id: string
  readonly email: string | null
  readonly name: string | null
  readonly type: PartyType
}

/** One person behind several identities: ids, e-mail addresses, logins, Slack user ids. */
export interface Alias {
  readonly person: string
  readonly identities: readonly string[]
}

/** Maps every known identity, in lower case, to one person. Build it once per batch. */
export type AliasIndex = ReadonlyMap<string, string>

export function indexAliases(aliases: readonly Alias[]): AliasIndex {
  const index = new Map<string, string>()
  for (const alias of aliases) {
    const person = alias.person.toLowerCase()
    index.set(person, person)
    for (const identity of alias.identities) index.set(identity.toLowerCase(), person)
  }
  return index
}

/** The identity a feed knows a party by, in lower case: part of the grant key. */
export function partyKey(party: Party): string {
  return party.id.toLowerCase()
}

/** The person a party stands for: the alias when there is one, else e-mail, else id; lower case. */
export function personOf(party: Party, aliases: AliasIndex): string {
  const email = party.email?.toLowerCase()
  const id = party.id.toLowerCase()
  return (email === undefined ? undefined : aliases.get(email)) ?? aliases.get(id) ?? email ?? id
}

/** What a person reads: name with e-mail or id, never empty. */
export function partyLabel(party: Party): string {
  const handle = party.email ?? party.id
  return party.name === null || party.name === '' || party.name === handle
    ? handle
    : `${party.name} (${handle})`
}
