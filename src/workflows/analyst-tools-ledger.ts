import { z } from 'zod'
import {
  caseCells,
  countsOf,
  type Finding,
  finding,
  grantCells,
  type RowContext,
  subjectsOf,
} from '../domain/analyst-rows.ts'
import { bandRank } from '../domain/evidence.ts'
import type { Direction, Grant } from '../domain/grant.ts'
import { isBlind } from '../domain/review.ts'
import type { ReviewCase } from '../domain/review-case.ts'
import type { ResultRow, ToolName } from '../domain/tool-result.ts'
import { hourOf, WEEKDAYS, weekdayOf } from '../domain/wall-clock.ts'
import { periodArguments, periodOf, type Tool, toolOf } from './analyst-tool.ts'
import {
  feedsNamed,
  findGrants,
  findPerson,
  grantsOfPerson,
  LEDGER_ROWS_MAX,
  ownWords,
  type ToolContext,
} from './analyst-tools-people.ts'
import { loadCases } from './load-case.ts'

const person = z.string().describe('A name, an address or an id, or "me" for the person who asks.')
const role = z.string().describe('Part of a role’s name or id.')
const source = z
  .string()
  .nullable()
  .describe('A source or feed, such as okta or github; null for all of them.')

export function rowContextOf({ now, policy }: ToolContext): RowContext {
  return { now, timezone: policy.policy.timezone }
}

interface Listing {
  readonly tool: ToolName
  readonly title: string
  readonly subjects?: readonly string[]
  readonly grants: readonly Grant[]
  readonly total: number
  readonly order?: 'newest' | 'riskiest'
}

/** Grants with what became of them, a row each; failed attempts are no grants and do not count as any. */
async function listing(context: ToolContext, list: Listing): Promise<Finding> {
  const failed = list.grants.filter(({ outcome }) => outcome === 'failure').length
  const cases = await loadCases(
    context.ports.store.records,
    context.tenantId,
    list.grants.map(({ id }) => id),
  )
  const successful = cases.filter(({ grant }) => grant.outcome !== 'failure')
  const ordered = list.order === 'riskiest' ? successful.toSorted(byRisk) : successful
  const rows = ordered.map(
    (one): ResultRow => ({
      ...grantCells(one.grant, one.sourceTitle, rowContextOf(context)),
      ...caseCells(one, rowContextOf(context)),
    }),
  )
  const isCut = list.total > list.grants.length
  return finding({
    tool: list.tool,
    title: isCut ? `${list.title}, the newest ${LEDGER_ROWS_MAX} looked at` : list.title,
    subjects: list.subjects ?? subjectsOf(ordered.map(({ grant }) => grant)),
    rows,
    total: list.total - failed,
    counts: {
      ...countsOf(rows, {
        by: 'by',
        to: 'to',
        role: 'role',
        tier: 'tier',
        state: '',
        band: 'band',
        change: '',
      }),
      ...(failed === 0 ? {} : { 'failed attempts': failed }),
    },
    grantIds: ordered.map(({ grant }) => grant.id),
  })
}

/** The highest verdict first, then the highest score; what is judged blind is not ranked and stands last. */
function byRisk(one: ReviewCase, other: ReviewCase): number {
  const rank = ({ review, assessment }: ReviewCase): number =>
    assessment === null || isBlind(review)
      ? -1
      : bandRank(assessment.verdict.band) * 1_000 + assessment.baseline.score
  return rank(other) - rank(one) || other.grant.occurredAt - one.grant.occurredAt
}

const personHistory = toolOf({
  name: 'person_history',
  description:
    'Roles that a person was given or lost (side grantee), gave or took away (side grantor), or both, newest first, with what became of each.',
  schema: z.strictObject({ person, side: z.enum(['grantee', 'grantor', 'either']), ...periodArguments }),
  step: (context, given) => {
    const words = ownWords(context, given.person)
    return words === null ? 'Reading the history of a person' : `Reading the history of ${words}`
  },
  async run(context, given) {
    const found = await findPerson(context, given.person, 'person_history')
    if (found.kind === 'other') return [found.finding]
    const { label: period, ...bounds } = periodOf(context, given)
    const grants = await grantsOfPerson(context, { ...bounds, person: found.person, side: given.side })
    const what = { grantee: 'Roles given to', grantor: 'Roles given by', either: 'Roles given to and by' }[
      given.side
    ]
    return [
      await listing(context, {
        tool: 'person_history',
        title: `${what} ${found.person.label}${period}`,
        subjects: found.person.subjects,
        ...grants,
      }),
    ]
  },
})

const DIRECTIONS: Readonly<Record<'given' | 'taken' | 'other', readonly Direction[]>> = {
  given: ['given'],
  taken: ['taken'],
  other: ['none'],
}

const findGrantsTool = toolOf({
  name: 'find_grants',
  description:
    'Grants of everybody in a stretch of time, by role, source and tier (T0 is the whole organisation). Order riskiest puts the highest verdict and score first.',
  schema: z.strictObject({
    ...periodArguments,
    role: role.nullable(),
    source,
    tier: z.enum(['T0', 'T1', 'T2']).nullable(),
    change: z.enum(['given', 'taken', 'other']).describe('other: weakened controls and context.'),
    order: z.enum(['newest', 'riskiest']),
  }),
  step: (_, given) =>
    given.order === 'riskiest' ? 'Looking for the riskiest grants' : 'Searching the ledger',
  async run(context, given) {
    const { label: period, ...bounds } = periodOf(context, given)
    const feedIds = feedsNamed(context, given.source)
    const found = await findGrants(context, {
      ...bounds,
      directions: DIRECTIONS[given.change],
      ...(given.role === null || given.role.trim() === '' ? {} : { role: given.role }),
      ...(given.tier === null ? {} : { tiers: [given.tier] }),
      ...(feedIds === null ? {} : { feedIds }),
    })
    const words = [
      prefixed('of', ownWords(context, given.role)),
      given.tier,
      feedIds === null
        ? null
        : `in ${feedIds.length === 0 ? 'a source that is not read' : feedIds.join(' and ')}`,
    ].filter((word) => word !== null)
    const what = { given: 'Grants', taken: 'Removals', other: 'Weakened controls and context' }[given.change]
    const title = `${[what, ...words].join(' ')}${period}`
    return [
      await listing(context, {
        tool: 'find_grants',
        title: given.order === 'riskiest' ? `${title}, riskiest first` : title,
        order: given.order,
        ...found,
      }),
    ]
  },
})

function prefixed(prefix: string, words: string | null): string | null {
  return words === null ? null : `${prefix} ${words}`
}

const roleHolders = toolOf({
  name: 'role_holders',
  description: 'Who holds a role now, as far as the ledger knows: given and neither taken away nor run out.',
  schema: z.strictObject({ role, source }),
  step: (context, given) => `Looking up who holds ${ownWords(context, given.role) ?? 'a role'}`,
  async run(context, given) {
    if (given.role.trim() === '')
      return [finding({ tool: 'role_holders', title: 'Say which role is meant', rows: [] })]
    const feedIds = feedsNamed(context, given.source)
    const inFeeds = feedIds === null ? {} : { feedIds }
    const found = await findGrants(context, { role: given.role, ...inFeeds })
    // Whoever lost everything lost this role as well.
    const { grants: losses } = await findGrants(context, { role: '*', directions: ['taken'], ...inFeeds })
    const held = holdingsOf(
      [...found.grants, ...losses.filter(({ role: lost }) => lost.id === '*')],
      context.now,
    )
    const title = `Holders of ${ownWords(context, given.role) ?? 'that role'}, as far as the ledger knows`
    const result = await listing(context, { tool: 'role_holders', title, grants: held, total: held.length })
    const holders = new Set(held.map(({ granteePerson }) => granteePerson))
    return [
      {
        ...result,
        title:
          found.total > found.grants.length
            ? `${result.title}, from its newest ${LEDGER_ROWS_MAX} rows`
            : title,
        counts: { holders: holders.size, ...result.counts },
      },
    ]
  },
})

/** The newest word on each person, role and scope decides whether it is held. */
function holdingsOf(grants: readonly Grant[], now: number): readonly Grant[] {
  const newestFirst = grants
    .filter(({ outcome, direction }) => outcome !== 'failure' && direction !== 'none')
    .toSorted((one, other) => other.occurredAt - one.occurredAt)
  const lostAll = new Map<string, number>()
  for (const { role: lost, direction, feedId, grantee, occurredAt } of newestFirst) {
    const key = JSON.stringify([feedId, grantee.id.toLowerCase()])
    if (lost.id === '*' && direction === 'taken' && !lostAll.has(key)) lostAll.set(key, occurredAt)
  }
  const seen = new Set<string>()
  return newestFirst.filter((grant) => {
    const holder = [grant.feedId, grant.grantee.id.toLowerCase()]
    const key = JSON.stringify([...holder, grant.role.id, grant.role.scope])
    if (seen.has(key)) return false
    seen.add(key)
    const isOver = grant.expiresAt !== null && grant.expiresAt <= now
    const isLost = (lostAll.get(JSON.stringify(holder)) ?? Number.NEGATIVE_INFINITY) >= grant.occurredAt
    return grant.direction === 'given' && !isOver && !isLost
  })
}

const hoursProfile = toolOf({
  name: 'hours_profile',
  description: 'At which hours of the day a person gave roles, on the team’s clock.',
  schema: z.strictObject({ person }),
  step: (context, given) => `Reading the hours of ${ownWords(context, given.person) ?? 'a person'}`,
  async run(context, given) {
    const found = await findPerson(context, given.person, 'hours_profile')
    if (found.kind === 'other') return [found.finding]
    const { timezone } = context.policy.policy
    const { grants } = await grantsOfPerson(context, {
      person: found.person,
      side: 'grantor',
      directions: ['given'],
    })
    const successful = grants.filter(({ outcome }) => outcome !== 'failure')
    const hours = tally(successful, (grant) => hourOf(grant.occurredAt, timezone))
    const days = tally(successful, (grant) => {
      const day = weekdayOf(grant.occurredAt, timezone)
      return day === null ? null : (WEEKDAYS[day] ?? null)
    })
    return [
      finding({
        tool: 'hours_profile',
        title: `Hours at which ${found.person.label} gave roles, ${timezone}`,
        subjects: found.person.subjects,
        rows: [...hours]
          .sort(([one], [other]) => one - other)
          .map(([hour, count]) => ({ hour, time: `${String(hour).padStart(2, '0')}:00`, count })),
        total: successful.length,
        counts: { 'roles given': successful.length, ...Object.fromEntries(days) },
      }),
    ]
  },
})

function tally<Key>(grants: readonly Grant[], keyOf: (grant: Grant) => Key | null): ReadonlyMap<Key, number> {
  const counts = new Map<Key, number>()
  for (const grant of grants) {
    const key = keyOf(grant)
    if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

export const LEDGER_TOOLS: readonly Tool[] = [personHistory, findGrantsTool, roleHolders, hoursProfile]
