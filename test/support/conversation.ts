import type { Answer, CheckedSentence } from '../../src/domain/answer.ts'
import type { Policy } from '../../src/domain/policy.ts'
import type {
  ActivityQuery,
  ActivityRows,
  AnalystRequest,
  AnalystStep,
  AnswerStream,
  VisibleStep,
} from '../../src/ports/analyst.ts'
import { createConversationMemory } from '../../src/store/conversation-memory.ts'
import type { AnswerLimits } from '../../src/workflows/analyst-loop.ts'
import { type AnswerPorts, answerQuestion, type Question } from '../../src/workflows/answer-question.ts'
import { aGrant, anAssessment, aParty, aPolicy, aPolicyVersion, aReview, NOON, TENANT } from './builders.ts'
import { type WorkflowPorts, workflowPorts } from './workflow-ports.ts'

/** A conversation without Slack: a small ledger with known answers, a scripted model, and a stream that is written down. */

const HOUR = 3_600_000
const DAY = 24 * HOUR

export const ana = aParty('ana@northwind.example', { name: 'Ana Torres' })
export const jonas = aParty('jonas@northwind.example', { name: 'Jonas Weber' })
export const sofia = aParty('sofia@northwind.example', { name: 'Sofia Lindqvist' })
export const priya = aParty('priya@northwind.example', { name: 'Priya Raman' })
export const karim = aParty('karim@northwind.example', { name: 'Karim Bensalem' })

const SUPER = { id: 'super-administrator', name: 'Super Administrator', tier: 'T0' } as const
const HELP = { id: 'help-desk-administrator', name: 'Help Desk Administrator', tier: 'T1' } as const
const OWNER = { id: 'owner', name: 'Owner', tier: 'T0', scope: 'org:northwind' } as const

/** NOON is Tuesday 2026-11-24, 12:00 UTC. */
export const GRANTS = {
  help: aGrant({ act: 'help', grantee: ana, grantor: sofia, role: HELP, occurredAt: NOON - 83 * DAY }),
  helpForKarim: aGrant({ act: 'k', grantee: karim, grantor: sofia, role: HELP, occurredAt: NOON - 40 * DAY }),
  helpTaken: aGrant({
    act: 'taken',
    kind: 'removal',
    direction: 'taken',
    grantee: karim,
    grantor: sofia,
    role: HELP,
    occurredAt: NOON - 20 * DAY,
  }),
  superForPriya: aGrant({
    act: 'p',
    grantee: priya,
    grantor: sofia,
    role: SUPER,
    occurredAt: NOON - 60 * DAY,
  }),
  selfGrant: aGrant({
    act: 'self',
    grantee: jonas,
    grantor: jonas,
    role: SUPER,
    occurredAt: NOON - 9 * HOUR,
    justification: 'Emergency, ticket OPS-4711',
    ip: '203.0.113.9',
  }),
  owner: aGrant({
    act: 'owner',
    feedId: 'github',
    source: 'github',
    grantee: ana,
    grantor: priya,
    role: OWNER,
    occurredAt: NOON - 26 * HOUR,
  }),
  blind: aGrant({ act: 'blind', grantee: karim, grantor: priya, role: HELP, occurredAt: NOON - 2 * HOUR }),
  failed: aGrant({
    act: 'failed',
    grantee: karim,
    grantor: jonas,
    role: SUPER,
    outcome: 'failure',
    occurredAt: NOON - 3 * HOUR,
  }),
} as const

/** The score of the blind case: no answer may ever hold it. */
export const BLIND_SCORE = 73

export interface Talk extends AnswerPorts {
  readonly workflow: WorkflowPorts
  /** What the model was sent, turn by turn. */
  readonly requests: AnalystRequest[]
  readonly searches: ActivityQuery[]
  readonly script: {
    turn: (request: AnalystRequest, signal: AbortSignal) => AnalystStep | Promise<AnalystStep>
    activity: (query: ActivityQuery) => ActivityRows | Promise<ActivityRows>
  }
  ask(text: string, more?: Partial<Question> & { readonly limits?: AnswerLimits }): Promise<Told>
  close(): Promise<void>
}

export interface Told {
  readonly answer: Answer
  readonly steps: readonly VisibleStep[]
  readonly sentences: readonly CheckedSentence[]
  readonly finished: readonly Answer[]
}

export const MODEL_POLICY = { models: { analyst: 'a-model' } } as const

const FEEDS = [
  { id: 'okta-logs', preset: 'okta', dataset: 'okta-logs' },
  { id: 'github', preset: 'github', dataset: 'github-audit' },
] as const

export async function openTalk(policy: Record<string, unknown> = {}): Promise<Talk> {
  const workflow = await workflowPorts()
  await furnish(workflow, aPolicy({ feeds: FEEDS, ...policy }))
  const requests: AnalystRequest[] = []
  const searches: ActivityQuery[] = []
  const script: Talk['script'] = {
    turn: () => ({ kind: 'no-answer', why: 'down', usage: null }),
    activity: () => ({ apl: "['okta-logs']", rows: [], partial: false }),
  }
  const ports: AnswerPorts = {
    ...workflow,
    ...createConversationMemory(workflow.store),
    analyst: {
      async turn(request, signal) {
        requests.push(structuredClone(request))
        return await script.turn(request, signal)
      },
    },
    activity: {
      async search(query) {
        searches.push(query)
        return await script.activity(query)
      },
    },
  }
  return {
    ...ports,
    workflow,
    requests,
    searches,
    script,
    async ask(text, { limits, ...more } = {}) {
      const recorder = recordStream()
      const question: Question = {
        tenantId: TENANT,
        text,
        slackUserId: 'U0MAYA',
        channel: 'C0REVIEW',
        threadTs: '1.0001',
        grantId: null,
        ...more,
      }
      const answer = await answerQuestion(ports, question, recorder.stream, limits)
      return { answer, ...recorder }
    },
    close: () => workflow.close(),
  }
}

export function recordStream(stopped: AbortSignal = new AbortController().signal): Omit<Told, 'answer'> & {
  readonly stream: AnswerStream
} {
  const steps: VisibleStep[] = []
  const sentences: CheckedSentence[] = []
  const finished: Answer[] = []
  return {
    steps,
    sentences,
    finished,
    stream: {
      stopped,
      step: async (step) => void steps.push(step),
      sentence: async (sentence) => void sentences.push(sentence),
      finish: async (answer) => void finished.push(answer),
    },
  }
}

async function furnish(workflow: WorkflowPorts, policy: Policy): Promise<void> {
  const { records } = workflow.store
  await records.policies.save(aPolicyVersion(policy, { version: 2 }))
  await records.ledger.insert(Object.values(GRANTS))
  const { selfGrant, owner, blind, superForPriya } = GRANTS
  await records.assessments.insert([
    anAssessment(selfGrant, {
      baseline: {
        score: 88,
        band: 'high',
        evidence: [
          { id: 'self_grant', weight: 45, sentence: [{ person: jonas.id }, ' gave the role to themself'] },
          { id: 'odd_hour', weight: 20, sentence: ['It was given at ', { hour: 3 }] },
        ],
      },
      verdict: { band: 'high', floor: { id: 'self_grant', band: 'high' }, waits: false },
    }),
    anAssessment(owner, { baseline: { score: 52, band: 'medium', evidence: [] } }),
    anAssessment(blind, {
      baseline: {
        score: BLIND_SCORE,
        band: 'high',
        evidence: [{ id: 'new_pair', weight: 31, sentence: ['The two never met before'] }],
      },
      verdict: { band: 'high', floor: null, waits: false },
      disposition: 'sample',
    }),
    anAssessment(superForPriya, { disposition: 'review' }),
  ])
  await records.reviews.insert([
    aReview(selfGrant, { band: 'high' }),
    aReview(owner),
    aReview(blind, { blind: true, origin: 'sample' }),
    aReview(superForPriya, { state: 'approved' }),
  ])
  await records.decisions.insert({
    id: 'decision-1',
    tenantId: TENANT,
    grantId: superForPriya.id,
    action: 'approve',
    reason: 'Covers for Sofia',
    actor: { slackUserId: 'U0DEV', name: 'Dev Patel', email: 'dev@northwind.example' },
    decidedAt: NOON - 59 * DAY,
    stateBefore: 'open',
    stateAfter: 'approved',
    singleApproval: false,
  })
}
