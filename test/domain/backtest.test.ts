import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  addCases,
  type Backtest,
  closeBacktest,
  type Decided,
  openBacktest,
} from '../../src/domain/backtest.ts'
import { CATALOGUE, type EvidenceId } from '../../src/domain/evidence-catalogue.ts'
import { judgeAnew, openJudge, type PastCase } from '../../src/domain/judge-anew.ts'
import type { Policy } from '../../src/domain/policy.ts'
import { scoreOf } from '../../src/domain/score.ts'
import { aGrant, aParty, aPolicy, type GrantParts, NOON } from '../support/builders.ts'

interface CaseParts extends Partial<Omit<PastCase, 'grant' | 'score' | 'evidence'>> {
  readonly grant?: GrantParts
  readonly weights?: Partial<Record<EvidenceId, number>>
}

let acts = 0

/** Auto-resolved as low, unless said otherwise. */
function aCase({ grant = {}, weights = {}, ...rest }: CaseParts = {}): PastCase {
  acts += 1
  const evidence = Object.entries(weights).map(([id, weight]) => ({ id, weight }))
  return {
    grant: aGrant({ act: `case-${acts}`, standing: false, ...grant }),
    assessedAt: NOON,
    policyVersion: 1,
    disposition: 'auto_resolved',
    band: 'low',
    floor: null,
    score: scoreOf(evidence),
    evidence,
    answer: { kind: 'rules' },
    ...rest,
  }
}

const inForce = aPolicy({ scorer: 'rules' })
const changed = (parts: Record<string, unknown>, from: Policy = inForce) => aPolicy({ ...from, ...parts })

function judge(past: PastCase, policy: Policy, judgedBy: Policy | null = inForce) {
  return judgeAnew(
    openJudge(policy, () => judgedBy),
    past,
  )
}

function run(
  cases: readonly PastCase[],
  policy: Policy,
  more: {
    readonly inForce?: Policy
    readonly decided?: Record<string, Decided>
    readonly flipsMax?: number
  } = {},
): Backtest {
  const work = openBacktest({ policy, inForce: more.inForce ?? inForce, judgedBy: () => inForce })
  addCases(work, cases)
  const decided = new Map(Object.entries(more.decided ?? {}))
  return closeBacktest(work, { decided, flipsMax: more.flipsMax ?? 100 })
}

describe('A past grant is judged anew', () => {
  const inT0 = { role: { id: 'owner', name: 'Owner', tier: 'T0' } } as const
  const exception = {
    id: 'one',
    grantee: 'ana@*',
    reason: 'Expected.',
    owner: 'Maya',
    expiresAt: '2027-01-01T00:00:00Z',
  }
  const cases: readonly {
    readonly what: string
    readonly past: PastCase
    readonly parts: Record<string, unknown>
    readonly band: PastCase['band']
    readonly floor?: string
  }[] = [
    {
      what: 'a lower threshold raises it',
      past: aCase({ weights: { new_grantor: 20 } }),
      parts: { thresholds: { medium: 25, high: 70 } },
      band: 'medium',
    },
    {
      what: 'a floor that is off no longer holds it up',
      past: aCase({ band: 'high', floor: 'self_grant', weights: { self_grant: 15 } }),
      parts: { floors: { self_grant: 'low' } },
      band: 'low',
    },
    {
      what: 'a pattern makes an account break-glass',
      past: aCase(),
      parts: { roles: { breakGlass: ['ana@*'] } },
      band: 'high',
      floor: 'break_glass',
    },
    {
      what: 'without the pattern neither its points nor its floor are left',
      past: aCase({ band: 'high', floor: 'break_glass', weights: { break_glass: 36, new_grantor: 5 } }),
      parts: { roles: { breakGlass: [] } },
      band: 'low',
    },
    {
      what: 'a tier of the team’s own makes a standing grant T0',
      past: aCase({ grant: { standing: true } }),
      parts: { roles: { tiers: [{ preset: 'okta', role: 'application*', tier: 'T0' }] } },
      band: 'medium',
      floor: 'standing_t0',
    },
    {
      what: 'a tier for another source changes nothing',
      past: aCase({ grant: { standing: true } }),
      parts: { roles: { tiers: [{ preset: 'entra', role: 'application*', tier: 'T0' }] } },
      band: 'low',
    },
    {
      what: 'a lower tier takes the floor away',
      past: aCase({
        grant: { ...inT0, standing: true },
        band: 'medium',
        floor: 'standing_t0',
        weights: { tier_t0: 4 },
      }),
      parts: { roles: { tiers: [{ role: 'owner', tier: 'T2' }] } },
      band: 'low',
    },
    {
      what: 'company domains make strangers of others',
      past: aCase({ grant: { grantee: 'ana@partner.example' } }),
      parts: { identities: { companyDomains: ['northwind.example'] } },
      band: 'medium',
      floor: 'external_grantee',
    },
    {
      what: 'an alias shows a self-grant',
      past: aCase({ grant: { grantee: 'sofia@home.example' } }),
      parts: {
        identities: {
          aliases: [{ person: 'sofia', identities: ['sofia@home.example', 'sofia@northwind.example'] }],
        },
      },
      band: 'high',
      floor: 'self_grant',
    },
    {
      what: 'an exception takes its points off',
      past: aCase({ band: 'medium', weights: { new_grantor: 30 } }),
      parts: { exceptions: [exception] },
      band: 'low',
    },
    {
      what: 'an exception that had expired by then does not',
      past: aCase({ band: 'medium', weights: { new_grantor: 30 } }),
      parts: { exceptions: [{ ...exception, expiresAt: '2026-01-01T00:00:00Z' }] },
      band: 'medium',
    },
    {
      what: 'an exception lets a model talk a medium down, and no floor',
      past: aCase({
        answer: { kind: 'opinion', opinion: { band: 'low' } },
        weights: { self_grant: 22, new_grantor: 30 },
        floor: 'self_grant',
      }),
      parts: { exceptions: [exception], floors: { self_grant: 'medium' } },
      band: 'medium',
      floor: 'self_grant',
    },
    {
      what: 'who activates what they gave themselves stays on the floor',
      past: aCase({
        grant: { ...inT0, kind: 'activate', grantor: 'ana@northwind.example' },
        weights: { self_grant: 19 },
        floor: 'self_grant',
      }),
      parts: { floors: { self_grant: 'low', standing_t0: 'high' } },
      band: 'high',
      floor: 'standing_t0',
    },
    {
      what: 'and an activation of what others gave does not come under it',
      past: aCase({ grant: { ...inT0, kind: 'activate', grantor: 'ana@northwind.example' } }),
      parts: { floors: { standing_t0: 'high' } },
      band: 'low',
    },
    {
      what: 'without a model its opinion no longer counts',
      past: aCase({ band: 'high', answer: { kind: 'opinion', opinion: { band: 'high' } } }),
      parts: { scorer: 'rules' },
      band: 'low',
    },
  ]
  for (const { what, past, parts, band, floor } of cases)
    test(what, () => {
      const judgedBy = parts['scorer'] === undefined ? inForce : aPolicy({ scorer: 'model' })
      const { verdict } = judge(past, changed(parts), judgedBy)
      assert.equal(verdict.band, band)
      assert.equal(verdict.floor?.id ?? null, floor ?? null)
    })

  test('weighs what it adds as the catalogue does', () => {
    const past = aCase({ grant: { grantee: aParty('x', { type: 'external' }) } })
    const policy = changed({ floors: { external_grantee: 'low' }, thresholds: { medium: 13, high: 70 } })
    const points = CATALOGUE.external_grantee.weight
    assert.equal(scoreOf([{ weight: points }]), 13)
    const domains = { identities: { companyDomains: ['northwind.example'] } }
    assert.equal(judge(past, changed(domains, policy), policy).verdict.band, 'medium')
  })

  test('leaves as it was measured whatever the two policies say alike', () => {
    // By its row alone this would be break-glass.
    const past = aCase({ grant: { grantee: 'break-glass-1' } })
    assert.equal(judge(past, inForce).verdict.band, 'low')
    assert.equal(judge(past, inForce, null).verdict.band, 'high', 'nobody knows what it was judged by')
  })

  test('what gives nothing is flagged by nothing', () => {
    const past = aCase({ grant: { kind: 'context', direction: 'none' } })
    assert.equal(judge(past, changed({ roles: { breakGlass: ['*'] } })).verdict.band, 'low')
  })
})

describe('A backtest', () => {
  const loose = changed({ thresholds: { medium: 90, high: 99 } })
  const scored = (points: number, more: CaseParts = {}) =>
    aCase({ weights: { new_grantor: points }, disposition: 'review', ...more })
  const high = (more: CaseParts = {}) => scored(45, { band: 'high', ...more })
  const medium = (more: CaseParts = {}) => scored(25, { band: 'medium', ...more })

  test('says first what undoes a revoke, then high, then medium, then what is newly asked, then what moves', () => {
    const [one, two, three, four] = [medium(), medium(), high(), high()]
    const asked = aCase({ grant: { grantee: 'break-glass-1' } })
    const moved = high({ weights: { new_grantor: 200 }, band: 'medium' })
    const policy = changed({ roles: { breakGlass: ['break*1'] } }, loose)
    const all = [moved, one, asked, three, two, four]
    const report = run(all, policy, { decided: { [two.grant.id]: 'revoke', [four.grant.id]: 'approve' } })
    assert.deepEqual(
      report.flips.map(({ grantId }) => grantId),
      [two, ...[three, four].sort(byId), one, asked, moved].map(({ grant }) => grant.id),
    )
    assert.equal(report.undoesRevokes, 1)
    assert.deepEqual([report.letThrough, report.newlyAsked, report.flipsTotal], [4, 1, 6])
    assert.equal(report.flips.find(({ grantId }) => grantId === four.grant.id)?.decided, 'approve')
  })

  const byId = (a: PastCase, b: PastCase) => (a.grant.id < b.grant.id ? -1 : 1)

  test('lays nothing at the door of a change that the policy in force does already', () => {
    const revoked = medium()
    const decided = { [revoked.grant.id]: 'revoke' } as const
    const report = run([revoked], loose, { inForce: loose, decided })
    assert.equal(report.undoesRevokes, 0)
    assert.deepEqual(
      report.flips.map(({ alreadyInForce }) => alreadyInForce),
      [true],
    )
  })

  test('a revoke that is still asked about is not undone', () => {
    const revoked = high()
    const policy = changed({ thresholds: { medium: 35, high: 99 } })
    const report = run([revoked], policy, { decided: { [revoked.grant.id]: 'revoke' } })
    assert.equal(report.undoesRevokes, 0)
    assert.deepEqual([report.flips[0]?.before.band, report.flips[0]?.after.band], ['high', 'medium'])
  })

  test('counts a low grant as asked about while nothing resolves by itself', () => {
    const past = aCase()
    const policy = changed({ autoResolve: { enabled: false } })
    const report = run([past], policy)
    assert.deepEqual(report.after, { low: 1, medium: 0, high: 0 })
    assert.deepEqual([report.newlyAsked, report.flips[0]?.after.disposition], [1, 'review'])
    assert.equal(run([{ ...past, disposition: 'review' }], inForce).letThrough, 1)
  })

  test('in shadow asks nobody and still says what would be asked', () => {
    const report = run([medium({ disposition: 'shadow' })], changed({ mode: 'shadow' }, loose))
    assert.deepEqual([report.before.medium, report.letThrough], [1, 1])
    assert.equal(report.flips[0]?.after.disposition, 'shadow')
  })

  test('counts by source', () => {
    const report = run([medium(), high({ grant: { source: 'entra' } }), aCase()], inForce)
    assert.deepEqual(report.bySource, [
      { source: 'entra', before: { low: 0, medium: 0, high: 1 }, after: { low: 0, medium: 0, high: 1 } },
      { source: 'okta', before: { low: 0, medium: 1, high: 0 }, after: { low: 0, medium: 1, high: 0 } },
    ])
    assert.equal(report.grants, 3)
    assert.deepEqual(report.flips, [])
  })
})
