import type { ActionsBlockElement, KnownBlock, Overflow } from '@slack/types'
import { shortCode } from '../../domain/grant.ts'
import { DECIDABLE, NEXT, type Review } from '../../domain/review.ts'
import type { ReviewCase } from '../../domain/review-case.ts'
import { MORE, REVIEW_ACTIONS } from '../ids.ts'
import { actions, button, context, header, type MessageView, plainText } from './blocks.ts'
import {
  evidenceBlocks,
  factBlocks,
  floorBlocks,
  modelBlocks,
  runbookBlocks,
  stateBlocks,
} from './case-blocks.ts'
import { notificationOf, titleOf } from './case-text.ts'

const EVIDENCE_SHOWN = 5

/** The one live card of a review. Rendered from the store every time; never parsed back. */
export function reviewCard(reviewCase: ReviewCase): MessageView {
  const blocks: KnownBlock[] = [
    header(titleOf(reviewCase)),
    ...factBlocks(reviewCase),
    ...evidenceBlocks(reviewCase, EVIDENCE_SHOWN),
    ...floorBlocks(reviewCase),
    ...modelBlocks(reviewCase),
    ...(needsRunbook(reviewCase.review) ? runbookBlocks(reviewCase) : []),
    ...stateBlocks(reviewCase),
    actions(buttons(reviewCase)),
  ]
  return { text: notificationOf(reviewCase), blocks }
}

function needsRunbook(review: Review | null): boolean {
  return review !== null && ['open', 'revoking', 'overdue'].includes(review.state)
}

function buttons(reviewCase: ReviewCase): ActionsBlockElement[] {
  const { grant, review } = reviewCase
  const value = grant.id
  const code = shortCode(grant.id)
  if (review === null || !DECIDABLE.includes(review.state)) return [more(reviewCase)]
  return [
    button({
      text: 'Approve',
      actionId: REVIEW_ACTIONS.approve,
      value,
      label: `Approve ${code}`,
      style: 'primary',
    }),
    button({
      text: 'Revoke',
      actionId: REVIEW_ACTIONS.revoke,
      value,
      label: `Revoke ${code}`,
      style: 'danger',
    }),
    button({ text: 'Escalate', actionId: REVIEW_ACTIONS.escalate, value, label: `Escalate ${code}` }),
    more(reviewCase),
  ]
}

function more(reviewCase: ReviewCase): Overflow {
  const { grant, review } = reviewCase
  const decided = review !== null && !DECIDABLE.includes(review.state)
  const reopenable =
    decided &&
    review.state !== 'auto_resolved' &&
    review.state !== 'shadow' &&
    NEXT[review.state].includes('open')
  const option = (text: string, verb: string) => ({ text: plainText(text), value: `${verb}:${grant.id}` })
  return {
    type: 'overflow',
    action_id: REVIEW_ACTIONS.more,
    options: [
      option('Explain', MORE.explain),
      ...(reopenable && review.state !== 'waiting' ? [option('Reopen', MORE.reopen)] : []),
    ],
  }
}

/** What is left of a card that was posted twice: one line that points at the live one. */
export function surplusCard(grantId: string): MessageView {
  const text = `${shortCode(grantId)} was posted twice. This copy is closed: use the other card.`
  return { text, blocks: [context(text)] }
}
