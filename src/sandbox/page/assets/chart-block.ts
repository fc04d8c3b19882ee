import { drawing, h } from './dom.ts'
import type { Fields } from './json.ts'
import { fields, list, numeric, records, text, words } from './json.ts'

const SERIES_MAX = 6
const POINTS_MAX = 20
const WIDTH = 480
const HEIGHT = 200
const EDGE = { left: 40, right: 10, top: 10, bottom: 34 } as const
const PLOT_WIDTH = WIDTH - EDGE.left - EDGE.right
const PLOT_HEIGHT = HEIGHT - EDGE.top - EDGE.bottom
const LABEL_CHARACTERS = 9

interface Series {
  readonly name: string
  readonly values: readonly number[]
}

interface Plot {
  readonly series: readonly Series[]
  readonly labels: readonly string[]
  readonly top: number
}

export function drawChart(block: Fields): HTMLElement {
  const chart = fields(block['chart'])
  const type = text(chart['type'])
  const title = words(block['title'])
  const plot = type === 'pie' ? piePlot(chart) : seriesPlot(chart)
  return h(
    'figure',
    { class: 'block-chart' },
    h('figcaption', {}, title),
    type === 'pie' ? drawShares(plot) : drawAxes(plot, type, title),
    plot.series.length > 1 && drawLegend(plot),
  )
}

function seriesPlot(chart: Fields): Plot {
  const categories = list(fields(chart['axis_config'])['categories']).map(words)
  const sources = records(chart['series']).slice(0, SERIES_MAX)
  const points = sources.map((one) => records(one['data']).slice(0, POINTS_MAX))
  const labels = categories.length > 0 ? categories : (points[0] ?? []).map((point) => words(point['label']))
  const series = sources.map((one, index) => ({
    name: words(one['name']),
    values: (points[index] ?? []).map((point) => numeric(point['value']) ?? 0),
  }))
  return { series, labels, top: topOf(series) }
}

function piePlot(chart: Fields): Plot {
  const segments = records(chart['segments']).slice(0, POINTS_MAX)
  const values = segments.map((segment) => Math.max(0, numeric(segment['value']) ?? 0))
  const labels = segments.map((segment) => words(segment['label'] ?? segment['name']))
  return { series: [{ name: '', values }], labels, top: values.reduce((sum, value) => sum + value, 0) }
}

/** A round number at or over the largest value, so that the axis reads easily. */
function topOf(series: readonly Series[]): number {
  const largest = Math.max(1, ...series.flatMap((one) => one.values))
  const step = 10 ** Math.floor(Math.log10(largest))
  return Math.ceil(largest / step) * step
}

function drawAxes(plot: Plot, type: string, title: string): SVGElement {
  const mark = type === 'bar' ? bars : lines
  return drawing(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': `${title}: ${spoken(plot)}` },
    ...[0, 0.5, 1].map((share) => gridLine(plot.top * share, heightOf(plot.top * share, plot))),
    ...plot.labels.map((label, index) => axisLabel(label, centreOf(index, plot))),
    ...plot.series.map((one, index) => mark(one, index, plot, type === 'area')),
  )
}

function spoken(plot: Plot): string {
  const one = (values: readonly number[]) =>
    values.map((value, index) => `${plot.labels[index] ?? index + 1} ${value}`).join(', ')
  return plot.series.map((series) => `${series.name} ${one(series.values)}`.trim()).join('; ')
}

const heightOf = (value: number, plot: Plot) => EDGE.top + PLOT_HEIGHT * (1 - Math.max(0, value) / plot.top)
const slotOf = (plot: Plot) => PLOT_WIDTH / Math.max(1, plot.labels.length)
const centreOf = (index: number, plot: Plot) => EDGE.left + slotOf(plot) * (index + 0.5)

function gridLine(value: number, y: number): SVGElement {
  return drawing(
    'g',
    { class: 'chart-grid' },
    drawing('line', { x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y, y2: y }),
    drawing(
      'text',
      { x: EDGE.left - 6, y: y + 3, 'text-anchor': 'end' },
      String(Math.round(value * 10) / 10),
    ),
  )
}

function axisLabel(label: string, x: number): SVGElement {
  const short = label.length > LABEL_CHARACTERS ? `${label.slice(0, LABEL_CHARACTERS - 1)}…` : label
  return drawing(
    'text',
    { x, y: HEIGHT - EDGE.bottom + 16, 'text-anchor': 'middle', class: 'chart-label' },
    drawing('title', {}, label),
    short,
  )
}

function bars(one: Series, index: number, plot: Plot): SVGElement {
  const wide = (slotOf(plot) * 0.7) / plot.series.length
  const rects = one.values.map((value, point) => {
    const y = heightOf(value, plot)
    const x = centreOf(point, plot) - (wide * plot.series.length) / 2 + wide * index
    const attributes = { x, y, width: Math.max(1, wide - 1), height: EDGE.top + PLOT_HEIGHT - y, rx: 1.5 }
    return drawing('rect', attributes, drawing('title', {}, `${plot.labels[point] ?? ''} ${value}`))
  })
  return drawing('g', { class: `series-${index}` }, ...rects)
}

function lines(one: Series, index: number, plot: Plot, filled: boolean): SVGElement {
  const at = one.values.map((value, point) => `${centreOf(point, plot)},${heightOf(value, plot)}`)
  const floor = EDGE.top + PLOT_HEIGHT
  const area = [`${centreOf(0, plot)},${floor}`, ...at, `${centreOf(at.length - 1, plot)},${floor}`]
  return drawing(
    'g',
    { class: `series-${index}` },
    ...(filled ? [drawing('polygon', { points: area.join(' '), class: 'chart-area' })] : []),
    drawing('polyline', { points: at.join(' '), class: 'chart-line' }),
  )
}

/** Shares read better as bars than as slices, and need no trigonometry. */
function drawShares(plot: Plot): HTMLElement {
  const values = plot.series[0]?.values ?? []
  return h(
    'div',
    { class: 'shares' },
    ...values.map((value, index) => {
      const share = plot.top === 0 ? 0 : value / plot.top
      return h(
        'div',
        { class: 'share' },
        h('span', { class: 'share-label' }, plot.labels[index] ?? ''),
        h('meter', { min: 0, max: 1, value: share, 'aria-label': plot.labels[index] ?? '' }),
        h('span', {}, `${value} (${Math.round(share * 100)}%)`),
      )
    }),
  )
}

function drawLegend(plot: Plot): HTMLElement {
  return h(
    'div',
    { class: 'chart-legend' },
    ...plot.series.map((one, index) =>
      h('span', {}, h('span', { class: `swatch swatch-${index}` }), one.name || `Series ${index + 1}`),
    ),
  )
}
