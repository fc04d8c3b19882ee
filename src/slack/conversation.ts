import type { HomeView, ModalView } from '@slack/types'
import { z } from 'zod'
import type { SlackApi } from './slack-api.ts'
import { isRefusal } from './slack-error.ts'
import type { MessageView } from './views/blocks.ts'

const opened = z.looseObject({ view: z.looseObject({ id: z.string(), hash: z.string() }) })

export interface OpenModal {
  readonly viewId: string
  readonly hash: string
}

/** How handlers speak to one person. */
export interface Conversation {
  /** Only that person sees it: in the channel when there is one and they are in it, else in their own conversation with us. */
  tell(whom: { readonly userId: string; readonly channel: string | null }, view: MessageView): Promise<void>
  reply(where: { readonly channel: string; readonly threadTs: string }, view: MessageView): Promise<void>
  /** Answers a command, to the person alone. */
  respond(responseUrl: string, view: MessageView): Promise<void>
  openModal(triggerId: string, view: ModalView): Promise<OpenModal>
  /** `closed` when the person closed the modal meanwhile. */
  updateModal(modal: OpenModal, view: ModalView): Promise<'updated' | 'closed'>
  publishHome(userId: string, view: HomeView): Promise<void>
  suggest(
    channel: string,
    prompts: readonly { readonly title: string; readonly message: string }[],
  ): Promise<void>
}

/** The person is not in the channel, or the channel takes no messages any more. */
const NO_EPHEMERAL = ['user_not_in_channel', 'not_in_channel', 'channel_not_found', 'is_archived'] as const

export function createConversation(api: SlackApi): Conversation {
  const message = (view: MessageView) => ({
    text: view.text,
    blocks: view.blocks,
    unfurl_links: false,
    unfurl_media: false,
  })
  const tellDirectly = async (userId: string, view: MessageView): Promise<void> => {
    await api.call('interactive', 'chat.postMessage', { channel: userId, ...message(view) })
  }
  return {
    async tell({ userId, channel }, view) {
      if (channel === null) return await tellDirectly(userId, view)
      try {
        const { text, blocks } = view
        await api.call('interactive', 'chat.postEphemeral', { channel, user: userId, text, blocks })
      } catch (error) {
        if (!isRefusal(error, ...NO_EPHEMERAL)) throw error
        await tellDirectly(userId, view)
      }
    },
    async reply({ channel, threadTs }, view) {
      await api.call('interactive', 'chat.postMessage', { channel, thread_ts: threadTs, ...message(view) })
    },
    async respond(responseUrl, view) {
      await api.respond(responseUrl, { response_type: 'ephemeral', text: view.text, blocks: view.blocks })
    },
    async openModal(triggerId, view) {
      const answer = opened.parse(
        await api.call('interactive', 'views.open', { trigger_id: triggerId, view }),
      )
      return { viewId: answer.view.id, hash: answer.view.hash }
    },
    async updateModal({ viewId, hash }, view) {
      try {
        await api.call('interactive', 'views.update', { view_id: viewId, hash, view })
        return 'updated'
      } catch (error) {
        if (isRefusal(error, 'not_found', 'view_not_found', 'hash_conflict')) return 'closed'
        throw error
      }
    },
    async publishHome(userId, view) {
      await api.call('interactive', 'views.publish', { user_id: userId, view })
    },
    async suggest(channel, prompts) {
      await api.call('interactive', 'assistant.threads.setSuggestedPrompts', { channel_id: channel, prompts })
    },
  }
}
