import type { Directory } from './directory.ts'
import { h } from './dom.ts'
import type { Fields } from './json.ts'
import { fields, list, numeric, records, text } from './json.ts'
import { drawRichText } from './rich-text.ts'

const ROWS_MAX = 101
const COLUMNS_MAX = 20
const PAGE_ROWS = 10
const PAGE_ROWS_MAX = 100

export function drawTable(block: Fields, directory: Directory): HTMLElement {
  const columns = records(block['column_settings'])
  const align = (index: number): string => {
    const side = columns[index]?.['align']
    return side === 'right' || side === 'center' ? side : 'left'
  }
  const rows = rowsOf(block).map((row, index) =>
    h(
      'tr',
      {},
      ...row.map((cell, column) =>
        h(
          index === 0 ? 'th' : 'td',
          { class: `align-${align(column)}`, scope: index === 0 ? 'col' : undefined },
          drawCell(cell, directory),
        ),
      ),
    ),
  )
  return h(
    'div',
    { class: 'grid-scroll', tabindex: 0, role: 'group', 'aria-label': 'Table' },
    h('table', { class: 'grid' }, h('thead', {}, ...rows.slice(0, 1)), h('tbody', {}, ...rows.slice(1))),
  )
}

/** A table with a caption, drawn a page at a time. */
export function drawDataTable(block: Fields, directory: Directory): HTMLElement {
  const [head = [], ...body] = rowsOf(block)
  const size = Math.min(Math.max(numeric(block['page_size']) ?? PAGE_ROWS, 1), PAGE_ROWS_MAX)
  const pages = Math.max(1, Math.ceil(body.length / size))
  const rowHeader = numeric(block['row_header_column_index'])
  const rows = h('tbody')
  const where = h('span', { 'aria-live': 'polite' })
  let page = 0
  const turn = (step: number) => {
    page = Math.min(Math.max(page + step, 0), pages - 1)
    const shown = body.slice(page * size, page * size + size)
    rows.replaceChildren(
      ...shown.map((row) =>
        h(
          'tr',
          {},
          ...row.map((cell, column) =>
            column === rowHeader
              ? h('th', { scope: 'row' }, drawCell(cell, directory))
              : h('td', {}, drawCell(cell, directory)),
          ),
        ),
      ),
    )
    where.textContent = `Page ${page + 1} of ${pages}`
  }
  turn(0)
  const table = h(
    'table',
    { class: 'grid' },
    h('caption', {}, text(block['caption'])),
    h('thead', {}, h('tr', {}, ...head.map((cell) => h('th', { scope: 'col' }, drawCell(cell, directory))))),
    rows,
  )
  const pager = h(
    'div',
    { class: 'pager' },
    h('button', { type: 'button', class: 'button button-small', click: () => turn(-1) }, 'Previous'),
    where,
    h('button', { type: 'button', class: 'button button-small', click: () => turn(1) }, 'Next'),
  )
  return h(
    'div',
    {},
    h('div', { class: 'grid-scroll', tabindex: 0, role: 'group', 'aria-label': 'Table' }, table),
    pages > 1 && pager,
  )
}

function rowsOf(block: Fields): readonly (readonly Fields[])[] {
  return list(block['rows'])
    .slice(0, ROWS_MAX)
    .map((row) => list(row).slice(0, COLUMNS_MAX).map(fields))
}

function drawCell(cell: Fields, directory: Directory): Node {
  if (cell['type'] === 'rich_text') return drawRichText(cell, directory)
  return document.createTextNode(text(cell['text']) || text(cell['value']))
}
