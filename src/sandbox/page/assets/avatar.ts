import { APP } from './directory.ts'
import { h } from './dom.ts'

const COLOURS = 6

/** Initials on a colour that stays with the id; the app has its tick. */
export function drawAvatar(id: string, name: string): HTMLElement {
  if (id === APP.userId) return h('span', { class: 'avatar avatar-app', 'aria-hidden': 'true' }, '✓')
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word.charAt(0))
    .join('')
    .toUpperCase()
  const colour = [...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % COLOURS
  return h('span', { class: `avatar avatar-${colour}`, 'aria-hidden': 'true' }, initials || '?')
}
