import { z } from 'zod'
import { activityRow } from '../domain/activity-rows.ts'
import { countsOf, type Finding, finding, subjectsOf } from '../domain/analyst-rows.ts'
import type { Grant } from '../domain/grant.ts'
import type { PolicyFeed } from '../domain/policy.ts'
import { presetNamed } from '../domain/presets/registry.ts'
import { RESULT_ROWS_MAX } from '../domain/tool-result.ts'
import { momentOf, stampOf } from '../domain/wall-clock.ts'
import { type Tool, toolOf } from './analyst-tool.ts'
import { findCase } from './analyst-tools-cases.ts'
import { rowContextOf } from './analyst-tools-ledger.ts'
import { feedsNamed, findPerson, grantsOfPerson, ownWords, type ToolContext } from './analyst-tools-people.ts'

/** Queries of Axiom that one answer may cost, and how much time one of them may look at. */
export const ACTIVITY_QUERIES_MAX = 4
const WINDOW_HOURS_MAX = 6
const WINDOW_HOURS_DEFAULT = 2
const HOUR_MS = 3_600_000
const WORDS_MAX = 8
/** Shorter words occur in every event. */
const WORD_CHARACTERS_MIN = 3

const given = z.strictObject({
  grant: z
    .string()
    .nullable()
    .describe('Code of a grant around which to look; null for the case of this thread.'),
  person: z.string().nullable().describe('Whose activity; null for grantor and grantee of the grant.'),
  around: z
    .string()
    .nullable()
    .describe('YYYY-MM-DD HH:MM on the team’s clock; null for the time of the grant.'),
  hours: z.number().nullable().describe(`Length of the window, up to ${WINDOW_HOURS_MAX}; null for 2.`),
  source: z.string().nullable().describe('A source or feed; null for the one of the grant, or all.'),
})

interface Search {
  readonly words: readonly string[]
  readonly about: string
  readonly subjects: readonly string[]
  readonly centre: number
  readonly feedIds: readonly string[] | null
}

const activity = toolOf({
  name: 'activity',
  description: `What the audit logs in Axiom say around a time, by or on a person: all events, not only grants. At most ${ACTIVITY_QUERIES_MAX} queries for one answer, one for each source.`,
  schema: given,
  step: (context, { person }) => {
    const words = ownWords(context, person)
    return words === null ? 'Searching the audit logs' : `Searching the audit logs for ${words}`
  },
  async run(context, call) {
    const search = await searchOf(context, call)
    if ('title' in search) return [search]
    const feeds = context.policy.policy.feeds.filter(
      ({ enabled, id }) => enabled && (search.feedIds === null || search.feedIds.includes(id)),
    )
    if (feeds.length === 0) return [finding({ tool: 'activity', title: 'No such source is read', rows: [] })]
    const hours = Math.min(Math.max(call.hours ?? WINDOW_HOURS_DEFAULT, 0.25), WINDOW_HOURS_MAX)
    const from = Math.trunc(search.centre - (hours * HOUR_MS) / 2)
    const window = { from, to: Math.trunc(from + hours * HOUR_MS) }
    const found: Finding[] = []
    for (const feed of feeds) {
      if (context.budget.queriesLeft <= 0) {
        context.budget.hasRunOut = true
        break
      }
      context.budget.queriesLeft -= 1
      found.push(await searchFeed(context, { feed, search, window }))
    }
    return found.length > 0
      ? found
      : [finding({ tool: 'activity', title: 'No more queries of Axiom for this answer', rows: [] })]
  },
})

/** Whom and when to look for: always somebody, never a whole log. */
async function searchOf(context: ToolContext, call: z.infer<typeof given>): Promise<Search | Finding> {
  const needsCase = call.person === null || call.around === null || call.grant !== null
  const found = needsCase ? await findCase(context, call.grant, 'activity') : null
  const grant = found?.kind === 'one' ? found.reviewCase.grant : null
  const hasCase = call.grant !== null || context.grantId !== null
  const around = call.around === null ? null : momentOf(call.around, context.policy.policy.timezone)
  const centre = around ?? grant?.occurredAt ?? null
  if (centre === null)
    return found?.kind === 'other' && hasCase
      ? found.finding
      : finding({
          tool: 'activity',
          title: 'Say around which time to look, or give the code of a case',
          rows: [],
        })
  const feedIds = feedsNamed(context, call.source) ?? (grant === null ? null : [grant.feedId])
  if (call.person !== null) {
    const someone = await findPerson(context, call.person, 'activity')
    if (someone.kind === 'other') return someone.finding
    const { grants } = await grantsOfPerson(context, { person: someone.person, side: 'either' })
    const { persons, label, subjects } = someone.person
    const words = [...persons, ...identitiesIn(grants, persons)]
    return { words: wordsOf(words), about: label, subjects, centre, feedIds }
  }
  if (grant === null)
    return found?.kind === 'other' && hasCase
      ? found.finding
      : finding({
          tool: 'activity',
          title: 'Say whose activity to look for, or give the code of a case',
          rows: [],
        })
  const subjects = subjectsOf([grant])
  const words = [grant.grantee, grant.grantor].flatMap((party) =>
    party === null ? [] : [party.email ?? party.id, party.id],
  )
  return { words: wordsOf(words), about: 'grantor and grantee', subjects, centre, feedIds }
}

function identitiesIn(grants: readonly Grant[], persons: readonly string[]): readonly string[] {
  return grants.flatMap(({ grantee, granteePerson, grantor, grantorPerson }) => [
    ...(persons.includes(granteePerson) ? [grantee.id, grantee.email ?? grantee.id] : []),
    ...(grantor !== null && grantorPerson !== null && persons.includes(grantorPerson)
      ? [grantor.id, grantor.email ?? grantor.id]
      : []),
  ])
}

function wordsOf(words: readonly string[]): readonly string[] {
  const distinct = new Map(words.map((word) => [word.toLowerCase(), word.replaceAll('\0', '')]))
  return [...distinct.values()].filter((word) => word.length >= WORD_CHARACTERS_MIN).slice(0, WORDS_MAX)
}

async function searchFeed(
  context: ToolContext,
  input: {
    readonly feed: PolicyFeed
    readonly search: Search
    readonly window: { readonly from: number; readonly to: number }
  },
): Promise<Finding> {
  const { feed, search, window } = input
  const { timezone } = context.policy.policy
  const title = `Events of ${search.about} in ${presetNamed(feed.preset)?.title ?? feed.preset} from ${stampOf(window.from, timezone)} to ${stampOf(window.to, timezone)}`
  // Nobody whose name is too short to look for may become a search for everybody.
  if (search.words.length === 0)
    return finding({ tool: 'activity', title: `${title}: no name to look for`, rows: [] })
  const { apl, rows, partial } = await context.ports.activity.search({
    dataset: feed.dataset,
    prefix: feed.prefix,
    ...window,
    words: search.words,
    limit: RESULT_ROWS_MAX + 1,
  })
  const shown = rows
    .slice(0, RESULT_ROWS_MAX)
    .map(({ event, at }) => activityRow(event, at, rowContextOf(context)))
  const notes = [
    ...(rows.length > RESULT_ROWS_MAX ? ['there are more'] : []),
    ...(partial ? ['Axiom could look at a part only'] : []),
  ]
  return finding({
    tool: 'activity',
    title: notes.length === 0 ? title : `${title}; ${notes.join('; ')}`,
    subjects: search.subjects,
    rows: shown,
    counts: countsOf(shown, { event: '', actor: 'by' }),
    query: { apl, ...window },
  })
}

export const ACTIVITY_TOOLS: readonly Tool[] = [activity]
