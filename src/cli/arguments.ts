import { parseArgs } from 'node:util'

export interface Arguments {
  readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>
  readonly positionals: readonly string[]
}

export type Options = Readonly<
  Record<string, { readonly type: 'string' | 'boolean'; readonly multiple?: boolean }>
>

/** Parses a command's arguments; a sentence instead when one is unknown or lacks its value. */
export function parseArguments(
  args: readonly string[],
  options: Options,
): Arguments | { readonly wrong: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...options },
      allowPositionals: true,
      strict: true,
    })
    return { values, positionals }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const known = Object.keys(options).map((name) => `--${name}`)
    const flag = /'(-{1,2}[^'\s<]+)/.exec(error.message)?.[1] ?? 'An argument'
    return {
      wrong: `${flag} is unknown or lacks its value; ${known.length === 0 ? 'there are no options' : `the options are ${known.join(', ')}`}.`,
    }
  }
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `30m`, `24h`, `7d` in milliseconds; null when it is none. */
export function durationMs(text: string): number | null {
  const match = /^(\d{1,5})([mhd])$/.exec(text.trim())
  const unit = UNITS[match?.[2] ?? '']
  return match === null || unit === undefined ? null : Number(match[1]) * unit
}
