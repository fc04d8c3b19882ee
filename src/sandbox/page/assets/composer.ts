import { h } from './dom.ts'
import { say } from './say.ts'
import type { Screen } from './screen.ts'

const TEXT_MAX = 4000
const LINES_MAX = 8

const COMMANDS = [
  ['/grants pending', 'what waits for review'],
  ['/grants explain ', 'the evidence for one grant'],
  ['/grants tune', 'the policy'],
] as const

export interface ComposerTarget {
  /** Drafts are kept by this key. */
  readonly key: string
  readonly placeholder: string
  readonly channel: string
  readonly threadTs: string
  readonly isOff: boolean
}

export interface Composer {
  readonly node: HTMLElement
  update(screen: Screen, target: ComposerTarget): void
  focus(): void
}

/** One box to write in; what begins with a slash is a command, and is sent as one. */
export function createComposer(onSent: () => void): Composer {
  const drafts = new Map<string, string>()
  let current: { screen: Screen; target: ComposerTarget } | undefined

  const box = h('textarea', { rows: 1, maxlength: TEXT_MAX, 'data-focus': 'composer' })
  const send = h(
    'button',
    { type: 'submit', class: 'button button-primary button-send', 'aria-label': 'Send' },
    'Send',
  )
  const hints = h('div', { class: 'command-hints' })
  const form = h('form', { class: 'composer' }, hints, h('div', { class: 'composer-box' }, box, send))

  const redraw = () => {
    box.rows = Math.min(LINES_MAX, Math.max(1, box.value.split('\n').length))
    send.disabled = box.value.trim() === ''
    drawHints(hints, box)
  }
  const submit = async () => {
    const typed = box.value.trim()
    if (current === undefined || typed === '' || current.target.isOff) return
    const { screen, target } = current
    box.value = ''
    drafts.delete(target.key)
    redraw()
    form.setAttribute('aria-busy', 'true')
    const result = await say(screen, { channel: target.channel, threadTs: target.threadTs, typed })
    form.removeAttribute('aria-busy')
    onSent()
    // Nothing that a person wrote is lost to a refusal.
    if (result === undefined && box.value === '' && current?.target.key === target.key) box.value = typed
    redraw()
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void submit()
  })
  box.addEventListener('input', () => {
    if (current !== undefined) drafts.set(current.target.key, box.value)
    redraw()
  })
  box.addEventListener('keydown', (event) => {
    if (sends(event)) void submit()
  })

  return {
    node: form,
    focus: () => box.focus(),
    update(screen, target) {
      const isOther = current?.target.key !== target.key
      current = { screen, target }
      box.placeholder = target.placeholder
      box.setAttribute('aria-label', target.placeholder)
      box.disabled = target.isOff
      if (!isOther) return
      box.value = drafts.get(target.key) ?? ''
      redraw()
    },
  }
}

/** Enter sends, Shift and Enter begin a line; in the middle of composing a character it is the composer's. */
function sends(event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return false
  event.preventDefault()
  return true
}

function drawHints(hints: HTMLElement, box: HTMLTextAreaElement): void {
  const typed = box.value
  const fitting = typed.startsWith('/') ? COMMANDS.filter(([command]) => command.startsWith(typed)) : []
  hints.replaceChildren(
    ...fitting.map(([command, what]) => {
      const take = () => {
        box.value = command
        box.focus()
        box.dispatchEvent(new Event('input'))
      }
      return h('button', { type: 'button', click: take }, h('strong', {}, command), ` ${what}`)
    }),
  )
}
