import type { Finding } from '../domain/analyst-rows.ts'
import { finding } from '../domain/analyst-rows.ts'
import type { Member } from '../domain/authority.ts'
import type { Grant } from '../domain/grant.ts'
import { indexAliases } from '../domain/party.ts'
import type { Policy, PolicyVersion } from '../domain/policy.ts'
import { presetNamed } from '../domain/presets/registry.ts'
import { plainValue } from '../domain/sentence.ts'
import type { ToolName } from '../domain/tool-result.ts'
import type { ActivitySearch } from '../ports/analyst.ts'
import type { GrantFilter, Ports } from '../ports.ts'

/** All that the tools of one answer share: whose question it is, and what is left of its budget. */
export interface ToolContext {
  readonly ports: Pick<Ports, 'store' | 'directory'> & { readonly activity: ActivitySearch }
  readonly tenantId: string
  readonly policy: PolicyVersion
  readonly now: number
  readonly asker: Member
  /** Ids of all reviewers. */
  readonly reviewers: ReadonlySet<string>
  /** The case of the thread. */
  readonly grantId: string | null
  /** What the person typed: text of theirs may be repeated in titles. */
  readonly questionText: string
  readonly budget: { queriesLeft: number; hasRunOut: boolean }
  /** Every grant that a tool looked at, for what must be kept from the model. */
  readonly saw: (grants: readonly Grant[]) => void
}

/** Rows of the ledger that one tool looks at, at most. */
export const LEDGER_ROWS_MAX = 500
const PEOPLE_MAX = 10
const IDENTITIES_MAX = 8
const NAME_CHARACTERS_MAX = 120

export interface Person {
  /** As the ledger writes them; several where aliases joined them later. */
  readonly persons: readonly string[]
  readonly label: string
  readonly subjects: readonly string[]
}

export type PersonSearch =
  | { readonly kind: 'one'; readonly person: Person }
  | { readonly kind: 'other'; readonly finding: Finding }

/** The person that a text means: an id, an address, a mention, a name or a part of one. */
export async function findPerson(context: ToolContext, text: string, tool: ToolName): Promise<PersonSearch> {
  const wanted = await identityOf(context, text)
  const found = await context.ports.store.records.search.people({
    tenantId: context.tenantId,
    text: wanted,
    limit: PEOPLE_MAX,
  })
  const aliases = indexAliases(context.policy.policy.identities.aliases)
  const aliased = aliases.get(wanted)
  const people = new Map<string, { persons: Set<string>; names: Set<string> }>()
  const add = (person: string, names: readonly string[]) => {
    const key = aliases.get(person) ?? person
    const entry = people.get(key) ?? { persons: new Set<string>(), names: new Set<string>() }
    for (const one of identitiesOf(key, context.policy.policy)) entry.persons.add(one)
    entry.persons.add(person)
    for (const name of names) entry.names.add(name)
    people.set(key, entry)
  }
  if (aliased !== undefined) add(aliased, [])
  for (const { person, names } of found) add(person, names)
  const candidates = [...people].map(([key, entry]) => personOf(key, entry))
  const best = bestOf(candidates, wanted)
  if (best.length === 1 && best[0] !== undefined) return { kind: 'one', person: best[0] }
  return { kind: 'other', finding: best.length === 0 ? nobody(context, text, tool) : several(best, tool) }
}

/** A mention or the asker themself as an address; any other text in lower case. */
async function identityOf({ ports, tenantId, asker }: ToolContext, text: string): Promise<string> {
  const bare = text
    .trim()
    .replace(/^<?@|>$/g, '')
    .slice(0, NAME_CHARACTERS_MAX)
  const member = /^(?:me|i|myself)$/i.test(bare)
    ? asker
    : /^[UW][A-Z0-9]{2,20}$/.test(bare)
      ? await ports.directory.person(tenantId, bare)
      : null
  return (member?.email ?? (member === null ? bare : member.name)).toLowerCase()
}

function identitiesOf(person: string, policy: Policy): readonly string[] {
  const alias = policy.identities.aliases.find((one) => one.person.toLowerCase() === person)
  return [person, ...(alias?.identities ?? []).map((one) => one.toLowerCase())].slice(0, IDENTITIES_MAX)
}

function personOf(
  key: string,
  { persons, names }: { persons: ReadonlySet<string>; names: ReadonlySet<string> },
): Person {
  const [name] = names
  const handle = plainValue(key)
  return {
    persons: [...persons].slice(0, IDENTITIES_MAX),
    label: name === undefined || name.toLowerCase() === key ? handle : `${plainValue(name)} (${handle})`,
    subjects: [...names, key].map(plainValue),
  }
}

/** Those whose name or address is the text, else those with the text as a word of it, else all. */
function bestOf(candidates: readonly Person[], wanted: string): readonly Person[] {
  const texts = (person: Person) => [...person.persons, ...person.subjects].map((one) => one.toLowerCase())
  const same = candidates.filter((person) =>
    texts(person).some((one) => one === wanted || one.split('@')[0] === wanted),
  )
  if (same.length > 0) return same
  const word = new RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape(wanted)}(?![\\p{L}\\p{N}])`, 'u')
  const whole = candidates.filter((person) => texts(person).some((one) => word.test(one)))
  return whole.length > 0 ? whole : candidates
}

/** Words that the model made up must not become part of a result: only the person's own are repeated. */
export function ownWords(context: Pick<ToolContext, 'questionText'>, text: string | null): string | null {
  const bare = plainValue(text ?? '')
  return bare !== '' && context.questionText.toLowerCase().includes(bare.toLowerCase()) ? bare : null
}

function nobody(context: ToolContext, text: string, tool: ToolName): Finding {
  const words = ownWords(context, text)
  const name = words === null ? 'that name' : `"${words}"`
  return finding({ tool, title: `Nobody in the ledger matches ${name}`, rows: [] })
}

function several(people: readonly Person[], tool: ToolName): Finding {
  return finding({
    tool,
    title: 'Several people match that name: say which one is meant',
    subjects: people.flatMap(({ subjects }) => subjects),
    rows: people.map(({ label }) => ({ person: label })),
    counts: { 'people that match': people.length },
  })
}

/** Grants of a person under every name that the ledger has for them, newest first. */
export async function grantsOfPerson(
  context: ToolContext,
  filter: Omit<GrantFilter, 'tenantId' | 'limit'> & {
    readonly person: Person
    readonly side: 'grantee' | 'grantor' | 'either'
  },
): Promise<{ readonly grants: readonly Grant[]; readonly total: number }> {
  const { person, side, ...rest } = filter
  const grants = new Map<string, Grant>()
  let total = 0
  for (const name of person.persons) {
    const found = await findGrants(context, { ...rest, [side]: name })
    total += found.total
    for (const grant of found.grants) {
      // A grant between two names of one person is found twice.
      if (grants.has(grant.id)) total -= 1
      grants.set(grant.id, grant)
    }
  }
  const newestFirst = [...grants.values()].sort((one, other) => other.occurredAt - one.occurredAt)
  return { grants: newestFirst, total }
}

export async function findGrants(
  context: ToolContext,
  filter: Omit<GrantFilter, 'tenantId' | 'limit'>,
): Promise<{ readonly grants: readonly Grant[]; readonly total: number }> {
  const { search } = context.ports.store.records
  const found = await search.find({ ...filter, tenantId: context.tenantId, limit: LEDGER_ROWS_MAX })
  context.saw(found.grants)
  return found
}

/** Feeds that a source's name means; null when none is named, an empty list when none fits. */
export function feedsNamed(context: ToolContext, source: string | null): readonly string[] | null {
  const wanted = source?.trim().toLowerCase() ?? ''
  if (wanted === '') return null
  return context.policy.policy.feeds
    .filter(({ id, preset, dataset }) =>
      [id, preset, dataset, presetNamed(preset)?.title ?? preset].some((name) => {
        const lower = name.toLowerCase()
        return lower.includes(wanted) || wanted.includes(lower)
      }),
    )
    .map(({ id }) => id)
}
