import { addCases, type Backtest, closeBacktest, openBacktest } from '../domain/backtest.ts'
import type { Policy } from '../domain/policy.ts'
import type { Ports } from '../ports.ts'

/** The past that a change is held against. */
export const BACKTEST_DAYS = 30
/** So many flips are handed on; all are counted. */
const FLIPS_MAX = 100

const DAY_MS = 86_400_000
/** Evidence is read in portions that fit into little memory. */
const CASES_PAGE = 250
const PAGES_MAX = 4_000
/** Grants judged by an older version are measured again in everything. */
const VERSIONS_MAX = 100

export interface BacktestReport extends Backtest {
  readonly since: number
  /** False when there were more grants than a backtest looks at. */
  readonly isComplete: boolean
}

/** What a policy would have made of the grants judged of late, from what is stored of them. */
export async function backtest(
  ports: Pick<Ports, 'clock'> & {
    readonly store: { readonly records: Pick<Ports['store']['records'], 'policies' | 'backtestCases'> }
  },
  input: {
    readonly tenantId: string
    readonly policy: Policy
    readonly days?: number
    readonly flipsMax?: number
  },
): Promise<BacktestReport> {
  const { tenantId, policy } = input
  const { policies, backtestCases } = ports.store.records
  const since = ports.clock.now() - (input.days ?? BACKTEST_DAYS) * DAY_MS
  const versions = await policies.list(tenantId, VERSIONS_MAX)
  const byVersion = new Map(versions.map((one) => [one.version, one.policy]))
  const work = openBacktest({
    policy,
    inForce: versions[0]?.policy ?? policy,
    judgedBy: (version) => byVersion.get(version) ?? null,
  })
  let after: { readonly assessedAt: number; readonly grantId: string } | null = null
  let isComplete = false
  for (let page = 0; page < PAGES_MAX && !isComplete; page += 1) {
    const cases = await backtestCases.page({ tenantId, since, after, limit: CASES_PAGE })
    addCases(work, cases)
    const last = cases.at(-1)
    isComplete = cases.length < CASES_PAGE || last === undefined
    if (last !== undefined) after = { assessedAt: last.assessedAt, grantId: last.grant.id }
  }
  const decided = await backtestCases.decided(tenantId)
  return { ...closeBacktest(work, { decided, flipsMax: input.flipsMax ?? FLIPS_MAX }), since, isComplete }
}
