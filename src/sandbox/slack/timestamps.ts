const MICROS = 1_000_000

/** A message timestamp as whole microseconds, or undefined when it is none. */
export function parseTimestamp(text: string): number | undefined {
  const found = /^(\d{1,10})(?:\.(\d{1,6}))?$/.exec(text)
  if (found === null) return undefined
  return Number(found[1]) * MICROS + Number((found[2] ?? '').padEnd(6, '0'))
}

export function formatTimestamp(micros: number): string {
  return `${Math.floor(micros / MICROS)}.${String(micros % MICROS).padStart(6, '0')}`
}
