import { drawAvatar } from './avatar.ts'
import type { ChannelEntry } from './directory.ts'
import { APP } from './directory.ts'
import type { Item } from './dom.ts'
import { h, syncChildren } from './dom.ts'
import { drawLock } from './icons.ts'
import type { Pane } from './pane.ts'
import type { Screen } from './screen.ts'

export function createSidebar(): Pane {
  const channels = h('ul', { class: 'places' })
  const apps = h('ul', { class: 'places' })
  const node = h(
    'nav',
    { class: 'sidebar', 'aria-label': 'Workspace' },
    h(
      'div',
      { class: 'workspace-name' },
      h('span', { class: 'workspace-mark', 'aria-hidden': 'true' }, 'N'),
      h('span', {}, 'Northwind'),
      h('span', { class: 'sandbox-mark' }, 'sandbox'),
    ),
    h('h2', {}, 'Channels'),
    channels,
    h('h2', {}, 'Apps'),
    apps,
    h('p', { class: 'sidebar-note' }, 'Nothing here leaves this machine.'),
  )
  return {
    node,
    update(screen) {
      syncChildren(
        channels,
        screen.channels.map((channel) => channelItem(screen, channel)),
      )
      syncChildren(apps, [appItem(screen)])
    },
  }
}

function channelItem(screen: Screen, channel: ChannelEntry): Item {
  const { place } = screen
  const isHere = place.kind === 'channel' && place.channel === channel.name
  const isUnread = !isHere && screen.isUnread(channel.name)
  return {
    key: channel.id,
    signature: `${isHere}/${isUnread}/${channel.name}`,
    build: () =>
      h(
        'li',
        {},
        h(
          'button',
          {
            type: 'button',
            class: isUnread ? 'is-unread' : undefined,
            'aria-current': isHere ? 'page' : undefined,
            'data-focus': channel.id,
            click: () => screen.go({ kind: 'channel', channel: channel.name, threadTs: '' }),
          },
          h('span', { class: 'place-sign', 'aria-hidden': 'true' }, channel.isPrivate ? drawLock() : '#'),
          h('span', { class: 'place-name' }, channel.name),
          isUnread && h('span', { class: 'unread-dot', role: 'img', 'aria-label': 'unread' }),
        ),
      ),
  }
}

function appItem(screen: Screen): Item {
  const isHere = screen.place.kind !== 'channel'
  return {
    key: APP.userId,
    signature: String(isHere),
    build: () =>
      h(
        'li',
        {},
        h(
          'button',
          {
            type: 'button',
            'aria-current': isHere ? 'page' : undefined,
            'data-focus': APP.userId,
            click: () => screen.go({ kind: 'home', threadTs: '' }),
          },
          drawAvatar(APP.userId, APP.name),
          h('span', { class: 'place-name' }, APP.name),
          h('span', { class: 'badge' }, 'App'),
        ),
      ),
  }
}
