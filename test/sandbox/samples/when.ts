const PARTS = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Berlin',
  weekday: 'short',
  hour: '2-digit',
  hourCycle: 'h23',
})

/** When an event says it happened, in epoch milliseconds. */
export function timeOf(event: Readonly<Record<string, unknown>>): number {
  return Date.parse(String(event['_time']))
}

/** Weekday and hour that clocks in Berlin show, by a way of its own, so that the code is not measured by itself. */
export function inBerlin(ms: number): { readonly hour: number; readonly isWeekend: boolean } {
  const parts = new Map(PARTS.formatToParts(ms).map((part) => [part.type, part.value]))
  return { hour: Number(parts.get('hour')), isWeekend: /^S/.test(parts.get('weekday') ?? '') }
}
