import type { BlockContext } from './block-context.ts'
import { drawChart } from './chart-block.ts'
import type { Child } from './dom.ts'
import { h } from './dom.ts'
import { drawElement, drawImage } from './elements.ts'
import { drawTextObject, plainWords } from './inline-view.ts'
import { drawInputBlock } from './input-block.ts'
import type { Fields } from './json.ts'
import { fields, list, numeric, records, text } from './json.ts'
import { drawMarkdown } from './markdown-view.ts'
import { drawRichText } from './rich-text.ts'
import { drawDataTable, drawTable } from './table-block.ts'

// A modal or a home may hold 100 blocks; nothing of Slack's may hold more.
const BLOCKS_MAX = 100

type Draw = (block: Fields, context: BlockContext, blockId: string) => HTMLElement

const DRAW: Readonly<Record<string, Draw>> = {
  section: drawSection,
  header: drawHeader,
  divider: () => h('hr', { class: 'block-divider' }),
  context: drawContext,
  actions: (block, context, blockId) =>
    h('div', { class: 'block-actions' }, ...elementsOf(block, context, blockId)),
  context_actions: (block, context, blockId) =>
    h('div', { class: 'block-actions block-context-actions' }, ...elementsOf(block, context, blockId)),
  input: drawInputBlock,
  image: drawImageBlock,
  rich_text: (block, context) => drawRichText(block, context.directory),
  markdown: (block, context) => drawMarkdown(text(block['text']), context.directory),
  table: (block, context) => drawTable(block, context.directory),
  data_table: (block, context) => drawDataTable(block, context.directory),
  data_visualization: (block) => drawChart(block),
  alert: drawAlert,
  card: drawCard,
  carousel: (block, context) =>
    h('div', { class: 'block-carousel' }, ...drawBlocks(records(block['elements']), context)),
  container: drawContainer,
  plan: drawPlan,
  task_card: drawTask,
}

/** Draws blocks in order; one that the page does not know says so in its place. */
export function drawBlocks(blocks: readonly unknown[], context: BlockContext): HTMLElement[] {
  return blocks.slice(0, BLOCKS_MAX).map((value, index) => {
    const block = fields(value)
    const type = text(block['type'])
    const blockId = text(block['block_id']) || `block-${index}`
    const draw = Object.hasOwn(DRAW, type) ? DRAW[type] : undefined
    if (draw === undefined)
      return h('div', { class: 'unknown-block' }, `This page cannot draw a "${type}" block.`)
    const node = draw(block, context, blockId)
    node.classList.add('block')
    return node
  })
}

function elementsOf(block: Fields, context: BlockContext, blockId: string): HTMLElement[] {
  return records(block['elements']).map((element) => drawElement(element, blockId, context))
}

function drawSection(block: Fields, context: BlockContext, blockId: string): HTMLElement {
  const facts = list(block['fields'])
  const accessory = block['accessory']
  return h(
    'div',
    { class: 'block-section' },
    h(
      'div',
      { class: 'section-body' },
      block['text'] !== undefined && drawTextObject(block['text'], context.directory),
      facts.length > 0 &&
        h(
          'div',
          { class: 'section-fields' },
          ...facts.map((fact) => drawTextObject(fact, context.directory)),
        ),
    ),
    accessory !== undefined &&
      h('div', { class: 'section-accessory' }, drawElement(fields(accessory), blockId, context)),
  )
}

function drawHeader(block: Fields): HTMLElement {
  const level = Math.min(Math.max(numeric(block['level']) ?? 2, 1), 4)
  return h(
    'div',
    { class: `block-header level-${level}`, role: 'heading', 'aria-level': level + 2 },
    plainWords(block['text']),
  )
}

function drawContext(block: Fields, context: BlockContext): HTMLElement {
  return h(
    'div',
    { class: 'block-context' },
    ...records(block['elements']).map((element) =>
      element['type'] === 'image' ? drawImage(element) : drawTextObject(element, context.directory),
    ),
  )
}

function drawImageBlock(block: Fields): HTMLElement {
  return h(
    'figure',
    { class: 'block-image' },
    block['title'] !== undefined && h('figcaption', {}, plainWords(block['title'])),
    drawImage(block),
  )
}

const LEVELS = ['info', 'warning', 'error', 'success'] as const

function drawAlert(block: Fields, context: BlockContext): HTMLElement {
  const level = LEVELS.find((known) => known === block['level']) ?? 'default'
  const role = level === 'error' || level === 'warning' ? 'alert' : 'status'
  return h(
    'div',
    { class: `block-alert alert-${level}`, role },
    drawTextObject(block['text'], context.directory),
  )
}

function drawCard(block: Fields, context: BlockContext, blockId: string): HTMLElement {
  const part = (name: 'title' | 'subtitle' | 'body'): Child =>
    block[name] !== undefined &&
    h('div', { class: `card-${name}` }, drawTextObject(block[name], context.directory))
  const actions = records(block['actions'])
  return h(
    'div',
    { class: 'block-card' },
    block['hero_image'] !== undefined && drawImage(fields(block['hero_image'])),
    part('title'),
    part('subtitle'),
    part('body'),
    actions.length > 0 &&
      h('div', { class: 'block-actions' }, ...actions.map((action) => drawElement(action, blockId, context))),
  )
}

function drawContainer(block: Fields, context: BlockContext): HTMLElement {
  const title =
    block['rich_text_title'] === undefined
      ? drawTextObject(block['title'], context.directory)
      : drawRichText(fields(block['rich_text_title']), context.directory)
  const heading = [
    title,
    block['subtitle'] !== undefined &&
      h('div', { class: 'card-subtitle' }, drawTextObject(block['subtitle'], context.directory)),
  ]
  const children = h('div', { class: 'blocks' }, ...drawBlocks(list(block['child_blocks']), context))
  if (block['is_collapsible'] !== true)
    return h(
      'div',
      { class: 'block-container' },
      h('div', { class: 'container-title' }, ...heading),
      children,
    )
  const open = block['default_collapsed'] !== true
  return h('details', { class: 'block-container', open }, h('summary', {}, ...heading), children)
}

function drawPlan(block: Fields, context: BlockContext): HTMLElement {
  const tasks = records(block['tasks']).map((task) => drawTask(task, context))
  return h('div', { class: 'block-plan' }, h('strong', {}, plainWords(block['title'])), ...tasks)
}

const STATUS: Readonly<Record<string, string>> = {
  pending: '○',
  in_progress: '◐',
  complete: '✓',
  error: '✕',
}

function drawTask(task: Fields, context: BlockContext): HTMLElement {
  const status = text(task['status'])
  const rich = (name: 'details' | 'output'): Child =>
    task[name] !== undefined && drawRichText(fields(task[name]), context.directory)
  return h(
    'div',
    { class: `block-task task-${Object.hasOwn(STATUS, status) ? status : 'pending'}` },
    h(
      'span',
      { class: 'task-status', role: 'img', 'aria-label': status.replaceAll('_', ' ') },
      STATUS[status] ?? '○',
    ),
    h('div', {}, h('span', {}, plainWords(task['title'])), rich('details'), rich('output')),
  )
}
