import type { Assessment } from './assessment.ts'
import type { Decision } from './decision.ts'
import type { Grant } from './grant.ts'
import type { Review } from './review.ts'

/** Where the one live card of a review stands. */
export interface Card {
  readonly tenantId: string
  readonly grantId: string
  readonly channel: string
  /** Null between the intent and the answer of Slack. */
  readonly messageTs: string | null
  readonly intentAt: number
  /** The review version that the message last showed; 0 before the first. */
  readonly renderedVersion: number
}

/** All that a card, `/grants explain` or the home page shows of one grant. */
export interface ReviewCase {
  readonly grant: Grant
  readonly assessment: Assessment | null
  readonly review: Review | null
  /** Oldest first. */
  readonly decisions: readonly Decision[]
  readonly card: Card | null
  /** Command that takes the role away at the source, for the runbook line; null when the preset has none. */
  readonly runbook: string | null
  /** What else happened to its people around it, oldest first; left out where nobody looks at it. */
  readonly timeline?: readonly Grant[]
  /** What people call the source, e.g. `Okta`. */
  readonly sourceTitle: string
}
