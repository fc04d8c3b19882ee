import { type Assessment, type ModelAnswer, RECOMMENDATIONS } from '../../src/domain/assessment.ts'
import { baselineOf } from '../../src/domain/baseline.ts'
import { BANDS } from '../../src/domain/evidence.ts'
import type { Grant } from '../../src/domain/grant.ts'
import { emptyProfile, factsOf } from '../../src/domain/history.ts'
import type { Policy } from '../../src/domain/policy.ts'
import { floorsOf, verdictOf } from '../../src/domain/verdict.ts'
import type { Store } from '../../src/store/database.ts'
import { backtest } from '../../src/workflows/backtest.ts'
import { aPolicy, aPolicyVersion, aReview } from '../support/builders.ts'
import { aLedger } from './ledger.ts'

const CARRIES = { justification: true, ticket: true, expiry: true, ip: true }
const DAYS_MS = 29 * 86_400_000
const BATCH = 5_000

interface Scene {
  readonly tenantId: string
  readonly now: number
}

/** A ledger with an assessment for every grant: evidence in whole sentences, and for every other one an opinion. */
export async function fillAssessments(store: Store, scene: Scene, count: number): Promise<void> {
  const { tenantId, now } = scene
  await store.records.policies.save(aPolicyVersion(POLICY, { tenantId }))
  // A part of such a ledger are removals.
  const grants = [...aLedger(2 * count, { until: now, tenantId })]
    .filter(({ direction }) => direction === 'given')
    .slice(0, count)
  for (let from = 0; from < grants.length; from += BATCH) {
    const batch = grants.slice(from, from + BATCH)
    const assessments = batch.map((grant, place) =>
      assessmentOf(grant, { now, index: from + place, of: count }),
    )
    await store.transaction(async (records) => {
      await records.ledger.insert(batch)
      await records.assessments.insert(assessments)
      await records.reviews.insert(batch.map((grant) => aReview(grant, { state: 'auto_resolved' })))
    })
  }
}

const POLICY = aPolicy()
const NO_PAST = emptyProfile()

function assessmentOf(
  grant: Grant,
  { now, index, of }: { readonly now: number; readonly index: number; readonly of: number },
): Assessment {
  const facts = factsOf(NO_PAST, grant)
  const baseline = baselineOf({ grant, facts, policy: POLICY, carries: CARRIES })
  const model = index % 2 === 0 ? anOpinion(index) : ({ kind: 'rules' } as const)
  const floors = floorsOf(grant, baseline.evidence, facts, POLICY)
  const verdict = verdictOf({ baseline, floors, answer: model, policy: POLICY })
  return {
    tenantId: grant.tenantId,
    grantId: grant.id,
    revision: 1,
    assessedAt: now - Math.floor((DAYS_MS * (of - index)) / of),
    policyVersion: 1,
    baseline,
    model,
    verdict,
    disposition: verdict.band === 'low' ? 'auto_resolved' : 'review',
  }
}

function anOpinion(index: number): ModelAnswer {
  const text =
    'The grantor has given this role before, at an hour that is usual for them; nothing stands out.'
  return {
    kind: 'opinion',
    opinion: {
      band: BANDS[index % BANDS.length] ?? 'low',
      summary: text,
      reasons: [1, 2, 3].map(() => ({ text, evidenceIds: ['standing_grant', 'tier_t1'] })),
      questions: [text],
      recommendation: RECOMMENDATIONS[index % RECOMMENDATIONS.length] ?? 'ask',
      droppedReasons: 0,
      numbersContradict: false,
      promptHash: 'bench',
      usage: { model: 'bench', inputTokens: 2_000, cachedTokens: 1_000, outputTokens: 300, latencyMs: 900 },
    },
  }
}

/** Other thresholds alone, and everything that is measured again from the ledger's rows. */
const CANDIDATES: Readonly<Record<string, Policy>> = {
  thresholds: aPolicy({ thresholds: { medium: 20, high: 50 } }),
  everything: aPolicy({
    thresholds: { medium: 20, high: 50 },
    floors: { standing_t0: 'high' },
    roles: {
      breakGlass: ['break-glass*', '*emergency*', 'root@*', 'person7@*'],
      tiers: [
        { role: 'help-desk', tier: 'T1' },
        { role: 'report*', tier: 'T0' },
      ],
    },
    identities: {
      companyDomains: ['northwind.example'],
      aliases: Array.from({ length: 50 }, (_, index) => ({
        person: `admin${index}@northwind.example`,
        identities: [`person${index}@northwind.example`],
      })),
    },
    exceptions: Array.from({ length: 20 }, (_, index) => ({
      id: `exception-${index}`,
      grantee: `person${index}*@northwind.example`,
      role: 'help-desk',
      reason: 'Expected.',
      owner: 'Maya',
      expiresAt: '2027-11-24T12:00:00Z',
    })),
  }),
}

/** Seconds for each candidate. */
export async function backtestSpeeds(
  store: Store,
  { tenantId, now }: Scene,
): Promise<readonly { readonly name: string; readonly grants: number; readonly seconds: number }[]> {
  const speeds = []
  for (const [name, policy] of Object.entries(CANDIDATES)) {
    const started = performance.now()
    const { grants } = await backtest({ clock: { now: () => now }, store }, { tenantId, policy })
    speeds.push({ name, grants, seconds: (performance.now() - started) / 1_000 })
  }
  return speeds
}
