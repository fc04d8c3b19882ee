import type { Actor } from '../domain/decision.ts'
import { type Policy, type PolicyVersion, policySchema } from '../domain/policy.ts'
import { diffInWords } from '../domain/policy-words.ts'
import type { ReviewStep } from '../domain/review-step.ts'
import { ConflictError, type Ports } from '../ports.ts'
import { inTransaction } from './in-transaction.ts'
import { recordSteps } from './record-steps.ts'

/** Deep-partial policy: what the environment or a policy file pins. */
export type PolicyPins = { readonly [K in keyof Policy]?: Policy[K] | Partial<Policy[K]> }

export interface SeedInput {
  readonly tenantId: string
  /** Version 1, from the environment. */
  readonly seed: Policy
  /** What `MODE` and `POLICY_FILE` pin at every start. */
  readonly pins: PolicyPins
}

/** Saves version 1 at a first start; a policy that is there already stays as it is. */
export async function seedPolicy(
  ports: Pick<Ports, 'clock' | 'store' | 'chainKey' | 'hasWebhook'>,
  input: SeedInput,
): Promise<PolicyVersion> {
  return await inTransaction(ports, async (records) => {
    const current = await records.policies.current(input.tenantId)
    if (current !== null) return current
    return await savePolicy(ports, records, {
      tenantId: input.tenantId,
      version: 1,
      policy: withPins(input.seed, input.pins),
      author: 'environment',
      reason: 'First start: seeded from the environment.',
      savedAt: ports.clock.now(),
    })
  })
}

/** Saves a new version with its event in the chain; throws a conflict when somebody saved that version first. */
export async function savePolicy(
  ports: Pick<Ports, 'chainKey' | 'hasWebhook'>,
  records: Parameters<typeof recordSteps>[1] & { readonly policies: Ports['store']['records']['policies'] },
  version: PolicyVersion,
  more: { readonly actor?: Actor | null; readonly detail?: ReviewStep['detail'] } = {},
): Promise<PolicyVersion> {
  const before = await records.policies.current(version.tenantId)
  if (!(await records.policies.save(version)))
    throw new ConflictError('the policy was saved by somebody else')
  await recordSteps(ports, records, [
    {
      event: 'policy.changed',
      tenantId: version.tenantId,
      at: version.savedAt,
      reason: version.reason,
      policyVersion: version.version,
      actor: more.actor ?? null,
      detail: {
        author: version.author,
        changed: changedSections(before?.policy ?? null, version.policy),
        ...(before === null ? {} : { diff: diffInWords(before.policy, version.policy) }),
        ...more.detail,
      },
      key: String(version.version),
    },
  ])
  return version
}

function changedSections(before: Policy | null, after: Policy): readonly string[] {
  return (Object.keys(after) as (keyof Policy)[]).filter(
    (section) => before === null || JSON.stringify(before[section]) !== JSON.stringify(after[section]),
  )
}

/** The policy with pinned settings in place of its own: objects are merged one level deep, all else replaced. */
export function withPins(policy: Policy, pins: PolicyPins): Policy {
  const merged: Record<string, unknown> = { ...policy }
  for (const [section, pin] of Object.entries(pins)) {
    const own = merged[section]
    merged[section] = isPlain(own) && isPlain(pin) ? { ...own, ...pin } : pin
  }
  return policySchema.parse(merged)
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
