/** What the API sends, read totally: a wrong shape reads as empty, and never throws. */
export type Fields = Readonly<Record<string, unknown>>

const NOTHING: Fields = {}

export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : NOTHING
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function records(value: unknown): readonly Fields[] {
  return list(value).map(fields)
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}

export function numeric(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** The words of a Slack text object, or of a bare string. */
export function words(value: unknown): string {
  return typeof value === 'string' ? value : text(fields(value)['text'])
}
