import { formatDate } from './date-format.ts'
import type { Directory } from './directory.ts'
import { h } from './dom.ts'
import { emojiFor, withEmoji } from './emoji.ts'
import { fields, text, words } from './json.ts'
import type { Inline, Piece } from './mrkdwn.ts'
import { readMrkdwn, safeUrl } from './mrkdwn.ts'

const TAGS = { bold: 'strong', italic: 'em', strike: 's' } as const

export function drawInline(inline: Inline, directory: Directory): Node {
  switch (inline.kind) {
    case 'text':
      return document.createTextNode(inline.text)
    case 'code':
      return h('code', {}, inline.text)
    case 'bold':
    case 'italic':
    case 'strike':
      return h(TAGS[inline.kind], {}, ...inline.children.map((child) => drawInline(child, directory)))
    case 'link':
      return drawLink(inline.url, inline.text)
    case 'user':
      return drawMention(`@${directory.personName(inline.id) ?? (inline.label || inline.id)}`, inline.id)
    case 'channel':
      return drawMention(`#${directory.channelName(inline.id) ?? (inline.label || inline.id)}`, inline.id)
    case 'group':
      return drawMention(`@${inline.label.replace(/^@/, '') || 'security-reviewers'}`, inline.id)
    case 'broadcast':
      return h('span', { class: 'mention mention-all' }, `@${inline.name}`)
    case 'date':
      return drawDate(inline.seconds, inline.format, directory.now())
    case 'emoji':
      return drawEmoji(inline.name)
  }
}

function drawMention(label: string, id: string): HTMLElement {
  return h('span', { class: 'mention', title: id }, label)
}

export function drawLink(url: string, label: string): Node {
  const safe = safeUrl(url)
  if (safe === undefined) return document.createTextNode(label)
  return h('a', { href: safe, target: '_blank', rel: 'noopener noreferrer', title: safe }, withEmoji(label))
}

export function drawDate(seconds: number, format: string, nowMs: number): HTMLElement {
  const date = new Date(seconds * 1000)
  const iso = Number.isNaN(date.getTime()) ? undefined : date.toISOString()
  return h('time', { datetime: iso, title: iso }, formatDate(seconds, format, nowMs))
}

export function drawEmoji(name: string): HTMLElement {
  return h(
    'span',
    { class: 'emoji', role: 'img', 'aria-label': name.replaceAll('_', ' ') },
    emojiFor(name) ?? `:${name}:`,
  )
}

export function drawPieces(pieces: readonly Piece[], directory: Directory): HTMLElement[] {
  return pieces.map((piece) => {
    if (piece.kind === 'pre') return h('pre', {}, piece.text)
    const children = piece.children.map((child) => drawInline(child, directory))
    return h(piece.kind === 'quote' ? 'blockquote' : 'p', {}, ...children)
  })
}

export function drawMrkdwn(source: string, directory: Directory): HTMLElement {
  return h('div', { class: 'mrkdwn' }, ...drawPieces(readMrkdwn(source), directory))
}

/** The words of a plain text object, with emoji unless the app asked for none. */
export function plainWords(value: unknown): string {
  return fields(value)['emoji'] === false ? words(value) : withEmoji(words(value))
}

/** A text object: mrkdwn is read as such, plain text only has its emoji shown. */
export function drawTextObject(value: unknown, directory: Directory): HTMLElement {
  const object = fields(value)
  if (object['type'] === 'mrkdwn') {
    const isVerbatim = object['verbatim'] === true
    return h(
      'div',
      { class: 'mrkdwn' },
      ...drawPieces(readMrkdwn(text(object['text']), { isVerbatim }), directory),
    )
  }
  return h('div', { class: 'mrkdwn' }, h('p', {}, plainWords(value)))
}
