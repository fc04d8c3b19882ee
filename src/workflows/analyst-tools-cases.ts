import { z } from 'zod'
import {
  caseCells,
  caseFinding,
  countsOf,
  type Finding,
  finding,
  grantCells,
  labelOf,
  proseOf,
  roleName,
  subjectsOf,
} from '../domain/analyst-rows.ts'
import { barOf } from '../domain/authority.ts'
import { shortCode } from '../domain/grant.ts'
import type { Policy } from '../domain/policy.ts'
import { DECIDABLE } from '../domain/review.ts'
import type { ReviewCase } from '../domain/review-case.ts'
import { plainValue } from '../domain/sentence.ts'
import { mostSimilar } from '../domain/similar.ts'
import type { ResultRow, ToolName } from '../domain/tool-result.ts'
import { dayOf, stampOf } from '../domain/wall-clock.ts'
import { type Tool, toolOf } from './analyst-tool.ts'
import { rowContextOf } from './analyst-tools-ledger.ts'
import { findGrants, type ToolContext } from './analyst-tools-people.ts'
import { findCases, pendingReviews } from './find-cases.ts'
import { loadCase, loadCases } from './load-case.ts'

const SIMILAR_MAX = 20

const grantArgument = z
  .string()
  .nullable()
  .describe('Code of a grant, such as G-7K2Q9XM; null for the case of this thread.')

type CaseFound =
  | { readonly kind: 'one'; readonly reviewCase: ReviewCase }
  | { readonly kind: 'other'; readonly finding: Finding }

/** The case that a code means, in this tenant alone. */
export async function findCase(
  context: ToolContext,
  code: string | null,
  tool: ToolName,
): Promise<CaseFound> {
  const other = (title: string, rows: readonly ResultRow[] = []): CaseFound => ({
    kind: 'other',
    finding: finding({ tool, title, rows }),
  })
  const { records } = context.ports.store
  if (code === null || code.trim() === '') {
    if (context.grantId === null) return other('This conversation is about no case: give the code of one')
    const reviewCase = await loadCase(records, context.tenantId, context.grantId)
    if (reviewCase === null) return other('The case of this thread is not in the ledger')
    context.saw([reviewCase.grant])
    return { kind: 'one', reviewCase }
  }
  const found = await findCases({ store: context.ports.store }, context.tenantId, code)
  if (found.kind === 'one') {
    context.saw([found.reviewCase.grant])
    return found
  }
  if (found.kind !== 'several') return other('No grant has that code')
  context.saw(found.cases.map(({ grant }) => grant))
  return other(
    'Several grants have a code that begins so: say which one is meant',
    rowsOf(context, found.cases),
  )
}

function rowsOf(context: ToolContext, cases: readonly ReviewCase[]): readonly ResultRow[] {
  return cases.map((one) => ({
    ...grantCells(one.grant, one.sourceTitle, rowContextOf(context)),
    ...caseCells(one, rowContextOf(context)),
  }))
}

const caseTool = toolOf({
  name: 'case',
  description:
    'One grant with its evidence (why it stands out), verdict, the scoring model’s reading, and every decision on it.',
  schema: z.strictObject({ grant: grantArgument }),
  step: (_, given) => (given.grant === null ? 'Reading this case' : 'Reading a case'),
  async run(context, given) {
    const found = await findCase(context, given.grant, 'case')
    return [found.kind === 'other' ? found.finding : caseFinding(found.reviewCase, rowContextOf(context))]
  },
})

const similarGrants = toolOf({
  name: 'similar_grants',
  description:
    'Earlier grants like one grant (same person, role or grantor) and what people decided on them.',
  schema: z.strictObject({ grant: grantArgument }),
  step: () => 'Looking for similar grants',
  async run(context, given) {
    const found = await findCase(context, given.grant, 'similar_grants')
    if (found.kind === 'other') return [found.finding]
    const { grant } = found.reviewCase
    const sameRole = await findGrants(context, {
      role: grant.role.id,
      feedIds: [grant.feedId],
      directions: ['given'],
      until: grant.occurredAt,
    })
    const samePerson = await findGrants(context, {
      grantee: grant.granteePerson,
      directions: ['given'],
      until: grant.occurredAt,
    })
    const candidates = new Map(
      [...sameRole.grants, ...samePerson.grants]
        .filter(({ outcome }) => outcome !== 'failure')
        .map((one) => [one.id, { grant: one }]),
    )
    const similar = mostSimilar(grant, [...candidates.values()], SIMILAR_MAX)
    const cases = await loadCases(
      context.ports.store.records,
      context.tenantId,
      similar.map((one) => one.grant.id),
    )
    const rows = rowsOf(context, cases)
    return [
      finding({
        tool: 'similar_grants',
        title: `Earlier grants like ${shortCode(grant.id)}, ${roleName(grant)} for ${labelOf(grant.grantee)}`,
        subjects: subjectsOf([grant, ...cases.map((one) => one.grant)]),
        rows,
        counts: countsOf(rows, { decision: '', state: '', by: 'by', to: 'to', role: 'role' }),
        grantIds: cases.map((one) => one.grant.id),
      }),
    ]
  },
})

const openReviews = toolOf({
  name: 'open_reviews',
  description:
    'What waits for a decision, the most pressing first, and whether the person who asks may decide it.',
  schema: z.strictObject({ mine: z.boolean().describe('Only what the person who asks may decide.') }),
  step: () => 'Reading the open reviews',
  async run(context, { mine }) {
    const pending = await pendingReviews({ store: context.ports.store }, context.tenantId)
    context.saw(pending.cases.map(({ grant }) => grant))
    const mayDecide = ({ grant, review }: ReviewCase): boolean =>
      review !== null &&
      DECIDABLE.includes(review.state) &&
      barOf({
        member: context.asker,
        grant,
        policy: context.policy.policy,
        roster: context.reviewers,
      }) === null
    const decidable = pending.cases.filter(mayDecide)
    const cases = mine ? decidable : pending.cases
    const rows = rowsOf(context, cases).map(
      (row, index): ResultRow => ({
        ...row,
        for_you:
          cases[index] !== undefined && mayDecide(cases[index]) ? 'yours to decide' : 'not yours to decide',
      }),
    )
    return [
      finding({
        tool: 'open_reviews',
        title: mine ? 'Reviews that wait for you' : 'Reviews that wait for a decision',
        subjects: subjectsOf(cases.map(({ grant }) => grant)),
        rows,
        total: mine ? decidable.length : pending.total,
        counts: {
          ...countsOf(rows, { band: 'band', state: '', source: '' }),
          'open in all': pending.total,
          'yours to decide': decidable.length,
          'waiting for the model': pending.waitingForModel,
        },
        grantIds: cases.map(({ grant }) => grant.id),
      }),
    ]
  },
})

const policyInForce = toolOf({
  name: 'policy_in_force',
  description:
    'The settings by which grants are judged: mode, thresholds, floors, feeds, models, exceptions, deadlines.',
  schema: z.strictObject({}),
  step: () => 'Reading the policy',
  async run({ policy: version }) {
    const { policy } = version
    const rows = [
      { setting: 'version', value: version.version },
      { setting: 'saved', value: stampOf(version.savedAt, policy.timezone) },
      { setting: 'saved by', value: plainValue(version.author) },
      ...settingsOf(policy),
      ...exceptionsOf(policy),
    ]
    return [
      finding({
        tool: 'policy_in_force',
        title: `Policy version ${version.version}`,
        rows,
        counts: { feeds: policy.feeds.length, exceptions: policy.exceptions.length },
      }),
    ]
  },
})

/** Settings that decide; ids of people and channels, and the texts of prompts, are no part of an answer. */
function settingsOf(policy: Policy): readonly ResultRow[] {
  const { thresholds, floors, models, deadlines, learning, autoResolve, people } = policy
  const settings: Readonly<Record<string, string | number | boolean | null>> = {
    mode: policy.mode,
    scorer: policy.scorer,
    timezone: policy.timezone,
    'medium from score': thresholds.medium,
    'high from score': thresholds.high,
    ...Object.fromEntries(
      Object.entries(floors).map(([id, band]) => [`floor ${id.replaceAll('_', ' ')}`, band]),
    ),
    'scoring model': models.scoring ?? 'none',
    'analyst model': models.analyst ?? 'none',
    'low grants are let through': autoResolve.enabled,
    'minutes to confirm a revoke': deadlines.confirmRevokeMinutes,
    'minutes to reopen': deadlines.reopenMinutes,
    'days of learning': learning.learningDays,
    'days of history': learning.historyDays,
    threads: policy.threads,
    'reviewers named': people.reviewers.length,
    'readers named': people.readers.length,
    'fields kept from the model': policy.redactedFields.join(', ') || 'none',
  }
  return [
    ...Object.entries(settings).map(([setting, value]): ResultRow => ({ setting, value })),
    ...policy.feeds.map(
      (feed): ResultRow => ({
        setting: `feed ${feed.id}`,
        value: `${plainValue(feed.preset)}, ${feed.enabled ? 'read' : 'off'}`,
      }),
    ),
  ]
}

function exceptionsOf(policy: Policy): readonly ResultRow[] {
  return policy.exceptions.map((exception) => ({
    setting: `exception ${plainValue(exception.id)}`,
    value: proseOf(
      `${[exception.grantee, exception.grantor, exception.role, exception.scope].filter((one) => one !== null).join(', ')}: ${exception.reason}`,
    ),
    owner: plainValue(exception.owner),
    until: dayOf(Date.parse(exception.expiresAt), policy.timezone),
  }))
}

export const CASE_TOOLS: readonly Tool[] = [caseTool, similarGrants, openReviews, policyInForce]
