import { createHash } from 'node:crypto'

/** An event of a conversation, as the review dataset gets it: flat, outside the chain, everything else in one map field. */
export interface ConversationEvent {
  readonly _time: string
  readonly event: 'conversation.answered' | 'conversation.feedback'
  readonly event_id: string
  readonly schema: 1
  readonly tenant: string
  readonly grant_id: string | null
  readonly actor: string
  readonly detail: Readonly<Record<string, DetailValue>>
}

type DetailValue = string | number | boolean | null | readonly string[]

const TEXT_CHARACTERS_MAX = 1_000
const LIST_MAX = 20

export function conversationEvent(parts: {
  readonly event: ConversationEvent['event']
  readonly tenantId: string
  readonly at: number
  readonly grantId: string | null
  readonly slackUserId: string
  /** What makes the event unique besides its name. */
  readonly key: string
  readonly detail: ConversationEvent['detail']
}): ConversationEvent {
  const { event, tenantId, at, grantId, slackUserId, key, detail } = parts
  return {
    _time: new Date(at).toISOString(),
    event,
    event_id: createHash('sha256')
      .update(JSON.stringify([tenantId, event, key]))
      .digest('hex')
      .slice(0, 32),
    schema: 1,
    tenant: tenantId,
    grant_id: grantId,
    actor: clip(slackUserId),
    detail: Object.fromEntries(Object.entries(detail).map(([name, value]) => [name, clipped(value)])),
  }
}

function clipped(value: DetailValue): DetailValue {
  if (typeof value === 'string') return clip(value)
  if (typeof value === 'object' && value !== null) return value.slice(0, LIST_MAX).map(clip)
  return value
}

function clip(text: string): string {
  return text.toWellFormed().slice(0, TEXT_CHARACTERS_MAX).toWellFormed()
}
