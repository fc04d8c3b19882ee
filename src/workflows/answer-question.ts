import { analystInstructions } from '../domain/analyst-prompt.ts'
import { createVeil } from '../domain/analyst-redaction.ts'
import type { Answer, DraftAnswer, LeftOut } from '../domain/answer.ts'
import type { Member } from '../domain/authority.ts'
import { checkAnswer } from '../domain/citations.ts'
import type { PolicyVersion } from '../domain/policy.ts'
import { actionAskedFor, codesIn, reasonIn, spokenText } from '../domain/question.ts'
import type { ToolResult } from '../domain/tool-result.ts'
import { type TranscriptEntry, withTurn } from '../domain/transcript.ts'
import type {
  ActivitySearch,
  Analyst,
  AnalystUsage,
  AnswerStream,
  TokenMeter,
  Transcripts,
} from '../ports/analyst.ts'
import type { Ports } from '../ports.ts'
import { ANSWER_LIMITS, type AnswerLimits, type LoopOutcome, runAnalyst } from './analyst-loop.ts'
import { openingOf } from './analyst-opening.ts'
import { ACTIVITY_QUERIES_MAX } from './analyst-tools-activity.ts'
import type { ToolContext } from './analyst-tools-people.ts'
import { answerPlainly } from './plain-answer.ts'
import { preparedOf } from './prepare-decision.ts'
import { recordAnswer } from './record-conversation.ts'
import { reviewersOf, rosterOf } from './roster.ts'

/** What somebody asks of us, and where. */
export interface Question {
  readonly tenantId: string
  readonly text: string
  readonly slackUserId: string
  readonly channel: string
  readonly threadTs: string
  /** The case of the thread, or null. */
  readonly grantId: string | null
}

export type MayAsk = 'yes' | 'not-reader' | 'unknown'

export interface AnswerPorts
  extends Pick<Ports, 'clock' | 'ids' | 'store' | 'directory' | 'chainKey' | 'hasWebhook' | 'log'> {
  /** Null when no model's server is configured. */
  readonly analyst: Analyst | null
  readonly activity: ActivitySearch
  readonly transcripts: Transcripts
  readonly meter: TokenMeter
}

const DAY_MS = 86_400_000
const NO_USAGE: AnalystUsage = { inputTokens: 0, cachedTokens: 0, outputTokens: 0 }

/** Reviewers ask; others only when the policy names them as readers. */
export async function mayAsk(
  ports: Pick<Ports, 'store' | 'directory'>,
  tenantId: string,
  slackUserId: string,
): Promise<MayAsk> {
  const policy = await ports.store.records.policies.current(tenantId)
  const asker = policy === null ? null : await askerOf(ports, { tenantId, slackUserId, policy })
  return typeof asker === 'string' ? asker : asker === null ? 'unknown' : 'yes'
}

async function askerOf(
  ports: Pick<Ports, 'directory'>,
  input: { readonly tenantId: string; readonly slackUserId: string; readonly policy: PolicyVersion },
): Promise<Member | Exclude<MayAsk, 'yes'>> {
  const member = await ports.directory.person(input.tenantId, input.slackUserId)
  if (member === null) return 'unknown'
  if (member.deactivated || member.guest || member.stranger || member.bot) return 'not-reader'
  const { reviewers, readers } = input.policy.policy.people
  const roster = await rosterOf(ports.directory, input.tenantId, [...reviewers, ...readers])
  return roster.has(member.slackUserId) ? member : 'not-reader'
}

/** Answers a question: looks things up, drafts, checks every sentence, and says only what stands. */
export async function answerQuestion(
  ports: AnswerPorts,
  question: Question,
  stream: AnswerStream,
  limits: AnswerLimits = ANSWER_LIMITS,
): Promise<Answer> {
  const startedAt = ports.clock.now()
  const reading = { id: 'question', title: 'Reading the question', state: 'running' } as const
  await stream.step(reading)
  const policy = await ports.store.records.policies.current(question.tenantId)
  const asker = policy === null ? 'unknown' : await askerOf(ports, { ...question, policy })
  if (policy === null || typeof asker === 'string') {
    const answer = emptyAnswer(ports.ids.next())
    await stream.finish(answer)
    return answer
  }
  const thread = `${question.channel}:${question.threadTs}`
  const transcript = await ports.transcripts.load(question.tenantId, thread)
  const drafting = await prepareDrafting(ports, { question, policy, asker, transcript, startedAt, limits })
  await stream.step({ ...reading, state: 'done' })
  const drafted = await draft(ports, drafting, stream)
  const answer = await finished(ports, { drafting, drafted })
  for (const sentence of answer.sentences) {
    if (stream.stopped.aborted) break
    await stream.sentence(sentence)
  }
  await stream.finish(answer)
  await recordAnswer(ports, { ...question, ...drafted, question: drafting.spoken, answer, startedAt })
  await ports.transcripts.save(
    question.tenantId,
    thread,
    withTurn(transcript, { question: drafting.spoken, answer, at: ports.clock.now() }),
  )
  return answer
}

interface Drafting {
  readonly question: Question
  readonly spoken: string
  readonly policy: PolicyVersion
  readonly transcript: readonly TranscriptEntry[]
  readonly context: ToolContext
  readonly instructions: string
  readonly veil: ReturnType<typeof createVeil>
  readonly startedAt: number
  readonly limits: AnswerLimits
}

async function prepareDrafting(
  ports: AnswerPorts,
  input: {
    readonly question: Question
    readonly policy: PolicyVersion
    readonly asker: Member
    readonly transcript: readonly TranscriptEntry[]
    readonly startedAt: number
    readonly limits: AnswerLimits
  },
): Promise<Drafting> {
  const { question, policy, asker, transcript, startedAt, limits } = input
  const spoken = spokenText(question.text)
  const veil = createVeil(policy.policy.redactedFields)
  const typed = transcript.filter(({ by }) => by === 'person').map(({ text }) => text)
  const context: ToolContext = {
    ports,
    tenantId: question.tenantId,
    policy,
    now: startedAt,
    asker,
    reviewers: await reviewersOf(ports.directory, question.tenantId, policy.policy),
    grantId: question.grantId,
    questionText: [spoken, ...typed].join('\n'),
    budget: { queriesLeft: ACTIVITY_QUERIES_MAX, hasRunOut: false },
    saw: (grants) => veil.learn(grants),
  }
  const instructions = analystInstructions(policy.policy.prompts.analyst)
  return { question, spoken, policy, transcript, context, instructions, veil, startedAt, limits }
}

type Drafted = Omit<LoopOutcome, 'draft'> & { readonly draft: DraftAnswer; readonly model: string | null }

/** The model's draft, or one by rules where no model is set, its budget is used up, or it gave none. */
async function draft(ports: AnswerPorts, drafting: Drafting, stream: AnswerStream): Promise<Drafted> {
  const { policy, question, context, limits } = drafting
  const model = policy.policy.models.analyst
  let tried: LoopOutcome = { draft: null, results: [], leftOut: [], toolsCalled: [], usage: NO_USAGE }
  if (ports.analyst !== null && model !== null) {
    tried = (await isOverBudget(ports, { tenantId: question.tenantId, policy }))
      ? { ...tried, leftOut: ['tokens'] }
      : await runAnalyst(
          { analyst: ports.analyst, clock: ports.clock },
          {
            ...drafting,
            model,
            stream,
            opening: await openingOf(drafting),
            timeoutMs: policy.policy.models.timeoutMs,
            stands: (one, results) => stands(one, results, drafting.instructions),
          },
        )
    const { inputTokens, outputTokens } = tried.usage
    const used = { tokens: inputTokens + outputTokens, at: drafting.startedAt }
    if (used.tokens > 0) await ports.meter.add(question.tenantId, used)
    if (tried.draft !== null) return { ...tried, draft: tried.draft, model }
  }
  if (stream.stopped.aborted)
    return { ...tried, draft: NO_DRAFT, model: null, leftOut: withStop(tried.leftOut) }
  const plain = await answerPlainly(context, {
    question: drafting.spoken,
    stream,
    toolMs: limits.toolMs,
    firstId: tried.results.length + 1,
  })
  return {
    ...tried,
    draft: { ...plain.draft, prepare: plainPrepare(drafting) },
    results: [...tried.results, ...plain.results],
    toolsCalled: [...tried.toolsCalled, ...plain.toolsCalled],
    model: null,
  }
}

const NO_DRAFT: DraftAnswer = { sentences: [], cannotSay: true, table: null, chart: null, prepare: null }

function withStop(leftOut: readonly LeftOut[]): readonly LeftOut[] {
  return leftOut.includes('stopped') ? leftOut : [...leftOut, 'stopped']
}

/** Conversations stop where the day's budget ends, scoring included; what they use never keeps a grant waiting. */
async function isOverBudget(
  ports: Pick<AnswerPorts, 'store' | 'clock' | 'meter' | 'log'>,
  input: { readonly tenantId: string; readonly policy: PolicyVersion },
): Promise<boolean> {
  const since = ports.clock.now() - DAY_MS
  const used =
    (await ports.store.records.assessments.tokensSince(input.tenantId, since)) +
    (await ports.meter.since(input.tenantId, since))
  const budget = input.policy.policy.models.dailyTokens
  if (used < budget) return false
  ports.log.warn({ used, budget }, 'The model budget of the day is used up; questions are answered by rules')
  return true
}

function stands(one: DraftAnswer, results: readonly ToolResult[], instructions: string): boolean {
  if (one.cannotSay || one.sentences.length === 0) return true
  return checkAnswer(one, results, { instructions }).sentences.length > 0
}

/** Without a model the person's own words say what to prepare. */
function plainPrepare({ spoken, question }: Drafting): DraftAnswer['prepare'] {
  const action = actionAskedFor(spoken)
  const grant = codesIn(spoken)[0] ?? question.grantId
  return action === null || grant === null ? null : { grant, action, reason: reasonIn(spoken) }
}

async function finished(
  ports: AnswerPorts,
  { drafting, drafted }: { readonly drafting: Drafting; readonly drafted: Drafted },
): Promise<Answer> {
  const { instructions, question, spoken } = drafting
  const checked = checkAnswer(drafted.draft, drafted.results, { instructions })
  const asked = { question: { ...question, text: spoken }, prepare: drafted.draft.prepare }
  const { prepared, notPrepared: refused } = await preparedOf(ports, asked)
  // An answer that says something else understood the words as no order.
  const notPrepared = refused?.grantId === null && checked.sentences.length > 0 ? null : refused
  return {
    id: ports.ids.next(),
    ...checked,
    // Whoever asks for a button and gets it, or hears why not, was answered.
    cannotSay: checked.cannotSay && prepared === null && notPrepared === null,
    prepared,
    notPrepared,
    leftOut: drafted.leftOut,
    model: drafted.model,
    timezone: drafting.policy.policy.timezone,
  }
}

function emptyAnswer(id: string): Answer {
  return {
    id,
    sentences: [],
    removed: [],
    cannotSay: true,
    table: null,
    chart: null,
    cited: [],
    prepared: null,
    notPrepared: null,
    leftOut: [],
    model: null,
    timezone: 'UTC',
  }
}
