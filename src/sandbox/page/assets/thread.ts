import { createComposer } from './composer.ts'
import { h, setText } from './dom.ts'
import { text } from './json.ts'
import { repliesOf } from './message.ts'
import { createMessageList } from './message-list.ts'
import type { Pane } from './pane.ts'
import type { Screen } from './screen.ts'
import { composerTarget, currentChannel, ephemeralsIn, topLevel } from './where.ts'

const CLOSE = { type: 'button', class: 'button button-icon', 'aria-label': 'Close the thread' } as const

/** The right panel: one message, its replies, and a box to reply in. */
export function createThread(): Pane {
  const list = createMessageList('Thread')
  const composer = createComposer(list.showEnd)
  const where = h('span', { class: 'faint' })
  const said = h('span', { role: 'status' })
  const stop = h('button', { type: 'button', class: 'button button-small' }, 'Stop')
  const status = h('div', { class: 'thread-status' }, said, stop)
  const close = h('button', CLOSE, '✕')
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
    const opener = openerOf(shownTs)
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
      const isBusy = replies.some((reply) => reply['isStreaming'] === true)
      const doing = text(root?.['status'])
      setText(said, doing === '' ? '' : `Countersign ${doing}`)
      stop.hidden = doing === '' && !isBusy
      composer.update(screen, composerTarget(screen, channel, screen.place.threadTs))
      // Whoever opened the thread from its message goes on writing in it.
      const isFromMessage = document.activeElement?.closest('.message') instanceof Element
      if (isFromMessage && shownTs !== screen.place.threadTs) composer.focus()
      shownTs = screen.place.threadTs
    },
  }
}

/** Where the focus goes back to: the button on the message that the thread is of. */
function openerOf(ts: string): HTMLElement | undefined {
  return (
    document.querySelector<HTMLElement>(`[data-ts="${CSS.escape(ts)}"] .message-tools button`) ?? undefined
  )
}
