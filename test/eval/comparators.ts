import type { EvidenceInput } from '../../src/domain/evidence-rule.ts'
import { DAY_MS } from '../../src/domain/history.ts'
import { measureEvidence } from '../../src/domain/measure-evidence.ts'
import { hourTail } from '../../src/domain/rhythm.ts'
import type { Detector } from './protocol.ts'
import { createRandom, type Random } from './random.ts'

/** What else one might have done with the same facts. */

export const everyGrant: Detector = { name: 'alert on every grant', score: () => 1 }

/** The product's own evidence, its points added up. */
export const summedEvidence: Detector = {
  name: 'own evidence, summed',
  score: (inputs) =>
    Math.max(
      ...inputs.map((input) => measureEvidence(input).evidence.reduce((sum, { weight }) => sum + weight, 0)),
    ),
}

const RULES = [
  'unusual_hour',
  'missing_justification',
  'self_grant',
  'new_grantor',
  'dormant_grantor',
  'first_grant_for_grantee',
  'first_pair_grantor_role',
  'many_roles_for_grantee',
  'tier_t0',
] as const

/** One piece of evidence by itself, by its strength. */
export const singleRules: readonly Detector[] = RULES.map((rule) => ({
  name: `rule: ${rule}`,
  score: (inputs) =>
    Math.max(
      ...inputs.map((input) => measureEvidence(input).evidence.find(({ id }) => id === rule)?.weight ?? 0),
    ),
}))

/** Raw measurements of one grant, as an engineer would hand them to a general-purpose detector. */
function featuresOf({ grant, facts }: EvidenceInput): readonly number[] {
  const days = (since: number | null | undefined) =>
    since == null ? 3_000 : (grant.occurredAt - since) / DAY_MS
  const own = facts.grantor
  return [
    Math.log1p(own?.grants ?? 0),
    Math.log1p(days(own?.lastAt)),
    own === null ? 1 : hourTail({ own: own.byHour, team: facts.feed.byHour, slot: grant.localHour }),
    grant.localHour,
    grant.localDay,
    Math.log1p(own?.grantsInHour ?? 0),
    Math.log1p(facts.act.grants),
    Math.log1p(facts.act.rolesForGrantee + facts.grantee.rolesInDay),
    Math.log1p(facts.grantee.grants),
    Math.log1p(days(facts.grantee.lastSeenAt)),
    Math.log1p(facts.role.grants),
    Math.log1p(days(facts.role.lastAt)),
    Math.log1p(facts.pair?.grants ?? 0),
    ['T0', 'T1', 'T2'].indexOf(grant.role.tier),
    ['T0', 'T1', 'T2', null].indexOf(facts.grantee.strongestTier),
    grant.ticket === null ? 1 : 0,
    grant.justification === null ? 1 : 0,
    grant.grantorPerson === grant.granteePerson ? 1 : 0,
    grant.grantee.type === 'group' ? 1 : 0,
    facts.grantee.sameRole.takenAt === null ? 0 : 1,
  ]
}

/** Rows that a model is fitted on at most, and after how many further changes it is fitted anew. */
const FIT_ROWS_MAX = 3_000
const FIT_EVERY_CHANGES = 100

/** A model over raw features, fitted on the past of the same stream only. */
function fitted(
  name: string,
  fit: (rows: readonly (readonly number[])[]) => (row: readonly number[]) => number,
): Detector {
  const rows: (readonly number[])[] = []
  let model: ((row: readonly number[]) => number) | null = null
  let learned = 0
  return {
    name,
    score(inputs) {
      if (model === null) return 0
      const current = model
      return Math.max(...inputs.map((input) => current(featuresOf(input))))
    },
    learn(inputs) {
      rows.push(...inputs.map(featuresOf))
      learned += 1
      if (learned % FIT_EVERY_CHANGES === 0) model = fit(rows.slice(-FIT_ROWS_MAX))
    },
  }
}

interface Split {
  readonly feature: number
  readonly at: number
  readonly below: Tree
  readonly above: Tree
}
type Tree = Split | { readonly size: number }

const TREES = 100
const SAMPLE = 256

/** Isolation forest (Liu, Ting, Zhou 2008): what a few random cuts set apart is odd. */
export function isolationForest(): Detector {
  return fitted('isolation forest', (rows) => {
    const random = createRandom(2_008)
    const trees = Array.from({ length: TREES }, () => {
      const sample = Array.from({ length: SAMPLE }, () => random.pick(rows))
      return growTree(sample, Math.ceil(Math.log2(SAMPLE)), random)
    })
    return (row) => {
      const depth = trees.reduce((sum, tree) => sum + depthIn(tree, row), 0) / trees.length
      return 2 ** (-depth / averagePath(SAMPLE))
    }
  })
}

function growTree(rows: readonly (readonly number[])[], depth: number, random: Random): Tree {
  if (depth === 0 || rows.length <= 1) return { size: rows.length }
  const features = (rows[0] ?? []).map((_, feature) => feature)
  const splittable = features.filter((feature) => new Set(rows.map((row) => row[feature])).size > 1)
  if (splittable.length === 0) return { size: rows.length }
  const feature = random.pick(splittable)
  const values = rows.map((row) => row[feature] ?? 0)
  const at = random.between(Math.min(...values), Math.max(...values))
  return {
    feature,
    at,
    below: growTree(
      rows.filter((row) => (row[feature] ?? 0) <= at),
      depth - 1,
      random,
    ),
    above: growTree(
      rows.filter((row) => (row[feature] ?? 0) > at),
      depth - 1,
      random,
    ),
  }
}

function depthIn(tree: Tree, row: readonly number[]): number {
  if ('size' in tree) return averagePath(tree.size)
  return 1 + depthIn((row[tree.feature] ?? 0) <= tree.at ? tree.below : tree.above, row)
}

function averagePath(size: number): number {
  if (size <= 1) return 0
  return 2 * (Math.log(size - 1) + 0.5772156649) - (2 * (size - 1)) / size
}

const BINS = 10

/** Histogram-based outlier score: the surprise of every feature by itself, added up. */
export function histogramOutlier(): Detector {
  return fitted('histogram outlier', (rows) => {
    const features = (rows[0] ?? []).map((_, feature) => {
      const values = rows.map((row) => row[feature] ?? 0)
      const [low, high] = [Math.min(...values), Math.max(...values)]
      const binOf = (value: number) => Math.floor(((value - low) / (high - low || 1)) * BINS * 0.999)
      const counts = new Map<number, number>()
      for (const value of values) counts.set(binOf(value), (counts.get(binOf(value)) ?? 0) + 1)
      return (value: number) => -Math.log((counts.get(binOf(value)) ?? 0) / values.length + 1 / values.length)
    })
    return (row) => features.reduce((sum, surprise, feature) => sum + surprise(row[feature] ?? 0), 0)
  })
}
