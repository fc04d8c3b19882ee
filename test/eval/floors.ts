import type { EvidenceInput } from '../../src/domain/evidence-rule.ts'
import { policySchema } from '../../src/domain/policy.ts'
import { floorsOf, verdictOf } from '../../src/domain/verdict.ts'
import type { Product } from './product.ts'
import type { Detector } from './protocol.ts'

const POLICY = policySchema.parse({ timezone: 'UTC' })

/** Whether people would be asked, with the floors of the default policy: 1 for asked, 2 with a T0 role in it. */
export function asked(product: Product): Detector {
  return {
    name: 'asked, floors on',
    score(inputs) {
      const compared = product.compare(inputs)
      const verdicts = inputs.map((input, index) => bandOf(input, compared[index]))
      return verdicts.some((band) => band !== 'low') ? 1 : 0
    },
  }
}

function bandOf(
  { grant, facts }: EvidenceInput,
  compared: ReturnType<Product['compare']>[number] | undefined,
) {
  if (compared === undefined) return 'low'
  const { baseline } = compared
  const floors = floorsOf(grant, baseline.evidence, facts, POLICY)
  return verdictOf({ baseline, floors, answer: { kind: 'rules' }, policy: POLICY }).band
}
