import type { DraftAnswer } from '../domain/answer.ts'
import { momentIn, type Period, periodIn } from '../domain/period.ts'
import { plainAnswer } from '../domain/plain-answers.ts'
import { asksAboutGiving, codesIn, type Intent, intentOf, namesIn, roleIn } from '../domain/question.ts'
import { isCommonWord } from '../domain/sentence-words.ts'
import type { ToolName, ToolResult } from '../domain/tool-result.ts'
import { stampOf, startOfDay } from '../domain/wall-clock.ts'
import type { AnswerStream } from '../ports/analyst.ts'
import { toolRun } from './analyst-tools.ts'
import { findCase } from './analyst-tools-cases.ts'
import { findPerson, type ToolContext } from './analyst-tools-people.ts'

interface Call {
  readonly name: ToolName
  readonly arguments: Readonly<Record<string, unknown>>
}

export interface PlainOutcome {
  readonly draft: DraftAnswer
  readonly results: readonly ToolResult[]
  readonly toolsCalled: readonly string[]
}

const WEEK_DAYS = 7

/** Answers the common forms of question by rule, with the same tools and the same citations as a model. */
export async function answerPlainly(
  context: ToolContext,
  input: {
    readonly question: string
    readonly stream: Pick<AnswerStream, 'stopped' | 'step'>
    readonly toolMs: number
    /** Number of the first result: those of a model that gave up come before. */
    readonly firstId: number
  },
): Promise<PlainOutcome> {
  const intent = intentOf(input.question)
  const results: ToolResult[] = []
  const toolsCalled: string[] = []
  const lookUp = async (call: Call): Promise<void> => {
    const run = toolRun(context, call)
    const step = { id: `plain-${toolsCalled.length + 1}`, title: run.title, state: 'running' } as const
    toolsCalled.push(call.name)
    await input.stream.step(step)
    const outcome = await run.run(input.firstId + results.length, {
      timeoutMs: input.toolMs,
      signal: input.stream.stopped,
    })
    if (outcome.kind === 'found') results.push(...outcome.results)
    await input.stream.step({ ...step, state: outcome.kind === 'found' ? 'done' : 'failed' })
  }
  for (const call of await callsFor(context, intent, input.question)) await lookUp(call)
  const riskiest = intent === 'riskiest' ? results[0]?.grantIds[0] : null
  if (riskiest != null) await lookUp({ name: 'case', arguments: { grant: riskiest } })
  return { draft: plainAnswer({ intent, question: input.question }, results), results, toolsCalled }
}

/** The lookups that a form of question needs; none where rules cannot tell what is asked. */
async function callsFor(context: ToolContext, intent: Intent, question: string): Promise<readonly Call[]> {
  const [code = null] = codesIn(question)
  const { timezone } = context.policy.policy
  const period = periodIn(question, context.now, timezone)
  const source = sourceIn(context, question)
  const search = (more: Readonly<Record<string, unknown>>, within: Period | null): Call => ({
    name: 'find_grants',
    arguments: {
      ...boundsOf(within, timezone),
      role: null,
      source,
      tier: null,
      change: 'given',
      order: 'newest',
      ...more,
    },
  })
  switch (intent) {
    case 'waiting':
      return [{ name: 'open_reviews', arguments: { mine: /\b(?:me|my|mine|i)\b/i.test(question) } }]
    case 'riskiest':
      return [
        search(
          { order: 'riskiest' },
          period ?? { since: startOfDay(context.now, timezone, WEEK_DAYS), until: null },
        ),
      ]
    case 'summary':
      return [
        search(
          {},
          period ?? { since: startOfDay(context.now, timezone, 1), until: startOfDay(context.now, timezone) },
        ),
        { name: 'open_reviews', arguments: { mine: false } },
      ]
    case 'given':
      return [search({ role: roleIn(question) }, period)]
    case 'holders':
      return await holdersCalls(context, question, source)
    case 'similar':
      return [{ name: 'similar_grants', arguments: { grant: code } }]
    case 'policy':
      return [{ name: 'policy_in_force', arguments: {} }]
    case 'hours':
    case 'history':
    case 'activity':
      return await personCalls(context, { intent, question, code, period, source })
    case 'why':
    case 'case': {
      // Outside a thread a person may be named instead of a case.
      const ofPerson =
        code === null && context.grantId === null
          ? await personCalls(context, { intent: 'history', question, code, period, source })
          : []
      return ofPerson.length > 0 ? ofPerson : [{ name: 'case', arguments: { grant: code } }]
    }
    case 'unknown':
      return context.grantId === null ? [] : [{ name: 'case', arguments: { grant: null } }]
  }
}

function boundsOf(period: Period | null, timezone: string): { since: string | null; until: string | null } {
  return {
    since: period === null ? null : stampOf(period.since, timezone),
    until: period === null || period.until === null ? null : stampOf(period.until, timezone),
  }
}

function sourceIn({ policy }: ToolContext, question: string): string | null {
  const words = question.toLowerCase().split(/[^\p{L}\p{N}-]+/u)
  const feed = policy.policy.feeds.find(({ preset, id }) => words.includes(preset) || words.includes(id))
  return feed?.preset ?? null
}

async function holdersCalls(
  context: ToolContext,
  question: string,
  source: string | null,
): Promise<readonly Call[]> {
  const named = roleIn(question)
  const ofCase = named === null ? await findCase(context, null, 'role_holders') : null
  const role = named ?? (ofCase?.kind === 'one' ? ofCase.reviewCase.grant.role.name : null)
  return role === null ? [] : [{ name: 'role_holders', arguments: { role, source } }]
}

async function personCalls(
  context: ToolContext,
  asked: {
    readonly intent: 'hours' | 'history' | 'activity'
    readonly question: string
    readonly code: string | null
    readonly period: Period | null
    readonly source: string | null
  },
): Promise<readonly Call[]> {
  const { intent, question, code, period, source } = asked
  const isAboutGiving = asksAboutGiving(question)
  const found = await findCase(context, code, 'case')
  const grant = found.kind === 'one' ? found.reviewCase.grant : null
  const ofCase = intent === 'hours' || isAboutGiving ? grant?.grantorPerson : grant?.granteePerson
  const person = (await personIn(context, question)) ?? ofCase ?? null
  const { timezone } = context.policy.policy
  const around = momentIn(question, context.now, timezone)
  if (intent === 'activity')
    return [
      {
        name: 'activity',
        arguments: {
          grant: code,
          person: await personIn(context, question),
          around: around === null ? null : stampOf(around, timezone),
          hours: null,
          source,
        },
      },
    ]
  if (person === null) return []
  if (intent === 'hours') return [{ name: 'hours_profile', arguments: { person } }]
  return [
    {
      name: 'person_history',
      arguments: { person, side: isAboutGiving ? 'grantor' : 'grantee', ...boundsOf(period, timezone) },
    },
  ]
}

/** Words without a capital that are looked up as names. */
const SMALL_WORDS_MAX = 6
const WORD_CHARACTERS_MIN = 3

/** The first word of the question that names somebody, or several people. */
async function personIn(context: ToolContext, question: string): Promise<string | null> {
  const names = namesIn(question)
  for (const name of names) {
    const found = await findPerson(context, name, 'person_history')
    if (found.kind === 'one' || found.finding.rows.length > 0) return name
  }
  if (/\b(?:me|my|i)\b/i.test(question)) return 'me'
  if (names[0] !== undefined) return names[0]
  const words = (question.match(/\p{L}[\p{L}\p{M}'’-]+/gu) ?? [])
    .map((word) => word.toLowerCase().replace(/['’]s$/, ''))
    .filter((word) => word.length >= WORD_CHARACTERS_MIN && !isCommonWord(word))
    // A source is where to look, and names no account of its own.
    .filter((word) => !context.policy.policy.feeds.some(({ preset }) => preset === word))
  for (const word of words.slice(0, SMALL_WORDS_MAX))
    if ((await findPerson(context, word, 'person_history')).kind === 'one') return word
  return null
}
