import { z } from 'zod'
import type { ReviewDesk } from '../ports.ts'
import type { SlackIdentity } from './identity.ts'
import { CARD_METADATA, SURPLUS_METADATA } from './ids.ts'
import { METHOD_SCOPES } from './scopes.ts'
import type { SlackApi } from './slack-api.ts'
import { isRefusal } from './slack-error.ts'
import type { MessageView } from './views/blocks.ts'
import { outsideNotice } from './views/notices.ts'
import { reviewCard, surplusCard } from './views/review-card.ts'

/** How far a search for a lost card goes back: so many pages of so many messages. */
const PAGES_MAX = 10
const PAGE_MESSAGES = 200

const posted = z.looseObject({ ts: z.string() })
const page = z.looseObject({
  messages: z
    .array(
      z.looseObject({
        ts: z.string(),
        user: z.string().optional(),
        bot_id: z.string().optional(),
        metadata: z
          .looseObject({
            event_type: z.string(),
            event_payload: z.record(z.string(), z.unknown()).optional(),
          })
          .optional()
          .catch(undefined),
      }),
    )
    .default([]),
  has_more: z.boolean().optional(),
  response_metadata: z.looseObject({ next_cursor: z.string().optional() }).optional(),
})

type Message = z.infer<typeof page>['messages'][number]

interface DeskOptions {
  readonly api: SlackApi
  identity(): Promise<SlackIdentity>
}

/** Where reviews meet people. Posts once, updates as often as it takes, never reads a card back. */
export function createReviewDesk({ api, identity }: DeskOptions): ReviewDesk {
  const post = async (channel: string, view: MessageView, more: Readonly<Record<string, unknown>> = {}) =>
    posted.parse(await api.call('once', 'chat.postMessage', { channel, ...message(view), ...more })).ts
  return {
    async postCard(channel, reviewCase) {
      const { id, tenantId } = reviewCase.grant
      return await post(channel, reviewCard(reviewCase), { metadata: metadata(CARD_METADATA, id, tenantId) })
    },
    async updateCard(card, reviewCase) {
      const view = message(reviewCard(reviewCase))
      const marked = { ...view, metadata: metadata(CARD_METADATA, card.grantId, card.tenantId) }
      try {
        await api.call('steady', 'chat.update', { channel: card.channel, ts: card.messageTs, ...marked })
        return 'updated'
      } catch (error) {
        if (isRefusal(error, 'message_not_found')) return 'gone'
        throw error
      }
    },
    findCards: (query) => findCards({ api, identity }, query),
    async neutraliseCard({ tenantId, channel, messageTs, grantId }) {
      // Other metadata, so that the next search does not take the copy for a live card.
      const marked = {
        ...message(surplusCard(grantId)),
        metadata: metadata(SURPLUS_METADATA, grantId, tenantId),
      }
      await api.call('steady', 'chat.update', { channel, ts: messageTs, ...marked })
    },
    async replyInThread({ channel, threadTs, text }) {
      await post(channel, outsideNotice(text, null, null), { thread_ts: threadTs })
    },
    async notify({ channel, text, reviewCase }) {
      const { teamUrl } = await identity()
      await post(channel, outsideNotice(text, reviewCase ?? null, teamUrl))
    },
  }
}

function message(view: MessageView): Readonly<Record<string, unknown>> {
  return { text: view.text, blocks: view.blocks, unfurl_links: false, unfurl_media: false }
}

function metadata(eventType: string, grantId: string, tenantId: string) {
  return { event_type: eventType, event_payload: { grant_id: grantId, tenant_id: tenantId } }
}

type CardQuery = Parameters<ReviewDesk['findCards']>[0]

async function findCards(
  { api, identity }: DeskOptions,
  query: CardQuery,
): Promise<readonly string[] | null> {
  const self = await identity()
  const needed: readonly string[] = METHOD_SCOPES['conversations.history']
  if (self.scopes !== null && !needed.some((scope) => self.scopes?.has(scope))) return null
  const found: string[] = []
  let cursor = ''
  for (let turn = 0; turn < PAGES_MAX; turn += 1) {
    const answer = await historyPage(api, query, cursor)
    if (answer === null) return null
    found.push(...answer.messages.filter((one) => isCard(one, query, self)).map((one) => one.ts))
    cursor = answer.response_metadata?.next_cursor ?? ''
    if (cursor === '') break
  }
  return found.toSorted()
}

async function historyPage(api: SlackApi, query: CardQuery, cursor: string) {
  try {
    const answer = await api.call('steady', 'conversations.history', {
      channel: query.channel,
      oldest: (query.since / 1_000).toFixed(6),
      include_all_metadata: true,
      limit: PAGE_MESSAGES,
      ...(cursor === '' ? {} : { cursor }),
    })
    return page.parse(answer)
  } catch (error) {
    // One of the two history scopes is granted, but not the one for this kind of channel.
    if (isRefusal(error, 'missing_scope')) return null
    throw error
  }
}

/** Metadata of other apps proves nothing: the message must be ours. */
function isCard(one: Message, query: CardQuery, self: SlackIdentity): boolean {
  const isOurs = one.user === self.botUserId || (self.botId !== null && one.bot_id === self.botId)
  const payload = one.metadata?.event_payload
  return (
    isOurs &&
    one.metadata?.event_type === CARD_METADATA &&
    payload?.['grant_id'] === query.grantId &&
    payload['tenant_id'] === query.tenantId
  )
}
