import { type Bar, barOf, type Member } from '../domain/authority.ts'
import { LEARNING_DELAY_MS } from '../domain/calibration.ts'
import {
  type Action,
  type Actor,
  type Decision,
  needsReason,
  type Ruling,
  ruleOn,
} from '../domain/decision.ts'
import type { Grant } from '../domain/grant.ts'
import { actKeyOf } from '../domain/history-log.ts'
import type { Policy, PolicyVersion } from '../domain/policy.ts'
import type { Review, ReviewState } from '../domain/review.ts'
import type { ReviewCase } from '../domain/review-case.ts'
import type { ChainedEventName } from '../domain/review-event.ts'
import { type Click, ConflictError, type Ports, type Records, UpstreamError } from '../ports.ts'
import { inTransaction } from './in-transaction.ts'
import { loadCase } from './load-case.ts'
import { noticeRow } from './notices.ts'
import { recordSteps } from './record-steps.ts'
import { reviewersOf } from './roster.ts'
import { settle, standingRemoval } from './settle-removals.ts'
import { SUSPICION_MS } from './write-assessments.ts'

const MINUTE_MS = 60_000

export type DecisionOutcome =
  | { readonly kind: 'decided'; readonly reviewCase: ReviewCase }
  | {
      readonly kind: 'already-decided'
      readonly by: Actor | null
      readonly state: ReviewState
      readonly at: number | null
    }
  | { readonly kind: 'barred'; readonly why: Bar }
  | { readonly kind: 'reason-needed' }
  | { readonly kind: 'too-late' }
  | { readonly kind: 'already-escalated'; readonly by: Actor | null }
  | { readonly kind: 'not-this-message' }
  | { readonly kind: 'no-such-review' }

export type DecidePorts = Pick<Ports, 'clock' | 'ids' | 'store' | 'directory' | 'chainKey' | 'hasWebhook'>

export interface DecideQuery {
  readonly tenantId: string
  readonly grantId: string
  readonly action: Action
  readonly slackUserId: string
  /** Where the click was made; null for a modal opened from a click that was checked itself. */
  readonly channel: string | null
  readonly messageTs: string | null
}

type Found = {
  readonly reviewCase: ReviewCase & { readonly review: Review }
  readonly policy: PolicyVersion
  readonly member: Member
}
type Checked =
  | { readonly ok: true; readonly found: Found }
  | { readonly ok: false; readonly outcome: DecisionOutcome }

/** Whether this person may take this action now; asked before a modal is opened, and again when it is sent. */
export async function mayDecide(
  ports: DecidePorts,
  query: DecideQuery,
): Promise<
  | DecisionOutcome
  | { readonly kind: 'may-decide'; readonly reviewCase: ReviewCase; readonly reasonNeeded: boolean }
> {
  const checked = await check(ports, ports.store.records, query)
  if (!checked.ok) return checked.outcome
  const { reviewCase, policy } = checked.found
  const ruling = rule(ports, { query, reason: 'given', reviewCase, policy: policy.policy })
  if (ruling.kind !== 'allowed') return refusal(ruling, reviewCase)
  return { kind: 'may-decide', reviewCase, reasonNeeded: needsReason(query.action, reviewCase.review.band) }
}

/** Acts on a click that was written down; decision, review, chain, outbox and click change together. */
export async function decide(ports: DecidePorts, click: Click): Promise<DecisionOutcome> {
  const { member, roster, policy } = await authority(ports, click)
  return await inTransaction(ports, async (records) => {
    const outcome = await decideIn(ports, records, { click, member, roster, policy })
    await records.clicks.finish(click.tenantId, click.id, outcome.kind, ports.clock.now())
    if (outcome.kind !== 'decided') return outcome
    const reviewCase = await loadCase(records, click.tenantId, click.grantId)
    return reviewCase === null ? outcome : { kind: 'decided', reviewCase }
  })
}

interface Authority {
  readonly member: Member | null
  readonly roster: ReadonlySet<string>
  readonly policy: PolicyVersion | null
}

/** Asked fresh at every click and outside any transaction: Slack may take its time. */
async function authority(
  ports: DecidePorts,
  query: Pick<DecideQuery, 'tenantId' | 'slackUserId'>,
): Promise<Authority> {
  const policy = await ports.store.records.policies.current(query.tenantId)
  const member = await ports.directory.person(query.tenantId, query.slackUserId)
  const roster =
    policy === null ? new Set<string>() : await reviewersOf(ports.directory, query.tenantId, policy.policy)
  return { member, roster, policy }
}

async function check(ports: DecidePorts, records: Records, query: DecideQuery): Promise<Checked> {
  return await checkIn(records, query, await authority(ports, query))
}

async function checkIn(records: Records, query: DecideQuery, who: Authority): Promise<Checked> {
  const refuse = (outcome: DecisionOutcome): Checked => ({ ok: false, outcome })
  const reviewCase = await loadCase(records, query.tenantId, query.grantId)
  if (reviewCase === null || reviewCase.review === null || who.policy === null)
    return refuse({ kind: 'no-such-review' })
  const { grant, card, review } = reviewCase
  // Lost between posting and remembering: which message is the card shows once it was looked for.
  if (query.messageTs !== null && card !== null && card.messageTs === null && card.channel === query.channel)
    throw new UpstreamError('slack', `The card of ${grant.id} is being looked for.`, { retryable: true })
  const isPosted = card !== null && card.channel === query.channel && card.messageTs === query.messageTs
  if (query.messageTs !== null && !isPosted) return refuse({ kind: 'not-this-message' })
  const why = barOf({ member: who.member, grant, policy: who.policy.policy, roster: who.roster })
  if (why !== null || who.member === null) return refuse({ kind: 'barred', why: why ?? 'unknown-person' })
  return {
    ok: true,
    found: { reviewCase: { ...reviewCase, review }, policy: who.policy, member: who.member },
  }
}

interface RuleInput {
  readonly query: Pick<DecideQuery, 'action'>
  readonly reason: string | null
  readonly reviewCase: Found['reviewCase']
  readonly policy: Policy
}

function rule(ports: Pick<Ports, 'clock'>, { query, reason, reviewCase, policy }: RuleInput): Ruling {
  return ruleOn({
    review: reviewCase.review,
    action: query.action,
    reason,
    tier: reviewCase.grant.role.tier,
    standing: reviewCase.grant.standing,
    now: ports.clock.now(),
    decidedAt: lastDecision(reviewCase)?.decidedAt ?? null,
    reopenMs: policy.deadlines.reopenMinutes * MINUTE_MS,
  })
}

function lastDecision(reviewCase: ReviewCase): Decision | undefined {
  return reviewCase.decisions.findLast(({ action }) => action === 'approve' || action === 'revoke')
}

function refusal(ruling: Exclude<Ruling, { kind: 'allowed' }>, reviewCase: ReviewCase): DecisionOutcome {
  switch (ruling.kind) {
    case 'settled': {
      const last = lastDecision(reviewCase)
      return {
        kind: 'already-decided',
        by: last?.actor ?? null,
        state: ruling.state,
        at: last?.decidedAt ?? null,
      }
    }
    case 'already-escalated':
      return {
        kind: 'already-escalated',
        by: reviewCase.decisions.findLast(({ action }) => action === 'escalate')?.actor ?? null,
      }
    case 'reason-needed':
    case 'too-late':
      return ruling
  }
}

const EVENT_OF: Readonly<Record<Action, ChainedEventName>> = {
  approve: 'review.approved',
  revoke: 'review.revoke_requested',
  escalate: 'review.escalated',
  reopen: 'review.reopened',
}

async function decideIn(
  ports: DecidePorts,
  records: Records,
  input: Authority & { readonly click: Click },
): Promise<DecisionOutcome> {
  const { click } = input
  const done = (await records.decisions.forGrants(click.tenantId, [click.grantId])).some(
    ({ id }) => id === click.id,
  )
  const reviewCase = done ? await loadCase(records, click.tenantId, click.grantId) : null
  // A crash between the decision and its telling: the click has been acted on already.
  if (reviewCase !== null) return { kind: 'decided', reviewCase }
  const checked = await checkIn(records, click, input)
  if (!checked.ok) return checked.outcome
  const { found } = checked
  const ruling = rule(ports, {
    query: click,
    reason: click.reason,
    reviewCase: found.reviewCase,
    policy: found.policy.policy,
  })
  if (ruling.kind !== 'allowed') return refusal(ruling, found.reviewCase)
  const decision = decisionOf(ports, { click, found, ruling })
  const review = await apply(ports, records, { found, decision, ruling })
  if (decision.action === 'revoke') await settleAtOnce(ports, records, { found, review })
  return { kind: 'decided', reviewCase: found.reviewCase }
}

type Allowed = Extract<Ruling, { kind: 'allowed' }>

function decisionOf(
  ports: Pick<Ports, 'clock'>,
  { click, found, ruling }: { readonly click: Click; readonly found: Found; readonly ruling: Allowed },
): Decision {
  return {
    id: click.id,
    tenantId: click.tenantId,
    grantId: click.grantId,
    action: click.action,
    reason: click.reason,
    actor: { slackUserId: found.member.slackUserId, name: found.member.name, email: found.member.email },
    decidedAt: ports.clock.now(),
    stateBefore: found.reviewCase.review.state,
    stateAfter: ruling.stateAfter,
    singleApproval: ruling.singleApproval,
  }
}

async function apply(
  ports: DecidePorts,
  records: Records,
  {
    found,
    decision,
    ruling,
  }: { readonly found: Found; readonly decision: Decision; readonly ruling: Allowed },
): Promise<Review> {
  const { grant, assessment, review: before } = found.reviewCase
  const at = decision.decidedAt
  const confirmMs = found.policy.policy.deadlines.confirmRevokeMinutes * MINUTE_MS
  const review: Review = {
    ...before,
    state: ruling.stateAfter,
    version: before.version + 1,
    updatedAt: at,
    dueAt: ruling.stateAfter === 'revoking' ? at + confirmMs : null,
    escalatedAt: ruling.escalates ? at : before.escalatedAt,
    reopenedAt: decision.action === 'reopen' ? at : before.reopenedAt,
  }
  if (!(await records.reviews.compareAndSet(review)))
    throw new ConflictError('somebody decided at the same moment')
  await records.decisions.insert(decision)
  await learnFrom(records, { grant, action: decision.action, at })
  await recordSteps(ports, records, [
    {
      event: EVENT_OF[decision.action],
      tenantId: decision.tenantId,
      at,
      grant,
      assessment,
      before: before.state,
      review,
      actor: decision.actor,
      reason: decision.reason,
      policyVersion: found.policy.version,
      detail: { single_approval: decision.singleApproval, decision_id: decision.id },
      key: decision.id,
    },
  ])
  if (ruling.escalates)
    await records.outbox.add([
      noticeRow({ kind: 'escalated', tenantId: decision.tenantId, grantId: grant.id, at, key: decision.id }),
    ])
  return review
}

/** An approved grant becomes an example of the ordinary in its time; one that is to be revoked never does. */
async function learnFrom(
  records: Records,
  { grant, action, at }: { readonly grant: Grant; readonly action: Action; readonly at: number },
): Promise<void> {
  if (action === 'escalate') return
  const learnDelayMs = action === 'approve' ? LEARNING_DELAY_MS : null
  await records.calibrations.setLearned(grant.tenantId, actKeyOf(grant.feedId, grant.act), learnDelayMs)
  await records.ledger.setLearned(grant.tenantId, [grant.id], learnDelayMs)
  const { tenantId, grantorPerson } = grant
  if (action !== 'approve' || grantorPerson === null) return
  const stillSuspect = await records.reviews.suspects(tenantId, [grantorPerson], at - SUSPICION_MS)
  if (stillSuspect.has(grantorPerson)) return
  await records.ledger.release(tenantId, grantorPerson, LEARNING_DELAY_MS)
  await records.calibrations.release(tenantId, grantorPerson, LEARNING_DELAY_MS)
}

/** The role may be gone already when the revoke is decided: then the source has confirmed it. */
async function settleAtOnce(
  ports: DecidePorts,
  records: Records,
  { found, review }: { readonly found: Found; readonly review: Review },
): Promise<void> {
  const { grant } = found.reviewCase
  const removal = await standingRemoval(records, grant)
  const step = removal === null ? null : settle({ review, grant, removal, now: ports.clock.now() })
  if (step === null) return
  if (!(await records.reviews.compareAndSet(step.review)))
    throw new ConflictError('the review changed as it was decided')
  await recordSteps(ports, records, [step])
}
