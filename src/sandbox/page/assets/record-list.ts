import type { Child, Item } from './dom.ts'
import { h, syncChildren } from './dom.ts'

const SHOWN_AT_FIRST = 30
const SHOWN_MORE = 30
const JSON_CHARACTERS_MAX = 20_000

export interface RecordEntry {
  readonly key: string
  readonly summary: readonly Child[]
  readonly value: unknown
}

export interface RecordList {
  readonly node: HTMLElement
  /** Newest first, as given. */
  update(entries: readonly RecordEntry[], empty: string): void
}

/** Records that open to their whole JSON, drawn only when opened; the rest waits behind "show more". */
export function createRecordList(): RecordList {
  const node = h('div', { class: 'records' })
  let shownMax = SHOWN_AT_FIRST
  const list: RecordList = {
    node,
    update(entries, empty) {
      const items: Item[] = entries.slice(0, shownMax).map((entry) => ({
        key: entry.key,
        signature: entry.key,
        build: () => drawRecord(entry),
      }))
      const hidden = entries.length - items.length
      if (hidden > 0)
        items.push(
          moreItem(hidden, () => {
            shownMax += SHOWN_MORE
            list.update(entries, empty)
          }),
        )
      if (entries.length === 0)
        items.push({ key: 'empty', signature: empty, build: () => h('p', { class: 'faint' }, empty) })
      syncChildren(node, items)
    },
  }
  return list
}

function moreItem(hidden: number, show: () => void): Item {
  return {
    key: 'more',
    signature: String(hidden),
    build: () => h('button', { type: 'button', class: 'button', click: show }, `Show more (${hidden})`),
  }
}

function drawRecord(entry: RecordEntry): HTMLElement {
  const details = h('details', { class: 'record' }, h('summary', {}, ...entry.summary))
  details.addEventListener(
    'toggle',
    () => {
      const whole = JSON.stringify(entry.value, undefined, 2) ?? ''
      const shown =
        whole.length > JSON_CHARACTERS_MAX ? `${whole.slice(0, JSON_CHARACTERS_MAX)}\n… clipped` : whole
      details.append(h('pre', { tabindex: 0 }, shown))
    },
    { once: true },
  )
  return details
}
