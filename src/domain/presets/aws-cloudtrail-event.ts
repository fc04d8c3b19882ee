import { identityOf } from '../event-fields.ts'
import type { Role } from '../grant.ts'
import type { Party } from '../party.ts'
import type { Account } from './aws-cloudtrail-parties.ts'
import { type CloudTrailRecord, parameter, parameterIdentity } from './aws-cloudtrail-record.ts'
import type { ChangeObservation, Reading } from './preset.ts'
import { type Facts, GRANTEE_NOT_STATED, observed } from './reading.ts'

/** One call that succeeded and is of interest, and what every reader of such calls needs. */
export interface CloudTrailEvent {
  readonly record: CloudTrailRecord
  readonly facts: Facts
  readonly account: Account
  /** Where grants of the account apply. */
  readonly scope: string
  /** The role behind the caller's session. */
  readonly actorRole: Party | null
}

export type CloudTrailReader = (event: CloudTrailEvent) => Reading

/** What keeps people from something: a quarantine, a denial, a boundary. */
export const A_RESTRICTION: Reading = { skipped: 'a restriction' }

export function accountScope(id: string | null): string {
  return id === null ? '*' : (identityOf(`account:${id}`) ?? '*')
}

/** Whom a weakened control kept from something. */
export function everyone(event: CloudTrailEvent): Party {
  const name = event.account.id === null ? 'Everyone' : `Everyone in AWS account ${event.account.id}`
  return { id: event.scope, email: null, name, type: 'group' }
}

export function textParameter(event: CloudTrailEvent, name: string): string | null {
  return parameterIdentity(event.record, name)
}

export function isFalse(event: CloudTrailEvent, name: string): boolean {
  const value = parameter(event.record, name)
  return value === false || value === 'false'
}

export function isTrue(event: CloudTrailEvent, name: string): boolean {
  const value = parameter(event.record, name)
  return value === true || value === 'true'
}

/** A policy document of the request, also where its fields were flattened. */
export function documentParameter(event: CloudTrailEvent, name: string): unknown {
  const whole = parameter(event.record, name)
  if (whole !== undefined) return whole
  const statements = parameter(event.record, `${name}.Statement`)
  return statements === undefined ? undefined : { Statement: statements }
}

/**
 * Something given to a grantee. When a session gives to its own role, the role is the grantor, since that is a
 * self-grant whatever the session calls itself; the session's name stays beside it.
 */
export function given(
  event: CloudTrailEvent,
  grantee: Party | null,
  role: Role,
  kind: ChangeObservation['kind'] = 'grant',
): Reading {
  return grantee === null
    ? GRANTEE_NOT_STATED
    : { observations: [givenObservation(event, grantee, role, kind)] }
}

export function givenObservation(
  event: CloudTrailEvent,
  grantee: Party,
  role: Role,
  kind: ChangeObservation['kind'] = 'grant',
): ChangeObservation {
  const { facts, actorRole } = event
  const isSelf = actorRole !== null && actorRole.id.toLowerCase() === grantee.id.toLowerCase()
  const grantor = isSelf ? { ...actorRole, name: facts.grantor?.name ?? actorRole.name } : facts.grantor
  return observed({ ...facts, grantor }, kind, grantee, role)
}
