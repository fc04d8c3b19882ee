import {
  type EvidenceInput,
  fires,
  logScale,
  type Measured,
  type PresentInput,
  type SelfFacts,
} from './evidence-rule.ts'
import { DAY_MS, isStronger } from './history.ts'
import { type AliasIndex, indexAliases, type Party, partyLabel, personOf } from './party.ts'
import type { Policy } from './policy.ts'
import { matchesWildcard } from './wildcard.ts'

/** Evidence about who gave and who received. */

const DORMANT_FROM_DAYS = 90
const DORMANT_TO_DAYS = 400
/** How often a person must have given this role's tier before a first time is remarkable. */
const PAIR_GRANTS_MIN = 20

export function grantor(input: Pick<PresentInput, 'grant'>): { person: string } {
  return { person: input.grant.grantor === null ? 'Somebody' : partyLabel(input.grant.grantor) }
}

export function grantee(input: Pick<PresentInput, 'grant'>): { person: string } {
  return { person: partyLabel(input.grant.grantee) }
}

/** The persons of a grant by the aliases of today as well as by those of the day it was written. */
function isSamePerson(input: PresentInput): boolean {
  const { grant, policy } = input
  if (grant.grantor === null) return false
  if (grant.grantorPerson === grant.granteePerson) return true
  const aliases = aliasesOf(policy)
  return personOf(grant.grantor, aliases) === personOf(grant.grantee, aliases)
}

const aliasIndexes = new WeakMap<Policy, AliasIndex>()

/** The index is built once per policy, not once per grant. */
export function aliasesOf(policy: Policy): AliasIndex {
  const index = aliasIndexes.get(policy) ?? indexAliases(policy.identities.aliases)
  aliasIndexes.set(policy, index)
  return index
}

export function selfGrant(input: PresentInput & { readonly facts: SelfFacts }): Measured {
  const { grant, facts } = input
  if (grant.grantor === null) return 'unknown'
  if (!isSamePerson(input)) return 'quiet'
  // Whoever registers an application becomes its owner by it.
  if (grant.kind === 'indirect' && grant.role.tier === 'T2') return 'quiet'
  if (grant.kind === 'activate') {
    const { eligibility } = facts.grantee
    if (eligibility === null || eligibility.by === null) return 'unknown'
    if (eligibility.by !== grant.granteePerson) return 'quiet'
    return fires([grantor(input), ' activated a role that they had made themselves eligible for'])
  }
  const rises = isStronger(grant.role.tier, facts.grantee.strongestTier)
  return fires([grantor(input), ' gave this role to themselves'], rises ? 1 : 0.85)
}

export function unknownEligibility(input: EvidenceInput): Measured {
  const { grant, facts } = input
  if (grant.kind !== 'activate' || !isSamePerson(input)) return 'quiet'
  if (facts.grantee.eligibility !== null && facts.grantee.eligibility.by !== null) return 'quiet'
  return fires(['Who made ', grantee(input), ' eligible for this role is not known'])
}

export function unknownGrantor(input: EvidenceInput): Measured {
  if (input.grant.grantor !== null) return 'quiet'
  return fires(['The source does not say who gave this role'])
}

export function firstGrantForGrantee(input: EvidenceInput): Measured {
  if (input.facts.grantee.grants > 0) return 'quiet'
  return fires([grantee(input), ' is not known to have held a privileged role before'])
}

export function firstTierForGrantee(input: EvidenceInput): Measured {
  const { grant, facts } = input
  if (grant.role.tier === 'T2' || !isStronger(grant.role.tier, facts.grantee.strongestTier)) return 'quiet'
  return fires(
    [grantee(input), ' has never held a role as powerful as this one (', grant.role.tier, ')'],
    grant.role.tier === 'T0' ? 1 : 0.8,
  )
}

export function firstPair(input: EvidenceInput): Measured {
  const { grant, facts } = input
  if (facts.pair === null || facts.grantor === null) return 'unknown'
  if (facts.grantor.grants === 0 || facts.pair.grants > 0) return 'quiet'
  return fires(
    [
      grantor(input),
      ' gave ',
      { text: grant.role.name },
      ' for the first time, after ',
      { count: facts.grantor.grants },
      ' other grants',
    ],
    logScale(facts.grantor.grants, { from: 1, to: PAIR_GRANTS_MIN }),
  )
}

export function newGrantor(input: EvidenceInput): Measured {
  if (input.facts.grantor === null) return 'unknown'
  if (input.facts.grantor.grants > 0) return 'quiet'
  return fires([grantor(input), ' has not been seen to give a privileged role before'])
}

export function dormantGrantor(input: EvidenceInput): Measured {
  const { grant, facts } = input
  if (facts.grantor === null) return 'unknown'
  if (facts.grantor.lastAt === null) return 'quiet'
  const silentMs = grant.occurredAt - facts.grantor.lastAt
  const days = silentMs / DAY_MS
  if (days < DORMANT_FROM_DAYS) return 'quiet'
  return fires(
    [grantor(input), ' had given no role for ', { durationMs: silentMs }],
    logScale(days, { from: DORMANT_FROM_DAYS / 2, to: DORMANT_TO_DAYS }),
  )
}

export function freshGrantor(input: EvidenceInput): Measured {
  const { grant, facts } = input
  if (facts.grantor === null) return 'unknown'
  const rise = facts.grantor.riseInDay
  if (rise === null) return 'quiet'
  const from = rise.from === null ? [] : [' from ', { person: rise.from }]
  return fires([
    grantor(input),
    ' received this much power (',
    rise.tier,
    ') only ',
    { durationMs: grant.occurredAt - rise.at },
    ' earlier',
    ...from,
  ])
}

export function breakGlass(input: PresentInput): Measured {
  const { grant, policy } = input
  const { grantee: party, role } = grant
  const names = [party.id, party.email, party.name, grant.granteePerson, role.id, role.name]
  const pattern = policy.roles.breakGlass.find((candidate) =>
    names.some((name) => name !== null && matchesWildcard(candidate, name)),
  )
  if (pattern === undefined) return 'quiet'
  return fires([grantee(input), ' or this role is listed as break-glass (', { text: pattern }, ')'])
}

export function externalGrantee(input: PresentInput): Measured {
  const { grant, policy } = input
  const party = grant.grantee
  if (party.type === 'external') return fires([grantee(input), ' is external by what the source says'])
  if (party.type === 'service') return 'unknown'
  const domain = domainOf(party)
  const domains = policy.identities.companyDomains
  if (domain === null || domains.length === 0) return 'unknown'
  if (isGuestName(party)) return fires([grantee(input), ' is a guest account of another organisation'])
  if (domains.some((own) => domain === own || domain.endsWith(`.${own}`))) return 'quiet'
  return fires([grantee(input), ' has an address outside the company, at ', { text: domain }])
}

function addressOf(party: Party): string | null {
  if (party.email?.includes('@')) return party.email.trim().toLowerCase()
  return party.id.includes('@') ? party.id.trim().toLowerCase() : null
}

function domainOf(party: Party): string | null {
  const address = addressOf(party)
  if (address === null) return null
  return address.slice(address.lastIndexOf('@') + 1) || null
}

/** Entra names its guests `ana_partner.example#EXT#@own.onmicrosoft.com`: the domain is ours, the person is not. */
function isGuestName(party: Party): boolean {
  return [party.id, party.email].some((name) => name?.toLowerCase().includes('#ext#@'))
}
