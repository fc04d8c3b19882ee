import type { Inline } from './mrkdwn.ts'
import { safeUrl } from './mrkdwn.ts'

/** What a `markdown` block may hold, as far as an app's answers use it. */
export type MarkdownPart =
  | { readonly kind: 'heading'; readonly level: number; readonly children: readonly Inline[] }
  | { readonly kind: 'paragraph' | 'quote'; readonly children: readonly Inline[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: 'table'; readonly rows: readonly (readonly (readonly Inline[])[])[] }
  | { readonly kind: 'pre'; readonly text: string }
  | { readonly kind: 'rule' }

const TEXT_MAX = 12_000
const DEPTH_MAX = 4

export function readMarkdown(source: string): readonly MarkdownPart[] {
  const parts: MarkdownPart[] = []
  const clipped = source.slice(0, TEXT_MAX)
  clipped.split(/^```[^\n]*\n([\s\S]*?)^```[^\n]*$/m).forEach((chunk, index) => {
    if (index % 2 === 1) parts.push({ kind: 'pre', text: chunk.replace(/\n$/, '') })
    else for (const group of groupsOf(chunk)) parts.push(partOf(group))
  })
  return parts
}

interface Group {
  readonly kind: 'heading' | 'paragraph' | 'quote' | 'bullets' | 'numbers' | 'table' | 'rule'
  readonly lines: string[]
}

const STARTS: readonly (readonly [Group['kind'], RegExp])[] = [
  ['heading', /^(#{1,6}) +(.*)$/],
  ['rule', /^ {0,3}([-*_])( *\1){2,} *$/],
  ['bullets', /^\s*[-*+•] +/],
  ['numbers', /^\s*\d{1,3}[.)] +/],
  ['quote', /^> ?/],
  ['table', /^\|.*\|\s*$/],
]

function groupsOf(chunk: string): Group[] {
  const groups: Group[] = []
  let open = false
  for (const line of chunk.split('\n')) {
    if (line.trim() === '') {
      open = false
      continue
    }
    const kind = STARTS.find(([, start]) => start.test(line))?.[0] ?? 'paragraph'
    const last = groups.at(-1)
    const joins = open && last?.kind === kind && kind !== 'heading' && kind !== 'rule'
    if (joins) last.lines.push(line)
    else groups.push({ kind, lines: [line] })
    open = true
  }
  return groups
}

function partOf({ kind, lines }: Group): MarkdownPart {
  switch (kind) {
    case 'heading': {
      const match = /^(#{1,6}) +(.*)$/.exec(lines[0] ?? '')
      return { kind, level: match?.[1]?.length ?? 1, children: readMarkdownInline(match?.[2] ?? '') }
    }
    case 'rule':
      return { kind }
    case 'bullets':
    case 'numbers': {
      const items = lines.map((line) => readMarkdownInline(line.replace(/^\s*(?:[-*+•]|\d{1,3}[.)]) +/, '')))
      return { kind: 'list', ordered: kind === 'numbers', items }
    }
    case 'table':
      return { kind, rows: lines.filter((line) => !/^\|[\s:|-]+\|\s*$/.test(line)).map(cellsOf) }
    case 'quote':
      return { kind, children: readMarkdownInline(lines.map((line) => line.replace(/^> ?/, '')).join('\n')) }
    case 'paragraph':
      return { kind, children: readMarkdownInline(lines.join('\n')) }
  }
}

function cellsOf(line: string): readonly (readonly Inline[])[] {
  const inside = line.trim().replace(/^\|/, '').replace(/\|$/, '')
  return inside.split(/(?<!\\)\|/).map((cell) => readMarkdownInline(cell.trim().replaceAll('\\|', '|')))
}

const TOKEN =
  /`([^`\n]+)`|\[([^\]\n]+)\]\(([^()\s]+)\)|(\*\*|__|~~)(?!\s)([^\n]+?)(?<!\s)\4|(?<![\w*_])([*_])(?!\s|\6)([^\n]+?)(?<!\s)\6(?!\w)|<@(\w+)>|\\([\\`*_{}[\]()#+.!|~<>-])/g

export function readMarkdownInline(source: string, depth = 0): readonly Inline[] {
  const found: Inline[] = []
  let at = 0
  for (const match of source.matchAll(TOKEN)) {
    const token = tokenOf(match, depth)
    if (token === undefined) continue
    if (match.index > at) found.push({ kind: 'text', text: source.slice(at, match.index) })
    found.push(token)
    at = match.index + match[0].length
  }
  if (at < source.length) found.push({ kind: 'text', text: source.slice(at) })
  return found
}

function tokenOf(match: RegExpExecArray, depth: number): Inline | undefined {
  const [, code, label, url, strong, strongText, , softText, user, escaped] = match
  if (code !== undefined) return { kind: 'code', text: code }
  if (label !== undefined && url !== undefined)
    return safeUrl(url) === undefined ? undefined : { kind: 'link', url, text: label }
  if (user !== undefined) return { kind: 'user', id: user, label: '' }
  if (escaped !== undefined) return { kind: 'text', text: escaped }
  if (depth >= DEPTH_MAX) return undefined
  if (strongText !== undefined)
    return {
      kind: strong === '~~' ? 'strike' : 'bold',
      children: readMarkdownInline(strongText, depth + 1),
    }
  if (softText !== undefined) return { kind: 'italic', children: readMarkdownInline(softText, depth + 1) }
  return undefined
}
