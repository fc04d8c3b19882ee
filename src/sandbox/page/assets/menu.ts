import { h } from './dom.ts'

export interface MenuEntry {
  readonly label: string
  readonly hint: string
  readonly url: string | undefined
  choose(): void
}

const GAP = 4

/** Opens a menu under `anchor`: arrows move, Escape and a click elsewhere close it. */
export function openMenu(anchor: HTMLElement, entries: readonly MenuEntry[]): void {
  const menu = h('div', { class: 'menu', role: 'menu', popover: 'auto' })
  const close = () => menu.hidePopover()
  const items = entries.map((entry) => drawEntry(entry, close))
  menu.append(...items)
  menu.addEventListener('keydown', (event) => moveFocus(event, items))
  menu.addEventListener('toggle', (event) => {
    if (event.newState === 'open') return
    anchor.removeAttribute('aria-expanded')
    const hadFocus = menu.contains(document.activeElement) || document.activeElement === document.body
    menu.remove()
    if (hadFocus) anchor.focus()
  })
  // Inside an open dialog only what the dialog holds can be reached.
  const host = anchor.closest('dialog') ?? document.body
  host.append(menu)
  menu.showPopover()
  anchor.setAttribute('aria-expanded', 'true')
  place(menu, anchor)
  items[0]?.focus()
}

function drawEntry(entry: MenuEntry, close: () => void): HTMLElement {
  const inside = [
    h('span', {}, entry.label),
    entry.hint !== '' && h('span', { class: 'menu-hint' }, entry.hint),
  ]
  const item =
    entry.url === undefined
      ? h('button', { type: 'button', role: 'menuitem' }, ...inside)
      : h('a', { role: 'menuitem', href: entry.url, target: '_blank', rel: 'noopener noreferrer' }, ...inside)
  item.addEventListener('click', () => {
    close()
    entry.choose()
  })
  return item
}

function place(menu: HTMLElement, anchor: HTMLElement): void {
  const at = anchor.getBoundingClientRect()
  const { width, height } = menu.getBoundingClientRect()
  const below = at.bottom + GAP + height <= window.innerHeight
  menu.style.left = `${Math.max(GAP, Math.min(at.left, window.innerWidth - width - GAP))}px`
  menu.style.top = `${Math.max(GAP, below ? at.bottom + GAP : at.top - GAP - height)}px`
}

function moveFocus(event: KeyboardEvent, items: readonly HTMLElement[]): void {
  const active = document.activeElement
  const at = active instanceof HTMLElement ? items.indexOf(active) : -1
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  }
  const next = steps[event.key]
  if (next === undefined) return
  event.preventDefault()
  items[next]?.focus()
}
