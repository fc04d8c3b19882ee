import { createHash } from 'node:crypto'

/** Chance that repeats itself: the same seed gives the same numbers, choices and ids. */
export interface Chance {
  /** From 0 up to and without 1. */
  next(): number
  /** A whole number from `low` up to and with `high`. */
  between(low: number, high: number): number
  pick<T>(from: readonly [T, ...T[]]): T
  uuid(): string
  /** Letters and digits that look like an id of the source. */
  token(length: number): string
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

export function createChance(seed: string): Chance {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0)
  let minted = 0
  // mulberry32: small, fast and good enough for sample data.
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const digest = () => {
    minted += 1
    return createHash('sha256').update(`${seed}:${minted}`).digest()
  }
  return {
    next,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (from) => from[Math.floor(next() * from.length)] ?? from[0],
    uuid() {
      const hex = digest().toString('hex')
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
    },
    token(length) {
      const bytes = digest()
      return Array.from({ length }, (_, index) => ALPHABET[(bytes[index % 32] ?? 0) % ALPHABET.length]).join(
        '',
      )
    },
  }
}
