import type { SentencePart } from './evidence.ts'

const SENTENCE_VALUE_CHARACTERS_MAX = 120

const MINUTE_MS = 60_000
/** The largest unit that leaves a number of at least two, or the smallest there is. */
const UNITS = [
  { name: 'year', ms: 365 * 24 * 60 * MINUTE_MS },
  { name: 'month', ms: 30 * 24 * 60 * MINUTE_MS },
  { name: 'day', ms: 24 * 60 * MINUTE_MS },
  { name: 'hour', ms: 60 * MINUTE_MS },
  { name: 'minute', ms: MINUTE_MS },
] as const

/** A sentence as plain text, for logs, events and prompts: values on one line, clipped, with no control characters. */
export function plainSentence(parts: readonly SentencePart[], timezone: string): string {
  return parts.map((part) => plainPart(part, timezone)).join('')
}

function plainPart(part: SentencePart, timezone: string): string {
  if (typeof part === 'string') return part
  if ('person' in part) return plainValue(part.person)
  if ('text' in part) return plainValue(part.text)
  if ('count' in part) return String(part.count)
  if ('hour' in part) return `${String(part.hour).padStart(2, '0')}:00`
  if ('at' in part) return plainTime(part.at, timezone)
  return plainDuration(part.durationMs)
}

/** Outside text made harmless: control, format and line-breaking characters become blanks, blanks collapse. */
export function plainValue(text: string): string {
  const bare = text
    .slice(0, SENTENCE_VALUE_CHARACTERS_MAX * 4)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
  const characters = [...bare]
  if (characters.length <= SENTENCE_VALUE_CHARACTERS_MAX) return bare
  return `${characters.slice(0, SENTENCE_VALUE_CHARACTERS_MAX - 1).join('')}…`
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** E.g. `24 Nov 2026, 13:06 Europe/Berlin`. */
function plainTime(at: number, timezone: string): string {
  const format =
    formats.get(timezone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone: timezone,
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
    })
  formats.set(timezone, format)
  return `${format.format(at)} ${timezone}`
}

function plainDuration(durationMs: number): string {
  for (const unit of UNITS) {
    const amount = Math.floor(durationMs / unit.ms)
    if (amount >= 2 || (amount === 1 && unit.ms <= 60 * MINUTE_MS))
      return `${amount} ${unit.name}${amount === 1 ? '' : 's'}`
  }
  return 'less than a minute'
}
