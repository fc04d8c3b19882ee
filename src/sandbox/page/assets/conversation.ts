import { createComposer } from './composer.ts'
import { APP } from './directory.ts'
import { h, setText, syncChildren } from './dom.ts'
import type { Fields } from './json.ts'
import { text } from './json.ts'
import { authorOf, repliesOf } from './message.ts'
import { createMessageList } from './message-list.ts'
import type { Pane } from './pane.ts'
import { say } from './say.ts'
import type { Screen } from './screen.ts'
import { directChannelOf } from './world-state.ts'

/** The main column while it shows a channel or the direct conversation with the app. */
export function createConversation(): Pane {
  const list = createMessageList('Messages')
  const composer = createComposer()
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

/** The right panel: one message, its replies, and a box to reply in. */
export function createThread(): Pane {
  const list = createMessageList('Thread')
  const composer = createComposer()
  const where = h('span', { class: 'faint' })
  const said = h('span', { role: 'status' })
  const stop = h('button', { type: 'button', class: 'button button-small' }, 'Stop')
  const status = h('div', { class: 'thread-status' }, said, stop)
  const close = h(
    'button',
    { type: 'button', class: 'button button-icon', 'aria-label': 'Close the thread' },
    '✕',
  )
  const node = h(
    'aside',
    { class: 'thread', 'aria-label': 'Thread' },
    h('header', { class: 'pane-head' }, h('h2', {}, 'Thread'), where, h('span', { class: 'grow' }), close),
    list.node,
    status,
    composer.node,
  )
  let current: Screen | undefined
  let shownTs = ''
  const closeThread = () => {
    const opener = document.querySelector<HTMLElement>(
      `[data-ts="${CSS.escape(shownTs)}"] .message-tools button`,
    )
    shownTs = ''
    current?.go({ threadTs: '' })
    opener?.focus()
  }
  close.addEventListener('click', closeThread)
  stop.addEventListener('click', () => {
    if (current === undefined) return
    const { id: channel } = currentChannel(current)
    void current.act({ type: 'stop', channel, threadTs: current.place.threadTs })
  })
  node.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') closeThread()
  })
  return {
    node,
    update(screen) {
      current = screen
      const channel = currentChannel(screen)
      const root = topLevel(screen).find((message) => message['ts'] === screen.place.threadTs)
      where.textContent = channel.name === '' ? '' : `#${channel.name}`
      const replies = root === undefined ? [] : repliesOf(root)
      list.update(screen, {
        key: `${screen.place.personId}/${channel.id}/${screen.place.threadTs}`,
        messages: root === undefined ? [] : [root, ...replies],
        ephemerals: ephemeralsIn(screen, channel.id, screen.place.threadTs),
        inThread: true,
        empty: 'There is no such thread here.',
      })
      const doing = text(root?.['status'])
      setText(said, doing === '' ? '' : `Countersign ${doing}`)
      stop.hidden = doing === '' && !replies.some((reply) => reply['isStreaming'] === true)
      composer.update(screen, composerTarget(screen, channel, screen.place.threadTs))
      // Whoever opened the thread from its message goes on writing in it.
      const isFromMessage = document.activeElement?.closest('.message') instanceof Element
      if (isFromMessage && shownTs !== screen.place.threadTs) composer.focus()
      shownTs = screen.place.threadTs
    },
  }
}

interface Where {
  readonly id: string
  readonly name: string
}

function currentChannel({ place, person, state }: Screen): Where {
  if (place.kind === 'direct') return { id: directChannelOf(place.personId, person), name: '' }
  const found = state.channels.find((channel) => channel.name === place.channel)
  return { id: found?.id ?? '', name: found?.name ?? '' }
}

function topLevel(screen: Screen): readonly Fields[] {
  return screen.place.kind === 'direct' ? screen.person.directMessages : screen.messages(screen.place.channel)
}

function ephemeralsIn(screen: Screen, channelId: string, threadTs: string): readonly Fields[] {
  return screen.person.ephemerals.filter((message) => {
    const where = text(message['channel'])
    return (where === '' || where === channelId) && text(message['threadTs']) === threadTs
  })
}

function emptyChannel(name: string): string {
  return name === 'access-reviews'
    ? 'No reviews yet. Open the world on the right and let something happen: Countersign posts a card here when a grant needs a person.'
    : 'Nothing has been said here yet.'
}

function composerTarget(screen: Screen, channel: Where, threadTs: string) {
  const person = screen.state.people.find((one) => one.id === screen.place.personId)
  const isOff = person?.isDeactivated === true
  const target = channel.name === '' ? APP.name : `#${channel.name}`
  return {
    key: `${screen.place.personId}/${channel.id}/${threadTs}`,
    placeholder: isOff
      ? `${person.name} is deactivated and cannot write`
      : threadTs === ''
        ? `Message ${target}, or type / for a command`
        : 'Reply…',
    channel: channel.id,
    threadTs,
    isOff,
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
