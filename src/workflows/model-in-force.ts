import type { ModelAnswer } from '../domain/assessment.ts'
import type { PolicyVersion } from '../domain/policy.ts'
import type { Ports } from '../ports.ts'

const DAY_MS = 86_400_000

export type ModelInForce = 'model' | 'rules' | Extract<ModelAnswer, { kind: 'no-answer' }>

/** Whether the model is asked: the user's choice, the day's budget, and the breaker that trips on raising nearly everything. */
export async function modelInForce(
  ports: Pick<Ports, 'clock' | 'store' | 'log'>,
  input: { readonly tenantId: string; readonly policy: PolicyVersion },
): Promise<{ readonly enabled: ModelInForce }> {
  const { policy } = input.policy
  if (policy.scorer === 'rules') return { enabled: 'rules' }
  if (policy.models.scoring === null) return { enabled: { kind: 'no-answer', why: 'unset' } }
  const { assessments } = ports.store.records
  const used = await assessments.tokensSince(input.tenantId, ports.clock.now() - DAY_MS)
  if (used >= policy.models.dailyTokens) {
    ports.log.warn(
      { used, budget: policy.models.dailyTokens },
      'The model budget of the day is used up; low grants wait',
    )
    return { enabled: { kind: 'no-answer', why: 'over-budget' } }
  }
  const { opinions, raised } = await assessments.raisedShare(input.tenantId, policy.models.breakerWindow)
  const isTripped =
    opinions >= policy.models.breakerWindow && raised / opinions >= policy.models.breakerRaisedShare
  if (!isTripped) return { enabled: 'model' }
  ports.log.warn(
    { opinions, raised },
    'The model raises nearly everything; rules decide until it is looked at',
  )
  return { enabled: { kind: 'no-answer', why: 'breaker' } }
}
