import * as chain from './evidence-chain.ts'
import * as people from './evidence-people.ts'
import * as places from './evidence-places.ts'
import * as record from './evidence-record.ts'
import type { EvidenceRule } from './evidence-rule.ts'
import * as timing from './evidence-timing.ts'
import { unusualTogether } from './evidence-together.ts'

/**
 * Every kind of evidence, under its stable id. Weights are points set by hand on the public histories of two
 * projects whose access is declared as code; the strength that a rule measures scales them.
 */
export const CATALOGUE = {
  self_grant: compared(22, 'both persons, after aliases', 'power given to oneself', people.selfGrant),
  unknown_eligibility: aggravating(4, 'kind of grant', 'unknown is not no', people.unknownEligibility),
  unknown_grantor: aggravating(3, 'grantor', 'unknown is not no', people.unknownGrantor),
  break_glass: aggravating(36, 'policy patterns', 'emergency accounts', people.breakGlass),
  external_grantee: aggravating(
    14,
    'type, or an address and company domains',
    'guests as owners',
    people.externalGrantee,
  ),
  fresh_grantor: compared(
    24,
    'grantor',
    'chains: whoever was just given power gives it on',
    people.freshGrantor,
  ),
  first_grant_for_grantee: novelty(3, 'ledger', 'fresh accounts', people.firstGrantForGrantee),
  first_tier_for_grantee: novelty(5, 'ledger', 'a sudden rise', people.firstTierForGrantee),
  first_pair_grantor_role: novelty(2, 'grantor', 'an admin outside their field', people.firstPair),
  new_grantor: novelty(13, 'grantor', 'a captured or invented admin', people.newGrantor),
  dormant_grantor: novelty(11, 'grantor with a past', 'a silent admin comes back', people.dormantGrantor),
  unusual_hour: novelty(22, 'ten acts in the feed', 'a takeover while the owner sleeps', timing.unusualHour),
  unusual_day: novelty(7, 'ten acts in the feed', 'a takeover while the owner is away', timing.unusualDay),
  grantor_burst: novelty(9, 'grantor', 'haste', timing.grantorBurst),
  new_place: newness(8, 'a source that tells where calls come from', 'a stolen session', places.newPlace),
  unusual_mechanism: newness(
    6,
    'a source that tells how it was done',
    'a stolen key of the automation',
    places.unusualMechanism,
  ),
  many_roles_for_grantee: compared(9, 'ledger', 'collecting roles', timing.manyRolesForGrantee),
  unusual_together: compared(1, 'the changes of a tenant', 'rarity of what comes together', unusualTogether),
  tier_t0: compared(4, 'role', 'role tiers', (input) => record.tier(input, 'T0')),
  tier_t1: compared(2, 'role', 'role tiers', (input) => record.tier(input, 'T1')),
  standing_grant: aggravating(1, 'a source that carries expiry', 'just-in-time access', record.standingGrant),
  missing_justification: novelty(
    8,
    'a source that carries it, and a habit',
    'work that nobody asked for',
    record.missingJustification,
  ),
  regrant_after_revoke: aggravating(26, 'decisions', 'a revoke undone', record.regrantAfterRevoke),
  outside_path: aggravating(
    26,
    'a preset that knows the path, settled',
    'roles given outside PIM',
    record.outsidePath,
  ),
  factors_reset: aggravating(16, 'resets in the ledger', 'takeover by a reset account', chain.factorsReset),
  access_token_made: aggravating(6, 'tokens in the ledger', 'a way back in', chain.accessTokenMade),
  impersonation: aggravating(10, 'the source’s own record', 'support access misused', chain.impersonation),
  emergency_access_used: aggravating(12, 'the source’s own record', 'break-glass', chain.emergencyAccessUsed),
  identity_provider_changed: aggravating(
    10,
    'the source’s own record',
    'a second provider signs in as anybody',
    chain.identityProviderChanged,
  ),
  controls_weakened_before: aggravating(
    12,
    'weakened controls in the ledger',
    'guards are taken away first',
    chain.controlsWeakenedBefore,
  ),
  new_account: aggravating(
    6,
    'new accounts in the ledger',
    'an account made for the purpose',
    chain.newAccount,
  ),
  control_weakened: aggravating(24, 'kind of grant', 'policy changes', record.controlWeakened),
  expected_exception: mitigating(20, 'policy exceptions', 'expected grants', record.expectedException),
  approved_before: mitigating(10, 'decisions', 'precedent', record.approvedBefore),
  source_approval: mitigating(
    12,
    'an approval record of the source',
    'PIM and access requests',
    record.sourceApproval,
  ),
  ordinary_pair: context('grantor', 'precedent', record.ordinaryPair),
  first_seen: context('snapshots', 'a snapshot is no change', record.firstSeen),
  learning: context('first event of the feed', 'novelty needs a past', record.learning),
} as const satisfies Readonly<Record<string, EvidenceRule>>

export type EvidenceId = keyof typeof CATALOGUE

/** The ids of one direction, in the order of the table. */
export const EVIDENCE_IDS = Object.keys(CATALOGUE) as readonly EvidenceId[]

type Measure = EvidenceRule['measure']

function aggravating(weight: number, needs: string, origin: string, measure: Measure): EvidenceRule {
  return { direction: 'aggravating', weight, novelty: false, compared: false, needs, origin, measure }
}

/** Aggravating, by as much as the tenant's own past bears out. */
function compared(weight: number, needs: string, origin: string, measure: Measure): EvidenceRule {
  return { ...aggravating(weight, needs, origin, measure), compared: true }
}

/** The same, but only because it is new. */
function novelty(weight: number, needs: string, origin: string, measure: Measure): EvidenceRule {
  return { ...compared(weight, needs, origin, measure), novelty: true }
}

/** New, and no part of what the tenant's changes are compared by. */
function newness(weight: number, needs: string, origin: string, measure: Measure): EvidenceRule {
  return { ...aggravating(weight, needs, origin, measure), novelty: true }
}

function mitigating(weight: number, needs: string, origin: string, measure: Measure): EvidenceRule {
  return { ...aggravating(weight, needs, origin, measure), direction: 'mitigating' }
}

function context(needs: string, origin: string, measure: Measure): EvidenceRule {
  return { ...aggravating(0, needs, origin, measure), direction: 'context' }
}
