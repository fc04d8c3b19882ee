import type { Button, ContextActionsBlock, KnownBlock } from '@slack/types'
import type { Answer, CheckedSentence, NotPrepared, PreparedDecision } from '../../domain/answer.ts'
import { shortCode } from '../../domain/grant.ts'
import type { ToolResult } from '../../domain/tool-result.ts'
import type { VisibleStep } from '../../ports/analyst.ts'
import { ANSWER_ACTIONS, EXPLAIN_ACTIONS } from '../ids.ts'
import {
  code,
  linesWithin,
  link,
  markdown,
  markdownLink,
  plain,
  preformatted,
  prose,
  utc,
} from '../mrkdwn.ts'
import { type AnswerBlock, chartBlocks, tableBlocks } from './answer-data.ts'
import { actions, button, context, plainText, preformattedBlock, section } from './blocks.ts'
import { BAR_SENTENCES } from './notices.ts'
import { ACTION_VERBS, count, LEFT_OUT_WORDS } from './words.ts'

const SENTENCE_MAX = 450
/** Codes that one sentence links; the rest is counted. */
const CODES_PER_SENTENCE_MAX = 3
const STEPS_SHOWN = 12
const STEP_MAX = 200
const SECTION_MAX = 2_900
/** A message takes about 12,000 characters in all: sentences first, then what stands below them. */
const MESSAGE_MAX = 11_500
const SENTENCES_MAX = 8_000
/** What stands below the sentences without the table. */
const REST_MAX = 3_300
const TABLE_MAX = 4_000
const SOURCES_MAX = 1_000
const SOURCE_TITLE_MAX = 160
const QUERIES_SHOWN = 2
const QUERY_MAX = 500
const REASON_SHOWN = 300

/** One sentence as a stream, a post and a notification show it. */
export interface Paragraph {
  readonly markdown: string
  readonly mrkdwn: string
  readonly plain: string
}

/** Where the card of each cited grant is; null, or not there, when it has none. */
export type CardUrls = ReadonlyMap<string, string | null>

/** A checked sentence with what it rests on: codes of grants link to their cards, other sources have numbers. */
export function sentenceParagraph(sentence: CheckedSentence, urls: CardUrls): Paragraph {
  const grants = [...new Set(sentence.cites.flatMap(({ grantId }) => (grantId === null ? [] : [grantId])))]
  const shown = grants.slice(0, CODES_PER_SENTENCE_MAX)
  const left = grants.length - shown.length
  const numbers = sentence.cites.flatMap((cite) =>
    cite.grantId === null ? [sourceNumber(cite.resultId)] : [],
  )
  const more = left > 0 ? [`${left} more`] : []
  const rest = [...more, ...[...new Set(numbers)].map((number) => `source ${number}`)]
  const url = (grantId: string): string | null => urls.get(grantId) ?? null
  const linked = (text: string, label: (grantId: string) => string): string =>
    withCodes({ text, shown, rest, label })
  return {
    markdown: linked(markdown(sentence.text, SENTENCE_MAX), (id) => markdownLink(url(id), shortCode(id))),
    mrkdwn: linked(prose(sentence.text, SENTENCE_MAX), (id) => codeLink(url(id), id)),
    plain: plain(sentence.text, SENTENCE_MAX),
  }
}

/** A code that the sentence names becomes the link itself; the others follow in brackets. */
function withCodes(input: {
  readonly text: string
  readonly shown: readonly string[]
  readonly rest: readonly string[]
  label(grantId: string): string
}): string {
  const { shown, rest, label } = input
  let { text } = input
  const behind: string[] = []
  for (const grantId of shown) {
    const named = new RegExp(`(?<![\\w\`/-])${shortCode(grantId)}(?![\\w\`-])`)
    if (named.test(text)) text = text.replace(named, () => label(grantId))
    else behind.push(label(grantId))
  }
  const all = [...behind, ...rest]
  return all.length === 0 ? text : `${text} (${all.join(', ')})`
}

/** A sentence of our own, without markup. */
export function ownParagraph(text: string): Paragraph {
  return { markdown: text, mrkdwn: text, plain: text }
}

function codeLink(url: string | null, grantId: string): string {
  return url === null ? code(shortCode(grantId), 40) : link(url, shortCode(grantId))
}

/** `r3` is source 3. */
function sourceNumber(resultId: string): string {
  return resultId.replaceAll(/\D/g, '')
}

const STEP_MARKS = {
  running: ':hourglass_flowing_sand:',
  done: ':white_check_mark:',
  failed: ':warning:',
} as const

/** What a stream shows by itself, as blocks of a post that is updated. */
export function postedBlocks(steps: readonly VisibleStep[], paragraphs: readonly Paragraph[]): KnownBlock[] {
  const lines = steps
    .slice(-STEPS_SHOWN)
    .map((step) => `${STEP_MARKS[step.state]} ${prose(step.title, STEP_MAX)}`)
  const sections: string[] = []
  for (const { mrkdwn } of withinMessage(paragraphs)) {
    const last = sections.at(-1)
    if (last !== undefined && last.length + mrkdwn.length + 2 <= SECTION_MAX)
      sections[sections.length - 1] = `${last}\n\n${mrkdwn}`
    else sections.push(mrkdwn)
  }
  return [
    ...(lines.length === 0 ? [] : [context(lines.join('\n'))]),
    ...sections.map((text) => section(text)),
  ]
}

function withinMessage(paragraphs: readonly Paragraph[]): readonly Paragraph[] {
  let characters = 0
  const end = paragraphs.findIndex(({ mrkdwn }) => {
    characters += mrkdwn.length + 2
    return characters > SENTENCES_MAX
  })
  if (end === -1) return paragraphs
  const left = paragraphs.length - end
  return [
    ...paragraphs.slice(0, end),
    ownParagraph(`…and ${count(left, 'more sentence', 'more sentences')}.`),
  ]
}

export interface EndingOptions {
  readonly urls: CardUrls
  /** False once Slack has refused such a block: the same data as text. */
  readonly tables: boolean
  readonly charts: boolean
}

/** What stands below the sentences of an answer. */
export function answerEnding(answer: Answer, options: EndingOptions): AnswerBlock[] {
  const said = answer.sentences.reduce(
    (sum, sentence) => sum + sentenceParagraph(sentence, options.urls).markdown.length + 2,
    0,
  )
  const room = Math.min(TABLE_MAX, MESSAGE_MAX - REST_MAX - said)
  return [
    ...unknownBlocks(answer),
    ...(answer.table === null ? [] : tableBlocks(answer.table, { asBlock: options.tables, room })),
    ...(answer.chart === null ? [] : chartBlocks(answer.chart, options.charts)),
    ...(answer.prepared === null ? [] : [section(preparedText(answer.prepared))]),
    ...(answer.notPrepared === null ? [] : [section(notPreparedText(answer.notPrepared))]),
    ...buttonBlocks(answer, options.urls),
    ...sourceBlocks(answer),
    ...noteBlocks(answer),
    feedbackBlock(answer.id),
  ]
}

const RULES_DO_NOT_KNOW =
  'I don’t know. Without a model I answer common questions only, such as: “What is waiting for me?”, “Riskiest this week?”, “Who holds owner?”, “What was Ana given?”, “Why was G-7K2Q9XM flagged?”, “Summarise yesterday”.'

function unknownBlocks(answer: Answer): KnownBlock[] {
  if (!answer.cannotSay) return []
  const isEmpty = answer.sentences.length === 0 && answer.table === null && answer.chart === null
  if (!isEmpty) return [section('The rest the data does not say.')]
  if (answer.leftOut.includes('stopped')) return [section('Stopped before there was anything to say.')]
  // Rules that did not understand the question have looked at no data.
  const isUnread = answer.model === null && answer.removed.length === 0
  return [section(isUnread ? RULES_DO_NOT_KNOW : 'I don’t know: the data does not say.')]
}

function preparedText({ action, grantId, reason }: PreparedDecision): string {
  const because = reason.trim() === '' ? '' : ` Reason: “${prose(reason, REASON_SHOWN)}”`
  return `*Prepared, not decided:* ${ACTION_VERBS[action].toLowerCase()} ${code(shortCode(grantId), 40)}.${because}`
}

const NOT_A_REVIEWER =
  'Only reviewers decide on cases, and you are not one: a policy admin can add you. `/grants tune` shows who is one.'

/** Who asks for a decision and gets no button hears why in one sentence. */
function notPreparedText({ grantId, why }: NotPrepared): string {
  const which = grantId === null ? 'That case' : code(shortCode(grantId), 40)
  switch (why) {
    case 'which-case':
      return 'Which case do you mean? Ask in the thread of its card, or give its code.'
    case 'settled':
      return `${which} is not open for that: \`/grants explain\` shows where it stands.`
    case 'not-a-reviewer':
      return NOT_A_REVIEWER
    default:
      return BAR_SENTENCES[why]
  }
}

/** The prepared decision, then the evidence on cited grants that have no card to go to. */
function buttonBlocks(answer: Answer, urls: CardUrls): KnownBlock[] {
  const { prepared } = answer
  const cited = new Set(
    answer.sentences.flatMap(({ cites }) =>
      cites.flatMap(({ grantId }) => (grantId === null ? [] : [grantId])),
    ),
  )
  const uncarded = [...cited].filter((grantId) => (urls.get(grantId) ?? null) === null)
  const elements: Button[] = [
    ...(prepared === null ? [] : [decisionButton(prepared, answer.id)]),
    ...EXPLAIN_ACTIONS.flatMap((actionId, index) => {
      const grantId = uncarded[index]
      return grantId === undefined
        ? []
        : [button({ text: `Explain ${shortCode(grantId)}`, actionId, value: grantId })]
    }),
  ]
  return elements.length === 0 ? [] : [actions(elements)]
}

function decisionButton({ action, grantId }: PreparedDecision, answerId: string): Button {
  const style = action === 'approve' ? 'primary' : action === 'revoke' ? 'danger' : undefined
  return button({
    text: `${ACTION_VERBS[action]} ${shortCode(grantId)}`,
    actionId: ANSWER_ACTIONS.decide,
    // The id of the answer alone: what was prepared is looked up, and the press is checked like any other.
    value: answerId,
    ...(style === undefined ? {} : { style }),
  })
}

/** The results behind the answer; what Axiom was asked stands there letter for letter. */
function sourceBlocks({ cited, timezone }: Answer): KnownBlock[] {
  if (cited.length === 0) return []
  const lines = cited.map(
    (result) =>
      `${sourceNumber(result.id)}. ${prose(result.title, SOURCE_TITLE_MAX)}: ${count(result.total, 'row', 'rows')}${windowText(result)}`,
  )
  const queries = cited.flatMap(({ query }) => (query === null ? [] : [query]))
  return [
    context(
      `*Sources* (times: ${plain(timezone, 60)})\n${linesWithin(lines, SOURCES_MAX, (left) => `…and ${count(left, 'more source', 'more sources')}`)}`,
    ),
    ...queries.slice(0, QUERIES_SHOWN).map(({ apl }) => preformattedBlock(preformatted(apl, QUERY_MAX))),
  ]
}

function windowText({ query }: ToolResult): string {
  return query === null ? '' : `, from Axiom, ${utc(query.from)} to ${utc(query.to)}`
}

function noteBlocks(answer: Answer): KnownBlock[] {
  const { removed, leftOut, model } = answer
  const lines = [
    ...(removed.length === 0
      ? []
      : [
          `${count(removed.length, 'statement was', 'statements were')} taken out because the data does not bear ${removed.length === 1 ? 'it' : 'them'} out.`,
        ]),
    ...(leftOut.length === 0
      ? []
      : [
          `This answer is not complete: ${[...new Set(leftOut)].map((why) => LEFT_OUT_WORDS[why]).join('; ')}.`,
        ]),
    ...(model === null
      ? [`${leftOut.length === 0 ? 'No model is set: fixed' : 'Fixed'} rules answered from the ledger.`]
      : []),
  ]
  return lines.length === 0 ? [] : [context(lines.join('\n'))]
}

function feedbackBlock(answerId: string): ContextActionsBlock {
  const side = (text: string, label: string, value: string) => ({
    text: plainText(text),
    accessibility_label: label,
    value: `${value}:${answerId}`,
  })
  return {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: ANSWER_ACTIONS.feedback,
        positive_button: side('Good answer', 'This answer helped', 'good'),
        negative_button: side('Bad answer', 'This answer did not help', 'bad'),
      },
    ],
  }
}
