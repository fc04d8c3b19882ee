import type { HomeView, ModalView } from '@slack/types'
import { z } from 'zod'
import type { Log } from '../ports.ts'
import type { SlackApi } from './slack-api.ts'
import { isRefusal } from './slack-error.ts'
import type { MessageView } from './views/blocks.ts'

const opened = z.looseObject({ view: z.looseObject({ id: z.string(), hash: z.string() }) })

export interface OpenModal {
  readonly viewId: string
  readonly hash: string
}

export interface Listener {
  readonly userId: string
  readonly channel: string | null
  readonly threadTs?: string | null
}

interface Thread {
  readonly channel: string
  readonly threadTs: string
}

/** How handlers speak to one person. */
export interface Conversation {
  /** Only that person sees it: in the channel when there is one and they are in it, else in their own conversation with us. */
  tell(whom: Listener, view: MessageView): Promise<void>
  reply(where: Thread, view: MessageView): Promise<void>
  /** Answers a command, to the person alone. */
  respond(responseUrl: string, view: MessageView): Promise<void>
  openModal(triggerId: string, view: ModalView): Promise<OpenModal>
  /** Puts a modal on top of the one that was pressed in. */
  pushModal(triggerId: string, view: ModalView): Promise<void>
  /** Shows another view in the modal that has this external id. */
  replaceModal(externalId: string, view: ModalView): Promise<'updated' | 'closed'>
  /** `closed` when the person closed the modal meanwhile. */
  updateModal(modal: OpenModal, view: ModalView): Promise<'updated' | 'closed'>
  publishHome(userId: string, view: HomeView): Promise<void>
  /** Shows in a thread that an answer is on its way, with a button to stop it; false where Slack does not. */
  working(where: Thread, userId: string): Promise<boolean>
  idle(where: Thread): Promise<void>
  suggest(
    channel: string,
    prompts: readonly { readonly title: string; readonly message: string }[],
  ): Promise<void>
}

/** The person is not in the channel, or the channel or thread takes no messages any more. */
const NO_EPHEMERAL = [
  'user_not_in_channel',
  'not_in_channel',
  'channel_not_found',
  'is_archived',
  'thread_not_found',
] as const

export function createConversation(api: SlackApi, log: Log): Conversation {
  const message = (view: MessageView) => ({
    text: view.text,
    blocks: view.blocks,
    unfurl_links: false,
    unfurl_media: false,
  })
  const tellDirectly = async (userId: string, view: MessageView): Promise<void> => {
    await api.call('interactive', 'chat.postMessage', { channel: userId, ...message(view) })
  }
  // The state of a thread is a courtesy: an answer comes without it.
  const setStatus = async (status: Readonly<Record<string, string>>): Promise<boolean> => {
    try {
      await api.call('interactive', 'agents.sessions.setStatus', status)
      return true
    } catch (error) {
      log.info({ error }, 'Slack shows no state of this thread')
      return false
    }
  }
  return {
    async tell({ userId, channel, threadTs }, view) {
      if (channel === null) return await tellDirectly(userId, view)
      const place = { channel, user: userId, ...(threadTs ? { thread_ts: threadTs } : {}) }
      try {
        await api.call('interactive', 'chat.postEphemeral', {
          ...place,
          text: view.text,
          blocks: view.blocks,
        })
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
    async pushModal(triggerId, view) {
      await api.call('interactive', 'views.push', { trigger_id: triggerId, view })
    },
    async replaceModal(externalId, view) {
      try {
        await api.call('interactive', 'views.update', { external_id: externalId, view })
        return 'updated'
      } catch (error) {
        if (isRefusal(error, 'not_found', 'view_not_found')) return 'closed'
        throw error
      }
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
    working: ({ channel, threadTs }, userId) =>
      setStatus({
        channel_id: channel,
        thread_ts: threadTs,
        status: 'processing',
        initiator_user_id: userId,
      }),
    async idle({ channel, threadTs }) {
      await setStatus({ channel_id: channel, thread_ts: threadTs, status: 'active' })
    },
    async suggest(channel, prompts) {
      await api.call('interactive', 'assistant.threads.setSuggestedPrompts', { channel_id: channel, prompts })
    },
  }
}
