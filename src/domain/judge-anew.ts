import type { Assessment, Disposition, Verdict } from './assessment.ts'
import type { Band, Evidence } from './evidence.ts'
import { CATALOGUE, type EvidenceId } from './evidence-catalogue.ts'
import { aliasesOf, breakGlass, externalGrantee, selfGrant } from './evidence-people.ts'
import { expectedException, tier } from './evidence-record.ts'
import type { Measured, PresentGrant, SelfFacts } from './evidence-rule.ts'
import type { Grant, Role, Tier } from './grant.ts'
import { weightOf } from './measure-evidence.ts'
import { personOf } from './party.ts'
import type { Policy } from './policy.ts'
import { scoreOf } from './score.ts'
import { teamTierOf } from './tier-overrides.ts'
import { type BoundAnswer, dispositionOf, floorsOf, opensReview, verdictOf } from './verdict.ts'

/** A past grant under another policy: from what was judged of it then, without its past and without the model. */

/** What is stored of a grant that was judged as it happened. */
export interface PastCase {
  readonly grant: PresentGrant & Pick<Grant, 'id'>
  readonly assessedAt: number
  readonly policyVersion: number
  readonly disposition: Disposition
  readonly band: Band
  /** The strongest floor that applied. */
  readonly floor: string | null
  readonly score: number
  readonly evidence: readonly Weighed[]
  readonly answer: BoundAnswer
}

type Weighed = Pick<Evidence, 'id' | 'weight'>

export interface JudgedAnew {
  readonly verdict: Verdict
  readonly disposition: Exclude<Assessment['disposition'], 'history'>
}

/** Judges past grants by one policy; what the policy they were judged by says the same of stays as it was measured. */
export interface Judge {
  readonly policy: Policy
  /** The policy of a version; null when it is not known, so that everything is measured again. */
  readonly judgedBy: (version: number) => Policy | null
  readonly differences: Map<number, Differences>
  readonly tiers: Map<string, Tier | null>
}

interface Differences {
  readonly aliases: boolean
  readonly breakGlass: boolean
  readonly companyDomains: boolean
  readonly exceptions: boolean
  readonly tiers: boolean
  readonly scorer: boolean
}

export function openJudge(policy: Policy, judgedBy: Judge['judgedBy']): Judge {
  return { policy, judgedBy, differences: new Map(), tiers: new Map() }
}

export function judgeAnew(judge: Judge, past: PastCase): JudgedAnew {
  const { policy } = judge
  const differs = differencesOf(judge, past.policyVersion)
  const grant = grantUnder(judge, past.grant, differs)
  const evidence = evidenceUnder(policy, { past, grant, differs })
  const score = evidence === past.evidence ? past.score : scoreOf(evidence)
  const verdict = verdictOf({
    baseline: { score, evidence },
    floors: floorsOf(grant, evidence, { grantee: { eligibility: eligibilityOf(past) } }, policy),
    answer: differs.scorer && policy.scorer === 'rules' ? { kind: 'rules' } : past.answer,
    policy,
  })
  return { verdict, disposition: dispositionOf(policy, { feedId: grant.feedId, verdict, isDrawn: false }) }
}

function differencesOf(judge: Judge, version: number): Differences {
  const known = judge.differences.get(version)
  if (known !== undefined) return known
  const before = judge.judgedBy(version)
  const after = judge.policy
  const differs = (part: (policy: Policy) => unknown) =>
    before === null || JSON.stringify(part(before)) !== JSON.stringify(part(after))
  const found = {
    aliases: differs(({ identities }) => identities.aliases),
    breakGlass: differs(({ roles }) => roles.breakGlass),
    companyDomains: differs(({ identities }) => identities.companyDomains),
    exceptions: differs(({ exceptions }) => exceptions),
    tiers: differs(({ roles }) => roles.tiers),
    scorer: differs(({ scorer }) => scorer),
  }
  judge.differences.set(version, found)
  return found
}

/** Persons and tier as this policy has them. Where a tier is no longer overridden, the one it was judged with stays. */
function grantUnder(judge: Judge, grant: PresentGrant, differs: Differences): PresentGrant {
  if (!differs.aliases && !differs.tiers) return grant
  const aliases = aliasesOf(judge.policy)
  const persons = differs.aliases
    ? {
        granteePerson: personOf(grant.grantee, aliases),
        grantorPerson: grant.grantor === null ? null : personOf(grant.grantor, aliases),
      }
    : {}
  const teamTier = differs.tiers ? tierUnder(judge, grant.source, grant.role) : null
  const role = teamTier === null ? grant.role : { ...grant.role, tier: teamTier }
  return { ...grant, ...persons, role }
}

/** Roles are few, rules may be many: each role is looked up once. */
function tierUnder(judge: Judge, source: string, role: Role): Tier | null {
  const key = JSON.stringify([source, role.id, role.name])
  const known = judge.tiers.get(key)
  if (known !== undefined) return known
  const found = teamTierOf(role, source, judge.policy.roles.tiers)
  judge.tiers.set(key, found)
  return found
}

interface Remeasure {
  readonly past: PastCase
  readonly grant: PresentGrant
  readonly differs: Differences
}

/**
 * The evidence with what this policy itself adds or takes. The very list that was given when there is nothing: its
 * score then stands as it is. What the tenant's own past made of the rest is left alone.
 */
function evidenceUnder(policy: Policy, { past, grant, differs }: Remeasure): readonly Weighed[] {
  if (!opensReview(grant.kind)) return past.evidence
  const input = { grant, policy }
  const retiered = grant.role.tier !== past.grant.role.tier
  const steps: readonly [EvidenceId, boolean, () => Measured][] = [
    ['break_glass', differs.breakGlass || differs.aliases, () => breakGlass(input)],
    ['external_grantee', differs.companyDomains, () => externalGrantee(input)],
    ['expected_exception', differs.exceptions || differs.aliases, () => expectedException(input)],
    ['tier_t0', retiered, () => tier(input, 'T0')],
    ['tier_t1', retiered, () => tier(input, 'T1')],
    [
      'self_grant',
      // Who made somebody eligible is history.
      grant.kind !== 'activate' && (differs.aliases || retiered),
      () => selfGrant({ ...input, facts: selfFactsOf(past.evidence) }),
    ],
  ]
  return steps.reduce<readonly Weighed[]>(
    (evidence, [id, isDue, measure]) => (isDue ? withMeasured(evidence, id, measure()) : evidence),
    past.evidence,
  )
}

/** What stands stays as it was weighed. */
function withMeasured(evidence: readonly Weighed[], id: EvidenceId, measured: Measured): readonly Weighed[] {
  const stands = evidence.some((one) => one.id === id)
  if (typeof measured === 'string') return stands ? evidence.filter((one) => one.id !== id) : evidence
  return stands ? evidence : [...evidence, { id, weight: weightOf(CATALOGUE[id], measured.strength) }]
}

const RISES: readonly string[] = ['first_grant_for_grantee', 'first_tier_for_grantee'] satisfies EvidenceId[]

/** Whether a grant made its grantee stronger shows in the evidence. */
function selfFactsOf(evidence: readonly Weighed[]): SelfFacts {
  const rises = evidence.some(({ id }) => RISES.includes(id))
  return { grantee: { eligibility: null, strongestTier: rises ? null : 'T0' } }
}

/** That somebody activated what they had made themselves eligible for shows in what was judged of it. */
function eligibilityOf({ grant, floor, evidence }: PastCase): SelfFacts['grantee']['eligibility'] {
  if (grant.kind !== 'activate') return null
  const self: EvidenceId = 'self_grant'
  const byThemselves = floor === 'standing_t0' || evidence.some(({ id }) => id === self)
  return byThemselves ? { by: grant.granteePerson } : null
}
