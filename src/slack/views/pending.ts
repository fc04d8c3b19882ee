import type {
  KnownBlock,
  RawTextElement,
  RichTextBlock,
  RichTextBlockElement,
  TableBlock,
} from '@slack/types'
import { shortCode } from '../../domain/grant.ts'
import type { ReviewCase } from '../../domain/review-case.ts'
import type { PendingList } from '../../workflows/find-cases.ts'
import { link, plain, utc } from '../mrkdwn.ts'
import { context, header, type MessageView, section } from './blocks.ts'
import { bandOf, cardUrl, caseLine, partyPlain, stateWords } from './case-text.ts'
import { BAND_WORDS, count } from './words.ts'

/** Rows of the list; the rest is counted. */
const ROWS_MAX = 20
const CELL_MAX = 60

export interface PendingOptions {
  readonly teamUrl: string | null
  /** False once Slack has refused the table block: the same rows as sections. */
  readonly tables: boolean
}

/** What waits for people, highest band first. */
export function pendingView(list: PendingList, options: PendingOptions): MessageView {
  const shown = list.cases.slice(0, ROWS_MAX)
  const heading = headingOf(list)
  if (shown.length === 0) return { text: heading, blocks: [section(heading), ...waitingBlocks(list)] }
  const rows = options.tables
    ? [table(shown, options.teamUrl)]
    : shown.map((one) =>
        section(`${caseLine(one)}\n${stateWords(one.review)} · ${openLink(one, options.teamUrl)}`),
      )
  const left = list.total - shown.length
  const blocks: KnownBlock[] = [
    header(heading),
    ...rows,
    ...(left > 0 ? [context(`…and ${count(left, 'more review', 'more reviews')}: decide these first.`)] : []),
    ...waitingBlocks(list),
    context('Decide on the card of a review. `/grants explain G-…` shows all evidence.'),
  ]
  return { text: heading, blocks }
}

function headingOf(list: PendingList): string {
  if (list.total === 0) return 'Nothing waits for a decision.'
  return `${count(list.total, 'review waits', 'reviews wait')} for people`
}

function waitingBlocks(list: PendingList): KnownBlock[] {
  if (list.waitingForModel === 0) return []
  return [context(`${count(list.waitingForModel, 'grant waits', 'grants wait')} for the model’s answer.`)]
}

function openLink(reviewCase: ReviewCase, teamUrl: string | null): string {
  const url = cardUrl(teamUrl, reviewCase.card)
  return url === null ? 'no card yet' : link(url, 'open the card')
}

function table(cases: readonly ReviewCase[], teamUrl: string | null): TableBlock {
  const head = ['Review', 'Band', 'Given to', 'Role', 'Source', 'When', 'State'].map(cell)
  return {
    type: 'table',
    rows: [head, ...cases.map((one) => row(one, teamUrl))],
    column_settings: [
      { is_wrapped: false },
      { is_wrapped: false },
      { is_wrapped: true },
      { is_wrapped: true },
    ],
  }
}

function row(reviewCase: ReviewCase, teamUrl: string | null): (RawTextElement | RichTextBlock)[] {
  const { grant } = reviewCase
  const url = cardUrl(teamUrl, reviewCase.card)
  const code = shortCode(grant.id)
  return [
    url === null ? cell(code) : rich({ type: 'link', url, text: code }),
    cell(BAND_WORDS[bandOf(reviewCase)]),
    cell(partyPlain(grant.grantee, CELL_MAX)),
    cell(plain(grant.role.name || grant.role.id, CELL_MAX)),
    cell(plain(reviewCase.sourceTitle, CELL_MAX)),
    cell(utc(grant.occurredAt)),
    cell(stateWords(reviewCase.review)),
  ]
}

function cell(text: string): RawTextElement {
  return { type: 'raw_text', text }
}

type InlineElement = Extract<RichTextBlockElement, { type: 'rich_text_section' }>['elements'][number]

function rich(element: InlineElement): RichTextBlock {
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [element] }] }
}
