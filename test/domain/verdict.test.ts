import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Floor, ModelAnswer } from '../../src/domain/assessment.ts'
import { BANDS, type Band, type Baseline, bandRank, higherBand } from '../../src/domain/evidence.ts'
import { GRANT_KINDS } from '../../src/domain/grant.ts'
import { measureEvidence } from '../../src/domain/measure-evidence.ts'
import { floorsOf, opensReview, verdictOf } from '../../src/domain/verdict.ts'
import { aPolicy } from '../support/builders.ts'
import { DAY_MS, earlier, inputOf, type Scene } from './evidence-input.ts'

const SCORES: Readonly<Record<Band, number>> = { low: 10, medium: 50, high: 90 }
const MITIGATING = ['expected_exception', 'approved_before', 'source_approval'] as const
const policy = aPolicy()

function baselineIn(band: Band, evidenceIds: readonly string[] = []): Baseline {
  return {
    score: SCORES[band],
    band,
    evidence: evidenceIds.map((id) => ({ id, weight: -1, sentence: ['x'] })),
  }
}

function opinion(band: Band): ModelAnswer {
  return {
    kind: 'opinion',
    opinion: {
      band,
      summary: '',
      reasons: [],
      questions: [],
      recommendation: 'ask',
      droppedReasons: 0,
      numbersContradict: false,
      promptHash: '',
      usage: { model: 'm', inputTokens: 0, cachedTokens: 0, outputTokens: 0, latencyMs: 0 },
    },
  }
}

/** Baseline, model, then the verdict without and with evidence in mitigation. */
const TRUTH: readonly (readonly [Band, Band, Band, Band])[] = [
  ['low', 'low', 'low', 'low'],
  ['low', 'medium', 'medium', 'medium'],
  ['low', 'high', 'high', 'high'],
  ['medium', 'low', 'medium', 'low'],
  ['medium', 'medium', 'medium', 'medium'],
  ['medium', 'high', 'high', 'high'],
  ['high', 'low', 'medium', 'medium'],
  ['high', 'medium', 'medium', 'medium'],
  ['high', 'high', 'high', 'high'],
]
const FLOORS: readonly (Floor | null)[] = [
  null,
  { id: 'external_grantee', band: 'medium' },
  { id: 'self_grant', band: 'high' },
]

describe('verdict', () => {
  for (const [baseline, model, plain, mitigated] of TRUTH)
    for (const floor of FLOORS)
      test(`baseline ${baseline}, model ${model}, floor ${floor?.band ?? 'none'}`, () => {
        const floors = floor === null ? [] : [floor]
        const bandWith = (evidenceIds: readonly string[]) =>
          verdictOf({ baseline: baselineIn(baseline, evidenceIds), floors, answer: opinion(model), policy })
        const atLeast = (band: Band) => (floor === null ? band : higherBand(floor.band, band))
        assert.deepEqual(bandWith(['ordinary_pair']), { band: atLeast(plain), floor, waits: false })
        for (const id of MITIGATING)
          assert.deepEqual(bandWith([id]), { band: atLeast(mitigated), floor, waits: false })
      })

  test('without an answer the baseline stands, and low waits', () => {
    for (const band of BANDS) {
      const answer: ModelAnswer = { kind: 'no-answer', why: 'down' }
      const verdict = verdictOf({ baseline: baselineIn(band), floors: [], answer, policy })
      assert.deepEqual(verdict, { band, floor: null, waits: band === 'low' })
    }
  })

  test('a floor above low leaves nothing to wait for', () => {
    const answer: ModelAnswer = { kind: 'no-answer', why: 'timeout' }
    const floors: readonly Floor[] = [{ id: 'fresh_grantor', band: 'medium' }]
    assert.equal(verdictOf({ baseline: baselineIn('low'), floors, answer, policy }).waits, false)
  })

  test('by rules alone the baseline stands and nothing waits', () => {
    for (const band of BANDS) {
      const verdict = verdictOf({ baseline: baselineIn(band), floors: [], answer: { kind: 'rules' }, policy })
      assert.deepEqual(verdict, { band, floor: null, waits: false })
    }
  })

  test('the strongest floor is named, even where the rest is as high', () => {
    const floors = FLOORS.flatMap((floor) => (floor === null ? [] : [floor]))
    const verdict = verdictOf({ baseline: baselineIn('high'), floors, answer: { kind: 'rules' }, policy })
    assert.equal(verdict.floor?.id, 'self_grant')
  })

  test('thresholds decide the band, so that another policy judges a stored score anew', () => {
    const strict = aPolicy({ thresholds: { medium: 5, high: 9 } })
    const verdict = verdictOf({
      baseline: baselineIn('low'),
      floors: [],
      answer: { kind: 'rules' },
      policy: strict,
    })
    assert.equal(verdict.band, 'high')
  })

  test('no answer of a model hides what rules would have flagged, unless code found mitigation', () => {
    const band = fc.constantFrom(...BANDS)
    const floors = fc.subarray(FLOORS.flatMap((floor) => (floor === null ? [] : [floor])))
    fc.assert(
      fc.property(band, band, floors, fc.subarray([...MITIGATING]), (measured, said, applied, found) => {
        const baseline = baselineIn(measured, found)
        const byRules = verdictOf({ baseline, floors: applied, answer: { kind: 'rules' }, policy }).band
        const byModel = verdictOf({ baseline, floors: applied, answer: opinion(said), policy }).band
        for (const floor of applied) assert.ok(bandRank(byModel) >= bandRank(floor.band))
        if (byRules !== 'low' && found.length === 0) assert.notEqual(byModel, 'low')
        if (measured === 'high') assert.notEqual(byModel, 'low')
        assert.ok(bandRank(byModel) >= bandRank(said))
      }),
    )
  })
})

describe('floors', () => {
  const floorsIn = (scene: Scene) => {
    const input = inputOf(scene)
    return floorsOf(input.grant, measureEvidence(input).evidence, input.facts, input.policy)
  }
  const ANA = 'ana@northwind.example'
  const T0 = { tier: 'T0' } as const

  test('only what was given, and weakened controls, may open a review', () => {
    const opening = GRANT_KINDS.filter(opensReview)
    assert.deepEqual(opening, [
      'grant',
      'eligible',
      'activate',
      'extend',
      'indirect',
      'role_widened',
      'control_weakened',
    ])
  })

  test('a standing T0 grant has a floor, one with an end has not', () => {
    assert.deepEqual(floorsIn({ grant: { role: T0 } }), [{ id: 'standing_t0', band: 'medium' }])
    assert.deepEqual(floorsIn({ grant: { role: T0, standing: false } }), [])
  })

  test('activating what somebody else made one eligible for has no floor, one’s own eligibility has both', () => {
    const grant = { role: T0, kind: 'activate', grantor: ANA, grantee: ANA, standing: false } as const
    const eligibleBy = (grantor: string) => [
      earlier(9 * DAY_MS, { kind: 'eligible', grantor, grantee: ANA, role: T0 }),
    ]
    assert.deepEqual(floorsIn({ grant, past: eligibleBy('sofia@northwind.example') }), [])
    assert.deepEqual(
      floorsIn({ grant, past: eligibleBy(ANA) }).map(({ id }) => id),
      ['standing_t0', 'self_grant'],
    )
  })

  test('a floor of low is off', () => {
    const scene = { grant: { grantor: ANA } }
    assert.deepEqual(
      floorsIn(scene).map(({ id }) => id),
      ['self_grant'],
    )
    assert.deepEqual(floorsIn({ ...scene, policy: { floors: { self_grant: 'low' } } }), [])
  })

  test('floors stand while the feed is still learning', () => {
    const ids = floorsIn({ grant: { grantor: ANA, role: T0 }, past: [] }).map(({ id }) => id)
    assert.deepEqual(ids, ['standing_t0', 'self_grant'])
  })

  test('a weakened control is at least its floor', () => {
    assert.deepEqual(floorsIn({ grant: { kind: 'control_weakened', direction: 'none' } }), [
      { id: 'control_weakened', band: 'medium' },
    ])
  })

  test('a removal and mere context have no floors', () => {
    assert.deepEqual(floorsIn({ grant: { kind: 'removal', direction: 'taken', role: T0, grantor: ANA } }), [])
    assert.deepEqual(floorsIn({ grant: { kind: 'context', direction: 'none', role: T0, grantor: ANA } }), [])
  })
})
