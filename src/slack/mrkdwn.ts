/**
 * Text from logs, people and models becomes part of Slack's markup here and nowhere else. Whatever comes in,
 * the result holds no mention, link, formatting, emoji, line break or invisible character, and never more
 * UTF-16 units than `max`, which is how Slack counts, escapes included.
 */

/** More than any view shows; longer input is cut before it is looked at. */
const INPUT_UNITS_MAX = 20_000
const ELLIPSIS = '…'
const MARKS_MAX = 3

const ANSI_SEQUENCE =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b\]|\u009d)[^\u0007\u001b]*(?:\u0007|\u001b\\)?/g
const LINE_BREAK = /\r\n?|[\n\u0085\u2028\u2029\v\f]/g
const CONTROLS = /\p{Cc}/gu
// Direction overrides, zero-width characters, tags, fillers that look empty, private use.
const INVISIBLE = /[\p{Cf}\p{Co}\p{Default_Ignorable_Code_Point}\u2800]/gu
const STACKED_MARKS = new RegExp(`(\\p{M}{${MARKS_MAX}})\\p{M}+`, 'gu')

/** Visible characters only; line breaks stay, tabs become spaces, lone surrogates are replaced. */
function visible(text: string): string {
  return text
    .slice(0, INPUT_UNITS_MAX)
    .toWellFormed()
    .replaceAll(ANSI_SEQUENCE, '')
    .replaceAll(LINE_BREAK, '\n')
    .replaceAll('\t', ' ')
    .replaceAll(CONTROLS, (character) => (character === '\n' ? '\n' : ''))
    .replaceAll(INVISIBLE, '')
    .replaceAll(STACKED_MARKS, '$1')
}

function oneLine(text: string): string {
  return visible(text).replaceAll(/\s+/g, ' ').trim()
}

/** Cuts between code points, so that the pieces together are at most `max` units long. */
function clip(pieces: Iterable<string>, max: number): string {
  let out = ''
  // Where the text could end and still leave room for the ellipsis.
  let lastFit = 0
  for (const piece of pieces) {
    if (out.length + piece.length > max) return `${out.slice(0, lastFit)}${ELLIPSIS}`
    out += piece
    if (out.length + ELLIPSIS.length <= max) lastFit = out.length
  }
  return out
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

function* escaped(text: string): Generator<string> {
  for (const character of text) yield ESCAPES[character] ?? character
}

/** A colon that may begin or end an emoji's name; the one of a time of day cannot. */
const COLON = /(?<!\d):(?=\S)|(?<=:\d\d):(?=\S)|:(?!\d\d(?!\d))(?=\S)/g

/**
 * Characters that format keep their look but lose their power: *bold*, ~strike~, `code`, _italic_, :emoji: and
 * a leading > that quotes. An underscore between letters or digits formats nothing and stays, so that logins
 * can be copied.
 */
function disarm(line: string): string {
  return line
    .replaceAll('*', '∗')
    .replaceAll('~', '∼')
    .replaceAll('`', 'ˋ')
    .replaceAll(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '＿')
    .replaceAll(COLON, '∶')
    .replace(/^>+/, (marks) => '›'.repeat(marks.length))
}

const EMPTY = '(empty)'

/** Outside text as part of a sentence. */
export function prose(text: string, max: number): string {
  return clip(escaped(disarm(oneLine(text))), max) || EMPTY
}

/** Outside text of several lines, for sections of its own; each line is prose. Blank lines are dropped. */
export function proseLines(text: string, max: number): string {
  const lines = visible(text)
    .split('\n')
    .map((line) => disarm(oneLine(line)))
    .filter((line) => line !== '')
  return clip(escaped(lines.join('\n')), max) || EMPTY
}

/** An outside identifier (e-mail, role, scope, address) as a code span, which it cannot leave. */
export function code(text: string, max: number): string {
  const inner = clip(escaped(oneLine(text).replaceAll('`', 'ˋ')), max - 2)
  return `\`${inner || EMPTY}\``
}

/** Words that Markdown would turn into links by themselves: addresses, URLs and names of hosts. */
const LINKABLE = /@|:\/\/|\w\.[a-z]{2,}/i
const WORD = /^(["'“‘([{]*)(.*?)(["'”’)\]},;:.!?…]*)$/su
/** What would begin a heading, a list, a table or an underline at the start of a line. */
const LINE_STARTS: Readonly<Record<string, string>> = { '#': '＃', '+': '＋', '-': '–', '=': '＝' }

/** What has power in Markdown wherever it stands, as characters that look alike and have none. */
function withoutMarkdown(text: string): string {
  return text
    .replaceAll('`', 'ˋ')
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replaceAll(/&(?=#?\w)/g, '＆')
}

function markdownWord(word: string): string {
  const [, before = '', core = '', after = ''] = WORD.exec(word) ?? [word, '', word]
  if (core !== '' && LINKABLE.test(core))
    return `${markdownWord(before)}\`${withoutMarkdown(core)}\`${markdownWord(after)}`
  return withoutMarkdown(disarm(word)).replaceAll('[', '［').replaceAll(']', '］').replaceAll('|', '∣')
}

/** Outside text as part of a sentence in Markdown, as streamed messages are written; addresses become code. */
export function markdown(text: string, max: number): string {
  const words = clip(oneLine(text), max).split(' ').map(markdownWord).join(' ')
  return (
    words.replace(/^[#+=-]/, (mark) => LINE_STARTS[mark] ?? mark).replace(/^(\d{1,9})[.)](?=\s|$)/, '$1．') ||
    EMPTY
  )
}

/** A link in Markdown to one of our own messages; the label is ours. */
export function markdownLink(url: string | null, label: string): string {
  return url === null || !/^https?:\/\/[^\s<>|()[\]]+$/.test(url) ? `\`${label}\`` : `[${label}](${url})`
}

/** Outside text as plain text on one line: table cells and titles, where nothing is markup. */
export function plain(text: string, max: number): string {
  return clip(oneLine(text), max) || EMPTY
}

/** Outside text of several lines for a preformatted block, where nothing is markup. */
export function preformatted(text: string, max: number): string {
  return clip(visible(text).replace(/\s+$/, ''), max) || EMPTY
}

/** Whether the text can be shown letter for letter within `max`. */
export function isShownExactly(text: string, max: number): boolean {
  return preformatted(text, max) === text
}

const TIME_MIN = 0
const TIME_MAX = 253_402_300_799_000

/** A moment in the reader's own time zone; UTC where Slack cannot render it. */
export function moment(at: number): string {
  if (!isShowable(at)) return 'at an unknown time'
  return `<!date^${Math.floor(at / 1_000)}^{date_short_pretty} {time}|${utc(at)}>`
}

/** A moment in UTC, for places without markup. */
export function utc(at: number): string {
  return isShowable(at) ? `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC` : 'unknown'
}

function isShowable(at: number): boolean {
  return Number.isFinite(at) && at >= TIME_MIN && at <= TIME_MAX
}

const USER_ID = /^[UW][A-Z0-9]{2,20}$/
const GROUP_ID = /^S[A-Z0-9]{2,20}$/
const CHANNEL_ID = /^[CGD][A-Z0-9]{2,20}$/

/** A mention of a person or user group by id; anything that is no id is shown as text. */
export function mention(id: string): string {
  if (USER_ID.test(id)) return `<@${id}>`
  if (GROUP_ID.test(id)) return `<!subteam^${id}>`
  return code(id, 40)
}

export function channelLink(id: string): string {
  return CHANNEL_ID.test(id) ? `<#${id}>` : code(id, 40)
}

/** A link to one of our own messages; the label is ours. */
export function link(url: string | null, label: string): string {
  return url === null || !/^https?:\/\/[^\s<>|]+$/.test(url) ? label : `<${url}|${label}>`
}

/**
 * As many lines as fit into `max`; the rest is counted in a last line, together with `hidden` lines that were
 * left out before.
 */
export function linesWithin(
  lines: readonly string[],
  max: number,
  rest: (count: number) => string,
  hidden = 0,
): string {
  const out: string[] = []
  let length = 0
  for (const [index, line] of lines.entries()) {
    const after = lines.length - index - 1 + hidden
    const room = after === 0 ? 0 : rest(after).length + 1
    if (length + line.length + 1 + room > max) return [...out, rest(after + 1)].join('\n')
    out.push(line)
    length += line.length + 1
  }
  return (hidden === 0 ? out : [...out, rest(hidden)]).join('\n')
}
