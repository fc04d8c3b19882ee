import type { BlockAction } from './block-context.ts'
import { drawBlocks } from './blocks.ts'
import { h, syncChildren } from './dom.ts'
import { readForm } from './form-values.ts'
import { list, text } from './json.ts'
import type { Pane } from './pane.ts'
import type { Screen } from './screen.ts'

/** The Home tab: opening it tells the app, which publishes the view that is shown. */
export function createHome(): Pane {
  const node = h('div', { class: 'home', tabindex: 0, role: 'region', 'aria-label': 'Home of Countersign' })
  let openedFor = ''
  return {
    node,
    update(screen) {
      const { place, person } = screen
      if (screen.isLoaded && node.isConnected && !node.hidden && openedFor !== place.personId) {
        openedFor = place.personId
        node.scrollTop = 0
        if (!isDeactivated(screen)) void screen.act({ type: 'home' })
      }
      if (node.hidden) openedFor = ''
      const { home } = person
      syncChildren(node, [
        {
          key: place.personId,
          signature: home === undefined ? '' : JSON.stringify([home['id'], home['blocks']]),
          build: () => (home === undefined ? drawNothing() : drawHome(screen, node)),
        },
      ])
    },
  }
}

/** Somebody who is deactivated can open nothing; what they had seen is still shown. */
function isDeactivated({ state, place }: Screen): boolean {
  return state.people.find((person) => person.id === place.personId)?.isDeactivated === true
}

function drawNothing(): HTMLElement {
  return h('div', { class: 'empty' }, h('p', {}, 'Countersign has not published a Home for this person yet.'))
}

function drawHome(screen: Screen, node: HTMLElement): HTMLElement {
  const home = screen.person.home ?? {}
  const viewId = text(home['id'])
  const act = async ({ value, ...rest }: BlockAction) => {
    const values = readForm(node)
    await screen.act({ type: 'button', viewId, values, ...rest, ...(value === undefined ? {} : { value }) })
  }
  const { directory, state } = screen
  return h(
    'div',
    { class: 'blocks home-blocks' },
    ...drawBlocks(list(home['blocks']), {
      surface: 'home',
      directory,
      people: state.people,
      channels: screen.channels,
      act,
    }),
  )
}
