import type { KnownBlock } from '@slack/types'
import type { ModelOpinion } from '../../domain/assessment.ts'
import { shortCode } from '../../domain/grant.ts'
import { isBlind } from '../../domain/review.ts'
import type { ReviewCase } from '../../domain/review-case.ts'
import { code, isShownExactly, linesWithin, moment, prose } from '../mrkdwn.ts'
import { context, fields, preformattedBlock, section } from './blocks.ts'
import {
  actorText,
  byStrength,
  decisionLines,
  evidenceText,
  lastsText,
  modelName,
  partyText,
  roleAndTier,
  scopeText,
} from './case-text.ts'
import {
  BAND_WORDS,
  count,
  floorWords,
  KIND_WORDS,
  MECHANISM_WORDS,
  NO_ANSWER_WORDS,
  RECOMMENDATION_WORDS,
} from './words.ts'

const JUSTIFICATION_MAX = 600
const TICKET_MAX = 200
const EVIDENCE_MAX = 2_000
const SUMMARY_MAX = 500
const LINE_MAX = 300
const REASONS_SHOWN = 4
const QUESTIONS_SHOWN = 3
const OPINION_MAX = 2_400
const RUNBOOK_MAX = 800
const DECISIONS_MAX = 1_500
const DETAIL_MAX = 100

/** What happened, as the source states it. */
export function factBlocks(reviewCase: ReviewCase): KnownBlock[] {
  const { grant } = reviewCase
  const place = `${prose(reviewCase.sourceTitle, 60)}, ${scopeText(grant.role.scope)}`
  const facts = [
    `*Given to*\n${partyText(grant.grantee)}`,
    `*Role*\n${roleAndTier(grant)}`,
    `*Given by*\n${partyText(grant.grantor)}`,
    `*When*\n${moment(grant.occurredAt)}`,
    `*Where*\n${place}`,
    `*Lasts*\n${lastsText(grant)}`,
    `*How*\n${KIND_WORDS[grant.kind]}, ${MECHANISM_WORDS[grant.mechanism]}`,
  ]
  const origin = [
    grant.ip === null ? null : code(grant.ip, DETAIL_MAX),
    grant.country === null ? null : code(grant.country, DETAIL_MAX),
  ].filter((part) => part !== null)
  if (origin.length > 0) facts.push(`*From*\n${origin.join(' ')}`)
  return [fields(facts), ...statedBlocks(reviewCase)]
}

/** What somebody wrote at the source: quoted, since anybody can write anything there. */
function statedBlocks(reviewCase: ReviewCase): KnownBlock[] {
  const { justification, ticket } = reviewCase.grant
  const lines: string[] = []
  if (justification?.trim()) lines.push(`*Stated reason*\n>${prose(justification, JUSTIFICATION_MAX)}`)
  if (ticket?.trim()) lines.push(`*Stated ticket* ${code(ticket, TICKET_MAX)} (not checked)`)
  return lines.length === 0 ? [] : [section(lines.join('\n'))]
}

/** Strongest first; what is left out is counted and can be asked for. */
export function evidenceBlocks(reviewCase: ReviewCase, shown: number): KnownBlock[] {
  const { assessment, grant } = reviewCase
  if (assessment === null) return [section('*Evidence*\nNot assessed yet.')]
  const all = byStrength(assessment.baseline.evidence)
  if (all.length === 0) return [section('*Evidence*\nNothing stands out against the ledger.')]
  const more = (left: number): string =>
    `…and ${count(left, 'more piece', 'more pieces')}: \`/grants explain ${shortCode(grant.id)}\``
  const lines = all.slice(0, shown).map((one) => `• ${evidenceText(one)}`)
  const list = linesWithin(lines, EVIDENCE_MAX, more, all.length - lines.length)
  return [section(`*Evidence*, strongest first\n${list}`)]
}

export function floorBlocks(reviewCase: ReviewCase): KnownBlock[] {
  const floor = reviewCase.assessment?.verdict.floor ?? null
  if (floor === null || isBlind(reviewCase.review)) return []
  return [context(`Floor: ${floorWords(floor.id)}, so at least ${BAND_WORDS[floor.band].toLowerCase()}.`)]
}

/** The model's part, always marked as such and never above the evidence. */
export function modelBlocks({ assessment, review }: ReviewCase): KnownBlock[] {
  if (assessment === null) return []
  if (isBlind(review)) return [context(HELD_BACK)]
  const { model } = assessment
  if (model.kind === 'rules') return [context('Rules only: no model is set.')]
  if (model.kind === 'no-answer')
    return [context(`The model gave no answer (${NO_ANSWER_WORDS[model.why]}): rules decide.`)]
  const heading = `*Model’s reading* (${modelName(model)})`
  return [section(linesWithin([heading, ...opinionLines(model.opinion)], OPINION_MAX, () => '…'))]
}

/** The same words for samples and for the reviews that they hide among. */
const HELD_BACK = 'For some reviews, scores and the model’s reading are shown only after the decision.'

function opinionLines(opinion: ModelOpinion): readonly string[] {
  const reasons = opinion.reasons.slice(0, REASONS_SHOWN).map((reason) => `• ${prose(reason.text, LINE_MAX)}`)
  const questions = opinion.questions.slice(0, QUESTIONS_SHOWN).map((text) => `◦ ${prose(text, LINE_MAX)}`)
  return [
    prose(opinion.summary, SUMMARY_MAX),
    ...reasons,
    ...(questions.length === 0 ? [] : ['It would ask:', ...questions]),
    `It recommends: ${RECOMMENDATION_WORDS[opinion.recommendation]}.`,
    ...(opinion.numbersContradict
      ? [':warning: It names numbers that are nowhere in what it was shown.']
      : []),
  ]
}

/** The command that takes the role away, letter for letter or not at all: an altered command is never shown. */
export function runbookBlocks(reviewCase: ReviewCase): KnownBlock[] {
  const { runbook } = reviewCase
  if (runbook === null) return []
  if (!isShownExactly(runbook, RUNBOOK_MAX))
    return [
      context(
        'The runbook command is too long or holds unusual characters: take the role away at the source by hand.',
      ),
    ]
  return [context('Runbook: takes the role away at the source'), preformattedBlock(runbook)]
}

/** Who did what, and where the review stands now. */
export function stateBlocks(reviewCase: ReviewCase): KnownBlock[] {
  const { review, decisions } = reviewCase
  const notes = stateNotes(reviewCase)
  const blocks: KnownBlock[] = []
  if (notes.length > 0) blocks.push(section(notes.join('\n')))
  if (decisions.length > 0)
    blocks.push(section(`*Decisions*, newest first\n${decisionLines(decisions, DECISIONS_MAX)}`))
  if (review !== null && review.origin === 'sample' && !isBlind(review))
    blocks.push(context('This was a blind sample: the policy had let it through.'))
  return blocks
}

function stateNotes(reviewCase: ReviewCase): readonly string[] {
  const { review, decisions } = reviewCase
  if (review === null) return []
  const notes: string[] = []
  const last = decisions.findLast((one) => one.action === 'approve' || one.action === 'revoke')
  const due = review.dueAt === null ? '' : ` To be confirmed by ${moment(review.dueAt)}.`
  if (review.state === 'approved' && last !== undefined) notes.push(`*Approved* by ${actorText(last.actor)}.`)
  if (review.state === 'approved' && last?.singleApproval === true)
    notes.push(':warning: One person alone approved a standing role over the whole organisation.')
  if (review.state === 'revoking') notes.push(`*Revoke requested, not yet confirmed at the source.*${due}`)
  if (review.state === 'revoked')
    notes.push(`*Revoked, confirmed at the source* ${moment(review.updatedAt)}.`)
  if (review.state === 'overdue')
    notes.push(
      ':rotating_light: *Revoke not confirmed in time.* The role may still be held: check the source.',
    )
  if (review.state === 'moot')
    notes.push(
      '*Gone at the source before a decision*: somebody other than grantor and grantee took the role away.',
    )
  if (review.state === 'open' && review.escalatedAt !== null)
    notes.push(`*Escalated* ${moment(review.escalatedAt)}.`)
  if (review.state === 'open' && review.reopenedAt !== null)
    notes.push(`*Reopened* ${moment(review.reopenedAt)}: earlier decisions no longer count.`)
  if (review.alreadyGoneAt !== null && review.state !== 'moot')
    notes.push(
      `:warning: *Already gone* at the source since ${moment(review.alreadyGoneAt)}, taken away by its own grantor or grantee: still to be judged.`,
    )
  return notes
}
