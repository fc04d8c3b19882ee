import { h } from './dom.ts'

const DISMISSED_KEY = 'countersign-sandbox-first-steps'

const STEPS = [
  'Look at #access-reviews: each card is a privileged grant that somebody should judge.',
  'Press Revoke on a card and say why. The card says “revoking”, not “revoked”.',
  'Open World and remove the role at its source. Only then is the revoke confirmed.',
] as const

/** Three steps for a first visit; once dismissed they stay away in this browser. */
export function createFirstSteps(): HTMLElement {
  const node = h('section', { class: 'first-steps', 'aria-label': 'First steps' })
  if (window.localStorage.getItem(DISMISSED_KEY) !== null) {
    node.hidden = true
    return node
  }
  const dismiss = () => {
    window.localStorage.setItem(DISMISSED_KEY, 'yes')
    node.hidden = true
  }
  node.append(
    h('ol', {}, ...STEPS.map((step) => h('li', {}, step))),
    h('button', { type: 'button', class: 'button button-small', click: dismiss }, 'Got it'),
  )
  return node
}
