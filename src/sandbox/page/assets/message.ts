import { drawAvatar } from './avatar.ts'
import type { BlockAction, BlockContext } from './block-context.ts'
import { drawBlocks } from './blocks.ts'
import { formatDay, formatMoment, formatTime } from './date-format.ts'
import { APP } from './directory.ts'
import type { Child } from './dom.ts'
import { h } from './dom.ts'
import { drawMrkdwn } from './inline-view.ts'
import type { Fields } from './json.ts'
import { fields, list, records, text } from './json.ts'
import type { Screen } from './screen.ts'
import { tsMs } from './world-state.ts'

export interface MessageParts {
  readonly message: Fields
  readonly isEphemeral: boolean
  /** Follows closely on the same author: the name and the picture are left out. */
  readonly isCompact: boolean
  readonly inThread: boolean
  dismiss?(): void
}

export function drawMessage(screen: Screen, parts: MessageParts): HTMLElement {
  const { message, isEphemeral, isCompact } = parts
  // An ephemeral names whom it is for, not who wrote it: only the app writes them.
  const author = isEphemeral ? APP.userId : authorOf(message)
  const name = screen.directory.personName(author) ?? author
  const ms = tsMs(message['ts'])
  const time = h('time', { datetime: new Date(ms).toISOString(), title: formatMoment(ms) }, formatTime(ms))
  const body = [
    isEphemeral && drawVisibility(parts),
    !isCompact &&
      h(
        'div',
        { class: 'message-head' },
        h('span', { class: 'message-author' }, name),
        author === APP.userId && h('span', { class: 'badge' }, 'App'),
        time,
      ),
    ...drawContent(screen, message),
    ...drawFooter(screen, parts),
  ]
  return h(
    'article',
    {
      class: classOf(parts),
      'data-ts': text(message['ts']),
      'aria-label': `${name}, ${formatTime(ms)}`,
    },
    h('div', { class: 'message-side' }, isCompact ? time : drawAvatar(author, name)),
    h('div', { class: 'message-body' }, ...body),
    drawTools(screen, parts),
  )
}

function classOf({ message, isCompact, isEphemeral }: MessageParts): string {
  const marks = [
    isCompact && 'is-compact',
    isEphemeral && 'is-ephemeral',
    message['isStreaming'] === true && 'is-streaming',
  ]
  return ['message', ...marks.filter((mark) => mark !== false)].join(' ')
}

export function authorOf(message: Fields): string {
  const user = text(message['user'])
  return user === '' || text(message['botId']) !== '' ? APP.userId : user
}

function drawVisibility({ dismiss }: MessageParts): HTMLElement {
  return h(
    'div',
    { class: 'visibility' },
    h('span', {}, 'Only visible to you'),
    dismiss !== undefined && h('button', { type: 'button', class: 'link-button', click: dismiss }, 'Dismiss'),
  )
}

function drawContent(screen: Screen, message: Fields): Child[] {
  if (message['deleted'] === true) return [h('p', { class: 'deleted' }, 'This message was deleted.')]
  const blocks = list(message['blocks'])
  const drawn =
    blocks.length > 0
      ? h('div', { class: 'blocks' }, ...drawBlocks(blocks, contextOf(screen, message)))
      : drawMrkdwn(text(message['text']), screen.directory)
  const attachments = records(message['attachments']).map((attachment) =>
    h(
      'div',
      { class: 'attachment' },
      ...(list(attachment['blocks']).length > 0
        ? drawBlocks(list(attachment['blocks']), contextOf(screen, message))
        : [drawMrkdwn(text(attachment['text']) || text(attachment['fallback']), screen.directory)]),
    ),
  )
  const isEdited = fields(message['edited'])['ts'] !== undefined || message['edited'] === true
  return [drawn, ...attachments, isEdited && h('span', { class: 'edited' }, '(edited)')]
}

function contextOf(screen: Screen, message: Fields): BlockContext {
  return {
    surface: 'message',
    directory: screen.directory,
    people: screen.state.people,
    channels: screen.channels,
    async act(action: BlockAction) {
      const { value, ...rest } = action
      const messageTs = text(message['ts'])
      await screen.act({ type: 'button', messageTs, ...rest, ...(value === undefined ? {} : { value }) })
    },
  }
}

function drawFooter(screen: Screen, { message, inThread, isEphemeral }: MessageParts): Child[] {
  const replies = repliesOf(message)
  const last = replies.at(-1)
  if (inThread || isEphemeral || last === undefined) return []
  const count = `${replies.length} ${replies.length === 1 ? 'reply' : 'replies'}`
  const people = [...new Set(replies.map(authorOf))].slice(0, 3)
  const ms = tsMs(last['ts'])
  const when = `${formatDay(ms, screen.directory.now()).toLowerCase()} at ${formatTime(ms)}`
  const open = () => screen.go({ threadTs: text(message['ts']) })
  return [
    h(
      'button',
      { type: 'button', class: 'reply-count', click: open, 'data-focus': 'replies' },
      ...people.map((id) => drawAvatar(id, screen.directory.personName(id) ?? id)),
      h('strong', {}, count),
      h('span', { class: 'faint' }, `Last reply ${when}`),
    ),
  ]
}

/** Replies that stand: what was deleted is no longer counted. */
export function repliesOf(message: Fields): readonly Fields[] {
  return records(message['replies']).filter((reply) => reply['deleted'] !== true)
}

function drawTools(screen: Screen, { message, inThread, isEphemeral }: MessageParts): Child {
  if (inThread || isEphemeral || message['deleted'] === true) return undefined
  const open = () => screen.go({ threadTs: text(message['ts']) })
  return h(
    'div',
    { class: 'message-tools' },
    h(
      'button',
      { type: 'button', class: 'button button-small', click: open, 'data-focus': 'reply' },
      'Reply in thread',
    ),
  )
}
