import type { Api } from './api.ts'
import { h } from './dom.ts'
import { createControls } from './drawer-controls.ts'
import { createDatasets } from './drawer-datasets.ts'
import { createHappenings } from './drawer-happenings.ts'
import { createWebhooks } from './drawer-webhooks.ts'
import type { Pane } from './pane.ts'
import type { Screen } from './screen.ts'

const TABS = [
  ['happenings', 'Events'],
  ['datasets', 'Axiom'],
  ['webhooks', 'Webhooks'],
  ['controls', 'Controls'],
] as const

const CLOSE = { type: 'button', class: 'button button-icon', 'aria-label': 'Close the world' } as const

type Tab = (typeof TABS)[number][0]

/** The world outside Slack: what happens at the sources, what Axiom holds, what automation received. */
export function createDrawer(api: Api): Pane {
  const panes: Readonly<Record<Tab, Pane>> = {
    happenings: createHappenings(api),
    datasets: createDatasets(api),
    webhooks: createWebhooks(api),
    controls: createControls(api),
  }
  let current: Screen | undefined
  const tabs = createTabs(panes, () => {
    if (current !== undefined) update(current)
  })
  const close = h('button', CLOSE, '✕')
  close.addEventListener('click', () => current?.go({ isWorldOpen: false }))
  const head = [
    h('h2', {}, 'World'),
    h('span', { class: 'faint' }, 'outside Slack'),
    h('span', { class: 'grow' }),
  ]
  const node = h(
    'aside',
    { class: 'drawer', 'aria-label': 'World outside Slack' },
    h('header', { class: 'pane-head' }, ...head, close),
    tabs.node,
    ...TABS.map(([name]) => panes[name].node),
  )
  function update(screen: Screen): void {
    current = screen
    if (screen.place.isWorldOpen) panes[tabs.chosen()].update(screen)
  }
  return { node, update }
}

interface Tabs {
  readonly node: HTMLElement
  chosen(): Tab
}

/** The buttons over the panes: arrows move between them, as in every list of tabs. */
function createTabs(panes: Readonly<Record<Tab, Pane>>, onChoose: () => void): Tabs {
  let chosen: Tab = 'happenings'
  const buttons = TABS.map(([name, label]) => {
    const { node } = panes[name]
    node.id = `pane-${name}`
    node.setAttribute('role', 'tabpanel')
    node.setAttribute('aria-labelledby', `tab-${name}`)
    const attributes = { type: 'button', role: 'tab', id: `tab-${name}`, 'aria-controls': node.id }
    return { name, button: h('button', { ...attributes, click: () => choose(name) }, label) }
  })
  function choose(wanted: Tab): void {
    chosen = wanted
    for (const { name, button } of buttons) {
      const isChosen = name === wanted
      button.setAttribute('aria-selected', String(isChosen))
      button.tabIndex = isChosen ? 0 : -1
      panes[name].node.hidden = !isChosen
    }
    onChoose()
  }
  const node = h('div', { class: 'drawer-tabs', role: 'tablist' }, ...buttons.map(({ button }) => button))
  node.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    const at = buttons.findIndex(({ name }) => name === chosen)
    const next = buttons[(at + step + buttons.length) % buttons.length]
    if (step === 0 || next === undefined) return
    choose(next.name)
    next.button.focus()
  })
  choose(chosen)
  return { node, chosen: () => chosen }
}
