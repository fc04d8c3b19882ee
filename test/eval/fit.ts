/**
 * `node test/eval/fit.ts [--data DIR]`: chooses how much sooner each family speaks up, in half bits, one family after
 * the other until nothing improves, from several beginnings. Every bit away from none costs a little, so that what
 * nobody foresaw keeps its share. Attacks of kinds a to j and seeds 1 to 3; `npm run eval` reports on others.
 */
import { parseArgs } from 'node:util'
import { FAMILIES, FAMILY_IDS } from '../../src/domain/oddity-families.ts'
import { type AttackKind, GATED_KINDS, NAMED_KINDS, UNFORESEEN_KINDS } from './attacks.ts'
import { thresholdAt } from './measures.ts'
import { createProduct } from './product.ts'
import { type Detector, learnedAtOf, runProtocol, USUAL_SCHEDULE } from './protocol.ts'
import { loadStreams, type Stream } from './streams.ts'

const SEEDS = [1, 2, 3]
const ATTACKS_PER_KIND = 60
const BITS = [-3, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3]
const PASSES = 3
const WANTED = ['a', 'b', 'i'] as const
/** What the fit holds dear: the worse stream before the mean. */
const WORTH = { worst5: 1, worst2: 0.7, mean: 0.3, wanted: 0.8, bit: 0.003 }

type Ranks = readonly (readonly number[])[]

interface Sample {
  readonly benign: readonly Ranks[]
  readonly attacks: readonly { readonly kind: AttackKind; readonly ranks: Ranks }[]
}

const { values } = parseArgs({ options: { data: { type: 'string' } }, strict: true })
const samples = loadStreams(values.data ?? null).map(sampleOf)
const present = FAMILY_IDS.map((family) => FAMILIES[family].bits)
process.stdout.write(`at present ${worthOf(present).toFixed(4)}\n`)
const favoured = new Map<string, number>([
  ['self', 3],
  ['hour', 2],
  ['bundle', 2],
  ['night', 1],
])
const beginnings = [
  present,
  FAMILY_IDS.map(() => 0),
  FAMILY_IDS.map((family) => favoured.get(family) ?? 0),
  FAMILY_IDS.map((family) => favoured.get(family) ?? -1),
]
const bits = beginnings.map(climb).reduce((one, other) => (worthOf(other) > worthOf(one) ? other : one))
process.stdout.write(`${FAMILY_IDS.map((family, place) => `${family} ${bits[place]}`).join(', ')}\n`)
for (const sample of samples) {
  const { at2, at5, kinds, unforeseen } = figuresOf(sample, bits)
  process.stdout.write(
    `at 2 ${at2.toFixed(3)}, at 5 ${at5.toFixed(3)}, unforeseen at 5 ${unforeseen.toFixed(3)}; `,
  )
  process.stdout.write(
    `${NAMED_KINDS.map((kind) => `${kind} ${(kinds.get(kind) ?? 0).toFixed(2)}`).join(' ')}\n`,
  )
}

function climb(from: readonly number[]): readonly number[] {
  let bits = from
  let best = worthOf(bits)
  for (let pass = 0; pass < PASSES; pass += 1)
    for (const place of FAMILY_IDS.keys())
      for (const candidate of BITS) {
        const tried = bits.with(place, candidate)
        const worth = worthOf(tried)
        if (worth > best + 1e-6) [best, bits] = [worth, tried]
      }
  process.stdout.write(`climbed to ${best.toFixed(4)}\n`)
  return bits
}

/** Ranks by family of every change in evaluation and of every attack. */
function sampleOf(stream: Stream): Sample {
  const benign = new Map<string, Ranks>()
  const attacks: { kind: AttackKind; ranks: Ranks }[] = []
  let evaluated = new Set<string>()
  for (const seed of SEEDS) {
    const seen = new Map<string, (readonly number[])[]>()
    const product = createProduct()
    const learnedAt = learnedAtOf(stream, USUAL_SCHEDULE)
    const recorder: Detector = {
      name: 'ranks',
      score(inputs, change) {
        const key = change.id.startsWith('attack') ? change.id.split('-').slice(0, 4).join('-') : change.id
        const ranks = product.compare(inputs).map(({ oddity }) => oddity.ranks)
        seen.set(key, [...(seen.get(key) ?? []), ...ranks])
        return 0
      },
      learn: (inputs, change) => product.learn(inputs, change, learnedAt(change.at)),
    }
    const kinds = [...NAMED_KINDS, ...UNFORESEEN_KINDS]
    const outcome = runProtocol(stream, {
      kinds,
      attacksPerKind: ATTACKS_PER_KIND,
      seed,
      detectors: [recorder],
    })
    evaluated = new Set(outcome.benign.slice(outcome.evaluationFrom).map(({ change }) => change.id))
    for (const [key, ranks] of seen)
      if (key.startsWith('attack')) attacks.push({ kind: key.split('-')[1] as AttackKind, ranks })
      else benign.set(key, ranks)
  }
  return { benign: [...benign].flatMap(([id, ranks]) => (evaluated.has(id) ? [ranks] : [])), attacks }
}

function rawOf(ranks: Ranks, favour: readonly number[]): number {
  let raw = 0
  for (const one of ranks)
    for (let place = 0; place < favour.length; place += 1) {
      const rank = one[place] ?? 0
      if (rank > 0) raw = Math.max(raw, rank + (favour[place] ?? 0))
    }
  return raw
}

function figuresOf(sample: Sample, favour: readonly number[]) {
  const benign = sample.benign.map((ranks) => rawOf(ranks, favour))
  const scored = sample.attacks.map(({ kind, ranks }) => ({ kind, raw: rawOf(ranks, favour) }))
  const recall = (kind: AttackKind, threshold: number) => {
    const same = scored.filter((attack) => attack.kind === kind)
    return same.filter(({ raw }) => raw >= threshold).length / Math.max(1, same.length)
  }
  const mean = (kinds: readonly AttackKind[], threshold: number) =>
    kinds.reduce((sum, kind) => sum + recall(kind, threshold), 0) / kinds.length
  const [two, five] = [thresholdAt(benign, 2), thresholdAt(benign, 5)]
  return {
    at2: mean(GATED_KINDS, two),
    at5: mean(GATED_KINDS, five),
    unforeseen: mean(UNFORESEEN_KINDS, five),
    wanted: WANTED.reduce((sum, kind) => sum + Math.min(0.97, recall(kind, five)), 0) / WANTED.length,
    kinds: new Map(NAMED_KINDS.map((kind) => [kind, recall(kind, five)])),
  }
}

function worthOf(favour: readonly number[]): number {
  const all = samples.map((sample) => figuresOf(sample, favour))
  const mean = (pick: (one: ReturnType<typeof figuresOf>) => number) =>
    all.reduce((sum, one) => sum + pick(one), 0) / all.length
  return (
    WORTH.worst5 * Math.min(...all.map(({ at5 }) => at5)) +
    WORTH.worst2 * Math.min(...all.map(({ at2 }) => at2)) +
    WORTH.mean * mean(({ at2, at5 }) => (at2 + at5) / 2) +
    WORTH.wanted * mean(({ wanted }) => wanted) -
    WORTH.bit * favour.reduce((sum, bit) => sum + Math.abs(bit), 0)
  )
}
