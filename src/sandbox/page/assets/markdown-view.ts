import type { Directory } from './directory.ts'
import { h } from './dom.ts'
import { drawInline } from './inline-view.ts'
import type { MarkdownPart } from './markdown.ts'
import { readMarkdown } from './markdown.ts'
import type { Inline } from './mrkdwn.ts'

export function drawMarkdown(source: string, directory: Directory): HTMLElement {
  return h(
    'div',
    { class: 'mrkdwn markdown' },
    ...readMarkdown(source).map((part) => drawPart(part, directory)),
  )
}

function drawPart(part: MarkdownPart, directory: Directory): HTMLElement {
  const runs = (inline: readonly Inline[]) => inline.map((run) => drawInline(run, directory))
  switch (part.kind) {
    case 'heading':
      return h(
        'p',
        { class: `heading-${part.level}`, role: 'heading', 'aria-level': 3 + Math.min(part.level, 3) },
        ...runs(part.children),
      )
    case 'paragraph':
      return h('p', {}, ...runs(part.children))
    case 'quote':
      return h('blockquote', {}, ...runs(part.children))
    case 'list':
      return h(part.ordered ? 'ol' : 'ul', {}, ...part.items.map((item) => h('li', {}, ...runs(item))))
    case 'pre':
      return h('pre', {}, part.text)
    case 'rule':
      return h('hr', { class: 'block-divider' })
    case 'table':
      return h(
        'table',
        { class: 'grid' },
        h(
          'tbody',
          {},
          ...part.rows.map((row, index) =>
            h('tr', {}, ...row.map((cell) => h(index === 0 ? 'th' : 'td', {}, ...runs(cell)))),
          ),
        ),
      )
  }
}
