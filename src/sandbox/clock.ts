import { readFileSync, renameSync, writeFileSync } from 'node:fs'

export interface WorldClock {
  /** Epoch milliseconds, with the offset that the app reads from the same file. */
  now(): number
  offsetMs(): number
  advance(ms: number): void
}

/** The world's time: the system clock plus the whole milliseconds that `file` holds (0 without a file). */
export function createWorldClock(file: string): WorldClock {
  let offsetMs = read(file)
  return {
    now: () => Date.now() + offsetMs,
    offsetMs: () => offsetMs,
    advance(ms) {
      offsetMs += ms
      // Renamed into place: the app may read at any moment and must never see half a number.
      writeFileSync(`${file}.new`, String(offsetMs))
      renameSync(`${file}.new`, file)
    },
  }
}

function read(file: string): number {
  try {
    const value = Number(readFileSync(file, 'utf8'))
    return Number.isSafeInteger(value) ? value : 0
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}
