import { h } from './dom.ts'

const SHOWN_MS = 8000
const NOTICES_MAX = 3

export interface Notices {
  readonly node: HTMLElement
  say(sentence: string): void
}

/** Sentences in the corner that go away by themselves, or when dismissed. */
export function createNotices(): Notices {
  // A popover stands above open dialogs, where a refusal is most often said.
  const node = h('div', { class: 'notices', role: 'status', popover: 'manual' })
  const remove = (notice: HTMLElement) => {
    notice.remove()
    if (node.childElementCount === 0 && node.matches(':popover-open')) node.hidePopover()
  }
  return {
    node,
    say(sentence) {
      const notice = h('div', { class: 'notice' }, h('span', {}, sentence))
      notice.append(
        h(
          'button',
          {
            type: 'button',
            class: 'button button-icon',
            'aria-label': 'Dismiss',
            click: () => remove(notice),
          },
          '✕',
        ),
      )
      node.append(notice)
      while (node.childElementCount > NOTICES_MAX) node.firstElementChild?.remove()
      // Shown anew each time, so that it stands above a dialog that was opened since.
      if (node.matches(':popover-open')) node.hidePopover()
      node.showPopover()
      setTimeout(() => remove(notice), SHOWN_MS)
    },
  }
}
