import type { Config } from '../config.ts'
import { type Policy, type PolicyVersion, policySchema } from '../domain/policy.ts'
import { createLog } from '../log.ts'
import { createScorer } from '../openai/scorer.ts'
import type { Ports, Scorer } from '../ports.ts'
import { openStore } from '../store/database.ts'
import type { Judged } from '../workflows/write-assessments.ts'

/** What replays and dry runs work with: a store in memory, the real clock, and nothing that posts or records. */
export type ThrowAway = Pick<
  Ports,
  'clock' | 'ids' | 'store' | 'scorer' | 'chainKey' | 'hasWebhook' | 'log'
> & {
  close(): Promise<void>
}

export const TENANT = 'throw-away'

export async function openThrowAway(scorer: Scorer): Promise<ThrowAway> {
  const store = await openStore('sqlite::memory:')
  let drawn = 0
  return {
    // Counted, so that two runs over one history draw the same samples.
    ids: {
      next: () => {
        drawn += 1
        return `throw-away-${drawn}`
      },
    },
    clock: { now: () => Date.now() },
    store,
    scorer,
    chainKey: null,
    hasWebhook: false,
    log: createLog('warn'),
    close: () => store.close(),
  }
}

export function scorerOf(config: Config | null): Scorer {
  if (config === null || config.model === null) return { assess: async () => ({ kind: 'rules' }) }
  return createScorer({ ...config.model, clock: { now: () => Date.now() } })
}

export function firstVersion(policy: Policy): PolicyVersion {
  return { tenantId: TENANT, version: 1, policy, author: 'command line', reason: 'throw-away', savedAt: 0 }
}

export const defaultPolicy = (): Policy => policySchema.parse({})

/** One line of output for a judged grant. */
export function judgedLine({ grant, assessment }: Judged): Readonly<Record<string, unknown>> {
  return {
    id: grant.id,
    occurredAt: new Date(grant.occurredAt).toISOString(),
    grantee: grant.grantee.email ?? grant.grantee.id,
    grantor: grant.grantor === null ? null : (grant.grantor.email ?? grant.grantor.id),
    role: grant.role.name,
    baselineScore: assessment.baseline.score,
    baselineBand: assessment.baseline.band,
    evidence: assessment.baseline.evidence.map(({ id, weight }) => ({ id, weight })),
    floor: assessment.verdict.floor?.id ?? null,
    verdict: assessment.verdict.band,
    disposition: assessment.disposition,
  }
}
