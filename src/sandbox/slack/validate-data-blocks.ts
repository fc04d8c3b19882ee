import { isRecord } from '../exchange.ts'
import { type JsonObject, objectsIn } from './json-object.ts'
import {
  boolean,
  byType,
  type Check,
  listOf,
  matching,
  numberOf,
  type ObjectRule,
  objectOf,
  oneOf,
  stringOf,
} from './schema-checks.ts'
import { anId, literal, url } from './validate-text.ts'

const TABLE_ROWS_MAX = 100
const TABLE_COLUMNS_MAX = 20
const TABLE_CHARACTERS_MAX = 10_000
const DATA_ROWS_MIN = 2
const DATA_ROWS_MAX = 101
const CHART_TITLE_MAX = 50
const CHART_LABEL_MAX = 20
const CHART_SERIES_MAX = 12
const CHART_POINTS_MAX = 20
const RICH_TEXT_PARTS_MAX = 1000

const type = { type: literal }
const block = { block_id: anId }

const inlineStyle = objectOf({
  optional: Object.fromEntries(
    ['bold', 'italic', 'strike', 'code', 'underline', 'highlight', 'client_highlight', 'unlink'].map(
      (name) => [name, boolean],
    ),
  ),
})
const styled = { style: inlineStyle }
const inline = byType({
  text: objectOf({ required: { ...type, text: stringOf({ min: 1 }) }, optional: styled }),
  link: objectOf({ required: { ...type, url }, optional: { ...styled, text: stringOf(), unsafe: boolean } }),
  user: objectOf({ required: { ...type, user_id: anId }, optional: styled }),
  usergroup: objectOf({ required: { ...type, usergroup_id: anId }, optional: styled }),
  channel: objectOf({ required: { ...type, channel_id: anId }, optional: styled }),
  team: objectOf({ required: { ...type, team_id: anId }, optional: styled }),
  broadcast: objectOf({
    required: { ...type, range: oneOf('here', 'channel', 'everyone') },
    optional: styled,
  }),
  color: objectOf({ required: { ...type, value: stringOf({ min: 1 }) }, optional: styled }),
  emoji: objectOf({
    required: { ...type, name: stringOf({ min: 1 }) },
    optional: { ...styled, unicode: stringOf(), url, skin_tone: numberOf({ integer: true }) },
  }),
  date: objectOf({
    required: { ...type, timestamp: numberOf({ integer: true }), format: stringOf({ min: 1 }) },
    optional: { ...styled, url, fallback: stringOf() },
  }),
})
const parts = listOf(inline, { max: RICH_TEXT_PARTS_MAX })
const border = { border: numberOf({ min: 0, max: 1, integer: true }) }
const richTextSection = objectOf({ required: { ...type, elements: parts } })
const richTextElement = byType({
  rich_text_section: richTextSection,
  rich_text_list: objectOf({
    required: {
      ...type,
      style: oneOf('bullet', 'ordered'),
      elements: listOf(byType({ rich_text_section: richTextSection }), { min: 1, max: RICH_TEXT_PARTS_MAX }),
    },
    optional: {
      ...border,
      indent: numberOf({ min: 0, max: 8, integer: true }),
      offset: numberOf({ min: 0, integer: true }),
    },
  }),
  rich_text_quote: objectOf({ required: { ...type, elements: parts }, optional: border }),
  rich_text_preformatted: objectOf({
    required: { ...type, elements: parts },
    optional: { ...border, language: stringOf() },
  }),
})
export const richText: Check = objectOf({
  required: { ...type, elements: listOf(richTextElement, { min: 1, max: RICH_TEXT_PARTS_MAX }) },
  optional: block,
})

const cell = byType({
  raw_text: objectOf({ required: { ...type, text: stringOf({ min: 1 }) } }),
  raw_number: objectOf({ required: { ...type, value: numberOf(), text: stringOf({ min: 1 }) } }),
  rich_text: richText,
})
const row = listOf(cell, { min: 1, max: TABLE_COLUMNS_MAX })

const sameWidth: ObjectRule = (table) => {
  const rows = Array.isArray(table['rows']) ? table['rows'].filter(Array.isArray) : []
  return rows.every((cells) => cells.length === rows[0]?.length)
    ? undefined
    : { field: 'rows', message: 'all rows must have the same number of cells' }
}
const withinCharacters: ObjectRule = (table) =>
  charactersIn(table['rows']) > TABLE_CHARACTERS_MAX
    ? { field: 'rows', message: `must hold no more than ${TABLE_CHARACTERS_MAX} characters` }
    : undefined

export const table: Check = objectOf({
  required: { ...type, rows: listOf(row, { min: 1, max: TABLE_ROWS_MAX }) },
  optional: {
    ...block,
    column_settings: listOf(
      objectOf({ optional: { align: oneOf('left', 'center', 'right'), is_wrapped: boolean } }),
      { max: TABLE_COLUMNS_MAX },
    ),
  },
  rules: [sameWidth, withinCharacters],
})

export const dataTable: Check = objectOf({
  required: {
    ...type,
    caption: stringOf({ min: 1 }),
    rows: listOf(row, { min: DATA_ROWS_MIN, max: DATA_ROWS_MAX }),
  },
  optional: {
    ...block,
    page_size: numberOf({ min: 1, max: 100, integer: true }),
    row_header_column_index: numberOf({ min: 0, max: TABLE_COLUMNS_MAX - 1, integer: true }),
  },
  rules: [sameWidth, withinCharacters],
})

const label = stringOf({ min: 1, max: CHART_LABEL_MAX })
const axisLabel = stringOf({ min: 1, max: CHART_TITLE_MAX })
const positive: Check = (value, at, faults) => {
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0)
    faults.push({ pointer: at, message: 'must be a positive number' })
}

const seriesFitAxis: ObjectRule = (chart) => {
  const axis = isRecord(chart['axis_config']) ? chart['axis_config']['categories'] : []
  const categories = Array.isArray(axis) ? axis : []
  const series = objectsIn(chart['series'])
  if (new Set(series.map((one) => one['name'])).size !== series.length)
    return { field: 'series', message: 'series names must be unique' }
  const fits = (one: JsonObject) => {
    const labels = objectsIn(one['data']).map((point) => point['label'])
    return labels.length === categories.length && categories.every((category) => labels.includes(category))
  }
  return series.every(fits)
    ? undefined
    : { field: 'series', message: 'every series must have one value for every category' }
}
const axisChart = objectOf({
  required: {
    ...type,
    series: listOf(
      objectOf({
        required: {
          name: label,
          data: listOf(objectOf({ required: { label, value: numberOf() } }), {
            min: 1,
            max: CHART_POINTS_MAX,
          }),
        },
      }),
      { min: 1, max: CHART_SERIES_MAX },
    ),
    axis_config: objectOf({
      required: { categories: listOf(label, { min: 1, max: CHART_POINTS_MAX }) },
      optional: { x_label: axisLabel, y_label: axisLabel },
    }),
  },
  rules: [seriesFitAxis],
})
const pie = objectOf({
  required: {
    ...type,
    segments: listOf(objectOf({ required: { label, value: positive } }), { min: 1, max: CHART_SERIES_MAX }),
  },
})

export const dataVisualization: Check = objectOf({
  required: {
    ...type,
    title: stringOf({ min: 1, max: CHART_TITLE_MAX }),
    chart: byType({ pie, bar: axisChart, line: axisChart, area: axisChart }, 'chart'),
  },
  optional: block,
})

const TASK_STATUS = oneOf('pending', 'in_progress', 'complete', 'error')
const source = objectOf({
  required: { type: matching(/^url$/, 'unsupported type'), url, text: stringOf({ min: 1 }) },
})
export const taskCard: Check = objectOf({
  required: { ...type, task_id: anId, title: stringOf({ min: 1 }), status: TASK_STATUS },
  optional: { ...block, details: richText, output: richText, sources: listOf(source, { max: 100 }) },
})
export const plan: Check = objectOf({
  required: { ...type, title: stringOf({ min: 1 }) },
  optional: { ...block, tasks: listOf(taskCard, { max: 50 }) },
})

/** All characters that a reader would see: every `text` string, at any depth. */
export function charactersIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, entry) => sum + charactersIn(entry), 0)
  if (!isRecord(value)) return 0
  let sum = 0
  for (const [key, entry] of Object.entries(value)) {
    if (key === 'text' && typeof entry === 'string') sum += entry.length
    else sum += charactersIn(entry)
  }
  return sum
}
