import { createHash } from 'node:crypto'
import type { Party } from './party.ts'

export const TIERS = ['T0', 'T1', 'T2'] as const
/** T0: whole organisation; T1: a service or broad area; T2: narrow, or privileged but not in the catalogue. */
export type Tier = (typeof TIERS)[number]

/** What a tier means, for people. */
export const TIER_LABELS: Readonly<Record<Tier, string>> = {
  T0: 'whole organisation',
  T1: 'a service or broad area',
  T2: 'narrow',
}

export interface Role {
  /** Stable within the source, e.g. `super-administrator`. */
  readonly id: string
  readonly name: string
  readonly tier: Tier
  /** What it applies to within the feed, e.g. `org:northwind`; `*` for the whole tenant of the source. */
  readonly scope: string
}

export const GRANT_KINDS = [
  'grant',
  'eligible',
  'activate',
  'extend',
  'indirect',
  'role_widened',
  'removal',
  'expiry',
  'control_weakened',
  'context',
] as const
export type GrantKind = (typeof GRANT_KINDS)[number]

export type Direction = 'given' | 'taken' | 'none'

const DIRECTIONS: Readonly<Record<GrantKind, Direction>> = {
  grant: 'given',
  eligible: 'given',
  activate: 'given',
  extend: 'given',
  indirect: 'given',
  role_widened: 'given',
  removal: 'taken',
  expiry: 'taken',
  control_weakened: 'none',
  context: 'none',
}

export function directionOf(kind: GrantKind): Direction {
  return DIRECTIONS[kind]
}

export const MECHANISMS = ['console', 'api', 'iac', 'scim', 'pim', 'sync', 'unknown'] as const
export type Mechanism = (typeof MECHANISMS)[number]

/** A removal of everything the grantee held (account deleted, member removed) names this role. */
export const EVERY_ROLE = '*'

/** The facts of one human action, shared by all that is concluded from it. Times are epoch milliseconds. */
export interface ActFacts {
  readonly act: string
  readonly occurredAt: number
  /** Minutes east of UTC when the source states the actor's own clock, else null. */
  readonly localOffsetMinutes: number | null
  readonly grantor: Party | null
  readonly grantee: Party
  readonly mechanism: Mechanism
  readonly ip: string | null
  readonly country: string | null
  /** Number of the network the call came from (autonomous system), as text. */
  readonly asn: string | null
  readonly userAgent: string | null
  readonly session: string | null
  readonly justification: string | null
  readonly ticket: string | null
  readonly expiresAt: number | null
  /** Whether the source itself says the role came by its sanctioned path (such as PIM); null when it does not say. */
  readonly path: 'sanctioned' | 'outside' | null
  /** Of a removal: whether it takes the role itself or only the right to activate it; null takes either. */
  readonly holding: 'assignment' | 'eligibility' | null
  readonly outcome: 'success' | 'failure'
}

/** A privileged role given or taken (or context for such), as the ledger holds it. */
export interface Grant extends ActFacts {
  readonly id: string
  readonly tenantId: string
  readonly grantKey: string
  readonly feedId: string
  /** The preset's name. */
  readonly source: string
  readonly kind: GrantKind
  readonly direction: Direction
  readonly role: Role
  /** The person behind grantee and grantor when the row was written, by the aliases in force then. */
  readonly granteePerson: string
  readonly grantorPerson: string | null
  /** No expiry and not an activation. */
  readonly standing: boolean
  /** Concluded from a snapshot that had no predecessor: evidence, not proof of a change. */
  readonly firstSeen: boolean
  /** Hour 0-23 and day 0-6 (Sunday 0) on the actor's clock if known, else in the policy's time zone. */
  readonly localHour: number
  readonly localDay: number
  /** Axiom's `_sysTime`, kept as the string it came as; orders by ingest. */
  readonly ingestedAt: string
  /** The raw event as JSON, clipped to RAW_CHARACTERS_MAX. */
  readonly raw: string
}

export const RAW_CHARACTERS_MAX = 8_000

export interface GrantKeyParts {
  readonly feedId: string
  readonly act: string
  readonly direction: Direction
  readonly granteeKey: string
  readonly roleId: string
  readonly scope: string
}

/** Identity of a grant within a tenant: feed, act, direction, grantee, role and scope, hashed to 32 hex digits. */
export function grantKeyOf(parts: GrantKeyParts): string {
  const text = [parts.feedId, parts.act, parts.direction, parts.granteeKey, parts.roleId, parts.scope]
  return createHash('sha256').update(JSON.stringify(text)).digest('hex').slice(0, 32)
}

const CODE_ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** Stable id of a grant: 26 characters of Crockford's base 32 over the hash of tenant and grant key. */
export function grantIdOf(tenantId: string, grantKey: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([tenantId, grantKey]))
    .digest()
  let id = ''
  for (let index = 0; index < 26; index += 1) id += CODE_ALPHABET[(digest[index] ?? 0) & 31]
  return id
}

const CODE_LENGTH = 7

/** The short form that people see and type: `G-` and the first characters of the id, in upper case. */
export function shortCode(grantId: string): string {
  return `G-${grantId.slice(0, CODE_LENGTH).toUpperCase()}`
}

/** What a person typed as an id, as a prefix of ids: `g-7k2`, `7K2...`; null when it cannot be one. */
export function idPrefixOf(text: string): string | null {
  const bare = text.trim().toLowerCase().replace(/^g-/, '').replaceAll('o', '0').replaceAll(/[il]/g, '1')
  return /^[0-9a-hjkmnp-tv-z]{2,26}$/.test(bare) ? bare : null
}
