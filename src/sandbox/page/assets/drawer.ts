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

type Tab = (typeof TABS)[number][0]

/** The world outside Slack: what happens at the sources, what Axiom holds, what automation received. */
export function createDrawer(api: Api): Pane {
  const panes: Readonly<Record<Tab, Pane>> = {
    happenings: createHappenings(api),
    datasets: createDatasets(api),
    webhooks: createWebhooks(api),
    controls: createControls(api),
  }
  let tab: Tab = 'happenings'
  let current: Screen | undefined
  const buttons = TABS.map(([name, label]) => {
    const button = h(
      'button',
      { type: 'button', role: 'tab', id: `tab-${name}`, 'aria-controls': `pane-${name}` },
      label,
    )
    button.addEventListener('click', () => choose(name))
    return { name, button }
  })
  const close = h(
    'button',
    { type: 'button', class: 'button button-icon', 'aria-label': 'Close the world' },
    '✕',
  )
  close.addEventListener('click', () => current?.go({ isWorldOpen: false }))
  const tabs = h('div', { class: 'drawer-tabs', role: 'tablist' }, ...buttons.map(({ button }) => button))
  tabs.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    const at = buttons.findIndex(({ name }) => name === tab)
    const next = buttons[(at + step + buttons.length) % buttons.length]
    if (step === 0 || next === undefined) return
    choose(next.name)
    next.button.focus()
  })
  for (const [name] of TABS) {
    const { node } = panes[name]
    node.id = `pane-${name}`
    node.setAttribute('role', 'tabpanel')
    node.setAttribute('aria-labelledby', `tab-${name}`)
  }
  const node = h(
    'aside',
    { class: 'drawer', 'aria-label': 'World outside Slack' },
    h(
      'header',
      { class: 'pane-head' },
      h('h2', {}, 'World'),
      h('span', { class: 'faint' }, 'outside Slack'),
      h('span', { class: 'grow' }),
      close,
    ),
    tabs,
    ...TABS.map(([name]) => panes[name].node),
  )
  function choose(name: Tab): void {
    tab = name
    if (current !== undefined) update(current)
  }
  function update(screen: Screen): void {
    current = screen
    for (const { name, button } of buttons) {
      const isChosen = name === tab
      button.setAttribute('aria-selected', String(isChosen))
      button.tabIndex = isChosen ? 0 : -1
      panes[name].node.hidden = !isChosen
    }
    if (screen.place.isWorldOpen) panes[tab].update(screen)
  }
  return { node, update }
}
