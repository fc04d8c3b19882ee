import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CATALOGUE, EVIDENCE_IDS, type EvidenceId } from '../../src/domain/evidence-catalogue.ts'
import { measureEvidence } from '../../src/domain/measure-evidence.ts'
import { plainSentence } from '../../src/domain/sentence.ts'
import { aParty, type GrantParts, NOON } from '../support/builders.ts'
import {
  anOddity,
  DAY_MS,
  earlier,
  HOUR_MS,
  habit,
  inputOf,
  MINUTE_MS,
  type Scene,
} from './evidence-input.ts'

interface Cases {
  readonly fires: Scene
  readonly quiet: Scene | null
  readonly unknown: Scene | null
}

const SOFIA = 'sofia@northwind.example'
const ANA = 'ana@northwind.example'
const JONAS = 'jonas@northwind.example'
const GRANTOR_UNKNOWN: Scene = { grant: { grantor: null } }
const T0 = { id: 'super-administrator', name: 'Super Administrator', tier: 'T0' } as const
const exception = {
  id: 'onboarding',
  grantee: 'ana@*',
  reason: 'joins the platform team',
  owner: 'maya',
  expiresAt: new Date(NOON + DAY_MS).toISOString(),
}
/** Context so long before the grant, about its grantee unless it says otherwise. */
const around = (agoMs: number, what: string, parts: GrantParts = {}) =>
  earlier(agoMs, {
    kind: 'context',
    direction: 'none',
    grantee: ANA,
    grantor: JONAS,
    role: { id: what },
    ...parts,
  })
const eligible = (by: string) =>
  earlier(30 * DAY_MS, { kind: 'eligible', grantor: by, grantee: ANA, standing: false })
const burst = [1, 2, 3, 4].map((n) => earlier(n * MINUTE_MS, { grantee: `new${n}@northwind.example` }))
const fourRoles = ['a', 'b', 'c'].map((id) => earlier(HOUR_MS, { act: id, role: { id } }))

const CASES: Readonly<Record<EvidenceId, Cases>> = {
  self_grant: {
    fires: {
      grant: { grantee: 'U123', grantor: SOFIA },
      policy: { identities: { aliases: [{ person: 'sofia', identities: ['u123', SOFIA] }] } },
    },
    quiet: {},
    unknown: GRANTOR_UNKNOWN,
  },
  unknown_eligibility: {
    fires: { grant: { kind: 'activate', grantor: ANA } },
    quiet: { grant: { kind: 'activate', grantor: ANA }, past: [eligible(SOFIA)] },
    unknown: null,
  },
  unknown_grantor: { fires: GRANTOR_UNKNOWN, quiet: {}, unknown: null },
  break_glass: {
    fires: { grant: { grantee: aParty('00u1', { name: 'Break-Glass 2' }) } },
    quiet: {},
    unknown: null,
  },
  external_grantee: {
    fires: {
      grant: { grantee: 'gus@northwind.example.evil.example' },
      policy: { identities: { companyDomains: ['northwind.example'] } },
    },
    quiet: {
      grant: { grantee: 'ana@eu.northwind.example' },
      policy: { identities: { companyDomains: ['northwind.example'] } },
    },
    unknown: {
      grant: { grantee: 'opaque-id' },
      policy: { identities: { companyDomains: ['northwind.example'] } },
    },
  },
  fresh_grantor: {
    fires: { past: [earlier(HOUR_MS, { grantee: SOFIA, grantor: JONAS })] },
    quiet: {
      past: [
        earlier(HOUR_MS, { grantee: SOFIA, grantor: JONAS }),
        earlier(40 * DAY_MS, { grantee: SOFIA, grantor: JONAS }),
      ],
    },
    unknown: GRANTOR_UNKNOWN,
  },
  first_grant_for_grantee: { fires: {}, quiet: { past: habit(1) }, unknown: null },
  first_tier_for_grantee: {
    fires: { grant: { role: T0 }, past: habit(20) },
    quiet: { past: habit(20) },
    unknown: null,
  },
  first_pair_grantor_role: {
    fires: { grant: { role: { id: 'new' } }, past: habit(20) },
    quiet: { past: habit(20) },
    unknown: GRANTOR_UNKNOWN,
  },
  new_grantor: { fires: {}, quiet: { past: habit(1) }, unknown: GRANTOR_UNKNOWN },
  dormant_grantor: {
    fires: { past: [earlier(200 * DAY_MS)] },
    quiet: { past: [earlier(20 * DAY_MS)] },
    unknown: GRANTOR_UNKNOWN,
  },
  unusual_hour: {
    fires: { grant: { localHour: 3 }, past: habit(60) },
    quiet: { past: habit(60) },
    unknown: { grant: { localHour: 3 }, past: habit(5) },
  },
  unusual_day: {
    fires: { grant: { localDay: 0 }, past: habit(60, { localDay: 2 }) },
    quiet: { past: habit(60, { localDay: 2 }) },
    unknown: { grant: { localDay: 0 }, past: habit(5, { localDay: 2 }) },
  },
  grantor_burst: {
    fires: { past: [...habit(40), ...burst] },
    quiet: { past: [...habit(40), ...burst.slice(0, 2)] },
    unknown: GRANTOR_UNKNOWN,
  },
  new_place: {
    fires: { grant: { country: 'BR' }, past: habit(20, { country: 'DE' }) },
    quiet: { grant: { country: 'DE' }, past: habit(20, { country: 'DE' }) },
    unknown: { grant: { country: 'BR' } },
  },
  unusual_mechanism: {
    fires: { grant: { mechanism: 'api' }, past: habit(20, { mechanism: 'iac' }) },
    quiet: { grant: { mechanism: 'iac' }, past: habit(20, { mechanism: 'iac' }) },
    unknown: { grant: { mechanism: 'unknown' }, past: habit(20) },
  },
  many_roles_for_grantee: {
    fires: { past: fourRoles },
    quiet: { past: fourRoles.slice(0, 2) },
    unknown: null,
  },
  unusual_together: {
    fires: { grant: { localHour: 3 }, past: habit(60), oddity: anOddity({ alike: 1 }) },
    quiet: { past: habit(60), oddity: anOddity({ alike: 30 }) },
    unknown: { past: habit(60) },
  },
  tier_t0: { fires: { grant: { role: T0 } }, quiet: {}, unknown: null },
  tier_t1: { fires: {}, quiet: { grant: { role: T0 } }, unknown: null },
  standing_grant: {
    fires: {},
    quiet: { grant: { standing: false } },
    unknown: { carries: { expiry: false } },
  },
  missing_justification: {
    fires: { past: habit(20) },
    quiet: { grant: { justification: 'asked', ticket: 'OPS-1' }, past: habit(20) },
    unknown: { past: habit(20), carries: { justification: false, ticket: false } },
  },
  regrant_after_revoke: {
    fires: { outcome: { action: 'revoke', at: NOON - DAY_MS } },
    quiet: {},
    unknown: null,
  },
  outside_path: {
    fires: { grant: { path: 'outside' } },
    quiet: { grant: { path: 'sanctioned' } },
    unknown: {},
  },
  factors_reset: {
    fires: { past: [around(HOUR_MS, 'mfa-reset')] },
    quiet: { past: [around(25 * HOUR_MS, 'mfa-reset')] },
    unknown: null,
  },
  access_token_made: {
    fires: { past: [around(-MINUTE_MS, 'api-token', { grantee: SOFIA })] },
    quiet: { past: [around(HOUR_MS, 'api-token', { grantee: 'other@northwind.example' })] },
    unknown: null,
  },
  impersonation: {
    fires: { past: [around(HOUR_MS, 'impersonation')] },
    quiet: {},
    unknown: null,
  },
  emergency_access_used: {
    fires: { past: [around(HOUR_MS, 'break-glass-use', { grantee: SOFIA })] },
    quiet: {},
    unknown: null,
  },
  identity_provider_changed: {
    fires: { past: [around(HOUR_MS, 'identity-provider', { grantee: 'other@northwind.example' })] },
    quiet: { past: [around(HOUR_MS, 'identity-provider', { feedId: 'another' })] },
    unknown: null,
  },
  controls_weakened_before: {
    fires: { past: [around(HOUR_MS, 'audit-log', { kind: 'control_weakened', grantee: 'everyone' })] },
    quiet: { past: [around(-MINUTE_MS, 'audit-log', { kind: 'control_weakened', grantee: 'everyone' })] },
    unknown: null,
  },
  new_account: {
    fires: { past: [around(5 * DAY_MS, 'account-created')] },
    quiet: { past: [around(8 * DAY_MS, 'account-created')] },
    unknown: null,
  },
  control_weakened: {
    fires: { grant: { kind: 'control_weakened', direction: 'none' } },
    quiet: {},
    unknown: null,
  },
  expected_exception: {
    fires: { policy: { exceptions: [exception] } },
    quiet: { policy: { exceptions: [{ ...exception, expiresAt: new Date(NOON).toISOString() }] } },
    unknown: null,
  },
  approved_before: {
    fires: { outcome: { action: 'approve', at: NOON - DAY_MS } },
    quiet: {},
    unknown: null,
  },
  source_approval: {
    fires: { past: [around(HOUR_MS, 'approval', { grantor: 'maya@northwind.example' })] },
    quiet: { past: [around(HOUR_MS, 'approval', { grantor: SOFIA })] },
    unknown: {},
  },
  ordinary_pair: { fires: { past: habit(1) }, quiet: {}, unknown: GRANTOR_UNKNOWN },
  first_seen: { fires: { grant: { firstSeen: true } }, quiet: {}, unknown: null },
  learning: { fires: { past: habit(3) }, quiet: {}, unknown: null },
}

for (const id of EVIDENCE_IDS) {
  const { fires, quiet, unknown } = CASES[id]
  describe(id, () => {
    test('speaks up when it is there, with a sentence', () => {
      const found = measureEvidence(inputOf(fires)).evidence.find((one) => one.id === id)
      assert.ok(found)
      assert.match(plainSentence(found.sentence, 'UTC'), /^\S.*\S$/)
      const { direction } = CATALOGUE[id]
      if (direction === 'aggravating') assert.ok(found.weight > 0)
      if (direction === 'mitigating') assert.ok(found.weight < 0)
      if (direction === 'context') assert.equal(found.weight, 0)
    })
    if (quiet !== null)
      test('is silent, and known to be absent, when it is not', () => {
        const { evidence, unknown: unmeasured } = measureEvidence(inputOf(quiet))
        assert.deepEqual(
          evidence.filter((one) => one.id === id),
          [],
        )
        assert.ok(!unmeasured.includes(id))
      })
    if (unknown !== null)
      test('is unknown, which is not no, when data is missing', () => {
        const { evidence, unknown: unmeasured } = measureEvidence(inputOf(unknown))
        assert.deepEqual(
          evidence.filter((one) => one.id === id),
          [],
        )
        assert.ok(unmeasured.includes(id))
      })
  })
}

const idsOf = (scene: Scene) => measureEvidence(inputOf(scene)).evidence.map(({ id }) => id)

describe('evidence', () => {
  test('an activation of what somebody else made one eligible for is no self-grant', () => {
    const grant = { kind: 'activate', grantor: ANA, grantee: ANA, standing: false } as const
    assert.ok(!idsOf({ grant, past: [eligible(SOFIA)] }).includes('self_grant'))
    assert.ok(idsOf({ grant, past: [eligible(ANA)] }).includes('self_grant'))
    const unknown = measureEvidence(inputOf({ grant }))
    assert.ok(unknown.unknown.includes('self_grant'))
  })

  test('what is merely new weighs nothing while the feed is learning, and says so', () => {
    const { evidence } = measureEvidence(inputOf({ past: habit(3), grant: { role: T0, grantor: JONAS } }))
    const found = evidence.find(({ id }) => id === 'new_grantor')
    assert.equal(found?.weight, 0)
    assert.match(plainSentence(found.sentence, 'UTC'), /still learning/)
    assert.ok((evidence.find(({ id }) => id === 'tier_t0')?.weight ?? 0) > 0)
  })

  test('a feed without any history is learning, unless no learning time is asked for', () => {
    assert.ok(idsOf({ past: [] }).includes('learning'))
    assert.ok(!idsOf({ past: [], policy: { learning: { learningDays: 0 } } }).includes('learning'))
  })

  test('a guest of the directory is external though the domain is ours', () => {
    const ids = idsOf({
      grant: { grantee: 'gus_partner.example#EXT#@northwind.example' },
      policy: { identities: { companyDomains: ['northwind.example'] } },
    })
    assert.ok(ids.includes('external_grantee'))
  })

  test('an exception looks at identities, never at a name that people choose themselves', () => {
    const policy = { exceptions: [{ ...exception, grantee: 'Ana Torres' }] }
    assert.ok(
      !idsOf({ grant: { grantee: aParty('x1', { name: 'Ana Torres' }) }, policy }).includes(
        'expected_exception',
      ),
    )
  })

  test('an exception that names a grantor does not excuse a grant by nobody known', () => {
    const policy = { exceptions: [{ ...exception, grantor: '*' }] }
    assert.ok(idsOf({ policy }).includes('expected_exception'))
    assert.ok(!idsOf({ ...GRANTOR_UNKNOWN, policy }).includes('expected_exception'))
  })

  test('an exception that sets no field excuses nothing', () => {
    const policy = { exceptions: [{ ...exception, grantee: null }] }
    assert.ok(!idsOf({ policy }).includes('expected_exception'))
  })

  test('an approval after a revoke settles it, and the other way round', () => {
    const input = inputOf({})
    const withOutcome = (approvedAt: number, revokedAt: number) =>
      measureEvidence({
        ...input,
        facts: { ...input.facts, outcome: { approvedAt, revokedAt } },
      }).evidence.map(({ id }) => id)
    assert.ok(withOutcome(2, 1).includes('approved_before'))
    assert.ok(!withOutcome(2, 1).includes('regrant_after_revoke'))
    assert.ok(withOutcome(1, 2).includes('regrant_after_revoke'))
    assert.ok(!withOutcome(1, 2).includes('approved_before'))
  })

  test('people and texts stand in sentences as values of their own, untouched', () => {
    const grant = { grantor: aParty('x', { name: '<!channel> *bold*' }), role: { tier: 'T1' } } as const
    const found = measureEvidence(inputOf({ grant })).evidence.find(({ id }) => id === 'new_grantor')
    assert.deepEqual(found?.sentence[0], { person: '<!channel> *bold* (x)' })
  })

  test('refused calls count in a burst', () => {
    const refused = [1, 2, 3, 4].map((n) =>
      earlier(n * MINUTE_MS, { outcome: 'failure', grantee: `new${n}@northwind.example` }),
    )
    assert.ok(idsOf({ past: [...habit(40), ...refused] }).includes('grantor_burst'))
  })

  test('a hostile pattern against a long name is answered without backtracking', () => {
    const pattern = `${'*a'.repeat(90)}*b`
    const grantee = aParty('a'.repeat(5_000))
    const started = process.hrtime.bigint()
    assert.ok(
      !idsOf({ grant: { grantee }, policy: { roles: { breakGlass: [pattern] } } }).includes('break_glass'),
    )
    assert.ok(process.hrtime.bigint() - started < 1_000_000_000n)
  })
})

test('what happened around a grant weighs less the longer it is ago', () => {
  const weight = (agoMs: number) =>
    measureEvidence(inputOf({ past: [around(agoMs, 'mfa-reset')] })).evidence.find(
      ({ id }) => id === 'factors_reset',
    )?.weight ?? 0
  assert.equal(weight(MINUTE_MS), weight(HOUR_MS))
  assert.ok(weight(HOUR_MS) > weight(6 * HOUR_MS) && weight(6 * HOUR_MS) > weight(20 * HOUR_MS))
  assert.ok(weight(24 * HOUR_MS) > 0)
})
