import type { Answer, PreparedDecision } from '../domain/answer.ts'
import type { Policy, PolicyVersion } from '../domain/policy.ts'
import type { ReviewCase } from '../domain/review-case.ts'
import type { AnswerStream } from '../ports/analyst.ts'
import type { Click } from '../ports.ts'
import type { MayAsk, Question } from '../workflows/answer-question.ts'
import type { DecideQuery, DecisionOutcome } from '../workflows/decide.ts'
import type { CaseSearch, PendingList } from '../workflows/find-cases.ts'
import type { OpenOutcome } from '../workflows/open-case.ts'
import type { Overview } from '../workflows/overview.ts'
import type { Feedback } from '../workflows/record-conversation.ts'
import type { SwitchOutcome } from '../workflows/switch-mode.ts'
import type { Tuning } from '../workflows/tuning.ts'

export interface MayDecide {
  readonly kind: 'may-decide'
  readonly reviewCase: ReviewCase
  readonly reasonNeeded: boolean
}

/** What the Slack layer asks of the application; provided by the composition root. */
export interface UseCases {
  tenantForWorkspace(workspaceId: string): Promise<string | null>
  /** Writes the click down; false when it is known already. Called before the acknowledgement. */
  recordClick(click: Click): Promise<boolean>
  /** Acts on a recorded click and finishes it. */
  actOnClick(click: Click): Promise<DecisionOutcome>
  /** May this person decide on this review now? For opening a modal; binding is the check at submission. */
  mayDecide(query: DecideQuery): Promise<DecisionOutcome | MayDecide>
  reviewCase(tenantId: string, grantId: string): Promise<ReviewCase | null>
  findCases(tenantId: string, idText: string): Promise<CaseSearch>
  pending(tenantId: string, slackUserId: string): Promise<PendingList>
  policy(tenantId: string): Promise<PolicyVersion | null>
  overview(tenantId: string, slackUserId: string): Promise<Overview>
  switchMode(query: {
    readonly tenantId: string
    readonly slackUserId: string
    readonly mode: 'shadow' | 'live'
  }): Promise<SwitchOutcome>
  openShadowCase(query: {
    readonly tenantId: string
    readonly grantId: string
    readonly slackUserId: string
  }): Promise<OpenOutcome>
  /** The review whose card starts this thread. */
  thread(query: {
    readonly tenantId: string
    readonly channel: string
    readonly threadTs: string
  }): Promise<ReviewCase | null>
  /** Answers through the stream; resolves with what was said once it is finished and recorded. */
  answer(question: Question, stream: AnswerStream): Promise<Answer>
  mayAsk(tenantId: string, slackUserId: string): Promise<MayAsk>
  recordFeedback(feedback: Feedback): Promise<void>
  /** When threads of cases are answered. */
  threadsSetting(tenantId: string): Promise<Policy['threads']>
  /** Keeps what an answer prepared for a day, so that its button carries an id alone. */
  keepPrepared(query: {
    readonly tenantId: string
    readonly answerId: string
    readonly prepared: PreparedDecision
  }): Promise<void>
  prepared(query: { readonly tenantId: string; readonly answerId: string }): Promise<PreparedDecision | null>
  readonly tuning: Tuning
  uninstall(workspaceId: string): Promise<void>
  /** Remembers the event; true when it was seen before. */
  seenEvent(tenantId: string, eventId: string): Promise<boolean>
}
