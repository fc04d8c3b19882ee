import type { Directory } from './directory.ts'
import type { Child } from './dom.ts'
import { h } from './dom.ts'
import { drawDate, drawEmoji, drawInline, drawLink } from './inline-view.ts'
import type { Fields } from './json.ts'
import { fields, numeric, records, text } from './json.ts'

export function drawRichText(block: Fields, directory: Directory): HTMLElement {
  const parts = records(block['elements']).map((element) => drawPart(element, directory))
  return h('div', { class: 'mrkdwn rich-text' }, ...parts)
}

function drawPart(element: Fields, directory: Directory): Child {
  const runs = () => records(element['elements']).map((run) => drawRun(run, directory))
  switch (element['type']) {
    case 'rich_text_section':
      return h('p', {}, ...runs())
    case 'rich_text_quote':
      return h('blockquote', {}, ...runs())
    case 'rich_text_preformatted':
      return h('pre', {}, ...runs())
    case 'rich_text_list':
      return h(
        element['style'] === 'ordered' ? 'ol' : 'ul',
        { class: `indent-${Math.min(numeric(element['indent']) ?? 0, 5)}` },
        ...records(element['elements']).map((item) =>
          h('li', {}, ...records(item['elements']).map((run) => drawRun(run, directory))),
        ),
      )
    default:
      return undefined
  }
}

const STYLES = [
  ['bold', 'strong'],
  ['italic', 'em'],
  ['strike', 's'],
  ['underline', 'u'],
  ['code', 'code'],
] as const

function drawRun(run: Fields, directory: Directory): Node {
  const style = fields(run['style'])
  return STYLES.reduce(
    (node, [name, tag]) => (style[name] === true ? h(tag, {}, node) : node),
    bare(run, directory),
  )
}

function bare(run: Fields, directory: Directory): Node {
  switch (run['type']) {
    case 'text':
      return document.createTextNode(text(run['text']))
    case 'link':
      return drawLink(text(run['url']), text(run['text']) || text(run['url']))
    case 'emoji':
      return drawEmoji(text(run['name']))
    case 'user':
      return drawInline({ kind: 'user', id: text(run['user_id']), label: '' }, directory)
    case 'channel':
      return drawInline({ kind: 'channel', id: text(run['channel_id']), label: '' }, directory)
    case 'usergroup':
      return drawInline({ kind: 'group', id: text(run['usergroup_id']), label: '' }, directory)
    case 'broadcast':
      return drawInline({ kind: 'broadcast', name: text(run['range']) }, directory)
    case 'date':
      return drawDate(numeric(run['timestamp']) ?? 0, text(run['format']), directory.now())
    default:
      return document.createTextNode(text(run['text']))
  }
}
