import { EVERY_ROLE } from '../grant.ts'
import type { Party } from '../party.ts'
import { type ContextId, contextRole } from './context-catalogue.ts'
import { type ControlId, weakenedControl } from './control-catalogue.ts'
import {
  type DirectoryRecord,
  holdersAmong,
  partyOfTarget,
  propertyOf,
  unquoted,
} from './directory-record.ts'
import type { RecordReader } from './directory-roles.ts'
import type { Reading } from './preset.ts'
import { changed, NO_CHANGE, NOT_PRIVILEGE_EVENT } from './reading.ts'

/** What is not a grant itself: evidence for others, and controls that were weakened. */

const EVERYONE: Party = { id: 'everyone', email: null, name: 'Everyone in the directory', type: 'group' }

function firstHolder(record: DirectoryRecord): Party | null {
  const target = holdersAmong(record.targets)[0]
  return target === undefined ? null : partyOfTarget(target)
}

/** Done to somebody by somebody else; whoever does it to themselves is no news. */
export function doneToPerson(what: ContextId): RecordReader {
  return (record) => {
    const person = firstHolder(record)
    const isOwn = person !== null && record.facts.grantor?.id.toLowerCase() === person.id.toLowerCase()
    return isOwn ? NO_CHANGE : changed(record.facts, 'context', person, contextRole(what))
  }
}

/** An account that was made, or invited; it may have no id yet. */
export function newAccount(what: ContextId): RecordReader {
  return (record) => changed(record.facts, 'context', firstHolder(record), contextRole(what))
}

/** A key or secret for an application, which the application's owner and anyone who holds it can act with. */
export function newCredential(record: DirectoryRecord): Reading {
  const target = record.targets[0]
  const application =
    target === undefined ? null : partyOfTarget({ ...target, type: target.type || 'application' })
  return changed(record.facts, 'context', application, contextRole('api-token', application?.id))
}

/** `Update application` is everything from a logo to trust in somebody else's tokens. */
export function applicationChanged(record: DirectoryRecord): Reading {
  const before = textBefore(record, 'FederatedIdentityCredentials')
  const after = propertyOf(record, 'FederatedIdentityCredentials')
  if (after !== null && after !== before && after !== '[]') return newCredential(record)
  return propertyOf(record, 'KeyDescription') === null ? NOT_PRIVILEGE_EVENT : newCredential(record)
}

function textBefore(record: DirectoryRecord, name: string): string | null {
  for (const target of record.targets) {
    const value = target.before(name)
    if (value !== null) return value
  }
  return null
}

/** Who may vouch for users was changed: a domain's federation, an identity provider. */
export function identityProvider(record: DirectoryRecord): Reading {
  const target = record.targets[0]
  const scope = target?.name ?? target?.id ?? '*'
  return changed(
    record.facts,
    'context',
    record.facts.grantor ?? EVERYONE,
    contextRole('identity-provider', scope),
  )
}

/** `Update user` of Microsoft 365's log: the only trace of somebody's factors being switched off. */
export function userChanged(record: DirectoryRecord): Reading {
  for (const name of ['StrongAuthenticationMethod', 'StrongAuthenticationRequirement']) {
    const before = textBefore(record, name)
    const after = propertyOf(record, name)
    const had = before !== null && before !== '[]'
    const has = after !== null && after !== '[]' && after !== before
    if (had && !has) return changed(record.facts, 'context', firstHolder(record), contextRole('mfa-reset'))
  }
  return NOT_PRIVILEGE_EVENT
}

/** A control was weakened: it held for everyone. */
export function weakened(what: ControlId): RecordReader {
  return (record) => {
    const target = record.targets.find(({ type }) => type === 'role') ?? record.targets[0]
    const scope = unquoted(target?.name) ?? target?.id ?? '*'
    return changed(record.facts, 'control_weakened', EVERYONE, weakenedControl(what, scope))
  }
}

const MULTI_FACTOR = /\bmfa\b|multi-?factor/i
const SWITCHED_ON = /"state"\s*:\s*"?(enabled"|0\b)/i

/** A conditional access policy that asked for a second factor and does so no longer. */
export function accessPolicy(isDeleted: boolean): RecordReader {
  return (record) => {
    const policy = record.targets[0]
    if (policy === undefined) return NOT_PRIVILEGE_EVENT
    const texts = ['ConditionalAccessPolicy', 'PolicyDetail'].map((name) => ({
      before: policy.before(name) ?? '',
      after: policy.property(name) ?? '',
    }))
    const before = texts.map((text) => plain(text.before)).join(' ')
    const after = texts.map((text) => plain(text.after)).join(' ')
    const demanded = before.trim() === '' ? (policy.name ?? '') : before
    const asked = MULTI_FACTOR.test(demanded) && (before.trim() === '' || SWITCHED_ON.test(before))
    const asks = !isDeleted && MULTI_FACTOR.test(after) && SWITCHED_ON.test(after)
    const isKnown = isDeleted || (before.trim() !== '' && after.trim() !== '')
    if (!asked || asks || !isKnown) return NOT_PRIVILEGE_EVENT
    const scope = policy.name ?? policy.id ?? '*'
    return changed(
      record.facts,
      'control_weakened',
      EVERYONE,
      weakenedControl('two-factor-requirement', scope),
    )
  }
}

const plain = (text: string) => text.replaceAll('\\', '')

export function deleted(record: DirectoryRecord): Reading {
  return changed(record.facts, 'removal', firstHolder(record), {
    id: EVERY_ROLE,
    name: 'Every role',
    tier: 'T2',
    scope: '*',
  })
}
