import type { Api } from './api.ts'
import { formatMoment } from './date-format.ts'
import { h, setText, syncChildren } from './dom.ts'
import type { Pane } from './pane.ts'
import type { Screen } from './screen.ts'

const HOUR_MS = 3_600_000
const DAY_HOURS = 24

const STEPS = [
  ['+1 hour', HOUR_MS],
  ['+8 hours', 8 * HOUR_MS],
  ['+1 day', DAY_HOURS * HOUR_MS],
] as const

const PROCESS = [
  ['start', 'Start', 'button-primary'],
  ['stop', 'Stop', ''],
  ['kill', 'Kill', 'button-danger'],
] as const

/** The app's process, the world's clock, and what shall go wrong. */
export function createControls(api: Api): Pane {
  const parts = [createProcess(api), createClock(api), createFaults(api)]
  return {
    node: h('div', { class: 'drawer-pane' }, ...parts.map((part) => part.node)),
    update(screen) {
      for (const part of parts) part.update(screen)
    },
  }
}

type Current = { screen: Screen | undefined }

async function ask(current: Current, control: HTMLElement, request: () => Promise<unknown>): Promise<void> {
  control.setAttribute('aria-busy', 'true')
  await current.screen?.attempt(request)
  control.removeAttribute('aria-busy')
  await current.screen?.refresh()
}

function createProcess(api: Api): Pane {
  const current: Current = { screen: undefined }
  const status = h('span', { class: 'said', role: 'status' })
  const buttons = PROCESS.map(([what, label, style]) => {
    const button = h('button', { type: 'button', class: `button ${style}` }, label)
    button.addEventListener('click', () => void ask(current, button, () => api.app(what)))
    return { what, button }
  })
  return {
    node: h(
      'section',
      {},
      h('h3', {}, 'App process'),
      h(
        'p',
        { class: 'faint' },
        'Kill ends it at once, as a crash would. What it had promised must still come true after Start.',
      ),
      h('div', { class: 'row' }, ...buttons.map(({ button }) => button)),
      status,
    ),
    update(screen) {
      current.screen = screen
      const { app } = screen.state
      const isUp = app.status === 'running' || app.status === 'starting'
      for (const { what, button } of buttons) button.disabled = what === 'start' ? isUp : !isUp
      const socket = app.isConnected ? 'connected to Slack' : 'not connected to Slack'
      setText(status, `${app.status || 'unknown'}${app.pid === '' ? '' : ` (pid ${app.pid})`}, ${socket}`)
    },
  }
}

function createClock(api: Api): Pane {
  const current: Current = { screen: undefined }
  const now = h('span', { class: 'said' })
  const buttons = STEPS.map(([label, ms]) => {
    const button = h('button', { type: 'button', class: 'button' }, label)
    button.addEventListener('click', () => void ask(current, button, () => api.advance(ms)))
    return button
  })
  return {
    node: h(
      'section',
      {},
      h('h3', {}, 'Clock'),
      h(
        'p',
        { class: 'faint' },
        'Moves the world and the app forward: deadlines, reminders, overdue revokes.',
      ),
      h('div', { class: 'row' }, ...buttons),
      now,
    ),
    update(screen) {
      current.screen = screen
      const { nowMs, offsetMs } = screen.state.clock
      const hours = Math.round(offsetMs / HOUR_MS)
      setText(now, `${formatMoment(nowMs)}${hours === 0 ? '' : `, ${hours} h ahead of this machine`}`)
    },
  }
}

function createFaults(api: Api): Pane {
  const current: Current = { screen: undefined }
  const groups = h('div', { class: 'faults' })
  return {
    node: h(
      'section',
      {},
      h('h3', {}, 'Faults'),
      h('p', { class: 'faint' }, 'What the app’s upstreams shall do to it until switched off again.'),
      groups,
    ),
    update(screen) {
      current.screen = screen
      const { faults, knownFaults } = screen.state
      syncChildren(
        groups,
        Object.entries(knownFaults).map(([target, names]) => ({
          key: target,
          signature: JSON.stringify([names, faults[target]]),
          build: () => drawFaults({ api, current, target, names, active: faults[target] ?? [] }),
        })),
      )
    },
  }
}

interface FaultGroup {
  readonly api: Api
  readonly current: Current
  readonly target: string
  readonly names: readonly string[]
  readonly active: readonly string[]
}

function drawFaults({ api, current, target, names, active }: FaultGroup): HTMLElement {
  const chips = h('div', { class: 'fault-names' })
  const group = h('fieldset', {}, h('legend', {}, target), chips)
  for (const name of names) {
    const box = h('input', {
      type: 'checkbox',
      value: name,
      checked: active.includes(name),
      'data-focus': `${target}/${name}`,
    })
    box.addEventListener('change', () => {
      const chosen = [...group.querySelectorAll<HTMLInputElement>('input:checked')].map(
        (input) => input.value,
      )
      void ask(current, box, () => api.faults({ [target]: chosen }))
    })
    chips.append(h('label', { class: 'chip' }, box, h('span', {}, name)))
  }
  return group
}
