import type { KnownBlock, TableBlock } from '@slack/types'
import type { AnswerChart, AnswerTable } from '../../domain/answer.ts'
import type { Cell } from '../../domain/tool-result.ts'
import { linesWithin, plain, prose } from '../mrkdwn.ts'
import { section } from './blocks.ts'
import { count } from './words.ts'

/** Tables and charts of an answer as Slack's blocks, and as text where Slack refuses those. */

const TITLE_MAX = 150
const COLUMNS_MAX = 8
const ROWS_MAX = 20
const CELL_MAX = 60
const UNWRAPPED_MAX = 20
/** Less room than this holds no table. */
const ROOM_MIN = 300
const LINE_CELL_MAX = 80
const TEXT_MAX = 2_600
const CHART_TEXT_MAX = 500
const CHART_TITLE_MAX = 50
const LABEL_MAX = 20
const BARS_MAX = 20

/** `room` is how many characters the rest of the message leaves. */
export function tableBlocks(
  table: AnswerTable,
  { asBlock, room }: { readonly asBlock: boolean; readonly room: number },
): KnownBlock[] {
  const columns = table.columns.slice(0, COLUMNS_MAX)
  const rows = table.rows.map((row) => columns.map((_column, index) => row[index] ?? null))
  const title = section(`*${prose(table.title, TITLE_MAX)}*`)
  if (room < ROOM_MIN)
    return [title, section(`There is no room left here for ${count(rows.length, 'row', 'rows')}.`)]
  if (!asBlock || columns.length === 0 || rows.length === 0)
    return [title, section(rowLines(columns, rows, Math.min(room, TEXT_MAX)))]
  const shown = rowsWithin([columns, ...rows.slice(0, ROWS_MAX)], room).slice(1)
  const block: TableBlock = {
    type: 'table',
    rows: [columns.map(textCell), ...shown.map((row) => row.map(textCell))],
    // Codes and times stay on one line.
    column_settings: columns.map((_column, index) => ({
      is_wrapped: shown.some((row) => cellText(row[index] ?? null).length > UNWRAPPED_MAX),
    })),
  }
  const left = rows.length - shown.length
  return [title, block, ...(left > 0 ? [section(`…and ${count(left, 'more row', 'more rows')}.`)] : [])]
}

function rowsWithin(rows: readonly (readonly Cell[])[], room: number): readonly (readonly Cell[])[] {
  let characters = 0
  const end = rows.findIndex((row) => {
    characters += row.reduce((sum: number, cell) => sum + Math.min(cellText(cell).length, CELL_MAX), 0)
    return characters > room
  })
  return end === -1 ? rows : rows.slice(0, end)
}

function rowLines(columns: readonly string[], rows: readonly (readonly Cell[])[], max: number): string {
  const lines = rows.map((row) => {
    const cells = row.flatMap((cell, index) =>
      cell === null ? [] : [`${prose(columns[index] ?? '', 40)} ${prose(cellText(cell), LINE_CELL_MAX)}`],
    )
    return `• ${cells.join(', ')}`
  })
  return linesWithin(lines, max, (left) => `…and ${count(left, 'more row', 'more rows')}`) || 'No rows.'
}

function textCell(cell: Cell) {
  return { type: 'raw_text' as const, text: plain(cellText(cell), CELL_MAX) }
}

function cellText(cell: Cell): string {
  if (cell === null || cell === '') return '–'
  return typeof cell === 'boolean' ? (cell ? 'yes' : 'no') : String(cell)
}

/** Not among the SDK's blocks yet. */
interface ChartBlock {
  readonly type: 'data_visualization'
  readonly title: string
  readonly chart: {
    readonly type: 'bar'
    readonly series: readonly {
      readonly name: string
      readonly data: readonly { readonly label: string; readonly value: number }[]
    }[]
    readonly axis_config: { readonly categories: readonly string[] }
  }
}

/** What may stand below an answer. */
export type AnswerBlock = KnownBlock | ChartBlock

export function chartBlocks(chart: AnswerChart, asBlock: boolean): AnswerBlock[] {
  const bars = chart.bars.slice(0, BARS_MAX)
  if (!asBlock || bars.length === 0) {
    const lines = chart.bars.map(({ label, value }) => `• ${prose(label, LINE_CELL_MAX)}: ${value}`)
    const text = linesWithin(lines, CHART_TEXT_MAX, (left) => `…and ${left} more`)
    return [section(`*${prose(chart.title, TITLE_MAX)}*\n${text || 'Nothing to show.'}`)]
  }
  const labels = uniqueLabels(bars.map(({ label }) => label))
  return [
    {
      type: 'data_visualization',
      title: plain(chart.title, CHART_TITLE_MAX),
      chart: {
        type: 'bar',
        series: [
          { name: 'Count', data: bars.map(({ value }, index) => ({ label: labels[index] ?? '', value })) },
        ],
        axis_config: { categories: labels },
      },
    },
  ]
}

/** Clipped labels that would be the same get a number, since Slack tells bars apart by their label. */
function uniqueLabels(texts: readonly string[]): readonly string[] {
  const labels: string[] = []
  for (const text of texts) {
    const clipped = plain(text, LABEL_MAX)
    const isTaken = labels.includes(clipped)
    labels.push(isTaken ? `${plain(text, LABEL_MAX - 4)} #${labels.length + 1}` : clipped)
  }
  return labels
}
