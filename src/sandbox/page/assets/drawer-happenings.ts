import type { Api } from './api.ts'
import { sayIngested, whileBusy } from './busy.ts'
import { h, syncChildren } from './dom.ts'
import type { Pane } from './pane.ts'
import { createRemoval, REMOVAL } from './removal.ts'
import type { Screen } from './screen.ts'
import type { Scenario } from './world-state.ts'

/** Ready-made happenings, a removal at the source, and a box for raw events. */
export function createHappenings(api: Api): Pane {
  const scenarios = h('ul', { class: 'scenarios' })
  const removal = createRemoval(api)
  const paste = createPaste(api)
  const node = h(
    'div',
    { class: 'drawer-pane' },
    removal.node,
    h(
      'section',
      {},
      h('h3', {}, 'Let something happen'),
      h(
        'p',
        { class: 'faint' },
        'Each writes audit events as its source would; Countersign finds them at its next poll.',
      ),
      scenarios,
    ),
    paste.node,
  )
  return {
    node,
    update(screen) {
      syncChildren(
        scenarios,
        screen.state.scenarios
          .filter((scenario) => scenario.id !== REMOVAL)
          .map((scenario) => ({
            key: scenario.id,
            signature: JSON.stringify(scenario),
            build: () => drawScenario(api, screen, scenario),
          })),
      )
      removal.update(screen)
      paste.update(screen)
    },
  }
}

function drawScenario(api: Api, screen: Screen, scenario: Scenario): HTMLElement {
  const said = h('span', { class: 'said', role: 'status' })
  const button = h('button', { type: 'button', class: 'button', 'data-focus': scenario.id }, scenario.title)
  button.addEventListener('click', () =>
    whileBusy(button, async () => {
      const body = await screen.attempt(() => api.scenario(scenario.id))
      if (body !== undefined) said.textContent = sayIngested(body)
    }),
  )
  return h('li', {}, button, said, h('p', {}, scenario.description))
}

function createPaste(api: Api): Pane {
  const picker = h('select', { id: 'paste-dataset' })
  const box = h('textarea', {
    rows: 5,
    spellcheck: 'false',
    placeholder: '{"eventType":"user.account.privilege.grant", …}',
    'aria-label': 'Raw events, one JSON object a line',
  })
  const button = h('button', { type: 'submit', class: 'button' }, 'Append')
  const said = h('span', { class: 'said', role: 'status' })
  const form = h(
    'form',
    {},
    h('h3', {}, 'Append raw events'),
    h(
      'p',
      { class: 'faint' },
      'One JSON object a line, as the source’s connector would write it into Axiom.',
    ),
    box,
    h('div', { class: 'row' }, h('label', { for: 'paste-dataset' }, 'into'), picker, button),
    said,
  )
  let current: Screen | undefined
  let drawn = ''
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void whileBusy(button, async () => {
      const body = await current?.attempt(() => api.ingest(picker.value, box.value))
      if (body === undefined) return
      said.textContent = sayIngested(body)
      box.value = ''
    })
  })
  return {
    node: h('section', {}, form),
    update(screen) {
      current = screen
      const names = screen.state.datasets.map((dataset) => dataset.name)
      if (drawn === names.join()) return
      drawn = names.join()
      const chosen = picker.value
      picker.replaceChildren(
        ...names.map((name) => h('option', { value: name, selected: name === chosen }, name)),
      )
    },
  }
}
