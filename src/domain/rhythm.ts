/** Counts of acts by hour of day (24) or day of week (7), on the actor's clock. */
export type Histogram = readonly number[]

export const HOURS = 24
export const DAYS = 7

/** How far one act at an hour speaks for the hours beside it: the hour itself, one and two hours away. */
const HOUR_KERNEL = [0.4, 0.2, 0.1]
const DAY_KERNEL = [1]

/** A person's habit is worth this many acts of the team until it is known better, a team's so many spread evenly. */
const TEAM_PSEUDO_ACTS = 20
const EVEN_PSEUDO_ACTS = 12

interface Rhythm {
  readonly own: Histogram
  readonly team: Histogram
  readonly slot: number
}

/**
 * How small a share of a person's acts falls into hours at least as unusual as this one, by a circular density of
 * their own acts that leans on the team's while they have few.
 */
export function hourTail(rhythm: Rhythm): number {
  return tailOf(rhythm, HOUR_KERNEL)
}

/** The same for days of the week, where neighbours say nothing about each other. */
export function dayTail(rhythm: Rhythm): number {
  return tailOf(rhythm, DAY_KERNEL)
}

function tailOf(rhythm: Rhythm, kernel: readonly number[]): number {
  const slots = rhythm.own.length
  const even = Array.from({ length: slots }, () => 1 / slots)
  const team = densityOf(rhythm.team, { prior: even, worth: EVEN_PSEUDO_ACTS }, kernel)
  const own = densityOf(rhythm.own, { prior: team, worth: TEAM_PSEUDO_ACTS }, kernel)
  const here = own[rhythm.slot] ?? 0
  // The tolerance keeps slots of equal density together in spite of rounding.
  return own.reduce((sum, share) => (share <= here * (1 + 1e-9) ? sum + share : sum), 0)
}

function densityOf(
  counts: Histogram,
  { prior, worth }: { readonly prior: Histogram; readonly worth: number },
  kernel: readonly number[],
): number[] {
  const slots = counts.length
  const total = counts.reduce((sum, count) => sum + count, 0)
  const density = prior.map((share) => share * worth)
  counts.forEach((count, slot) => {
    if (count === 0) return
    kernel.forEach((weight, distance) => {
      for (const place of distance === 0 ? [slot] : [slot + distance, slot - distance + slots])
        density[place % slots] = (density[place % slots] ?? 0) + count * weight
    })
  })
  return density.map((mass) => mass / (total + worth))
}
