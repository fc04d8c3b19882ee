import type { Band } from './evidence.ts'
import type { Tier } from './grant.ts'
import type { Review, ReviewState } from './review.ts'

export const ACTIONS = ['approve', 'revoke', 'escalate', 'reopen'] as const
export type Action = (typeof ACTIONS)[number]

export const REASON_CHARACTERS_MAX = 1_000

/** The person who decides, as Slack knows them at the time of the click. */
export interface Actor {
  readonly slackUserId: string
  readonly name: string
  readonly email: string | null
}

/** What one person did with one review. */
export interface Decision {
  readonly id: string
  readonly tenantId: string
  readonly grantId: string
  readonly action: Action
  readonly reason: string | null
  readonly actor: Actor
  readonly decidedAt: number
  /** The review's state and version before and after. */
  readonly stateBefore: ReviewState
  readonly stateAfter: ReviewState
  /** True when one person alone approved what will later need two. */
  readonly singleApproval: boolean
}

export type Ruling =
  | {
      readonly kind: 'allowed'
      readonly stateAfter: ReviewState
      readonly escalates: boolean
      readonly singleApproval: boolean
    }
  | { readonly kind: 'settled'; readonly state: ReviewState }
  | { readonly kind: 'reason-needed' }
  | { readonly kind: 'too-late' }
  | { readonly kind: 'already-escalated' }

export interface RulingInput {
  readonly review: Review
  readonly action: Action
  readonly reason: string | null
  readonly tier: Tier
  readonly standing: boolean
  readonly now: number
  readonly decidedAt: number | null
  readonly reopenMs: number
}

/** Whether an action may be taken on a review in its present state, and what becomes of it. Pure. */
export function ruleOn(input: RulingInput): Ruling {
  const { review, action } = input
  const hasReason = input.reason !== null && input.reason.trim() !== ''
  if (action === 'reopen') return ruleOnReopen(input)
  if (review.state !== 'open') return { kind: 'settled', state: review.state }
  if (action === 'escalate') {
    if (review.escalatedAt !== null) return { kind: 'already-escalated' }
    return { kind: 'allowed', stateAfter: 'open', escalates: true, singleApproval: false }
  }
  if (!hasReason && needsReason(action, review.band)) return { kind: 'reason-needed' }
  if (action === 'revoke')
    return { kind: 'allowed', stateAfter: 'revoking', escalates: false, singleApproval: false }
  const singleApproval = input.tier === 'T0' && input.standing
  return { kind: 'allowed', stateAfter: 'approved', escalates: false, singleApproval }
}

export function needsReason(action: Action, band: Band): boolean {
  return action === 'revoke' || (action === 'approve' && band === 'high')
}

function ruleOnReopen(input: RulingInput): Ruling {
  const { review } = input
  const reopenable: readonly ReviewState[] = ['approved', 'revoking', 'overdue']
  if (!reopenable.includes(review.state)) return { kind: 'settled', state: review.state }
  if (input.decidedAt === null || input.now - input.decidedAt > input.reopenMs) return { kind: 'too-late' }
  return { kind: 'allowed', stateAfter: 'open', escalates: false, singleApproval: false }
}
