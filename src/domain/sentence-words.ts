/** What a sentence claims that can be looked up: numbers, dates, times of day, names. For English text. */

export interface Claims {
  /** Plain numbers as they count: `1200` for `1,200`, `0.5`, `14` for `14%`; number words as well. */
  readonly numbers: readonly string[]
  /** `2026-11-24`, or `11-24` where no year is said. */
  readonly dates: readonly string[]
  /** `11:05`, or `11` where only the hour is said (`11 pm` is `23`). */
  readonly times: readonly string[]
  /** Lower case: ids, addresses and codes, and words that begin with a capital and are no common word. */
  readonly names: readonly string[]
  /** Lower case: every other word. */
  readonly words: readonly string[]
}

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]
const MONTH = MONTHS.map((month) => `${month}|${month.slice(0, 3)}`).join('|')
const ISO_DATE = /\b(\d{4})-(\d{2})-(\d{2})\b/g
const DAY_FIRST = new RegExp(
  String.raw`\b(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?(${MONTH})\b\.?(?:,?\s+(\d{4}))?`,
  'gi',
)
const MONTH_FIRST = new RegExp(
  String.raw`\b(${MONTH})\b\.?\s+(\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s+(\d{4}))?`,
  'gi',
)
const TWELVE_HOURS = /\b(\d{1,2})(?::(\d{2}))?\s?(am|pm)\b/gi
const CLOCK = /\b([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?\b/g
const NUMBER = /(?<![\p{L}\p{N}_.@/-])\d{1,15}(?:,\d{3})*(?:\.\d{1,9})?(?![\p{L}\p{N}_@/])/gu
const WORD = /[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}@._'’+/:-]*[\p{L}\p{N}\p{M}])?/gu

const NUMBER_WORDS: ReadonlyMap<string, string> = new Map(
  [
    'zero',
    'one',
    'two',
    'three',
    'four',
    'five',
    'six',
    'seven',
    'eight',
    'nine',
    'ten',
    'eleven',
    'twelve',
  ].map((word, value) => [word, String(value)]),
)
/** `one` is a pronoun more often than a number. */
const UNCOUNTED = new Set(['one', 'zero'])

const two = (digits: string) => digits.padStart(2, '0')

export function claimsIn(sentence: string): Claims {
  const dates: string[] = []
  const times: string[] = []
  const rest = sentence
    .replaceAll(ISO_DATE, (_, year: string, month: string, day: string) => {
      dates.push(`${year}-${month}-${day}`)
      return ' '
    })
    .replaceAll(DAY_FIRST, (_, day: string, month: string, year: string | undefined) => {
      dates.push(dateOf(month, day, year))
      return ' '
    })
    .replaceAll(MONTH_FIRST, (_, month: string, day: string, year: string | undefined) => {
      dates.push(dateOf(month, day, year))
      return ' '
    })
    .replaceAll(TWELVE_HOURS, (_, hour: string, minute: string | undefined, half: string) => {
      const hours = (Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0)
      times.push(minute === undefined ? two(String(hours)) : `${two(String(hours))}:${minute}`)
      return ' '
    })
    .replaceAll(CLOCK, (_, hour: string, minute: string) => {
      times.push(`${two(hour)}:${minute}`)
      return ' '
    })
  const numbers = Array.from(rest.matchAll(NUMBER), ([digits]) => String(Number(digits.replaceAll(',', ''))))
  return { dates, times, ...wordsOf(rest, numbers) }
}

function dateOf(month: string, day: string, year: string | undefined): string {
  const index = MONTHS.findIndex((name) => name.startsWith(month.toLowerCase().slice(0, 3)))
  const monthAndDay = `${two(String(index + 1))}-${two(day)}`
  return year === undefined ? monthAndDay : `${year}-${monthAndDay}`
}

function wordsOf(rest: string, found: readonly string[]): Pick<Claims, 'numbers' | 'names' | 'words'> {
  const numbers = [...found]
  const names: string[] = []
  const words: string[] = []
  for (const [word] of rest.matchAll(WORD)) {
    const bare = word.replace(/['’]s$/, '')
    const lower = bare.toLowerCase()
    const counted = UNCOUNTED.has(lower) ? undefined : NUMBER_WORDS.get(lower)
    if (counted !== undefined) numbers.push(counted)
    else if (/^[\d.,]+$/.test(bare)) continue
    else if (isName(bare, lower)) names.push(lower)
    else words.push(lower)
  }
  return { numbers, names, words }
}

/** Ids and addresses by their make, proper names by their capital, and everything in a script without capitals. */
function isName(word: string, lower: string): boolean {
  if (/[@_/]|\p{L}[.:]\p{L}|\d/u.test(word)) return true
  if (/\p{Lo}/u.test(word)) return true
  return /^[\p{Lu}\p{Lt}]/u.test(word) && !COMMON.has(lower) && !isCommonCompound(lower)
}

function isCommonCompound(lower: string): boolean {
  return lower.includes('-') && lower.split('-').every((part) => COMMON.has(part))
}

/** Whether a word, in lower case, is one that names nobody. */
export function isCommonWord(lower: string): boolean {
  return COMMON.has(lower)
}

/** Words that begin sentences without naming anybody. */
const COMMON: ReadonlySet<string> = new Set(
  `a about above access according account accounts across action activity actually after again against ago all almost
  alone already also although always am among an and another any anybody anyone anything approval approve approved are
  around as asked at audit axiom be because been before being below besides between both but by can cannot case cases
  change changes compared control could countersign current currently data date day days decided decision decisions
  despite did do does during each earlier either else escalate escalated event events every everybody everyone
  everything evidence except existing few fewer finally first five following for four from further gave given giving
  grant granted grantee grantees grantor grantors grants had has have having he hence her here hers high him his history
  holder holders holding holds hour hours how however i if in indeed instead into is it its itself just known last
  lastly late later ledger less like likewise log logs looking low made many maybe me meanwhile medium members might
  minute minutes month months more moreover most much must my neither never new next no nobody none nor normally not
  note nothing now of off often on once one only open or other others otherwise our out outside over overall people
  perhaps person policy possibly previously prior question reason recent recently record records removal removals
  removed removing request result results review reviewed reviewer reviewers reviews revoke revoked right risk role roles
  row rows same score seen several she shortly should shows similar similarly since six slack so some somebody someone
  something sometimes soon source sources standing still such taken ten than that the their theirs them then there
  therefore these they this those though three through thus tickets till time times to today together total two under
  unlike until up us usually utc verdict very was we week weeks were what when whenever where whereas whether which
  while who whoever whose why will with within without would year years yes yesterday yet you your
  monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
  october november december`
    .split(/\s+/)
    .filter((word) => word !== ''),
)
