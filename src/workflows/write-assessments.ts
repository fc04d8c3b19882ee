import type { Assessment } from '../domain/assessment.ts'
import type { Comparison } from '../domain/baseline.ts'
import { joined, LEARNING_DELAY_MS } from '../domain/calibration.ts'
import { higherBand } from '../domain/evidence.ts'
import type { Grant } from '../domain/grant.ts'
import { mayBecome, type Review, type ReviewState } from '../domain/review.ts'
import type { ReviewStep } from '../domain/review-step.ts'
import { ConflictError, type Ports, type QueueItem, type Records } from '../ports.ts'
import { calibrationRowsOf } from './compare-changes.ts'
import { inTransaction } from './in-transaction.ts'
import { recordSteps } from './record-steps.ts'
import { settle, standingRemoval } from './settle-removals.ts'

const MINUTE_MS = 60_000
/** A waiting grant asks the model again after this long, doubling up to the limit. */
const RETRY_MS = 15_000
const RETRY_MAX_MS = 5 * MINUTE_MS

type WritePorts = Pick<Ports, 'clock' | 'store' | 'chainKey' | 'hasWebhook'>

/** One grant with all that was judged of it but its place in the store. */
export interface Judged {
  readonly item: QueueItem
  readonly grant: Grant
  readonly comparison: Comparison
  readonly assessment: Omit<Assessment, 'revision'>
  /** Should it become a review, people judge it without seeing the verdict. */
  readonly blind: boolean
}

/** Writes judgements with the reviews, events and queue changes that follow from them, in one transaction. */
export async function writeAssessments(
  ports: WritePorts,
  input: {
    readonly tenantId: string
    readonly policy: { readonly policy: { readonly models: { readonly waitMinutes: number } } }
  },
  judged: readonly Judged[],
): Promise<void> {
  if (judged.length === 0) return
  const { tenantId } = input
  const waitMs = input.policy.policy.models.waitMinutes * MINUTE_MS
  const ids = judged.map((one) => one.grant.id)
  await inTransaction(ports, async (records) => {
    const earlier = new Map(
      (await records.assessments.latest(tenantId, ids)).map((one) => [one.grantId, one]),
    )
    const reviews = new Map((await records.reviews.byIds(tenantId, ids)).map((one) => [one.grantId, one]))
    const assessed = judged.map((one) => ({
      one,
      assessment: { ...one.assessment, revision: (earlier.get(one.grant.id)?.revision ?? 0) + 1 },
    }))
    await records.assessments.insert(assessed.map(({ assessment }) => assessment))
    const steps: Step[] = assessed.flatMap(({ one, assessment }) => {
      const review = reviews.get(one.grant.id)
      const step =
        review === undefined
          ? firstReview(one, assessment, waitMs)
          : laterReview({ one, assessment, review, waitMs, earlier: earlier.get(one.grant.id) ?? null })
      return step === null ? [] : [step]
    })
    await records.reviews.insert(steps.flatMap(({ review }) => (review.version === 1 ? [review] : [])))
    await changeReviews(records, steps)
    const gone = await goneAlready(records, judged, steps, ports.clock.now())
    await recordSteps(ports, records, [...steps, ...gone])
    await learnFrom(records, tenantId, judged)
    await updateQueue(records, judged)
  })
}

type Step = ReviewStep & { readonly review: Review }

const EVENT_OF: Partial<Record<ReviewState, ReviewStep['event']>> = {
  auto_resolved: 'grant.auto_resolved',
  shadow: 'grant.shadowed',
  waiting: 'review.waiting',
  open: 'review.opened',
}

function stateFor(assessment: Assessment): ReviewState | null {
  switch (assessment.disposition) {
    case 'history':
      return null
    case 'shadow':
      return 'shadow'
    case 'auto_resolved':
      return 'auto_resolved'
    case 'waiting':
      return 'waiting'
    case 'review':
    case 'sample':
      return 'open'
  }
}

/** A blind sample looks like any medium card. */
function shownAs({ disposition, verdict }: Assessment): Pick<Review, 'origin' | 'band'> {
  return disposition === 'sample'
    ? { origin: 'sample', band: 'medium' }
    : { origin: 'policy', band: verdict.band }
}

function firstReview(one: Judged, assessment: Assessment, waitMs: number): Step | null {
  const state = stateFor(assessment)
  if (state === null) return null
  const at = assessment.assessedAt
  const review: Review = {
    tenantId: assessment.tenantId,
    grantId: assessment.grantId,
    state,
    version: 1,
    ...shownAs(assessment),
    blind: one.blind,
    policyVersion: assessment.policyVersion,
    openedAt: at,
    updatedAt: at,
    dueAt: state === 'waiting' ? at + waitMs : null,
    escalatedAt: null,
    alreadyGoneAt: null,
    reopenedAt: null,
    settledByGrantId: null,
  }
  return {
    event: EVENT_OF[state] ?? 'review.opened',
    tenantId: review.tenantId,
    at,
    grant: one.grant,
    assessment,
    before: null,
    review,
  }
}

async function changeReviews(records: Records, steps: readonly Step[]): Promise<void> {
  for (const { review } of steps)
    if (review.version > 1 && !(await records.reviews.compareAndSet(review)))
      throw new ConflictError('a review changed while it was assessed again')
}

/** Nobody has decided in these states, so a new verdict may move them. */
const UNDECIDED: readonly ReviewState[] = ['waiting', 'auto_resolved', 'shadow']

interface LaterInput {
  readonly one: Judged
  readonly assessment: Assessment
  readonly review: Review
  readonly waitMs: number
  readonly earlier: Assessment | null
}

/** Nothing that people see or that auditors read would be another. */
function saysTheSame(one: Assessment, other: Assessment): boolean {
  const shown = ({ baseline, verdict, model }: Assessment) =>
    JSON.stringify([
      baseline.band,
      baseline.evidence.map(({ id }) => id),
      verdict.band,
      verdict.floor,
      model.kind,
      model.kind === 'opinion' ? model.opinion.band : null,
    ])
  return shown(one) === shown(other)
}

/** A later record, or a model that answers at last: the verdict may open a review, but never closes one that people see. */
function laterReview({ one, assessment, review, waitMs, earlier }: LaterInput): Step | null {
  const wanted = stateFor(assessment)
  const at = assessment.assessedAt
  const base = { tenantId: review.tenantId, at, grant: one.grant, assessment, before: review.state }
  const changed = { ...review, version: review.version + 1, updatedAt: at, band: assessment.verdict.band }
  if (wanted !== null && UNDECIDED.includes(review.state) && mayBecome(review.state, wanted)) {
    const dueAt = wanted === 'waiting' ? (review.dueAt ?? at + waitMs) : null
    return {
      ...base,
      event: EVENT_OF[wanted] ?? 'review.changed',
      review: { ...changed, ...shownAs(assessment), blind: one.blind, state: wanted, dueAt },
    }
  }
  if (review.state !== 'open' || (earlier !== null && saysTheSame(earlier, assessment))) return null
  // An open review keeps the strongest band it was opened with: a milder reading later does not hide the first.
  const band = higherBand(review.band, changed.band)
  const origin = review.origin === 'sample' && changed.band !== 'low' ? 'policy' : review.origin
  return { ...base, event: 'review.changed', review: { ...changed, band, origin } }
}

/** The removal may have been read before the grant was assessed. */
async function goneAlready(
  records: Records,
  judged: readonly Judged[],
  steps: readonly Step[],
  now: number,
): Promise<readonly ReviewStep[]> {
  const grants = new Map<string, Grant>(judged.map((one) => [one.grant.id, one.grant]))
  const gone: ReviewStep[] = []
  for (const { review, event } of steps) {
    if (event !== 'review.opened') continue
    const grant = grants.get(review.grantId)
    const removal = grant === undefined ? null : await standingRemoval(records, grant)
    if (grant === undefined || removal === null) continue
    const step = settle({ review, grant, removal, now })
    if (step === null) continue
    if (!(await records.reviews.compareAndSet(step.review)))
      throw new ConflictError('a review changed as it was opened')
    gone.push(step)
  }
  return gone
}

/**
 * What later changes are compared with. What people are asked about teaches nothing until somebody approves it, so
 * that an attacker cannot make their own ways ordinary.
 */
export async function learnFrom(
  records: Records,
  tenantId: string,
  judged: readonly Judged[],
): Promise<void> {
  const isFlagged = (one: Judged) => one.assessment.verdict.band !== 'low' && one.item.mode === 'live'
  const delayOf = (one: Judged) =>
    isFlagged(one) ? null : one.item.mode === 'history' ? 0 : LEARNING_DELAY_MS
  const rows = calibrationRowsOf(
    judged.map((one) => ({ grant: one.grant, comparison: one.comparison, learnDelayMs: delayOf(one) })),
  )
  const known = new Map(
    (
      await records.calibrations.rows(
        tenantId,
        rows.map(({ act }) => act),
      )
    ).map((row) => [row.act, row]),
  )
  await records.calibrations.put(
    tenantId,
    rows.map((row) => joined(known.get(row.act), row)),
  )
  await records.ledger.setLearned(
    tenantId,
    judged.filter(isFlagged).map(({ grant }) => grant.id),
    null,
  )
  await holdBackSuspects(records, tenantId, judged)
}

/** How long a grant that nobody approved keeps its grantor from teaching. */
export const SUSPICION_MS = 365 * 86_400_000

/**
 * Whoever gave something that people are asked about teaches nothing more until it is approved, nor what they had
 * not taught by then: thirty quiet odd-hour grants must not make the last one ordinary.
 */
async function holdBackSuspects(
  records: Records,
  tenantId: string,
  judged: readonly Judged[],
): Promise<void> {
  const live = judged.filter(({ item }) => item.mode === 'live')
  const grantors = [...new Set(live.flatMap(({ grant }) => grant.grantorPerson ?? []))]
  const now = Math.max(0, ...live.map(({ assessment }) => assessment.assessedAt))
  const suspects = [...(await records.reviews.suspects(tenantId, grantors, now - SUSPICION_MS))]
  await records.ledger.holdBack(tenantId, suspects, now)
  await records.calibrations.holdBack(tenantId, suspects, now)
}

async function updateQueue(records: Records, judged: readonly Judged[]): Promise<void> {
  const waits = (one: Judged) => one.assessment.disposition === 'waiting'
  await records.queue.remove(judged.filter((one) => !waits(one)).map((one) => one.item))
  await records.queue.put(judged.filter(waits).map((one) => putOff(one)))
}

function putOff({ item, assessment }: Judged): QueueItem {
  const delay = Math.min(RETRY_MS * 2 ** item.attempts, RETRY_MAX_MS)
  return { ...item, attempts: item.attempts + 1, dueAt: assessment.assessedAt + delay }
}
