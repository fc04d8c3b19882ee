import type { Bar } from '../../domain/authority.ts'
import { shortCode } from '../../domain/grant.ts'
import { STATE_LABELS } from '../../domain/review.ts'
import type { ReviewCase } from '../../domain/review-case.ts'
import type { DecisionOutcome } from '../../workflows/decide.ts'
import { link, moment, proseLines } from '../mrkdwn.ts'
import { context, type MessageView, section } from './blocks.ts'
import { actorText, cardUrl, caseLine } from './case-text.ts'

const NOTICE_MAX = 2_500

/** Plain words of ours, as they are. */
export function noticeView(text: string): MessageView {
  return { text, blocks: [section(text)] }
}

/** A notice whose text may hold what came from outside. */
export function outsideNotice(text: string, about: ReviewCase | null, teamUrl: string | null): MessageView {
  const safe = proseLines(text, NOTICE_MAX)
  if (about === null) return noticeView(safe)
  const url = cardUrl(teamUrl, about.card)
  const where = url === null ? [] : [context(link(url, 'Open the card'))]
  return { text: safe, blocks: [section(safe), section(caseLine(about)), ...where] }
}

export const BAR_SENTENCES: Readonly<Record<Bar, string>> = {
  grantee: 'You cannot decide on this one: the role was given to you.',
  grantor: 'You cannot decide on this one: you gave the role.',
  guest: 'Guests cannot decide on reviews.',
  stranger: 'Only members of this organisation can decide on reviews.',
  deactivated: 'A deactivated account cannot decide on reviews.',
  'not-a-reviewer': 'You are not a reviewer. A policy admin can add you: `/grants tune` shows who is one.',
  'no-reviewers': 'No reviewer is named yet, so nobody can decide. A policy admin must name reviewers first.',
  bot: 'Only people can decide on reviews.',
  'no-address':
    'Slack does not tell us your e-mail address, so we cannot rule out that you gave or got this role. Whoever runs Countersign must grant it the scope `users:read.email`, or name you in an alias.',
  'unknown-person':
    'Slack does not tell us who you are, so the decision cannot count. Try again in a minute.',
}

/** What the person who clicked is told; null when the card itself says it. */
export function outcomeSentence(outcome: DecisionOutcome, grantId: string): string | null {
  const review = shortCode(grantId)
  switch (outcome.kind) {
    case 'decided':
      return null
    case 'already-decided':
      return outcome.by === null
        ? `${review} is ${STATE_LABELS[outcome.state]}, so your click changed nothing.`
        : `${actorText(outcome.by)} was faster: ${review} is ${STATE_LABELS[outcome.state]}${when(outcome.at)}. Your click changed nothing.`
    case 'already-escalated':
      return outcome.by === null
        ? `${review} is escalated already.`
        : `${actorText(outcome.by)} escalated ${review} already.`
    case 'barred':
      return BAR_SENTENCES[outcome.why]
    case 'reason-needed':
      return `A reason is needed for this decision on ${review}: click again and write one.`
    case 'too-late':
      return `The time for reopening ${review} is over. Open a ticket at the source to change the role.`
    case 'not-this-message':
      return `This is not the live card of ${review}: decide on that one. \`/grants explain ${review}\` shows its state.`
    case 'no-such-review':
      return `There is no review ${review} here.`
  }
}

function when(at: number | null): string {
  return at === null ? '' : ` (${moment(at)})`
}
