import { emailOf, type Fields, identityOf, objectsAt, textOf, valueAt } from '../event-fields.ts'
import type { Party, PartyType } from '../party.ts'
import type { Facts } from './reading.ts'

/**
 * One directory audit record, whether Entra's own log or Microsoft 365's carries it: the same acts under the same
 * names, in other clothes.
 */
export interface DirectoryRecord {
  readonly fields: Fields
  /** The activity in lower case, as `operationOf` makes it. */
  readonly operation: string
  /** In lower case, empty when not stated. */
  readonly category: string
  readonly targets: readonly Target[]
  readonly facts: Facts
  /** Done by PIM itself on somebody's behalf: then another record names the person. */
  readonly isByPim: boolean
  /** An additional detail by its name. */
  readonly detail: (name: string) => string | null
}

export interface Target {
  /** In lower case without spaces, such as `user`, `role`, `serviceprincipal`; empty when not stated. */
  readonly type: string
  readonly id: string | null
  readonly principalName: string | null
  readonly name: string | null
  /** What became of one of its properties: the new value, else the old one. */
  readonly property: (name: string) => string | null
  readonly before: (name: string) => string | null
}

const NAME_MAX = 200

/** `Add member to role.`, `Add member to role` and `ADD MEMBER TO ROLE` are one operation. */
export function operationOf(value: unknown): string | null {
  const text = textOf(value, NAME_MAX)
  if (text === null) return null
  return text.toLowerCase().replaceAll(/[–—]/g, '-').replaceAll(/\s+/g, ' ').replace(/\.$/, '').trim()
}

/** A value of a changed property: JSON text within text, `"\"Global Administrator\""`, or a list of one. */
export function unquoted(value: unknown): string | null {
  let text = textOf(value, 4_000)
  // Shippers quote what is quoted already.
  for (let round = 0; round < 3 && text !== null; round += 1) {
    const inner = /^(?:"(.*)"|\["(.*)"\]|\[(.*)\])$/s.exec(text)
    if (inner === null) break
    text = textOf((inner[1] ?? inner[2] ?? inner[3] ?? '').replaceAll('\\"', '"'), 4_000)
  }
  return text === null || text === 'null' || text === '<null>' ? null : text
}

interface PropertyNames {
  readonly list: readonly string[]
  readonly name: readonly string[]
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** Elastic makes of Microsoft 365's list one object, `Role_DisplayName: {NewValue}`. */
  readonly isKeyed: boolean
}

export function firstOf(fields: Fields, among: readonly string[]): unknown {
  for (const path of among) {
    const value = valueAt(fields, path)
    if (value !== undefined) return value
  }
  return undefined
}

/** Readers of the changed properties below one place of an event, by name whatever its case. */
export function propertiesOf(source: Fields, names: PropertyNames): Pick<Target, 'property' | 'before'> {
  const items = new Map<string, Fields>()
  const list = names.list.map((path) => objectsAt(source, path)).find((found) => found.length > 0) ?? []
  for (const item of list) {
    const name = textOf(firstOf(item, names.name))?.toLowerCase()
    if (name !== undefined) items.set(name, item)
  }
  const at = (name: string, side: readonly string[]) => {
    const item = items.get(name.toLowerCase())
    if (item !== undefined) return unquoted(firstOf(item, side))
    if (!names.isKeyed || items.size > 0) return null
    const key = name.replaceAll('.', '_')
    return unquoted(
      firstOf(
        source,
        names.list.flatMap((path) => side.map((end) => `${path}.${key}.${end}`)),
      ),
    )
  }
  return {
    property: (name) => at(name, names.after) ?? at(name, names.before),
    before: (name) => at(name, names.before),
  }
}

const PARTY_TYPES: Readonly<Record<string, PartyType>> = {
  user: 'user',
  group: 'group',
  serviceprincipal: 'service',
  application: 'service',
  managedidentity: 'service',
  agentidentity: 'service',
}

/** Guests carry their home's name in their own: `ana_northwind.example#EXT#@fabrikam.example`. */
function isGuest(principalName: string | null): boolean {
  return principalName?.toUpperCase().includes('#EXT#') ?? false
}

/** Written for those that have no id in this directory. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

interface PartyParts {
  readonly id: unknown
  readonly principalName: unknown
  readonly name: unknown
  readonly type: PartyType
}

export function partyOf(parts: PartyParts): Party | null {
  const principalName = identityOf(parts.principalName)
  const name = textOf(parts.name, NAME_MAX)
  const stated = identityOf(parts.id)
  const id = (stated === NOBODY ? null : stated) ?? principalName ?? identityOf(parts.name) ?? stated
  if (id === null) return null
  const guest = isGuest(principalName)
  return {
    id,
    email: guest ? guestEmail(principalName) : emailOf(principalName),
    name,
    type: guest && parts.type === 'user' ? 'external' : parts.type,
  }
}

/** The address a guest was invited by: `ana_northwind.example#EXT#...`, its last underscore once an at sign. */
function guestEmail(principalName: string | null): string | null {
  const home = principalName?.split(/#EXT#/i)[0] ?? ''
  const at = home.lastIndexOf('_')
  return emailOf(home.includes('@') || at < 0 ? home : `${home.slice(0, at)}@${home.slice(at + 1)}`)
}

export function partyOfTarget(target: Target): Party | null {
  const type = Object.hasOwn(PARTY_TYPES, target.type) ? (PARTY_TYPES[target.type] ?? 'unknown') : null
  return partyOf({
    id: target.id,
    principalName: target.principalName,
    name: target.name,
    type: type ?? (target.principalName === null ? 'unknown' : 'user'),
  })
}

/** Types that can hold a role, in the order in which a record names them. */
const HOLDERS: readonly string[] = Object.keys(PARTY_TYPES)

/** The targets that may be grantees: by their type and never by their place. */
export function holdersAmong(targets: readonly Target[]): readonly Target[] {
  const typed = targets.filter(({ type }) => HOLDERS.includes(type))
  if (typed.length > 0) return typed
  const untyped = targets.filter(({ type, principalName, id }) => {
    return type === '' && (principalName !== null || id !== null)
  })
  if (untyped.length > 0) return untyped
  // A login that stands beside the role it was given: all else of such a target is the role's.
  return targets.flatMap((target) =>
    target.principalName === null ? [] : { ...target, id: null, name: null },
  )
}

/** A changed property of whichever target has it. */
export function propertyOf(record: DirectoryRecord, name: string): string | null {
  for (const target of record.targets) {
    const value = target.property(name)
    if (value !== null) return value
  }
  return null
}
