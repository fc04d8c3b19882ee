import type { Role } from '../grant.ts'
import type { Party } from '../party.ts'
import type { Reading } from './preset.ts'
import { type Facts, GRANTEE_NOT_STATED, NO_CHANGE, NOT_PRIVILEGED, observed } from './reading.ts'

/** A privileged role of a source where everybody has one role at a time; a higher rank holds what a lower one does. */
export interface RankedRole {
  readonly role: Role
  readonly rank: number
}

/**
 * What a move from one role to another gives and takes; null is an ordinary role. Down is a removal alone, since the
 * lower role gives nothing new; sideways, between roles of one rank, is both.
 */
export function moved(
  facts: Facts,
  grantee: Party | null,
  move: { readonly before: RankedRole | null; readonly after: RankedRole | null },
): Reading {
  const { before, after } = move
  if (before === null && after === null) return NOT_PRIVILEGED
  if (before?.role.id === after?.role.id) return NO_CHANGE
  if (grantee === null) return GRANTEE_NOT_STATED
  const taken = before === null ? [] : [observed(facts, 'removal', grantee, before.role)]
  const rises = after !== null && after.rank >= (before?.rank ?? 0)
  return { observations: rises ? [...taken, observed(facts, 'grant', grantee, after.role)] : taken }
}
