import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { baselineOf, calibrationRowOf, compareWithPast } from '../../src/domain/baseline.ts'
import { type Calibration, emptyCalibration, learnChange } from '../../src/domain/calibration.ts'
import { oddityOf, oddityScore } from '../../src/domain/oddity.ts'
import { VALUE_IDS, type ValueId } from '../../src/domain/oddity-values.ts'
import { plainSentence } from '../../src/domain/sentence.ts'
import { NOON } from '../support/builders.ts'
import { DAY_MS, habit, inputOf, type Scene } from './evidence-input.ts'
import { aRow, levelsWith } from './oddity-builders.ts'

const CHANGE = { act: 'new', at: NOON }

interface Life {
  readonly changes?: number
  readonly odd?: Partial<Record<ValueId, number>>
  readonly every?: number
  readonly learnedAt?: number | null
}

/** A past in which every so-manieth change was odd in some way. */
function calibrationOf({ changes = 400, odd = {}, every = 10, learnedAt }: Life): Calibration {
  const calibration = emptyCalibration()
  for (let index = 0; index < changes; index += 1) {
    const at = NOON - (changes - index) * DAY_MS
    const act = `past-${index}`
    const levels = index % every === 0 ? levelsWith(odd) : levelsWith({})
    const oddity = oddityOf(calibration, { act, at }, levels)
    learnChange(
      calibration,
      calibrationRowOf({ act, at, by: act, learnedAt: learnedAt === undefined ? at : learnedAt }, [
        { levels, oddity },
      ]),
    )
  }
  return calibration
}

const score = (calibration: Calibration, odd: Partial<Record<ValueId, number>>) =>
  oddityScore(oddityOf(calibration, CHANGE, levelsWith(odd)))

describe('oddity', () => {
  test('what is unremarkable in every way has none', () => {
    const oddity = oddityOf(calibrationOf({}), CHANGE, levelsWith({}))
    assert.equal(oddity.raw, 0)
    assert.equal(oddity.leading, null)
    assert.equal(oddity.of, 400)
  })

  test('the same is odd where it never happens and ordinary where it is common', () => {
    const odd = { hour: 6, grantee_new: 1 }
    assert.ok(score(calibrationOf({}), odd) >= 35)
    assert.ok(score(calibrationOf({ odd, every: 4 }), odd) < 25)
  })

  test('two things that never came together are odd though each is common by itself', () => {
    const calibration = calibrationOf({ odd: { no_ticket: 3 }, every: 5 })
    for (let index = 0; index < 80; index += 1)
      learnChange(
        calibration,
        aRow(`more-${index}`, NOON - index * 1_000 - 1, { levels: [levelsWith({ grantee_new: 1 })] }),
      )
    const { leading } = oddityOf(calibration, CHANGE, levelsWith({ no_ticket: 3, grantee_new: 1 }))
    assert.deepEqual(
      leading?.pattern.map((place) => VALUE_IDS[place]),
      ['no_ticket', 'grantee_new'],
    )
    assert.equal(leading?.alike, 0)
  })

  test('a change does not count as its own past, nor what comes after it', () => {
    const calibration = emptyCalibration()
    learnChange(calibration, aRow('new', NOON - 1))
    learnChange(calibration, aRow('later', NOON + 1))
    learnChange(calibration, aRow('at the same time', NOON))
    assert.equal(oddityOf(calibration, CHANGE, levelsWith({})).of, 0)
  })

  test('what is not learned yet, or was flagged and never approved, is no example', () => {
    const odd = { hour: 6, grantee_new: 1 }
    const trusted = score(calibrationOf({ odd, every: 2 }), odd)
    for (const learnedAt of [NOON + 1, null]) {
      const calibration = calibrationOf({ odd, every: 2, learnedAt })
      assert.equal(oddityOf(calibration, CHANGE, levelsWith(odd)).of, 0)
      assert.ok(score(calibration, odd) > trusted)
    }
  })

  test('what people are asked about does not depend on whether they ever answer', () => {
    const odd = { hour: 6, grantee_new: 1 }
    const answered = oddityOf(calibrationOf({ odd, every: 5 }), CHANGE, levelsWith(odd))
    const unanswered = oddityOf(calibrationOf({ odd, every: 5, learnedAt: null }), CHANGE, levelsWith(odd))
    assert.ok(unanswered.thresholds.five >= answered.thresholds.five)
  })

  test('without any past it goes by what is usual elsewhere: neither silent nor a flood', () => {
    const none = emptyCalibration()
    assert.ok(score(none, { grantee_new: 1, tier_rise: 1, role_new: 1 }) < 35)
    assert.ok(score(none, { hour: 8, grantee_new: 1, tier_rise: 2, no_ticket: 4 }) >= 35)
  })
})

describe('a baseline compared with the past', () => {
  const scene: Scene = { past: habit(60), grant: { localHour: 3, grantee: 'fresh@northwind.example' } }
  const documented: Scene = { past: habit(60), grant: { justification: 'asked', ticket: 'OPS-1' } }

  test('says literally how many changes were as unusual, and in what', () => {
    const { baseline } = compareWithPast(inputOf(scene), calibrationOf({}))
    const together = baseline.evidence.find(({ id }) => id === 'unusual_together')
    assert.ok(together)
    assert.match(
      plainSentence(together.sentence, 'UTC'),
      /^0 of your last 400 changes were as unusual in this: an odd hour for sofia@northwind\.example/,
    )
  })

  test('is explained by the weights of its evidence', () => {
    const input = inputOf(scene)
    const { baseline, oddity } = compareWithPast(input, calibrationOf({}))
    assert.ok(Math.abs(baseline.score - oddityScore(oddity)) < 15)
    assert.ok(baseline.evidence.every(({ weight }) => weight >= 0))
  })

  test('is the hand-set one while there is next to no past', () => {
    const input = inputOf(scene)
    const { evidence, score: compared } = compareWithPast(input, emptyCalibration()).baseline
    assert.equal(compared, baselineOf(input).score)
    assert.deepEqual(evidence, baselineOf(input).evidence)
  })

  test('a team that always works at night is not asked about it', () => {
    const odd = { hour: 12, no_ticket: 5, grantee_new: 1, tier_rise: 1, tier: 1, sweep: 1 }
    const used = compareWithPast(inputOf(scene), calibrationOf({ odd, every: 2 })).baseline.score
    assert.ok(used < compareWithPast(inputOf(scene), calibrationOf({})).baseline.score)
    assert.ok(used < 35)
  })

  test('an ordinary, documented grant stays low', () => {
    const calibration = calibrationOf({ odd: { roles: 1, sweep: 1, tier: 1, drip: 4, givers: 1 }, every: 2 })
    assert.equal(compareWithPast(inputOf(documented), calibration).baseline.band, 'low')
  })
})
