import type { ModelAnswer } from '../../domain/assessment.ts'
import type { Actor, Decision } from '../../domain/decision.ts'
import type { Band, Evidence, SentencePart } from '../../domain/evidence.ts'
import { type Grant, shortCode } from '../../domain/grant.ts'
import type { Party } from '../../domain/party.ts'
import { type Review, STATE_LABELS } from '../../domain/review.ts'
import type { Card, ReviewCase } from '../../domain/review-case.ts'
import { code, linesWithin, mention, moment, plain, prose } from '../mrkdwn.ts'
import { ACTION_PAST, BAND_WORDS, count, duration, tierWords } from './words.ts'

/** Parts of a case as text, shared by cards, explanations and lists. */

const NAME_MAX = 120
const HANDLE_MAX = 160
const ROLE_MAX = 160
const PART_MAX = 200
const SENTENCE_MAX = 500
const REASON_MAX = 700

/** How a source names somebody: the name as prose, the handle as code. */
export function partyText(party: Party | null): string {
  if (party === null) return 'somebody the source does not name'
  const handle = party.email ?? party.id
  if (party.name === null || party.name === '' || party.name === handle) return code(handle, HANDLE_MAX)
  return `${prose(party.name, NAME_MAX)} ${code(handle, HANDLE_MAX)}`
}

/** A short name for one-line lists, as plain text. */
export function partyPlain(party: Party | null, max: number): string {
  return party === null ? 'not named' : plain(party.name || (party.email ?? party.id), max)
}

function roleText(grant: Grant): string {
  return `*${prose(grant.role.name || grant.role.id, ROLE_MAX)}*`
}

export function scopeText(scope: string): string {
  return scope === '*' ? 'everywhere in the source' : `scope ${code(scope, HANDLE_MAX)}`
}

export function lastsText(grant: Grant): string {
  if (grant.expiresAt !== null) return `until ${moment(grant.expiresAt)}`
  if (grant.standing) return 'standing: no expiry'
  return grant.kind === 'activate' ? 'an activation, no expiry stated' : 'no expiry stated'
}

function partText(part: SentencePart): string {
  if (typeof part === 'string') return part
  if ('person' in part) return code(part.person, PART_MAX)
  if ('text' in part) return code(part.text, PART_MAX)
  if ('count' in part) return String(part.count)
  if ('at' in part) return moment(part.at)
  if ('hour' in part) return `${String(part.hour).padStart(2, '0')}:00`
  return duration(part.durationMs)
}

/** The sentence of one piece of evidence; too many parts for a line are cut at a part, never inside markup. */
export function evidenceText(evidence: Evidence): string {
  let text = ''
  for (const part of evidence.sentence) {
    const piece = partText(part)
    if (text.length + piece.length > SENTENCE_MAX) return `${text}…`
    text += piece
  }
  return text || prose(evidence.id, PART_MAX)
}

/** Strongest first: aggravating by weight, then mitigating, then what weighs nothing. */
export function byStrength(evidence: readonly Evidence[]): readonly Evidence[] {
  const rank = (one: Evidence): number => (one.weight > 0 ? 0 : one.weight < 0 ? 1 : 2)
  return evidence.toSorted(
    (one, other) => rank(one) - rank(other) || Math.abs(other.weight) - Math.abs(one.weight),
  )
}

export function bandOf(reviewCase: ReviewCase): Band {
  return reviewCase.review?.band ?? reviewCase.assessment?.verdict.band ?? 'medium'
}

export function stateWords(review: Review | null): string {
  return review === null ? 'no review' : STATE_LABELS[review.state]
}

/** `G-7K2Q9XM · High · waiting for a decision` */
export function titleOf(reviewCase: ReviewCase): string {
  const words = [shortCode(reviewCase.grant.id), BAND_WORDS[bandOf(reviewCase)]]
  return [...words, stateWords(reviewCase.review)].join(' · ')
}

/** One line that says who was given what, for lists and notifications. */
export function caseLine(reviewCase: ReviewCase): string {
  const { grant } = reviewCase
  const parts = [`*${shortCode(grant.id)}*`, BAND_WORDS[bandOf(reviewCase)]]
  return `${parts.join(' · ')} · ${givenText(grant)} (${prose(reviewCase.sourceTitle, 60)}), ${moment(grant.occurredAt)}`
}

function givenText(grant: Grant): string {
  const role = prose(grant.role.name || grant.role.id, ROLE_MAX)
  const grantee = prose(grant.grantee.name || (grant.grantee.email ?? grant.grantee.id), NAME_MAX)
  return grant.kind === 'control_weakened' ? `${role}: ${grantee}` : `${grantee} was given ${role}`
}

/** The text of a card for notifications and screen readers. */
export function notificationOf(reviewCase: ReviewCase): string {
  const { grant } = reviewCase
  const by = prose(
    grant.grantor?.name || (grant.grantor?.email ?? grant.grantor?.id ?? 'somebody unnamed'),
    NAME_MAX,
  )
  const state = stateWords(reviewCase.review)
  return `${shortCode(grant.id)} · ${BAND_WORDS[bandOf(reviewCase)]}: ${givenText(grant)} by ${by}, ${state}`
}

/** The person behind a decision: the name they had, and the id that nobody can imitate. */
export function actorText(actor: Actor): string {
  return `${prose(actor.name, NAME_MAX)} (${mention(actor.slackUserId)})`
}

export function decisionLine(decision: Decision): string {
  const reason = decision.reason?.trim() ? `: ${prose(decision.reason, REASON_MAX)}` : ''
  return `• ${actorText(decision.actor)} ${ACTION_PAST[decision.action]}, ${moment(decision.decidedAt)}${reason}`
}

/** Newest first, so that what counts now is never what is cut off. */
export function decisionLines(decisions: readonly Decision[], max: number): string {
  const newestFirst = decisions.toReversed().map(decisionLine)
  return linesWithin(
    newestFirst,
    max,
    (left) => `…and ${count(left, 'earlier decision', 'earlier decisions')}`,
  )
}

/** The model's name for a heading, or null when there is no opinion. */
export function modelName(answer: ModelAnswer): string | null {
  return answer.kind === 'opinion' ? code(answer.opinion.usage.model, 100) : null
}

export function roleAndTier(grant: Grant): string {
  return `${roleText(grant)}\n${tierWords(grant.role.tier)}`
}

/** Where a card's message is, from the workspace's own address; null before it was posted. */
export function cardUrl(teamUrl: string | null, card: Card | null): string | null {
  if (teamUrl === null || card === null || card.messageTs === null) return null
  if (!/^\d+\.\d+$/.test(card.messageTs) || !/^[A-Z0-9]+$/.test(card.channel)) return null
  const base = teamUrl.endsWith('/') ? teamUrl : `${teamUrl}/`
  return `${base}archives/${card.channel}/p${card.messageTs.replace('.', '')}`
}
