import { type Fields, textAt, timeOf, valueAt } from '../event-fields.ts'
import type { GrantKind, Role } from '../grant.ts'
import type { Party } from '../party.ts'
import { weakenedControl } from './control-catalogue.ts'
import { type GcpAct, gcpAt, gcpObjectsAt } from './gcp-event.ts'
import { gcpMember, isAccessManager } from './gcp-members.ts'
import { gcpRole } from './gcp-roles.ts'
import { isBroad } from './gcp-scope.ts'
import type { ChangeObservation, Reading } from './preset.ts'
import { NO_CHANGE, NOT_PRIVILEGED, observed, ROLE_NOT_STATED, readingOf } from './reading.ts'

/**
 * Changes of IAM policies. Google's AuditData (google/iam/v1/logging/audit_data.proto) holds "Policy delta between the
 * original policy and the newly set policy", with an action `ADD` or `REMOVE` for each member and role; BigQuery has
 * the same under `metadata`.
 */

const DELTAS = [
  'serviceData.policyDelta.bindingDeltas',
  'metadata.policyDelta.bindingDeltas',
  'metadata.datasetChange.bindingDeltas',
  'metadata.tableChange.bindingDeltas',
]
const AUDIT_DELTAS = ['serviceData.policyDelta.auditConfigDeltas', 'metadata.policyDelta.auditConfigDeltas']
const POLICIES = ['request.policy.bindings', 'response.bindings', 'response.policy.bindings']

const OBSERVATIONS_MAX = 500
const MEMBERS_MAX = 200

/** A whole policy where nobody says what changed: too much to ask about each time that it is written. */
const POLICY_WITHOUT_CHANGES: Reading = { skipped: 'full policy without its changes' }
/** So many bindings of a project's whole policy are worth asking about rather than losing one. */
const SMALL_POLICY_MAX = 5

interface Binding {
  readonly role: Role
  readonly member: Party
  readonly expiresAt: number | null
}

export function policySet(event: GcpAct): Reading {
  const deltas = firstObjects(event, DELTAS)
  const audits = firstObjects(event, AUDIT_DELTAS)
  if (deltas.length > 0 || audits.length > 0) {
    const all = [...ofDeltas(event, deltas), ...narrowedAudit(event, audits)]
    return readingOf(all.slice(0, OBSERVATIONS_MAX), deltas.length > 0 ? NOT_PRIVILEGED : NO_CHANGE)
  }
  // A delta that is there and empty: the policy was written as it was before.
  return gcpAt(event, 'serviceData.policyDelta') === undefined ? wholePolicy(event) : NO_CHANGE
}

/** Policies that change with something else, such as a bucket: only what is stated as a change counts. */
export function policyChanged(event: GcpAct): Reading {
  const deltas = firstObjects(event, DELTAS)
  return readingOf(ofDeltas(event, deltas).slice(0, OBSERVATIONS_MAX), NOT_PRIVILEGED)
}

function firstObjects(event: GcpAct, places: readonly string[]): readonly Fields[] {
  for (const place of places) {
    const items = gcpObjectsAt(event, place)
    if (items.length > 0) return items
  }
  return []
}

function ofDeltas(event: GcpAct, deltas: readonly Fields[]): readonly ChangeObservation[] {
  const added = new Map<string, Binding>()
  const removed = new Map<string, Binding>()
  for (const delta of deltas) {
    const binding = bindingOf(event, valueAt(delta, 'member'), delta)
    if (binding === null) continue
    const action = (textAt(delta, 'action') ?? '').toUpperCase()
    const key = JSON.stringify([binding.role.id, binding.member.id.toLowerCase()])
    if (action === 'ADD') added.set(key, lasting(added.get(key), binding))
    if (action === 'REMOVE') removed.set(key, lasting(removed.get(key), binding))
  }
  const given = [...added].map(([key, binding]) =>
    change(event, kindOf(event, binding, removed.get(key)), binding),
  )
  // Taken and given in one write is another condition on the same binding: the member keeps the role.
  const taken = [...removed].flatMap(([key, binding]) =>
    added.has(key) ? [] : [change(event, 'removal', { ...binding, expiresAt: null })],
  )
  return [...taken, ...given]
}

/** Of several bindings of one role to one member, the one that holds longest. */
function lasting(known: Binding | undefined, other: Binding): Binding {
  if (known === undefined || known.expiresAt === null) return known ?? other
  return other.expiresAt === null || other.expiresAt > known.expiresAt ? other : known
}

function kindOf(event: GcpAct, binding: Binding, before: Binding | undefined): GrantKind {
  if (isAccessManager(event.facts.grantor)) return 'activate'
  return binding.expiresAt !== null && before !== undefined && before.expiresAt !== null ? 'extend' : 'grant'
}

function change(event: GcpAct, kind: GrantKind, { role, member, expiresAt }: Binding): ChangeObservation {
  const { facts } = event
  const managed = isAccessManager(facts.grantor)
  const own = managed ? { ...facts, mechanism: 'pim' as const, path: 'sanctioned' as const } : facts
  return observed({ ...own, expiresAt }, kind, member, role)
}

function bindingOf(event: GcpAct, member: unknown, holder: Fields): Binding | null {
  const party = gcpMember(member, event.facts.grantor)
  const role = gcpRole(valueAt(holder, 'role'), event.scope, party)
  if (party === null || role === null) return null
  const expiresAt = expiryOf(valueAt(holder, 'condition.expression'))
  return { role, member: party, expiresAt }
}

const EXPRESSION_MAX = 2_000
const ENDS = /request\.time\s*<=?\s*timestamp\(\s*["']([^"']{10,40})["']\s*\)/g

/**
 * When a condition ends a binding. Only where all its parts must hold: with an "or", a "not" or a choice in it, the
 * binding may well outlive the time that it names.
 */
function expiryOf(expression: unknown): number | null {
  if (typeof expression !== 'string' || expression.length > EXPRESSION_MAX) return null
  if (/\|\||\?|!(?!=)/.test(expression)) return null
  const ends = [...expression.matchAll(ENDS)].flatMap((match) => timeOf(match[1]) ?? [])
  return ends.length === 0 ? null : Math.min(...ends)
}

/**
 * Services such as Compute Engine and Cloud Run log the policy that was asked for, not what changed in it. On a single
 * resource every privileged binding of it is read as given: asked about twice is better than lost. On a project and
 * above, where Google does log the changes, only a small policy is.
 */
function wholePolicy(event: GcpAct): Reading {
  const mask = gcpAt(event, 'request.updateMask')
  if (typeof mask === 'string' && mask !== '' && !/bindings|\*|policy/i.test(mask)) return NOT_PRIVILEGED
  const bindings = firstObjects(event, POLICIES)
  if (bindings.length === 0) return ROLE_NOT_STATED
  const given = new Map<string, Binding>()
  for (const binding of bindings)
    for (const member of membersOf(valueAt(binding, 'members'))) {
      const one = bindingOf(event, member, binding)
      if (one !== null && given.size < OBSERVATIONS_MAX)
        given.set(JSON.stringify([one.role.id, one.member.id.toLowerCase()]), one)
    }
  if (isBroad(event.scope) && given.size > SMALL_POLICY_MAX) return POLICY_WITHOUT_CHANGES
  return readingOf(
    [...given.values()].map((binding) => change(event, kindOf(event, binding, undefined), binding)),
    NOT_PRIVILEGED,
  )
}

function membersOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, MEMBERS_MAX) : [value]
}

/** Audit logs switched off for a service, or for somebody whose calls are no longer written down. */
function narrowedAudit(event: GcpAct, audits: readonly Fields[]): readonly ChangeObservation[] {
  const narrows = audits.some((delta) => {
    const isExemption = valueAt(delta, 'exemptedMember') !== undefined
    return (textAt(delta, 'action') ?? '').toUpperCase() === (isExemption ? 'ADD' : 'REMOVE')
  })
  return narrows ? [weakened(event, 'audit-log')] : []
}

export function weakened(event: GcpAct, control: 'audit-log' | 'privileged-access-rules'): ChangeObservation {
  const everyone: Party = { id: event.scope, email: null, name: `Everyone in ${event.scope}`, type: 'group' }
  return observed(event.facts, 'control_weakened', everyone, weakenedControl(control, event.scope))
}
