const DAY_MS = 86_400_000

/** Slack's `<!date^..>` tokens, in the zone of the reader; "pretty" says today and yesterday. */
export function formatDate(seconds: number, format: string, nowMs: number): string {
  const date = new Date(seconds * 1000)
  return format.replace(/\{(\w+)\}/g, (whole, token: string) => {
    const pretty = token.endsWith('_pretty') ? relativeDay(date, nowMs) : undefined
    if (pretty !== undefined) return pretty
    const options = OPTIONS[token.replace(/_pretty$/, '')]
    if (token === 'ago') return ago(nowMs - date.getTime())
    if (token === 'date_num') return isoDay(date)
    return options === undefined ? whole : new Intl.DateTimeFormat('en-GB', options).format(date)
  })
}

const OPTIONS: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  date: { day: 'numeric', month: 'long', year: 'numeric' },
  date_short: { day: 'numeric', month: 'short', year: 'numeric' },
  date_long: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  time: { hour: '2-digit', minute: '2-digit' },
  time_secs: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
}

export function formatTime(ms: number): string {
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(ms)
}

/** The heading over one day's messages. */
export function formatDay(ms: number, nowMs: number): string {
  const near = relativeDay(new Date(ms), nowMs)
  if (near !== undefined) return near[0]?.toUpperCase() + near.slice(1)
  return new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' }).format(ms)
}

export function formatMoment(ms: number): string {
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(ms)
}

function relativeDay(date: Date, nowMs: number): string | undefined {
  const day = isoDay(date)
  if (day === isoDay(new Date(nowMs))) return 'today'
  if (day === isoDay(new Date(nowMs - DAY_MS))) return 'yesterday'
  if (day === isoDay(new Date(nowMs + DAY_MS))) return 'tomorrow'
  return undefined
}

function isoDay(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

const STEPS = [
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

export function ago(ms: number): string {
  const size = Math.abs(ms)
  for (const [unit, step] of STEPS) {
    const count = Math.floor(size / step)
    if (count === 0) continue
    const said = `${count} ${unit}${count === 1 ? '' : 's'}`
    return ms < 0 ? `in ${said}` : `${said} ago`
  }
  return ms < 0 ? 'in a moment' : 'just now'
}
