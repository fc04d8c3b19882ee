import type { Decision } from './decision.ts'
import { EVERY_ROLE, type Grant, type GrantKind, shortCode } from './grant.ts'
import { type Party, partyLabel } from './party.ts'
import { isBlind, STATE_LABELS } from './review.ts'
import type { ReviewCase } from './review-case.ts'
import { plainSentence, plainValue } from './sentence.ts'
import { RESULT_ROWS_MAX, type ResultRow, type ToolResult } from './tool-result.ts'
import { daysBetween, hourOf, stampOf, WEEKDAYS, weekdayOf } from './wall-clock.ts'

/** Rows that tools answer with: harmless text, times on the team's clock, and nothing that a blind case holds back. */

export type Finding = Omit<ToolResult, 'id'>

export interface RowContext {
  readonly now: number
  readonly timezone: string
}

const KIND_WORDS: Readonly<Record<GrantKind, string>> = {
  grant: 'granted',
  eligible: 'made eligible',
  activate: 'activated',
  extend: 'extended',
  indirect: 'given through a group',
  role_widened: 'role made wider',
  removal: 'removed',
  expiry: 'expired',
  control_weakened: 'control weakened',
  context: 'context',
}

const PROSE_CHARACTERS_MAX = 400

export function labelOf(party: Party | null): string | null {
  return party === null ? null : plainValue(partyLabel(party))
}

/** A longer text on one line. */
export function proseOf(text: string | null): string | null {
  if (text === null) return null
  const bare = text
    .slice(0, PROSE_CHARACTERS_MAX * 4)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
  return bare === '' ? null : bare.slice(0, PROSE_CHARACTERS_MAX).toWellFormed()
}

export function timeCells(at: number, { now, timezone }: RowContext): ResultRow {
  const weekday = weekdayOf(at, timezone)
  return {
    when: stampOf(at, timezone),
    days_ago: Math.max(0, daysBetween(at, now, timezone)),
    weekday: weekday === null ? null : (WEEKDAYS[weekday] ?? null),
    hour: hourOf(at, timezone),
  }
}

export function roleName(grant: Pick<Grant, 'role'>): string {
  return grant.role.id === EVERY_ROLE ? 'every role' : plainValue(grant.role.name)
}

/** What is known of a grant from the ledger alone. */
export function grantCells(grant: Grant, sourceTitle: string, context: RowContext): ResultRow {
  return {
    code: shortCode(grant.id),
    ...timeCells(grant.occurredAt, context),
    change: KIND_WORDS[grant.kind],
    role: roleName(grant),
    tier: grant.role.tier,
    scope: grant.role.scope === '*' ? 'everything' : plainValue(grant.role.scope),
    to: labelOf(grant.grantee),
    by: labelOf(grant.grantor),
    source: plainValue(sourceTitle),
    standing: grant.standing,
    until: grant.expiresAt === null ? null : stampOf(grant.expiresAt, context.timezone),
    note: noteOf(grant),
  }
}

function noteOf(grant: Grant): string | null {
  if (grant.outcome === 'failure') return 'failed attempt, nothing was given'
  return grant.firstSeen ? 'first seen then, perhaps held before' : null
}

/** What became of a case; of a blind one, only that it waits. */
export function caseCells({ review, assessment, decisions }: ReviewCase, context: RowContext): ResultRow {
  const blind = isBlind(review)
  const last = lastDecision(decisions)
  return {
    state: review === null ? 'no review' : STATE_LABELS[review.state],
    band: blind ? null : (assessment?.verdict.band ?? review?.band ?? null),
    score: blind ? null : (assessment?.baseline.score ?? null),
    blind: blind ? 'score held back until somebody decides' : null,
    decision: last === undefined ? null : DECISION_WORDS[last.action],
    decided_by: last === undefined ? null : plainValue(last.actor.name),
    decided_when: last === undefined ? null : stampOf(last.decidedAt, context.timezone),
    decision_reason: last === undefined ? null : proseOf(last.reason),
  }
}

const DECISION_WORDS = {
  approve: 'approved',
  revoke: 'revoke requested',
  escalate: 'escalated',
  reopen: 'reopened',
} as const

function lastDecision(decisions: readonly Decision[]): Decision | undefined {
  return decisions.findLast(({ action }) => action === 'approve' || action === 'revoke') ?? decisions.at(-1)
}

/** Everything about one case: the grant, then its evidence, the model's reading and the decisions, a row each. */
export function caseFinding(reviewCase: ReviewCase, context: RowContext): Finding {
  const { grant, assessment, review, decisions } = reviewCase
  const blind = isBlind(review)
  const grantRow: ResultRow = {
    about: 'grant',
    ...grantCells(grant, reviewCase.sourceTitle, context),
    ...caseCells(reviewCase, context),
    justification: proseOf(grant.justification),
    ticket: proseOf(grant.ticket),
    ip: proseOf(grant.ip),
    country: proseOf(grant.country),
    user_agent: proseOf(grant.userAgent),
    mechanism: grant.mechanism,
    escalated: review?.escalatedAt == null ? null : stampOf(review.escalatedAt, context.timezone),
    gone_at_source: review?.alreadyGoneAt == null ? null : stampOf(review.alreadyGoneAt, context.timezone),
  }
  const evidence = (assessment?.baseline.evidence ?? [])
    .toSorted((one, other) => Math.abs(other.weight) - Math.abs(one.weight))
    .map(
      (one): ResultRow => ({
        about: 'evidence',
        evidence: proseOf(plainSentence(one.sentence, context.timezone)),
        weight: blind ? null : one.weight,
      }),
    )
  const rows = [
    grantRow,
    ...evidence,
    ...(blind || assessment === null ? [] : judgementRows(assessment)),
    ...decisions.map(
      (decision): ResultRow => ({
        about: 'decision',
        ...timeCells(decision.decidedAt, context),
        decision: DECISION_WORDS[decision.action],
        decided_by: plainValue(decision.actor.name),
        decision_reason: proseOf(decision.reason),
      }),
    ),
  ]
  return finding({
    tool: 'case',
    title: `Case ${shortCode(grant.id)}: ${roleName(grant)} for ${labelOf(grant.grantee)}`,
    subjects: subjectsOf([grant]),
    rows,
    counts: { evidence: evidence.length, decisions: decisions.length },
    grantIds: rows.map(() => grant.id),
  })
}

function judgementRows({ baseline, model, verdict }: NonNullable<ReviewCase['assessment']>): ResultRow[] {
  const rows: ResultRow[] = [
    {
      about: 'verdict',
      band: verdict.band,
      floor: verdict.floor === null ? null : verdict.floor.id.replaceAll('_', ' '),
      score: baseline.score,
    },
  ]
  if (model.kind === 'opinion')
    rows.push({
      about: 'model',
      band: model.opinion.band,
      summary: proseOf(model.opinion.summary),
      recommendation: model.opinion.recommendation,
    })
  return rows
}

/** People of grants, by every name that the ledger has for them. */
export function subjectsOf(grants: readonly Pick<Grant, 'grantee' | 'grantor'>[]): readonly string[] {
  const names = grants.flatMap(({ grantee, grantor }) =>
    [grantee, grantor].flatMap((party) =>
      party === null
        ? []
        : [party.name, party.email ?? party.id].flatMap((name) => (name === null ? [] : [name])),
    ),
  )
  return [...new Set(names.map(plainValue))].filter((name) => name !== '').slice(0, SUBJECTS_MAX)
}

const SUBJECTS_MAX = 60
const COUNTS_MAX = 20

/** How often each value occurs in a column, the commonest first. */
export function countsOf(
  rows: readonly ResultRow[],
  columns: Readonly<Record<string, string>>,
): Record<string, number> {
  const counts = new Map<string, number>()
  for (const row of rows)
    for (const [column, prefix] of Object.entries(columns)) {
      const cell = row[column]
      if (cell === null || cell === undefined) continue
      const name = prefix === '' ? String(cell) : `${prefix} ${String(cell)}`
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
  return Object.fromEntries([...counts].sort(([, one], [, other]) => other - one).slice(0, COUNTS_MAX))
}

/** A finding within the limit of rows. */
export function finding(parts: Pick<Finding, 'tool' | 'title' | 'rows'> & Partial<Finding>): Finding {
  const { rows, grantIds } = parts
  return {
    subjects: [],
    counts: {},
    query: null,
    ...parts,
    total: parts.total ?? rows.length,
    rows: rows.slice(0, RESULT_ROWS_MAX),
    grantIds: (grantIds ?? rows.map(() => null)).slice(0, RESULT_ROWS_MAX),
  }
}
