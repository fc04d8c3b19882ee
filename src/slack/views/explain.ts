import type { KnownBlock, ModalView } from '@slack/types'
import type { Assessment } from '../../domain/assessment.ts'
import { bandRank, type Evidence } from '../../domain/evidence.ts'
import { type Grant, shortCode } from '../../domain/grant.ts'
import { isBlind } from '../../domain/review.ts'
import type { ReviewCase } from '../../domain/review-case.ts'
import { code, linesWithin, moment, preformatted, prose } from '../mrkdwn.ts'
import { context, header, type MessageView, plainText, preformattedBlock, section } from './blocks.ts'
import { factBlocks, modelBlocks, runbookBlocks, stateBlocks } from './case-blocks.ts'
import { byStrength, evidenceText, notificationOf, partyText, titleOf } from './case-text.ts'
import { BAND_WORDS, count, DISPOSITION_WORDS, floorWords, KIND_WORDS, NO_ANSWER_WORDS } from './words.ts'

const EVIDENCE_SHOWN = 20
const EVIDENCE_MAX = 2_600
const RAW_MAX = 1_500
const ROLE_MAX = 80

/** All that is known of one case: the facts, the arithmetic and the words for how the verdict came about. */
export function explainView(reviewCase: ReviewCase): MessageView {
  return { text: notificationOf(reviewCase), blocks: explainBlocks(reviewCase) }
}

/** The same in a modal, opened from a card or the App Home. */
export function explainModal(reviewCase: ReviewCase): ModalView {
  return {
    type: 'modal',
    title: plainText(`Explain ${shortCode(reviewCase.grant.id)}`),
    close: plainText('Close'),
    blocks: explainBlocks(reviewCase),
  }
}

function explainBlocks(reviewCase: ReviewCase): KnownBlock[] {
  const { assessment, review, grant } = reviewCase
  return [
    header(titleOf(reviewCase)),
    ...factBlocks(reviewCase),
    ...weighedEvidence(reviewCase),
    ...timelineBlocks(reviewCase),
    ...modelBlocks(reviewCase),
    ...(assessment === null || isBlind(review)
      ? []
      : [section(`*How the verdict came about*\n${derivation(assessment)}`)]),
    ...stateBlocks(reviewCase),
    ...runbookBlocks(reviewCase),
    context(`The event as ${code(reviewCase.grant.feedId, 100)} holds it, clipped:`),
    preformattedBlock(preformatted(grant.raw, RAW_MAX)),
  ]
}

const TIMELINE_MAX = 2_800

/** What else happened to the people of the grant, with the grant itself in its place. */
function timelineBlocks({ grant, timeline = [] }: ReviewCase): KnownBlock[] {
  if (timeline.length === 0) return []
  const lines = [...timeline, grant]
    .toSorted((one, other) => one.occurredAt - other.occurredAt)
    .map((row) => `${row.id === grant.id ? '*→*' : '•'} ${timelineLine(row)}`)
  const more = (left: number): string => `…and ${left} more`
  return [section(`*What happened around it*\n${linesWithin(lines, TIMELINE_MAX, more)}`)]
}

function timelineLine(row: Grant): string {
  const what = row.kind === 'context' ? '' : `${KIND_WORDS[row.kind]}: `
  const by = row.grantor === null ? '' : ` by ${partyText(row.grantor)}`
  return `${moment(row.occurredAt)} · ${what}${prose(row.role.name || row.role.id, ROLE_MAX)} · ${partyText(row.grantee)}${by}`
}

function weighedEvidence(reviewCase: ReviewCase): KnownBlock[] {
  const { assessment } = reviewCase
  if (assessment === null) return [section('*Evidence*\nNot assessed yet.')]
  const { baseline } = assessment
  const blind = isBlind(reviewCase.review)
  const score = blind ? '' : `: baseline score ${baseline.score} of 100`
  const all = byStrength(baseline.evidence)
  const lines = all.slice(0, EVIDENCE_SHOWN).map((one) => evidenceLine(one, blind))
  const more = (left: number): string => `…and ${count(left, 'weaker piece', 'weaker pieces')}`
  const list = linesWithin(lines, EVIDENCE_MAX, more, all.length - lines.length)
  return [section(`*Evidence*${score}\n${list || 'Nothing stands out against the ledger.'}`)]
}

function evidenceLine(evidence: Evidence, blind: boolean): string {
  const text = `• ${evidenceText(evidence)}`
  if (blind) return text
  return `${text} (${evidence.weight > 0 ? '+' : ''}${evidence.weight}, ${code(evidence.id, 80)})`
}

/** The policy's arithmetic as sentences; the rules themselves are the policy's, not retold from memory of a case. */
function derivation(assessment: Assessment): string {
  const { baseline, verdict } = assessment
  const lines = [
    `• Evidence alone: ${BAND_WORDS[baseline.band].toLowerCase()} (${baseline.score} of 100).`,
    `• ${modelStep(assessment)}`,
  ]
  if (verdict.floor !== null)
    lines.push(
      `• Floor: ${floorWords(verdict.floor.id)}, so at least ${BAND_WORDS[verdict.floor.band].toLowerCase()}.`,
    )
  lines.push(
    `• Verdict: *${BAND_WORDS[verdict.band].toLowerCase()}*${verdict.waits ? ', and low waits for the model' : ''}; ${DISPOSITION_WORDS[assessment.disposition]}.`,
    `Assessed ${moment(assessment.assessedAt)} under version ${assessment.policyVersion} of the policy, revision ${assessment.revision}.`,
  )
  return lines.join('\n')
}

function modelStep({ baseline, model, verdict }: Assessment): string {
  if (model.kind === 'rules') return 'Rules only: no model is set, so the evidence decides.'
  if (model.kind === 'no-answer')
    return `The model gave no answer (${NO_ANSWER_WORDS[model.why]}), so the evidence decides and low is not let through.`
  const band = BAND_WORDS[model.opinion.band].toLowerCase()
  if (bandRank(model.opinion.band) >= bandRank(baseline.band)) return `The model says ${band}, which stands.`
  if (baseline.band === 'high')
    return `The model says ${band}; against evidence that says high, that means medium.`
  if (verdict.band === 'low')
    return 'The model says low, and the evidence holds a mitigating fact: low stands.'
  return 'The model says low; against evidence that says medium, that needs a mitigating fact. Otherwise it stays medium.'
}
