import { formatDay } from './date-format.ts'
import type { Item } from './dom.ts'
import { h, syncChildren } from './dom.ts'
import type { Fields } from './json.ts'
import { list as listIn, text } from './json.ts'
import { authorOf, drawMessage, repliesOf } from './message.ts'
import type { Screen } from './screen.ts'
import { tsMs } from './world-state.ts'

const SHOWN_AT_FIRST = 60
const SHOWN_MORE = 60
const CARD_BLOCKS_MIN = 2
const COMPACT_WITHIN_MS = 5 * 60_000
// Nearer to the end than this counts as reading the newest.
const BOTTOM_SLACK_PX = 80

export interface ListContents {
  /** What the list is of: when it changes, the list starts again at its end. */
  readonly key: string
  readonly messages: readonly Fields[]
  readonly ephemerals: readonly Fields[]
  readonly inThread: boolean
  /** Said when there is nothing to show. */
  readonly empty: string
}

export interface MessageList {
  readonly node: HTMLElement
  update(screen: Screen, contents: ListContents): void
  /** Whoever has just said something wants to see what came of it. */
  showEnd(): void
}

export function createMessageList(label: string): MessageList {
  const node = h('div', { class: 'messages', role: 'log', 'aria-label': label, tabindex: 0 })
  const dismissed = new Set<string>()
  let shownMax = SHOWN_AT_FIRST
  let key = ''
  let again = () => {}

  const list: MessageList = {
    node,
    update(screen, contents) {
      const isOther = contents.key !== key
      const wasAtEnd = node.scrollHeight - node.scrollTop - node.clientHeight < BOTTOM_SLACK_PX
      if (isOther) shownMax = SHOWN_AT_FIRST
      key = contents.key
      again = () => list.update(screen, contents)
      const all = linesOf(contents, dismissed)
      const shown = all.slice(-shownMax)
      const items = itemsOf(screen, contents, shown, (ts) => {
        dismissed.add(ts)
        again()
      })
      if (shown.length < all.length)
        items.unshift(
          moreItem(all.length - shown.length, () => {
            shownMax += SHOWN_MORE
            again()
          }),
        )
      if (all.length === 0) items.push(emptyItem(contents.empty))
      syncChildren(node, items)
      if (isOther || wasAtEnd) list.showEnd()
    },
    showEnd() {
      node.scrollTop = node.scrollHeight
    },
  }
  return list
}

interface Line {
  readonly message: Fields
  readonly isEphemeral: boolean
}

function linesOf(contents: ListContents, dismissed: ReadonlySet<string>): Line[] {
  const standing = contents.messages.filter(
    (message) => message['deleted'] !== true || repliesOf(message).length > 0,
  )
  return [
    ...standing.map((message) => ({ message, isEphemeral: false })),
    ...contents.ephemerals
      .filter((message) => !dismissed.has(text(message['ts'])))
      .map((message) => ({ message, isEphemeral: true })),
  ].sort((a, b) => tsMs(a.message['ts']) - tsMs(b.message['ts']))
}

function itemsOf(
  screen: Screen,
  contents: ListContents,
  lines: readonly Line[],
  dismiss: (ts: string) => void,
): Item[] {
  const items: Item[] = []
  const nowMs = screen.directory.now()
  const today = formatDay(nowMs, nowMs) + new Date(nowMs).toDateString()
  let day = ''
  let previous: Line | undefined
  for (const line of lines) {
    const ms = tsMs(line.message['ts'])
    const lineDay = formatDay(ms, nowMs)
    if (lineDay !== day && !contents.inThread) items.push(dayItem(lineDay))
    const isCompact = lineDay === day && follows(line, previous)
    day = lineDay
    previous = line
    const ts = text(line.message['ts'])
    const parts = { ...line, isCompact, inThread: contents.inThread, dismiss: () => dismiss(ts) }
    items.push({
      key: `${contents.key}/${line.isEphemeral ? 'only-you' : 'message'}/${ts}`,
      signature: JSON.stringify([line.message, isCompact, today, screen.place.personId]),
      build: () => drawMessage(screen, parts),
    })
  }
  return items
}

function follows(line: Line, previous: Line | undefined): boolean {
  if (previous === undefined || line.isEphemeral !== previous.isEphemeral) return false
  if (isCard(line) || isCard(previous)) return false
  const gapMs = tsMs(line.message['ts']) - tsMs(previous.message['ts'])
  return gapMs < COMPACT_WITHIN_MS && authorOf(line.message) === authorOf(previous.message)
}

/** A card stands by itself, under its own head. */
function isCard({ message }: Line): boolean {
  return listIn(message['blocks']).length > CARD_BLOCKS_MIN
}

function dayItem(day: string): Item {
  return {
    key: `day/${day}`,
    signature: day,
    build: () => h('div', { class: 'day', role: 'separator', 'aria-label': day }, h('span', {}, day)),
  }
}

function moreItem(hidden: number, show: () => void): Item {
  return {
    key: 'more',
    signature: String(hidden),
    build: () =>
      h(
        'div',
        { class: 'more' },
        h(
          'button',
          { type: 'button', class: 'button', click: show },
          `Show earlier messages (${hidden} more)`,
        ),
      ),
  }
}

function emptyItem(sentence: string): Item {
  return {
    key: 'empty',
    signature: sentence,
    build: () => h('div', { class: 'empty' }, h('p', {}, sentence)),
  }
}
