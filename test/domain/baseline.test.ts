import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { baselineOf } from '../../src/domain/baseline.ts'
import { bandOf } from '../../src/domain/evidence.ts'
import { scoreOf } from '../../src/domain/score.ts'
import { NOON } from '../support/builders.ts'
import { DAY_MS, earlier, habit, inputOf, type Scene } from './evidence-input.ts'

const baseline = (scene: Scene) => baselineOf(inputOf(scene))
const points = fc.array(fc.record({ weight: fc.integer({ min: -100, max: 100 }) }), { maxLength: 40 })
const documented = { justification: 'asked for', ticket: 'OPS-1' }

describe('baseline', () => {
  test('a score is a whole number from 0 to 100', () => {
    fc.assert(
      fc.property(points, (evidence) => {
        const score = scoreOf(evidence)
        assert.ok(Number.isInteger(score) && score >= 0 && score <= 100)
      }),
    )
  })

  test('more aggravating evidence never lowers a score, more mitigating evidence never raises it', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 0, max: 100 }), (evidence, weight) => {
        assert.ok(scoreOf([...evidence, { weight }]) >= scoreOf(evidence))
        assert.ok(scoreOf([...evidence, { weight: -weight }]) <= scoreOf(evidence))
      }),
    )
  })

  test('the band follows the thresholds of the policy', () => {
    assert.equal(bandOf(34, { medium: 35, high: 70 }), 'low')
    assert.equal(bandOf(35, { medium: 35, high: 70 }), 'medium')
    assert.equal(bandOf(70, { medium: 35, high: 70 }), 'high')
    assert.equal(baseline({ past: habit(40), policy: { thresholds: { medium: 1, high: 2 } } }).band, 'high')
  })

  test('an ordinary, documented grant to somebody known is low', () => {
    const { score, band } = baseline({ past: habit(40), grant: documented })
    assert.equal(band, 'low')
    assert.ok(score < 10)
  })

  test('a silent admin who gives a top role to a new account at night without a ticket is high', () => {
    const past = habit(60).map((grant) => ({ ...grant, occurredAt: grant.occurredAt - 200 * DAY_MS }))
    const scene: Scene = {
      past,
      grant: { grantee: 'fresh@northwind.example', role: { tier: 'T0' }, localHour: 3 },
    }
    assert.equal(baseline(scene).band, 'high')
  })

  test('a top role given to oneself is at least medium', () => {
    const grantee = 'sofia@northwind.example'
    assert.notEqual(
      baseline({ past: habit(40), grant: { ...documented, grantee, role: { tier: 'T0' } } }).band,
      'low',
    )
  })

  test('the second link of a chain is high', () => {
    const past = [
      ...habit(40),
      earlier(1_800_000, { grantee: 'bo@northwind.example', role: { tier: 'T0' }, ...documented }),
    ]
    const grant = { grantor: 'bo@northwind.example', grantee: 'cy@northwind.example', ...documented }
    assert.equal(baseline({ past, grant: { ...grant, role: { tier: 'T0' } } }).band, 'high')
  })

  test('an expected grant scores less than the same grant unexpected', () => {
    const exception = {
      id: 'x',
      grantee: 'ana@northwind.example',
      reason: 'on call',
      owner: 'maya',
      expiresAt: new Date(NOON + DAY_MS).toISOString(),
    }
    const scene: Scene = { past: habit(40), grant: { localHour: 3 } }
    const unexpected = baseline(scene).score
    assert.ok(baseline({ ...scene, policy: { exceptions: [exception] } }).score < unexpected)
  })

  test('a removal and mere context have no evidence and no score', () => {
    for (const parts of [
      { kind: 'removal', direction: 'taken' },
      { kind: 'context', direction: 'none' },
    ] as const) {
      assert.deepEqual(baseline({ grant: { ...parts, grantee: 'sofia@northwind.example' } }), {
        score: 0,
        band: 'low',
        evidence: [],
      })
    }
  })
})
