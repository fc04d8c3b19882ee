import type { Disposition, ModelAnswer } from '../domain/assessment.ts'
import type { Comparison } from '../domain/baseline.ts'
import { LEARNING_DELAY_MS } from '../domain/calibration.ts'
import type { Baseline } from '../domain/evidence.ts'
import type { Grant } from '../domain/grant.ts'
import type { HistoryFacts } from '../domain/history.ts'
import type { PolicyVersion } from '../domain/policy.ts'
import { fractionOf, isHiddenAmong, isSampled } from '../domain/sampling.ts'
import { dispositionOf, floorsOf, verdictOf } from '../domain/verdict.ts'
import type { Ports, QueueItem } from '../ports.ts'
import { askModel } from './ask-model.ts'
import { compareInOrder } from './compare-changes.ts'
import { type ModelInForce, modelInForce } from './model-in-force.ts'
import { precedentsOf } from './precedents.ts'
import { type Judged, writeAssessments } from './write-assessments.ts'

export const ASSESS_BATCH = 1_000
export type AssessPorts = Pick<
  Ports,
  'clock' | 'ids' | 'store' | 'scorer' | 'chainKey' | 'hasWebhook' | 'log'
>

export interface AssessInput {
  readonly tenantId: string
  readonly policy: PolicyVersion
  readonly signal: AbortSignal
}

interface Candidate {
  readonly item: QueueItem
  readonly grant: Grant
  readonly facts: HistoryFacts
  readonly comparison: Comparison
  readonly baseline: Baseline
}

/** Assesses what is due, one bounded batch; answers with how many grants it took up. */
export async function assessDue(ports: AssessPorts, input: AssessInput): Promise<number> {
  const { tenantId } = input
  const items = await ports.store.records.queue.due(tenantId, ports.clock.now(), ASSESS_BATCH)
  if (items.length === 0) return 0
  const grants = await ports.store.records.ledger.byIds(
    tenantId,
    items.map((item) => item.grantId),
  )
  const byId = new Map(grants.map((grant) => [grant.id, grant]))
  await ports.store.records.queue.remove(items.filter((item) => !byId.has(item.grantId)))
  const due = items.flatMap((item) => {
    const grant = byId.get(item.grantId)
    return grant === undefined ? [] : [{ item, grant }]
  })
  await judgeAll(ports, input, due, (judged) => writeAssessments(ports, input, judged))
  return items.length
}

export interface Due {
  readonly item: QueueItem
  readonly grant: Grant
}

/**
 * Judges a batch with the history as the ledger has it: at once what rules decide, then what the model is asked about.
 * `write` takes judgements in portions as they come and is never called twice at the same time.
 */
export async function judgeAll(
  ports: AssessPorts,
  input: AssessInput,
  due: readonly Due[],
  write: (judged: readonly Judged[]) => Promise<void>,
): Promise<void> {
  const profile = await ports.store.records.history.load(
    input.tenantId,
    due.map(({ grant }) => grant),
  )
  const { policy } = input.policy
  const calibration = await ports.store.records.calibrations.load(input.tenantId)
  const candidates = compareInOrder({ profile, calibration, policy }, due, ({ item }) =>
    item.mode === 'history' ? 0 : LEARNING_DELAY_MS,
  ).map(
    ({ one, facts, comparison }): Candidate => ({ ...one, facts, comparison, baseline: comparison.baseline }),
  )
  const { enabled } = await modelInForce(ports, input)
  const asks = (candidate: Candidate) => enabled === 'model' && candidate.item.mode === 'live'
  const silent = candidates.filter((candidate) => !asks(candidate))
  if (silent.length > 0)
    await write(silent.map((candidate) => judge(ports, input, candidate, silentAnswer(candidate, enabled))))
  const asked = candidates.filter(asks)
  if (asked.length === 0) return
  await askModel(ports, {
    policy,
    signal: input.signal,
    candidates: asked,
    precedents: await precedentsOf(ports.store.records, input.tenantId),
    write: (answered) =>
      write(answered.map(({ candidate, answer }) => judge(ports, input, candidate, answer))),
  })
}

/** History is judged by rules alone: nobody pays for what nobody is asked about. */
function silentAnswer(candidate: Candidate, enabled: ModelInForce): ModelAnswer {
  if (candidate.item.mode === 'history' || enabled === 'rules' || enabled === 'model')
    return { kind: 'rules' }
  return enabled
}

function judge(
  ports: Pick<Ports, 'clock' | 'ids'>,
  { tenantId, policy }: AssessInput,
  candidate: Candidate,
  model: ModelAnswer,
): Judged {
  const { item, grant, facts, comparison, baseline } = candidate
  const floors = floorsOf(grant, baseline.evidence, facts, policy.policy)
  const verdict = verdictOf({ baseline, floors, answer: model, policy: policy.policy })
  const draw = fractionOf(ports.ids.next())
  const { blindSampleRate } = policy.policy.autoResolve
  const isDrawn = isSampled(blindSampleRate, draw)
  const disposition: Disposition =
    item.mode === 'history'
      ? 'history'
      : dispositionOf(policy.policy, { feedId: grant.feedId, verdict, isDrawn })
  const assessment = {
    tenantId,
    grantId: grant.id,
    assessedAt: ports.clock.now(),
    policyVersion: policy.version,
    baseline,
    model,
    verdict,
    disposition,
  }
  const blind = disposition === 'sample' || isHiddenAmong(verdict.band, blindSampleRate, draw)
  return { item, grant, comparison, assessment, blind }
}
