import { createHash } from 'node:crypto'
import type { Band } from './evidence.ts'

/** Quality control: some of what was let through goes to people all the same, and they must not know which. */

/** Of medium reviews, this share is blind as well, so that a card without a verdict is no sign of a sample. */
const BLIND_SHARE = 0.25

/** A number from 0 to below 1, from a random id. */
export function fractionOf(randomId: string): number {
  return createHash('sha256').update(randomId).digest().readUIntBE(0, 6) / 2 ** 48
}

/** Whether a grant that would be let through is shown to people instead; `draw` is a random number below 1. */
export function isSampled(sampleRate: number, draw: number): boolean {
  return draw < sampleRate
}

/** Whether an ordinary review hides its verdict; none does while no samples are drawn. */
export function isHiddenAmong(band: Band, sampleRate: number, draw: number): boolean {
  return sampleRate > 0 && band === 'medium' && draw < BLIND_SHARE
}
