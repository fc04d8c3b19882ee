import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Policy, policySchema } from '../../src/domain/policy.ts'
import { looseningsOf } from '../../src/domain/policy-loosening.ts'

const FEED = { id: 'okta-logs', preset: 'okta', dataset: 'okta-logs' }
const EXCEPTION = {
  id: 'EX-1',
  grantee: 'ci@northwind.example',
  reason: 'deploys',
  owner: 'maya',
  expiresAt: '2027-01-01T00:00:00Z',
}
const policy = (parts: Record<string, unknown> = {}): Policy => policySchema.parse(parts)
const settings = (before: Record<string, unknown>, after: Record<string, unknown>) =>
  looseningsOf(policy(before), policy(after)).map(({ setting }) => setting)

/** Each from tight to loose; the way back loosens nothing. */
const PAIRS: readonly (readonly [string, Record<string, unknown>, Record<string, unknown>])[] = [
  ['thresholds.medium', {}, { thresholds: { medium: 50 } }],
  ['thresholds.high', {}, { thresholds: { high: 90 } }],
  ['floors.self_grant', {}, { floors: { self_grant: 'low' } }],
  ['exceptions', {}, { exceptions: [EXCEPTION] }],
  [
    'people.reviewers',
    { people: { reviewers: ['U0A', 'U0B'].map((id) => `${id}X`) } },
    { people: { reviewers: ['U0AX'] } },
  ],
  ['people.twoPersonRule', {}, { people: { twoPersonRule: 'single-recorded' } }],
  ['autoResolve.enabled', { autoResolve: { enabled: false } }, {}],
  ['autoResolve.blindSampleRate', { autoResolve: { blindSampleRate: 0.1 } }, {}],
  ['feeds.okta-logs', { feeds: [FEED] }, { feeds: [{ ...FEED, enabled: false }] }],
  ['feeds.okta-logs', { feeds: [FEED] }, { feeds: [{ ...FEED, shadow: true }] }],
  ['roles.breakGlass', {}, { roles: { breakGlass: [] } }],
  ['identities.companyDomains', {}, { identities: { companyDomains: ['northwind.example'] } }],
  ['deadlines.highHours', {}, { deadlines: { highHours: 8 } }],
  ['learning.learningDays', {}, { learning: { learningDays: 30 } }],
]
for (const [setting, tight, loose] of PAIRS) {
  test(`${setting}: ${JSON.stringify(loose)} instead of ${JSON.stringify(tight)} loosens`, () => {
    assert.deepEqual(settings(tight, loose), [setting])
    assert.deepEqual(settings(loose, tight), [])
  })
}

test('a changed exception, a new condition and a lowered tier loosen; words and prompts do not', () => {
  const with_ = { exceptions: [EXCEPTION] }
  assert.deepEqual(settings(with_, { exceptions: [{ ...EXCEPTION, grantee: '*' }] }), ['exceptions'])
  const narrowed = { ...FEED, conditions: [{ field: 'actor.id', op: 'equals', values: ['x'] }] }
  assert.deepEqual(settings({ feeds: [FEED] }, { feeds: [narrowed] }), ['feeds.okta-logs'])
  assert.deepEqual(settings({ feeds: [narrowed] }, { feeds: [FEED] }), [])
  const tier = (name: string) => ({ roles: { tiers: [{ role: 'owner', tier: name }] } })
  assert.deepEqual(settings({}, tier('T2')), ['roles.tiers'])
  assert.deepEqual(settings({}, tier('T0')), [])
  assert.deepEqual(settings(tier('T0'), {}), ['roles.tiers'])
  assert.deepEqual(settings({}, { prompts: { scoring: 'Be strict.' }, threads: 'mentions' }), [])
})
