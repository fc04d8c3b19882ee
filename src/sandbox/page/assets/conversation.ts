import { createComposer } from './composer.ts'
import { APP } from './directory.ts'
import { h, syncChildren } from './dom.ts'
import { authorOf } from './message.ts'
import { createMessageList } from './message-list.ts'
import type { Pane } from './pane.ts'
import { say } from './say.ts'
import type { Screen } from './screen.ts'
import { composerTarget, currentChannel, emptyChannel, ephemeralsIn, topLevel } from './where.ts'
import { directChannelOf } from './world-state.ts'

/** The main column while it shows a channel or the direct conversation with the app. */
export function createConversation(): Pane {
  const list = createMessageList('Messages')
  const composer = createComposer(list.showEnd)
  const prompts = h('div', { class: 'prompts' })
  const node = h('div', { class: 'conversation' }, list.node, prompts, composer.node)
  return {
    node,
    update(screen) {
      const { place } = screen
      const isDirect = place.kind === 'direct'
      const channel = currentChannel(screen)
      const key = `${place.personId}/${channel.id}`
      list.update(screen, {
        key,
        messages: topLevel(screen),
        ephemerals: ephemeralsIn(screen, channel.id, ''),
        inThread: false,
        empty: isDirect
          ? 'This is the direct conversation with Countersign. Ask which grants are waiting, or why one was flagged.'
          : emptyChannel(channel.name),
      })
      drawPrompts(prompts, screen, isDirect)
      composer.update(screen, composerTarget(screen, channel, ''))
    },
  }
}

/** The app's suggestions, offered until somebody has said something. */
function drawPrompts(node: HTMLElement, screen: Screen, isDirect: boolean): void {
  const { prompts, directMessages } = screen.person
  const isAsked = directMessages.some((message) => authorOf(message) !== APP.userId)
  const shown = !isDirect || isAsked ? [] : prompts
  syncChildren(
    node,
    shown.map(({ title, message }) => ({
      key: title,
      signature: `${screen.place.personId}/${message}`,
      build() {
        const channel = directChannelOf(screen.place.personId, screen.person)
        const ask = () => void say(screen, { channel, threadTs: '', typed: message })
        return h('button', { type: 'button', class: 'button', click: ask }, title)
      },
    })),
  )
}
