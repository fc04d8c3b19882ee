import { emailOf, type Fields, identityAt, textAt, valueAt } from '../event-fields.ts'
import type { Party, PartyType } from '../party.ts'
import { targetType } from './okta-roles.ts'

/** The people, groups and apps of Okta's log. */

const NAME_MAX = 200

/** Types of target by what they are in the grant; in upper case, since shippers change case. */
const MEMBER_TYPES: Readonly<Record<'USER' | 'GROUP' | 'CLIENT', readonly string[]>> = {
  USER: ['USER'],
  GROUP: ['USERGROUP', 'GROUP'],
  CLIENT: [
    'PUBLICCLIENTAPP',
    'CLIENT',
    'OAUTH2CLIENT',
    'SERVICECLIENT',
    'APPINSTANCE',
    'PUBLICCLIENTAPPENTITY',
  ],
}
const PARTY_TYPE_OF: ReadonlyMap<string, PartyType> = new Map([
  ...MEMBER_TYPES.USER.map((type) => [type, 'user'] as const),
  ...MEMBER_TYPES.GROUP.map((type) => [type, 'group'] as const),
  ...MEMBER_TYPES.CLIENT.map((type) => [type, 'service'] as const),
  ['SYSTEMPRINCIPAL', 'service'],
])

function partyOf(source: Fields): Party | null {
  const email = emailOf(valueAt(source, 'alternateId'))
  const alternate = identityAt(source, 'alternateId')
  const id = identityAt(source, 'id') ?? (alternate === 'unknown' ? null : alternate)
  if (id === null) return null
  return {
    id,
    email,
    name: textAt(source, 'displayName', NAME_MAX),
    type: PARTY_TYPE_OF.get(targetType(source)) ?? 'unknown',
  }
}

/** The actor, whose fields may have been flattened one by one. */
export function actorOf(fields: Fields): Party | null {
  const whole = partyOf({ root: valueAt(fields, 'actor'), base: '' })
  if (whole !== null) return whole
  const parts = ['id', 'type', 'alternateId', 'displayName']
  const root = Object.fromEntries(parts.map((part) => [part, valueAt(fields, `actor.${part}`)]))
  return partyOf({ root, base: '' })
}

export type MemberKind = keyof typeof MEMBER_TYPES

/** The grantees among the targets, by type and never by place; any member at all when none is of the wanted type. */
export function membersOf(targets: readonly Fields[], wanted: readonly MemberKind[]): readonly Party[] {
  const types = wanted.flatMap((kind) => MEMBER_TYPES[kind])
  const exact = targets.filter((target) => types.includes(targetType(target)))
  const chosen = exact.length > 0 ? exact : targets.filter((target) => PARTY_TYPE_OF.has(targetType(target)))
  return chosen.flatMap((target) => partyOf(target) ?? [])
}

/** The thing that an event is about, which tells one token or provider from the next. */
export function thingOf(targets: readonly Fields[]): Fields | undefined {
  return targets.find((target) => !PARTY_TYPE_OF.has(targetType(target)))
}
