import type { Band } from './evidence.ts'

export const REVIEW_STATES = [
  'waiting',
  'open',
  'approved',
  'revoking',
  'revoked',
  'overdue',
  'moot',
  'auto_resolved',
  'shadow',
] as const
export type ReviewState = (typeof REVIEW_STATES)[number]

/** The whole life of a review: every allowed change of state. */
export const NEXT: Readonly<Record<ReviewState, readonly ReviewState[]>> = {
  waiting: ['open', 'auto_resolved'],
  open: ['approved', 'revoking', 'moot'],
  approved: ['open'],
  revoking: ['revoked', 'overdue', 'open'],
  overdue: ['revoked', 'open'],
  revoked: [],
  moot: [],
  auto_resolved: ['open'],
  shadow: ['open'],
}

/** What people read for a state. */
export const STATE_LABELS: Readonly<Record<ReviewState, string>> = {
  waiting: 'waiting for the model',
  open: 'waiting for a decision',
  approved: 'approved',
  revoking: 'revoke requested, not yet confirmed at the source',
  revoked: 'revoked, confirmed at the source',
  overdue: 'revoke not confirmed in time',
  moot: 'gone at the source before a decision',
  auto_resolved: 'let through with a note',
  shadow: 'shadow: computed, nobody was asked',
}

/** States in which a person may still decide. */
export const DECIDABLE: readonly ReviewState[] = ['open']

export type ReviewOrigin = 'policy' | 'sample' | 'person'

/** The life of one flagged (or let-through) grant. Its id is the grant's id; times are epoch milliseconds. */
export interface Review {
  readonly tenantId: string
  readonly grantId: string
  readonly state: ReviewState
  /** Grows with every change; a change is a compare-and-set on it. */
  readonly version: number
  readonly origin: ReviewOrigin
  /** What people see and what deadlines follow; a blind sample says medium, whatever its verdict. */
  readonly band: Band
  /** Verdict, scores and the model's reading are held back until somebody decides. */
  readonly blind: boolean
  readonly policyVersion: number
  readonly openedAt: number
  readonly updatedAt: number
  /** When a requested revoke must have been confirmed, or a waiting grant is given to a person. */
  readonly dueAt: number | null
  readonly escalatedAt: number | null
  /** Removed at the source before a decision by the grantor or grantee: still to be judged. */
  readonly alreadyGoneAt: number | null
  readonly reopenedAt: number | null
  /** The removal in the ledger that settled it. */
  readonly settledByGrantId: string | null
}

/** Whether people must still judge for themselves: true of samples, and of some ordinary reviews to hide them among. */
export function isBlind(review: Review | null): boolean {
  if (review === null || review.reopenedAt !== null) return false
  return review.blind && DECIDABLE.includes(review.state)
}

export function mayBecome(from: ReviewState, to: ReviewState): boolean {
  return NEXT[from].includes(to)
}
