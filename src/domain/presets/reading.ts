import type { ActFacts, GrantKind, Role } from '../grant.ts'
import type { Party } from '../party.ts'
import type { ChangeObservation, Reading } from './preset.ts'

/** What every preset answers with: the common reasons for skipping an event, and changes. */

export const NOT_PRIVILEGE_EVENT: Reading = { skipped: 'not a privilege event' }
/** It gives a role, but none that reaches far: read-only, an ordinary member. */
export const NOT_PRIVILEGED: Reading = { skipped: 'not privileged' }
export const CALL_FAILED: Reading = { skipped: 'call failed' }
export const NO_CHANGE: Reading = { skipped: 'no change of privilege' }
export const GRANTEE_NOT_STATED: Reading = { skipped: 'grantee not stated' }
export const ROLE_NOT_STATED: Reading = { skipped: 'role not stated' }
/** A request, or a step of one, that gives nothing yet. */
export const NOT_COMPLETED: Reading = { skipped: 'requested and not completed' }

export type Facts = Omit<ActFacts, 'grantee'>

/** One change; a null grantee is a reason for skipping. */
export function changed(facts: Facts, kind: GrantKind, grantee: Party | null, role: Role): Reading {
  return grantee === null ? GRANTEE_NOT_STATED : { observations: [observed(facts, kind, grantee, role)] }
}

export function observed(facts: Facts, kind: GrantKind, grantee: Party, role: Role): ChangeObservation {
  return { form: 'change', kind, role, grantee, ...facts }
}

/** Several changes of one event, or the reason why there are none. */
export function readingOf(observations: readonly ChangeObservation[], otherwise: Reading): Reading {
  return observations.length === 0 ? otherwise : { observations }
}
