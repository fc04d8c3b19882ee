import { type ChangeOutcome, type ChangePorts, changePolicy } from './change-policy.ts'
import { type SeedInput, seedPolicy, withPins } from './seed-policy.ts'

const TRIES_MAX = 5

/**
 * What `MODE` and `POLICY_FILE` pin becomes a new version at a start, where it differs. What loosens waits for a
 * second person like any other change: until then the policy in force stays.
 */
export async function pinPolicy(ports: ChangePorts, input: SeedInput): Promise<ChangeOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    const current = await seedPolicy(ports, input)
    const outcome = await changePolicy(ports, {
      tenantId: input.tenantId,
      baseVersion: current.version,
      policy: withPins(current.policy, input.pins),
      reason: 'Pinned by MODE or POLICY_FILE.',
      author: 'environment',
      actor: null,
      pins: {},
    })
    // Another instance may start at the same moment.
    if (outcome.kind !== 'stale' || attempt === TRIES_MAX) return outcome
  }
}
