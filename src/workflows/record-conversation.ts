import type { Answer } from '../domain/answer.ts'
import { conversationEvent } from '../domain/conversation-event.ts'
import type { AnalystUsage } from '../ports/analyst.ts'
import type { Ports } from '../ports.ts'

type RecordPorts = Pick<Ports, 'clock' | 'store'>

export interface Feedback {
  readonly tenantId: string
  /** `Answer.id` of what it is about. */
  readonly answerId: string
  readonly slackUserId: string
  readonly value: 'good' | 'bad'
}

/** Writes down a question and what came of it: outside the chain, delivered like a review event. */
export async function recordAnswer(
  ports: RecordPorts,
  input: {
    readonly tenantId: string
    readonly slackUserId: string
    readonly channel: string
    readonly grantId: string | null
    readonly question: string
    readonly answer: Answer
    readonly toolsCalled: readonly string[]
    readonly usage: AnalystUsage
    readonly startedAt: number
  },
): Promise<void> {
  const { answer, usage } = input
  const at = ports.clock.now()
  await add(ports, input.tenantId, {
    event: 'conversation.answered',
    tenantId: input.tenantId,
    at,
    grantId: input.grantId,
    slackUserId: input.slackUserId,
    key: answer.id,
    detail: {
      answer_id: answer.id,
      channel: input.channel,
      question: input.question,
      tools: input.toolsCalled,
      model: answer.model,
      sentences: answer.sentences.length,
      cannot_say: answer.cannotSay,
      removed: answer.removed.map(({ why, text }) => `${why}: ${text}`),
      left_out: answer.leftOut,
      queries: answer.cited.filter(({ query }) => query !== null).length,
      prepared: answer.prepared?.action ?? null,
      input_tokens: usage.inputTokens,
      cached_tokens: usage.cachedTokens,
      output_tokens: usage.outputTokens,
      latency_ms: Math.max(0, at - input.startedAt),
    },
  })
}

export async function recordFeedback(ports: RecordPorts, feedback: Feedback): Promise<void> {
  const { tenantId, answerId, slackUserId, value } = feedback
  await add(ports, tenantId, {
    event: 'conversation.feedback',
    tenantId,
    at: ports.clock.now(),
    grantId: null,
    slackUserId,
    key: `${answerId}:${slackUserId}:${value}`,
    detail: { answer_id: answerId, feedback: value },
  })
}

async function add(
  ports: RecordPorts,
  tenantId: string,
  parts: Parameters<typeof conversationEvent>[0],
): Promise<void> {
  const event = conversationEvent(parts)
  await ports.store.records.outbox.add([
    { tenantId, lane: 'axiom', eventId: event.event_id, payload: JSON.stringify(event), createdAt: parts.at },
  ])
}
