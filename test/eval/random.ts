/** Chance that is the same in every run: all that is drawn comes from one seed. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number
  below(count: number): number
  between(low: number, high: number): number
  /** One of a list that is not empty. */
  pick<Value>(values: readonly Value[]): Value
  chance(share: number): boolean
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (count: number) => Math.floor(next() * count)
  return {
    next,
    below,
    between: (low, high) => low + next() * (high - low),
    pick(values) {
      const value = values[below(values.length)]
      if (value === undefined) throw new Error('nothing to pick from')
      return value
    },
    chance: (share) => next() < share,
  }
}

/** A seed for one thing among many, so that one more kind of attack does not change all others. */
export function seedOf(...parts: readonly (string | number)[]): number {
  let hash = 2_166_136_261
  for (const character of parts.join('/'))
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619)
  return hash >>> 0
}
