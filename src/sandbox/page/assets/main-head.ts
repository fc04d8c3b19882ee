import { APP } from './directory.ts'
import { h } from './dom.ts'
import type { Pane } from './pane.ts'
import type { Screen } from './screen.ts'

const TABS = [
  ['home', 'Home'],
  ['direct', 'Messages'],
] as const

/** What the main column shows: the channel's name, or the app's with its two tabs. */
export function createMainHead(): Pane {
  const title = h('h1')
  const note = h('span', { class: 'faint' })
  let current: Screen | undefined
  const tabs = TABS.map(([kind, label]) => {
    const button = h('button', { type: 'button', 'data-focus': `tab-${kind}` }, label)
    button.addEventListener('click', () => {
      current?.go({ kind, threadTs: '' })
      if (kind === 'direct') void current?.act({ type: 'home', tab: 'messages' })
    })
    return { kind, button }
  })
  const tabList = h('div', { class: 'tabs' }, ...tabs.map(({ button }) => button))
  return {
    node: h('header', { class: 'pane-head main-head' }, title, note, tabList),
    update(screen) {
      current = screen
      const { place, state } = screen
      const isChannel = place.kind === 'channel'
      const channel = state.channels.find((one) => one.name === place.channel)
      title.textContent = isChannel ? `# ${place.channel}` : APP.name
      note.textContent = isChannel && channel?.isPrivate === true ? 'private' : ''
      tabList.hidden = isChannel
      for (const { kind, button } of tabs) {
        if (kind === place.kind) button.setAttribute('aria-current', 'page')
        else button.removeAttribute('aria-current')
      }
      document.title = `${isChannel ? `#${place.channel}` : APP.name} · Northwind (sandbox)`
    },
  }
}
