import { emojiFor } from './emoji.ts'

/** A run of text inside a line. The union is what a view has to draw: it never holds markup. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'bold' | 'italic' | 'strike'; readonly children: readonly Inline[] }
  | { readonly kind: 'link'; readonly url: string; readonly text: string }
  | { readonly kind: 'user' | 'channel' | 'group'; readonly id: string; readonly label: string }
  | { readonly kind: 'broadcast'; readonly name: string }
  | { readonly kind: 'date'; readonly seconds: number; readonly format: string; readonly fallback: string }
  | { readonly kind: 'emoji'; readonly name: string }

export type Piece =
  | { readonly kind: 'lines' | 'quote'; readonly children: readonly Inline[] }
  | { readonly kind: 'pre'; readonly text: string }

// Emphasis inside emphasis stops here; Slack itself knows three kinds, each at most once.
const DEPTH_MAX = 4
// As long as a whole message may be; what is longer is shown as it stands, so that no text costs much to read.
const TEXT_MAX = 12_000

export function unescapeText(value: string): string {
  return value.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

export interface MrkdwnOptions {
  /** Bare addresses stay text, as in a text object that says `verbatim`. */
  readonly isVerbatim: boolean
}

const LINKING: MrkdwnOptions = { isVerbatim: false }

/** Reads Slack's mrkdwn: code blocks first, then quotes, then what stands inside a line. */
export function readMrkdwn(source: string, options = LINKING): readonly Piece[] {
  if (source.length > TEXT_MAX) return [{ kind: 'lines', children: [{ kind: 'text', text: source }] }]
  const pieces: Piece[] = []
  // With a capture group, split answers outside and inside by turns.
  source.split(/```\n?([\s\S]+?)```/).forEach((part, index) => {
    if (index % 2 === 1) pieces.push({ kind: 'pre', text: unescapeText(part.replace(/\n$/, '')) })
    else if (part !== '') pieces.push(...readLines(index === 0 ? part : part.replace(/^\n/, ''), options))
  })
  return pieces
}

const QUOTE = /^(?:>|&gt;) ?/

function readLines(part: string, options: MrkdwnOptions): Piece[] {
  const pieces: Piece[] = []
  let group: { quoted: boolean; lines: string[] } | undefined
  for (const line of part.split('\n')) {
    const quoted = QUOTE.test(line)
    if (group === undefined || group.quoted !== quoted) {
      if (group !== undefined) pieces.push(pieceOf(group, options))
      group = { quoted, lines: [] }
    }
    group.lines.push(quoted ? line.replace(QUOTE, '') : line)
  }
  if (group !== undefined) pieces.push(pieceOf(group, options))
  return pieces
}

function pieceOf(
  group: { readonly quoted: boolean; readonly lines: readonly string[] },
  options: MrkdwnOptions,
): Piece {
  return { kind: group.quoted ? 'quote' : 'lines', children: readInline(group.lines.join('\n'), options) }
}

const EMPHASIS = { '*': 'bold', _: 'italic', '~': 'strike' } as const

/** Each alternative is one construct; every quantifier is bounded by the class it runs over. */
const TOKEN =
  /<([^<>\n]+)>|`([^`\n]+)`|(?<![\w*_~])([*_~])(?!\s|\3)([^\n]*?)(?<!\s)\3(?!\w)|:([a-z0-9_+-]{1,60}):|(https?:\/\/[^\s<>|*_`]+)/g

export function readInline(source: string, options = LINKING, depth = 0): readonly Inline[] {
  const found: Inline[] = []
  let at = 0
  for (const match of source.matchAll(TOKEN)) {
    const token = tokenOf(match, options, depth)
    if (token === undefined) continue
    if (match.index > at) found.push({ kind: 'text', text: unescapeText(source.slice(at, match.index)) })
    found.push(token)
    at = match.index + match[0].length
  }
  if (at < source.length) found.push({ kind: 'text', text: unescapeText(source.slice(at)) })
  return found
}

function tokenOf(match: RegExpExecArray, options: MrkdwnOptions, depth: number): Inline | undefined {
  const [, angled, code, mark, marked, emoji, bare] = match
  if (angled !== undefined) return readAngled(angled)
  if (code !== undefined) return { kind: 'code', text: unescapeText(code) }
  if (mark === '*' || mark === '_' || mark === '~') {
    if (depth >= DEPTH_MAX || marked === undefined) return undefined
    return { kind: EMPHASIS[mark], children: readInline(marked, options, depth + 1) }
  }
  if (emoji !== undefined) return emojiFor(emoji) === undefined ? undefined : { kind: 'emoji', name: emoji }
  if (bare !== undefined && !options.isVerbatim)
    return { kind: 'link', url: unescapeText(bare), text: unescapeText(bare) }
  return undefined
}

function readAngled(inside: string): Inline {
  const bar = inside.indexOf('|')
  const target = bar < 0 ? inside : inside.slice(0, bar)
  const label = unescapeText(bar < 0 ? '' : inside.slice(bar + 1))
  if (target.startsWith('@')) return { kind: 'user', id: target.slice(1), label }
  if (target.startsWith('#')) return { kind: 'channel', id: target.slice(1), label }
  const group = /^!subteam\^(\w+)$/.exec(target)?.[1]
  if (group !== undefined) return { kind: 'group', id: group, label }
  const date = /^!date\^(\d{1,12})\^([^^]+)(?:\^.*)?$/.exec(target)
  if (date !== null)
    return { kind: 'date', seconds: Number(date[1]), format: unescapeText(date[2] ?? ''), fallback: label }
  const broadcast = /^!(channel|here|everyone)$/.exec(target)?.[1]
  if (broadcast !== undefined) return { kind: 'broadcast', name: broadcast }
  const url = unescapeText(target)
  if (safeUrl(url) !== undefined) return { kind: 'link', url, text: label === '' ? url : label }
  return { kind: 'text', text: unescapeText(`<${inside}>`) }
}

/** The address when it may be followed from the page, else undefined: no `javascript:`, no `data:`. */
export function safeUrl(value: string): string | undefined {
  return /^(https?:\/\/|mailto:)/i.test(value) && URL.canParse(value) ? value : undefined
}

export interface Named {
  readonly id: string
  readonly name: string
}

/**
 * Turns the names that a person typed into references, as Slack's composer does when a name is picked.
 * Everything else goes out as it was typed: escaping it is the workspace's task.
 */
export function withReferences(
  typed: string,
  known: { readonly people: readonly Named[]; readonly channels: readonly Named[] },
): string {
  // Longest first, so that "@Ana Torres" is not taken for "@Ana".
  const longestFirst = (named: readonly Named[]) => [...named].sort((a, b) => b.name.length - a.name.length)
  let text = typed
  for (const { id, name } of longestFirst(known.people)) text = text.replaceAll(`@${name}`, `<@${id}>`)
  for (const { id, name } of longestFirst(known.channels)) text = text.replaceAll(`#${name}`, `<#${id}>`)
  return text
}
